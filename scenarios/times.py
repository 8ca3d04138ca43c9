"""Times as people write them in a scenario: durations, times of the day, moments, zones."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import available_timezones

__all__ = ["read_duration", "read_moment", "read_time", "time_zones"]

#: A hundred years; more is a slip of the finger.
LONGEST: Final = 36_525 * 86_400
_UNITS: Final = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86_400,
    "day": 86_400,
    "w": 604_800,
    "week": 604_800,
}
_AMOUNT: Final = re.compile(r"\s*([0-9]{1,9})\s*([a-z]+)\s*(?:,|and\b)?", re.ASCII)
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_duration(text: str) -> int:
    """Read `30 minutes`, `1 hour 30 min`, `90s` as seconds.

    Raises:
        ValueError: It is none; says why.
    """
    rest, seconds, place = text.strip().lower(), 0, 0
    while place < len(rest):
        found = _AMOUNT.match(rest, place)
        unit = found and (_UNITS.get(found[2]) or _UNITS.get(found[2].removesuffix("s")))
        if not found or not unit:
            raise ValueError("is no duration: write for example 30 minutes, 2 hours or 1 day")
        seconds += int(found[1]) * unit
        place = found.end()
    if not 0 < seconds <= LONGEST:
        raise ValueError("must be longer than nothing, and shorter than a century")
    return seconds


def read_time(text: str) -> time:
    """Read `09:00` or `09:00:30`.

    Raises:
        ValueError: It is no time of the day.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError("is no time of the day: write for example 09:00")
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def read_moment(text: str, *, end: bool = False) -> datetime:
    """Read `2026-11-21`, `2026-11-21 09:30` or one with an offset, which becomes UTC.

    Args:
        text: What was written.
        end: Whether a date alone means the end of that day.

    Raises:
        ValueError: It is no moment.
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
        if end and _DATE.fullmatch(text):
            moment += timedelta(days=1)
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        said = "write for example 2026-11-21, 2026-11-21 09:30 or 2026-11-21T09:30+01:00"
        raise ValueError(f"is no date: {said}") from None


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones this computer knows."""
    return frozenset(available_timezones())
