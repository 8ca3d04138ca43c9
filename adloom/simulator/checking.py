"""Reading a request's parameters by their declarations; the texts of refusals are assumed.

TikTok answers most faults with 40002 and names the field only in the message (business_api.md
§1.4). What is not declared is ignored (§8).
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from adloom.catalogue import Param
from adloom.simulator.envelope import Refusal

__all__ = ["bad_param", "read_body", "read_query"]

PARAM_ERROR: Final = 40002
WHOLE: Final = re.compile(r"-?\d{1,19}")
LISTED_CHOICES: Final = 12
#: Types whose values travel in a query as JSON (business_api.md §1.1).
JSON_TYPES: Final = ("object", "any")


def bad_param(path: str, problem: str) -> Refusal:
    """The refusal of one parameter."""
    return Refusal(PARAM_ERROR, f"{path}: {problem}")


def read_query(params: Sequence[Param], query: Mapping[str, str]) -> dict[str, Any]:
    """The declared parameters in a query or a form, each with its type.

    Lists and objects are JSON text, everything else is raw.
    """
    return _read(params, {name: text for name, text in query.items() if text != ""}, _from_text)


def read_body(params: Sequence[Param], body: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parameters in a JSON body."""
    return _read(params, body, _checked)


def _read(
    params: Sequence[Param],
    given: Mapping[str, Any],
    read: Callable[[Param, Any, str], Any],
) -> dict[str, Any]:
    present = {param.name for param in params if given.get(param.name) is not None}
    if missing := [param.name for param in params if param.required and param.name not in present]:
        raise Refusal(PARAM_ERROR, f"Missing required field(s): {', '.join(missing)}.")
    return {
        param.name: read(param, given[param.name], param.name)
        for param in params
        if param.name in present
    }


def _from_text(param: Param, text: Any, path: str) -> Any:
    kinds = param.type.split("|")
    if not isinstance(text, str) or "string" in kinds or kinds[0] in ("datetime", "date", "file"):
        return _checked(param, text, path)
    if param.type.endswith("[]") or kinds[0] in JSON_TYPES:
        return _checked(param, _json(text, path), path)
    return _checked(param, _scalar(kinds, text), path)


def _json(text: str, path: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise bad_param(path, "Not valid JSON.") from None


def _scalar(kinds: Sequence[str], text: str) -> Any:
    """A number or a truth value; text that is neither stays what it is."""
    if "boolean" in kinds:
        return {"true": True, "false": False}.get(text.lower(), text)
    if WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _checked(param: Param, value: Any, path: str) -> Any:
    if not param.type.endswith("[]"):
        return _one(param, param.type, value, path)
    if not isinstance(value, list):
        raise bad_param(path, "Not a valid list.")
    _check_size(param, len(value), path)
    kind = param.type.removesuffix("[]")
    return [_one(param, kind, item, f"{path}.{place}") for place, item in enumerate(value)]


def _check_size(param: Param, size: int, path: str) -> None:
    lowest, highest = param.min_items or 0, param.max_items or math.inf
    if not lowest <= size <= highest:
        raise bad_param(path, f"Must have between {lowest} and {highest} items, has {size}.")


def _one(param: Param, kind: str, value: Any, path: str) -> Any:
    if _is_id(path) and isinstance(value, int) and not isinstance(value, bool):
        # The portal's own examples send whole numbers for ids (business_api.md §3.3).
        value = str(value) if "string" in kind else value
    if not any(FITS[single](value) for single in kind.split("|")):
        raise bad_param(path, f"Not a valid {kind}.")
    if param.choices and value not in param.choices:
        raise bad_param(path, f"Not a valid choice, expected {_listed(param.choices)}.")
    if isinstance(value, int | float):
        _check_range(param, value, path)
    if isinstance(value, str) and param.max_length is not None and len(value) > param.max_length:
        raise bad_param(path, f"Must have at most {param.max_length} characters.")
    if isinstance(value, dict) and param.fields:
        inner = {name: item for name, item in value.items() if item is not None}
        return _read_nested(param.fields, inner, path)
    return value


def _read_nested(fields: Sequence[Param], given: Mapping[str, Any], path: str) -> dict[str, Any]:
    """An object's declared fields, with the path of what is wrong; the others stay as they are."""
    if missing := [field.name for field in fields if field.required and field.name not in given]:
        names = ", ".join(f"{path}.{name}" for name in missing)
        raise Refusal(PARAM_ERROR, f"Missing required field(s): {names}.")
    declared = {field.name: field for field in fields}
    return {
        name: _checked(declared[name], value, f"{path}.{name}") if name in declared else value
        for name, value in given.items()
    }


def _check_range(param: Param, value: float, path: str) -> None:
    lowest = -math.inf if param.minimum is None else param.minimum
    highest = math.inf if param.maximum is None else param.maximum
    if not lowest <= value <= highest:
        raise bad_param(path, f"Must be between {lowest} and {highest}.")


def _is_id(path: str) -> bool:
    names = [name for name in path.split(".") if not name.isdigit()]
    return names[-1].endswith(("_id", "_ids", "_ids_v2"))


def _listed(choices: Sequence[str]) -> str:
    more = ", …" if len(choices) > LISTED_CHOICES else ""
    return ", ".join(choices[:LISTED_CHOICES]) + more


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "any": lambda _: True,
    "boolean": lambda value: isinstance(value, bool),
    "date": _is_text,
    "datetime": _is_text,
    "file": lambda _: True,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _is_number,
    "object": lambda value: isinstance(value, dict),
    "string": _is_text,
}
