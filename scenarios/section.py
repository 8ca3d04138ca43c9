"""Reads one mapping of a scenario key by key; what does not fit is noted and left out."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from scenarios.places import FieldPath, Place
from scenarios.problems import Problems, near
from scenarios.times import read_duration
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["Section"]

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)
ReadT = TypeVar("ReadT")
#: Longer texts are quoted in messages only so far.
QUOTED = 40


class Section:
    """One mapping of the document.

    Args:
        node: The mapping; anything else is noted, and read as an empty one.
        path: Where it stands in the document.
        problems: Takes what is wrong.
        known: Every key it may have.
    """

    def __init__(self, node: Node, path: FieldPath, problems: Problems, known: Sequence[str]):
        self.node = node
        self.path = path
        self.problems = problems
        self._entries = node.entries if isinstance(node, MapNode) else {}
        if not isinstance(node, MapNode):
            self.problems.error(node.place, path, "must be a mapping of names to values")
        for name, entry in self._entries.items():
            if name not in known:
                hint = near(name, known) or f"known here: {', '.join(known)}"
                problems.error(entry.key.place, (*path, name), "there is no such key", hint)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.node.place

    def node_of(self, name: str) -> Node | None:
        """The value of a key, unread; None if the key is missing."""
        entry = self._entries.get(name)
        return entry.value if entry else None

    def inner(self, name: str, known: Sequence[str]) -> "Section":
        """The mapping under a key; where there is none, that is noted, and an empty one read."""
        node = self.need(name) or MapNode(self.place, 0, 0)
        return Section(node, (*self.path, name), self.problems, known)

    def error(self, name: str, text: str, hint: str | None = None) -> None:
        """Note that a key's value is wrong."""
        node = self.node_of(name)
        self.problems.error(node.place if node else self.place, (*self.path, name), text, hint)

    def need(self, name: str, hint: str | None = None) -> Node | None:
        """The value of a key that has to be there."""
        if name not in self._entries and isinstance(self.node, MapNode):
            self.error(name, "is required", hint)
        return self.node_of(name)

    def text(self, name: str) -> str | None:
        """Text; numbers and the like are taken as they are written."""
        node = self.node_of(name)
        if node is None or (isinstance(node, ScalarNode) and not node.quoted and not node.text):
            return None
        if isinstance(node, ScalarNode):
            return node.text
        self.error(name, "must be text")
        return None

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        node = self.node_of(name)
        value = node.plain() if node else default
        if isinstance(value, bool):
            return value
        self.error(name, "must be true or false")
        return default

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        node = self.node_of(name)
        if node is None:
            return default
        value = node.plain()
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.error(name, f"must be a whole number from {low:,} to {high:,}")
        return default

    def choice(self, name: str, words: type[ChoiceT], default: ChoiceT) -> ChoiceT:
        """One of several words."""
        text = self.text(name)
        if text is None:
            return default
        if text in list(words):
            return words(text)
        known = [str(word) for word in words]
        hint = near(text, known)
        self.error(name, f"{text[:QUOTED]!r} must be one of {', '.join(known)}", hint)
        return default

    def duration(self, name: str, default: int, low: int, high: int) -> int:
        """A duration in seconds, within bounds."""
        seconds = self.read(name, read_duration)
        if seconds is None:
            return default
        if not low <= seconds <= high:
            self.error(name, f"must be from {_say(low)} to {_say(high)}")
            return default
        return seconds

    def read(self, name: str, reader: Callable[[str], ReadT]) -> ReadT | None:
        """Whatever a reader makes of a text; None if there is none, or none that fits."""
        text = self.text(name)
        if text is None:
            if name in self._entries and isinstance(self.node_of(name), ScalarNode):
                self.error(name, "is empty")
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.error(name, f"{text[:QUOTED]!r} {error}")
            return None

    def several(self, name: str, reader: Callable[[str], ReadT]) -> list[ReadT]:
        """What a reader makes of each text of a list; a single text will do."""
        read = []
        for path, node in self.items(name):
            if not isinstance(node, ScalarNode) or not node.text:
                self.problems.error(node.place, path, "must be text")
                continue
            try:
                read.append(reader(node.text))
            except ValueError as error:
                self.problems.error(node.place, path, f"{node.text[:QUOTED]!r} {error}")
        return read

    def items(self, name: str) -> Iterator[tuple[FieldPath, Node]]:
        """The items of a list with their paths; a value that is no list is its only item."""
        node = self.node_of(name)
        if isinstance(node, ListNode):
            for index, item in enumerate(node.items):
                yield (*self.path, name, index), item
        elif node is not None:
            yield (*self.path, name), node

    def data(self, name: str) -> Any:
        """Whatever stands there, as plain data; None if nothing does."""
        node = self.node_of(name)
        return node.plain() if node else None


def _say(seconds: int) -> str:
    """A duration in its largest whole unit."""
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            amount = seconds // size
            return f"{amount} {unit}{'s' if amount > 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
