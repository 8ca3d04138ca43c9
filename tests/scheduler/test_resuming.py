"""What is resumed is neither done twice nor forgotten, however it came to stop."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adloom.errors import AuthorizationError, RejectedError, RetryableError
from scheduler.conducting import Conducting
from scheduler.history import StepState
from scheduler.records import Status
from scheduler.scenario_rows import Due, RunStatus
from scheduler.workshop import Workshop
from tests.scheduler.breaking import Death, Platform, platform
from tests.scheduler.stage import ADVERTISER, Stage, stage
from tests.scheduler.world import PlainSealer

WATCH = f"""
name: new-ads
steps:
  - id: new
    module: watch_ads
    connection: acme
    start: everything
    params: {{advertiser_ids: ["{ADVERTISER}"], campaign_ids: ["1700000000000010"], limit: 2}}
"""
SEARCH = f"""
name: all-ads
steps:
  - id: new
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", campaign_ids: ["1700000000000010"], limit: 0}}
"""
PAUSE = f"""\
  - id: pause
    module: update_ad_status
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{new.ad_id}}}}", status: DISABLE}}
"""
COPY = f"""\
  - id: copy
    module: make_api_call
    connection: acme
    params:
      path: /ad/copy/
      method: POST
      body: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{new.ad_id}}}}"}}
"""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, platform()) as made:
        yield made


def ids(here: Stage) -> list[str]:
    return [row["ad_id"] for row in here.world.ads if row["campaign_id"].endswith("10")]


def copies(here: Stage) -> int:
    return here.world.effects.count("/ad/copy/")


async def test_trying_again_is_no_death_that_a_bundle_is_set_aside_for(here: Stage) -> None:
    [first, second] = ids(here)
    here.world.before = [RetryableError("Later.")] * 4
    [ended] = (await here.run(WATCH + PAUSE)).executions
    for _ in range(4):
        here.world.before = [RetryableError("Later.")] * 4
        ended = await here.resume(ended)

    assert Status.INCOMPLETE is ended.execution.status
    ended = await here.resume(ended)
    assert Status.DONE is ended.execution.status
    assert [second, first] == here.world.effects


async def test_what_was_begun_before_stays_with_its_execution_when_that_is_stopped_again(
    here: Stage,
) -> None:
    here.world.before = [None, RejectedError("No."), None, RejectedError("No.")]
    [ended] = (await here.run(WATCH + PAUSE + COPY)).executions
    here.world.before = [AuthorizationError("Reconnect.")]
    ended = await here.resume(ended)
    others = await here.run(WATCH + PAUSE + COPY)
    ended = await here.resume(ended)

    assert () == others.executions
    assert Status.DONE is ended.execution.status
    assert [*ids(here), "/ad/copy/", "/ad/copy/"] == here.world.effects


async def test_a_scenario_that_is_called_again_does_not_repeat_what_it_had_done(
    here: Stage,
) -> None:
    here.load("name: inner\nsteps:\n" + (COPY + PAUSE).replace("{{new.", "{{input."))
    here.world.before = [None, RejectedError("No."), None]
    outer = """\
  - id: call
    scenario: inner
    input: {ad_id: "{{new.ad_id}}"}
    on_error: {retry: {count: 2, interval: 1 seconds}}
"""
    [ended] = (await here.run(WATCH + outer)).executions

    assert Status.DONE is ended.execution.status
    assert sorted([*ids(here), "/ad/copy/", "/ad/copy/"]) == sorted(here.world.effects)


async def test_an_aggregator_waits_for_what_stopped_on_the_way(here: Stage) -> None:
    here.world.before = [RejectedError("No.")]
    told = """\
  - {id: names, aggregator: {source: new, kind: text, value: "{{pause.ad_id}}", separator: " "}}
"""
    [ended] = (await here.run(WATCH + PAUSE + told)).executions
    early = await here.steps(ended)
    again = await here.resume(ended)
    [names] = [run for run in (await here.steps(ended)).values() if run.step == "names"]

    assert Status.INCOMPLETE is ended.execution.status
    assert not any(run.step == "names" for run in early.values())
    assert Status.DONE is again.execution.status
    assert " ".join(ids(here)) == names.output[0]["text"]


async def test_an_aggregator_does_not_gather_what_could_not_be_searched_for(here: Stage) -> None:
    listed = here.world.listings["/ad/get/"]

    def fails(_: object) -> list[dict[str, object]]:
        raise RetryableError("Later.")

    told = """\
  - {id: names, aggregator: {source: new, kind: text, value: "{{new.ad_id}}", separator: " "}}
"""
    here.world.listings["/ad/get/"] = fails
    [ended] = (await here.run(SEARCH + told)).executions
    here.world.listings["/ad/get/"] = listed
    again = await here.resume(ended)
    [names] = [run for run in (await here.steps(ended)).values() if run.step == "names"]

    assert Status.DONE is again.execution.status
    assert StepState.DONE is names.state
    assert sorted(ids(here)) == sorted(names.output[0]["text"].split())


async def test_a_scenario_without_a_trigger_goes_on_where_its_process_died(tmp_path: Path) -> None:
    world = platform()
    world.after = [Death()]  # type: ignore[list-item] # no error of ours
    async with stage(tmp_path, world) as first:
        with pytest.raises(Death):
            await first.run(SEARCH + PAUSE + COPY)

    async with stage(tmp_path, world) as here:
        [left] = await here.journal.all(only_open=True)
        ended = await here.conductor.resume(left, here.load(SEARCH + PAUSE + COPY))

    assert ended is not None
    assert ("all-ads", Status.DONE) == (ended.execution.scenario, ended.execution.status)
    assert sorted([*ids(here), "/ad/copy/", "/ad/copy/"]) == sorted(world.effects)


async def test_an_occurrence_that_came_to_its_end_is_not_run_again(
    here: Stage, tmp_path: Path
) -> None:
    """Its process died before the end of the execution was noted at the occurrence."""
    scenario = here.load(SEARCH + COPY)
    reader, clock = here.conductor.equipment.reader, here.world.clock
    shop = Workshop(
        here.database, reader, here.journal, PlainSealer(), clock, here.conductor.node, tmp_path
    )
    shop._understood[scenario.hash] = scenario
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    due = Due(scenario.name, "2026-11-21T12:00:00Z", noon, scenario.hash)
    await Conducting(shop).conduct(due)
    again = Due(due.scenario, due.slot, due.at, due.hash, attempt=2)
    end = await Conducting(shop).conduct(again)

    assert RunStatus.DONE is end.status
    assert 2 == copies(here)


async def test_an_execution_nobody_carries_is_left_and_one_that_is_carried_is_not(
    here: Stage,
) -> None:
    assert isinstance(here.world, Platform)
    seen: list[bool] = []
    [carried] = [here.conductor.carried]
    here.world.arrived = lambda: seen.append(bool(carried))
    [ended] = (await here.run(WATCH + PAUSE)).executions
    taken = await here.journal.take_over(ended.execution, here.conductor.node.id)

    assert taken is not None
    assert all(seen)
    assert here.conductor.is_left(taken)
    carried.add(taken.id)
    assert not here.conductor.is_left(taken)
    assert await here.conductor.resume(taken, here.load(WATCH + PAUSE)) is None


GATHERED = """\
  - {id: names, aggregator: {source: new, kind: text, value: "{{new.ad_id}}", separator: " "}}
"""


async def test_a_cycle_that_keeps_killing_its_process_is_set_aside(tmp_path: Path) -> None:
    world = platform()
    text = WATCH + GATHERED + PAUSE.replace("{{new.ad_id}}", world.ads[0]["ad_id"])
    deaths = 0
    for _ in range(5):
        world.before = [Death()]  # type: ignore[list-item] # no error of ours
        async with stage(tmp_path, world) as here:
            left = await here.journal.all(only_open=True)
            try:
                if left:
                    await here.conductor.resume(left[0], here.load(text))
                else:
                    await here.run(text)
            except Death:
                deaths += 1

    assert 3 == deaths
    assert [] == world.effects
