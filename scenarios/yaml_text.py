"""A scenario file opened for editing."""

from collections.abc import Callable
from typing import Any

from adloom.errors import InvalidScenarioError, UsageError
from scenarios.places import FieldPath, say_path
from scenarios.problems import Problems
from scenarios.yaml_blocks import Lines, cut
from scenarios.yaml_nodes import ListNode, MapNode, Node
from scenarios.yaml_reading import compose

__all__ = ["Opened", "checked"]


class Opened:
    """A text, its lines and what it says.

    Args:
        text: The text; it should end with a line end.

    Raises:
        InvalidScenarioError: It cannot be read.
    """

    def __init__(self, text: str):
        problems = Problems()
        root = compose(text, problems)
        problems.raise_errors()
        if root is None:
            raise InvalidScenarioError(["The text is empty."])
        self.text = text
        self.root = root
        self.lines = Lines(text)

    @property
    def newline(self) -> str:
        """The line end it uses."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def find(self, path: FieldPath) -> Node:
        """The value at a path.

        Raises:
            UsageError: There is none.
        """
        node = self.look(path)
        if node is None:
            raise UsageError(f"There is no {say_path(path)} in this scenario.")
        return node

    def look(self, path: FieldPath) -> Node | None:
        """The value at a path, if there is one."""
        node: Node | None = self.root
        for part in path:
            if isinstance(node, ListNode) and isinstance(part, int) and 0 <= part < len(node.items):
                node = node.items[part]
            elif isinstance(node, MapNode) and isinstance(part, str) and part in node.entries:
                node = node.entries[part].value
            else:
                return None
        return node

    def take_out(self, path: FieldPath) -> tuple[list[str], int, str]:
        """Cut out an item of a list: its lines, how far its dash is indented, and the rest.

        Raises:
            UsageError: It is the last one left, or cannot be cut out.
        """
        self.find(path)
        parent = self.find(path[:-1])
        index = index_of(path)
        blocks = cut(self.lines, parent)
        if isinstance(parent, ListNode) and len(parent.items) == 1:
            raise UsageError(f"{say_path(path)} is the only one there; a list of none is no list.")
        first, last = blocks.block(index)
        lines = self.lines.lines
        return lines[first:last], blocks.column, "".join(lines[:first] + lines[last:])

    def put_in(self, path: FieldPath, block: list[str], column: int) -> str:
        """Put lines into a list, as its item at `path`.

        Args:
            path: What the item's place will be.
            block: Its lines.
            column: How far its dash is indented in these.

        Raises:
            UsageError: There is no such list, or no such place in it.
        """
        blocks = cut(self.lines, self.find(path[:-1]))
        index = index_of(path)
        if index >= len(blocks.bounds):
            raise UsageError(f"There can be no {say_path(path)}: the list is shorter.")
        place = blocks.bounds[index]
        lines = self.lines.lines
        shifted = [_shift(line, blocks.column - column) for line in block]
        return "".join(lines[:place] + shifted + lines[place:])


def index_of(path: FieldPath) -> int:
    """The last part of a path to an item.

    Raises:
        UsageError: It is the path of something else.
    """
    if not path or not isinstance(path[-1], int) or path[-1] < 0:
        raise UsageError(f"{say_path(path) or 'The whole'} is not an item of a list.")
    return path[-1]


def _shift(line: str, by: int) -> str:
    if by >= 0:
        return " " * by + line if line.strip("\r\n") else line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]


def checked(text: str, change: Callable[[str], str], intend: Callable[[Any], Any]) -> str:
    """Change a text, and see that it then says what was intended and nothing else.

    A text without a line end at its end stays so, unless a block of text would then lose its own.

    Args:
        text: The text.
        change: Makes the new text of one that ends with a line end.
        intend: Makes the new data of the old.

    Raises:
        UsageError: The way the text is written forbids the change.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    added = "" if text.endswith("\n") else newline
    before = Opened(text + added)
    after = change(before.text)
    wanted = intend(before.root.plain())
    bare = after.removesuffix(added) if added else after
    for one in (bare, after):
        if _says(one, wanted):
            return one
    raise UsageError(
        "This change would alter something else too, so it was not made.",
        hint="The file is laid out in an unusual way here; change it by hand.",
    )


def _says(text: str, wanted: Any) -> bool:
    try:
        return bool(Opened(text).root.plain() == wanted)
    except InvalidScenarioError:
        return False
