"""When schedules are due."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.schedules import Misfire, Schedule, ScheduleKind, Window
from scheduler.occurrences import (
    follows_elapsed_time,
    jitter,
    latest_occurrence,
    missed,
    next_occurrence,
)
from tests.scheduler.schedules import at, cron, daily, every, hours, upcoming

UTC_ZONE = ZoneInfo("UTC")
BERLIN = "Europe/Berlin"
#: The nights on which clocks are put forward and back there.
SPRING, AUTUMN = at(2026, 3, 28, 12), at(2026, 10, 24, 12)


def test_an_interval_lies_on_a_grid_from_midnight_utc() -> None:
    assert upcoming(every(900), at(2026, 11, 21, 12, 3), 3) == [
        "2026-11-21 12:15+00:00",
        "2026-11-21 12:30+00:00",
        "2026-11-21 12:45+00:00",
    ]


def test_an_interval_lies_on_a_grid_from_its_start_if_it_has_one() -> None:
    schedule = every(3600, starts=datetime(2026, 11, 21, 9, 7))  # noqa: DTZ001 - in the schedule's zone

    assert upcoming(schedule, at(2026, 1, 1), 2, BERLIN) == [
        "2026-11-21 09:07+01:00",
        "2026-11-21 10:07+01:00",
    ]


def test_an_occurrence_at_this_very_moment_is_not_after_it() -> None:
    assert upcoming(every(900), at(2026, 11, 21, 12, 15), 1) == ["2026-11-21 12:30+00:00"]
    assert upcoming(daily(time(9)), at(2026, 11, 21, 9), 1) == ["2026-11-22 09:00+00:00"]


def test_an_interval_does_not_drift_through_daylight_changes() -> None:
    found = upcoming(every(7200), AUTUMN, 10, BERLIN)

    assert found[5:8] == [
        "2026-10-25 02:00+02:00",
        "2026-10-25 03:00+01:00",
        "2026-10-25 05:00+01:00",
    ]


def test_weekly_takes_its_weekdays_in_order() -> None:
    schedule = Schedule(ScheduleKind.WEEKLY, times=(time(9), time(17)), days=(0, 4))

    assert upcoming(schedule, at(2026, 11, 20, 10), 3) == [
        "2026-11-20 17:00+00:00",
        "2026-11-23 09:00+00:00",
        "2026-11-23 17:00+00:00",
    ]


def test_monthly_leaves_out_months_without_the_day() -> None:
    schedule = Schedule(ScheduleKind.MONTHLY, times=(time(9),), days=(31,))

    assert upcoming(schedule, at(2026, 1, 31, 10), 3) == [
        "2026-03-31 09:00+00:00",
        "2026-05-31 09:00+00:00",
        "2026-07-31 09:00+00:00",
    ]


def test_monthly_keeps_to_its_months() -> None:
    schedule = Schedule(ScheduleKind.MONTHLY, times=(time(9),), days=(1,), months=(2, 12))

    assert upcoming(schedule, at(2026, 3, 1), 2) == [
        "2026-12-01 09:00+00:00",
        "2027-02-01 09:00+00:00",
    ]


def test_in_cron_either_the_day_or_the_weekday_is_enough() -> None:
    assert upcoming(cron("0 9 13 * fri"), at(2026, 11, 21), 3) == [
        "2026-11-27 09:00+00:00",
        "2026-12-04 09:00+00:00",
        "2026-12-11 09:00+00:00",
    ]
    assert "2026-12-13 09:00+00:00" in upcoming(cron("0 9 13 * fri"), at(2026, 12, 11, 10), 1)


def test_in_cron_a_field_with_an_asterisk_does_not_count_as_restricted() -> None:
    assert upcoming(cron("0 9 */2 * mon"), at(2026, 11, 21), 2) == [
        "2026-11-23 09:00+00:00",
        "2026-12-07 09:00+00:00",
    ]


def test_once_is_once() -> None:
    schedule = Schedule(ScheduleKind.ONCE, once=datetime(2026, 12, 24, 18))  # noqa: DTZ001 - in the schedule's zone

    assert upcoming(schedule, at(2026, 11, 21), 2, BERLIN) == ["2026-12-24 18:00+01:00"]


@pytest.mark.parametrize("kind", [ScheduleKind.ON_DEMAND, ScheduleKind.IMMEDIATELY])
def test_what_somebody_else_starts_is_never_due(kind: ScheduleKind) -> None:
    assert next_occurrence(Schedule(kind), at(2026, 11, 21), UTC_ZONE) is None


@pytest.mark.parametrize(
    "schedule",
    [
        cron("0 0 31 2,4,6,9,11 *"),
        Schedule(ScheduleKind.MONTHLY, times=(time(9),), days=(30,), months=(2,)),
        daily(time(9), only_during=(hours(10, 12),)),
        every(3600, only_during=(Window(times=((time(10, 1), time(10, 59)),)),)),
        every(60, only_during=(Window(days=(1,), months=(13,)),)),
        daily(time(9), starts=at(2026, 12, 2), ends=at(2026, 12, 1)),
    ],
)
def test_a_schedule_that_never_is_due_says_so(schedule: Schedule) -> None:
    assert next_occurrence(schedule, at(2026, 11, 21), UTC_ZONE) is None


def test_a_time_that_is_skipped_moves_on_and_a_time_that_comes_twice_counts_once() -> None:
    assert upcoming(daily(time(2, 30)), SPRING, 2, BERLIN) == [
        "2026-03-29 03:30+02:00",
        "2026-03-30 02:30+02:00",
    ]
    assert upcoming(daily(time(2, 30)), AUTUMN, 2, BERLIN) == [
        "2026-10-25 02:30+02:00",
        "2026-10-26 02:30+01:00",
    ]


def test_two_times_that_fall_together_are_one_occurrence() -> None:
    schedule = daily(time(2, 30), time(3, 30))
    found = next_occurrence(schedule, SPRING, ZoneInfo(BERLIN))

    assert found is not None
    assert found.slot == "2026-03-29T03:30:00[Europe/Berlin]"
    assert upcoming(schedule, found.at, 1, BERLIN) == ["2026-03-30 02:30+02:00"]


def test_a_time_that_moved_on_may_be_overtaken_and_nothing_is_lost() -> None:
    assert upcoming(daily(time(2, 30), time(3, 10)), SPRING, 3, BERLIN) == [
        "2026-03-29 03:10+02:00",
        "2026-03-29 03:30+02:00",
        "2026-03-30 02:30+02:00",
    ]


def test_cron_for_every_hour_follows_elapsed_time() -> None:
    hourly = cron("0 * * * *")

    assert follows_elapsed_time(hourly)
    assert upcoming(hourly, at(2026, 10, 24, 23, 30), 3, BERLIN) == [
        "2026-10-25 02:00+02:00",
        "2026-10-25 02:00+01:00",
        "2026-10-25 03:00+01:00",
    ]
    assert upcoming(hourly, at(2026, 3, 29, 0, 30), 2, BERLIN) == [
        "2026-03-29 03:00+02:00",
        "2026-03-29 04:00+02:00",
    ]


def test_the_two_passes_of_a_repeated_hour_have_slots_of_their_own() -> None:
    zone, after, slots = ZoneInfo(BERLIN), at(2026, 10, 24, 22), []
    for _ in range(12):
        found = next_occurrence(cron("*/15 * * * *"), after, zone)
        assert found is not None
        slots.append(found.slot)
        after = found.at

    assert len(set(slots)) == 12


def test_cron_for_some_hours_follows_the_clock_on_the_wall() -> None:
    assert not follows_elapsed_time(cron("30 2 * * *"))
    assert upcoming(cron("30 2 * * *"), AUTUMN, 2, BERLIN) == [
        "2026-10-25 02:30+02:00",
        "2026-10-26 02:30+01:00",
    ]


def test_nothing_is_due_before_its_start_nor_at_its_end() -> None:
    schedule = daily(time(9), starts=at(2026, 11, 25, 9), ends=at(2026, 11, 27, 9))

    assert upcoming(schedule, at(2026, 11, 1), 5) == [
        "2026-11-25 09:00+00:00",
        "2026-11-26 09:00+00:00",
    ]


def test_outside_its_windows_nothing_is_due() -> None:
    schedule = every(6 * 3600, only_during=(hours(9, 17, days=(0, 1, 2, 3, 4)),))

    assert upcoming(schedule, at(2026, 11, 20, 12), 2) == [
        "2026-11-23 12:00+00:00",
        "2026-11-24 12:00+00:00",
    ]


def test_a_window_past_midnight_belongs_to_the_day_it_starts_on() -> None:
    friday_night = (hours(22, 2, days=(4,)),)

    assert upcoming(every(3600, only_during=friday_night), at(2026, 11, 20, 12), 5) == [
        "2026-11-20 22:00+00:00",
        "2026-11-20 23:00+00:00",
        "2026-11-21 00:00+00:00",
        "2026-11-21 01:00+00:00",
        "2026-11-27 22:00+00:00",
    ]


def test_midnight_as_the_end_of_a_window_is_the_end_of_the_day() -> None:
    assert upcoming(every(3600, only_during=(hours(22, 0),)), at(2026, 11, 20, 12), 3) == [
        "2026-11-20 22:00+00:00",
        "2026-11-20 23:00+00:00",
        "2026-11-21 22:00+00:00",
    ]


def test_a_window_opens_again_when_its_hour_is_repeated() -> None:
    schedule = every(900, only_during=(Window(times=((time(1, 30), time(2, 30)),)),))

    assert upcoming(schedule, at(2026, 10, 25, 0, 14), 4, BERLIN) == [
        "2026-10-25 02:15+02:00",
        "2026-10-25 02:00+01:00",
        "2026-10-25 02:15+01:00",
        "2026-10-26 01:30+01:00",
    ]


def test_a_window_whose_beginning_is_skipped_opens_where_the_clock_goes_on() -> None:
    schedule = every(900, only_during=(Window(times=((time(2, 15), time(3, 20)),)),))

    assert upcoming(schedule, SPRING, 3, BERLIN) == [
        "2026-03-29 03:00+02:00",
        "2026-03-29 03:15+02:00",
        "2026-03-30 02:15+02:00",
    ]


def test_jitter_is_by_chance_and_yet_the_same_after_a_restart() -> None:
    schedule = daily(time(9), jitter_seconds=600)
    delays = [jitter(schedule, name, "2026-11-21T09:00:00[UTC]") for name in "abcdefgh"]

    assert len(set(delays)) == 8
    assert all(timedelta() <= delay < timedelta(minutes=10) for delay in delays)
    assert delays[0] == jitter(schedule, "a", "2026-11-21T09:00:00[UTC]")
    assert delays[0] != jitter(schedule, "a", "2026-11-22T09:00:00[UTC]")
    assert jitter(daily(time(9)), "a", "x") == timedelta()


def names(schedule: Schedule, since: datetime, until: datetime) -> list[str]:
    return [one.slot for one in missed(schedule, since, until, UTC_ZONE)]


def test_missed_occurrences_are_caught_up_with_once_by_default() -> None:
    assert names(every(3600), at(2026, 11, 1), at(2026, 11, 21, 12, 59)) == ["2026-11-21T12:00:00Z"]
    assert names(every(3600), at(2026, 11, 1), at(2026, 11, 1, 0, 59)) == []


def test_missed_occurrences_may_be_left_out() -> None:
    schedule = every(3600, misfire=Misfire.SKIP)

    assert names(schedule, at(2026, 11, 1), at(2026, 11, 21, 12, 59)) == []
    assert names(schedule, at(2026, 11, 1), at(2026, 11, 21, 12, 0, 30)) == ["2026-11-21T12:00:00Z"]


def test_what_jitter_delays_is_not_missed() -> None:
    schedule = every(3600, misfire=Misfire.SKIP, jitter_seconds=900)

    assert len(names(schedule, at(2026, 11, 21, 11, 30), at(2026, 11, 21, 12, 15))) == 1


def test_missed_occurrences_may_all_be_run_oldest_first() -> None:
    schedule = every(3600, misfire=Misfire.ALL)

    assert names(schedule, at(2026, 11, 21, 9), at(2026, 11, 21, 12, 5)) == [
        "2026-11-21T10:00:00Z",
        "2026-11-21T11:00:00Z",
        "2026-11-21T12:00:00Z",
    ]


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - made aware
    lambda one: one.replace(tzinfo=UTC_ZONE, microsecond=0)
)
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in (BERLIN, "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Tehran",
                                 "Pacific/Apia", "Africa/Casablanca", "Antarctica/Troll", "UTC")]
)  # fmt: skip
SCHEDULES = st.one_of(
    st.integers(60, 200_000).map(every),
    st.builds(
        daily,
        st.times().map(lambda one: one.replace(second=0, microsecond=0)),
        only_during=st.sampled_from([(), (hours(22, 6),), (hours(1, 3, days=(5, 6)),)]),
    ),
    st.sampled_from(["*/15 * * * *", "30 1-3 * * *", "0 0 1,31 * sun", "*/20 2 * 3,10 *"]).map(
        cron
    ),
)


@given(SCHEDULES, MOMENTS, MOMENTS, ZONES)
def test_occurrences_come_later_and_do_not_depend_on_where_one_asks_from(
    schedule: Schedule, one: datetime, other: datetime, zone: ZoneInfo
) -> None:
    first, second = sorted([one, other])
    found, later = next_occurrence(schedule, first, zone), next_occurrence(schedule, second, zone)

    assert found is None or found.at > first
    assert later is None or later.at > second
    if found is not None and found.at > second:
        assert found == later
    elif found is not None and later is not None:
        assert found.at < later.at
        assert found.slot != later.slot


@given(SCHEDULES, MOMENTS, st.integers(0, 3 * 86_400), ZONES)
def test_the_latest_occurrence_is_the_last_of_them_all(
    schedule: Schedule, since: datetime, seconds: int, zone: ZoneInfo
) -> None:
    until, last, after = since + timedelta(seconds=seconds), None, since
    while (found := next_occurrence(schedule, after, zone)) and found.at <= until:
        last, after = found, found.at

    assert latest_occurrence(schedule, since, until, zone) == last
