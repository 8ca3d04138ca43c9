"""Moves the blocks of a text from list to list; a list may become empty, and full again.

An empty list is `[]`: nothing that runs, but what a scenario is while somebody builds it.
"""

from collections.abc import Mapping
from typing import Any, Final

from adloom.errors import UsageError
from scenarios.places import FieldPath, say_path
from scenarios.yaml_blocks import cut
from scenarios.yaml_nodes import ListNode, MapNode, ScalarNode
from scenarios.yaml_text import Opened, checked, index_of
from scenarios.yaml_values import put
from scenarios.yaml_writing import write_block

__all__ = ["BLOCK_HINT", "copy_item", "delete_item", "insert_item", "move_items"]

BLOCK_HINT: Final = "Let the file be written line by line first; its comments stay."
Block = list[str]


def insert_item(text: str, path: FieldPath, item: Mapping[str, Any]) -> str:
    """Insert an item, for example a step, where `path` says it will stand.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """

    def change(whole: str) -> str:
        opened = Opened(whole)
        written = write_block([dict(item)], 0, newline=opened.newline) + opened.newline
        return _put_in(opened, path, _lines(written), 0, spaced=True)

    def intend(data: Any) -> Any:
        _insert(data, path, [dict(item)])
        return data

    return checked(text, change, intend)


def delete_item(text: str, path: FieldPath) -> str:
    """Delete an item with the comments that belong to it.

    Raises:
        UsageError: There is none, or the text is written in a way that forbids it.
    """

    def intend(data: Any) -> Any:
        _at(data, path[:-1]).pop(index_of(path))
        return data

    return checked(text, lambda whole: _take_out(Opened(whole), path, 1)[2], intend)


def move_items(text: str, path: FieldPath, to: FieldPath, count: int = 1) -> str:
    """Move items that follow each other, with their comments, to another place.

    Args:
        text: The file.
        path: The first of them.
        to: Where it will stand; counted as if they had been taken out already.
        count: How many there are.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """
    if path == to:
        return text

    def change(whole: str) -> str:
        block, column, rest = _take_out(Opened(whole), path, count)
        return _put_in(Opened(rest), to, block, column)

    def intend(data: Any) -> Any:
        items, first = _at(data, path[:-1]), index_of(path)
        taken, items[first : first + count] = items[first : first + count], []
        _insert(data, to, taken)
        return data

    return checked(text, change, intend)


def copy_item(text: str, path: FieldPath) -> str:
    """Put a copy of an item, with its comments, right behind it.

    Raises:
        UsageError: There is none, or the text is written in a way that forbids it.
    """
    behind = (*path[:-1], index_of(path) + 1)

    def change(whole: str) -> str:
        opened = Opened(whole)
        block, column, _ = _take_out(opened, path, 1)
        while block and not block[0].strip():
            block = block[1:]
        return _put_in(opened, behind, block, column, spaced=True)

    def intend(data: Any) -> Any:
        _insert(data, behind, [_at(data, path)])
        return data

    return checked(text, change, intend)


# --- data ----------------------------------------------------------------------------------------


def _at(data: Any, path: FieldPath) -> Any:
    for part in path:
        try:
            data = data[part]
        except (LookupError, TypeError):
            raise UsageError(f"There is no {say_path(path)} in this scenario.") from None
    return data


def _insert(data: Any, path: FieldPath, items: list[Any]) -> None:
    """Insert items into a list, which is made if there is none."""
    parent, name = _at(data, path[:-2]), path[-2]
    found = parent.get(name) if isinstance(parent, dict) else None
    if found is None and isinstance(parent, dict):
        found = parent[name] = []
    index = index_of(path)
    if not isinstance(found, list) or index > len(found):
        raise UsageError(f"There can be no {say_path(path)} in this scenario.")
    found[index:index] = items


# --- lines ---------------------------------------------------------------------------------------


def _lines(text: str) -> Block:
    return text.splitlines(keepends=True)


def _take_out(opened: Opened, path: FieldPath, count: int) -> tuple[Block, int, str]:
    """Cut out items that follow each other: their lines, the column of their dashes, the rest."""
    opened.find(path)
    parent, first = opened.find(path[:-1]), index_of(path)
    _refuse_brackets(parent, path)
    blocks = cut(opened.lines, parent)
    lines = opened.lines.lines
    begin, end = blocks.bounds[first], blocks.bounds[first + count]
    rest = "".join(lines[:begin] + lines[end:])
    if isinstance(parent, ListNode) and len(parent.items) == count:
        colon = _colon_of(opened, path[:-1])
        rest = f"{rest[:colon]} []{rest[colon:]}"
    return lines[begin:end], blocks.column, rest


def _put_in(
    opened: Opened, path: FieldPath, block: Block, column: int, *, spaced: bool = False
) -> str:
    """Put lines into a list as its item at `path`.

    Args:
        opened: The text.
        path: What the item's place will be.
        block: Its lines.
        column: How far its dash is indented in these.
        spaced: Whether to set it apart by a blank line where the others are.
    """
    index, inner = index_of(path), path[:-1]
    found = opened.look(inner)
    if found is None or (isinstance(found, ScalarNode) and found.plain() is None):
        opened = Opened(put(opened, inner, []))
        found = opened.find(inner)
    if not isinstance(found, ListNode):
        raise UsageError(f"{say_path(inner)} is no list.")
    if not found.items:
        return _fill(opened, path, block, column)
    _refuse_brackets(found, path)
    blocks = cut(opened.lines, found)
    if index >= len(blocks.bounds):
        raise UsageError(f"There can be no {say_path(path)}: the list is shorter.")
    lines, place = opened.lines.lines, blocks.bounds[index]
    if spaced and any(not lines[number].strip() for number in blocks.bounds[1:-1]):
        block = [opened.newline, *block] if index else [*block, opened.newline]
    shifted = [_shift(line, blocks.column - column) for line in block]
    return "".join(lines[:place] + shifted + lines[place:])


def _fill(opened: Opened, path: FieldPath, block: Block, column: int) -> str:
    """Put lines into a list that is empty: they come to stand below its key."""
    if index_of(path):
        raise UsageError(f"There can be no {say_path(path)}: the list is empty.")
    parent = opened.find(path[:-2])
    if not isinstance(parent, MapNode) or parent.flow:
        raise UsageError(f"{say_path(path[:-2])} is written in braces.", hint=BLOCK_HINT)
    node = opened.find(path[:-1])
    if "#" in opened.text[node.start : node.end]:
        raise UsageError("There is a comment within brackets that would be lost.")
    key = parent.entries[str(path[-2])].key
    head, tail = opened.text[: node.start].rstrip(" "), opened.text[node.end :]
    line_end = tail.index("\n") + 1
    shifted = [_shift(line, key.place.column + 1 - column) for line in block]
    return head + tail[:line_end] + "".join(shifted) + tail[line_end:]


def _colon_of(opened: Opened, path: FieldPath) -> int:
    """The index after the colon of a key."""
    parent = opened.find(path[:-1])
    if not isinstance(parent, MapNode):
        raise UsageError(f"{say_path(path)} is not the value of a key.")
    return opened.text.index(":", parent.entries[str(path[-1])].key.end) + 1


def _refuse_brackets(node: Any, path: FieldPath) -> None:
    if isinstance(node, ListNode) and node.flow and node.items:
        raise UsageError(f"{say_path(path[:-1])} is written in brackets.", hint=BLOCK_HINT)


def _shift(line: str, by: int) -> str:
    if by >= 0:
        return " " * by + line if line.strip("\r\n") else line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]
