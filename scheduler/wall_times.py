"""Wall times a schedule names, in order, and the moments they stand for.

Two rules. A time of the day happens once on its date: of a time that a clock shows twice the
first counts, and a time that a clock skips moves on by as much as was skipped. What is meant to
happen every hour follows elapsed time instead: twice in an hour that is repeated, never in one
that is skipped (reliability.md §2.2, T3).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from scenarios.cron import Cron
from scenarios.schedules import Schedule, ScheduleKind

__all__ = ["Calendar", "Moment", "calendar_of", "first_moment", "moment_of", "wall_of"]

DAY: Final = timedelta(days=1)
HOURS: Final = 24
#: Every date comes back within these years, a 29 February on a Sunday in 40 at most.
YEARS: Final = 50


@dataclass(frozen=True)
class Calendar:
    """Wall times that come back.

    Args:
        months: January = 1.
        fits: Whether a date of those months is meant.
        times: The times of such a day; sorted.
        elapsed: Whether they follow elapsed time through a daylight change.
    """

    months: frozenset[int]
    fits: Callable[[date], bool]
    times: tuple[time, ...]
    elapsed: bool = False

    def walls(self, start: datetime) -> Iterator[datetime]:
        """The wall times from `start` on, in order, for as many years as can make a difference."""
        for day in self._days(start.date()):
            first = bisect_left(self.times, start.time()) if day == start.date() else 0
            for one in self.times[first:]:
                yield datetime.combine(day, one)

    def _days(self, day: date) -> Iterator[date]:
        last = day.replace(day=1, year=min(day.year + YEARS, date.max.year))
        while day < last:
            if day.month not in self.months:
                day = (day.replace(day=1) + 31 * DAY).replace(day=1)
                continue
            if self.fits(day):
                yield day
            day += DAY


@dataclass(frozen=True, order=True)
class Moment:
    """A wall time as a moment.

    Args:
        at: In UTC.
        moved: Whether the clock skipped the wall time.
        wall: What was named.
        fold: Which of the two moments this is, where a clock shows the time twice.
    """

    at: datetime
    moved: bool
    wall: datetime
    fold: int = 0


@lru_cache(maxsize=4096)
def calendar_of(schedule: Schedule) -> Calendar:
    """The wall times of a daily, weekly, monthly or cron schedule."""
    every_month = frozenset(range(1, 13))
    days = frozenset(schedule.days)
    match schedule.kind:
        case ScheduleKind.DAILY:
            return Calendar(every_month, lambda _: True, schedule.times)
        case ScheduleKind.WEEKLY:
            return Calendar(every_month, lambda day: day.weekday() in days, schedule.times)
        case ScheduleKind.MONTHLY:
            months = frozenset(schedule.months) or every_month
            return Calendar(months, lambda day: day.day in days, schedule.times)
        case ScheduleKind.CRON if schedule.cron is not None:
            return _cron_calendar(schedule.cron)
        case _:
            raise ValueError(f"a schedule of the kind {schedule.kind} has no wall times")


def first_moment(calendar: Calendar, after: datetime, zone: ZoneInfo) -> Moment | None:
    """The first moment after `after` (UTC), if there is one.

    Wall times and moments run in the same order but around a change of the clock; there, those
    that may have been overtaken are looked at too.
    """
    best: Moment | None = None
    horizon = datetime.max  # noqa: DTZ901 - a wall time
    moments = _elapsed_moments if calendar.elapsed else _moments
    for wall in calendar.walls(wall_of(after, zone) - _change(after, zone)):
        if wall > horizon:
            break
        for found in moments(wall, zone):
            if found.at > after:
                if best is None:
                    horizon = wall + _change(found.at, zone)
                best = min(best or found, found)
    return best


def wall_of(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at a moment; naive."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def moment_of(wall: datetime, zone: ZoneInfo, fold: int = 0) -> datetime:
    """When a clock shows a wall time; one it skips moves on by as much as was skipped."""
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _moments(wall: datetime, zone: ZoneInfo) -> list[Moment]:
    at = moment_of(wall, zone)
    return [Moment(at, wall_of(at, zone) != wall, wall)]


def _elapsed_moments(wall: datetime, zone: ZoneInfo) -> list[Moment]:
    at = [moment_of(wall, zone, fold) for fold in (0, 1)]
    if wall_of(at[0], zone) != wall:
        return []
    twice = at[0] != at[1]
    return [
        Moment(one, moved=False, wall=wall, fold=fold) for fold, one in enumerate(at[: 1 + twice])
    ]


def _change(at: datetime, zone: ZoneInfo) -> timedelta:
    """By how much the clock is changed within a day of a moment."""
    offsets = [(at + days * DAY).astimezone(zone).utcoffset() for days in (-1, 0, 1)]
    known = [offset for offset in offsets if offset is not None]
    return max(known) - min(known)


def _cron_calendar(cron: Cron) -> Calendar:
    """As everywhere else, where both days and weekdays are restricted either is enough."""

    def fits(day: date) -> bool:
        of_month, of_week = day.day in cron.days, day.weekday() in cron.weekdays
        both = cron.any_day or cron.any_weekday
        return (of_month and of_week) if both else (of_month or of_week)

    times = tuple(time(*one) for one in product(sorted(cron.hours), sorted(cron.minutes)))
    return Calendar(cron.months, fits, times, elapsed=len(cron.hours) == HOURS)
