"""Writes plain data as YAML that `scenarios.yaml_reading` reads back as the same data."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from scenarios.yaml_nodes import scalar_value

__all__ = ["write_block", "write_inline"]

#: Texts that need no quotes, wherever they stand.
_PLAIN: Final = re.compile(r"[\w/(][\w .,/()+%@*'-]*(?<![ ])", re.ASCII)
_PLAIN_INLINE: Final = re.compile(r"[\w/(][\w ./()+%@*'-]*(?<![ ])", re.ASCII)
#: Texts that this reader, or a laxer one, would take for something else.
_OTHERWISE: Final = re.compile(
    r"[-+.]?[0-9][-+.,:_0-9A-Za-z ]*|~?|null|true|false|y|n|yes|no|on|off", re.IGNORECASE
)
#: Lines a literal block can hold: nothing invisible, no blanks at either end.
_LITERAL_LINE: Final = re.compile(r"(?:[^\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff](?:[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*[^\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff])?)?")  # fmt: skip  # noqa: E501 - one class of characters
#: Characters JSON leaves alone and YAML does not.
_INVISIBLE: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_inline(value: Any) -> str:
    """Write data on one line, lists in brackets and mappings in braces."""
    if isinstance(value, Mapping):
        inner = (
            f"{_text(str(name), inline=True)}: {write_inline(one)}" for name, one in value.items()
        )
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(write_inline(one) for one in value) + "]"
    return _scalar(value, inline=True)


def write_block(value: Any, indent: int, *, newline: str = "\n") -> str:
    """Write data the way people do: a line for each key, short lists of plain values on one.

    The first line is not indented; there is no newline at the end.
    """
    return (
        (newline + " " * indent)
        .join(_lines(value))
        .replace(newline + " " * indent + newline, newline + newline)
    )


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping) and value:
        return [line for name, one in value.items() for line in _entry(str(name), one)]
    if isinstance(value, list | tuple) and any(isinstance(one, Mapping | list) for one in value):
        return [line for one in value for line in _item(one)]
    return [write_inline(value) if isinstance(value, Mapping | list | tuple) else _scalar(value)]


def _entry(name: str, value: Any) -> list[str]:
    key = _text(name, inline=True)
    if isinstance(value, str) and "\n" in value and (block := _literal(value)) is not None:
        return [f"{key}: {block[0]}", *(f"  {line}" if line else "" for line in block[1:])]
    lines = _lines(value)
    nested = (isinstance(value, Mapping) and value) or len(lines) > 1 or _has_items(value)
    if nested:
        return [f"{key}:", *(f"  {line}" if line else "" for line in lines)]
    return [f"{key}: {lines[0]}"]


def _has_items(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, Mapping | list) for one in value)


def _item(value: Any) -> list[str]:
    first, *rest = _lines(value) if isinstance(value, Mapping) else [write_inline(value)]
    return [f"- {first}", *(f"  {line}" if line else "" for line in rest)]


def _scalar(value: Any, *, inline: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal | float):
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
        return text if scalar_value(text) == value else _quoted(text)
    return _text(str(value), inline=inline)


def _text(text: str, *, inline: bool = False) -> str:
    pattern = _PLAIN_INLINE if inline else _PLAIN
    plain = pattern.fullmatch(text) and not _OTHERWISE.fullmatch(text)
    return text if plain and ": " not in text and " #" not in text else _quoted(text)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _literal(text: str) -> list[str] | None:
    """The lines of a literal block; None if the text does not survive being one."""
    kept = text.endswith("\n") and not text.endswith("\n\n")
    lines = text.removesuffix("\n").split("\n") if kept else text.split("\n")
    if not lines[0] or not lines[-1] or not all(_LITERAL_LINE.fullmatch(line) for line in lines):
        return None
    return ["|" if kept else "|-", *lines]
