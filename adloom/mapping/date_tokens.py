"""Dates as text by a format of moment's tokens: `YYYY-MM-DD HH:mm`, `[at] h:mm A`, `Do MMMM`."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from adloom.mapping.misfit import MisfitError

__all__ = ["DAYS", "MONTHS", "tokens_in", "write_date"]

LONGEST_FORMAT: Final = 200
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
#: From Sunday on, as in moment.
DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

_TOKEN: Final = re.compile(
    r"\[[^\]]*\]|YYYY|YY|Y|GGGG|GG|gggg|gg|Q|Mo|M{1,4}|Do|DDDo|D{1,4}|do|d{1,4}|E|e|[Ww]o|[Ww]{1,2}"
    r"|A|a|[Hhkms]{1,2}|S{1,9}|X|x|ZZ?|z{1,2}|LTS|LT|L{1,4}"
)
#: The long formats, as they are in English.
_LONG: Final = {
    "LTS": "h:mm:ss A",
    "LT": "h:mm A",
    "L": "MM/DD/YYYY",
    "LL": "MMMM D, YYYY",
    "LLL": "MMMM D, YYYY h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
}


@cache
def tokens_in(pattern: str) -> tuple[tuple[str, str], ...]:
    """A format, taken apart into tokens and, with an empty token, plain text.

    Raises:
        MisfitError: It is too long.
    """
    if len(pattern) > LONGEST_FORMAT:
        raise MisfitError(f"A format of a date may have {LONGEST_FORMAT} characters at most.")
    found: list[tuple[str, str]] = []
    here = 0
    for token in _TOKEN.finditer(pattern):
        if token.start() > here:
            found.append(("", pattern[here : token.start()]))
        here = token.end()
        if token[0].startswith("["):
            found.append(("", token[0][1:-1]))
        elif token[0] in _LONG:
            found.extend(tokens_in(_LONG[token[0]]))
        else:
            found.append((token[0], ""))
    return (*found, ("", pattern[here:]))


def write_date(moment: datetime, pattern: str) -> str:
    """Write a moment, in its own time zone, by a format."""
    return "".join(_write(moment, token) if token else text for token, text in tokens_in(pattern))


def _write(moment: datetime, token: str) -> str:
    if token in _FIGURES:
        figure, width = _FIGURES[token]
        return f"{figure(moment):0{width}d}"
    if token.endswith("o"):
        return _ordinal(_FIGURES[token[:-1]][0](moment))
    if token.startswith("S"):
        return f"{moment.microsecond:06d}".ljust(9, "0")[: len(token)]
    return _WORDS[token](moment)


def _ordinal(number: int) -> str:
    teens = 11 <= number % 100 <= 13  # noqa: PLR2004 - eleventh, twelfth, thirteenth
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _sunday_first(moment: datetime) -> int:
    return moment.isoweekday() % 7


def _offset(moment: datetime, colon: str) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}{colon}{rest:02d}"


def _american_week(moment: datetime) -> tuple[int, int]:
    """Year and number of a week that begins on Sunday; the first one holds the 1st of January."""
    to_saturday = timedelta(days=6 - _sunday_first(moment))
    last = (moment.replace(tzinfo=None, hour=0) + to_saturday).timetuple()
    return last.tm_year, (last.tm_yday - 1) // 7 + 1


def _unix(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _day_of_year(moment: datetime) -> int:
    return moment.timetuple().tm_yday


#: Tokens that are figures: which, and with how many digits at least.
_FIGURES: Final[dict[str, tuple[Callable[[datetime], int], int]]] = {
    "YYYY": (lambda moment: moment.year, 4),
    "Y": (lambda moment: moment.year, 1),
    "YY": (lambda moment: moment.year % 100, 2),
    "GGGG": (lambda moment: moment.isocalendar().year, 4),
    "GG": (lambda moment: moment.isocalendar().year % 100, 2),
    "gggg": (lambda moment: _american_week(moment)[0], 4),
    "gg": (lambda moment: _american_week(moment)[0] % 100, 2),
    "Q": (lambda moment: (moment.month + 2) // 3, 1),
    "M": (lambda moment: moment.month, 1),
    "MM": (lambda moment: moment.month, 2),
    "D": (lambda moment: moment.day, 1),
    "DD": (lambda moment: moment.day, 2),
    "DDD": (_day_of_year, 1),
    "DDDD": (_day_of_year, 3),
    "d": (_sunday_first, 1),
    "e": (_sunday_first, 1),
    "E": (lambda moment: moment.isoweekday(), 1),
    "w": (lambda moment: _american_week(moment)[1], 1),
    "ww": (lambda moment: _american_week(moment)[1], 2),
    "W": (lambda moment: moment.isocalendar().week, 1),
    "WW": (lambda moment: moment.isocalendar().week, 2),
    "H": (lambda moment: moment.hour, 1),
    "HH": (lambda moment: moment.hour, 2),
    "h": (lambda moment: moment.hour % 12 or 12, 1),
    "hh": (lambda moment: moment.hour % 12 or 12, 2),
    "k": (lambda moment: moment.hour or 24, 1),
    "kk": (lambda moment: moment.hour or 24, 2),
    "m": (lambda moment: moment.minute, 1),
    "mm": (lambda moment: moment.minute, 2),
    "s": (lambda moment: moment.second, 1),
    "ss": (lambda moment: moment.second, 2),
    "X": (lambda moment: _unix(moment) // 1000, 1),
    "x": (_unix, 1),
}
#: Tokens that are words.
_WORDS: Final[dict[str, Callable[[datetime], str]]] = {
    "MMM": lambda moment: MONTHS[moment.month - 1][:3],
    "MMMM": lambda moment: MONTHS[moment.month - 1],
    "dd": lambda moment: DAYS[_sunday_first(moment)][:2],
    "ddd": lambda moment: DAYS[_sunday_first(moment)][:3],
    "dddd": lambda moment: DAYS[_sunday_first(moment)],
    "A": lambda moment: "AM" if moment.hour < 12 else "PM",  # noqa: PLR2004 - noon
    "a": lambda moment: "am" if moment.hour < 12 else "pm",  # noqa: PLR2004 - noon
    "Z": lambda moment: _offset(moment, ":"),
    "ZZ": lambda moment: _offset(moment, ""),
    "z": lambda moment: moment.tzname() or "",
    "zz": lambda moment: moment.tzname() or "",
}
