"""What the limits of a scenario are called on a page, instead of the keys of its file."""

from collections.abc import Mapping
from typing import Final

__all__ = ["ON_LIMIT", "limit_title", "limit_value"]

#: By the name that `say_limits` tells.
_TITLES: Final[Mapping[str, str]] = {
    "changes_per_run": "Changes in one run",
    "changes_per_day": "Changes in 24 hours",
    "changes_per_object_per_day": "Changes of one object in 24 hours",
    "share_of_active_ads": "Share of running ads one run may switch off",
    "cooldown": "What adloom changed is left alone for",
    "own_cooldown": "What this scenario changed is left alone for",
    "budget.step": "One change moves a budget by",
    "budget.step_amount": "One change moves a budget by, as an amount",
    "budget.per_day": "24 hours move one budget by",
    "budget.per_day_amount": "24 hours move one budget by, as an amount",
    "budget.floor": "No budget is lowered below",
    "budget.ceiling": "No budget is raised above",
    "budget.raise_per_run": "One run raises all budgets together by",
    "budget.raise_per_day": "24 hours raise all budgets together by",
    "allow_delete": "Deleting is allowed",
    "spend_raising": "A change that may raise spending",
    "on_limit": "Where a limit stands against a change",
}
#: The name of the limit that says what becomes of what the others stop; it stops nothing itself.
ON_LIMIT: Final = "on_limit"
_VALUES: Final[Mapping[tuple[str, str], str]] = {
    (ON_LIMIT, "stop"): "the run stops, and a person looks",
    (ON_LIMIT, "skip"): "the change is left out, the others go on",
    (ON_LIMIT, "hold"): "the change waits for a person's yes",
    ("spend_raising", "hold"): "waits for a person's yes",
    ("spend_raising", "refuse"): "is refused",
}


def limit_title(name: str) -> str:
    """What a limit is called; its key, where nobody gave it a title."""
    return _TITLES.get(name, name)


def limit_value(name: str, value: str) -> str:
    """What a limit allows, in words where its value is a word of the file."""
    return _VALUES.get((name, value), value)
