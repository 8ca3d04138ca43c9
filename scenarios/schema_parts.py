"""The parts of the schema that do not depend on modules; the words editors show."""

from collections.abc import Mapping
from typing import Any, Final

from scenarios.cron import MONTH_NAMES, WEEKDAY_NAMES
from scenarios.load_flow import AGGREGATOR, LONGEST_SLEEP, ROUTE, ROUTER
from scenarios.load_memory import GET, SET, STORE
from scenarios.load_schedule import KINDS as SCHEDULE_KINDS
from scenarios.load_schedule import OPTIONS, WORDS
from scenarios.load_settings import BUDGET, SETTINGS
from scenarios.load_steps import COMMON, KINDS
from scenarios.loader import KEYS
from scenarios.schedules import Misfire
from scenarios.settings import Overlap
from scenarios.steps import AggregatorKind, NumberFunction, StoreOperation

__all__ = ["DEFINITIONS", "SCENARIO", "STEP"]

Schema = dict[str, Any]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(known: tuple[str, ...], properties: Schema, *required: str) -> Schema:
    """A mapping with these keys and no others; what is declared and what is read are the same."""
    if set(properties) != set(known):
        raise ValueError(f"the schema and the reader differ: {set(properties) ^ set(known)}")
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": list(required)} if required else {})


def _words(words: Any, description: str, default: str | None = None) -> Schema:
    made: Schema = {"description": description, "enum": [str(word) for word in words]}
    return made | ({"default": default} if default else {})


def _whole(description: str, low: int, default: int) -> Schema:
    return {"description": description, "type": "integer", "minimum": low, "default": default}


def _some(one: Schema, description: str) -> Schema:
    """One value, or a list of them."""
    return {"description": description, "anyOf": [one, {"type": "array", "items": one}]}


TEXT: Final[Schema] = {"type": "string"}
SCALAR: Final[Schema] = {"type": ["string", "number", "boolean", "null"]}
MAPPING: Final[Schema] = {"type": ["object", "null"]}
FLAG: Final[Schema] = {"type": "boolean", "default": False}
CONDITION: Final[Schema] = {
    "description": "Bundles go on only if this holds, for example {{ads.spend > 50}}.",
    "type": "string",
    "pattern": r"\{\{",
}
DURATION: Final[Schema] = {
    "type": "string",
    "pattern": "^\\s*[0-9]+\\s*[A-Za-z]+",
    "examples": ["30 seconds", "15 minutes", "2 hours", "1 day"],
}
TIME: Final[Schema] = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$"}
MOMENT: Final[Schema] = {"type": "string", "pattern": "^[0-9]{4}-"}
WEEKDAY: Final[Schema] = {"type": "string", "examples": list(WEEKDAY_NAMES)}
MONTH: Final[Schema] = {"type": ["string", "integer"], "examples": list(MONTH_NAMES)}
DAY: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 31}
TIMES: Final = _some(TIME, "Times of the day, for example 09:00 in quotes.")

_DAILY: Final[Schema] = _object(("at",), {"at": TIMES}, "at")
_WEEKLY: Final[Schema] = _object(
    ("days", "at"), {"days": _some(WEEKDAY, "Weekdays."), "at": TIMES}, "days", "at"
)
_MONTHLY: Final[Schema] = _object(
    ("days", "months", "at"),
    {
        "days": _some(DAY, "Days of the month; a month that has no such day is skipped."),
        "months": _some(MONTH, "Months; all of them if left out."),
        "at": TIMES,
    },
    "days",
    "at",
)
_WINDOW: Final[Schema] = _object(
    ("days", "months", "times"),
    {
        "days": _some(WEEKDAY, "Weekdays."),
        "months": _some(MONTH, "Months."),
        "times": _some(
            _object(("from", "to"), {"from": TIME, "to": TIME}, "from", "to"), "Times of the day."
        ),
    },
)
_SCHEDULE: Final[Schema] = {
    **_object(
        (*SCHEDULE_KINDS, *OPTIONS),
        {
            "every": {**DURATION, "description": "How long from one run to the next."},
            "at": TIMES,
            "daily": {"anyOf": [_DAILY, TIME, {"type": "array", "items": TIME}]},
            "weekly": _WEEKLY,
            "monthly": _MONTHLY,
            "cron": {**TEXT, "description": "Minute, hour, day of the month, month, weekday."},
            "once": {**MOMENT, "description": "One moment, for example 2026-11-21 09:00."},
            "timezone": {
                **TEXT,
                "description": "For example Europe/Berlin; account for the account's own.",
                "default": "UTC",
            },
            "between": _object(("from", "to"), {"from": MOMENT, "to": MOMENT}),
            "only_during": _some(_WINDOW, "Runs outside of these windows are left out."),
            "misfire": _words(Misfire, "What becomes of runs that were missed.", "once"),
            "jitter": {**DURATION, "description": "Runs start up to this much later, at random."},
        },
    ),
    "oneOf": [{"required": [kind]} for kind in SCHEDULE_KINDS],
}
_BUDGET: Final[Schema] = _object(
    BUDGET,
    {
        "operations": _whole("Calls of one step for one bundle.", 1, 100_000),
        "api_calls": _whole("Requests to platforms.", 1, 10_000),
        "time": {**DURATION, "description": "From start to end.", "default": "40 minutes"},
    },
)
_SETTINGS: Final[Schema] = _object(
    SETTINGS,
    {
        "cycles": _whole("Batches of the trigger that one run carries to the end.", 1, 1),
        "sequential": {**FLAG, "description": "Stand still while a bundle waits to be resumed."},
        "parallel": _whole("Bundles that go through the steps at a time.", 1, 1),
        "max_errors": _whole("Failed runs in a row before it is disabled; 0: never.", 0, 3),
        "confidential": {**FLAG, "description": "Keep no contents of bundles in history."},
        "overlap": _words(Overlap, "What happens when it is due while it runs.", "skip"),
        "budget": {**_BUDGET, "description": "What one run may use before it is stopped."},
        "silence": {**DURATION, "description": "Tell when no bundle came for so long."},
    },
)
_ATTEMPTS: Final[Schema] = _object(
    ("count", "interval"),
    {"count": _whole("Attempts.", 1, 3), "interval": {**DURATION, "default": "15 minutes"}},
)
_HANDLER: Final[Schema] = {
    "description": "What happens to a bundle whose step failed.",
    "anyOf": [
        {"enum": ["ignore", "commit", "rollback", "break", "retry"]},
        _object(("resume",), {"resume": MAPPING}, "resume"),
        _object(("retry",), {"retry": _ATTEMPTS}, "retry"),
        _object(("break",), {"break": _ATTEMPTS}, "break"),
    ],
}
_STEPS: Final[Schema] = {"type": "array", "minItems": 1, "items": _ref("step")}
_ROUTE: Final[Schema] = _object(
    ROUTE, {"title": SCALAR, "when": CONDITION, "steps": _ref("steps")}, "steps"
)
_ROUTER: Final[Schema] = _object(
    ROUTER,
    {
        "routes": {"type": "array", "minItems": 1, "items": _ROUTE},
        "fallback": {**_ref("steps"), "description": "For bundles no route took."},
        "first_match": {**FLAG, "description": "Take only the first route that fits."},
    },
    "routes",
)
_AGGREGATOR: Final[Schema] = _object(
    AGGREGATOR,
    {
        "source": {**TEXT, "description": "The step whose bundles are gathered."},
        "kind": _words(AggregatorKind, "What they become.", "array"),
        "value": {"description": "What is taken of each, for text and number."},
        "fields": {**MAPPING, "description": "What is taken of each, for array and table."},
        "separator": {**TEXT, "description": "Between lines.", "default": "\n"},
        "column_separator": {**TEXT, "description": "Between cells.", "default": "\t"},
        "function": _words(NumberFunction, "What is computed, for number.", "sum"),
        "group_by": {"description": "One bundle for each value of this."},
        "stop_if_empty": {**FLAG, "description": "Hand nothing on when nothing came."},
    },
    "source",
)
_STORE: Final[Schema] = _object(
    STORE,
    {
        "name": {**TEXT, "description": "Which data store."},
        "operation": _words(StoreOperation, "What is done with it."),
        "key": SCALAR,
        "value": {"description": "What is written, for put and add."},
    },
    "name",
    "operation",
)
_SCOPE: Final = _words(("cycle", "execution"), "How long it is remembered.", "cycle")
_COMMON: Final[Schema] = {
    "id": {"type": ["string", "integer"], "description": "What mappings call it."},
    "title": {**SCALAR, "description": "What people call it."},
    "when": CONDITION,
    "on_error": _HANDLER,
    "disabled": {**FLAG, "description": "Bundles go past it."},
}
_KINDS: Final[Schema] = {
    "module": TEXT,
    "connection": {**SCALAR, "description": "Which of your accounts it uses."},
    "params": MAPPING,
    "start": {
        "description": "Where a trigger starts the very first time.",
        "anyOf": [
            {"enum": ["now", "everything"]},
            _object(("since",), {"since": MOMENT}, "since"),
        ],
        "default": "now",
    },
    "router": _ROUTER,
    "iterator": _object(("items",), {"items": {"type": ["string", "array"]}}, "items"),
    "aggregator": _AGGREGATOR,
    "sleep": {**DURATION, "description": f"How long to wait; {LONGEST_SLEEP} seconds at most."},
    "set": _object(SET, {"variables": MAPPING, "scope": _SCOPE}, "variables"),
    "get": _object(GET, {"variables": _some(TEXT, "Names."), "scope": _SCOPE}, "variables"),
    "store": _STORE,
    "scenario": {**TEXT, "description": "The name of the scenario that is called."},
    "input": {**MAPPING, "description": "What its steps see as {{input.…}}."},
    "return": {**MAPPING, "description": "The bundle the calling scenario gets."},
}

#: A step, whatever its module.
STEP: Final[Mapping[str, Any]] = {
    **_object(
        (*COMMON, *KINDS, *(name for kind in KINDS.values() for name in kind.beside)),
        {**_COMMON, **_KINDS},
        "id",
    ),
    "oneOf": [{"required": [kind]} for kind in KINDS],
    "dependentRequired": {
        name: [kind] for kind, declared in KINDS.items() for name in declared.beside
    },
}
#: What the parts refer to.
DEFINITIONS: Final[Mapping[str, Any]] = {"steps": _STEPS}
#: The file as a whole.
SCENARIO: Final[Mapping[str, Any]] = _object(
    KEYS,
    {
        "name": {**TEXT, "description": "What commands and other scenarios call it."},
        "description": {**TEXT, "description": "What it is for."},
        "schedule": {
            "description": "When it runs; without one, when somebody says so.",
            "anyOf": [{"enum": [str(word) for word in WORDS]}, _SCHEDULE],
        },
        "settings": {**_SETTINGS, "description": "How it is run."},
        "limits": _ref("limits"),
        "steps": {**_ref("steps"), "description": "What it does, one step after another."},
    },
    "name",
    "steps",
)
