"""Let a watched platform live through random histories, and check that no watch misses or repeats.

Run: `.venv/bin/python -m benchmarks.histories [--histories N]`

As many of each kind: new items or every change, replicas that are consistent or behind, stamps in
the future. All cores work. Exits with 1 if anything was missed or told twice; a history that fails
is named by its seed, and is the same whenever it is run.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Final

from tests.scheduler.histories import Settings, run_history

KINDS: Final = {
    f"{by}, {how}": Settings(by, stale=stale, ahead=ahead)
    for by in ("created", "updated")
    for how, stale, ahead in (
        ("consistent", 0, 0),
        ("replicas 6 s behind", 6, 0),
        ("stamps 500 s ahead", 0, 500),
    )
}
#: Histories a process works off at a time.
SHARE: Final = 250


def share(kind: str, seeds: Sequence[int]) -> tuple[int, int, list[str]]:
    """Run some histories: how many polls, how many items handed on, what went wrong."""
    polls, items, faults = 0, 0, []
    for seed in seeds:
        try:
            chance = Random(seed)  # noqa: S311 - the same ones each time
            bench = run_history(chance, KINDS[kind])
        except AssertionError as fault:
            faults.append(f"{kind}, seed {seed}: {fault}")
        else:
            polls += bench.position.polls
            items += len(bench.inbox)
    return polls, items, faults


def main() -> None:
    """Run them all and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("--histories", type=int, default=10_000, help="in all")
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    began, each = time.monotonic(), -(-chosen.histories // len(KINDS))
    polls, items, faults = Counter[str](), Counter[str](), []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        working = [
            (kind, pool.submit(share, kind, range(first, min(first + SHARE, chosen.seed + each))))
            for first in range(chosen.seed, chosen.seed + each, SHARE)
            for kind in KINDS
        ]
        for kind, one in working:
            polled, found, wrong = one.result()
            polls[kind] += polled
            items[kind] += found
            faults += wrong
    print("| watched | histories | polls | handed on | missed or told twice |")
    print("|---|---:|---:|---:|---:|")
    for kind in KINDS:
        wrong = [one for one in faults if one.startswith(f"{kind},")]
        print(f"| {kind} | {each:,} | {polls[kind]:,} | {items[kind]:,} | {len(wrong)} |")
    print(f"\n{each * len(KINDS):,} histories in {time.monotonic() - began:.0f} s")
    for fault in faults[:20]:
        print(" ", fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
