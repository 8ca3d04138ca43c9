"""Schedules by the handful, and what must be true of a daily one in every zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scenarios.cron import read_cron
from scenarios.schedules import Schedule, ScheduleKind, Window
from scheduler.occurrences import next_occurrence

__all__ = [
    "NIGHT",
    "at",
    "cron",
    "daily",
    "every",
    "faults_of_a_daily_schedule",
    "hours",
    "upcoming",
]

#: Clocks are changed at night.
NIGHT = (time(0, 30), time(1, 30), time(2, 30))
DAY = timedelta(days=1)


def every(seconds: int, **more: Any) -> Schedule:
    return Schedule(ScheduleKind.EVERY, every_seconds=seconds, **more)


def daily(*times: time, **more: Any) -> Schedule:
    return Schedule(ScheduleKind.DAILY, times=times, **more)


def cron(text: str, **more: Any) -> Schedule:
    return Schedule(ScheduleKind.CRON, cron=read_cron(text), **more)


def hours(begin: int, end: int, **more: Any) -> Window:
    return Window(times=((time(begin), time(end)),), **more)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc] # year, month, day, …


def upcoming(schedule: Schedule, after: datetime, count: int, zone: str = "UTC") -> list[str]:
    """The next occurrences as local times with their offset, to the minute."""
    place = ZoneInfo(zone)
    found: list[str] = []
    while len(found) < count and (one := next_occurrence(schedule, after, place)):
        found.append(one.at.astimezone(place).isoformat(" ", "minutes"))
        after = one.at
    return found


def faults_of_a_daily_schedule(zone: str, at_time: time, first: int, last: int) -> list[str]:
    """What is wrong with a daily schedule from the first day of one year to that of another.

    Every local date must have exactly one occurrence, at the first moment the wall time stands
    for, 24 hours after the one before but for what the clock was changed by; asking from a moment
    in between gives the same one.
    """
    place, schedule = ZoneInfo(zone), daily(at_time)
    day, end = date(first, 1, 1), date(last, 1, 1)
    before = _moment(day - DAY, at_time, place)
    faults: list[str] = []
    while day < end and not faults:
        found = next_occurrence(schedule, before, place)
        if found is None or found.at != _moment(day, at_time, place):
            faults.append(f"{zone} {day} {at_time}: {found}")
            break
        if not found.slot.startswith(f"{day}T{at_time}"):
            faults.append(f"{zone} {day} {at_time}: its slot is {found.slot}")
        step = found.at - before
        if abs(step - DAY) > _change(before, found.at, place):
            faults.append(f"{zone} {day} {at_time}: {step} after the one before")
        if next_occurrence(schedule, before + step / 2, place) != found:
            faults.append(f"{zone} {day} {at_time}: not the same from half-way")
        day, before = day + DAY, found.at
    return faults


def _moment(day: date, at_time: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at_time, zone).astimezone(UTC)


def _change(first: datetime, last: datetime, zone: ZoneInfo) -> timedelta:
    """By how much the clock was changed around two moments: 2 hours in Troll, 3 in Casey."""
    moments = (first - DAY, first, last, last + DAY)
    offsets = [one.astimezone(zone).utcoffset() or timedelta() for one in moments]
    return max(offsets) - min(offsets)
