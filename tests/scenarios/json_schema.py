"""Just enough of JSON Schema to judge scenarios by ours; unknown keywords are an error."""

import re
from decimal import Decimal
from typing import Any, Final

__all__ = ["fits"]

#: Keywords that only tell people something.
TOLD: Final = {
    "$schema", "$defs", "title", "description", "default", "examples", "format", "contentMediaType",
}  # fmt: skip
TYPES: Final = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float, Decimal),
    "object": dict,
    "array": list,
    "null": type(None),
}


def fits(value: Any, schema: Any, root: Any) -> bool:
    """Whether a value is what a schema describes."""
    if isinstance(schema, bool):
        return schema
    return all(_judge(word, told, value, schema, root) for word, told in schema.items())


def _judge(word: str, told: Any, value: Any, schema: Any, root: Any) -> bool:  # noqa: C901, PLR0911, PLR0912 - one case for each keyword
    match word:
        case "type":
            return any(_is(value, one) for one in ([told] if isinstance(told, str) else told))
        case "enum":
            return value in told
        case "const":
            return bool(value == told)
        case "$ref":
            return fits(value, _find(told, root), root)
        case "anyOf":
            return any(fits(value, one, root) for one in told)
        case "oneOf":
            return 1 == sum(fits(value, one, root) for one in told)
        case "allOf":
            return all(fits(value, one, root) for one in told)
        case "if":
            return not fits(value, told, root) or fits(value, schema.get("then", True), root)
        case "then":
            return "if" in schema
        case "pattern":
            return not isinstance(value, str) or re.search(told, value) is not None
        case "minLength":
            return not isinstance(value, str) or len(value) >= told
        case "maxLength":
            return not isinstance(value, str) or len(value) <= told
        case "minimum":
            return not _is(value, "number") or value >= told
        case "maximum":
            return not _is(value, "number") or value <= told
        case "exclusiveMinimum":
            return not _is(value, "number") or value > told
        case "minItems":
            return not isinstance(value, list) or len(value) >= told
        case "maxItems":
            return not isinstance(value, list) or len(value) <= told
        case "items":
            return not isinstance(value, list) or all(fits(one, told, root) for one in value)
        case _:
            return _judge_object(word, told, value, schema, root)


def _judge_object(word: str, told: Any, value: Any, schema: Any, root: Any) -> bool:  # noqa: PLR0911 - one case for each keyword
    if word in TOLD:
        return True
    assert word in {
        "properties", "required", "additionalProperties", "dependentRequired", "propertyNames",
    }, word  # fmt: skip
    if not isinstance(value, dict):
        return True
    match word:
        case "properties":
            return all(fits(value[name], one, root) for name, one in told.items() if name in value)
        case "required":
            return set(told) <= set(value)
        case "dependentRequired":
            return all(set(need) <= set(value) for name, need in told.items() if name in value)
        case "propertyNames":
            return all(fits(name, told, root) for name in value)
        case _:
            others = set(value) - set(schema.get("properties", {}))
            return all(fits(value[name], told, root) for name in others)


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])  # type: ignore[arg-type] # types, or tuples of them


def _find(pointer: str, root: Any) -> Any:
    for part in pointer.removeprefix("#/").split("/"):
        root = root[part]
    return root
