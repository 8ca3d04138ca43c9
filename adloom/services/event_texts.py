"""JSON that somebody pasted: read strictly, and what is wrong with it told with its place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from adloom.intake.event_bodies import IGNORED, LISTS, SHARED
from adloom.json_text import JsonError, parse_strict

__all__ = ["LARGEST", "Pasted", "TextFault", "paste"]

#: Bytes of a text that is looked at; whatever is larger is a job for the command line.
LARGEST: Final = 1_000_000
#: Objects and lists within each other; no event has as many.
DEEPEST: Final = 64
#: A text that is not closed goes on to the end; nothing is looked at twice.
TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|-?Infinity|NaN|[\[\]{}]', re.DOTALL)
AT: Final = re.compile(r"(.*) at character (\d+)", re.DOTALL)
NAMED: Final = ("NaN", "Infinity", "-Infinity")
WORDS: Final = {
    "Expecting value": "here should stand a value",
    "Expecting property name enclosed in double quotes": (
        "here should stand a name in double quotes, or there is a comma too many before it"
    ),
    "Illegal trailing comma before end of object": "there is a comma too many",
    "Illegal trailing comma before end of array": "there is a comma too many",
    "Expecting ',' delimiter": "here should stand a comma, or the end of the list or object",
    "Expecting ':' delimiter": "here should stand a colon, between a name and its value",
    "Unterminated string starting": "this text has no closing quotation mark",
    "Invalid control character": "a line break or another control sign stands within a text",
    "Invalid \\escape": "after a backslash there may not stand this sign",
    "Extra data": "here the first value has ended, and something follows it",
}


@dataclass(frozen=True)
class TextFault:
    """Why a text cannot be read.

    Args:
        text: What is wrong, in a sentence.
        line: Where, from 1; 0 is the text as a whole.
        column: The sign within the line, from 1.
    """

    text: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Pasted:
    """What a text holds.

    Args:
        records: The records in it: one, a list of them, an envelope's, or one a line.
        fault: Why it cannot be read.
    """

    records: tuple[Any, ...] = ()
    fault: TextFault | None = None


def paste(text: str) -> Pasted:
    """Read a text as the intake reads a body."""
    if not text.strip():
        return Pasted()
    if len(text.encode(errors="replace")) > LARGEST:
        most = f"is more than {LARGEST // 1_000_000} MB, too much for a page"
        return Pasted(fault=TextFault(f"This {most}. Use the command line: adloom events map FILE"))
    fault = _too_deep(text)
    if fault is not None:
        return Pasted(fault=fault)
    try:
        return Pasted(tuple(_unwrapped(_parsed(text))))
    except JsonError as error:
        lines = _lines(text)
        return Pasted(lines) if lines else Pasted(fault=_fault(text, str(error)))


def _parsed(text: str) -> Any:
    return parse_strict(text.encode(errors="replace"))


def _lines(text: str) -> tuple[Any, ...] | None:
    """The records of JSON lines; None if the text is something else."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:  # noqa: PLR2004 - one line is one value
        return None
    try:
        return tuple(_parsed(line) for line in lines)
    except JsonError:
        return None


def _unwrapped(value: Any) -> list[Any]:
    """The records in a value; what is no envelope is a record itself."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return [value]
    lists = [name for name in LISTS if isinstance(value.get(name), list)]
    if len(lists) != 1 or value.keys() - {*lists, *SHARED, *IGNORED}:
        return [value]
    shared = {name: value[name] for name in SHARED if name in value}
    items: list[Any] = value[lists[0]]
    return [shared | one if isinstance(one, dict) else one for one in items]


# --- what is wrong, and where ---------------------------------------------------------------------


def _fault(text: str, message: str) -> TextFault:
    said = AT.fullmatch(message)
    if said:
        words = next((ours for its, ours in WORDS.items() if said[1].startswith(its)), said[1])
        return _at(text, int(said[2]), words)
    for place, words in _oddities(text):
        return _at(text, place, words)
    return TextFault(f"This is no JSON: {message}.")


def _at(text: str, place: int, words: str) -> TextFault:
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    return TextFault(f"This is no JSON: {words}.", line, column)


def _oddities(text: str) -> Iterator[tuple[int, str]]:
    """What JSON does not know, although it looks like it: each with its place."""
    names: list[set[str]] = []
    for found in TOKEN.finditer(text):
        sign = found[0]
        if sign in NAMED:
            yield found.start(), f"{sign} is no number in JSON"
        elif sign == "{":
            names.append(set())
        elif sign == "}" and names:
            names.pop()
        elif sign.startswith('"') and names and _is_name(text, found.end()):
            name = _unquoted(sign)
            if name in names[-1]:
                yield found.start(), f"the name {sign[:60]} stands twice in one object"
            names[-1].add(name)


def _is_name(text: str, end: int) -> bool:
    return text[end : end + 1_000].lstrip()[:1] == ":"


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token


def _too_deep(text: str) -> TextFault | None:
    depth = 0
    for found in TOKEN.finditer(text):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if depth > DEEPEST:
            return _at(text, found.start(), f"it is nested more than {DEEPEST} deep")
    return None
