"""One parameter as the text of a form control, and back.

Every parameter is one text, whatever control shows it: a list is one line for each entry, a flag is
`true` or `false`, data is JSON. A control may post several texts; `settled` makes one of them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel

from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Field, FieldKind
from adloom.json_text import parse_strict
from scenarios.check_params import is_mapped

__all__ = ["LEFT_OUT", "picked", "settled", "text_of", "value_of"]

#: Stands for a parameter that was not filled in.
LEFT_OUT: Final = object()

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?")
_FLAGS: Final = {"true": True, "false": False}
_WORDS: Final = {None: "", True: "true", False: "false"}
#: Data that is nested deeper is a mistake, or an attempt.
_DEEPEST: Final = 100
#: Kinds whose values are text, whatever they look like.
_TEXTS: Final = frozenset(FieldKind) - {
    FieldKind.WHOLE,
    FieldKind.NUMBER,
    FieldKind.FLAG,
    FieldKind.DATA,
}


def text_of(field: Field, value: Any) -> str:
    """A value as text; what was left out is shown as its default."""
    value = field.default if value is LEFT_OUT else value
    value = value.value if isinstance(value, Enum) else value
    if value is None or (value is field.default and _is_nothing(value)):
        return ""
    if field.many and field.kind is not FieldKind.DATA:
        return _lines(field, value)
    if field.kind is FieldKind.DATA:
        return _as_data(value)
    text = _plain_text(value)
    return (picked(text) or text) if field.kind is FieldKind.MOMENT else text


def _is_nothing(default: Any) -> bool:
    return isinstance(default, BaseModel) or default in ([], {}, ())


def _lines(field: Field, value: Any) -> str:
    """One line for each entry; JSON where lines would come back as something else."""
    entries = list(value) if isinstance(value, list | tuple) else [value]
    entries = [one.value if isinstance(one, Enum) else one for one in entries]
    lines = "\n".join(_plain_text(one) for one in entries)
    if isinstance(value, str) and is_mapped(value):
        return value
    back = _entries(field, lines)
    same = [back] if isinstance(back, str) else back
    if [_comparable(field, one) for one in entries] == same:
        return lines
    return json.dumps(entries, ensure_ascii=False, default=_plain_text)


def _comparable(field: Field, value: Any) -> Any:
    if field.kind in _TEXTS and not isinstance(value, bool | list | Mapping | None):
        return _plain_text(value)
    return value


def _as_data(value: Any) -> str:
    if isinstance(value, str) and is_mapped(value):
        try:
            parse_strict(value.encode())
        except ValueError:
            return value
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain_text)


def _plain_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=_plain_text)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def picked(text: str) -> str:
    """A moment as a browser's own control holds it: in UTC; empty if it names another zone."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    if value.tzinfo is not None or value.microsecond:
        return ""
    return value.isoformat(timespec="seconds" if value.second else "minutes")


def settled(field: Field, texts: Sequence[str]) -> str:
    """The one text of what a field's controls posted together."""
    clean = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    if field.many and field.kind is not FieldKind.DATA:
        return "\n".join(text for text in clean if text.strip())
    return clean[-1] if clean else ""


def value_of(field: Field, text: str) -> Any:
    """The value a text stands for; `LEFT_OUT` if it stands for none.

    What cannot be read stays text, for `validate` to judge.

    Raises:
        InvalidParamsError: It is meant to be JSON and is not.
    """
    if field.kind is FieldKind.DATA:
        return _data(field, text)
    if not field.many:
        return _single(field, text)
    found = _entries(field, text)
    if found:
        return found
    return [] if field.default and not field.required else LEFT_OUT


def _data(field: Field, text: str) -> Any:
    if not text.strip():
        return LEFT_OUT
    try:
        return _shallow(parse_strict(text.encode()))
    except ValueError as error:  # JsonError, or text that cannot be encoded
        if is_mapped(text):
            return text
        raise InvalidParamsError([Fault(field.name, f"is not JSON: {error}")]) from None


def _shallow(value: Any) -> Any:
    level = [value]
    for _ in range(_DEEPEST):
        level = [part for one in level for part in _inside(one)]
        if not level:
            return value
    raise ValueError("it is nested too deeply")


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _single(field: Field, text: str) -> Any:
    stripped = text.strip()
    if text in field.choices or (field.kind is FieldKind.TEXT and text):
        return text
    if not stripped:
        return LEFT_OUT
    return text if is_mapped(text) else _typed(field.kind, stripped)


def _typed(kind: FieldKind, text: str) -> Any:
    match kind:
        case FieldKind.FLAG:
            return _FLAGS.get(text, text)
        case FieldKind.WHOLE if _WHOLE.fullmatch(text):
            return int(text)
        case FieldKind.NUMBER if _NUMBER.fullmatch(text):
            return _number(text)
        case _:
            return text


def _number(text: str) -> int | float | str:
    """A number; text again where a number would not be the same."""
    if "." not in text:
        return int(text)
    value = float(text)
    return value if Decimal(str(value)) == Decimal(text) else text


def _entries(field: Field, text: str) -> Any:
    """The entries of a list; a mapping that gives the whole list stays as it is."""
    listed = _json_list(text)
    if listed is not None:
        return listed
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if any(line.count("{{") != line.count("}}") for line in lines):
        return text
    if len(lines) == 1 and is_mapped(lines[0]):
        return lines[0]
    entries = [part for line in lines for part in _split(field.kind, line)]
    return [one if is_mapped(one) else _typed(field.kind, one) for one in entries]


def _split(kind: FieldKind, line: str) -> list[str]:
    if kind not in (FieldKind.ID, FieldKind.WHOLE) or is_mapped(line):
        return [line]
    return [part.strip() for part in line.split(",") if part.strip()]


def _json_list(text: str) -> list[Any] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        value = _shallow(parse_strict(text.encode()))
    except ValueError:
        return None
    return value if isinstance(value, list) else None
