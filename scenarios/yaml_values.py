"""Writes single values into a text, or removes them, leaving everything around them alone."""

from collections.abc import Mapping
from typing import Any

from adloom.errors import UsageError
from scenarios.places import FieldPath, say_path
from scenarios.yaml_blocks import is_block, last_index
from scenarios.yaml_nodes import Entry, ListNode, MapNode, Node, ScalarNode
from scenarios.yaml_text import Opened
from scenarios.yaml_writing import write_block, write_inline

__all__ = ["drop", "put"]


def put(opened: Opened, path: FieldPath, value: Any) -> str:
    """The text with another value at a path; what leads there is made where it is missing.

    Raises:
        UsageError: There is no such place.
    """
    if not path:
        raise UsageError("The whole scenario cannot be set at once.")
    name = path[-1]
    parent = opened.look(path[:-1])
    if parent is None or (isinstance(parent, ScalarNode) and parent.plain() is None):
        return put(opened, path[:-1], {str(name): value})
    if isinstance(parent, MapNode) and isinstance(name, str):
        entry = parent.entries.get(name)
        if entry is None:
            return _add(opened, parent, name, value)
        return _replace(opened, entry.value, value, flow=parent.flow)
    if isinstance(parent, ListNode) and opened.look(path) is not None:
        return _replace(opened, opened.find(path), value, flow=parent.flow)
    raise UsageError(f"There is no {say_path(path)} in this scenario.")


def _replace(opened: Opened, node: Node, value: Any, *, flow: bool) -> str:
    text, start, end = opened.text, node.start, last_index(node, opened.text)
    column = node.place.column - 1
    is_lines = isinstance(node, ListNode | MapNode) and not node.flow
    if is_lines and value and _is_lines(value, node):
        return text[:start] + write_block(value, column, newline=opened.newline) + text[end:]
    if is_lines and not _on_dash(opened, node):
        # What stood below the key comes to stand behind it, before a comment there.
        colon = _colon_before(opened, start)
        line_end = text.index("\n", colon)
        kept = text[colon:line_end]
        return f"{text[:colon]} {write_inline(value)}{kept}{text[end:]}".replace("\r\r", "\r")
    written = write_inline(value)
    if is_block(node, text) and isinstance(value, str) and not flow:
        indent = _indent(opened, start)
        written = write_block({"x": value}, indent, newline=opened.newline).removeprefix("x: ")
    glue = " " if start == end and text[start - 1 : start] in (":", "-", ",") else ""
    return text[:start] + glue + written + text[end:]


def _is_lines(value: Any, node: Node) -> bool:
    if isinstance(node, MapNode):
        return isinstance(value, Mapping)
    return isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value)


def _on_dash(opened: Opened, node: Node) -> bool:
    """Whether a value begins on the line of the dash it belongs to."""
    line_start = opened.lines.starts[opened.lines.number(node.start)]
    return "-" in opened.text[line_start : node.start]


def _indent(opened: Opened, index: int) -> int:
    line = opened.lines.lines[opened.lines.number(index)]
    return len(line) - len(line.lstrip(" -"))


def _colon_before(opened: Opened, index: int) -> int:
    """The index after the colon of the key whose value begins at `index`, on a line below it."""
    number = opened.lines.number(index) - 1
    while number >= 0:
        line = opened.lines.lines[number]
        if line.strip() and not line.lstrip().startswith("#"):
            break
        number -= 1
    line = opened.lines.lines[number]
    bare = line.split(" #", 1)[0].rstrip()
    if number < 0 or not bare.endswith(":"):
        raise UsageError("This value is laid out in a way that cannot be replaced.")
    return opened.lines.starts[number] + len(bare)


def _add(opened: Opened, parent: MapNode, name: str, value: Any) -> str:
    text = opened.text
    if parent.flow:
        inner = write_inline({name: value})[1:-1]
        if not parent.entries:
            return text[: parent.start] + "{" + inner + "}" + text[parent.end :]
        last = max(_entry_end(entry, text) for entry in parent.entries.values())
        return f"{text[:last]}, {inner}{text[last:]}"
    column = parent.place.column - 1
    end = last_index(parent, text)
    number = opened.lines.number(max(end - 1, parent.start))
    place = opened.lines.starts[number + 1]
    written = write_block({name: value}, column, newline=opened.newline)
    return text[:place] + " " * column + written + opened.newline + text[place:]


def _entry_end(entry: Entry, text: str) -> int:
    return max(entry.key.end, last_index(entry.value, text))


def drop(opened: Opened, path: FieldPath) -> str:
    """The text without a key and its value.

    Raises:
        UsageError: There is no such key.
    """
    parent = opened.look(path[:-1])
    if not path or not isinstance(parent, MapNode) or path[-1] not in parent.entries:
        raise UsageError(f"There is no {say_path(path)} in this scenario.")
    entries = list(parent.entries.values())
    entry = parent.entries[str(path[-1])]
    index = entries.index(entry)
    text = opened.text
    if len(entries) == 1:
        return put(opened, path[:-1], {}) if len(path) > 1 else ""
    if parent.flow or index == 0:
        return _drop_between(text, entries, index, flow=parent.flow)
    first = opened.lines.starts[opened.lines.number(entry.key.start)]
    last = opened.lines.number(max(_entry_end(entry, text) - 1, entry.key.start))
    return text[:first] + text[opened.lines.starts[last + 1] :]


def _drop_between(text: str, entries: list[Entry], index: int, *, flow: bool) -> str:
    """Remove an entry of braces, or the first one of lines, which may share its dash's line."""
    entry = entries[index]
    if index + 1 < len(entries):
        start, end = entry.key.start, entries[index + 1].key.start
    else:
        start, end = _entry_end(entries[index - 1], text), _entry_end(entry, text)
    if not flow and "#" in text[_entry_end(entry, text) : end]:
        raise UsageError("There is a comment behind this value that would be lost.")
    return text[:start] + text[end:]
