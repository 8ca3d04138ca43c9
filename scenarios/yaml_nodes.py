"""What YAML text is composed of: nodes that know their place and hold their value as written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from scenarios.places import FieldPath, Place

__all__ = ["Entry", "ListNode", "MapNode", "Node", "ScalarNode", "places_of", "scalar_value"]

#: Whole numbers with more digits are ids; a double cannot hold them, so they stay text.
MOST_DIGITS: Final = 15
_WORDS: Final[Mapping[str, Any]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_WHOLE: Final = re.compile(rf"0|-?[1-9][0-9]{{0,{MOST_DIGITS - 1}}}")
_DECIMAL: Final = re.compile(
    rf"-?(?:0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}})\.[0-9]{{1,{MOST_DIGITS}}}"
)


@dataclass(frozen=True)
class Node:
    """A value in the text.

    Args:
        place: Where it begins.
        start: Index of its first character.
        end: Index after its last character, as the parser sees it.
    """

    place: Place
    start: int
    end: int

    def plain(self) -> Any:
        """The value as plain data."""
        raise NotImplementedError


@dataclass(frozen=True)
class ScalarNode(Node):
    """A single value.

    Args:
        text: As it was written, without quotes.
        quoted: Whether it was in quotes or a block, and therefore text.
    """

    text: str
    quoted: bool

    def plain(self) -> Any:
        """Text, a number, true, false or null."""
        return self.text if self.quoted else scalar_value(self.text)


@dataclass(frozen=True)
class ListNode(Node):
    """A list.

    Args:
        items: Its values.
        flow: Whether it is written in brackets.
    """

    items: list[Node] = field(default_factory=list)
    flow: bool = False

    def plain(self) -> Any:
        """A list."""
        return [item.plain() for item in self.items]


@dataclass(frozen=True)
class Entry:
    """A key and its value."""

    key: ScalarNode
    value: Node


@dataclass(frozen=True)
class MapNode(Node):
    """A mapping; keys are text, whatever they look like.

    Args:
        entries: Its values by key.
        flow: Whether it is written in braces.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    flow: bool = False

    def plain(self) -> Any:
        """A dict."""
        return {name: entry.value.plain() for name, entry in self.entries.items()}


def scalar_value(text: str) -> Any:
    """Read an unquoted scalar: true, false, null, a whole number, a decimal, or text.

    Narrower than YAML 1.2's core schema on purpose: whatever would not look the same when it is
    written again (signs, exponents, leading zeros, 0o17, long ids) stays text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


def places_of(node: Node, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Place]]:
    """Tell where each value stands, by its path."""
    yield path, node.place
    if isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from places_of(item, (*path, index))
    elif isinstance(node, MapNode):
        for name, entry in node.entries.items():
            yield from places_of(entry.value, (*path, name))
