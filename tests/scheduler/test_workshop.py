"""Scenarios run from files: our own changes are no news, and what stopped is gone on with."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import (
    AdloomError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UsageError,
)
from adloom.wire import Record
from scheduler.conducting import Conducting
from scheduler.records import Status
from scheduler.scenario_rows import Due, RunStatus
from scheduler.summaries import summaries
from tests.modules.fake_api import ad_row
from tests.scheduler.bench_of_scenarios import (
    ADVERTISER,
    DatedWorld,
    ScenarioBench,
    scenario_bench,
)

WATCH = f"""
name: s
schedule: {{every: 1 hour}}
steps:
  - id: ads
    module: watch_ads
    connection: acme
    params: {{advertiser_ids: ["{ADVERTISER}"], by: updated, limit: 0}}
"""
PAUSE = """\
  - id: pause
    module: update_ad_status
    connection: acme
    params:
      advertiser_id: "{{ads.advertiser_id}}"
      ad_id: "{{ads.ad_id}}"
      status: DISABLE
"""
SEARCH = f"""
name: s
schedule: {{every: 1 hour}}
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", limit: 0}}
"""


#: As often as a call is sent before its bundle is kept.
LATER: list[AdloomError] = [RetryableError("Later, please.")] * 4


def ads(count: int, **more: Any) -> list[Record]:
    return [ad_row(number, advertiser_id=ADVERTISER, **more) for number in range(1, count + 1)]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, DatedWorld(ads=ads(2))) as made:
        yield made


def touch(bench: ScenarioBench, number: int, **more: Any) -> None:
    """Somebody else changes an ad."""
    bench.world.ads[number] |= {**more, "modify_time": f"{bench.world.clock.now():%F %T}"}


# --- our own changes ------------------------------------------------------------------------------


async def test_what_we_changed_ourselves_is_no_news(bench: ScenarioBench) -> None:
    await bench.put(WATCH + PAUSE)
    await bench.run()
    bench.world.clock.move(60)
    touch(bench, 0, ad_name="New name")
    bench.world.clock.move(60)

    found = await bench.run()
    bench.world.clock.move(60)
    again = await bench.run()

    assert [1, 0] == [one.polled.found if one.polled else None for one in (found, again)]
    assert "DISABLE" == bench.world.ads[0]["operation_status"]


async def test_what_somebody_changes_after_us_is_news(bench: ScenarioBench) -> None:
    await bench.put(WATCH + PAUSE)
    await bench.run()
    bench.world.clock.move(60)
    touch(bench, 0, ad_name="New name")
    bench.world.clock.move(60)
    await bench.run()
    bench.world.clock.move(60)

    touch(bench, 0, operation_status="ENABLE")
    bench.world.clock.move(60)
    found = await bench.run()

    assert found.polled is not None
    assert 1 == found.polled.found


async def test_the_same_value_set_by_somebody_else_later_is_news(bench: ScenarioBench) -> None:
    await bench.put(WATCH + PAUSE)
    await bench.run()
    bench.world.clock.move(60)
    touch(bench, 0, ad_name="New name")
    bench.world.clock.move(60)
    await bench.run()
    bench.world.clock.move(60)

    touch(bench, 0, operation_status="DISABLE", ad_name="Another name")
    bench.world.clock.move(60)
    found = await bench.run()

    assert found.polled is not None
    assert 1 == found.polled.found


# --- occurrences ----------------------------------------------------------------------------------


async def due(bench: ScenarioBench, text: str, *, attempt: int = 1) -> Due:
    version = await bench.put(text)
    return Due("s", "slot", bench.world.clock.now(), version, attempt)


async def test_an_occurrence_that_went_well_is_done(bench: ScenarioBench) -> None:
    end = await Conducting(bench.workshop).conduct(await due(bench, SEARCH))

    [ran] = await summaries(bench.workshop.database, scenario="s")
    assert (RunStatus.DONE, True) == (end.status, end.found)
    assert ("slot", Status.DONE) == (ran.slot, ran.status)


@pytest.mark.parametrize("troubles", [[RejectedError("No such ad.")], LATER])
async def test_one_bundle_that_fails_is_a_warning_while_others_go_through(
    troubles: list[AdloomError], bench: ScenarioBench
) -> None:
    bench.world.before += troubles

    end = await Conducting(bench.workshop).conduct(await due(bench, SEARCH + PAUSE))

    assert (RunStatus.WARNING, f"pause: {troubles[0]}") == (end.status, end.error)


async def test_a_first_step_that_is_refused_is_a_failure(bench: ScenarioBench) -> None:
    def refuse(_: Any) -> list[Record]:
        raise RejectedError("No such account.")

    bench.world.listings["/ad/get/"] = refuse

    end = await Conducting(bench.workshop).conduct(await due(bench, SEARCH))

    assert (RunStatus.FAILED, "No such account.") == (end.status, end.error)


async def test_a_watch_whose_platform_is_away_does_not_count_as_failed(
    bench: ScenarioBench,
) -> None:
    def away(_: Any) -> list[Record]:
        raise RetryableError("Nobody answers.")

    bench.world.listings["/ad/get/"] = away

    end = await Conducting(bench.workshop).conduct(await due(bench, WATCH))

    assert (RunStatus.WARNING, "Nobody answers.") == (end.status, end.error)


async def test_a_stopped_workspace_runs_nothing(bench: ScenarioBench) -> None:
    occurrence = await due(bench, SEARCH)
    bench.stopped.append(True)

    end = await Conducting(bench.workshop).conduct(occurrence)

    assert RunStatus.STOPPED is end.status
    assert [] == await summaries(bench.workshop.database)


# --- what stopped ---------------------------------------------------------------------------------


async def test_what_may_work_later_is_tried_again_when_it_is_time(bench: ScenarioBench) -> None:
    conducting = Conducting(bench.workshop)
    bench.world.before += LATER
    await conducting.conduct(await due(bench, SEARCH + PAUSE))

    early = await conducting.retry_due()
    bench.world.clock.move(61)
    [ended] = await conducting.retry_due()

    assert [] == early
    assert Status.DONE is ended.execution.status
    assert ["DISABLE"] * 2 == [ad["operation_status"] for ad in bench.world.ads]
    assert 2 == len(bench.world.effects)


async def test_what_is_in_doubt_is_sent_again_only_if_somebody_says_so(
    bench: ScenarioBench,
) -> None:
    call = {"path": "/campaign/create/", "method": "POST", "body": {"campaign_name": "One"}}
    text = SEARCH + f"  - {{id: make, module: make_api_call, connection: acme, params: {call}}}\n"
    bench.world.ads.pop()
    bench.world.after.append(UnknownOutcomeError("Silence."))
    conducting = Conducting(bench.workshop)
    await conducting.conduct(await due(bench, text))
    [ran] = await summaries(bench.workshop.database)

    looked = await conducting.resume(ran.id)
    effects = len(bench.world.effects)
    again = await conducting.resume(ran.id, again=True)

    assert Status.IN_DOUBT is ran.status
    assert (Status.IN_DOUBT, 1) == (looked.execution.status, effects)
    assert (Status.DONE, 2) == (again.execution.status, len(bench.world.effects))


async def test_what_is_dropped_is_not_carried_on(bench: ScenarioBench) -> None:
    conducting = Conducting(bench.workshop)
    bench.world.before += LATER
    await conducting.conduct(await due(bench, SEARCH + PAUSE))
    [ran] = await summaries(bench.workshop.database)

    await conducting.drop(await bench.workshop.journal.load(ran.id))
    bench.world.clock.move(timedelta(days=1).total_seconds())
    retried = await conducting.retry_due()

    assert [] == retried
    assert [] == await bench.workshop.incompletes.open()
    with pytest.raises(UsageError, match="nothing to resume"):
        await conducting.resume(ran.id)


async def test_a_version_that_is_not_kept_any_more_cannot_be_gone_on_with(
    bench: ScenarioBench,
) -> None:
    conducting = Conducting(bench.workshop)
    bench.world.before += LATER
    await conducting.conduct(await due(bench, SEARCH + PAUSE))
    [ran] = await summaries(bench.workshop.database)
    await bench.put(SEARCH)
    await bench.workshop.scenarios.prune(bench.world.clock.now())
    bench.workshop._understood.clear()

    with pytest.raises(UsageError, match="not kept any more"):
        await conducting.resume(ran.id)
