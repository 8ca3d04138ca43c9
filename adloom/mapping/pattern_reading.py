r"""The text of a pattern, made into a program for the machine in `patterns.py`.

What is known: plain characters, `.`, classes, `\d \w \s` and their opposites, `^ $ \b \B`, groups,
`|`, and `* + ? {2,5}` with their lazy forms. Look-around and back-references are refused: they
are what makes other engines slow without bounds.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from adloom.mapping.bounds import DEEPEST
from adloom.mapping.misfit import MisfitError
from adloom.mapping.pattern_steps import CLASSES, CONTROLS, Step, Test

__all__ = ["read_pattern"]

LONGEST_PROGRAM: Final = 1_000
LONGEST_PATTERN: Final = 1_000
#: Characters a step remembers its verdict of.
REMEMBERED: Final = 256

_REPEAT: Final = re.compile(r"\{([0-9]{1,3})(,([0-9]{1,3})?)?\}")
_REFUSED: Final = "This is not known in patterns here."


@dataclass(slots=True)
class _Reader:
    """Reads a pattern by recursive descent; every method appends to the program."""

    text: str
    flags: str
    here: int = 0
    groups: int = 0
    depth: int = 0
    program: list[Step] = field(default_factory=list)

    def alternatives(self) -> None:
        """`a|b|c`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise MisfitError("This pattern is nested too deeply.")
        begin = len(self.program)
        self.sequence()
        jumps: list[int] = []
        while self.text.startswith("|", self.here):
            self.here += 1
            self._insert(begin, Step("split", to=(begin + 1, len(self.program) + 2)))
            jumps.append(len(self.program))
            self.program.append(Step("jump"))
            begin = len(self.program)
            self.sequence()
        for jump in jumps:
            self.program[jump].to = (len(self.program),)
        self.depth -= 1

    def _insert(self, at: int, step: Step) -> None:
        """Put a step before others, which move on by one with all that lead to them."""
        for other in self.program[at:]:
            other.to = tuple(place + 1 for place in other.to)
        self.program.insert(at, step)
        if len(self.program) > LONGEST_PROGRAM:
            raise MisfitError("This pattern is too large.")

    def sequence(self) -> None:
        """Pieces, one after the other."""
        while self.here < len(self.text) and self.text[self.here] not in "|)":
            begin = len(self.program)
            self.piece()
            if self.here < len(self.text) and self.text[self.here] in "*+?{":
                self.repeated(begin)

    def repeated(self, begin: int) -> None:
        """A quantifier after the piece that begins here."""
        sign = self.text[self.here]
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign, (0, 0))
        size = 1
        if sign == "{":
            found = _REPEAT.match(self.text, self.here)
            if found is None:
                raise MisfitError("A { in a pattern is written \\{.")
            least = int(found[1])
            most = (int(found[3]) if found[3] else None) if found[2] else least
            size = found.end() - found.start()
        self.here += size
        lazy = self.text.startswith("?", self.here)
        self.here += lazy
        if most is not None and most < least:
            raise MisfitError("A repetition has its numbers in the wrong order.")
        self._repeat(begin, least, most, lazy=lazy)

    def _repeat(self, begin: int, least: int, most: int | None, *, lazy: bool) -> None:
        """Write a piece as often as it is wanted; what may be left out is behind a split."""
        piece = self.program[begin:]
        del self.program[begin:]
        for _ in range(least):
            self._copy(piece, begin)
        if most is None:
            split = len(self.program)
            self.program.append(Step("split"))
            self._copy(piece, begin)
            self.program.append(Step("jump", to=(split,)))
            self._fork(split, len(self.program), lazy=lazy)
            return
        splits = []
        for _ in range(most - least):
            splits.append(len(self.program))
            self.program.append(Step("split"))
            self._copy(piece, begin)
        for split in splits:
            self._fork(split, len(self.program), lazy=lazy)

    def _fork(self, split: int, past: int, *, lazy: bool) -> None:
        self.program[split].to = (past, split + 1) if lazy else (split + 1, past)

    def _copy(self, piece: list[Step], begin: int) -> None:
        moved = len(self.program) - begin
        self.program += [
            Step(one.kind, one.test, tuple(place + moved for place in one.to), one.name)
            for one in piece
        ]
        if len(self.program) > LONGEST_PROGRAM:
            raise MisfitError("This pattern is too large.")

    def piece(self) -> None:
        """One character, class, place or group."""
        sign = self.text[self.here]
        self.here += 1
        match sign:
            case "(":
                self.group()
            case "[":
                self._take(self.bracket())
            case ".":
                everything = "s" in self.flags
                self._take(lambda character: everything or character not in "\n\r\u2028\u2029")
            case "^" | "$":
                self.program.append(Step("check", name=sign + ("m" if "m" in self.flags else "")))
            case "\\":
                self.escaped()
            case "*" | "+" | "?" | "{":
                raise MisfitError(f"In this pattern {sign} repeats nothing.", f"Or write \\{sign}.")
            case _:
                self._take_one(sign)

    def group(self) -> None:
        """`(…)` or `(?:…)`."""
        kept = not self.text.startswith("?", self.here)
        if not kept:
            if not self.text.startswith("?:", self.here):
                raise MisfitError(_REFUSED, "Of groups there are (…) and (?:…).")
            self.here += 2
        self.groups += kept
        number = self.groups
        if kept:
            self.program.append(Step("save", name=2 * number))
        self.alternatives()
        if not self.text.startswith(")", self.here):
            raise MisfitError("In this pattern a ( is never closed.")
        self.here += 1
        if kept:
            self.program.append(Step("save", name=2 * number + 1))

    def escaped(self) -> None:
        """What stands after a backslash, outside of brackets."""
        sign = self.text[self.here : self.here + 1]
        if sign and sign in "bB":
            self.here += 1
            self.program.append(Step("check", name=sign))
        elif sign in CLASSES:
            self.here += 1
            self._take(CLASSES[sign])
        else:
            self._take_one(self.character())

    def character(self) -> str:
        """One character after a backslash."""
        sign = self.text[self.here : self.here + 1]
        self.here += 1
        if sign in ("x", "u"):
            length = 2 if sign == "x" else 4
            figures = self.text[self.here : self.here + length]
            if not re.fullmatch(rf"[0-9A-Fa-f]{{{length}}}", figures):
                raise MisfitError(f"After \\{sign} there are {length} hexadecimal digits.")
            self.here += length
            return chr(int(figures, 16))
        if sign in CONTROLS:
            return CONTROLS[sign]
        if not sign or sign.isalnum():
            raise MisfitError(_REFUSED, f"It is \\{sign}.")
        return sign

    def bracket(self) -> Test:
        """`[a-z0-9_]` or `[^…]`."""
        opposite = self.text.startswith("^", self.here)
        self.here += opposite
        tests: list[Test] = []
        ranges: list[tuple[str, str]] = []
        while not self.text.startswith("]", self.here):
            if self.here >= len(self.text):
                raise MisfitError("In this pattern a [ is never closed.")
            first = self._member(tests)
            if first is None:
                continue
            last = first
            if self.text.startswith("-", self.here) and self.text[
                self.here + 1 : self.here + 2
            ] not in ("]", ""):
                self.here += 1
                last = self._member(tests) or first
            if last < first:
                raise MisfitError("A range in this pattern has its ends in the wrong order.")
            ranges.append((first, last))
        self.here += 1
        return self._folded(
            lambda character: (
                any(first <= character <= last for first, last in ranges)
                or any(test(character) for test in tests)
            ),
            opposite=opposite,
        )

    def _member(self, tests: list[Test]) -> str | None:
        """A character in brackets; a class goes to the tests."""
        sign = self.text[self.here]
        self.here += 1
        if sign != "\\":
            return sign
        if (name := self.text[self.here : self.here + 1]) in CLASSES:
            self.here += 1
            tests.append(CLASSES[name])
            return None
        if name == "b":
            self.here += 1
            return "\b"
        return self.character()

    def _take_one(self, wanted: str) -> None:
        self._take(self._folded(lambda character: character == wanted, opposite=False))

    def _folded(self, test: Test, *, opposite: bool) -> Test:
        """A test without regard to capitals, where that is wished."""
        if "i" not in self.flags:
            return lambda character: test(character) is not opposite
        return lambda character: (
            (test(character) or test(character.lower()) or test(character.upper())) is not opposite
        )

    def _take(self, test: Test) -> None:
        known: dict[str, bool] = {}

        def remembered(character: str) -> bool:
            found = known.get(character)
            if found is None:
                found = test(character)
                if len(known) < REMEMBERED:
                    known[character] = found
            return found

        self.program.append(Step("take", remembered))
        if len(self.program) > LONGEST_PROGRAM:
            raise MisfitError("This pattern is too large.")


def read_pattern(text: str, flags: str) -> tuple[list[Step], int]:
    """Make a program of a pattern, and count its groups.

    Raises:
        MisfitError: The pattern cannot be read, or wants what is not known here.
    """
    if len(text) > LONGEST_PATTERN:
        raise MisfitError(f"A pattern may have {LONGEST_PATTERN:,} characters at most.")
    reader = _Reader(text, flags)
    reader.alternatives()
    if reader.here < len(text):
        raise MisfitError("In this pattern a ) closes nothing.", "Or write \\).")
    return [*reader.program, Step("done")], reader.groups
