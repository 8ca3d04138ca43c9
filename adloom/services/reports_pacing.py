"""Budgets of a day, and what of them is spent so far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from adloom.services.figures import apart, total
from adloom.services.reports_fetching import AccountFigures
from adloom.services.reports_view import View
from adloom.wire import Record

__all__ = ["MOST_PACES", "Pace", "elapsed", "paces_of"]

#: Modes in which a budget is one for each day (business_api.md §3.2).
DAILY: Final = frozenset({"BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"})
MOST_PACES: Final = 8
MINUTES: Final = 1440
HOUR: Final = 60
#: How far from the day's own pace spending may be and still be on it.
TOLERANCE: Final = Decimal("0.15")


@dataclass(frozen=True)
class Pace:
    """How far the budget of a day has gone.

    Args:
        id: Of the campaign or ad group.
        name: What people call it.
        currency: Of both amounts.
        budget: For the day.
        spent: So far.
        share: The one of the other.
        day: How much of the day is over, from 0 to 1.
    """

    id: str
    name: str
    currency: str
    budget: Decimal
    spent: Decimal
    share: Decimal
    day: Decimal

    @property
    def word(self) -> str:
        """Whether money goes as fast as time."""
        if self.share >= 1:
            return "used up"
        if self.share > self.day + TOLERANCE:
            return "fast"
        return "slow" if self.share < self.day - TOLERANCE else "on pace"


def paces_of(figures: AccountFigures, view: View, now: datetime) -> list[Pace]:
    """The budgets of an account's running objects, the fullest first."""
    spent = apart(figures.answers.get("today", ()), lambda row: row.get(view.of.identity))
    found = list(_paces(figures, view, spent, elapsed(now.astimezone(figures.account.clock))))
    return sorted(found, key=lambda pace: -pace.share)[:MOST_PACES]


def _paces(figures: AccountFigures, view: View, spent: Any, day: Decimal) -> Iterator[Pace]:
    for row in figures.budgets:
        budget, identity = _amount(row), str(row.get(view.of.identity))
        wanted = getattr(view, view.level, "")
        if budget is None or (wanted and wanted != identity):
            continue
        own: Sequence[Record] = spent.get(identity, [])
        gone = total(own, "spend") or Decimal()
        name = str(row.get(view.of.called) or identity)
        yield Pace(identity, name, figures.account.currency, budget, gone, gone / budget, day)


def _amount(row: Record) -> Decimal | None:
    """The budget of a day, if there is one."""
    if row.get("budget_mode") not in DAILY:
        return None
    try:
        budget = Decimal(str(row.get("budget")))
    except InvalidOperation:
        return None
    return budget if budget.is_finite() and budget > 0 else None


def elapsed(there: datetime) -> Decimal:
    """How much of a day is over where an account is, from 0 to 1."""
    return Decimal(there.hour * HOUR + there.minute) / MINUTES
