"""The days of a report: said in words, counted in an account's time zone, cut into windows.

TikTok answers at most so many days at once (business_api.md §5.1); the rest is asked for window
after window.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

__all__ = ["DAY", "HOUR", "Days", "days_in_words", "longest_window", "windows", "words_for_days"]

DAY: Final = "stat_time_day"
HOUR: Final = "stat_time_hour"
WITHOUT_TIME: Final = 365
LONGEST: Final = {DAY: 30, HOUR: 1}
LAST_DAYS: Final = re.compile(r"last ([1-9][0-9]{0,3}) days?")
FIXED: Final = ("today", "yesterday", "this week", "last week", "this month", "last month")
ONE: Final = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """Some days in a row, both ends included."""

    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.first < self.last else str(self.first)

    def halves(self) -> "tuple[Days, Days] | None":
        """The earlier and the later half; None of a single day."""
        if self.first == self.last:
            return None
        middle = self.first + ONE * (len(self) // 2)
        return Days(self.first, middle - ONE), Days(middle, self.last)


def words_for_days(text: str) -> str:
    """Return the words for some days the way adloom writes them, such as `last 7 days`.

    Raises:
        ValueError: They mean nothing.
    """
    words = re.sub(r"[\s_]+|(?<=\w)-(?=\w)", " ", text.strip().casefold())
    if words not in FIXED and not LAST_DAYS.fullmatch(words):
        raise ValueError(
            f"means nothing: {text[:40]!r}. Say {', '.join(FIXED)} or last N days, for example "
            "last 7 days."
        )
    return words


def days_in_words(words: str, today: date) -> Days:
    """The days that words stand for.

    `last N days` are whole days and end yesterday; weeks begin on Monday; what is still running
    ends today.

    Args:
        words: As `words_for_days` returns them.
        today: The day it is where the account is.
    """
    if found := LAST_DAYS.fullmatch(words):
        return Days(today - int(found[1]) * ONE, today - ONE)
    monday, first_of_month = today - today.weekday() * ONE, today.replace(day=1)
    before = first_of_month - ONE
    return {
        "today": Days(today, today),
        "yesterday": Days(today - ONE, today - ONE),
        "this week": Days(monday, today),
        "last week": Days(monday - 7 * ONE, monday - ONE),
        "this month": Days(first_of_month, today),
        "last month": Days(before.replace(day=1), before),
    }[words]


def longest_window(dimensions: Sequence[str]) -> int:
    """How many days one request may cover."""
    return min((LONGEST[name] for name in dimensions if name in LONGEST), default=WITHOUT_TIME)


def windows(days: Days, longest: int) -> Iterator[Days]:
    """Cut days into windows of at most so many, in order, each day in exactly one."""
    first = days.first
    while first <= days.last:
        last = min(first + (longest - 1) * ONE, days.last)
        yield Days(first, last)
        first = last + ONE
