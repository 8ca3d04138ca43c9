"""A plan shows what a scenario would do, and does nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import RejectedError, UsageError
from adloom.wire import Request
from scheduler.planning import Planner
from tests.scheduler.bench_of_scenarios import (
    ADVERTISER,
    DatedWorld,
    ScenarioBench,
    scenario_bench,
)
from tests.scheduler.planned import (
    PAUSE,
    SEARCH,
    WATCH,
    Untouchable,
    ads,
    everything,
    planned,
    said,
)

FIRST, SECOND = "1700000000000001", "1700000000000002"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, Untouchable(ads=ads(2))) as made:
        yield made


# --- nothing happens ------------------------------------------------------------------------------


async def test_it_shows_every_change_and_sends_none(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)

    assert [
        (FIRST, "operation_status", "ENABLE", "DISABLE"),
        (SECOND, "operation_status", "ENABLE", "DISABLE"),
    ] == said(plan)
    assert [f"ad {FIRST} “Ad 1”", f"ad {SECOND} “Ad 2”"] == [use.led_by for use in plan.uses]
    assert [] == bench.world.sent
    assert [] == bench.world.effects


async def test_no_row_of_the_journal_changes(bench: ScenarioBench) -> None:
    text = (
        WATCH
        + PAUSE
        + """\
  - id: note
    store: {name: seen, operation: put, key: "{{ads.ad_id}}", value: 1}
"""
    )
    await bench.workshop.data.put("seen", "kept", 1)
    version = await bench.put(text)
    before = await everything(bench)

    plan = await bench.workshop.plan(await bench.workshop.version(version))

    assert before == await everything(bench)
    assert 2 == plan.bundles
    assert ["put seen", "put seen"] == [f"{one.operation} {one.store}" for one in plan.values]


async def test_the_stage_holds_nothing_that_could_send(bench: ScenarioBench) -> None:
    planner = bench.workshop.planner
    await bench.put(SEARCH)
    from scheduler.stages.planned_data import PlannedData
    from scheduler.stages.planning import PlanningStage

    stage = PlanningStage(PlannedData(bench.workshop.database, bench.world.clock))
    equipment = Planner._equipment(planner, stage, lambda _: None)
    opened = await equipment.reader.connect("acme")

    assert equipment.queue is None
    assert not hasattr(opened.api, "inner")
    assert {"read", "pages", "accounts"} == set(vars(vars(opened.api)["api"]))
    with pytest.raises(UsageError, match="sends nothing"):
        await opened.api.change(Request("POST", "/ad/status/update/"))
    with pytest.raises(AssertionError, match="only looked at"):
        await equipment.store.put("seen", "a", 1)
    with pytest.raises(AssertionError, match="only looked at"):
        await equipment.journal.drop(await _some_execution(bench))


async def _some_execution(bench: ScenarioBench) -> Any:
    await bench.workshop.run(await bench.workshop.current("s"))
    [execution] = await bench.workshop.journal.all()
    return execution


async def test_pauses_and_retries_take_no_time(bench: ScenarioBench) -> None:
    text = (
        SEARCH
        + """\
  - {id: wait, sleep: 5 minutes}
  - id: again
    module: get_ad
    connection: acme
    params: {advertiser_id: "1", ad_id: "{{ads.ad_id}}"}
    on_error: {retry: {count: 3, interval: 30 seconds}}
"""
    )
    asked = bench.world.listings["/ad/get/"]

    def listed(query: Any) -> Any:
        if query["advertiser_id"] == "1":
            raise RejectedError("No.")
        return asked(query)

    bench.world.listings["/ad/get/"] = listed
    plan = await planned(bench, text)

    assert ["again", "again"] == [one.step for one in plan.troubles]
    assert [] == bench.world.clock.slept


# --- what it begins with --------------------------------------------------------------------------


async def test_a_trigger_is_peeked_at_and_hands_the_same_on_afterwards(tmp_path: Path) -> None:
    async with scenario_bench(tmp_path, Untouchable(ads=ads(3))) as bench:
        first = await planned(bench, WATCH)
        second = await planned(bench, WATCH)
        ran = await bench.run()

        assert 2 == first.bundles
        keys = [[item.key for item in plan.batches[0].items or ()] for plan in (first, second)]
        assert keys[0] == keys[1]
        assert ran.polled is not None
        assert 2 == ran.polled.found


async def test_what_waits_in_the_inbox_comes_first(bench: ScenarioBench) -> None:
    await bench.put(WATCH)
    await bench.workshop.inbox.put("s", "ads", "x", {"ad_id": "9", "advertiser_id": ADVERTISER})
    bench.world.clock.move(1)

    plan = await planned(bench, WATCH)

    [batch] = plan.batches
    assert ["9", FIRST] == [item.bundle["ad_id"] for item in batch.items or ()]


async def test_cycles_are_executions_of_their_own(tmp_path: Path) -> None:
    async with scenario_bench(tmp_path, Untouchable(ads=ads(5))) as bench:
        plan = await planned(bench, WATCH.replace("steps:", "settings: {cycles: 2}\nsteps:", 1))

    assert [2, 2] == [len(batch.items or ()) for batch in plan.batches]
    assert 2 == len({batch.execution for batch in plan.batches})


async def test_a_limit_of_its_own_carries_fewer(bench: ScenarioBench) -> None:
    plan = await planned(bench, WATCH + PAUSE, limit=1)

    assert 1 == plan.bundles
    assert [FIRST] == [identity for identity, *_ in said(plan)]


async def test_a_watch_that_begins_now_has_nothing_to_hand_on(bench: ScenarioBench) -> None:
    plan = await planned(bench, WATCH.replace("    start: everything\n", ""))

    assert (0, (ADVERTISER,)) == (plan.bundles, plan.begun)
    assert plan.is_empty


HOOK = """
name: s
schedule: immediately
steps:
  - {id: request, module: watch_webhook}
  - id: note
    store: {name: seen, operation: put, key: "{{request.body.id}}", value: 1}
"""


async def test_an_instant_trigger_is_given_bundles(bench: ScenarioBench) -> None:
    bundle = {"id": "r1", "body": {"id": "a"}}

    plan = await planned(bench, HOOK, given=[bundle])

    assert plan.given
    assert ["a"] == [one.key for one in plan.values]


async def test_without_any_what_waits_is_taken(bench: ScenarioBench) -> None:
    await bench.put(HOOK)
    await bench.workshop.inbox.put("s", "request", "k", {"body": {"id": "b"}})

    plan = await planned(bench, HOOK)

    assert ["b"] == [one.key for one in plan.values]


async def test_what_looks_for_its_bundles_itself_is_given_none(bench: ScenarioBench) -> None:
    with pytest.raises(UsageError, match="looks for its bundles itself"):
        await planned(bench, WATCH, given=[{}])
    with pytest.raises(UsageError, match="does not begin with a trigger"):
        await planned(bench, SEARCH, given=[{}])


# --- what comes of it -----------------------------------------------------------------------------


async def test_troubles_are_told_as_they_would_happen_and_the_others_go_on(
    bench: ScenarioBench,
) -> None:
    text = SEARCH + PAUSE.replace("{{ads.ad_id}}", "{{if(ads.ad_name = 'Ad 1'; '9'; ads.ad_id)}}")

    plan = await planned(bench, text)

    [trouble] = plan.troubles
    assert "pause" == trouble.step
    assert "does not exist" in trouble.reason or "no ad" in trouble.reason.lower()
    assert [SECOND] == [identity for identity, *_ in said(plan)]


async def test_what_only_an_answer_tells_ends_the_plan_there_and_says_so(
    bench: ScenarioBench,
) -> None:
    text = (
        SEARCH.replace("limit: 0", "limit: 1")
        + """\
  - id: call
    module: make_api_call
    connection: acme
    params: {path: /pixel/create/, method: POST, body: {advertiser_id: "1"}}
  - id: same
    set: {variables: {x: 1}}
  - id: more
    store: {name: seen, operation: put, key: "{{call.body.data.id}}", value: 1}
"""
    )

    plan = await planned(bench, text)

    assert ["more"] == [one.step for one in plan.unforeseen]
    assert () == plan.values
    assert () == plan.troubles
    assert ["/pixel/create/"] == [identity for identity, *_ in said(plan)]


async def test_an_aggregator_waits_for_what_nobody_can_foresee(bench: ScenarioBench) -> None:
    text = (
        SEARCH
        + """\
  - id: call
    module: make_api_call
    connection: acme
    params: {path: /pixel/create/, method: POST, body: {advertiser_id: "1"}}
  - id: use
    set: {variables: {x: "{{call.body}}"}}
  - id: all
    aggregator: {source: ads, kind: array, fields: {id: "{{ads.ad_id}}"}}
  - id: note
    store: {name: seen, operation: put, key: all, value: "{{all.count}}"}
"""
    )

    plan = await planned(bench, text)

    assert ["use", "use"] == [one.step for one in plan.unforeseen]
    assert () == plan.values


async def test_a_rollback_leaves_no_values(bench: ScenarioBench) -> None:
    text = (
        SEARCH
        + """\
  - id: note
    store: {name: seen, operation: put, key: "{{ads.ad_id}}", value: 1}
  - id: bad
    module: get_ad
    connection: acme
    params: {advertiser_id: "1", ad_id: "2"}
    on_error: rollback
"""
    )

    plan = await planned(bench, text)

    assert () == plan.values
    assert ["There is no ad 2 in account 1."] == [one.reason for one in plan.troubles]


async def test_a_plan_of_the_same_twice_says_the_same(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    scenario = await bench.workshop.current("s")

    again = await bench.workshop.planner.again(plan, scenario)

    assert plan.uses == again.uses


# --- limits ---------------------------------------------------------------------------------------

ONE = "limits: {changes_per_run: 1, on_limit: skip}\nsteps:"


async def test_limits_hold_in_a_plan_as_they_would(bench: ScenarioBench) -> None:
    before = await everything(bench)

    plan = await planned(bench, (SEARCH + PAUSE).replace("steps:", ONE, 1))

    assert [FIRST] == [identity for identity, *_ in said(plan)]
    assert any("limits.changes_per_run" in one.reason for one in plan.troubles)
    for table in ("rail_change", "rail_active", "hold"):
        assert before[table] == (await everything(bench))[table]


async def test_what_was_changed_today_counts_in_a_plan(tmp_path: Path) -> None:
    text = (SEARCH + PAUSE).replace("steps:", ONE.replace("per_run: 1", "per_day: 2"), 1)
    async with scenario_bench(tmp_path, DatedWorld(ads=ads(1))) as bench:
        await bench.put(text)
        await bench.run()
        bench.world.ads += ads(3)[1:]
        bench.world.clock.move(60)

        plan = await planned(bench, text)

    assert [SECOND] == [identity for identity, *_ in said(plan)]
