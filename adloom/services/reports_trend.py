"""Figures over days or hours: every day has its place, also one without figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from adloom.services.figures import apart, total
from adloom.wire import Record
from modules.records.reports_dates import DAY, HOUR, Days

__all__ = ["Bucket", "begun_hours", "buckets", "in_bucket", "spark", "until_now"]

WIDTH: Final = 120
HEIGHT: Final = 28
EDGE: Final = 2
HOURS: Final = 24


@dataclass(frozen=True)
class Bucket:
    """A day or an hour.

    Args:
        key: `2026-11-21` or `2026-11-21 13`.
        label: What people call it.
        rows: Its rows.
        before: The rows of its counterpart in the compared period.
    """

    key: str
    label: str
    rows: Sequence[Record]
    before: Sequence[Record] = ()


def buckets(
    step: str,
    days: Days,
    rows: Sequence[Record],
    earlier: tuple[Days, Sequence[Record]] | None,
    *,
    hours: int = HOURS,
) -> list[Bucket]:
    """Put rows where they belong.

    Args:
        step: The time dimension.
        days: The days, or the one day of hours.
        rows: Rows with that dimension.
        earlier: The compared days and their rows.
        hours: How many hours of the day there are so far.
    """
    places = _places(step, days, hours)
    old_places = _places(step, earlier[0], hours) if earlier else []
    found = apart(rows, lambda row: in_bucket(step, row))
    old = apart(earlier[1] if earlier else (), lambda row: in_bucket(step, row))
    return [
        Bucket(
            key,
            f"{key[11:]}:00" if step == HOUR else key,
            found.get(key, []),
            old.get(old_places[at], []) if earlier else (),
        )
        for at, key in enumerate(places)
    ]


def _places(step: str, days: Days, hours: int) -> list[str]:
    if step == HOUR:
        return [f"{days.first} {hour:02}" for hour in range(hours)]
    return [str(days.first + timedelta(days=number)) for number in range(len(days))]


def in_bucket(step: str, row: Record) -> str:
    """The key of a row's day or hour."""
    return str(row.get(step) or "")[: 13 if step == HOUR else 10]


def until_now(step: str, rows: Sequence[Record], hours: int) -> list[Record]:
    """The rows of the hours of a day that have begun; of days, all."""
    if step == DAY:
        return list(rows)
    return [row for row in rows if in_bucket(step, row)[11:] < f"{hours:02}"]


def begun_hours(days: Days, today: date, now: datetime) -> int:
    """How many hours of a single day have begun where the account is.

    Args:
        days: The day.
        today: The day it is there.
        now: The time there.
    """
    return now.hour + 1 if days.last >= today else HOURS


def spark(found: Sequence[Bucket], name: str) -> list[str]:
    """The points of a small line, as SVG wants them; a gap begins a new line."""
    values = [total(bucket.rows, name) for bucket in found]
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return []
    low, high = min(known), max(known)
    lines: list[list[str]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            lines.append([])
        else:
            lines[-1].append(_point(at / (len(values) - 1), value, low, high))
    return [" ".join(line) for line in lines if len(line) > 1]


def _point(along: float, value: Decimal, low: Decimal, high: Decimal) -> str:
    up = float((value - low) / (high - low)) if high > low else 0.5
    x = EDGE + along * (WIDTH - 2 * EDGE)
    return f"{x:.1f},{HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE):.1f}"
