"""Schedules: every way to say when, and what can never come due."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scenarios.check import check_scenario
from scenarios.check_schedule import fits_date
from scenarios.cron import read_cron
from scenarios.environment import Environment
from scenarios.loader import load_scenario
from scenarios.schedules import Misfire, Schedule, ScheduleKind, Window
from scenarios.times import read_duration
from tests.scenarios.texts import faults, scenario_of


def schedule_of(written: str) -> Schedule:
    schedule = load_scenario(scenario_of(top=f"schedule: {written}\n")).schedule
    assert schedule is not None
    return schedule


NINE, FIVE = time(9), time(17)


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("on demand", Schedule(ScheduleKind.ON_DEMAND)),
        ("on-demand", Schedule(ScheduleKind.ON_DEMAND)),
        ("{every: 30 minutes}", Schedule(ScheduleKind.EVERY, every_seconds=1800)),
        ('{at: "09:00"}', Schedule(ScheduleKind.DAILY, times=(NINE,))),
        ("{at: 9:00}", Schedule(ScheduleKind.DAILY, times=(NINE,))),
        ('{at: ["17:00", "09:00", "9:00"]}', Schedule(ScheduleKind.DAILY, times=(NINE, FIVE))),
        ('{daily: "09:00"}', Schedule(ScheduleKind.DAILY, times=(NINE,))),
        ('{daily: {at: "09:00"}}', Schedule(ScheduleKind.DAILY, times=(NINE,))),
        (
            "{weekly: {days: [wed, Monday], at: 09:00}}",
            Schedule(ScheduleKind.WEEKLY, days=(0, 2), times=(NINE,)),
        ),
        (
            "{monthly: {days: [31, 1], at: 09:00}}",
            Schedule(ScheduleKind.MONTHLY, days=(1, 31), times=(NINE,)),
        ),
        (
            "{monthly: {days: 24, months: [november, 12], at: 09:00}}",
            Schedule(ScheduleKind.MONTHLY, days=(24,), months=(11, 12), times=(NINE,)),
        ),
        (
            '{cron: "*/15 * * * *"}',
            Schedule(ScheduleKind.CRON, cron=read_cron("*/15 * * * *")),
        ),
        (
            "{once: 2026-11-21 09:00, timezone: Europe/Berlin}",
            Schedule(
                ScheduleKind.ONCE,
                once=datetime(2026, 11, 21, 9),  # noqa: DTZ001 - wall-clock time
                timezone="Europe/Berlin",
            ),
        ),
        (
            "{once: 2026-11-21T09:00+02:00}",
            Schedule(ScheduleKind.ONCE, once=datetime(2026, 11, 21, 7, tzinfo=UTC)),
        ),
        (
            (
                "{every: 1 day, between: {from: 2026-11-01, to: 2026-11-30}, misfire: skip, "
                "jitter: 30 seconds, timezone: account}"
            ),
            Schedule(
                ScheduleKind.EVERY,
                every_seconds=86_400,
                timezone="account",
                starts=datetime(2026, 11, 1),  # noqa: DTZ001 - as above
                ends=datetime(2026, 12, 1),  # noqa: DTZ001 - as above
                misfire=Misfire.SKIP,
                jitter_seconds=30,
            ),
        ),
        (
            (
                "{every: 1 hour, only_during: {days: [mon, tue], months: nov, "
                "times: [{from: 09:00, to: 17:00}, {from: 22:00, to: 24:00}]}}"
            ),
            Schedule(
                ScheduleKind.EVERY,
                every_seconds=3600,
                only_during=(Window((0, 1), (11,), ((NINE, FIVE), (time(22), time(0)))),),
            ),
        ),
    ],
)
def test_a_schedule_is_read(written: str, schedule: Schedule) -> None:
    assert schedule == schedule_of(written)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("sometimes", "is no schedule"),
        ("on deman", "did you mean on demand"),
        ("immediately", "told of news"),
        ("{}", "exactly one of"),
        ("{every: 1 hour, at: 09:00}", "every and at"),
        ("{evry: 1 hour}", "did you mean every"),
        ("{every: 59 seconds}", "from 1 minute to"),
        ("{every: 30}", "is no duration"),
        ("{every: often}", "is no duration"),
        ("{at: 25:00}", "no time of the day"),
        ("{at: []}", "names no time"),
        ("{daily: {}}", "at: is required"),
        ("{weekly: {days: [mo], at: 09:00}}", "is no weekday"),
        ("{weekly: {at: 09:00}}", "days: is required"),
        ("{monthly: {days: [32], at: 09:00}}", "no day of a month"),
        ("{monthly: {days: [1], months: [13], at: 09:00}}", "is no month"),
        ('{cron: "* * * *"}', "five fields"),
        ('{cron: "60 * * * *"}', "minute 60 is not 0 to 59"),
        ('{cron: "* * * * funday"}', "weekday"),
        ('{cron: "5-1 * * * *"}', "backwards"),
        ('{cron: "*/0 * * * *"}', "step of nothing"),
        ("{once: tomorrow}", "is no date"),
        ("{every: 1 day, timezone: Mars/Base}", "is no time zone"),
        ("{every: 1 day, misfire: never}", "one of once, skip, all"),
        ("{every: 1 day, between: {}}", "from, to, or both"),
        ("{every: 1 day, only_during: {}}", "must have days, months, times"),
        ("{every: 1 day, only_during: {days: []}}", "is empty, so it would never run"),
        ("{every: 1 day, only_during: {times: {from: 09:00}}}", "to: is required"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(written: str, word: str) -> None:
    found = faults(scenario_of(top=f"schedule: {written}\n"))

    assert any(word in one for one in found), found


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ('{cron: "0 9 31 2 *"}', "never comes due"),
        ('{cron: "0 9 30,31 2 *"}', "never comes due"),
        ("{monthly: {days: [30, 31], months: feb, at: 09:00}}", "never comes due"),
        ("{monthly: {days: 31, at: 09:00}, only_during: {months: [apr, jun]}}", "never comes due"),
        ("{at: 09:00, only_during: {times: {from: 10:00, to: 11:00}}}", "never comes due"),
        ("{weekly: {days: mon, at: 09:00}, only_during: {days: tue}}", "never comes due"),
        (("{weekly: {days: tue, at: 03:00}, only_during: {days: tue, "
          "times: {from: 22:00, to: 04:00}}}"), "never comes due"),
        ("{every: 1 day, between: {from: 2026-11-02, to: 2026-11-01}}", "ends before it begins"),
        ("{once: 2026-11-21, between: {from: 2026-11-22}}", "lies outside"),
    ],
)  # fmt: skip
def test_a_schedule_that_never_comes_due_is_refused(written: str, word: str) -> None:
    found = faults(scenario_of(top=f"schedule: {written}\n"))

    assert any(word in one for one in found), found


@pytest.mark.parametrize(
    "written",
    [
        '{cron: "0 9 29 2 *"}',
        '{cron: "0 9 31 2 mon"}',
        "{monthly: {days: [29], months: feb, at: 09:00}}",
        "{at: 03:00, only_during: {times: {from: 22:00, to: 04:00}}}",
        (
            "{weekly: {days: tue, at: 03:00}, only_during: {days: mon, "
            "times: {from: 22:00, to: 04:00}}}"
        ),
        "{at: 09:00, only_during: [{times: {from: 10:00, to: 11:00}}, {days: fri}]}",
        "{once: 2026-11-21, between: {from: 2026-11-21, to: 2026-11-21}}",
    ],
)
def test_a_schedule_that_seldom_comes_due_is_fine(written: str) -> None:
    assert [] == faults(scenario_of(top=f"schedule: {written}\n"))


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("{every: 1 day, between: {to: 2026-11-20}}", "has ended already"),
        ("{once: 2026-11-20}", "has passed already"),
    ],
)
def test_what_lies_in_the_past_is_told_to_those_who_know_the_present(
    written: str, word: str
) -> None:
    scenario = load_scenario(scenario_of(top=f"schedule: {written}\n"))
    now = datetime(2026, 11, 22, tzinfo=UTC)
    found = [str(one) for one in check_scenario(scenario, Environment(now=now))]

    assert [] == check_scenario(scenario)
    assert any(word in one for one in found)


def test_a_scenario_that_is_told_of_news_runs_immediately() -> None:
    text = scenario_of(
        "  - {id: hook, module: watch_webhook, connection: hook}\n", top="schedule: immediately\n"
    )

    assert [] == faults(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("1 hour 30 min", 5400),
        ("2 Hours and 5 minutes", 7500),
        ("1 week", 604_800),
        ("1 day, 1 h", 90_000),
    ],
)
def test_durations_are_written_as_people_do(text: str, seconds: int) -> None:
    assert seconds == read_duration(text)


@pytest.mark.parametrize(
    "text", ["", "0 minutes", "5", "minutes", "-1 hour", "1.5 hours", "9" * 99]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|longer"):
        read_duration(text)


def test_cron_understands_names_ranges_steps_and_both_sundays() -> None:
    cron = read_cron("0,30 8-18/5 1 jan,dec mon-wed,fri-sun")

    assert {0, 30} == cron.minutes
    assert {8, 13, 18} == cron.hours
    assert {1, 12} == cron.months
    assert {0, 1, 2, 4, 5, 6} == cron.weekdays
    assert {6} == read_cron("0 0 * * 0").weekdays == read_cron("0 0 * * 7").weekdays


def test_a_day_or_a_weekday_is_enough_for_cron_where_both_are_given() -> None:
    days = [date(2026, 11, 1) + timedelta(days=number) for number in range(30)]
    either = Schedule(ScheduleKind.CRON, cron=read_cron("0 0 13 * fri"))
    starred = Schedule(ScheduleKind.CRON, cron=read_cron("0 0 */2 * fri"))

    assert [6, 13, 20, 27] == [day.day for day in days if fits_date(either, day)]
    assert [13, 27] == [day.day for day in days if fits_date(starred, day)]
