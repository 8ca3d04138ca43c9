"""From a sheet's description of a parameter to the shape that is shipped.

A shape is a dict with the keys of `Param` except its name; `choices` may be the name of an
enumeration. Sentences are left behind.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["Shape", "Shapes", "compact", "merged", "merged_all", "shape", "shapes"]

Shape = dict[str, Any]
Shapes = dict[str, Shape]

PLAIN_TYPE: Final = re.compile(
    r"(string|integer|number|boolean|datetime|date|object|file|any|integer\|string|number\|string)"
    r"(\[\])?"
)
#: How the sheets, or the programming languages behind them, spell a type.
SPELLINGS: Final[Mapping[str, str]] = {
    "RawMessage": "any",
    "Reader": "file",
    "Time": "datetime",
    "bool": "boolean",
    "file(multipart)": "file",
    "int": "integer",
    "integer|string(int64)": "integer|string",
    "map<any>": "object",
    "map<string>": "object",
    "map<string>[]": "object[]",
    "string(tz)": "string",
    "unknown (null in sample)": "any",
}
FORMATS: Final[Mapping[str, str]] = {"binary": "file", "date": "date", "datetime": "datetime"}
#: Beyond this a limit is only the size of somebody's integer.
LARGEST_LIMIT: Final = 2**53


def shapes(fields: Any, *, asked: bool) -> Shapes:
    """Shape several parameters.

    Args:
        fields: Names with descriptions, or only names.
        asked: Whether they belong to a request; an answer has no limits and no defaults.
    """
    if not isinstance(fields, Mapping):
        return {str(name): {} for name in fields or ()}
    found = {str(name): shape(given, asked=asked) for name, given in fields.items()}
    return {name: made for name, made in found.items() if made is not None}


def shape(given: Any, *, asked: bool) -> Shape | None:
    """Shape one parameter; None where the sheet only says something in words."""
    if isinstance(given, str):
        return _from_word(given)
    given = _without_words(given)
    kind = _type_word(given)
    made: Shape = {} if kind is None else {"type": kind}
    made |= _choices(given, kind)
    if given.get("fields"):
        made["fields"] = shapes(given["fields"], asked=asked)
    return made | _limits(given, kind) if asked else made


def merged(base: Shape, finer: Shape) -> Shape:
    """A shape with what another one knows better."""
    fields = merged_all(base.get("fields", {}), finer.get("fields", {}))
    return base | finer | ({"fields": fields} if fields else {})


def merged_all(base: Shapes, finer: Shapes) -> Shapes:
    """Several shapes with what others know better, or know at all."""
    return base | {name: merged(base.get(name, {}), made) for name, made in finer.items()}


def compact(made: Shape) -> Any:
    """The shape as it is written down: only its type where it has nothing else."""
    written = {"type": "string"} | {name: value for name, value in made.items() if value != ()}
    if "fields" in made:
        written["fields"] = {name: compact(field) for name, field in made["fields"].items()}
    return written["type"] if set(written) == {"type"} else written


def _from_word(word: str) -> Shape | None:
    if word == "required":
        return {"required": True}
    kind = SPELLINGS.get(word, word)
    return {"type": kind} if PLAIN_TYPE.fullmatch(kind) else None


def _without_words(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take the words out of a type like `string MANUAL|SMART_PLUS`."""
    kind, _, words = str(given.get("type", "")).partition(" ")
    if "|" not in words:
        return given
    return {**given, "type": kind, "enum": words.split("|")}


def _type_word(given: Mapping[str, Any]) -> str | None:
    if "type" not in given:
        return None
    told = str(given["type"])
    kind = "object" if told.startswith("InfoItem[") else SPELLINGS.get(told, told)
    kind = FORMATS.get(str(given.get("format")), kind)
    kind = "number[]" if kind == "number|string[]" else kind
    if not PLAIN_TYPE.fullmatch(kind):
        raise ValueError(f"unknown type {told!r}")
    return kind


def _choices(given: Mapping[str, Any], kind: str | None) -> Shape:
    if kind is not None and not kind.startswith("string"):
        return {}
    if "enum" in given:
        return {"choices": [str(word) for word in given["enum"]]}
    return {"choices": given["enum_ref"]} if "enum_ref" in given else {}


def _limits(given: Mapping[str, Any], kind: str | None) -> Shape:
    lowest, highest = _range(given.get("range"))
    shortest, longest = _range(given.get("items", given.get("items_range")))
    _, characters = _range(given.get("length"))
    found = {
        "required": True if given.get("required") is True else None,
        "minimum": given.get("minimum", given.get("min", lowest)),
        "maximum": given.get("maximum", given.get("max", highest)),
        "min_items": given.get("min_items", shortest),
        "max_items": given.get("max_items", longest),
        # With lists the sheets do not say whether characters or items are counted.
        "max_length": given.get("max_length", characters) if kind == "string" else None,
        "default": _default(given.get("default"), kind),
    }
    if (found["maximum"] or 0) > LARGEST_LIMIT:
        found["maximum"] = None
    return {name: value for name, value in found.items() if value is not None}


def _range(told: Any) -> tuple[int | None, int | None]:
    """Read `1-100`, `[1, 1000]`, `1-9,999`, `≥ 1` or a single largest number."""
    if told is None:
        return None, None
    text = str(told).replace(" ", "")
    if text.startswith("["):
        ends = text.strip("[]").split(",")
    else:
        ends = text.replace(",", "").replace("≥", "").split("-")
    if not all(end.isdigit() for end in ends) or len(ends) > len(("first", "last")):
        raise ValueError(f"unknown range {told!r}")
    numbers = [int(end) for end in ends]
    if text.startswith("≥"):
        return numbers[0], None
    return (numbers[0] if len(numbers) > 1 else None), numbers[-1]


def _default(told: Any, kind: str | None) -> Any:
    """Give a default its type; the sheets hold most of them as text."""
    text = str(told).strip().strip('"')
    if told is None or not text or kind is None:
        return None
    if kind.endswith("[]"):
        items = told if isinstance(told, list) else text.strip("[]").split(",")
        return [str(item).strip(' "') for item in items]
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "integer":
        return int(text.replace(",", ""))
    return text if kind == "string" else None
