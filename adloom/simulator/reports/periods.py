"""Days and hours of an account, in minutes of UNIX time (business_api.md §5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

__all__ = ["DAY", "HOUR", "Cells", "Period"]

DAY: Final = "stat_time_day"
HOUR: Final = "stat_time_hour"
MINUTE: Final = 60
HOURS: Final = 24


@dataclass(frozen=True)
class Cells:
    """The parts of a period, one after the other.

    Args:
        bounds: The minute at which each begins, and the end of the last one; never after now.
        labels: What each is called.
        open: Which have begun, as bits.
    """

    bounds: tuple[int, ...]
    labels: Sequence[str]
    open: int


@dataclass(frozen=True)
class Period:
    """The dates of a report, in whatever zone.

    Args:
        first: The first day; None is the whole lifetime.
        last: The last day, included.
        step: `DAY`, `HOUR`, or empty where the period is not divided.
    """

    first: date | None
    last: date | None
    step: str = ""

    def cells(self, zone: tzinfo, now: float) -> Cells:
        """What has passed of it.

        Args:
            zone: Where its days begin.
            now: UNIX seconds; the minute that has not ended yet does not count.
        """
        current = int(now) // MINUTE
        moments = self._moments()
        if not moments:
            return Cells((0, current), ("",), 1)
        bounds = tuple(min(_minute(moment, zone), current) for moment in moments)
        lengths = enumerate(pairwise(bounds))
        is_open = sum(1 << place for place, (begins, ends) in lengths if begins < ends)
        labels = [moment.strftime("%Y-%m-%d %H:%M:%S") for moment in moments[:-1]]
        return Cells(bounds, labels, is_open)

    def without_steps(self) -> "Period":
        """The same days as one."""
        return Period(self.first, self.last)

    def _moments(self) -> list[datetime]:
        """When its parts begin and the last one ends, as a clock on the wall shows it."""
        if self.first is None or self.last is None:
            return []
        start = datetime.combine(self.first, time())
        days = (self.last - self.first).days + 1
        if self.step == HOUR:
            return [start + timedelta(hours=hour) for hour in range(HOURS * days + 1)]
        if self.step == DAY:
            return [start + timedelta(days=day) for day in range(days + 1)]
        return [start, start + timedelta(days=days)]


def _minute(wall: datetime, zone: tzinfo) -> int:
    """A moment on the wall; an hour that summer time leaves out has no length."""
    return int((wall.replace(tzinfo=zone).astimezone(UTC)).timestamp()) // MINUTE
