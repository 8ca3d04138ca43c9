"""How long an event takes on its way from a record to JSON, beside others who do the same.

Everybody reads the same thousand purchases, in a process of its own, in turn, round by round.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from adloom.sources import BadRow, open_source
from benchmarks.event_records import RECORDS, written
from modules.events.mapping import read_event_mapping
from modules.events.pipeline import Pipeline
from modules.events.problems import errors_among

__all__ = ["compare", "main", "table"]

PEERS: Final = Path(__file__).parent / "peers"
EVENTS: Final = 1_000
#: Rounds within one process; the first of them does not count.
ROUNDS: Final = 20
SEGMENT: Final = "Segment, action alone"
BARE: Final = "bare, msgspec"

Figures = dict[str, float]


def compare(folder: Path, segment: Path | None, runs: int) -> Figures:
    """Medians in microseconds of CPU an event, by what was measured.

    Args:
        folder: Where the purchases are written.
        segment: Where Segment's destinations are installed, if they are.
        runs: How often everybody has a turn.
    """
    files = {
        kind: written(map(make, range(EVENTS)), folder / f"{kind}.jsonl")
        for kind, make in RECORDS.items()
    }
    turns: list[tuple[list[str], Path | None]] = [
        ([sys.executable, "-m", "benchmarks.event_mapping", str(folder)], None),
        ([sys.executable, str(PEERS / "bare_events.py"), str(files["plain"]), str(ROUNDS)], None),
    ]
    if segment is not None:
        peer = str(PEERS / "segment_events.cjs")
        turns.append((["node", peer, str(files["segment"]), str(ROUNDS)], segment))
    found: defaultdict[str, list[float]] = defaultdict(list)
    digests = set()
    for _ in range(runs):
        for command, where in turns:
            told = _told(command, where)
            digests.add(told["email"])
            for name, figure in told["figures"].items():
                found[name].append(figure)
    if len(digests) != 1:
        sys.exit(f"They do not hash alike: {sorted(digests)}")
    return {name: statistics.median(figures) for name, figures in found.items()}


def table(figures: Mapping[str, float]) -> str:
    """A table of medians, with their ratios to Segment and to the bare work."""
    lines = ["| one purchase | µs | to Segment | to bare |", "|---|---:|---:|---:|"]
    segment, bare = figures.get(SEGMENT), figures[BARE]
    for name, figure in figures.items():
        to_segment = f"1 : {segment / figure:.1f}" if segment else ""
        lines.append(f"| {name} | {figure:.1f} | {to_segment} | {figure / bare:.1f} |")
    return "\n".join(lines)


def _told(command: list[str], where: Path | None) -> Mapping[str, Any]:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[:2]} failed: {done.stderr[-600:]}")
    told: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


# --- the process that measures adloom -------------------------------------------------------------


def microseconds(work: Callable[[], object]) -> float:
    """The median of the rounds, of one event."""

    def once() -> float:
        began = time.process_time()
        work()
        return (time.process_time() - began) / EVENTS * 1e6

    once()
    return statistics.median(once() for _ in range(ROUNDS))


def _reading(pipeline: Pipeline, records: list[Any]) -> Callable[[], object]:
    now = int(time.time())
    for one in records:
        reading = pipeline.read(one, now=now, seed="file:1")
        if len(reading.events) != 1 or errors_among(reading.problems):
            sys.exit(f"An event is not as it should be: {reading.problems}")

    def work() -> None:
        for number, record in enumerate(records):
            pipeline.read(record, now=now, seed=f"file:{number}")

    return work


def _with_the_file(pipeline: Pipeline, file: Path) -> Callable[[], object]:
    def work() -> None:
        with open_source(file) as source:
            for row in source:
                if not isinstance(row, BadRow):
                    pipeline.read(row.record, now=now, seed=f"{row.digest()}:{row.number}")

    now = int(time.time())
    return work


def _measure(folder: Path) -> dict[str, Any]:
    records = {
        kind: [json.loads(line) for line in (folder / f"{kind}.jsonl").read_text().splitlines()]
        for kind in RECORDS
    }
    gc.freeze()
    by_itself = Pipeline(None, source="web", source_id="PIXEL")
    preset = read_event_mapping({"preset": "segment"})
    mapped = Pipeline(preset, source="web", source_id="PIXEL")
    figures = {
        "adloom, plain event": microseconds(_reading(by_itself, records["plain"])),
        "adloom, with address, browser, language, referrer, brand": microseconds(
            _reading(by_itself, records["full"])
        ),
        "adloom, untidy: texts, capitals, a number with brackets": microseconds(
            _reading(by_itself, records["untidy"])
        ),
        "adloom, Segment's call": microseconds(_reading(mapped, records["segment"])),
        "adloom, plain event, read from a file first": microseconds(
            _with_the_file(by_itself, folder / "plain.jsonl")
        ),
    }
    [event] = by_itself.read(records["plain"][0], now=int(time.time()), seed="file:1").events
    return {"figures": figures, "email": json.loads(event.content)["user"]["email"]}


def main(chosen: argparse.Namespace) -> None:
    """Measure and print a table."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        figures = compare(Path(folder), chosen.segment, chosen.runs)
    print(table(figures))
    print(f"\nMedians of {chosen.runs} rounds; load of the machine {load:.1f} before.")


if __name__ == "__main__":
    json.dump(_measure(Path(sys.argv[1])), sys.stdout)
