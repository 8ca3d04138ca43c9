"""Reads `docs/what-can-go-wrong.md` and says what is wrong with it; nothing of it is imported."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.seams.checkout import ROOT

__all__ = ["PAGE", "Claim", "Row", "claims_of", "faults", "notes_of", "rows_of", "unproving"]

PAGE: Final = ROOT / "docs" / "what-can-go-wrong.md"
#: What a test carries that never runs, or may fail; `skipif` names where it cannot run.
NOT_RUN: Final = frozenset({"skip", "xfail"})
COLUMNS: Final = 3
HEADS: Final = ("what happens", "---")
NOTE: Final = re.compile(r"\[\^(\w+)\]: (.+)")
TEST: Final = re.compile(r"`([^`]*)`")
#: A sentence, and the marks of notes behind its end.
SENTENCE: Final = re.compile(r"(.+?[.!?])((?:\[\^\w+\])*)(?:\s+|$)")
MARK: Final = re.compile(r"\[\^(\w+)\]")
PLACE: Final = re.compile(r"(tests/[\w/]*test_\w+\.py)::(test_\w+)")


@dataclass(frozen=True)
class Row:
    """One situation.

    Args:
        line: Where it stands.
        cells: What happens, what adloom does, what you do.
    """

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """One sentence about what adloom does or lets you do.

    Args:
        line: Where it stands.
        text: The sentence.
        notes: The notes it names; empty if it names none.
    """

    line: int
    text: str
    notes: tuple[str, ...]


def rows_of(text: str) -> Iterator[Row]:
    """The situations of a page."""
    for line, one in enumerate(text.splitlines(), 1):
        if one.startswith("|"):
            cells = tuple(cell.strip() for cell in one.strip("|").split("|"))
            if cells[0] not in HEADS:
                yield Row(line, cells)


def claims_of(row: Row) -> Iterator[Claim]:
    """The sentences that need a proof: all but those about what happens."""
    for cell in row.cells[1:]:
        end = 0
        for found in SENTENCE.finditer(cell):
            end = found.end()
            yield Claim(row.line, found[1], tuple(MARK.findall(found[2])))
        if rest := cell[end:].strip():
            yield Claim(row.line, rest, ())


def notes_of(text: str) -> dict[str, list[str]]:
    """The notes of a page, and the tests that each names."""
    found = (NOTE.fullmatch(line) for line in text.splitlines())
    return {one[1]: TEST.findall(one[2]) for one in found if one}


def faults(text: str) -> list[str]:
    """Everything that is wrong with a page."""
    notes, used = notes_of(text), set[str]()
    found: list[str] = []
    for row in rows_of(text):
        if len(row.cells) != COLUMNS or not all(row.cells[:2]):
            found.append(f"line {row.line}: has not what happens and what adloom does")
        for claim in claims_of(row):
            used.update(claim.notes)
            found += _unproved(claim, notes)
    found += [f"note {one}: no sentence names it" for one in sorted(notes.keys() - used)]
    named = {test for one in notes.values() for test in one}
    return found + [f"{test}: {why}" for test in sorted(named) if (why := _missing(test))]


def _unproved(claim: Claim, notes: dict[str, list[str]]) -> Iterator[str]:
    if not claim.notes:
        yield f"line {claim.line}: names no test: {claim.text}"
    for one in claim.notes:
        if not notes.get(one):
            yield f"line {claim.line}: there is no test in note {one}: {claim.text}"


def _missing(test: str) -> str | None:
    """Why a test proves nothing; None if it does."""
    place = PLACE.fullmatch(test)
    if place is None:
        return "is no place of a test"
    if not (ROOT / place[1]).is_file():
        return "there is no such file"
    return unproving((ROOT / place[1]).read_text(encoding="utf-8"), place[2])


def unproving(source: str, name: str) -> str | None:
    """Why a test of a file proves nothing; None if it does."""
    marks = _marks(source).get(name)
    if marks is None:
        return "there is no such test"
    return f"is not run: {', '.join(sorted(marks & NOT_RUN))}" if marks & NOT_RUN else None


@cache
def _marks(source: str) -> dict[str, frozenset[str]]:
    """The tests of a file, and the names of what decorates each."""
    return {
        one.name: frozenset(
            node.attr
            for decorator in one.decorator_list
            for node in ast.walk(decorator)
            if isinstance(node, ast.Attribute)
        )
        for one in ast.parse(source).body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
