"""Finds schedules that never come due."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from modules.base import Module
from scenarios.cron import Cron
from scenarios.model import ModuleStep, Scenario
from scenarios.params import known_module
from scenarios.problems import Problems
from scenarios.schedules import ACCOUNT, Schedule, ScheduleKind, Window

__all__ = ["check_schedule", "fits_date"]

#: Every combination of day, month and weekday occurs within 28 years.
_FIRST: Final = date(2024, 1, 1)
_DAYS: Final = 28 * 1461 // 4
_DATED: Final = (
    ScheduleKind.DAILY,
    ScheduleKind.WEEKLY,
    ScheduleKind.MONTHLY,
    ScheduleKind.CRON,
)


def check_schedule(problems: Problems, scenario: Scenario, now: datetime | None = None) -> None:
    """Note what keeps a schedule from ever coming due.

    Args:
        problems: Takes what is wrong.
        scenario: Whose schedule.
        now: The present; without it, nothing is said about what lies in the past.
    """
    schedule = scenario.schedule
    if schedule is None:
        return

    def note(text: str, hint: str | None = None, *path: str) -> None:
        found = ("schedule", *path)
        place = scenario.place_of(found)
        problems.error(place, found, text, hint)

    if (
        schedule.starts
        and schedule.ends
        and _moment(schedule, "ends") <= _moment(schedule, "starts")
    ):
        note("ends before it begins, so it never runs", None, "between")
    elif schedule.once and not _once_is_valid(schedule):
        note("lies outside of between, so it never runs", None, "once")
    elif schedule.kind in _DATED and _dates_given(schedule) and not _fires(schedule):
        note("never comes due", "no such date, or none within only_during")
    if now and schedule.ends and _moment(schedule, "ends") <= now:
        note("has ended already, so it never runs again", None, "between", "to")
    elif now and schedule.once and _moment(schedule, "once") <= now:
        note("has passed already, so it never runs", None, "once")
    if schedule.kind is ScheduleKind.IMMEDIATELY and not _instant(scenario):
        note("immediately needs a first step that is told of news", "write for example every: …")


def _instant(scenario: Scenario) -> bool:
    first = scenario.steps[0] if scenario.steps else None
    module: Module | None = known_module(first.module) if isinstance(first, ModuleStep) else None
    return module is not None and module.instant is not None


def _moment(schedule: Schedule, name: str) -> datetime:
    """A moment of the schedule in UTC; the account's zone, unknown here, counts as UTC."""
    moment: datetime = getattr(schedule, name)
    if moment.tzinfo is None:
        zone = UTC if schedule.timezone == ACCOUNT else ZoneInfo(schedule.timezone)
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _once_is_valid(schedule: Schedule) -> bool:
    once = _moment(schedule, "once")
    early = schedule.starts is not None and once < _moment(schedule, "starts")
    late = schedule.ends is not None and once >= _moment(schedule, "ends")
    return not (early or late)


def _dates_given(schedule: Schedule) -> bool:
    """Whether it is whole; what is missing was noted when it was read."""
    if schedule.kind is ScheduleKind.CRON:
        return schedule.cron is not None
    return bool(schedule.times) and (schedule.kind is ScheduleKind.DAILY or bool(schedule.days))


def fits_date(schedule: Schedule, day: date) -> bool:
    """Whether the calendar part of a schedule allows a date; windows are not looked at."""
    match schedule.kind:
        case ScheduleKind.WEEKLY:
            return day.weekday() in schedule.days
        case ScheduleKind.MONTHLY:
            in_month = not schedule.months or day.month in schedule.months
            return in_month and day.day in schedule.days
        case ScheduleKind.CRON:
            return schedule.cron is not None and _fits_cron(schedule.cron, day)
        case _:
            return True


def _fits_cron(cron: Cron, day: date) -> bool:
    in_days, in_weekdays = day.day in cron.days, day.weekday() in cron.weekdays
    starred = cron.any_day or cron.any_weekday
    either = in_days and in_weekdays if starred else in_days or in_weekdays
    return day.month in cron.months and either


def _fires(schedule: Schedule) -> bool:
    """Whether there is any date and time that everything allows."""
    days = {
        (day, day - timedelta(days=1)) if schedule.only_during else (day, day)
        for day in _calendar()
        if fits_date(schedule, day)
    }
    if not schedule.only_during:
        return bool(days)
    # What a window looks at repeats itself, so each combination is tried once.
    kinds = {(d.month, d.weekday(), before.month): (d, before) for d, before in days}
    times = list(_times(schedule))
    return any(
        any(_open(window, moment, day, before) for window in schedule.only_during)
        for day, before in kinds.values()
        for moment in times
    )


@lru_cache(maxsize=1)
def _calendar() -> tuple[date, ...]:
    return tuple(_FIRST + timedelta(days=number) for number in range(_DAYS))


def _times(schedule: Schedule) -> Iterator[time]:
    if schedule.cron is None:
        yield from schedule.times
        return
    for hour in schedule.cron.hours:
        for minute in schedule.cron.minutes:
            yield time(hour, minute)


def _open(window: Window, moment: time, day: date, before: date) -> bool:
    """Whether a window is open at a time; one past midnight belongs to the day before."""
    if not window.times:
        return _on(window, day)
    for start, end in window.times:
        if start < end:
            if start <= moment < end and _on(window, day):
                return True
        elif (moment >= start and _on(window, day)) or (moment < end and _on(window, before)):
            return True
    return False


def _on(window: Window, day: date) -> bool:
    in_days = not window.days or day.weekday() in window.days
    return in_days and (not window.months or day.month in window.months)
