"""Windows of time a scenario may run in: whether they are open, and when they open next."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scenarios.schedules import Window
from scheduler.wall_times import moment_of, wall_of

__all__ = ["is_open", "next_opening"]

DAY: Final = timedelta(days=1)
INSTANT: Final = timedelta(microseconds=1)
#: A 29 February comes back in 8 years at most.
LONGEST_CLOSED: Final = 8 * 366 + 1
WHOLE_DAY: Final = ((time(), time()),)


def is_open(at: datetime, windows: Sequence[Window], zone: ZoneInfo) -> bool:
    """Whether a moment lies in one of the windows; without windows every moment does."""
    wall = wall_of(at, zone)
    return not windows or any(_holds(window, wall) for window in windows)


def next_opening(at: datetime, windows: Sequence[Window], zone: ZoneInfo) -> datetime | None:
    """The first moment after `at`, when all are closed, at which one is open; None if never."""
    opening = next(_starts(at, windows, zone), None)
    change = _next_change(at, min(opening or at + DAY, at + DAY), zone)
    return change if change and is_open(change, windows, zone) else opening


def _holds(window: Window, wall: datetime) -> bool:
    """A stretch that goes on past midnight belongs to the day it starts on."""
    today, now = wall.replace(hour=0, minute=0, second=0, microsecond=0), wall.time()
    for begin, end in window.times or WHOLE_DAY:
        overnight = end <= begin
        if begin <= now and (overnight or now < end) and _takes(window, today):
            return True
        if overnight and now < end and _takes(window, today - DAY):
            return True
    return False


def _takes(window: Window, day: datetime) -> bool:
    return (not window.days or day.weekday() in window.days) and (
        not window.months or day.month in window.months
    )


def _starts(at: datetime, windows: Sequence[Window], zone: ZoneInfo) -> Iterator[datetime]:
    """The moments after `at` at which a stretch begins, the first one first."""
    today = wall_of(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(-1, LONGEST_CLOSED):
        day = today + number * DAY
        begins = {
            begin
            for window in windows
            if _takes(window, day)
            for begin, _ in window.times or WHOLE_DAY
        }
        moments = {
            moment_of(datetime.combine(day, begin), zone, fold)
            for begin in begins
            for fold in (0, 1)
        }
        yield from sorted(moment for moment in moments if moment > at)


def _next_change(at: datetime, until: datetime, zone: ZoneInfo) -> datetime | None:
    """When the clock is changed between two moments, if it is."""
    before = at.astimezone(zone).utcoffset()
    if until.astimezone(zone).utcoffset() == before:
        return None
    while until - at > INSTANT:
        middle = at + (until - at) / 2
        if middle.astimezone(zone).utcoffset() == before:
            at = middle
        else:
            until = middle
    return until
