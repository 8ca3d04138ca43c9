"""Undo in full: random executions taken back, processes killed on the way, a long audit verified.

Run: `.venv/bin/python -m benchmarks.undo [--executions N] [--kills N] [--rows N] [--seed N]`

Executions of one to a dozen steps (switches, budgets, texts, creations, data stores) run on a
simulator; with a chance of 40 % somebody else changes something before they are taken back. Each
must be as before, value by value, or be refused with a reason and left alone. Exits with 1 if one
is not.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from adloom.database import open_database
from scheduler.audit import append
from scheduler.audit_check import verify
from scheduler.audit_rows import CHANGE, Entry
from scheduler.schema import MIGRATIONS
from tests.scheduler.undo_kills import Killed, killed_undo
from tests.scheduler.undoing import Tally, undo_rounds

#: Executions of one workspace, and kills of one undo.
ROUNDS = 60
KILLS = 40


def one_tally(seed: int) -> Tally:
    """Some executions in a workspace of their own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(undo_rounds(Path(folder) / "w", rounds=ROUNDS, seed=seed))


def one_killed(seed: int) -> Killed:
    """One undo that is killed again and again."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(killed_undo(Path(folder) / "w", kills=KILLS, ads=24, seed=seed))


async def chain(rows: int) -> tuple[float, float, bool]:
    """Write a long audit and verify it: seconds for both, and whether it is whole."""
    at = datetime(2026, 11, 21, tzinfo=UTC).isoformat()
    entry = Entry(CHANGE, at, "scenario pause", "20261121-120000-abcdef", kind="ad",
                  module="update_ad_status", connection="acme", account="7100000000000000001",
                  name="Summer", field="operation_status",
                  old='"ENABLE"', new='"DISABLE"')  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "journal.db"
        async with open_database(where, MIGRATIONS, set_name="journal") as database:
            began = time.perf_counter()
            for first in range(0, rows, 1_000):
                group = [replace(entry, object_id=str(first + place)) for place in range(1_000)]
                await database.write(lambda work, group=group: append(work, "local", group))  # type: ignore[misc] # mypy cannot infer a lambda with a default
            written = time.perf_counter() - began
            began = time.perf_counter()
            verdict = await verify(database)
            return written, time.perf_counter() - began, verdict.whole


def main() -> None:
    """Undo until there were enough, kill until there were enough, and print the sums."""
    options = argparse.ArgumentParser()
    options.add_argument("--executions", type=int, default=1_000)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    written, verified, whole = asyncio.run(chain(chosen.rows))
    print(
        f"{chosen.rows:,} rows of audit: written in {written:.1f} s, verified in {verified:.1f} s"
    )
    total, killed, seeds = Tally(), Killed(), count(chosen.seed)
    at_once = os.cpu_count() or 1
    began = time.monotonic()
    with ProcessPoolExecutor(at_once) as pool:
        while total.executions < chosen.executions:
            for one in [pool.submit(one_tally, next(seeds)) for _ in range(at_once)]:
                total += one.result()
            print(f"{total.executions} undone, {len(total.faults)} faults", flush=True)
        seconds = time.monotonic() - began
        while killed.kills < chosen.kills:
            for round_of_kills in [pool.submit(one_killed, next(seeds)) for _ in range(at_once)]:
                found = round_of_kills.result()
                killed = Killed(*(getattr(killed, name) + getattr(found, name)
                                  for name in vars(killed)))  # fmt: skip
            print(f"{killed.kills} kills, {len(killed.faults)} faults", flush=True)
    print(
        f"\n{total.executions} executions with {total.changes} changed values in {seconds:.0f} s:"
        f" {total.restored} restored whole, {total.partly} but for what others had changed,"
        f" {total.refused} refused with a reason; somebody meddled with {total.meddled};"
        f" {total.redone} undos were undone\n{killed.kills} kills of undos with {killed.calls}"
        f" calls, {killed.hits} of them between an intent and its outcome"
    )
    faults = total.faults + killed.faults
    print(f"{len(faults)} not as they should be")
    for fault in faults[:20]:
        print(" ", fault)
    sys.exit(bool(faults) or not whole)


if __name__ == "__main__":
    main()
