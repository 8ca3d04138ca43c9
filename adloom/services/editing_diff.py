"""What was changed between two texts, line by line, ready to be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from scenarios.yaml_blocks import Lines

__all__ = ["Hunk", "Line", "LineKind", "ThreeWay", "diff_lines", "three_way"]

CONTEXT: Final = 3
#: What happens to a stretch of lines: its name, and from where to where on both sides.
_Block = tuple[str, int, int, int, int]


class LineKind(StrEnum):
    """Whether a line is in both texts or only in one."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Line:
    """A line of a comparison.

    Args:
        kind: Whether it is in both texts.
        text: What it says, without its end.
        before: Its number in the first text, counted from 1; None if it is not there.
        after: Its number in the second one.
        is_open: Whether it is the last one and has no line end.
    """

    kind: LineKind
    text: str
    before: int | None
    after: int | None
    is_open: bool = False


@dataclass(frozen=True)
class Hunk:
    """Lines that were changed, and some around them.

    Args:
        before: The first line in the first text, counted from 1.
        after: The first line in the second one.
        lines: In the order in which they are shown.
    """

    before: int
    after: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ThreeWay:
    """Two versions of one text.

    Args:
        mine: What the draft changed.
        theirs: What was changed in the file meanwhile.
    """

    mine: list[Hunk]
    theirs: list[Hunk]


def diff_lines(before: str, after: str, context: int = CONTEXT) -> list[Hunk]:
    """Compare two texts; equal ones have no hunks.

    Args:
        before: The first.
        after: The second.
        context: How many lines around each change are shown.
    """
    one, other = Lines(before).lines, Lines(after).lines
    return [_hunk(one, other, group) for group in _grouped(_blocks(one, other), context)]


def three_way(base: str, mine: str, theirs: str) -> ThreeWay:
    """Show both what a draft changed and what was changed in its file meanwhile.

    Args:
        base: What the draft began from.
        mine: The draft.
        theirs: The file as it is now.
    """
    return ThreeWay(diff_lines(base, mine), diff_lines(base, theirs))


def _blocks(one: Sequence[str], other: Sequence[str]) -> list[_Block]:
    """What is equal and what is not; equal ends are found first, so that long texts are quick."""
    least = min(len(one), len(other))
    head = next((n for n in range(least) if one[n] != other[n]), least)
    rest = least - head
    tail = next((n for n in range(rest) if one[-1 - n] != other[-1 - n]), rest)
    ends = len(one) - tail, len(other) - tail
    middle = SequenceMatcher(None, one[head : ends[0]], other[head : ends[1]], autojunk=False)
    found: list[_Block] = [("equal", 0, head, 0, head)] if head else []
    for tag, *place in middle.get_opcodes():
        a, b, c, d = (number + head for number in place)
        found.append((tag, a, b, c, d))
    if tail:
        found.append(("equal", ends[0], len(one), ends[1], len(other)))
    return _joined(found)


def _joined(blocks: list[_Block]) -> list[_Block]:
    """Neighbours that are both equal are one."""
    made: list[_Block] = []
    for block in blocks:
        if made and made[-1][0] == block[0] == "equal":
            last = made.pop()
            block = ("equal", last[1], block[2], last[3], block[4])  # noqa: PLW2901 - widened
        made.append(block)
    return made


def _grouped(blocks: list[_Block], context: int) -> Iterator[list[_Block]]:
    """Changes that are near each other, with the lines around them."""
    group: list[_Block] = []
    for index, (tag, a, b, c, d) in enumerate(blocks):
        if tag != "equal":
            group.append((tag, a, b, c, d))
            continue
        is_last = index == len(blocks) - 1
        if group and (is_last or b - a > 2 * context):
            size = min(context, b - a)
            yield [*group, (tag, a, a + size, c, c + size)]
            group = []
        if not is_last:
            keep = b - a if group else min(context, b - a)
            group.append((tag, b - keep, b, d - keep, d))
    if any(tag != "equal" for tag, *_ in group):
        yield group


def _hunk(one: Sequence[str], other: Sequence[str], group: list[_Block]) -> Hunk:
    lines: list[Line] = []
    for tag, a, b, c, d in group:
        if tag == "equal":
            pairs = zip(range(a, b), range(c, d), strict=True)
            lines += [_line(LineKind.SAME, one[m], m, n) for m, n in pairs]
        else:
            lines += [_line(LineKind.REMOVED, one[m], m, None) for m in range(a, b)]
            lines += [_line(LineKind.ADDED, other[n], None, n) for n in range(c, d)]
    return Hunk(group[0][1] + 1, group[0][3] + 1, tuple(lines))


def _line(kind: LineKind, text: str, before: int | None, after: int | None) -> Line:
    bare = text.rstrip("\r\n")
    return Line(
        kind,
        bare,
        None if before is None else before + 1,
        None if after is None else after + 1,
        is_open=bare == text,
    )
