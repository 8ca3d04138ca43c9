"""Text as a date by a format of moment's tokens.

Every piece takes what it can and never gives any back, so that reading takes one pass.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final

from adloom.mapping.date_tokens import DAYS, MONTHS, tokens_in
from adloom.mapping.misfit import MisfitError
from adloom.mapping.values import named

__all__ = ["read_date"]

LONGEST_DATE: Final = 200
NOON: Final = 12
#: Two-figure years up to this one are in this century, as in moment.
LAST_OF_CENTURY: Final = 68

_TWO: Final = "[0-9]{1,2}+"
_MONTHS: Final = "|".join((*MONTHS, *(name[:3] for name in MONTHS)))
_DAYS: Final = "|".join((*DAYS, *(name[:3] for name in DAYS), *(name[:2] for name in DAYS)))
#: What a token finds in a text, and under which name it is kept; "" is passed over.
_PIECES: Final[Mapping[str, tuple[str, str]]] = {
    "YYYY": ("year", "[0-9]{4}"),
    "Y": ("year", "[0-9]{1,4}+"),
    "YY": ("short_year", "[0-9]{2}"),
    "M": ("month", _TWO),
    "MM": ("month", _TWO),
    "Mo": ("month", f"{_TWO}(?:st|nd|rd|th)"),
    "MMM": ("month_name", _MONTHS),
    "MMMM": ("month_name", _MONTHS),
    "D": ("day", _TWO),
    "DD": ("day", _TWO),
    "Do": ("day", f"{_TWO}(?:st|nd|rd|th)"),
    "DDD": ("day_of_year", "[0-9]{1,3}+"),
    "DDDD": ("day_of_year", "[0-9]{3}"),
    "dd": ("", _DAYS),
    "ddd": ("", _DAYS),
    "dddd": ("", _DAYS),
    "H": ("hour", _TWO),
    "HH": ("hour", _TWO),
    "h": ("hour", _TWO),
    "hh": ("hour", _TWO),
    "k": ("hour", _TWO),
    "kk": ("hour", _TWO),
    "m": ("minute", _TWO),
    "mm": ("minute", _TWO),
    "s": ("second", _TWO),
    "ss": ("second", _TWO),
    "A": ("half", "[AaPp][Mm]"),
    "a": ("half", "[AaPp][Mm]"),
    "X": ("unix", r"-?[0-9]{1,12}+(?:\.[0-9]{1,6}+)?"),
    "x": ("unix_ms", "-?[0-9]{1,15}+"),
    "Z": ("zone", "[Zz]|[+-][0-9]{2}:?[0-9]{2}"),
    "ZZ": ("zone", "[Zz]|[+-][0-9]{2}:?[0-9]{2}"),
}
_UNITS: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_date(text: str, pattern: str, zone: tzinfo, now: datetime) -> datetime:
    """Read a moment, in UTC; what the format leaves out is as in the present, or the least.

    Raises:
        MisfitError: The text is not of the format, or there is no such date.
    """
    found = _finder(pattern).fullmatch(text.strip()) if len(text) <= LONGEST_DATE else None
    if found is None:
        raise MisfitError(f"{named(text)} is not of the format {pattern}")
    pieces = {name: piece for name, piece in found.groupdict().items() if piece is not None}
    try:
        return _built(pieces, zone, now.astimezone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MisfitError(f"{named(text)} is no date there is.") from None


@cache
def _finder(pattern: str) -> re.Pattern[str]:
    """A format as a regular expression without alternatives to try."""
    parts: list[str] = []
    names: set[str] = set()
    for token, text in tokens_in(pattern):
        if token.startswith("S"):
            name, piece = "fraction", "[0-9]{1,9}+"
        elif token and token not in _PIECES:
            raise MisfitError(f"Dates cannot be read by {token}.")
        else:
            name, piece = _PIECES[token] if token else ("", re.escape(text))
        if name in names:
            raise MisfitError(f"The format {pattern} says a part of the date twice.")
        names |= {name} - {""}
        parts.append(f"(?P<{name}>{piece})" if name else f"(?>{piece})")
    return re.compile("".join(parts), re.IGNORECASE)


def _built(pieces: Mapping[str, str], zone: tzinfo, now: datetime) -> datetime:
    if "unix" in pieces:
        whole, _, fraction = pieces["unix"].partition(".")
        return _EPOCH + timedelta(seconds=int(whole), microseconds=int(fraction.ljust(6, "0")))
    if "unix_ms" in pieces:
        return _EPOCH + timedelta(milliseconds=int(pieces["unix_ms"]))
    figures = _figures(pieces)
    least = {"year": now.year, "month": 1, "day": 1}
    given = [unit in figures for unit in _UNITS]
    first = given.index(True) if any(given) else len(_UNITS)
    # What is larger than anything given is as in the present; what is smaller is the least.
    values = {
        unit: figures.get(unit, getattr(now, unit) if index < first else least.get(unit, 0))
        for index, unit in enumerate(_UNITS)
    }
    built = datetime(**values, tzinfo=_zone(pieces, zone))
    days = int(pieces.get("day_of_year", 0))
    return built + timedelta(days=days - 1) if days else built


def _figures(pieces: Mapping[str, str]) -> dict[str, int]:
    figures = {
        unit: int(re.sub("[a-z]+", "", pieces[unit], flags=re.IGNORECASE))
        for unit in _UNITS
        if unit in pieces
    }
    if "short_year" in pieces:
        year = int(pieces["short_year"])
        figures["year"] = year + (2000 if year <= LAST_OF_CENTURY else 1900)
    if "month_name" in pieces:
        short = [name[:3].lower() for name in MONTHS]
        figures["month"] = short.index(pieces["month_name"][:3].lower()) + 1
    if "day_of_year" in pieces:
        figures |= {"month": 1, "day": 1}
    if "half" in pieces and "hour" in figures:
        afternoon = pieces["half"].lower() == "pm"
        figures["hour"] = figures["hour"] % NOON + (NOON if afternoon else 0)
    if figures.get("hour") == 2 * NOON:
        figures["hour"] = 0
    if "fraction" in pieces:
        figures["microsecond"] = int(pieces["fraction"].ljust(6, "0")[:6])
    return figures


def _zone(pieces: Mapping[str, str], zone: tzinfo) -> tzinfo:
    if "zone" not in pieces:
        return zone
    text = pieces["zone"].replace(":", "")
    if text in "Zz":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(-offset if text[0] == "-" else offset)
