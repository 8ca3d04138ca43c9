"""Event times: every form people have, read as whole seconds since 1970 in UTC.

TikTok wants `event_time` as such a number (open_platform_and_events.md §II.1). Read are numbers,
also as text, in seconds, milliseconds or microseconds, told apart by their size; ISO 8601 in its
usual spellings; the Java pattern `yyyy-MM-dd'T'HH:mm:ss:SSSZ` with its colon before the
milliseconds (AC-048); and `2026-11-21 09:30:00 +0100` as shops export it.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from modules.events.checks import is_number
from modules.events.options import Options
from modules.events.problems import Problem, Severity

__all__ = ["Ages", "read_time"]

#: Numbers from here on are milliseconds, then microseconds: as seconds, the year 5138 begins.
_MILLISECONDS_FROM: Final = 10**11
_MICROSECONDS_FROM: Final = 10**14
_BEYOND: Final = 10**17
_MINUTE: Final = 60
_DAY: Final = 86_400
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_NUMBER: Final = re.compile(r"[+-]?\d{1,20}(?:\.\d{0,20})?", re.ASCII)
#: What `datetime.fromisoformat` does not read: a colon before the milliseconds, a blank before the
#: zone, a zone by name.
_ODD_TEXT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:(?<=:\d\d:\d\d)[.,:]\d{1,9})?"
    r" ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_DATE_LENGTH: Final = len("2026-11-21")
_FORMS: Final = "is not a time: write 2026-11-21T09:30:00Z, or seconds or milliseconds since 1970"
_NO_ZONE: Final = Problem("event_time", "names no time zone; read as UTC", Severity.WARNING)
_NO_TIME: Final = Problem(
    "event_time", "is a day without a time; read as midnight UTC", Severity.WARNING
)


def read_time(value: Any, problems: list[Problem]) -> int | None:
    """Whole seconds since 1970 (UTC); None, and a problem, if it is not a time."""
    if type(value) is int and 0 <= value < _MILLISECONDS_FROM:
        return value  # nearly all of them
    moment = None
    if isinstance(value, str):
        moment = _from_text(value.strip(), problems)
    elif isinstance(value, datetime):
        moment = _from_moment(value, problems)
    elif is_number(value):
        moment = _from_number(value)
    if moment is None or moment < 0:
        problems.append(Problem("event_time", _FORMS if moment is None else "lies before 1970"))
        return None
    return moment


def _from_number(number: float | Decimal) -> int | None:
    if not -_BEYOND < number < _BEYOND:
        return None
    if number < _MILLISECONDS_FROM:
        return int(number // 1)
    return int(number // (1_000 if number < _MICROSECONDS_FROM else 1_000_000))


def _from_text(text: str, problems: list[Problem]) -> int | None:
    if _NUMBER.fullmatch(text):
        return _from_number(Decimal(text) if "." in text else int(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _from_odd_text(text, problems)
    if len(text) == _DATE_LENGTH:
        problems.append(_NO_TIME)
        return _seconds(moment.replace(tzinfo=UTC))
    return _from_moment(moment, problems)


def _from_odd_text(text: str, problems: list[Problem]) -> int | None:
    found = _ODD_TEXT.fullmatch(text)
    if found is None:
        return None
    clock, zone = found.groups()
    offset = zone if zone and zone[0] in "+-" else zone and "+00:00"
    try:
        moment = datetime.fromisoformat(f"{clock}{offset or ''}")
    except ValueError:
        return None
    return _from_moment(moment, problems)


def _from_moment(moment: datetime, problems: list[Problem]) -> int:
    if moment.tzinfo is None:
        problems.append(_NO_ZONE)
        moment = moment.replace(tzinfo=UTC)
    return _seconds(moment)


def _seconds(moment: datetime) -> int:
    """Whole seconds, exactly, whatever the zone and the year."""
    return (moment - _EPOCH) // _SECOND


class Ages:
    """How old, and how far in the future, an event may be (§II.6).

    Args:
        options: What the user decided.
    """

    def __init__(self, options: Options):
        self._oldest = options.oldest_days * _DAY
        self._old = options.warn_after_days * _DAY
        self._future = options.future_minutes * _MINUTE
        bounds = [bound for bound in (self._oldest, self._old) if bound]
        self._first_bound = min(bounds, default=None)

    def check(self, event_time: int, now: int, problems: list[Problem]) -> None:
        """Add a problem if the event is too old, rather old, or from the future."""
        age = now - event_time
        if age < -self._future:
            ahead = -age // _MINUTE
            problems.append(Problem("event_time", f"lies {ahead} minutes in the future"))
        elif self._first_bound is not None and age > self._first_bound:
            self._check_old(age, problems)

    def _check_old(self, age: int, problems: list[Problem]) -> None:
        days = age // _DAY
        if self._oldest and age > self._oldest:
            reason = (
                f"happened {days} days ago; events older than {self._oldest // _DAY} are refused"
            )
            problems.append(Problem("event_time", reason))
        else:
            reason = f"happened {days} days ago; TikTok may no longer attribute the event"
            problems.append(Problem("event_time", reason, Severity.WARNING))
