"""Plan random scenarios, apply the plans, and count where one did not say what the other did.

Run: `.venv/bin/python -m benchmarks.plans [--scenarios N] [--simulator SHARE]`

A share of them over a simulator, the others over an account in memory; in every other one somebody
changes something between the plan and applying it. Only scenarios that would do something count.
Exits with 1 if anything was done that was not planned, or left undone without a word.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path

from tests.scheduler.plan_gate import Verdicts
from tests.scheduler.plan_rounds import in_memory, on_a_simulator

#: Scenarios of a round, which has a workspace of its own.
ROUND = 50


def one_round(first: int, *, simulated: bool) -> Verdicts:
    """One round in a folder of its own."""
    seeds = range(first, first + ROUND)
    rounds = on_a_simulator if simulated else in_memory
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(rounds(Path(folder), seeds))


def judged(verdicts: Verdicts) -> int:
    """How many scenarios would do something."""
    counted = verdicts.counted
    return sum(counted[one] for one in counted if "said so" in one or one == "as planned")


def rounds_of(pool: ProcessPoolExecutor, wanted: int, seeds: Iterator[int], *,
              simulated: bool) -> Verdicts:  # fmt: skip
    """Rounds until enough scenarios were judged."""
    total, at_once = Verdicts(), os.cpu_count() or 1
    while judged(total) < wanted:
        found = [pool.submit(one_round, next(seeds), simulated=simulated) for _ in range(at_once)]
        for one in found:
            total += one.result()
        print(f"{judged(total)} scenarios, {len(total.faults)} faults", flush=True)
    return total


def main() -> None:
    """Plan and apply until there were enough, and print the sums."""
    options = argparse.ArgumentParser()
    options.add_argument("--scenarios", type=int, default=1_000)
    options.add_argument("--simulator", type=float, default=0.5)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    began, seeds = time.monotonic(), count(chosen.seed * ROUND, ROUND)
    simulated = round(chosen.scenarios * chosen.simulator)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        total = rounds_of(pool, simulated, seeds, simulated=True)
        total += rounds_of(pool, chosen.scenarios - simulated, seeds, simulated=False)
    print(f"\n{judged(total)} plans applied in {time.monotonic() - began:.0f} s")
    for verdict, number in total.counted.most_common():
        print(f"{number:8,} {verdict}")
    print(f"{len(total.faults):8,} otherwise than planned")
    for fault in total.faults[:5]:
        print(" ", fault)
    sys.exit(bool(total.faults))


if __name__ == "__main__":
    main()
