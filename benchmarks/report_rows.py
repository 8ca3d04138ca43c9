"""A report of 1,000,000 rows into Parquet and into SQLite: adloom beside a plain loop.

Run: `.venv/bin/python -m benchmarks.report_rows [--rows N] [--runs N]`
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.list_ads import workspace
from benchmarks.measuring import compare, table
from benchmarks.static_server import FIGURES

PORT = 8932
PEER = Path(__file__).parent / "peers" / "httpx_reports.py"
METRICS = ("campaign_id", "campaign_name", "ad_name", "result_rate", *FIGURES)


@contextmanager
def server(rows: int) -> Iterator[str]:
    """The static server, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.static_server", str(PORT), str(rows), "reports"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield f"http://127.0.0.1:{PORT}"
    process.communicate()


def main() -> None:
    """Measure and print a table for each format."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name, server(chosen.rows) as url:
        folder = Path(name)
        asyncio.run(workspace(folder, url))
        adloom = [sys.executable, "-m", "adloom", "--workspace", str(folder / "w"), "reports"]
        report = ["run", "--advertiser-id", "7100000000000000001", "--start-date", "2026-10-01"]
        report += ["--end-date", "2026-10-30", "--metrics", ",".join(METRICS), "--out"]
        for ending in ("parquet", "sqlite"):
            peer = f"httpx, json → .{ending}"
            commands = {
                f"adloom reports run --out .{ending}": [
                    *adloom, *report, str(folder / f"ours.{ending}"),
                ],
                peer: [sys.executable, str(PEER), url, str(folder / f"theirs.{ending}")],
            }  # fmt: skip
            print(table(compare(commands, chosen.runs), peer), end="\n\n")


if __name__ == "__main__":
    main()
