"""Cuts a list of steps into blocks of lines: each item with the comments that belong to it.

An item's block is its lines, the blank lines and comments right above it, and below it the
comments indented deeper than its dash. The lines between blocks are told apart by their
indentation only, so cutting again after blocks have changed places gives the same blocks.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from adloom.errors import UsageError
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["Blocks", "Lines", "cut", "is_block", "last_index"]


class Lines:
    """The lines of a text, with their line ends.

    Args:
        text: The text; its last line has a line end too.
    """

    def __init__(self, text: str):
        self.text = text
        self.lines = _split(text)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def number(self, index: int) -> int:
        """The line a character is in, counted from 0."""
        return bisect_right(self.starts, index, hi=len(self.lines)) - 1


def _split(text: str) -> list[str]:
    parts = text.split("\n")
    lines = [part + "\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


@dataclass(frozen=True)
class Blocks:
    """A list cut into blocks.

    Args:
        column: How far its dashes are indented.
        bounds: Line numbers: where the first block begins, and where each one ends.
    """

    column: int
    bounds: list[int]

    def block(self, index: int) -> tuple[int, int]:
        """First line of a block, and the line after it."""
        return self.bounds[index], self.bounds[index + 1]


def cut(lines: Lines, node: Node) -> Blocks:
    """Cut a list into blocks.

    Raises:
        UsageError: It is written in a way that cannot be cut.
    """
    if not isinstance(node, ListNode) or node.flow or not node.items:
        raise UsageError(
            "This list is not written with a dash for each item.",
            hint="Write it line by line, each item after a dash.",
        )
    column = node.place.column - 1
    dashes = [_dash_line(lines, item, column) for item in node.items]
    if any(later <= earlier for earlier, later in pairwise(dashes)):
        raise UsageError("Two items of this list stand on one line.")
    ends = [lines.number(max(last_index(item, lines.text) - 1, item.start)) for item in node.items]
    first = _after_deep(lines, _line_before(lines, dashes[0]) + 1, dashes[0], column)
    bounds = [first]
    for end, dash in zip(ends, [*dashes[1:], _gap_end(lines, ends[-1] + 1)], strict=True):
        bounds.append(_after_deep(lines, end + 1, dash, column))
    return Blocks(column, bounds)


def _dash_line(lines: Lines, item: Node, column: int) -> int:
    """The line of an item's dash: that of the item, or one above it."""
    number = lines.number(item.start)
    while number >= 0:
        line = lines.lines[number]
        before, found = line[:column], line[column : column + 1]
        if found == "-" and not before.strip(" "):
            return number
        if (
            line.strip()
            and not line.lstrip().startswith("#")
            and number != lines.number(item.start)
        ):
            break
        number -= 1
    raise UsageError("An item of this list does not begin on a line of its own.")


def _line_before(lines: Lines, dash: int) -> int:
    """The last line above the first dash that is neither blank nor a comment."""
    number = dash - 1
    while number >= 0 and _is_gap(lines.lines[number]):
        number -= 1
    return number


def _gap_end(lines: Lines, number: int) -> int:
    """The first line from here on that is neither blank nor a comment."""
    while number < len(lines.lines) and _is_gap(lines.lines[number]):
        number += 1
    return number


def _after_deep(lines: Lines, first: int, last: int, column: int) -> int:
    """The line after the last comment indented deeper than the dashes; the first if none is."""
    for number in range(last - 1, first - 1, -1):
        line = lines.lines[number]
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and indent > column:
            return number + 1
    return first


def _is_gap(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def last_index(node: Node, text: str) -> int:
    """The index after the last character of what a value says; comments below it do not count."""
    if isinstance(node, ListNode) and not node.flow:
        return max([node.start, *(last_index(item, text) for item in node.items)])
    if isinstance(node, MapNode) and not node.flow:
        entries = node.entries.values()
        ends = (max(one.key.end, last_index(one.value, text)) for one in entries)
        return max([node.start, *ends])
    return _block_end(node, text) if is_block(node, text) else node.end


def is_block(node: Node, text: str) -> bool:
    """Whether a value is text in a block: `|` or `>`."""
    return isinstance(node, ScalarNode) and node.quoted and text[node.start] in "|>"


def _block_end(node: Node, text: str) -> int:
    """The end of a block's last line; blank lines below it count only if the block keeps them."""
    written = text[node.start : node.end]
    keeps = "+" in written.split("\n", 1)[0].split("#", 1)[0]
    return node.start + len(written if keeps else written.rstrip())
