"""Once per local date, in every time zone; `benchmarks.zones` looks at all of them."""

from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped] # no types

from scheduler.occurrences import next_occurrence
from tests.scheduler.schedules import NIGHT, at, cron, faults_of_a_daily_schedule

#: Some of each kind: half an hour, two or three hours at once, at midnight, around Ramadan.
ODD = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Antarctica/Casey",
    "America/Asuncion",
    "Pacific/Apia",
]
SAMPLE = sorted(available_timezones())[::40]


@pytest.mark.parametrize("zone", ODD)
def test_a_daily_schedule_is_due_once_per_local_date(zone: str) -> None:
    faults = [
        fault
        for hour in NIGHT
        for year in (2021, 2026)
        for fault in faults_of_a_daily_schedule(zone, hour, year, year + 1)
    ]

    assert [] == faults


@pytest.mark.parametrize("zone", SAMPLE)
def test_a_daily_schedule_is_due_once_per_local_date_in_any_zone(zone: str) -> None:
    assert [] == faults_of_a_daily_schedule(zone, NIGHT[2], 2025, 2026)


@pytest.mark.parametrize(
    "text",
    ["*/15 * * * *", "0 9 * * *", "5 4 1 * *", "0 22 * * 1-5", "23 0-20/2 * * *", "0 0 29 2 *"],
)
def test_another_reading_of_cron_gives_the_same(text: str) -> None:
    other, after = CronTrigger.from_crontab(_by_name(text), timezone="UTC"), at(2026, 11, 21, 12, 3)
    for _ in range(50):
        ours = next_occurrence(cron(text), after, ZoneInfo("UTC"))

        assert ours is not None
        assert ours.at == other.get_next_fire_time(None, after + timedelta(microseconds=1))
        after = ours.at


def _by_name(text: str) -> str:
    """Weekdays by name: the other reading counts them from Monday."""
    *fields, weekday = text.split()
    return " ".join([*fields, weekday.replace("1-5", "mon-fri")])
