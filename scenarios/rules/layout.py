"""Lays a scenario out as a file that people read: a comment before each part."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

from scenarios.yaml_writing import write_block

__all__ = ["MARK", "Piece", "is_untouched", "laid_out", "opening"]

WIDTH: Final = 96
#: Tells a file that is as it was made from one that somebody has changed.
MARK: Final = "# made as"
_MARKED: Final = re.compile(rf"^{re.escape(MARK)} ([0-9a-f]{{16}})\n", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """A step, and what is said about it.

    Args:
        step: The step as data.
        comment: Paragraphs above it.
    """

    step: Mapping[str, Any]
    comment: Sequence[str] = ()


def opening(name: str, comment: str = "", **values: Any) -> Piece:
    """A step that hands on one bundle, whatever comes: what follows is gathered from it.

    An aggregator that gathers from a listing would forget everything before it where the listing
    is empty.

    Args:
        name: Its id.
        comment: What is said about it.
        **values: What its bundle holds.
    """
    return Piece({"id": name, "set": {"variables": values}}, (comment,) if comment else ())


def laid_out(head: Sequence[str], top: Mapping[str, Any], pieces: Iterable[Piece]) -> str:
    """The file.

    Args:
        head: Paragraphs at the top.
        top: Everything but the steps.
        pieces: The steps.
    """
    lines = [*_comment(head, 0), ""]
    for name, value in top.items():
        lines += write_block({name: value}, 0).split("\n")
    lines += ["", "steps:"]
    for number, piece in enumerate(pieces):
        if piece.comment and number:
            lines.append("")
        lines += _comment(piece.comment, 2)
        block = write_block(dict(piece.step), 4).split("\n")
        lines += [f"  - {block[0]}", *block[1:]]
    text = "\n".join(lines) + "\n"
    return f"{MARK} {_mark(text)}\n{text}"


def is_untouched(text: str) -> bool:
    """Whether a file is as it was made."""
    found = _MARKED.match(text)
    return found is not None and found[1] == _mark(text[found.end() :])


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _comment(paragraphs: Sequence[str], indent: int) -> list[str]:
    room = WIDTH - indent
    lines = [
        one
        for text in paragraphs
        for one in (wrap(text, room, break_on_hyphens=False) if text else [""])
    ]
    return [f"{' ' * indent}# {one}".rstrip() for one in lines]
