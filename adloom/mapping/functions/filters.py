"""Functions Make does not have; its filter operators are translated into them."""

import re
from datetime import datetime
from typing import Any, Final

from adloom.mapping.bounds import LONGEST_TEXT
from adloom.mapping.evaluation import Evaluation
from adloom.mapping.functions.declare import Functions
from adloom.mapping.misfit import MisfitError
from adloom.mapping.patterns import Pattern, pattern_in
from adloom.mapping.values import as_date, as_text, named

__all__ = ["FILTERS"]

FILTERS: Final = Functions("Conditions (adloom's own)")

_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


@FILTERS.declare(
    "exists(value: any) -> boolean",
    "Whether there is something: not nothing, and no empty text.",
    {"exists(ad.name)": "true", "exists(ad.nothing)": "false"},
)
def exists(value: Any) -> bool:
    """Whether it is there."""
    return value is not None and value != ""


@FILTERS.declare("not(value: boolean) -> boolean", "The opposite.", {"not(ad.spend > 50)": "true"})
def not_(value: bool) -> bool:
    """The opposite."""
    return not value


@FILTERS.declare(
    "startsWith(text: text; start: text) -> boolean",
    "Whether a text begins with another.",
    {'startsWith(ad.name; "Sum")': "true"},
)
def starts_with(text: str, start: str) -> bool:
    """Look at the beginning."""
    return text.startswith(start)


@FILTERS.declare(
    "endsWith(text: text; end: text) -> boolean",
    "Whether a text ends with another.",
    {'endsWith(ad.name; "sale")': "true"},
)
def ends_with(text: str, end: str) -> bool:
    """Look at the end."""
    return text.endswith(end)


@FILTERS.declare(
    "matches(text: text; pattern: text; [ignoreCase: boolean]) -> boolean",
    "Whether a pattern is found in a text; between slashes or not.",
    {r'matches(ad.name; "^Sum\w+ ")': "true", 'matches(ad.name; "/SALE/i")': "true"},
    timed=True,
)
def matches(evaluation: Evaluation, text: str, pattern: str, ignore_case: bool = False) -> bool:
    """Search for a pattern."""
    found = pattern_in(pattern) or Pattern.of(pattern, "i" if ignore_case else "")
    return found.search(text, 0, evaluation.spend) is not None


@FILTERS.declare(
    "concat(values: any...) -> text",
    "The values as text, side by side.",
    {'concat(ad.name; ": "; ad.spend)': "Summer sale: 12.3"},
)
def concat(*values: Any) -> str:
    """Put side by side."""
    texts = [as_text(value) for value in values]
    if sum(map(len, texts)) > LONGEST_TEXT:
        raise MisfitError(f"This would be longer than {LONGEST_TEXT:,} characters.")
    return "".join(texts)


@FILTERS.declare(
    "toDate(value: any) -> date",
    "A text in the manner of ISO 8601 as a date, in UTC unless it says; nothing stays nothing.",
    {
        "toDate(ad.created)": "2026-11-20T08:30:00Z",
        'toDate("2026-11-20T08:30:00+01:00")': "2026-11-20T07:30:00Z",
    },
)
def to_date(value: Any) -> datetime | None:
    """Read a date."""
    return as_date(value) if exists(value) else None


@FILTERS.declare(
    "toTime(value: any) -> text",
    "The time of day as HH:mm:ss, of a date or of a text like 9:30; nothing stays nothing.",
    {'toTime("9:30")': "09:30:00", "toTime(ad.created)": "08:30:00"},
    timed=True,
)
def to_time(evaluation: Evaluation, value: Any) -> str | None:
    """Read a time of day."""
    if not exists(value):
        return None
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return as_date(value).astimezone(evaluation.zone).strftime("%H:%M:%S")
    hour, minute, second = (int(figure or 0) for figure in found.groups())
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - of a day, an hour, a minute
        raise MisfitError(f"{named(value)} is no time of day.")
    return f"{hour:02d}:{minute:02d}:{second:02d}"
