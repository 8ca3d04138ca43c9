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
    place, found = ZoneInfo(zone), []
    while len(found) < count and (one := next_occurrence(schedule, after, place)):
        found.append(one.at.astimezone(place).isoformat(" ", "minutes"))
        after = one.at
    return found


def faults_of_a_daily_schedule(zone: str, at_time: time, first: int, last: int) -> list[str]:
    """What is wrong with a daily schedule from the first day of one year to that of another.

    Every local date must have exactly one occurrence, 22 to 26 hours after the one before, at the
    first moment the wall time stands for; asking from any moment in between gives the same one.
    """
    place, schedule = ZoneInfo(zone), daily(at_time)
    day, end = date(first, 1, 1), date(last, 1, 1)
    before = datetime.combine(day, at_time, place).astimezone(UTC) - timedelta(seconds=1)
    step_known, faults = False, []
    while day < end:
        found = next_occurrence(schedule, before, place)
        wanted = datetime.combine(day, at_time, place).astimezone(UTC)
        if found is None or found.at != wanted or not found.slot.startswith(f"{day}T"):
            faults.append(f"{zone} {day} {at_time}: {found}")
            break
        step = found.at - before
        if step_known and not timedelta(hours=22) <= step <= timedelta(hours=26):
            faults.append(f"{zone} {day} {at_time}: {step} after the one before")
        if next_occurrence(schedule, before + step / 2, place) != found:
            faults.append(f"{zone} {day} {at_time}: not the same from half-way")
        day, before, step_known = day + DAY, found.at, True
    return faults
