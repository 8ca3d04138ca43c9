"""JSON Schema of files of scenario tests, for editors: `.venv/bin/python docs/make_test_schema.py`.

Made of the declarations these files are read by; what steps and bundles there are, only the
scenario beside tells: `adloom scenarios test` checks that.
"""

import json
from typing import Any, Final

from scenarios.testing.loader import CASE, SCRIPT
from scenarios.testing.model import ErrorKind
from scenarios.testing.read_expected import CHANGE, EXPECT, INCOMPLETE, NOTICE, STEP
from scenarios.testing.read_given import ANSWER, CALLS, CONNECTION, ERROR, GIVEN

__all__ = ["script_schema", "script_schema_text"]

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
SCALAR: Final[Schema] = {"type": ["string", "number", "boolean", "null"]}
MAPPING: Final[Schema] = {"type": "object"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
BUNDLES: Final[Schema] = {"type": "array", "items": MAPPING}


def script_schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(script_schema(), indent=1, ensure_ascii=False) + "\n"


def script_schema() -> Schema:
    """The schema of a file of tests."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of a scenario",
        **_object(
            SCRIPT,
            {
                "scenario": _told(TEXT, "Name of the scenario; by default that of the file."),
                "cases": {"type": "array", "minItems": 1, "items": _ref("case")},
            },
            "cases",
        ),
        "$defs": {
            "case": _case(),
            "given": _given(),
            "answers": _answers(),
            "answer": _answer(),
            "expect": _expect(),
            "step": _step(),
        },
    }


def _case() -> Schema:
    parts = {
        "name": _told(TEXT, "What it says, in a sentence."),
        "given": _ref("given"),
        "expect": _ref("expect"),
    }
    return _object(CASE, parts, "name", "expect")


def _given() -> Schema:
    connection = {"provider": TEXT, "account": MAPPING, "settings": MAPPING}
    return _object(
        GIVEN,
        {
            "now": _told(TEXT, "What is the present, for example 2026-11-21T12:00:00+01:00."),
            "execution": _told(TEXT, "Id of the execution; decides random and uuid."),
            "bundles": _told(BUNDLES, "What the trigger hands on."),
            "input": _told(MAPPING, "What the scenario sees as {{input.…}}, if one calls it."),
            "answers": _told(_each(_ref("answers")), "What steps find outside, by step."),
            "stores": _told(_each(MAPPING), "What data stores hold, by store and key."),
            "variables": _told(MAPPING, "What earlier cycles of the execution have set."),
            "connections": _each(_object(CONNECTION, connection)),
        },
    )


def _answers() -> Schema:
    several = {"type": "array", "minItems": 1, "items": _ref("answer")}
    calls = _object(CALLS, {"calls": several}, "calls")
    return {"anyOf": [BUNDLES, calls, _ref("answer")]}


def _answer() -> Schema:
    kinds: Schema = {"enum": [str(one) for one in ErrorKind]}
    error = _object(ERROR, {"kind": kinds, "code": COUNT, "message": TEXT})
    return _object(
        ANSWER,
        {
            "when": _told(MAPPING, "Only for calls with these parameters, and perhaps more."),
            "call": {"type": "integer", "minimum": 1, "description": "Only for this call."},
            "bundles": _told(BUNDLES, "What it hands on."),
            "error": {"description": "What it fails with.", "anyOf": [kinds, error]},
            "reads": _told(MAPPING, "What the platform answers to the module's reads, by path."),
            "before": _told(BUNDLES, "What an action reads before it changes anything."),
            "data": {"description": "Data of the answers to an action's calls."},
            "unchanged": {
                "description": "An action finds all as it should be and sends nothing.",
                "type": "boolean",
                "default": False,
            },
        },
    )


def _expect() -> Schema:
    change = dict.fromkeys(CHANGE, SCALAR) | {
        "given": MAPPING,
        "old": {},
        "new": {},
        "body": {},
    }
    return _object(
        EXPECT,
        {
            "steps": _told(_each(_ref("step")), "What steps do; others may do anything."),
            "changes": _told(_several(CHANGE, change), "Everything that is changed outside."),
            "notices": _told(_several(NOTICE, dict.fromkeys(NOTICE, SCALAR)), "Every message."),
            "stores": _told(_each(MAPPING), "What data stores hold afterwards."),
            "returned": {"description": "What is returned, in order.", "type": "array"},
            "incomplete": _several(INCOMPLETE, dict.fromkeys(INCOMPLETE, TEXT)),
            "error": _told(TEXT, "A part of what stops everything."),
        },
    )


def _step() -> Schema:
    parts: Schema = {
        "done": _told(COUNT, "For how many bundles it does its work."),
        "dropped": _told(COUNT, "How many do not fulfil its condition."),
        "failed": _told(COUNT, "For how many it fails, handled or not."),
        "bundles": {"description": "What it hands on.", "anyOf": [COUNT, {"type": "array"}]},
        "given": {"description": "What it is given, in order.", "type": "array"},
    }
    return {"anyOf": [COUNT, _object(STEP, parts)]}


def _object(known: tuple[str, ...], properties: Schema, *required: str) -> Schema:
    """A mapping with these keys and no others; what is declared and what is read are the same."""
    if set(properties) != set(known):
        raise ValueError(f"the schema and the reader differ: {set(properties) ^ set(known)}")
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": list(required)} if required else {})


def _several(known: tuple[str, ...], properties: Schema) -> Schema:
    return {"type": "array", "items": _object(known, properties)}


def _each(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _told(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
