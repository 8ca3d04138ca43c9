"""Plans are kept sealed, found again, and forgotten when they are old."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adloom.errors import UnknownNameError
from scheduler.plan_store import KEPT
from scheduler.plan_text import plan_from_text, plan_to_text
from scheduler.records import Execution, Status
from tests.scheduler.bench_of_scenarios import ScenarioBench, scenario_bench
from tests.scheduler.planned import PAUSE, SEARCH, WATCH, Untouchable, ads, everything, planned


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, Untouchable(ads=ads(2))) as made:
        yield made


async def test_a_plan_comes_back_as_it_was_kept(bench: ScenarioBench) -> None:
    plan = await planned(bench, WATCH + PAUSE)

    found = await bench.workshop.plans.load(plan.id)

    assert plan_to_text(plan) == plan_to_text(found)
    assert plan.uses == found.uses
    assert plan.batches == found.batches
    assert plan.glimpses[0].batch.items == found.glimpses[0].batch.items
    assert plan_to_text(plan_from_text(plan_to_text(plan))) == plan_to_text(plan)


async def test_nothing_of_its_bundles_can_be_read_in_the_database(bench: ScenarioBench) -> None:
    await planned(bench, WATCH + PAUSE)

    tables = await everything(bench)

    [row] = tables["plan"]
    readable = [one for one in row if not isinstance(one, bytes)]
    assert not [one for one in readable if "Ad 1" in str(one)]
    assert [] == tables["inbox"]


async def test_plans_are_listed_the_newest_first(bench: ScenarioBench) -> None:
    first = await planned(bench, SEARCH + PAUSE)
    bench.world.clock.move(60)
    second = await planned(bench, SEARCH + PAUSE)

    listed = await bench.workshop.plans.all("s")

    assert [second.id, first.id] == [one.id for one in listed]
    assert (0, 2, 0, None) == (
        listed[0].bundles,
        listed[0].changes,
        listed[0].stops,
        listed[0].applied_at,
    )
    assert [] == await bench.workshop.plans.all("other")


async def test_one_is_found_by_the_beginning_of_its_id_and_by_its_text(
    bench: ScenarioBench,
) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    plans = bench.workshop.plans

    assert plan.id == (await plans.find(plan.id[:-2])).id
    found = await plans.of_text(plan.hash)
    assert found is not None
    assert plan.id == found.id
    assert await plans.of_text("another") is None
    with pytest.raises(UnknownNameError, match="plan"):
        await plans.find("nope")


async def test_it_is_found_by_the_executions_that_apply_it(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)

    found = await bench.workshop.plans.of_execution(plan.batches[0].execution)

    assert found is not None
    assert plan.id == found.id
    assert await bench.workshop.plans.of_execution("another") is None


async def test_old_ones_are_forgotten_but_not_while_something_is_held_to_them(
    bench: ScenarioBench,
) -> None:
    gone = await planned(bench, SEARCH + PAUSE)
    kept = await planned(bench, SEARCH + PAUSE)
    node = bench.workshop.node.id
    open_one = Execution(
        kept.batches[0].execution, Status.RUNNING, kept.made_at, node, scenario="s"
    )
    await bench.workshop.journal.begin(open_one)
    bench.world.clock.move((KEPT + timedelta(days=1)).total_seconds())

    newest = await planned(bench, SEARCH + PAUSE)

    assert {kept.id, newest.id} == {one.id for one in await bench.workshop.plans.all()}
    assert await bench.workshop.plans.of_execution(gone.batches[0].execution) is None


def test_no_digit_of_an_amount_is_lost() -> None:
    from datetime import UTC, datetime
    from decimal import Decimal

    from scheduler.plan_records import ScenarioPlan

    amount = Decimal("12345678901234567.89")
    plan = ScenarioPlan("p", "s", "h", datetime(2026, 11, 21, tzinfo=UTC))

    again = plan_from_text(plan_to_text(replace(plan, daily_budget={"EUR": amount})))

    assert {"EUR": amount} == again.daily_budget
