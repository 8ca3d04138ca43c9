"""JSON Schema of rule files, for editors: `.venv/bin/python docs/make_rule_schema.py`."""

import json
from typing import Any, Final

from scenarios.cron import WEEKDAY_NAMES
from scenarios.rules.metrics import METRICS
from scenarios.rules.read_actions import AMOUNT
from scenarios.rules.read_check import CHECK, STRETCH
from scenarios.rules.read_conditions import CONDITION
from scenarios.rules.reading import APPLY_TO, EMAIL, KEYS, PARENTS, PERIODS
from scenarios.rules.words import (
    ActionKind,
    Calculation,
    FrequencyKind,
    How,
    Level,
    Match,
    NotifyWhen,
    Raising,
    Which,
    Window,
)
from scenarios.schema_limits import LIMITS_SCHEMA

__all__ = ["rule_schema", "rule_schema_text"]

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
SCALAR: Final[Schema] = {"type": ["string", "number"]}
ID: Final[Schema] = {"type": ["string", "integer"], "pattern": "^[0-9]{1,32}$"}
IDS: Final[Schema] = {"anyOf": [ID, {"type": "array", "items": ID}]}
TIME: Final[Schema] = {"type": "string", "pattern": "^([0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|24:00)$"}
AMOUNT_SCHEMA: Final[Schema] = {
    "type": ["string", "number"], "examples": [20, "20 %"],
    "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*%?\s*$",
}  # fmt: skip


def rule_schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(rule_schema(), indent=1, ensure_ascii=False) + "\n"


def _words(description: str, words: Any) -> Schema:
    """Words, however their parts are joined."""
    known = [str(word) for word in words]
    spelled = dict.fromkeys(
        one for word in known for one in (word, word.replace(" ", "_"), word.replace(" ", "-"))
    )
    return {"description": description, "enum": list(spelled)}


def _object(known: tuple[str, ...], properties: Schema, *required: str) -> Schema:
    """A mapping with these keys and no others; what is declared and what is read are the same."""
    if set(properties) != set(known):
        raise ValueError(f"the schema and the reader differ: {set(properties) ^ set(known)}")
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": list(required)} if required else {})


def _some(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one}]}


FREQUENCY: Final[Schema] = {
    "description": "How often at most an action is done to one object.",
    "type": "string",
    "examples": [
        "every check",
        *(str(one) for one in FrequencyKind if one is not FrequencyKind.CUSTOM),
        "3 times in 2 days",
    ],
}


def _condition() -> Schema:
    aliases = [alias for one in METRICS.values() for alias in one.aliases]
    comparison = {
        "type": "object",
        "properties": {str(one): _some(SCALAR) for one in Match},
        "additionalProperties": False,
    }
    compared = {
        "description": "The comparison.",
        "anyOf": [{"type": "string", "examples": ["> 50", "contains sale"]}, comparison],
    }
    return _object(
        CONDITION,
        {
            "metric": _words("What is looked at.", [*METRICS, *aliases]),
            "is": compared,
            "over": _words("The time it is about, for figures.", Window),
            "of": _words("Of each object, or of all of them together.", Calculation),
        },
        "metric",
    )


def _action() -> Schema:
    bounds = [name.replace("_", " ") for name in ("at_most", "at_least")]
    amount = _object(
        (*AMOUNT, *bounds),
        {
            **{str(one): AMOUNT_SCHEMA for one in How},
            **dict.fromkeys(("at_most", "at_least", *bounds), SCALAR),
            "frequency": FREQUENCY,
        },
    )
    own = {"frequency": FREQUENCY}
    word = {"anyOf": [{"type": "null"}, {**_object(("frequency",), own)}]}
    message = {
        "anyOf": [
            {"type": ["string", "null"]},
            _object(("text", "frequency"), {"text": TEXT, **own}),
        ]
    }
    properties: Schema = {}
    for kind in ActionKind:
        schema = amount if kind.is_amount else message if kind is ActionKind.MESSAGE else word
        properties |= dict.fromkeys((kind.value, kind.value.replace(" ", "_")), schema)
    plain = [one for one in ActionKind if not one.is_amount]
    return {
        "anyOf": [
            _words("What is done.", plain),
            {
                "type": "object",
                "properties": {**properties, "frequency": FREQUENCY},
                "additionalProperties": False,
            },
        ]
    }


def _check() -> Schema:
    stretch = _object(
        STRETCH,
        {
            "weekdays": _some({"type": "string", "examples": list(WEEKDAY_NAMES)}),
            "month_days": _some({"type": "integer", "minimum": 1, "maximum": 31}),
            "day_numbers": _some({"type": "integer", "minimum": 0}),
            "from": TIME,
            "to": TIME,
        },
        "from",
        "to",
    )
    at_length = _object(
        CHECK,
        {
            "every": {**TEXT, "examples": ["30 minutes"]},
            "at": TEXT,
            "during": _some(stretch),
            "custom": _some(stretch),
        },
    )
    words = {"type": "string", "examples": ["every 30 minutes", "at 09:00"]}
    return {"description": "When it is checked.", "anyOf": [words, at_length]}


def _group() -> Schema:
    under = _object(PARENTS, dict.fromkeys(PARENTS, IDS))
    return _object(
        APPLY_TO,
        {
            "level": _words("What is looked at, one by one.", Level),
            "which": _words("Which of them.", Which),
            "ids": {**IDS, "description": "Those that are selected."},
            "under": {**under, "description": "Only those that belong to these."},
        },
        "level",
    )


def rule_schema() -> Schema:
    """The schema of a rule file."""
    condition, action = _condition(), _action()
    email = _object(
        EMAIL,
        {
            "period": _words("When TikTok mails.", PERIODS),
            "times": _some(TEXT),
            "mute": {"type": "boolean"},
            "no_result": {"type": "boolean"},
        },
    )
    properties: Schema = {
        "rule": {**TEXT, "description": "What it is called."},
        "description": {**TEXT, "description": "What it is for."},
        "account": {**ID, "description": "The advertiser account."},
        "connection": {**TEXT, "description": "The connection for it."},
        "apply_to": {**_some(_group()), "description": "The objects it is about."},
        "when": {
            "description": "What has to hold, all of it.",
            "anyOf": [{"enum": ["always"]}, condition, {"type": "array", "items": condition}],
        },
        "then": {"description": "What is done.", **_some(action)},
        "frequency": FREQUENCY,
        "check": _check(),
        "timezone": {
            **TEXT, "description": "For example Europe/Berlin.", "default": "account",
        },
        "notify": _words("When somebody is told.", NotifyWhen),
        "tell": {**TEXT, "description": "The connection by which."},
        "email": {**email, "description": "TikTok's own mail, for export only."},
        "min_spend": {
            "description": "Nothing is decided by rates before so much is spent; or none.",
            "anyOf": [{"type": "number"}, TEXT],
        },
        "raising": _words("What becomes of actions that may raise spending.", Raising),
        "limits": {"$ref": "#/$defs/limits"},
        "native_id": {**ID, "description": "TikTok's id of the rule this was brought over from."},
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule",
        **_object(KEYS, properties, "rule", "apply_to", "when", "then"),
        "$defs": {"limits": LIMITS_SCHEMA},
    }
