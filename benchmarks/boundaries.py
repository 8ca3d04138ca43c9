"""Let a process die at every two of its commits and calls, and count what was lost or doubled.

Run: `.venv/bin/python -m benchmarks.boundaries`; `--calling` for a scenario that calls another

Exits with 1 if anything was lost, doubled or left open.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.scheduler.boundaries import Tally, every_one, every_two
from tests.scheduler.breaking import CALLING, SMALL


def pairs(text: str, part: int, parts: int) -> Tally:
    """One share of all pairs."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(every_two(Path(folder), text, part=part, parts=parts))


def main() -> None:
    """Die everywhere, and print the sums."""
    options = argparse.ArgumentParser()
    options.add_argument("--calling", action="store_true")
    text = CALLING if options.parse_args().calling else SMALL
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ones = asyncio.run(every_one(Path(folder), text))
    at_once = os.cpu_count() or 1
    # More shares than cores: the first points leave more to come by than the last ones.
    shares = 8 * at_once
    with ProcessPoolExecutor(at_once) as pool:
        working = [pool.submit(pairs, text, part, shares) for part in range(shares)]
        twos = sum((one.result() for one in working), Tally())
    print(
        f"{ones.tried} boundaries, {len(ones.bad)} bad\n{twos.tried} pairs, {len(twos.bad)} bad,"
        f" in {time.monotonic() - began:.0f} s"
    )
    for deaths, verdict in list((ones.bad | twos.bad).items())[:20]:
        print(f"  {deaths}: {verdict}")
    sys.exit(bool(ones.bad or twos.bad))


if __name__ == "__main__":
    main()
