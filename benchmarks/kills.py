"""Kill a process that runs a scenario, thousands of times, and count what was lost or doubled.

Run: `.venv/bin/python -m benchmarks.kills [--kills N] [--without PROTECTION]`

Rounds of a hundred kills or so, each with a simulator and a workspace of its own, as many at a
time as there are cores. Exits with 1 if anything was lost, doubled or left open.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path

from tests.scheduler.killing import Round, kill_round
from tests.scheduler.protections import PROTECTIONS

#: What a round has to work off; there are about as many kills as it has bundles.
ADS = 330
KILLS = 110


def one_round(seed: int, protection: str | None) -> Round:
    """One round in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        working = kill_round(
            Path(folder) / "w", kills=KILLS, ads=ADS, seed=seed, protection=protection
        )
        return asyncio.run(working)


def main() -> None:
    """Kill until there were enough, and print the sums."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--without", choices=PROTECTIONS)
    chosen = options.parse_args()
    total, began, seeds = Round(), time.monotonic(), count(chosen.seed)
    at_once = os.cpu_count() or 1
    with ProcessPoolExecutor(at_once) as pool:
        while total.kills < chosen.kills:
            rounds = [pool.submit(one_round, next(seeds), chosen.without) for _ in range(at_once)]
            for one in rounds:
                total += one.result()
            print(f"{total.kills} kills, {len(total.faults)} faults", flush=True)
    print(
        f"\n{total.kills} kills in {time.monotonic() - began:.0f} s, {total.hits} of them between"
        f" an intent and its outcome\n{total.bundles} bundles, {total.changes} changes,"
        f" {total.parked} left to a person\n{len(total.faults)} lost, doubled or left open"
    )
    for fault in total.faults[:20]:
        print(" ", fault)
    sys.exit(bool(total.faults))


if __name__ == "__main__":
    main()
