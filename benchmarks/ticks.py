"""What ten thousand scenarios cost a runner with nothing else to do, and how late they start.

Every scenario runs every 15 minutes, or as often as is asked for, spread over that time; a run does
nothing.

Run: `.venv/bin/python -m benchmarks.ticks [--scenarios N] [--seconds N] [--every SECONDS]`
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adloom.clock import SystemClock
from adloom.database import Database, Transaction, open_database
from scenarios.schedules import Schedule, ScheduleKind
from scheduler.due_store import DueStore
from scheduler.nodes import Node
from scheduler.runner import Runner
from scheduler.scenario_rows import Due, RunEnd, schedule_text
from scheduler.schema import MIGRATIONS


async def fill(database: Database, count: int, every: int) -> None:
    """Scenarios with a start of their own each, all enabled."""
    now = datetime.now(UTC)

    def work(work: Transaction) -> None:
        for number in range(count):
            first = now + timedelta(seconds=every * number / count)
            starts = first - timedelta(seconds=every)
            schedule = Schedule(ScheduleKind.EVERY, every_seconds=every, starts=starts)
            work.run(
                "INSERT INTO scenario (workspace, name, hash, schedule, zone, overlap, max_errors,"
                " enabled, next_at, next_slot, due_at, reckoned_at, errors_in_row, updated_at)"
                " VALUES ('local', ?, 'hash', ?, 'UTC', 'skip', 3, 1, ?, ?, ?, ?, 0, ?)",
                f"scenario {number}",
                schedule_text(schedule),
                first.isoformat(),
                f"{first:%Y-%m-%dT%H:%M:%S}Z",
                first.isoformat(),
                now.isoformat(),
                now.isoformat(),
            )

    await database.write(work)


async def measure(folder: Path, scenarios: int, seconds: float, every: int) -> None:
    """Let it run, and print."""
    lags: list[float] = []
    ticks: list[float] = []

    async def conduct(due: Due) -> RunEnd:
        lags.append((datetime.now(UTC) - due.at).total_seconds())
        return RunEnd()

    class Measured(DueStore):
        """Takes the time of a tick's work."""

        async def claim_due(self, now: datetime, node: str, limit: int) -> list[Due]:
            began = time.perf_counter()
            dues = await super().claim_due(now, node, limit)
            ticks.append(time.perf_counter() - began)
            return dues

    clock = SystemClock()
    async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal") as database:
        await fill(database, scenarios, every)
        with Node(folder / "locks") as node:
            runner = Runner(Measured(database, clock), conduct, clock, node, at_once=64)
            asyncio.get_running_loop().call_later(seconds, runner.stop)
            cpu, began = _cpu(), time.perf_counter()
            await runner.serve()
            share = (_cpu() - cpu) / (time.perf_counter() - began)
    lags.sort()
    print(f"{scenarios:,} scenarios every {every} s, for {seconds:g} s: {len(lags)} runs")
    print(f"CPU {share:.2%} of a core")
    print(f"lag ms: median {_at(lags, 0.5)}, p99 {_at(lags, 0.99)}, most {_at(lags, 1)}")
    print(
        f"claiming ms: median {1000 * statistics.median(ticks):.1f}, most {1000 * max(ticks):.1f}"
    )


def _cpu() -> float:
    used = os.times()
    return used.user + used.system


def _at(values: list[float], share: float) -> str:
    return f"{1000 * values[min(int(len(values) * share), len(values) - 1)]:.0f}"


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser()
    options.add_argument("--scenarios", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--every", type=int, default=900, help="seconds")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), chosen.scenarios, chosen.seconds, chosen.every))


if __name__ == "__main__":
    main()
