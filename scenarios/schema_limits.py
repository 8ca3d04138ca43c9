"""The part of the schema that says what `limits` are; the words editors show."""

from typing import Any, Final

from scenarios.limits import Limits, OnLimit, SpendRaising
from scenarios.load_limits import BREAKER, BUDGET, LIMITS, LISTED, MOST_PRIORITY, REQUIRE

__all__ = ["LIMITS_SCHEMA"]

Schema = dict[str, Any]
DEFAULT: Final = Limits()
DURATION: Final[Schema] = {"type": "string", "pattern": "^\\s*[0-9]+\\s*[A-Za-z]+"}


def _object(known: tuple[str, ...], properties: Schema, description: str) -> Schema:
    if set(properties) != set(known):
        raise ValueError(f"the schema and the reader differ: {set(properties) ^ set(known)}")
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _count(description: str) -> Schema:
    return {"description": description, "type": "integer", "minimum": 1}


def _share(description: str, *examples: str) -> Schema:
    pattern = "^\\s*[0-9]+(\\.[0-9]+)?\\s*%\\s*$"
    told: Schema = {"description": description, "type": "string", "pattern": pattern}
    return told | {"examples": list(examples)}


def _amount(description: str) -> Schema:
    return {"description": description, "type": ["number", "string"]}


def _time(description: str, *examples: str) -> Schema:
    return {**DURATION, "description": description, "examples": list(examples)}


def _ids(description: str) -> Schema:
    one: Schema = {"type": ["string", "integer"]}
    return {"description": description, "anyOf": [one, {"type": "array", "items": one}]}


def _words(words: Any, description: str, default: str) -> Schema:
    return {"description": description, "enum": [str(word) for word in words], "default": default}


def _listed(description: str) -> Schema:
    inner = {
        "advertisers": _ids("Ids of accounts."),
        "ids": _ids("Ids of campaigns, ad groups and ads."),
    }
    return _object(LISTED, inner, description)


_BUDGET: Final = _object(
    BUDGET,
    {
        "step": _share("The most one change may move a budget, of what it is.", "20 %"),
        "step_amount": _amount("The most one change may move a budget."),
        "per_day": _share("The most 24 hours may move one budget, all changes together.", "50 %"),
        "per_day_amount": _amount("The most 24 hours may move one budget, as an amount."),
        "floor": _amount("A budget is not lowered below it."),
        "ceiling": _amount("A budget is not raised above it."),
        "raise_per_run": _amount("The most one run may raise all budgets together."),
        "raise_per_day": _amount("The most 24 hours may raise all budgets together."),
    },
    "How far budgets may be moved; amounts are in the account's currency.",
)
_REQUIRE: Final = _object(
    REQUIRE,
    {
        "step": {"type": ["string", "integer"], "description": "The step that reads the figures."},
        "min_spend": _amount("Nothing is changed where less was spent."),
        "min_impressions": _amount("Nothing is changed where it was shown less often."),
        "min_clicks": _amount("Nothing is changed where it was clicked less often."),
    },
    "Figures without which nothing is changed; a bundle that lacks them is dropped.",
)
_BREAKER: Final = _object(
    BREAKER,
    {
        "errors": _share("From this share of failed changes in one run on.", "50 %"),
        "of": _count("But only once so many changes have been tried.") | {"default": 20},
    },
    "When the scenario is switched off because its changes fail: 50 % of 20 or more.",
)

#: All of it.
LIMITS_SCHEMA: Final[Schema] = _object(
    LIMITS,
    {
        "changes_per_run": _count("The most changes of one run; an object a call changes is one."),
        "changes_per_day": _count("The most changes of this scenario in 24 hours."),
        "changes_per_object_per_day": _count("The most changes of one object in 24 hours."),
        "share_of_active_ads": _share(
            "How many of the account's ads being delivered one run may switch off.", "30 %"
        ),
        "cooldown": _time("How long a value adloom changed is left alone.", "6 hours"),
        "own_cooldown": _time("How long a value this scenario changed is left alone.", "1 day"),
        "budget": _BUDGET,
        "spend_raising": _words(
            SpendRaising, "What becomes of changes that may raise spending.", "allow"
        ),
        "allow_delete": {
            "description": "Whether anything may be deleted; nothing brings it back.",
            "type": "boolean",
            "default": False,
        },
        "only": _listed("Nothing else is changed."),
        "never": _listed("This is never changed."),
        "require": _REQUIRE,
        "ignore_newest": {
            "description": "Conversions of so many newest days still come in; a warning tells of"
            " decisions by them.",
            "anyOf": [DURATION, {"const": 0}],
            "default": f"{DEFAULT.ignore_newest_days} days",
            "examples": ["2 days", "0 days"],
        },
        "on_limit": _words(
            OnLimit, "What becomes of a change that a limit stands against.", DEFAULT.on_limit
        ),
        "hold_for": _time("How long a parked bundle waits for a person.", "1 day")
        | {"default": "1 day"},
        "priority": {
            "description": "Who wins where two scenarios change one object; higher wins.",
            "type": "integer",
            "minimum": 0,
            "maximum": MOST_PRIORITY,
            "default": DEFAULT.priority,
        },
        "circuit_breaker": _BREAKER,
    },
    "What it may change at most, and what happens when it would be more.",
)
