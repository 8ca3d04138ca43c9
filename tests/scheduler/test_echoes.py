"""Which versions of an item count as our own doing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.fields import validate
from adloom.wire import Answer, Record, Request
from modules import find_module
from modules.base import Call, Change
from scheduler.echoes import Echoes
from scheduler.polling import Watched
from scheduler.records import CallState, Execution, Operation, RecordedCall, Status
from scheduler.watch_store import Source
from scheduler.watches import Position
from tests.scheduler.bench_of_scenarios import (
    ADVERTISER,
    DatedWorld,
    ScenarioBench,
    scenario_bench,
)
from tests.scheduler.world import NOW

LAG = timedelta(seconds=5)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, DatedWorld()) as made:
        source = Source("s", "ads", ADVERTISER)
        settled = Position(settled=NOW - timedelta(hours=1))
        await made.workshop.watches.begin(source, settled, "f")
        yield made


async def changed(bench: ScenarioBench, *, state: CallState = CallState.DONE, **new: Any) -> None:
    """One of our calls sets fields of the ad 17 and is answered ten seconds later."""
    changes = tuple(Change("ad", "17", "Ad", name, None, value) for name, value in new.items())
    recorded = RecordedCall(0, Call("17", Request("POST", "/ad/update/"), changes))
    operation = Operation("o", "update_ad", "acme", {}, calls=(recorded,))
    execution = Execution("e", Status.RUNNING, NOW, "n", operations=(operation,))
    journal = bench.workshop.journal
    await journal.begin(execution)
    await journal.intent(execution, operation, 0)
    bench.world.clock.move(10)
    answer = Answer(200, {}, {}, {}, NOW)
    await journal.outcome(execution, operation, recorded, state, answer=answer)


async def is_ours(bench: ScenarioBench, seconds: float | None, **bundle: Any) -> bool:
    """Whether a version of the ad 17, dated so long after our call left, is our doing."""
    echoes = Echoes(bench.workshop.database, LAG)
    await echoes.listen("s")
    module = find_module("watch_ads")
    params = validate(module.params, {"advertiser_ids": [ADVERTISER], "by": "updated"})
    dated = {} if seconds is None else {"modify_time": f"{NOW + timedelta(seconds=seconds):%F %T}"}
    row: Record = {"ad_id": "17", **dated, **bundle}
    return echoes.ours(Watched("s", "ads", module, params, "acme"))(row)


@pytest.mark.parametrize(
    ("seconds", "ours"), [(-60, False), (-2, True), (0, True), (10, True), (17, True), (18, False)]
)
async def test_only_what_is_dated_between_our_call_and_its_coming_into_view_is_ours(
    seconds: float, ours: bool, bench: ScenarioBench
) -> None:
    await changed(bench, operation_status="DISABLE")

    assert ours is await is_ours(bench, seconds, operation_status="DISABLE")


async def test_another_value_or_another_item_is_not_ours(bench: ScenarioBench) -> None:
    await changed(bench, operation_status="DISABLE")

    assert not await is_ours(bench, 5, operation_status="ENABLE")
    assert not await is_ours(bench, 5, ad_id="18", operation_status="DISABLE")
    assert not await is_ours(bench, 5, ad_name="DISABLE")


@pytest.mark.parametrize("shown", [50, 50.0, "50.00", "50"])
async def test_an_amount_is_the_same_however_it_is_written(
    shown: object, bench: ScenarioBench
) -> None:
    await changed(bench, budget=50)

    assert await is_ours(bench, 5, budget=shown)


async def test_what_has_no_date_is_known_by_its_value(bench: ScenarioBench) -> None:
    await changed(bench, operation_status="DISABLE")

    assert await is_ours(bench, None, operation_status="DISABLE")


@pytest.mark.parametrize("state", [CallState.FAILED, CallState.IN_DOUBT])
async def test_what_did_not_happen_or_nobody_knows_of_is_not_ours(
    state: CallState, bench: ScenarioBench
) -> None:
    await changed(bench, state=state, operation_status="DISABLE")

    assert not await is_ours(bench, 5, operation_status="DISABLE")
