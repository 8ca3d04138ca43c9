"""How bundles go through the steps of a scenario: depth first, once, each to its end."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import AuthorizationError, RejectedError, RetryableError, UnknownOutcomeError
from adloom.wire import Record
from scheduler.history import StepState
from scheduler.records import Status
from tests.scheduler.stage import ADVERTISER, Stage, ad_row, bundles, rows, stage
from tests.scheduler.world import World

SEARCH = f"""
name: pause
description: Switches ads off.
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", limit: 0}}
"""
PAUSE = (
    SEARCH
    + """\
  - id: pause
    module: update_ad_status
    connection: acme
    params:
      advertiser_id: "{{ads.advertiser_id}}"
      ad_id: "{{ads.ad_id}}"
      status: DISABLE
"""
)


def ads(count: int, **more: Any) -> list[Record]:
    return [ad_row(number, advertiser_id=ADVERTISER, **more) for number in range(1, count + 1)]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, World(ads=ads(3))) as made:
        yield made


async def test_every_bundle_of_a_search_goes_through_the_steps(here: Stage) -> None:
    result = await here.run(PAUSE)

    [ended] = result.executions
    assert Status.DONE is ended.execution.status
    assert ["DISABLE"] * 3 == [ad["operation_status"] for ad in here.world.ads]
    assert 3 == len(here.world.effects)


async def test_bundles_go_depth_first(here: Stage) -> None:
    result = await here.run(
        SEARCH
        + """\
  - id: one
    set: {variables: {name: "{{ads.ad_name}}"}}
  - id: two
    set: {variables: {again: "{{one.name}}!"}}
"""
    )

    [ended] = result.executions
    order = [path.rpartition(">")[2] for path in await here.steps(ended)]
    assert ["ads", "one", "two", "one", "two", "one", "two"] == order
    assert ["Ad 1!", "Ad 2!", "Ad 3!"] == [
        one["again"] for one in bundles(ended, await here.steps(ended), "two")
    ]


async def test_a_bundle_that_does_not_fulfil_a_condition_goes_no_further_and_history_says_why(
    here: Stage,
) -> None:
    here.world.ads[1]["ad_name"] = "Summer"

    result = await here.run(
        PAUSE.replace(
            "  - id: pause\n",
            """\
  - id: pause
    when: "{{ads.ad_name = \\"Summer\\"}}"
""",
        )
    )

    [ended] = result.executions
    dropped = [run for run in (await here.steps(ended)).values() if run.state is StepState.DROPPED]
    assert 1 == len(here.world.effects)
    assert 2 == len(dropped)
    assert "Ad 1" in str(dropped[0].trace)


async def test_a_router_sends_a_bundle_down_every_route_that_takes_it(here: Stage) -> None:
    result = await here.run(
        SEARCH
        + """\
  - id: ways
    router:
      routes:
        - when: "{{ads.ad_name != \\"Ad 2\\"}}"
          steps:
            - {id: left, set: {variables: {name: "{{ads.ad_name}}"}}}
        - when: "{{ads.ad_name = \\"Ad 3\\"}}"
          steps:
            - {id: right, set: {variables: {name: "{{ads.ad_name}}"}}}
      fallback:
        - {id: otherwise, set: {variables: {name: "{{ads.ad_name}}"}}}
"""
    )

    [ended] = result.executions
    steps = await here.steps(ended)
    assert ["Ad 1", "Ad 3"] == [one["name"] for one in bundles(ended, steps, "left")]
    assert ["Ad 3"] == [one["name"] for one in bundles(ended, steps, "right")]
    assert ["Ad 2"] == [one["name"] for one in bundles(ended, steps, "otherwise")]


async def test_an_aggregator_makes_one_bundle_of_all(here: Stage) -> None:
    result = await here.run(
        SEARCH
        + """\
  - id: names
    aggregator: {source: ads, kind: text, value: "{{ads.ad_name}}", separator: ", "}
  - id: told
    set: {variables: {text: "{{names.count}}: {{names.text}}"}}
"""
    )

    [ended] = result.executions
    assert ["3: Ad 1, Ad 2, Ad 3"] == [
        one["text"] for one in bundles(ended, await here.steps(ended), "told")
    ]


async def test_an_iterator_makes_a_bundle_of_every_item(here: Stage) -> None:
    result = await here.run(
        """
name: items
description: Takes a list apart.
steps:
  - {id: list, set: {variables: {items: [1, 2, 3]}}}
  - {id: each, iterator: {items: "{{list.items}}"}}
  - {id: sum, aggregator: {source: each, kind: number, value: "{{each.value}}"}}
"""
    )

    [ended] = result.executions
    [total] = bundles(ended, await here.steps(ended), "sum")
    assert Decimal(6) == Decimal(str(total["result"]))


# --- errors ---


async def test_a_bundle_that_fails_is_kept_and_the_others_go_on(here: Stage) -> None:
    here.world.before = [RejectedError("No."), None, None]

    result = await here.run(PAUSE)

    [ended] = result.executions
    assert Status.INCOMPLETE is ended.execution.status
    assert ["pause"] == [one.step for one in ended.troubles]
    assert 2 == len(here.world.effects)


async def test_what_was_incomplete_is_resumed_without_doing_anything_twice(here: Stage) -> None:
    here.world.before = [RejectedError("No."), None, None]
    [ended] = (await here.run(PAUSE)).executions

    again = await here.resume(ended)

    assert Status.DONE is again.execution.status
    assert sorted(ad["ad_id"] for ad in here.world.ads) == sorted(here.world.effects)
    assert [] == await here.conductor.incompletes.open()


@pytest.mark.parametrize(
    ("handler", "status", "effects"),
    [
        ("ignore", Status.DONE, 2),
        ("{resume: {ad_id: x}}", Status.DONE, 2),
        ("commit", Status.DONE, 0),
        ("rollback", Status.FAILED, 0),
        ("{break: {count: 3, interval: 15 minutes}}", Status.INCOMPLETE, 2),
        ("{retry: {count: 1, interval: 10 seconds}}", Status.DONE, 3),
    ],
)
async def test_a_handler_says_what_becomes_of_a_bundle_that_fails(
    here: Stage, handler: str, status: Status, effects: int
) -> None:
    here.world.before = [RejectedError("No."), None, None]

    [ended] = (await here.run(PAUSE + f"    on_error: {handler}\n")).executions

    assert status is ended.execution.status
    assert effects == len(here.world.effects)


async def test_a_substitute_is_what_the_next_step_sees(here: Stage) -> None:
    here.world.before = [RejectedError("No."), None, None]

    [ended] = (
        await here.run(
            PAUSE
            + """\
    on_error: {resume: {ad_id: "none"}}
  - {id: told, set: {variables: {id: "{{pause.ad_id}}"}}}
"""
        )
    ).executions

    told = [one["id"] for one in bundles(ended, await here.steps(ended), "told")]
    assert "none" == told[0]
    assert 3 == len(told)


async def test_a_connection_that_needs_its_owner_stops_the_rest(here: Stage) -> None:
    here.world.before = [AuthorizationError("Reconnect.")]

    [ended] = (await here.run(PAUSE + "    on_error: ignore\n")).executions

    assert Status.INCOMPLETE is ended.execution.status
    assert [] == here.world.effects


async def test_a_change_that_nobody_knows_of_is_kept_whatever_its_handler_says(
    here: Stage,
) -> None:
    here.world.ads = here.world.ads[:1]
    here.world.listings["/ad/get/"] = rows(*here.world.ads)
    here.world.after = [UnknownOutcomeError("Perhaps.")]
    here.world.blind = True

    text = (
        SEARCH
        + """\
  - id: call
    module: make_api_call
    connection: acme
    params: {path: /campaign/create/, method: POST, body: {name: "{{ads.ad_name}}"}}
    on_error: ignore
"""
    )
    [ended] = (await here.run(text)).executions

    assert Status.IN_DOUBT is ended.execution.status


async def test_something_transient_is_tried_again_by_itself_later(here: Stage) -> None:
    here.world.before = [RetryableError("Later.")] * 4

    [ended] = (await here.run(PAUSE)).executions
    [kept] = await here.conductor.incompletes.open()

    assert "RetryableError" in type(ended.troubles[0].error).__name__ or kept.next_at is not None


async def test_a_substitute_that_fails_itself_keeps_the_bundle(here: Stage) -> None:
    here.world.before = [RejectedError("No."), None, None]

    text = PAUSE + '    on_error: {resume: {ad_id: "{{1 / (length(ads.ad_name) - 4)}}"}}\n'
    [ended] = (await here.run(text)).executions

    assert Status.INCOMPLETE is ended.execution.status
    assert 2 == len(here.world.effects)


async def test_history_holds_what_a_module_was_given(here: Stage) -> None:
    here.world.before = [RejectedError("No."), None, None]

    [ended] = (await here.run(PAUSE)).executions
    given = [run.given for run in (await here.steps(ended)).values() if run.step == "pause"]

    assert ["DISABLE"] * 3 == [one["status"] for one in given]
    assert [ad["ad_id"] for ad in here.world.ads] == [one["ad_id"] for one in given]


@pytest.mark.parametrize(("zone", "day"), [("Japan", "22"), ("Europe/Berlin", "21"), ("UTC", "21")])
async def test_days_are_those_of_the_schedules_time_zone(here: Stage, zone: str, day: str) -> None:
    here.world.clock.move(4 * 3600)
    text = SEARCH.replace("steps:", f"schedule: {{every: 30 minutes, timezone: {zone}}}\nsteps:")

    [ended] = (
        await here.run(
            text + '  - {id: today, set: {variables: {day: "{{formatDate(now; DD)}}"}}}\n'
        )
    ).executions

    assert {day} == {one["day"] for one in bundles(ended, await here.steps(ended), "today")}


# --- data stores ---


async def test_a_data_store_outlives_the_execution_and_adds_once(here: Stage) -> None:
    text = (
        SEARCH
        + """\
  - id: seen
    store: {name: ads, operation: add, key: "{{ads.ad_id}}", value: "{{ads.ad_name}}"}
  - id: new
    when: "{{seen.added}}"
    set: {variables: {name: "{{ads.ad_name}}"}}
"""
    )
    [first] = (await here.run(text)).executions
    [second] = (await here.run(text)).executions

    assert 3 == len(bundles(first, await here.steps(first), "new"))
    assert [] == bundles(second, await here.steps(second), "new")


# --- other scenarios ---


async def test_a_scenario_calls_another_and_gets_what_it_returns(here: Stage) -> None:
    here.load(
        """
name: greeting
description: Greets.
steps:
  - {id: made, set: {variables: {text: "Hello {{input.name}}"}}}
  - {id: back, return: {text: "{{made.text}}"}}
"""
    )
    result = await here.run(
        SEARCH
        + """\
  - {id: greet, scenario: greeting, input: {name: "{{ads.ad_name}}"}}
  - {id: told, set: {variables: {text: "{{greet.text}}"}}}
"""
    )

    [ended] = result.executions
    assert ["Hello Ad 1", "Hello Ad 2", "Hello Ad 3"] == [
        one["text"] for one in bundles(ended, await here.steps(ended), "told")
    ]


async def test_behind_an_aggregator_that_gathered_nothing_the_steps_before_are_still_seen(
    here: Stage,
) -> None:
    result = await here.run(
        """
name: empty
steps:
  - {id: name, set: {variables: {season: Summer}}}
  - {id: each, iterator: {items: "{{emptyarray}}"}}
  - {id: sum, aggregator: {source: each, kind: number, value: "{{each.value}}"}}
  - {id: all, return: {text: "{{name.season}}"}}
"""
    )

    assert Status.DONE is result.executions[0].execution.status
    assert "Summer" in str(result.executions[0].returned)
