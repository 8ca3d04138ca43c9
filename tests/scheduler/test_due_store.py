"""Claiming what is due: once each, whatever the clock does and whoever dies."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adloom.errors import UnknownNameError, UsageError
from scheduler.due_store import MOST_ATTEMPTS
from scheduler.scenario_rows import Due, RunEnd, RunStatus
from tests.scheduler.schedules import at
from tests.scheduler.timetable import NOON, Timetable, timetable
from tests.seams.postgres import Place

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
async def table(tmp_path: Path, place: Place) -> AsyncIterator[Timetable]:
    async with timetable(tmp_path, place) as made:
        yield made


async def test_nothing_is_due_before_its_time_and_once_at_its_time(table: Timetable) -> None:
    stored = await table.enabled("nightly")
    table.clock.move(15 * 60 - 1)
    early = await table.claim()
    table.clock.move(1)
    due = await table.claim()

    assert early == []
    assert due == [Due("nightly", "2026-11-21T12:15:00Z", at(2026, 11, 21, 12, 15), stored.hash)]
    assert await table.claim() == []
    assert await table.next_at("nightly") == at(2026, 11, 21, 12, 30)


async def test_the_longest_due_comes_first_and_the_rest_waits(table: Timetable) -> None:
    for name, minutes in (("c", 3), ("a", 2), ("b", 1)):
        await table.enabled(name, f"{{every: {minutes} minutes}}")
    table.clock.move(200)

    assert [one.scenario for one in await table.claim(limit=2)] == ["b", "a"]
    assert [one.scenario for one in await table.claim(limit=2)] == ["c"]
    assert await table.claim(limit=0) == []


async def test_jitter_delays_the_start_and_not_the_occurrence(table: Timetable) -> None:
    stored = await table.enabled("nightly", "{every: 1 hour, jitter: 10 minutes}")
    assert stored.due_at is not None
    delay = stored.due_at - at(2026, 11, 21, 13)
    table.clock.move(HOUR + delay.total_seconds() - 0.001)
    early = await table.claim()
    table.clock.move(0.001)
    [due] = await table.claim()

    assert timedelta() < delay < timedelta(minutes=10)
    assert early == []
    assert due.at == at(2026, 11, 21, 13)
    assert await table.next_at("nightly") == at(2026, 11, 21, 14)


async def test_after_a_long_sleep_each_scenario_is_caught_up_with_once(table: Timetable) -> None:
    await table.enabled("often", "{every: 1 minute}")
    await table.enabled("daily", "{daily: '09:00', timezone: Europe/Berlin}")
    table.clock.move(30 * DAY)

    assert await table.slots() == ["2026-12-21T12:00:00Z", "2026-12-21T09:00:00[Europe/Berlin]"]
    assert await table.slots() == []


async def test_what_was_missed_may_be_left_out(table: Timetable) -> None:
    await table.enabled("daily", "{daily: '13:00', misfire: skip}")
    table.clock.move(30 * DAY)

    assert await table.slots() == []
    assert await table.next_at("daily") == at(2026, 12, 21, 13)

    table.clock.move(HOUR)

    assert await table.slots() == ["2026-12-21T13:00:00[UTC]"]


async def test_what_was_missed_may_all_be_run_one_after_the_other(table: Timetable) -> None:
    await table.enabled("daily", "{daily: '13:00', misfire: all}")
    table.clock.move(3 * DAY)
    slots = []
    while dues := await table.claim():
        assert await table.claim() == []
        slots += [due.slot for due in dues]
        await table.dues.ended(dues[0], RunEnd())

    assert slots == [f"2026-11-{day}T13:00:00[UTC]" for day in (21, 22, 23)]


async def test_a_daily_run_that_was_done_is_not_done_again_when_the_clock_is_set_back(
    table: Timetable,
) -> None:
    await table.enabled("daily", "{daily: '12:30'}", settings="{overlap: allow}")
    table.clock.move(HOUR)
    first = await table.slots()
    table.clock.move(-HOUR)
    recomputed = await table.dues.recompute()
    table.clock.move(HOUR)
    second = await table.slots()
    table.clock.move(DAY)

    assert (first, recomputed, second) == (["2026-11-21T12:30:00[UTC]"], ["daily"], [])
    assert await table.slots() == ["2026-11-22T12:30:00[UTC]"]


async def test_an_interval_does_not_stand_still_when_the_clock_is_set_back(
    table: Timetable,
) -> None:
    await table.enabled("often", "{every: 15 minutes}", settings="{overlap: allow}")
    table.clock.move(HOUR)
    first = await table.slots()
    table.clock.move(-HOUR)
    await table.dues.recompute()
    later = []
    for _ in range(5):
        table.clock.move(15 * 60)
        later += await table.slots()

    assert first == ["2026-11-21T13:00:00Z"]
    assert later == [
        "2026-11-21T12:15:00Z",
        "2026-11-21T12:30:00Z",
        "2026-11-21T12:45:00Z",
        "2026-11-21T13:00:00Z#2",
        "2026-11-21T13:15:00Z",
    ]


async def test_a_clock_that_was_never_moved_changes_nothing(table: Timetable) -> None:
    await table.enabled("often", "{every: 15 minutes}")
    table.clock.move(-5)

    assert await table.dues.recompute() == []


async def test_who_is_due_while_it_runs_is_left_out(table: Timetable) -> None:
    await table.enabled("nightly", settings="{overlap: skip}")
    table.clock.move(15 * 60)
    [running] = await table.claim()
    table.clock.move(15 * 60)
    left_out = await table.claim()
    await table.dues.ended(running, RunEnd())
    table.clock.move(15 * 60)
    again = await table.claim()

    assert (left_out, len(again)) == ([], 1)
    assert [one.status for one in await table.dues.occurrences("nightly")] == [
        RunStatus.RUNNING,
        RunStatus.SKIPPED,
        RunStatus.DONE,
    ]


async def test_who_is_due_while_it_runs_may_wait(table: Timetable) -> None:
    await table.enabled("nightly", settings="{overlap: wait}")
    await table.enabled("other")
    table.clock.move(15 * 60)
    running = {due.scenario: due for due in await table.claim()}
    table.clock.move(15 * 60)
    await table.dues.ended(running["other"], RunEnd())
    meanwhile = await table.claim(limit=1)
    await table.dues.ended(running["nightly"], RunEnd())

    assert [due.scenario for due in meanwhile] == ["other"]
    assert await table.slots() == ["2026-11-21T12:30:00Z"]


async def test_who_is_due_while_it_runs_may_run_beside_itself(table: Timetable) -> None:
    await table.enabled("nightly", settings="{overlap: allow}")
    table.clock.move(15 * 60)
    await table.claim()
    table.clock.move(15 * 60)

    assert await table.slots() == ["2026-11-21T12:30:00Z"]


@pytest.mark.parametrize("overlap", ["skip", "wait", "allow"])
async def test_several_runners_share_what_is_due(table: Timetable, overlap: str) -> None:
    for number in range(20):
        table.write(f"s{number}", settings=f"{{overlap: {overlap}}}")
    await table.synchronise()
    for number in range(20):
        await table.scenarios.enable(f"s{number}")
    table.clock.move(15 * 60)

    found = await asyncio.gather(*(table.claim(f"n{node}", limit=7) for node in range(6)))
    names = [due.scenario for dues in found for due in dues]

    assert len(names) == 20
    assert len(set(names)) == 20


async def test_failures_in_a_row_disable_a_scenario_and_say_why(table: Timetable) -> None:
    await table.enabled("nightly", settings="{max_errors: 2}")
    reasons = []
    for status in (RunStatus.FAILED, RunStatus.DONE, RunStatus.FAILED, RunStatus.FAILED):
        table.clock.move(15 * 60)
        [due] = await table.claim()
        reasons.append(await table.dues.ended(due, RunEnd(status, "The account is closed.")))
    found = await table.scenarios.load("nightly")
    table.clock.move(DAY)

    assert reasons[:3] == [None, None, None]
    assert reasons[3] == "It failed 2 times in a row. The last time: The account is closed."
    assert (found.enabled, found.disabled_reason) == (False, reasons[3])
    assert await table.claim() == []


async def test_a_scenario_may_fail_for_ever_if_its_settings_say_so(table: Timetable) -> None:
    await table.enabled("nightly", settings="{max_errors: 0}")
    for _ in range(5):
        table.clock.move(15 * 60)
        [due] = await table.claim()
        await table.dues.ended(due, RunEnd(RunStatus.FAILED, "No."))

    assert (await table.scenarios.load("nightly")).errors_in_row == 5


async def test_what_a_dead_process_had_claimed_is_taken_over(table: Timetable) -> None:
    await table.enabled("nightly")
    table.clock.move(15 * 60)
    [due] = await table.claim("dead")
    nobody = await table.dues.reclaim("n1", lambda _: True)
    taken = await table.dues.reclaim("n1", lambda _: False)

    assert nobody == []
    assert [(one.slot, one.at, one.attempt) for one in taken] == [(due.slot, due.at, 2)]
    assert await table.dues.reclaim("n1", lambda _: False) == []


async def test_who_was_taken_for_dead_can_end_nothing_any_more(table: Timetable) -> None:
    await table.enabled("nightly", settings="{max_errors: 1}")
    table.clock.move(15 * 60)
    [due] = await table.claim("frozen")
    [taken] = await table.dues.reclaim("n1", lambda _: False)
    reason = await table.dues.ended(due, RunEnd(RunStatus.FAILED, "Too late."))
    [still] = await table.dues.occurrences("nightly")
    await table.dues.ended(taken, RunEnd())
    [done] = await table.dues.occurrences("nightly")

    assert (reason, still.status, done.status) == (None, RunStatus.RUNNING, RunStatus.DONE)


async def test_what_kills_every_process_is_given_up(table: Timetable) -> None:
    await table.enabled("nightly")
    table.clock.move(15 * 60)
    await table.claim("n0")
    for number in range(1, MOST_ATTEMPTS):
        assert len(await table.dues.reclaim(f"n{number}", lambda _: False)) == 1

    assert await table.dues.reclaim("last", lambda _: False) == []
    [found] = await table.dues.occurrences("nightly")
    assert (found.status, found.error) == (
        RunStatus.GIVEN_UP,
        "The process that ran it died 3 times.",
    )
    assert (await table.scenarios.load("nightly")).errors_in_row == 1


async def test_what_a_dead_process_left_of_a_disabled_scenario_is_stopped(table: Timetable) -> None:
    await table.enabled("nightly")
    table.clock.move(15 * 60)
    await table.claim("dead")
    await table.scenarios.disable("nightly")

    assert await table.dues.reclaim("n1", lambda _: False) == []
    [found] = await table.dues.occurrences("nightly")
    assert found.status is RunStatus.STOPPED


async def test_a_person_may_run_what_is_not_due_nor_enabled(table: Timetable) -> None:
    table.write("nightly")
    await table.synchronise()
    due = await table.dues.claim_now("nightly", "n1")
    with pytest.raises(UsageError, match="nightly is running already"):
        await table.dues.claim_now("nightly", "n2")
    await table.dues.ended(due, RunEnd())
    table.clock.move(1)
    again = await table.dues.claim_now("nightly", "n2")

    assert due.at == NOON
    assert due.slot != again.slot
    with pytest.raises(UnknownNameError):
        await table.dues.claim_now("unheard of", "n1")
