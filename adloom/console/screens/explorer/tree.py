"""JSON as a tree that can be folded: so much of it as a page can show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from adloom.secret import redact

__all__ = ["Branch", "tree_of"]

#: Entries of one list or object, and of the whole tree; the raw answer has all.
MOST_OF_ONE: Final = 50
MOST: Final = 1_500
LONGEST: Final = 300
#: Branches this near to the root are open.
OPEN: Final = 2


@dataclass(frozen=True)
class Branch:
    """A value of an answer.

    Args:
        name: What it is called; the number of its place in a list.
        kind: `text`, `number`, `flag`, `nothing`, `list` or `object`.
        text: What stands for it.
        children: What is in it.
        more: How much of that is left out.
        is_open: Whether it is unfolded at first.
    """

    name: str
    kind: str
    text: str
    children: tuple["Branch", ...] = ()
    more: int = 0
    is_open: bool = False


def tree_of(value: Any) -> Branch:
    """A value as a tree, without anything secret."""
    return _branch("answer", redact(value), 0, [MOST])


def _branch(name: str, value: Any, depth: int, left: list[int]) -> Branch:
    left[0] -= 1
    match value:
        case dict():
            return _inside(
                name, "object", [(str(key), one) for key, one in value.items()], depth, left
            )
        case list() | tuple():
            numbered = [(str(place), one) for place, one in enumerate(value, 1)]
            return _inside(name, "list", numbered, depth, left)
        case None:
            return Branch(name, "nothing", "null")
        case bool():
            return Branch(name, "flag", "true" if value else "false")
        case str():
            shown = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
            return Branch(name, "text", f'"{shown}"')
        case _:
            return Branch(name, "number", str(value))


def _inside(
    name: str, kind: str, entries: list[tuple[str, Any]], depth: int, left: list[int]
) -> Branch:
    count = len(entries)
    noun = ("entry" if count == 1 else "entries") if kind == "list" else "fields"
    noun = "field" if noun == "fields" and count == 1 else noun
    children = tuple(_some(entries, depth, left))
    text = f"{count:,} {noun}"
    more = count - len(children)
    return Branch(name, kind, text, children, more, is_open=depth < OPEN)


def _some(entries: list[tuple[str, Any]], depth: int, left: list[int]) -> Iterator[Branch]:
    for key, one in entries[:MOST_OF_ONE]:
        if left[0] <= 0:
            return
        yield _branch(key, one, depth + 1, left)
