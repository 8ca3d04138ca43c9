"""Values as they are read where another kind is wanted, like Make where that is safe.

Numbers are whole numbers or Decimal, never floats; an id of any length stays what it is.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from adloom.json_text import dump
from adloom.mapping.bounds import LARGEST_NUMBER, LONGEST_NUMBER
from adloom.mapping.misfit import MisfitError

__all__ = [
    "IGNORE",
    "Mark",
    "Number",
    "as_boolean",
    "as_date",
    "as_list",
    "as_number",
    "as_object",
    "as_text",
    "as_whole",
    "named",
    "plain",
    "within",
]

Number = int | Decimal


class Mark(Enum):
    """A value that stands for none."""

    IGNORE = "ignore"


#: The keyword `ignore`: the field it is given to is left out.
IGNORE: Final = Mark.IGNORE

_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?\s*")
_WHOLE: Final = re.compile(r"\s*[+-]?[0-9]+\s*")
_DATE: Final = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?) ?(Z|[+-][0-9]{2}:?[0-9]{2})?)?\s*"
)
_PLAINEST: Final = 100
_OR_ELSE: Final = "Say what it is then: ifempty(…; …)."


def named(value: Any) -> str:
    """A value as a message names it: short, texts in quotes."""
    if value is None or value is IGNORE:
        return "nothing"
    text = as_text(value)
    shown = text if len(text) <= _PLAINEST else text[: _PLAINEST - 1] + "…"
    return f'"{shown}"' if isinstance(value, str) else shown


def plain(value: Any) -> Any:
    """The value, or None for `ignore`."""
    return None if value is IGNORE else value


def within(number: Number) -> Number:
    """The number, if it is not too large.

    Raises:
        MisfitError: It is.
    """
    if not -LARGEST_NUMBER <= number <= LARGEST_NUMBER:
        raise MisfitError("A number beyond 10^30 does not fit.")
    return number


def as_number(value: Any) -> Number:
    """Read a number, or a text that is one.

    Raises:
        MisfitError: It is none.
    """
    match value:
        case bool():
            pass
        case int():
            return within(value)
        case Decimal() if value.is_finite():
            return within(value)
        case float() if value - value == 0:
            return within(Decimal(repr(value)))
        case str() if len(value) <= LONGEST_NUMBER and _NUMBER.fullmatch(value):
            return within(int(value) if _WHOLE.fullmatch(value) else Decimal(value.strip()))
        case None | Mark.IGNORE | "":
            raise MisfitError("A number is needed here, and there is nothing.", _OR_ELSE)
        case _:
            pass
    raise MisfitError(f"{named(value)} is no number.", _number_hint(value))


def _number_hint(value: Any) -> str | None:
    if isinstance(value, datetime):
        return 'Dates are moved by addDays(…; 1), and compared by dateDifference(…; …; "days").'
    if isinstance(value, str):
        return "Texts are put side by side: {{a.b}}{{c.d}}. Odd numbers are read by parseNumber(…)."
    return None


def as_whole(value: Any) -> int:
    """Read a whole number.

    Raises:
        MisfitError: It is none.
    """
    number = as_number(value)
    if number != int(number):
        raise MisfitError(f"{named(value)} is no whole number.", "round(…) makes one of it.")
    return int(number)


def as_boolean(value: Any) -> bool:
    """Read yes or no: nothing, `false`, 0, and empty texts, lists and objects are no."""
    match value:
        case bool():
            return value
        case str():
            return value.strip().lower() not in ("", "false", "0")
        case None | Mark.IGNORE:
            return False
        case datetime() | date():
            return True
        case _:
            return bool(value)


def as_date(value: Any) -> datetime:
    """Read a moment, or a text in the manner of ISO 8601; without a zone it is UTC.

    TikTok writes its moments in UTC, without a zone.

    Raises:
        MisfitError: It is none.
    """
    match value:
        case datetime():
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case str() if (found := _DATE.fullmatch(value[:_PLAINEST])) is not None:
            day, time, zone = found.groups()
            try:
                read = datetime.fromisoformat(f"{day}T{time or '00:00'}{zone or '+00:00'}")
                return read.astimezone(UTC)
            except (ValueError, OverflowError):
                raise MisfitError(f"{named(value)} is no date there is.") from None
        case None | Mark.IGNORE | "":
            raise MisfitError("A date is needed here, and there is nothing.", _OR_ELSE)
        case _:
            pass
    hint = 'Say how it is written: parseDate(…; "YYYY-MM-DD"), or "X" for UNIX seconds.'
    raise MisfitError(f"{named(value)} is no date.", hint)


def as_list(value: Any) -> list[Any]:
    """Read a list; nothing is an empty one.

    Raises:
        MisfitError: It is none.
    """
    match value:
        case list():
            return value
        case tuple():
            return list(value)
        case None | Mark.IGNORE | "":
            return []
        case _:
            hint = 'A text is taken apart by split(…; ",").'
            raise MisfitError(f"{named(value)} is no list.", hint)


def as_object(value: Any) -> dict[str, Any]:
    """Read an object; nothing is an empty one.

    Raises:
        MisfitError: It is none.
    """
    match value:
        case dict():
            return value
        case None | Mark.IGNORE | "":
            return {}
        case _:
            raise MisfitError(f"{named(value)} is no object.")


def as_text(value: Any) -> str:  # noqa: PLR0911 - one for each kind
    """Write a value as text.

    Numbers have no trailing zeros, dates follow ISO 8601 in UTC, nothing is empty, lists and
    objects are JSON.

    Raises:
        MisfitError: It cannot be written.
    """
    match value:
        case str():
            return value
        case None | Mark.IGNORE:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return _number_text(value)
        case datetime():
            return _date_text(as_date(value))
        case date():
            return value.isoformat()
        case bytes():
            return value.decode(errors="replace")
        case _:
            return _json_text(value)


def _json_text(value: Any) -> str:
    try:
        return dump(value).decode()
    except (TypeError, ValueError, RecursionError):
        raise MisfitError(f"A {type(value).__name__} cannot be written as text.") from None


def _number_text(value: float | Decimal) -> str:
    try:
        if isinstance(value, int):
            return str(value)
        number = Decimal(repr(value)) if isinstance(value, float) else value
        if not number.is_finite():
            raise MisfitError("This is not a number.")
        if not number:
            return "0"
        written = format(number, "f") if abs(number.adjusted()) < _PLAINEST else str(number)
    except ValueError:
        raise MisfitError("This number has too many digits.") from None
    return written.rstrip("0").rstrip(".") if "." in written and "E" not in written else written


def _date_text(value: datetime) -> str:
    grain = "milliseconds" if value.microsecond else "seconds"
    return value.isoformat(timespec=grain).replace("+00:00", "Z")
