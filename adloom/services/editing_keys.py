"""Sets and removes single values; what is said already is not written again.

A value that equals what stands there keeps its bytes: its quotes, its comments, the form of its
lists. New keys come to stand where people put them, not at the end.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.errors import UsageError
from scenarios.load_steps import KINDS
from scenarios.loader import KEYS
from scenarios.places import FieldPath
from scenarios.yaml_blocks import last_index
from scenarios.yaml_edit import remove_value, set_value
from scenarios.yaml_nodes import ListNode, MapNode
from scenarios.yaml_text import Opened, checked
from scenarios.yaml_writing import write_block

__all__ = ["merge", "opened", "same", "set_key", "take_key"]

#: The order in which people write the keys of a step, and those of a scenario.
_BEFORE: Final = ("id", "title", "disabled")
_BEHIND: Final = ("when", "connection", "params", "input", "start", "on_error")
STEP_ORDER: Final = (*_BEFORE, *(one for one in KINDS), *_BEHIND)
ROUTE_ORDER: Final = ("title", "when", "steps")


def opened(text: str) -> Opened:
    """A text, opened; its last line may lack its end.

    Raises:
        InvalidScenarioError: It cannot be read.
    """
    return Opened(_ended(text))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def set_key(text: str, path: FieldPath, value: Any) -> str:
    """Set a value, or only what differs in it; a new key stands where people put it.

    Args:
        text: The file.
        path: Which value, for example `("steps", 2, "when")`.
        value: Plain data; None removes the key.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """
    if value is None:
        return take_key(text, path)
    node = opened(text).look(path)
    if node is not None and node.plain() is not None:
        return merge(text, path, value)
    return set_value(text, path, value) if node is not None else _add(text, path, value)


def take_key(text: str, path: FieldPath) -> str:
    """Remove a key and its value, if it is there.

    Raises:
        UsageError: The text is written in a way that forbids it.
    """
    if opened(text).look(path) is None:
        return text
    if _without_lines(Opened(_ended(text)), path) is None:
        return remove_value(text, path)

    def intend(data: Any) -> Any:
        inner = data
        for part in path[:-1]:
            inner = inner[part]
        inner.pop(path[-1])
        return data

    return checked(text, lambda whole: _without_lines(Opened(whole), path) or whole, intend)


def _without_lines(found: Opened, path: FieldPath) -> str | None:
    """The text without the lines of a key; None if it shares them with something else."""
    parent, outer = found.find(path[:-1]), found.look(path[:-2]) if len(path) > 1 else None
    if not isinstance(parent, MapNode) or parent.flow:
        return None
    entry = parent.entries[str(path[-1])]
    first = found.lines.number(entry.key.start)
    start = found.lines.starts[first]
    if found.text[start : entry.key.start].strip(" "):
        return None
    end = max(last_index(entry.value, found.text), entry.key.end)
    rest = found.text[:start] + found.text[found.lines.starts[found.lines.number(end - 1) + 1] :]
    if len(parent.entries) > 1:
        return rest
    if not isinstance(outer, MapNode):
        return None
    colon = found.text.index(":", outer.entries[str(path[-2])].key.end) + 1
    return f"{rest[:colon]} {{}}{rest[colon:]}"


def merge(text: str, path: FieldPath, value: Any) -> str:
    """Set a value that is there already, leaving alone what equals it.

    Raises:
        UsageError: There is no such value, or the text is written in a way that forbids it.
    """
    node = opened(text).find(path)
    if same(node.plain(), value):
        return text
    if isinstance(node, MapNode) and isinstance(value, Mapping) and value and node.entries:
        for name, one in value.items():
            here = (*path, str(name))
            text = merge(text, here, one) if name in node.entries else set_value(text, here, one)
        for name in [name for name in node.entries if name not in value]:
            text = take_key(text, (*path, name))
        return text
    if isinstance(node, ListNode) and isinstance(value, list) and len(value) == len(node.items):
        for index, one in enumerate(value):
            text = merge(text, (*path, index), one)
        return text
    return set_value(text, path, value)


def same(one: Any, other: Any) -> bool:
    """Whether two pieces of data are the same; true is not 1 here."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _add(text: str, path: FieldPath, value: Any) -> str:
    """Add a key behind those that people put before it."""
    order = _order(path)
    name = str(path[-1])
    if len(path) > 1 and opened(text).look(path[:-1]) is None:
        return _add(text, path[:-1], {name: value})

    def change(whole: str) -> str | None:
        found = Opened(whole)
        parent = found.look(path[:-1])
        if not isinstance(parent, MapNode) or parent.flow or name not in order:
            return None
        column = parent.place.column - 1
        written = write_block({name: value}, column, newline=found.newline)
        place = order.index(name)
        if known := [one for one in order[:place] if one in parent.entries]:
            entry = parent.entries[known[-1]]
            end = max(last_index(entry.value, found.text), entry.key.end)
            below = found.lines.starts[found.lines.number(end - 1) + 1]
            return whole[:below] + " " * column + written + found.newline + whole[below:]
        starts = [parent.entries[one].key.start for one in order[place:] if one in parent.entries]
        if not starts:
            return None
        above = min(starts)
        return whole[:above] + written + found.newline + " " * column + whole[above:]

    if change(_ended(text)) is None:
        return set_value(text, path, value)

    def intend(data: Any) -> Any:
        inner = data
        for part in path[:-1]:
            inner = inner[part]
        inner[name] = value
        return data

    try:
        return checked(text, lambda whole: change(whole) or whole, intend)
    except UsageError:
        return set_value(text, path, value)


def _order(path: FieldPath) -> Sequence[str]:
    match path[:-1]:
        case ():
            return KEYS
        case (*_, "routes", int()):
            return ROUTE_ORDER
        case (*_, "steps" | "fallback", int()):
            return STEP_ORDER
        case _:
            return ()
