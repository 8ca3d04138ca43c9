"""What can be written where: for the completion of the text, and beside a field of a form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from adloom.fields import fields_of
from adloom.mapping import FUNCTIONS
from adloom.services.editing_nodes import step_nodes, text_at
from adloom.services.editing_picker import fields_of_steps, upstream_fields
from modules import all_modules
from scenarios.environment import Environment
from scenarios.params import known_module
from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.schema_limits import LIMITS_SCHEMA
from scenarios.schema_parts import DEFINITIONS, SCENARIO, STEP
from scenarios.yaml_reading import compose

__all__ = ["OPERATORS", "WORDS", "FunctionHelp", "Language", "completions", "language"]

Completion = dict[str, str]

#: The words of the mapping language, and what they mean.
WORDS: Final[Mapping[str, str]] = {
    "now": "The present moment.",
    "timestamp": "The present moment in seconds since 1970.",
    "null": "Nothing.",
    "true": "Yes.",
    "false": "No.",
    "emptystring": "A text without characters.",
    "emptyarray": "A list without items.",
    "space": "A blank.",
    "tab": "A tabulator.",
    "newline": "The end of a line.",
    "nbsp": "A blank at which no line is broken.",
    "carriagereturn": "A carriage return.",
    "ignore": "The field it is given to is left out.",
    "erase": "The field it is given to is cleared.",
    "pi": "3.141592653589793",
    "random": "A number by chance, from 0 to below 1.",
    "uuid": "An id by chance.",
    "executionId": "The id of the execution.",
}
#: The operators of the mapping language, from what binds loosest.
OPERATORS: Final[Mapping[str, str]] = {
    "|": "Either.",
    "&": "Both.",
    "=": "Is the same.",
    "!=": "Is not the same.",
    "<": "Is less.",
    ">": "Is more.",
    "<=": "Is less or the same.",
    ">=": "Is more or the same.",
    "+": "Plus.",
    "-": "Minus.",
    "*": "Times.",
    "/": "Divided by.",
    "%": "What is left of a division.",
}


@dataclass(frozen=True)
class FunctionHelp:
    """A function of the mapping language.

    Args:
        name: Its name.
        signature: What it is given and gives.
        meaning: What it does, in a sentence.
        group: Under which heading it stands.
        insert: What to put into a text.
        examples: Expressions and what they give.
    """

    name: str
    signature: str
    meaning: str
    group: str
    insert: str
    examples: Mapping[str, str]


@dataclass(frozen=True)
class Language:
    """What a mapping is made of, besides fields.

    Args:
        functions: In the order of the documentation.
        words: The words there are, and what they mean.
        operators: The operators there are, and what they mean.
    """

    functions: tuple[FunctionHelp, ...]
    words: Mapping[str, str]
    operators: Mapping[str, str]


@cache
def language() -> Language:
    """What a mapping is made of, besides fields."""
    functions = tuple(
        FunctionHelp(
            one.name,
            one.signature,
            one.meaning,
            one.group,
            "{{" + one.name + "(" + "; " * (one.least - 1) + ")}}",
            one.examples,
        )
        for one in FUNCTIONS.values()
    )
    return Language(functions, WORDS, OPERATORS)


def completions(
    text: str, environment: Environment | None = None, path: FieldPath = ()
) -> dict[str, list[Completion]]:
    """What a text can go on with; each with a `label`, what to insert, and a `detail`.

    Args:
        text: The draft.
        environment: Where it is to run: its connections and scenarios are offered too.
        path: The step somebody is at: only fields of steps before it are offered; empty for all.

    Returns:
        Lists named `modules`, `keys`, `mappings`, `connections` and `scenarios`.
    """
    accounts = environment.connections if environment else {}
    scenarios = (environment.scenarios or {}) if environment else {}
    return {
        "modules": _modules(),
        "keys": [_one(name, detail) for name, detail in {**_params(text), **_keys()}.items()],
        "mappings": [*_fields(text, path), *_language()],
        "connections": [_one(name, account.provider) for name, account in accounts.items()],
        "scenarios": [_one(name, found.description) for name, found in scenarios.items()],
    }


def _one(label: str, detail: str) -> Completion:
    return {"label": label, "detail": detail}


@cache
def _modules() -> list[Completion]:
    return [_one(module.name, module.description) for module in all_modules()]


def _fields(text: str, path: FieldPath) -> list[Completion]:
    steps = upstream_fields(text, path) if path else fields_of_steps(text)
    return [
        _one(field.insert, f"{step.title}: {field.title}")
        for step in steps
        for field in step.fields
    ]


@cache
def _language() -> list[Completion]:
    functions = [_one(one.insert, one.meaning) for one in language().functions]
    return [*functions, *(_one("{{" + word + "}}", said) for word, said in WORDS.items())]


@cache
def _keys() -> dict[str, str]:
    """Every key of the language with what it means; the first meaning stands."""
    found: dict[str, str] = {}
    for schema in (SCENARIO, STEP, *DEFINITIONS.values(), LIMITS_SCHEMA):
        for name, said in _named(schema):
            found[name] = found.get(name) or said
    return found


def _named(schema: Any) -> Iterator[tuple[str, str]]:
    if isinstance(schema, Mapping):
        declared = schema.get("properties")
        for name, inner in declared.items() if isinstance(declared, Mapping) else ():
            yield name, inner.get("description", "") if isinstance(inner, Mapping) else ""
        for inner in schema.values():
            yield from _named(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from _named(inner)


def _params(text: str) -> dict[str, str]:
    """The parameters of the modules a text uses."""
    root = compose(text, Problems())
    used = {text_at(node, "module") or "" for _, node in step_nodes(root)}
    return {
        field.name: field.description
        for module in map(known_module, sorted(used))
        if module is not None
        for field in fields_of(module.params)
    }
