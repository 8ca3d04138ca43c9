"""How long a step takes: five steps for each of 10,000 bundles, everything written down durably.

Run: `.venv/bin/python -m benchmarks.chain [--bundles N] [--runs N] [--profile]`

A trigger finds the bundles (in memory: no platform is measured), and each of them goes through five
steps that need nothing but themselves. Beside it stands a bare journal: the same units of work,
handed to an empty database in the same order, with nothing around them.
"""

import argparse
import asyncio
import cProfile
import pstats
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adloom.database import Database, open_database
from scheduler.records import Status
from scheduler.schema import MIGRATIONS
from tests.scheduler.breaking import platform
from tests.scheduler.stage import ADVERTISER, Stage, stage

STEPS: Final = 5
SCENARIO: Final = f"""
name: chain
settings: {{budget: {{operations: 10000000}}}}
steps:
  - id: new
    module: watch_ads
    connection: acme
    start: everything
    params: {{advertiser_ids: ["{ADVERTISER}"], limit: 0}}
  - {{id: one, set: {{variables: {{name: "{{{{new.ad_name}}}}", id: "{{{{new.ad_id}}}}"}}}}}}
  - id: two
    when: "{{{{one.name != \\"Summer\\"}}}}"
    set: {{variables: {{text: "{{{{one.name}}}} of {{{{new.campaign_id}}}}"}}}}
  - {{id: three, iterator: {{items: ["{{{{two.text}}}}"]}}}}
  - {{id: four, set: {{variables: {{size: "{{{{length(three.value)}}}}"}}}}}}
  - {{id: five, set: {{variables: {{text: "{{{{upper(two.text)}}}}: {{{{four.size}}}}"}}}}}}
"""

Job = tuple[bool, Callable[[Any], Any]]


@dataclass(frozen=True)
class Figure:
    """What a run took: microseconds of a step, on the clock and of CPU."""

    wall: float
    cpu: float


async def timed(work: Callable[[], Awaitable[object]], steps: int) -> Figure:
    """Time some work."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    return Figure(*(one / steps * 1e6 for one in spent))


def recorded(database: Database) -> list[Job]:
    """Everything a database is given from now on: whether somebody waited, and the work."""
    jobs: list[Job] = []
    write, post = database.write, database.post

    async def writing(work: Any) -> Any:
        jobs.append((True, work))
        return await write(work)

    def posting(work: Any) -> Any:
        jobs.append((False, work))
        return post(work)

    database.write, database.post = writing, posting  # type: ignore[method-assign] # looked over
    return jobs


async def chain(
    folder: Path, bundles: int, *, is_recorded: bool = True
) -> tuple[Figure, list[Job]]:
    """Carry the bundles; what it took, and what was written."""
    world = platform(bundles, 0)
    async with stage(folder, world) as here:
        scenario, jobs = here.load(SCENARIO), recorded(here.database) if is_recorded else []

        async def work() -> None:
            [ended] = (await here.conductor.run(scenario)).executions
            assert ended.execution.status is Status.DONE

        figure = await timed(work, bundles * STEPS)
        await counted(here, bundles)
        return figure, jobs


async def counted(here: Stage, bundles: int) -> None:
    """See that every step of every bundle was written down."""
    rows = await here.database.read(
        lambda work: work.run("SELECT COUNT(*) FROM step_run WHERE state = 'done'")
    )
    assert rows[0][0] == bundles * STEPS


async def bare(folder: Path, jobs: list[Job], steps: int) -> Figure:
    """Hand the same work to an empty journal."""
    async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal") as database:

        async def work() -> None:
            for is_awaited, job in jobs:
                if is_awaited:
                    await database.write(job)
                else:
                    database.post(job)
            await database.settle()

        return await timed(work, steps)


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("--bundles", type=int, default=10_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--profile", action="store_true")
    chosen = options.parse_args()
    steps = chosen.bundles * STEPS
    found: dict[str, list[Figure]] = {"chain": [], "bare journal": []}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        asyncio.run(chain(Path(one), 10))  # to warm up
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        asyncio.run(chain(Path(other), chosen.bundles, is_recorded=False))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(chosen.runs):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            profile = cProfile.Profile()
            if chosen.profile:
                profile.enable()
            figure, jobs = asyncio.run(chain(Path(one), chosen.bundles))
            if chosen.profile:
                profile.disable()
                pstats.Stats(profile).sort_stats("tottime").print_stats(35)
            found["chain"].append(figure)
            found["bare journal"].append(asyncio.run(bare(Path(other), jobs, steps)))
    print("| | µs on the clock | µs of CPU |\n|---|---:|---:|")
    middle = {
        name: Figure(
            statistics.median(one.wall for one in figures),
            statistics.median(one.cpu for one in figures),
        )
        for name, figures in found.items()
    }
    for name, figure in middle.items():
        print(f"| {name} | {figure.wall:.1f} | {figure.cpu:.1f} |")
    first, second = middle.values()
    print(f"| ratio | {first.wall / second.wall:.2f} | {first.cpu / second.cpu:.2f} |")
    megabytes = (after - before) / 1024
    print(f"\n{steps:,} steps of {chosen.bundles:,} bundles; memory grew by {megabytes:.0f} MB")


if __name__ == "__main__":
    main()
