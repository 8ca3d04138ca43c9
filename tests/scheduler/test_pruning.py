"""Pruning: what ended long ago is forgotten, what waits for somebody never is."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adloom.database.care import used_bytes
from scheduler.pruning import Pruned, Pruning
from scheduler.summaries import summaries
from tests.scheduler.bench_of_scenarios import DatedWorld, ScenarioBench, scenario_bench
from tests.scheduler.test_workshop import LATER, PAUSE, SEARCH, WATCH, ads, touch

DAYS = 30


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, DatedWorld(ads=ads(2))) as made:
        yield made


def pruning(bench: ScenarioBench, *, megabytes: int = 1_000) -> Pruning:
    workshop = bench.workshop
    return Pruning(workshop.database, workshop.scenarios, DAYS, megabytes)


async def left(bench: ScenarioBench) -> dict[str, int]:
    """How many rows each table has."""
    tables = ("execution", "operation", "call", "step_run", "incomplete", "scenario_text")

    def count(table: str) -> str:
        return f"SELECT COUNT(*) FROM {table}"  # noqa: S608 - names of ours

    return await bench.workshop.database.read(
        lambda work: {table: work.run(count(table))[0][0] for table in tables}
    )


async def test_an_old_execution_goes_with_everything_that_belongs_to_it(
    bench: ScenarioBench,
) -> None:
    await bench.put(SEARCH + PAUSE)
    await bench.run()
    before = await left(bench)
    bench.world.clock.move(timedelta(days=DAYS + 1).total_seconds())

    pruned = await pruning(bench).prune(bench.world.clock.now())

    after = await left(bench)
    assert min(before["execution"], before["operation"], before["call"], before["step_run"]) > 0
    assert Pruned(executions=1) == pruned
    assert {0} == {after[table] for table in ("execution", "operation", "call", "step_run")}
    assert 1 == after["scenario_text"]


async def test_what_is_young_or_waits_for_somebody_stays(bench: ScenarioBench) -> None:
    bench.world.before += LATER
    await bench.put(SEARCH + PAUSE)
    await bench.run()
    bench.world.clock.move(timedelta(days=DAYS + 1).total_seconds())
    await bench.run()

    pruned = await pruning(bench).prune(bench.world.clock.now())

    statuses = [one.status for one in await summaries(bench.workshop.database)]
    assert 0 == pruned.executions
    assert ["done", "incomplete"] == statuses


async def test_a_version_that_something_waits_with_is_kept(bench: ScenarioBench) -> None:
    bench.world.before += LATER
    version = await bench.put(SEARCH + PAUSE)
    await bench.run()
    await bench.put(SEARCH)
    bench.world.clock.move(timedelta(days=DAYS + 1).total_seconds())

    await pruning(bench).prune(bench.world.clock.now())

    assert SEARCH + PAUSE == await bench.workshop.scenarios.load_text(version)


async def test_a_key_goes_once_it_cannot_come_into_view_again(bench: ScenarioBench) -> None:
    await bench.put(WATCH)
    await bench.run()
    for days in (0, DAYS + 1):
        bench.world.clock.move(timedelta(days=days, hours=1).total_seconds())
        touch(bench, 0, ad_name=f"After {days} days")
        bench.world.clock.move(60)
        await bench.run()
    bench.world.clock.move(3600)
    await bench.run()  # a second whole scan confirms the move

    pruned = await pruning(bench).prune(bench.world.clock.now())
    again = await bench.run()

    assert 1 == pruned.bundles
    assert again.polled is not None
    assert 0 == again.polled.found


async def test_a_journal_that_is_too_large_loses_its_oldest(bench: ScenarioBench) -> None:
    await bench.put(SEARCH)
    for _ in range(3):
        await bench.run()
        bench.world.clock.move(3600)
    size = await used_bytes(bench.workshop.database)

    pruned = await pruning(bench, megabytes=0).prune(bench.world.clock.now())

    assert size > 0
    assert 3 == pruned.executions
