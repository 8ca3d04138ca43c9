"""Cron expressions: five fields, understood once into sets of numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["MONTH_NAMES", "WEEKDAY_NAMES", "Cron", "read_cron"]

#: Weekdays as people name them, Monday = 0.
WEEKDAY_NAMES: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
#: Months as people name them; January is 1.
MONTH_NAMES: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
#: Most parts of one field; more than any field has values.
MOST_PARTS: Final = 60


@dataclass(frozen=True)
class Cron:
    """What a cron expression allows; a moment fits if every field fits.

    As everywhere else, where both a day of the month and a weekday are restricted, either is
    enough.

    Args:
        text: The expression, fields separated by one blank.
        minutes: 0 to 59.
        hours: 0 to 23.
        days: Days of the month, 1 to 31.
        months: 1 to 12.
        weekdays: Monday = 0.
        any_day: Whether the field of days began with `*`.
        any_weekday: Whether the field of weekdays began with `*`.
    """

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool


@dataclass(frozen=True)
class _Range:
    title: str
    low: int
    high: int
    names: Mapping[str, int]


_MONTHS: Final = {name[:3]: number for number, name in enumerate(MONTH_NAMES, 1)}
#: Cron counts from Sunday = 0 and takes 7 for Sunday too.
_WEEKDAYS: Final = {name[:3]: (number + 1) % 7 for number, name in enumerate(WEEKDAY_NAMES)}
_RANGES: Final = (
    _Range("minute", 0, 59, {}),
    _Range("hour", 0, 23, {}),
    _Range("day of the month", 1, 31, {}),
    _Range("month", 1, 12, _MONTHS),
    _Range("weekday", 0, 7, _WEEKDAYS),
)
_PART: Final = re.compile(r"(\*|[a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?(?:/(\d{1,2}))?", re.ASCII)


def read_cron(text: str) -> Cron:
    """Understand an expression of five fields: minute, hour, day, month, weekday.

    Raises:
        ValueError: It is none; says which field, and why.
    """
    fields = text.lower().split()
    if len(fields) != len(_RANGES):
        said = "five fields: minute, hour, day of the month, month, weekday"
        raise ValueError(f"must have {said}; this has {len(fields)}")
    minutes, hours, days, months, weekdays = map(_field, fields, _RANGES)
    return Cron(
        text=" ".join(fields),
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset((day - 1) % 7 for day in weekdays),
        any_day=fields[2].startswith("*"),
        any_weekday=fields[4].startswith("*"),
    )


def _field(text: str, allowed: _Range) -> frozenset[int]:
    parts = text.split(",")
    if len(parts) > MOST_PARTS:
        raise ValueError(f"the {allowed.title} has too many parts")
    return frozenset(number for part in parts for number in _part(part, allowed))


def _part(text: str, allowed: _Range) -> range:
    found = _PART.fullmatch(text)
    if not found or (found[1] == "*" and found[2]):
        raise ValueError(f"the {allowed.title} {text[:20]!r} cannot be read")
    step = int(found[3]) if found[3] else 1
    if found[1] == "*":
        low, high = allowed.low, allowed.high
    else:
        low = _number(found[1], allowed)
        high = _number(found[2], allowed) if found[2] else allowed.high if found[3] else low
    if allowed.names is _WEEKDAYS and found[2] and high == 0:
        high = 7  # "fri-sun"
    if high < low:
        raise ValueError(f"the {allowed.title} {text[:20]!r} runs backwards")
    if step < 1:
        raise ValueError(f"the {allowed.title} {text[:20]!r} has a step of nothing")
    return range(low, high + 1, step)


def _number(text: str, allowed: _Range) -> int:
    number = int(text) if text.isdigit() else allowed.names.get(text)
    if number is None:
        raise ValueError(f"the {allowed.title} {text!r} is no name of one")
    if not allowed.low <= number <= allowed.high:
        raise ValueError(f"the {allowed.title} {number} is not {allowed.low} to {allowed.high}")
    return number
