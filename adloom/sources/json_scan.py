"""Values of a JSON file, cut out one by one, however long the file is."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Final

from adloom.errors import UsageError
from adloom.sources.window import Window

__all__ = ["JsonScan", "Piece"]

TEXT: Final = rb'"(?:[^"\\]++|\\.)*+"'
#: What holds no bracket: up to one, to a text without an end, or to the end of what is in memory.
INSIDE: Final = re.compile(rb'(?:[^"{}\[\]\\]++|\\.|' + TEXT + rb")*+", re.DOTALL)
#: The same, up to a comma.
BETWEEN: Final = re.compile(rb'(?:[^",{}\[\]\\]++|\\.|' + TEXT + rb")*+", re.DOTALL)
REST_OF_TEXT: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
GAP: Final = re.compile(rb"[ \t\r\n,]*+")
KEY: Final = re.compile(rb'"((?:[^"\\]++|\\.)*+)"[ \t\r\n]*+:[ \t\r\n]*+', re.DOTALL)
#: Finds the end of what is in order, quickly. Whether it can be trusted is not decided here.
_skim: Final = json.JSONDecoder(strict=False, parse_int=str, parse_float=str).raw_decode
LONGEST_KEY: Final = 10_000
MOST_NAMED: Final = 20


@dataclass
class Piece:
    """A value that was cut out.

    Args:
        offset: How many bytes come before it.
        length: How many it has.
        content: They; None if they are too many.
        sha256: Their digest, if they are.
        whole: Whether it has an end.
    """

    offset: int
    length: int
    content: bytes | None
    sha256: str
    whole: bool


class JsonScan:
    """Goes through values.

    Args:
        window: The file.
        longest: A value of more bytes is not kept.
    """

    def __init__(self, window: Window, longest: int) -> None:
        self._window = window
        self._longest = longest
        #: What is in memory, a character for each byte, and what it was made of.
        self._text, self._text_of = "", b""
        #: Behind what came last.
        self.offset = 0

    def next_byte(self) -> bytes:
        """What comes behind white space and commas; nothing at the end.

        Where they begin is still in memory then, unless they are very many.
        """
        window, begin = self._window, self.offset
        while True:
            found = GAP.match(window.data, self.offset - window.start)
            assert found is not None  # noqa: S101 - it matches nothing, too
            self.offset = window.start + found.end()
            if self.offset < window.end:
                return window.data[found.end() : found.end() + 1]
            if self.offset - begin > self._longest:
                begin = self.offset
            if not window.more(begin):
                return b""

    def step_into(self) -> None:
        """Pass over one byte."""
        self.offset += 1

    def value(self) -> Piece:
        """Cut out the value that comes next, or a name with its value."""
        if (piece := self._skimmed()) is not None:
            return piece
        scan = _Value(self._window, self.offset, self._longest)
        whole = scan.run()
        piece = scan.piece(whole=whole)
        self.offset = scan.at
        return piece

    def _skimmed(self) -> Piece | None:
        """An object that is in order and in memory as a whole."""
        window = self._window
        begin = self.offset - window.start
        if window.data[begin : begin + 1] != b"{":
            return None
        if self._text_of is not window.data:
            self._text, self._text_of = window.data.decode("latin-1"), window.data
        try:
            _, end = _skim(self._text, begin)
        except (ValueError, RecursionError):
            return None
        offset, self.offset = self.offset, window.start + end
        if end - begin > self._longest:
            self.offset = offset
            return None
        return Piece(offset, end - begin, window.data[begin:end], "", whole=True)

    def go_to(self, path: str) -> None:
        """Go to the list at a place, just behind its opening bracket.

        Raises:
            UsageError: There is none.
        """
        for name in path.split("."):
            self._go_to_value(name, path)
        if self.next_byte() != b"[":
            raise self._no_list(path)
        self.step_into()

    def _go_to_value(self, name: str, path: str) -> None:
        if self.next_byte() != b"{":
            raise self._no_list(path)
        self.step_into()
        seen: list[str] = []
        while self.next_byte() == b'"' and (key := self._key()) is not None:
            if key[1] == name:
                self.offset += key[0]
                return
            seen.append(key[1])
            self.value()
        raise self._no_list(path, seen)

    def _key(self) -> tuple[int, str] | None:
        """The length of a name with its colon, and the name."""
        window = self._window
        while True:
            found = KEY.match(window.data, self.offset - window.start)
            if found is not None and found.end() < len(window.data):
                return found.end() - found.start(), found[1].decode(errors="replace")
            too_long = window.end - self.offset > LONGEST_KEY
            if too_long or not window.more(self.offset):
                return None

    def _no_list(self, path: str, seen: list[str] | None = None) -> UsageError:
        named = ", ".join((seen or [])[:MOST_NAMED])
        there = f"There are: {named}." if named else None
        return UsageError(f"{self._window.name} has no list at {path!r}.", hint=there)


class _Value:
    """Finds the end of one value."""

    def __init__(self, window: Window, offset: int, longest: int) -> None:
        self.at = offset
        self._window = window
        self._offset = offset
        self._longest = longest
        self._digest = hashlib.sha256()
        #: Up to here bytes were let go of; where the value begins as long as none were.
        self._kept_from = offset

    def run(self) -> bool:
        """Move to the end of the value; false if the file ends first."""
        depth, quoted = 0, False
        while True:
            pattern = REST_OF_TEXT if quoted else INSIDE if depth else BETWEEN
            mark = self._skip(pattern)
            if mark in (b"", b"\\"):
                if not self._more():
                    return mark == b"" and depth == 0 and not quoted
            elif mark == b'"':
                quoted = not quoted
                self.at += 1
            elif mark == b"," or (depth == 0 and mark in b"}]"):
                return True
            else:
                depth += 1 if mark in b"{[" else -1
                self.at += 1
                if depth == 0:
                    return True

    def _skip(self, pattern: re.Pattern[bytes]) -> bytes:
        window = self._window
        found = pattern.match(window.data, self.at - window.start)
        assert found is not None  # noqa: S101 - it matches nothing, too
        self.at = window.start + found.end()
        return window.data[found.end() : found.end() + 1]

    def _more(self) -> bool:
        if self.at - self._offset > self._longest:
            self._let_go()
        return self._window.more(self._kept_from)

    def _let_go(self) -> None:
        start = self._window.start
        self._digest.update(self._window.data[self._kept_from - start : self.at - start])
        self._kept_from = self.at

    def piece(self, *, whole: bool) -> Piece:
        window = self._window
        if not whole:
            self.at = window.end
        length = self.at - self._offset
        if length <= self._longest:
            start = window.start
            content = window.data[self._offset - start : self.at - start]
            return Piece(self._offset, length, content, "", whole)
        self._let_go()
        return Piece(self._offset, length, None, self._digest.hexdigest(), whole)
