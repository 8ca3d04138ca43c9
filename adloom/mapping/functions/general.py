"""Functions that choose, and that look into objects."""

import re
from typing import Any, Final

from adloom.mapping.evaluation import Evaluate, Evaluation
from adloom.mapping.functions.declare import Functions
from adloom.mapping.misfit import MisfitError
from adloom.mapping.operators import equal as same
from adloom.mapping.values import as_boolean, plain

__all__ = ["GENERAL", "field_at"]

GENERAL: Final = Functions("General")

_STEP: Final = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


@GENERAL.declare(
    "if(condition: boolean; then: any; [otherwise: any]) -> any",
    "One value if the condition holds, else the other; only that one is looked at.",
    {'if(ad.spend > 10; "much"; "little")': "much", 'if(ad.spend > 99; "much")': ""},
    lazy=True,
)
def if_(
    evaluation: Evaluation,
    condition: Evaluate,
    then: Evaluate,
    otherwise: Evaluate | None = None,
) -> Any:
    """Evaluate one branch only."""
    if as_boolean(condition(evaluation)):
        return then(evaluation)
    return otherwise(evaluation) if otherwise else None


@GENERAL.declare(
    "ifempty(value: any; otherwise: any) -> any",
    "The value, unless it is nothing, an empty text or an empty list; then the other.",
    {'ifempty(ad.nothing; "-")': "-", 'ifempty(ad.name; "-")': "Summer sale"},
    lazy=True,
)
def ifempty(evaluation: Evaluation, value: Evaluate, otherwise: Evaluate) -> Any:
    """Evaluate the second value only where it is needed."""
    found = value(evaluation)
    return otherwise(evaluation) if plain(found) is None or found in ("", []) else found


@GENERAL.declare(
    "switch(value: any; case: any; result: any; [more: any...]) -> any",
    "The result after the first case that equals the value; a last one alone is for all others.",
    {
        'switch(ad.info.country; "DE"; "€"; "CZ"; "Kč")': "Kč",
        'switch(ad.name; "a"; 1; "b"; 2; 3)': "3",
        'switch(ad.name; "a"; 1)': "",
    },
    lazy=True,
)
def switch(evaluation: Evaluation, value: Evaluate, *cases: Evaluate) -> Any:
    """Evaluate cases until one fits."""
    wanted = value(evaluation)
    for case, result in zip(cases[::2], cases[1::2], strict=False):
        if same(wanted, case(evaluation)):
            return result(evaluation)
    return cases[-1](evaluation) if len(cases) % 2 else None


@GENERAL.declare(
    "get(value: any; path: word) -> any",
    "What stands at a path within an object or a list, counted from 1.",
    {
        'get(ad.info; "country")': "CZ",
        'get(ad.rows; "2")': '{"id":"22","cost":7}',
        'get(`ad`; "rows[1].cost")': "5",
        'get(`ad`; "nowhere")': "",
    },
)
def get(value: Any, path: str) -> Any:
    """Walk along a path that is only known now."""
    return field_at(value, path)


def field_at(value: Any, path: str) -> Any:
    """What stands at a path such as `rows[1].cost`; None where there is nothing."""
    if not isinstance(value, dict | list) or (isinstance(value, dict) and path in value):
        return value[path] if isinstance(value, dict) else None
    for step in _STEP.finditer(path):
        key, index = step.groups()
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list):
            value = _item(value, index or key)
        else:
            return None
    return value


def _item(items: list[Any], index: str) -> Any:
    """An item by its number in a text, counted from 1."""
    if not index.isascii() or not index.isdigit() or len(index) > len(str(len(items))):
        if index.isascii() and index.isdigit():
            return None
        raise MisfitError("This is a list.", f"Write [1] for its first item, or map(…; {index}).")
    number = int(index)
    if number < 1:
        raise MisfitError("Items are counted from 1.")
    return items[number - 1] if number <= len(items) else None


@GENERAL.declare(
    "pick(object: object; names: word...) -> object",
    "An object with some of the fields only.",
    {'pick(ad.info; "age")': '{"age":"25-34"}'},
)
def pick(found: dict[str, Any], *names: str) -> dict[str, Any]:
    """Keep the fields that are named and there."""
    return {name: found[name] for name in names if name in found}


@GENERAL.declare(
    "omit(object: object; names: word...) -> object",
    "An object without some of its fields.",
    {'omit(ad.info; "age")': '{"country":"CZ"}'},
)
def omit(found: dict[str, Any], *names: str) -> dict[str, Any]:
    """Keep the fields that are not named."""
    return {name: value for name, value in found.items() if name not in names}


@GENERAL.declare(
    "equal(a: any; b: any) -> boolean",
    "Whether two values are the same, as = says.",
    {'equal("1"; 1)': "true", 'equal("a"; "A")': "false"},
)
def equal(left: Any, right: Any) -> bool:
    """Compare two values."""
    return same(left, right)
