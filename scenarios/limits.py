"""What a scenario may change at most, and what happens when it would be more (DESIGN §8).

Nothing here counts or decides anything: `scenarios.load_limits` reads these, `scheduler.rails`
holds every change against them before it is sent.
"""

from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Final

__all__ = [
    "Breaker",
    "BudgetLimits",
    "Limits",
    "Listed",
    "OnLimit",
    "Requirement",
    "SpendRaising",
]

DAY: Final = 86_400


class OnLimit(StrEnum):
    """What becomes of a change that a limit stands against.

    Args:
        STOP: Nothing more of this run is carried on; a person looks.
        SKIP: The bundle is dropped, the others go on.
        HOLD: The bundle is parked until a person lets it through, drops it, or it expires.
    """

    STOP = "stop"
    SKIP = "skip"
    HOLD = "hold"


class SpendRaising(StrEnum):
    """What becomes of a change that may raise spending."""

    ALLOW = "allow"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True)
class BudgetLimits:
    """How far budgets may be moved. Amounts are in the account's currency.

    Args:
        step: The most one change may move a budget, in percent of what it is.
        step_amount: The same as an amount.
        per_day: The most all changes of 24 hours together may move one budget, in percent of what
            it would be without them.
        per_day_amount: The same as an amount.
        floor: A budget is not lowered below it.
        ceiling: A budget is not raised above it.
        raise_per_run: The most all budgets together may be raised in one run.
        raise_per_day: The same in 24 hours.
    """

    step: Decimal | None = None
    step_amount: Decimal | None = None
    per_day: Decimal | None = None
    per_day_amount: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    raise_per_run: Decimal | None = None
    raise_per_day: Decimal | None = None

    @property
    def is_set(self) -> bool:
        """Whether any of them is given."""
        return any(getattr(self, one.name) is not None for one in fields(self))


@dataclass(frozen=True)
class Listed:
    """Accounts and objects by their ids.

    Args:
        advertisers: Ids of accounts.
        ids: Ids of campaigns, ad groups and ads.
    """

    advertisers: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Requirement:
    """Figures a bundle must have before anything is changed because of it.

    Args:
        step: The step whose bundle has them.
        at_least: The lowest each may be, by the name of its field.
    """

    step: str
    at_least: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class Breaker:
    """When a scenario whose changes keep failing is switched off.

    Args:
        errors: From this share of failed changes in one run on, in percent.
        of: But only once so many have been tried.
    """

    errors: Decimal = Decimal(50)
    of: int = 20


@dataclass(frozen=True)
class Limits:
    """What a scenario may change at most. What is None is not limited.

    A day is the last 24 hours. A change is one object changed by one call.

    Args:
        changes_per_run: Of one run.
        changes_per_day: Of one scenario.
        changes_per_object_per_day: Of one scenario, for each object.
        share_of_active_ads: How many of the account's ads that were being delivered when the run
            came to its first change one run may switch off, in percent.
        cooldown_seconds: How long a value of an object is left alone after adloom changed it,
            whichever scenario did; changes of scenarios with a lower priority do not count.
        own_cooldown_seconds: The same, counting only this scenario's changes.
        budget: How far budgets may be moved.
        spend_raising: What becomes of changes that may raise spending.
        allow_delete: Whether anything may be deleted.
        only: Nothing else is changed; None allows everything.
        never: This is never changed.
        require: Figures without which nothing is changed.
        ignore_newest_days: Conversions of so many newest days are still coming in; a scenario that
            decides by them is warned about.
        on_limit: What happens when a limit is reached.
        hold_seconds: How long a parked bundle waits for a person.
        priority: Who wins where two scenarios want to change one object; higher wins.
        breaker: When it is switched off because its changes fail.
    """

    changes_per_run: int | None = None
    changes_per_day: int | None = None
    changes_per_object_per_day: int | None = None
    share_of_active_ads: Decimal | None = None
    cooldown_seconds: int | None = None
    own_cooldown_seconds: int | None = None
    budget: BudgetLimits = field(default_factory=BudgetLimits)
    spend_raising: SpendRaising = SpendRaising.ALLOW
    allow_delete: bool = False
    only: Listed | None = None
    never: Listed = field(default_factory=Listed)
    require: Requirement | None = None
    ignore_newest_days: int = 2
    on_limit: OnLimit = OnLimit.STOP
    hold_seconds: int = DAY
    priority: int = 0
    breaker: Breaker = field(default_factory=Breaker)

    @property
    def counts_changes(self) -> bool:
        """Whether it says how many changes there may be, in any way."""
        counted = (
            self.changes_per_run,
            self.changes_per_day,
            self.changes_per_object_per_day,
            self.share_of_active_ads,
            self.cooldown_seconds,
            self.own_cooldown_seconds,
        )
        return any(one is not None for one in counted)
