"""Notes on steps: the comment right above a step's dash.

The language has a title for a step and nothing longer; what people write about a step, they write
as a comment above it, so that is where the note is.
"""

import re
from typing import Final

from adloom.errors import UsageError
from adloom.services.editing_keys import opened
from scenarios.places import FieldPath, say_path
from scenarios.yaml_blocks import cut
from scenarios.yaml_nodes import ListNode, Node
from scenarios.yaml_text import Opened, checked, index_of

__all__ = ["note_above", "note_of", "set_note"]

#: What a comment cannot hold.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
LONGEST_NOTE: Final = 5_000


def note_of(text: str, path: FieldPath) -> str | None:
    """The note on a step or a route; None if there is none.

    Raises:
        UsageError: There is no such step, or the text is written in a way that hides it.
    """
    found = opened(text)
    first, last, _ = _place(found, path)
    return _read(found.lines.lines[first:last])


def note_above(lines: list[str], dash: int, column: int) -> str | None:
    """The note above a dash.

    Args:
        lines: The lines of the file.
        dash: The line of the dash, counted from 0.
        column: How far it is indented.
    """
    first = dash
    while first and _is_note(lines[first - 1], column):
        first -= 1
    return _read(lines[first:dash])


def set_note(text: str, path: FieldPath, note: str | None) -> str:
    """Write a note above a step or a route, in place of the one there is.

    Args:
        text: The file.
        path: The step.
        note: Several lines at will; None or nothing removes the note.

    Raises:
        UsageError: There is no such step, the note cannot be a comment, or the text is written in a
            way that forbids it.
    """
    lines = [line.rstrip() for line in (note or "").replace("\r\n", "\n").strip().split("\n")]
    if len(note or "") > LONGEST_NOTE:
        raise UsageError(f"A note has {LONGEST_NOTE:,} characters at most.")
    if any(_UNWRITABLE.search(line) for line in lines):
        raise UsageError("This note holds a character that a comment cannot have.")
    wanted = "\n".join(lines) or None
    if note_of(text, path) == wanted:
        return text

    def change(whole: str) -> str:
        found = Opened(whole)
        first, last, column = _place(found, path)
        said = (f"# {line}" if line else "#" for line in (lines if wanted else ()))
        written = [f"{' ' * column}{line}{found.newline}" for line in said]
        return "".join(found.lines.lines[:first] + written + found.lines.lines[last:])

    return checked(text, change, lambda data: data)


def _place(found: Opened, path: FieldPath) -> tuple[int, int, int]:
    """The lines of a note, and the column of the dash below it."""
    found.find(path)
    parent: Node = found.find(path[:-1])
    if not isinstance(parent, ListNode):
        raise UsageError(f"{say_path(path)} is not a step.")
    blocks = cut(found.lines, parent)
    dash, end = blocks.block(index_of(path))
    lines = found.lines.lines
    while dash < end and (not lines[dash].strip() or lines[dash].lstrip().startswith("#")):
        dash += 1
    first = dash
    while first and _is_note(lines[first - 1], blocks.column):
        first -= 1
    return first, dash, blocks.column


def _is_note(line: str, column: int) -> bool:
    bare = line.lstrip(" ")
    return bare.startswith("#") and len(line) - len(bare) == column


def _read(lines: list[str]) -> str | None:
    said = (line.strip().removeprefix("#").removeprefix(" ") for line in lines)
    return "\n".join(said).strip("\n") or None
