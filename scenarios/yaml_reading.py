"""Reads YAML strictly: PyYAML's events, composed here.

Only the event parser is used, and only the one written in Python: the one in C crashes on deep
nesting, and PyYAML's loaders follow aliases and guess types (reliability.md §0.16, §4.6).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.scanner import Scanner

from scenarios.places import FieldPath, Place
from scenarios.problems import Problem, Problems
from scenarios.yaml_nodes import Entry, ListNode, MapNode, Node, ScalarNode

__all__ = ["MOST_CHARACTERS", "compose"]

#: What a scenario may need, and then some.
MOST_CHARACTERS: Final = 1_000_000
MOST_NODES: Final = 50_000
DEEPEST: Final = 64
QUOTE_IT: Final = 'a value that begins with "{{" must stand in quotes: "{{…}}"'


class _Events(Reader, Scanner, Parser):
    """PyYAML from characters to events, and no further."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def next(self) -> Event:
        """The next event."""
        event: Event = self.get_event()  # type: ignore[no-untyped-call] # the stubs leave it out
        return event


class _TooMuchError(Exception):
    """The text is larger or deeper than any scenario; the rest is not read."""


def compose(text: str, problems: Problems) -> Node | None:
    """Compose a document; None if there is nothing that can be read.

    Whatever is not allowed is noted, and reading goes on where it can.
    """
    node, found = _composed(text)
    for one in found:
        problems.take(one)
    return node


# An editor reads the same text several times for one answer, and the parser written in Python is
# slow; nodes never change.
@lru_cache(maxsize=8)
def _composed(text: str) -> tuple[Node | None, tuple[Problem, ...]]:
    problems = Problems()
    return _compose(text, problems), tuple(problems.found)


def _compose(text: str, problems: Problems) -> Node | None:
    if len(text) > MOST_CHARACTERS:
        problems.error(Place(), (), f"is longer than {MOST_CHARACTERS:,} characters")
        return None
    try:
        events = _Events(text)
        return _Composer(events, problems).document()
    except ReaderError as error:
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        said = f"has a character that text cannot have: U+{int(error.character):04X}"
        problems.error(place, (), said)
    except MarkedYAMLError as error:
        problems.error(_place_of(error), (), f"is not YAML: {_say(error)}", _hint(error, text))
    except (YAMLError, ValueError, OverflowError):  # characters and versions there are none of
        problems.error(Place(), (), "is not YAML: an escape or a directive is out of range")
    except _TooMuchError:
        pass
    return None


def _place_of(error: MarkedYAMLError) -> Place:
    mark = error.problem_mark or error.context_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place()


def _say(error: MarkedYAMLError) -> str:
    parts = [part for part in (error.problem, error.context) if part]
    return ", ".join(parts)[:300]


def _hint(error: MarkedYAMLError, text: str) -> str | None:
    mark = error.problem_mark
    line = text[mark.index - mark.column :].split("\n", 1)[0] if mark else ""
    if mark and text[mark.index : mark.index + 1] == "\t":
        return "indent with blanks, not with tabs"
    if "{{" in line:
        return QUOTE_IT
    return "a value with ': ' or ' #' in it must stand in quotes" if ": " in line else None


class _Composer:
    """Makes nodes of events."""

    def __init__(self, events: _Events, problems: Problems) -> None:
        self._events = events
        self._problems = problems
        self._nodes = 0

    def document(self) -> Node | None:
        """Compose the one document there may be."""
        self._next()
        if self._events.check_event(StreamEndEvent):
            return None
        self._directives(self._next())
        node = self._node((), 0)
        self._next()
        if not self._events.check_event(StreamEndEvent):
            extra = self._next()
            self._error(extra, (), "is a second document", "one file holds one scenario")
        return node

    def _directives(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            self._error(event, (), "has directives (%YAML, %TAG)", "leave them out")

    def _next(self) -> Event:
        return self._events.next()

    def _error(self, event: Event, path: FieldPath, text: str, hint: str | None = None) -> None:
        self._problems.error(_place(event), path, text, hint)

    def _node(self, path: FieldPath, depth: int) -> Node:
        event = self._next()
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > DEEPEST:
            much = "nests deeper than" if depth > DEEPEST else "has more values than"
            most = DEEPEST if depth > DEEPEST else MOST_NODES
            self._error(event, (), f"{much} {most:,}: too much for a scenario")
            raise _TooMuchError
        self._forbid(event, path)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, path, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event, path, depth)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        start, end = _span(event)
        return ScalarNode(_place(event), start, end, "", quoted=False)

    def _forbid(self, event: Event, path: FieldPath) -> None:
        if isinstance(event, AliasEvent):
            self._error(event, path, f"is an alias (*{event.anchor})", "write the value again")
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._error(event, path, f"has an anchor (&{event.anchor})", "leave it out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._error(event, path, f"has a tag ({str(tag)[:60]})", "leave it out")

    def _scalar(self, event: ScalarEvent, path: FieldPath) -> ScalarNode:
        text: str = event.value
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._error(event, path, "has half a character (a lone surrogate)")
            text = ""
        return ScalarNode(_place(event), *_span(event), text, quoted=bool(event.style))

    def _sequence(self, event: SequenceStartEvent, path: FieldPath, depth: int) -> ListNode:
        items: list[Node] = []
        while not self._events.check_event(SequenceEndEvent):
            items.append(self._node((*path, len(items)), depth + 1))
        end = _span(self._next())[1]
        return ListNode(_place(event), _span(event)[0], end, items, flow=bool(event.flow_style))

    def _mapping(self, event: MappingStartEvent, path: FieldPath, depth: int) -> MapNode:
        entries: dict[str, Entry] = {}
        for entry in self._entries(path, depth):
            name = entry.key.text
            if name in entries:
                first = entries[name].key.place.line
                here = (*path, name)
                self._problems.error(
                    entry.key.place, here, f"is there twice; first on line {first}"
                )
            else:
                entries[name] = entry
        end = _span(self._next())[1]
        return MapNode(_place(event), _span(event)[0], end, entries, flow=bool(event.flow_style))

    def _entries(self, path: FieldPath, depth: int) -> Iterator[Entry]:
        while not self._events.check_event(MappingEndEvent):
            key = self._node(path, depth + 1)
            name = key.text if isinstance(key, ScalarNode) else ""
            value = self._node((*path, name), depth + 1)
            if not isinstance(key, ScalarNode):
                hint = QUOTE_IT if isinstance(key, MapNode) and key.flow else None
                self._problems.error(key.place, path, "has a list or mapping for a key", hint)
            elif name == "<<" and not key.quoted:
                self._problems.error(key.place, path, "has a merge key (<<)", "write it all out")
            elif not name:
                self._problems.error(key.place, path, "has an empty key")
            else:
                yield Entry(key, value)


def _place(event: Event) -> Place:
    mark: Any = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _span(event: Event) -> tuple[int, int]:
    marks: tuple[Any, Any] = event.start_mark, event.end_mark
    return marks[0].index, marks[1].index
