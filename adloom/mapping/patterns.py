"""Patterns (regular expressions) whose time is bounded by their size times that of the text.

All ways through a pattern are walked at once, character by character (Pike's machine); none is
ever tried twice, so no pattern can hang, and every step is paid for from the evaluation's budget.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from adloom.mapping.bounds import LONGEST_TEXT
from adloom.mapping.misfit import MisfitError
from adloom.mapping.pattern_reading import read_pattern
from adloom.mapping.pattern_steps import Step, in_word

__all__ = ["Pattern", "Spend", "pattern_in"]

#: Pays for some steps.
Spend = Callable[[int], None]
#: A way through the pattern: the step it is at, and the places it saved.
_Way = tuple[int, tuple[int, ...]]

_SLASHES: Final = re.compile(r"/(.+)/([a-z]*)", re.DOTALL)
_GROUP: Final = re.compile(r"\$(\$|&|[0-9]{1,2})")
_FLAGS: Final = frozenset("gimsu")
_ENDS: Final = "\n\r\u2028\u2029"


def pattern_in(text: str) -> "Pattern | None":
    """The pattern a text such as `/[0-9]+/g` stands for; None if it is plain text.

    Raises:
        MisfitError: It cannot be read.
    """
    found = _SLASHES.fullmatch(text)
    return Pattern.of(found[1], found[2]) if found else None


@lru_cache(maxsize=256)
def _program(text: str, flags: str) -> tuple[list[Step], int]:
    return read_pattern(text, flags)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that has been read.

    Args:
        program: Its steps.
        groups: How many groups it has.
        everywhere: Whether a replacement goes on after the first place.
    """

    program: list[Step]
    groups: int
    everywhere: bool

    @classmethod
    def of(cls, text: str, flags: str = "") -> "Pattern":
        """Read a pattern.

        Raises:
            MisfitError: It cannot be read.
        """
        if odd := sorted(set(flags) - _FLAGS):
            raise MisfitError(f"There is no flag {odd[0]} for patterns.", "g, i, m, s and u.")
        program, groups = _program(text, flags)
        return cls(program, groups, "g" in flags)

    def search(self, text: str, start: int, spend: Spend) -> tuple[int, ...] | None:
        """The first place at or after `start`: begin and end, then those of the groups, or -1.

        Raises:
            MisfitError: It is too much work.
        """
        found: tuple[int, ...] | None = None
        ways: list[_Way] = []
        blank = (-1,) * (2 * self.groups + 2)
        for here in range(start, len(text) + 1):
            seen: set[int] = set()
            now: list[_Way] = []
            for way in ways:
                self._follow(way, text, here, seen, now)
            if found is None:
                self._follow((0, (here, *blank[1:])), text, here, seen, now)
            spend(2 * len(seen) + 1)
            ways = []
            for place, saved in now:
                step = self.program[place]
                if step.kind == "done":
                    found = (saved[0], here, *saved[2:])
                    break
                if here < len(text) and step.test and step.test(text[here]):
                    ways.append((place + 1, saved))
            if not ways and found is not None:
                break
        return found

    def _follow(self, way: _Way, text: str, here: int, seen: set[int], now: list[_Way]) -> None:
        """Walk from a step to all that take a character, the preferred ones first."""
        open_ways = [way]
        while open_ways:
            place, saved = open_ways.pop()
            if place in seen:
                continue
            seen.add(place)
            step = self.program[place]
            if step.kind in ("take", "done"):
                now.append((place, saved))
            elif step.kind == "save":
                name = int(step.name)
                open_ways.append((place + 1, (*saved[:name], here, *saved[name + 1 :])))
            elif step.kind == "check":
                if _holds(str(step.name), text, here):
                    open_ways.append((place + 1, saved))
            else:
                open_ways.extend((target, saved) for target in reversed(step.to))

    def replace(self, text: str, replacement: str, spend: Spend) -> str:
        """Replace the first place, or every one.

        Raises:
            MisfitError: It is too much work, or the result too long.
        """
        pieces: list[str] = []
        size = here = kept = 0
        while here <= len(text) and (found := self.search(text, here, spend)) is not None:
            piece = text[kept : found[0]] + _filled(replacement, text, found)
            pieces.append(piece)
            size += len(piece)
            if size > LONGEST_TEXT:
                raise MisfitError(f"This would be longer than {LONGEST_TEXT:,} characters.")
            kept = found[1]
            here = kept + (found[0] == found[1])
            if not self.everywhere:
                break
        return "".join([*pieces, text[kept:]])


def _holds(check: str, text: str, here: int) -> bool:
    """Whether a place is where a pattern wants it to be."""
    match check:
        case "^":
            return here == 0
        case "$":
            return here == len(text)
        case "^m":
            return here == 0 or text[here - 1] in _ENDS
        case "$m":
            return here == len(text) or text[here] in _ENDS
        case _:
            return _edge(text, here) is (check == "b")


def _edge(text: str, here: int) -> bool:
    """Whether a word begins or ends here."""
    before = here > 0 and in_word(text[here - 1])
    return before != (here < len(text) and in_word(text[here]))


def _filled(replacement: str, text: str, found: tuple[int, ...]) -> str:
    """The replacement with `$1` and `$&` filled in."""

    def group(sign: re.Match[str]) -> str:
        if sign[1] == "$":
            return "$"
        number = 0 if sign[1] == "&" else int(sign[1])
        if 2 * number + 1 >= len(found) or (number == 0 and sign[1] != "&"):
            return sign[0]
        begin, end = found[2 * number : 2 * number + 2]
        return text[begin:end] if begin >= 0 else ""

    return _GROUP.sub(group, replacement)
