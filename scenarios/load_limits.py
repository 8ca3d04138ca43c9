"""Reads the `limits` of a scenario."""

import re
from decimal import Decimal
from typing import Final

from scenarios.limits import (
    Breaker,
    BudgetLimits,
    Limits,
    Listed,
    OnLimit,
    Requirement,
    SpendRaising,
)
from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.section import Section
from scenarios.times import read_duration
from scenarios.yaml_nodes import Node

__all__ = ["BREAKER", "BUDGET", "LIMITS", "LISTED", "MOST_PRIORITY", "REQUIRE", "read_limits"]

LIMITS: Final = (
    "changes_per_run",
    "changes_per_day",
    "changes_per_object_per_day",
    "share_of_active_ads",
    "cooldown",
    "own_cooldown",
    "budget",
    "spend_raising",
    "allow_delete",
    "only",
    "never",
    "require",
    "ignore_newest",
    "on_limit",
    "hold_for",
    "priority",
    "circuit_breaker",
)
BUDGET: Final = (
    "step",
    "step_amount",
    "per_day",
    "per_day_amount",
    "floor",
    "ceiling",
    "raise_per_run",
    "raise_per_day",
)
LISTED: Final = ("advertisers", "ids")
REQUIRE: Final = ("step", "min_spend", "min_impressions", "min_clicks")
BREAKER: Final = ("errors", "of")
#: What a minimum is called in a report.
_FIGURES: Final = {name: name.removeprefix("min_") for name in REQUIRE if name.startswith("min_")}

MOST_CHANGES: Final = 1_000_000
MOST_PRIORITY: Final = 100
DAY: Final = 86_400
LONGEST_COOLDOWN: Final = 90 * DAY
LONGEST_HOLD: Final = 30 * DAY
MOST_DAYS: Final = 30
_PERCENT: Final = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,4})?)\s*%")
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,4})?")
_ID: Final = re.compile(r"[0-9]{1,32}")
_NONE: Final = re.compile(r"0\s*(?:d|days?)?")


def read_limits(node: Node | None, path: FieldPath, problems: Problems) -> Limits:
    """Read the limits; what is left out or wrong is the default."""
    if node is None:
        return Limits()
    section = Section(node, path, problems, LIMITS)
    default = Limits()
    return Limits(
        changes_per_run=_count(section, "changes_per_run"),
        changes_per_day=_count(section, "changes_per_day"),
        changes_per_object_per_day=_count(section, "changes_per_object_per_day"),
        share_of_active_ads=section.read("share_of_active_ads", _share),
        cooldown_seconds=section.duration("cooldown", 0, 1, LONGEST_COOLDOWN) or None,
        own_cooldown_seconds=section.duration("own_cooldown", 0, 1, LONGEST_COOLDOWN) or None,
        budget=_budget(section),
        spend_raising=section.choice("spend_raising", SpendRaising, default.spend_raising),
        allow_delete=section.flag("allow_delete", default=default.allow_delete),
        only=_listed(section, "only"),
        never=_listed(section, "never") or default.never,
        require=_require(section),
        ignore_newest_days=_days(section, default.ignore_newest_days),
        on_limit=section.choice("on_limit", OnLimit, default.on_limit),
        hold_seconds=section.duration("hold_for", default.hold_seconds, 60, LONGEST_HOLD),
        priority=section.whole("priority", default.priority, 0, MOST_PRIORITY),
        breaker=_breaker(section),
    )


def _count(section: Section, name: str) -> int | None:
    """How many; none at all would be no limit but a switch."""
    if section.text(name) == "0":
        section.error(name, "would let nothing through", "disable the step instead")
        return None
    return section.whole(name, 0, 1, MOST_CHANGES) or None


def _budget(section: Section) -> BudgetLimits:
    if "budget" not in section:
        return BudgetLimits()
    inner = section.inner("budget", BUDGET)
    if not any(name in inner for name in BUDGET):
        section.error("budget", "says nothing", f"known here: {', '.join(BUDGET)}")
    return BudgetLimits(
        step=inner.read("step", _percent),
        step_amount=inner.read("step_amount", _amount),
        per_day=inner.read("per_day", _percent),
        per_day_amount=inner.read("per_day_amount", _amount),
        floor=inner.read("floor", _amount),
        ceiling=inner.read("ceiling", _amount),
        raise_per_run=inner.read("raise_per_run", _amount),
        raise_per_day=inner.read("raise_per_day", _amount),
    )


def _listed(section: Section, name: str) -> Listed | None:
    if name not in section:
        return None
    inner = section.inner(name, LISTED)
    listed = Listed(
        frozenset(inner.several("advertisers", _id)), frozenset(inner.several("ids", _id))
    )
    if not any(list(inner.items(one)) for one in LISTED):
        section.error(name, "names nothing", "give it advertisers, ids, or both")
    return listed


def _require(section: Section) -> Requirement | None:
    if "require" not in section:
        return None
    inner = section.inner("require", REQUIRE)
    inner.need("step", "the id of the step that reads the figures")
    found = [(field, inner.read(name, _amount)) for name, field in _FIGURES.items()]
    if not any(name in inner for name in _FIGURES):
        section.error("require", "asks for no figure", f"give it {', '.join(_FIGURES)}")
    at_least = tuple((field, amount) for field, amount in found if amount is not None)
    return Requirement(inner.text("step") or "", at_least)


def _breaker(section: Section) -> Breaker:
    default = Breaker()
    if "circuit_breaker" not in section:
        return default
    inner = section.inner("circuit_breaker", BREAKER)
    return Breaker(
        inner.read("errors", _share) or default.errors,
        inner.whole("of", default.of, 1, MOST_CHANGES),
    )


def _days(section: Section, default: int) -> int:
    """Whole days; none is allowed here."""
    found = section.read("ignore_newest", _whole_days)
    return default if found is None else found


def _whole_days(text: str) -> int:
    if _NONE.fullmatch(text.strip().lower()):
        return 0
    seconds = read_duration(text)
    if seconds % DAY or seconds > MOST_DAYS * DAY:
        raise ValueError(f"must be whole days, {MOST_DAYS} at most: write for example 2 days")
    return seconds // DAY


def _percent(text: str) -> Decimal:
    found = _PERCENT.fullmatch(text.strip())
    if not found or not Decimal(found[1]):
        raise ValueError("is no share: write for example 20 %")
    return Decimal(found[1])


def _share(text: str) -> Decimal:
    share = _percent(text)
    if share > 100:  # noqa: PLR2004 - more than all of them
        raise ValueError("is more than all of them")
    return share


def _amount(text: str) -> Decimal:
    if not _AMOUNT.fullmatch(text.strip()) or not Decimal(text.strip()):
        raise ValueError("is no amount: write for example 20 or 49.90")
    return Decimal(text.strip())


def _id(text: str) -> str:
    if not _ID.fullmatch(text.strip()):
        raise ValueError("is no id: ids are digits")
    return text.strip()
