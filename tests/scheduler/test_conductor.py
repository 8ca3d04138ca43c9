"""A scenario from its trigger to its last step: nothing lost, nothing twice, whatever dies."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import AuthorizationError, RejectedError, RetryableError
from adloom.wire import Record
from scheduler.history import StepState
from scheduler.polling import OVERLAP
from scheduler.records import Status
from scheduler.runs import RunResult
from tests.scheduler.stage import ADVERTISER, Stage, ad_row, stage
from tests.scheduler.world import NOW, World

OTHER = "7100000000000000002"

WATCH = f"""
name: new-ads
description: Switches new ads off.
settings: {{cycles: 1}}
steps:
  - id: new
    module: watch_ads
    connection: acme
    params: {{advertiser_ids: ["{ADVERTISER}"], limit: 2}}
  - id: pause
    module: update_ad_status
    connection: acme
    params:
      advertiser_id: "{{{{new.advertiser_id}}}}"
      ad_id: "{{{{new.ad_id}}}}"
      status: DISABLE
"""
EVERYTHING = WATCH.replace(
    "    params: {advertiser_ids", "    start: everything\n    params: {advertiser_ids"
)


def created(number: int, minutes: float, **more: Any) -> Record:
    moment = (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")
    return ad_row(number, advertiser_id=ADVERTISER, create_time=moment, modify_time=moment, **more)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, World(ads=[])) as made:
        made.world.listings["/ad/get/"] = lambda query: _listed(made.world, query)
        yield made


def _listed(world: World, query: Any) -> list[Record]:
    filtering = query.get("filtering") or {}
    start = filtering.get("creation_filter_start_time", "")
    ids = filtering.get("ad_ids") or filtering.get("ad_ids_v2")
    if "ad_ids_v2" in filtering or "RESERVATION_TOP_VIEW" in filtering.get("buying_types", []):
        return []
    return [
        row
        for row in world.ads
        if row["create_time"] >= start
        and row["advertiser_id"] == query["advertiser_id"]
        and (ids is None or row["ad_id"] in ids)
    ]


def carried(result: RunResult) -> list[int]:
    return [one.bundles for one in result.executions]


async def test_a_watch_that_begins_now_leaves_what_is_there_alone(here: Stage) -> None:
    here.world.ads += [created(1, -60)]

    first = await here.run(WATCH)
    here.world.ads += [created(2, 1)]
    here.world.clock.move(120)
    second = await here.run(WATCH)

    assert [[], [1]] == [carried(first), carried(second)]
    assert first.polled is not None
    assert (ADVERTISER,) == first.polled.begun
    assert ["1700000000000002"] == here.world.effects


async def test_five_new_ads_at_a_limit_of_two_take_three_runs(here: Stage) -> None:
    here.world.ads += [created(number, -number) for number in range(1, 6)]

    found = [carried(await here.run(EVERYTHING)) for _ in range(4)]

    assert [[2], [2], [1], []] == found
    assert sorted(here.world.effects) == sorted(ad["ad_id"] for ad in here.world.ads)
    assert 5 == len(set(here.world.effects))


async def test_more_cycles_carry_more_in_one_run(here: Stage) -> None:
    here.world.ads += [created(number, -number) for number in range(1, 6)]

    result = await here.run(EVERYTHING.replace("cycles: 1", "cycles: 3"))

    assert [2, 2, 1] == carried(result)


async def test_one_failing_account_does_not_hold_up_the_others(here: Stage) -> None:
    text = EVERYTHING.replace(f'["{ADVERTISER}"]', f'["{OTHER}", "{ADVERTISER}"]')
    here.world.ads += [created(1, -1)]

    def listed(query: Any) -> list[Record]:
        if query["advertiser_id"] == OTHER:
            raise RetryableError("That account is out of order.")
        return _listed(here.world, query)

    here.world.listings["/ad/get/"] = listed
    result = await here.run(text)

    assert result.failed
    assert result.polled is not None
    assert [OTHER] == [source for source, _ in result.polled.errors]
    assert 1 == len(here.world.effects)


async def test_another_version_of_the_scenario_keeps_its_place(here: Stage) -> None:
    here.world.ads += [created(1, -60)]
    await here.run(WATCH)
    here.world.ads += [created(2, 1)]
    here.world.clock.move(120)

    result = await here.run(
        WATCH.replace("Switches new ads off.", "Switches them off.")
        + """\
  - {id: after, set: {variables: {x: 1}}}
"""
    )

    assert [1] == carried(result)


async def test_watching_something_else_begins_anew_and_says_so(here: Stage) -> None:
    here.world.ads += [created(1, -60)]
    await here.run(EVERYTHING)

    result = await here.run(EVERYTHING.replace("limit: 2", 'campaign_ids: ["17"], limit: 2'))

    assert [] == carried(result)
    assert any("begins anew" in one for one in here.said)


async def test_a_limit_that_was_changed_is_no_new_beginning(here: Stage) -> None:
    here.world.ads += [created(number, -number) for number in range(1, 4)]
    await here.run(EVERYTHING)

    result = await here.run(EVERYTHING.replace("limit: 2", "limit: 10"))

    assert [1] == carried(result)


async def test_a_connection_that_needs_its_owner_keeps_the_rest_waiting(here: Stage) -> None:
    here.world.ads += [created(number, -number) for number in range(1, 3)]
    here.world.before = [AuthorizationError("Reconnect.")]

    [ended] = (await here.run(EVERYTHING)).executions
    again = await here.resume(ended)
    rest = await here.run(EVERYTHING)

    assert Status.INCOMPLETE is ended.execution.status
    assert Status.DONE is again.execution.status
    assert [1] == carried(rest)
    assert 2 == len(set(here.world.effects)) == len(here.world.effects)


async def test_a_sequential_scenario_waits_for_its_incomplete_execution(here: Stage) -> None:
    text = EVERYTHING.replace("cycles: 1", "sequential: true")
    here.world.ads += [created(number, -number) for number in range(1, 5)]
    here.world.before = [RejectedError("No."), None]
    [ended] = (await here.run(text)).executions

    held = await here.run(text)
    await here.resume(ended)
    free = await here.run(text)

    assert "incomplete" in str(held.held)
    assert [2] == carried(free)


async def test_bundles_go_in_parallel_where_they_may(here: Stage) -> None:
    text = EVERYTHING.replace("cycles: 1", "parallel: 4").replace("limit: 2", "limit: 10")
    here.world.ads += [created(number, -number) for number in range(1, 9)]

    [ended] = (await here.run(text)).executions

    assert Status.DONE is ended.execution.status
    assert 8 == len(set(here.world.effects)) == len(here.world.effects)


async def test_an_aggregator_over_the_trigger_gathers_the_whole_cycle(here: Stage) -> None:
    here.world.ads += [created(number, -number) for number in range(1, 4)]
    text = (
        EVERYTHING.partition("  - id: pause")[0].replace("limit: 2", "limit: 0")
        + """\
  - id: names
    aggregator: {source: new, kind: text, value: "{{new.ad_name}}", separator: ", "}
"""
    )

    [ended] = (await here.run(text)).executions
    [names] = [run for run in (await here.steps(ended)).values() if run.step == "names"]

    assert "Ad 3, Ad 2, Ad 1" == names.output[0]["text"]
    assert 0 == await here.conductor.inbox.waiting("new-ads")


async def test_the_kill_switch_stops_everything(here: Stage) -> None:
    here.world.ads += [created(1, -1)]
    here.stopped.append(True)

    result = await here.run(EVERYTHING)

    assert result.held is not None
    assert [] == here.world.effects


async def test_a_budget_that_is_used_up_stops_the_execution_and_loses_nothing(here: Stage) -> None:
    text = EVERYTHING.replace("cycles: 1", "budget: {operations: 1}")
    here.world.ads += [created(number, -number) for number in range(1, 3)]

    [ended] = (await here.run(text)).executions
    again = await here.resume(ended, EVERYTHING)
    rest = await here.run(EVERYTHING)

    assert "operations" in str(ended.error)
    assert Status.DONE is again.execution.status
    assert 2 == len(set(here.world.effects)) == len(here.world.effects)
    assert carried(rest) in ([1], [])


# --- crashes ---


class Killed(BaseException):
    """The process is gone: nothing after this line happens."""


async def test_what_a_dead_process_left_is_carried_on_and_nothing_is_done_twice(
    tmp_path: Path,
) -> None:
    world = World(ads=[created(number, -number) for number in range(1, 3)])
    world.listings["/ad/get/"] = lambda query: _listed(world, query)
    world.settle_seconds = 0.0
    world.after = [Killed()]  # type: ignore[list-item] # no error of ours
    async with stage(tmp_path, world) as first:
        with pytest.raises(Killed):
            await first.run(EVERYTHING)

    async with stage(tmp_path, world) as second:
        scenario = second.load(EVERYTHING)
        [left] = [
            one for one in await second.journal.all(only_open=True) if one.status is Status.RUNNING
        ]
        ended = await second.conductor.resume(left, scenario)

    assert ended is not None
    assert Status.DONE is ended.execution.status
    assert sorted(ad["ad_id"] for ad in world.ads) == sorted(world.effects)


async def test_a_bundle_that_keeps_killing_its_process_is_set_aside(tmp_path: Path) -> None:
    world = World(ads=[created(1, -2), created(2, -1)])
    world.listings["/ad/get/"] = lambda query: _listed(world, query)
    world.settle_seconds = 0.0
    deaths, ended = 0, None
    for life in range(4):
        world.before = [Killed()]  # type: ignore[list-item] # no error of ours
        try:
            async with stage(tmp_path, world) as here:
                scenario = here.load(EVERYTHING)
                if life == 0:
                    await here.run(EVERYTHING)
                    continue
                [left] = await here.journal.all(only_open=True)
                if life == 3:
                    world.before = []
                ended = await here.conductor.resume(left, scenario)
        except Killed:
            deaths += 1

    assert 3 == deaths
    assert ["1700000000000002"] == world.effects
    assert ended is not None
    # It was about to change something when it died: somebody has to look.
    assert Status.IN_DOUBT is ended.execution.status


async def test_history_tells_why_a_step_failed(here: Stage) -> None:
    here.world.ads += [created(1, -1)]
    here.world.before = [RejectedError("TikTok says no.")]

    [ended] = (await here.run(EVERYTHING)).executions
    [failed] = [
        run for run in (await here.steps(ended)).values() if run.state is StepState.INCOMPLETE
    ]

    assert "TikTok says no." == failed.error


async def test_the_overlap_is_longer_than_anything_can_be_late() -> None:
    assert timedelta(minutes=15) == OVERLAP
