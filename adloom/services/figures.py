"""Figures of many rows: added up, compared, put in order. Pure; `None` is a figure nobody has."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from adloom.services.figures_measures import PRODUCTS, Better, adds_up, measure_of
from adloom.wire import Record

__all__ = ["Delta", "Mover", "Verdict", "apart", "compare", "in_order", "movers", "total"]


class Verdict(StrEnum):
    """What a change means."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no change"
    CHANGED = "changed"
    UNKNOWN = "not comparable"


@dataclass(frozen=True)
class Delta:
    """A figure, and the same of the compared period.

    Args:
        now: The figure.
        before: What it was.
        change: By how much it changed; None where one of them is not known.
        share: The change as a part of what it was; None where that was nothing.
        verdict: What that means for this metric.
    """

    now: Decimal | None
    before: Decimal | None
    change: Decimal | None = None
    share: Decimal | None = None
    verdict: Verdict = Verdict.UNKNOWN


@dataclass(frozen=True)
class Mover:
    """An object whose figure changed.

    Args:
        key: Its id.
        rows: Its rows, of both periods.
        delta: The change.
    """

    key: str
    rows: Sequence[Record]
    delta: Delta


def total(rows: Sequence[Record], name: str) -> Decimal | None:
    """One figure for many rows: a sum, or the ratio of two sums.

    None where no row has it, where the ratio's divisor is nothing, and where several rows cannot
    be put together at all, as with reach.
    """
    measure = measure_of(name)
    if measure.above:
        above, below = _sum(rows, measure.above), _sum(rows, measure.below)
        return None if above is None or not below else above / below * measure.times
    if adds_up(name):
        return _sum(rows, name)
    return _figure(rows[0].get(name)) if len(rows) == 1 else None


def _sum(rows: Iterable[Record], name: str) -> Decimal | None:
    found = [value for row in rows if (value := _of_row(row, name)) is not None]
    return sum(found, Decimal()) if found else None


def _of_row(row: Record, name: str) -> Decimal | None:
    factors = [_figure(row.get(part)) for part in PRODUCTS.get(name, (name,))]
    product = Decimal(1)
    for factor in factors:
        if factor is None:
            return None
        product *= factor
    return product


def _figure(value: Any) -> Decimal | None:
    """A figure; what is no number, such as `<5`, is none."""
    return value if isinstance(value, Decimal) and value.is_finite() else None


def compare(name: str, now: Decimal | None, before: Decimal | None) -> Delta:
    """What became of a figure, and whether that is good."""
    if now is None or before is None:
        return Delta(now, before)
    change = now - before
    share = change / before if before else None
    return Delta(now, before, change, share, _verdict(measure_of(name).better, change))


def _verdict(better: Better, change: Decimal) -> Verdict:
    if not change:
        return Verdict.SAME
    if better is Better.NEITHER:
        return Verdict.CHANGED
    return Verdict.BETTER if (change > 0) == (better is Better.HIGHER) else Verdict.WORSE


def apart(rows: Iterable[Record], key: Callable[[Record], Hashable]) -> Mapping[Any, list[Record]]:
    """Rows by what they have in common, in the order in which that first occurs."""
    found: dict[Any, list[Record]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def movers(
    now: Sequence[Record], before: Sequence[Record], identity: str, name: str, *, most: int
) -> list[Mover]:
    """The objects whose figure changed most, the largest change first.

    A sum of an object without rows is nothing; a ratio without rows is unknown, and not compared.

    Args:
        now: The rows of the period.
        before: The rows of the compared one.
        identity: The dimension that names the object.
        name: The metric.
        most: At most so many.
    """
    later, earlier = (apart(rows, lambda row: row.get(identity)) for rows in (now, before))
    found = []
    for key in dict.fromkeys((*later, *earlier)):
        own = later.get(key, []), earlier.get(key, [])
        delta = compare(name, *(_or_nothing(rows, name) for rows in own))
        if delta.change:
            found.append(Mover(str(key), [*own[0], *own[1]], delta))
    return sorted(found, key=lambda one: -abs(one.delta.change or Decimal()))[:most]


def _or_nothing(rows: Sequence[Record], name: str) -> Decimal | None:
    value = total(rows, name)
    return Decimal() if value is None and adds_up(name) else value


def in_order(rows: Sequence[Record], name: str, *, falling: bool) -> list[Record]:
    """Rows by one column; what has no value there comes last, whichever way."""
    with_value = [row for row in rows if row.get(name) is not None]
    without = [row for row in rows if row.get(name) is None]
    return [*sorted(with_value, key=lambda row: _rank(row[name]), reverse=falling), *without]


def _rank(value: Any) -> tuple[bool, Decimal, str]:
    figure = _figure(value)
    if figure is not None:
        return False, figure, ""
    return True, Decimal(), str(value).casefold()
