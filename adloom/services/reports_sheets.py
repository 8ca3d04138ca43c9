"""What a look shows of what was fetched: a sheet for each currency, never two in one sum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from adloom.services.figures import Delta, Mover, apart, compare, in_order, movers, total
from adloom.services.figures_measures import Measure, measure_of
from adloom.services.reports_accounts import Account
from adloom.services.reports_fetching import AccountFigures, Fetched
from adloom.services.reports_pacing import Pace, paces_of
from adloom.services.reports_trend import Bucket, begun_hours, buckets, spark, until_now
from adloom.services.reports_view import BREAKDOWNS, View, before
from adloom.services.reports_words import breakdown_word
from adloom.wire import Record
from modules.records.reports_dates import HOUR, Days

__all__ = ["Bar", "Sheet", "Tile", "sheets_of"]

MOST_BARS: Final = 8
MOST_MOVERS: Final = 8


@dataclass(frozen=True)
class Tile:
    """A figure of everything together.

    Args:
        measure: Which.
        delta: It, and what it was.
        lines: The points of its small line.
    """

    measure: Measure
    delta: Delta
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Bar:
    """A part of the whole.

    Args:
        label: What it is.
        spend: What it cost.
        share: Of all costs, from 0 to 1.
        conversion: What came of it.
        cost: What each of those cost.
    """

    label: str
    spend: Decimal
    share: Decimal
    conversion: Decimal | None
    cost: Decimal | None


@dataclass(frozen=True)
class Sheet:
    """Figures in one currency.

    Args:
        currency: All amounts are in it; empty if it is not known.
        accounts: Whose figures they are.
        days: The days, as the first account counts them.
        earlier: The compared days.
        hours: For hours: how many of the day have begun.
        today: Whether the last day is not over yet.
        tiles: Figures of everything together.
        right: The metric of the trend's second axis.
        trend: Day by day, or hour by hour.
        movers: The objects that changed most.
        bars: The parts of the whole.
        paces: Budgets and what of them is spent today.
        rows: All rows in order.
        totals: The figures below them.
    """

    currency: str
    accounts: Sequence[Account]
    days: Days
    earlier: Days | None
    hours: int
    today: bool
    tiles: Sequence[Tile]
    right: str
    trend: Sequence[Bucket]
    movers: Sequence[Mover]
    bars: Sequence[Bar]
    paces: Sequence[Pace]
    rows: Sequence[Record]
    totals: dict[str, Decimal | None]


def sheets_of(fetched: Fetched, view: View) -> list[Sheet]:
    """Make sheets of what was fetched."""
    groups: dict[Any, list[AccountFigures]] = {}
    for one in fetched.figures:
        # An account whose currency is not known stands alone.
        groups.setdefault(one.account.currency or one.account.id, []).append(one)
    return [_sheet(group, view, fetched.at) for group in groups.values()]


def _sheet(group: Sequence[AccountFigures], view: View, now: datetime) -> Sheet:
    account = group[0].account
    days = view.period(account.today(now))
    step = view.step(days)
    hours = begun_hours(days, account.today(now), now.astimezone(account.clock))
    earlier = before(days) if view.compare != "none" else None
    trend = _rows(group, "trend")
    old = until_now(step, _rows(group, "trend before"), hours)
    line = buckets(step, days, trend, (earlier, old) if earlier else None, hours=hours)
    rows, rows_before = _rows(group, "rows"), _rows(group, "rows before")
    is_today = days.last >= account.today(now)
    # A day that is not over is no match for a whole one.
    can_move = earlier is not None and not (is_today and step == HOUR)
    return Sheet(
        currency=account.currency,
        accounts=[one.account for one in group],
        days=days,
        earlier=earlier,
        hours=hours,
        today=is_today,
        tiles=list(_tiles(trend, old if earlier else None, line)),
        right=_second(trend),
        trend=line,
        movers=movers(rows, rows_before, view.of.identity, view.movers, most=MOST_MOVERS)
        if can_move
        else (),
        bars=_bars(rows, view),
        paces=[pace for one in group for pace in paces_of(one, view, now)],
        rows=_sorted(rows, view),
        totals={name: total(rows, name) for name in view.shown},
    )


def _rows(group: Sequence[AccountFigures], name: str) -> list[Record]:
    return [row for one in group for row in one.answers.get(name, ())]


def _tiles(
    rows: Sequence[Record], old: Sequence[Record] | None, line: Sequence[Bucket]
) -> Iterator[Tile]:
    """Tiles for what there is: results where nothing counts as a conversion, ROAS with payments."""
    everything = [*rows, *(old or ())]
    counted = "conversion" if total(everything, "conversion") else "result"
    names = ["spend", counted, f"cost_per_{counted}", "ctr"]
    if total(everything, "complete_payment"):
        names.append("complete_payment_roas")
    for name in names:
        was = None if old is None else total(old, name)
        delta = compare(name, total(rows, name), was)
        yield Tile(measure_of(name), delta, spark(line, name))


def _second(rows: Sequence[Record]) -> str:
    """What is measured on the right: the cost of what there is."""
    for name in ("conversion", "result"):
        if total(rows, name):
            return f"cost_per_{name}"
    return "cpc"


def _bars(rows: Sequence[Record], view: View) -> list[Bar]:
    """The parts of the costs: by the breakdown, else by object; the largest first."""
    dimension = BREAKDOWNS[view.by][1]
    whole = total(rows, "spend")
    if not whole:
        return []
    found = []
    for key, own in apart(rows, lambda row: row.get(dimension or view.of.identity)).items():
        label = breakdown_word(key) if dimension else str(own[0].get(view.of.called) or key)
        spend = total(own, "spend") or Decimal()
        results = total(own, "conversion"), total(own, "cost_per_conversion")
        found.append(Bar(label, spend, spend / whole, *results))
    return sorted(found, key=lambda bar: -bar.spend)[:MOST_BARS]


def _sorted(rows: Sequence[Record], view: View) -> list[Record]:
    name = view.sort.removeprefix("-")
    if name not in (*view.shown, view.of.called, "advertiser_id", BREAKDOWNS[view.by][1]):
        return list(rows)
    return in_order(rows, name, falling=view.sort.startswith("-"))
