"""A JSON file: a list of objects, one object, several one behind the other, or a list within."""

import hashlib
from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Final, Self

from adloom.json_text import JsonError
from adloom.sources.json_records import reason_of, record_of
from adloom.sources.json_scan import JsonScan, Piece
from adloom.sources.lines import TOO_LONG
from adloom.sources.rows import BadRow, Position, Row
from adloom.sources.window import Window

__all__ = ["JsonFile"]

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class JsonFile:
    """Records, one an element.

    Args:
        window: The file, standing at its beginning.
        records: Where the list is, with dots between the names; None is the file itself.
        longest: An element of more bytes is skipped.

    Raises:
        UsageError: There is no list there.
    """

    format: ClassVar[str] = "json"
    #: Whether the last element was ended by the end of the file: none is, a bracket is missing.
    open_end: ClassVar[bool] = False

    def __init__(self, window: Window, *, records: str | None, longest: int) -> None:
        self.name, self.size, self.resumed = window.name, window.size, False
        self._window = window
        self._records, self._longest = records, longest
        self._scan = JsonScan(window, longest)
        self._number = self._offset = 0
        self._begin()

    def resume(self, start: Position) -> None:
        """Go on at a position, if the file has the same bytes before it."""
        is_behind = start.offset >= self._scan.offset
        self.resumed = is_behind and self._window.go_on_at(start)
        if self.resumed:
            self._number, self._scan.offset, self._offset = start.number, start.offset, start.offset
        else:
            self._window.rewind()
            self._begin()

    @property
    def position(self) -> Position:
        """Behind the element that came last."""
        if self._end is not None:
            return self._end
        return Position(self._offset, self._number, self._window.digest(self._offset))

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self._rows

    def _begin(self) -> None:
        """Go to where the records are."""
        self._number = 0
        #: Behind the last element there is: a list that grows goes on there.
        self._end: Position | None = None
        self._scan = scan = JsonScan(self._window, self._longest)
        if self._window.data.startswith(BYTE_ORDER_MARK):
            scan.offset = len(BYTE_ORDER_MARK)
        if self._records is not None:
            scan.go_to(self._records)
        self._in_list = self._records is not None or scan.next_byte() == b"["
        if self._in_list and self._records is None:
            scan.step_into()
        self._offset = scan.offset
        self._rows = self._read()

    def _read(self) -> Iterator[Row | BadRow]:
        scan = self._scan
        while (mark := scan.next_byte()) and mark not in b"]}":
            self._number += 1
            piece = scan.value()
            self._offset = scan.offset
            yield self._row(piece)
        self._end = self.position
        if mark:
            yield from self._after_list(mark)
        elif self._in_list:
            yield self._broken("the list has no end")

    def _after_list(self, mark: bytes) -> Iterator[BadRow]:
        """Nothing follows a list, unless it stands within something."""
        self._scan.step_into()
        closed = mark == b"]" and self._in_list
        if not closed or (self._records is None and self._scan.next_byte()):
            yield self._broken("its brackets do not match; what follows was not read")

    def _broken(self, reason: str) -> BadRow:
        """Where a file is no JSON as a whole."""
        self._number += 1
        return self._bad(Piece(self._scan.offset, 0, b"", "", whole=False), reason)

    def _row(self, piece: Piece) -> Row | BadRow:
        if piece.content is None:
            reason = TOO_LONG.format(longest=self._longest)
            return BadRow(self._number, piece.offset, piece.length, piece.sha256, reason)
        try:
            record = record_of(piece.content)
        except JsonError as error:
            return self._bad(piece, reason_of(error) if piece.whole else "the file ends within it")
        return Row(self._number, piece.offset, piece.length, record, piece.content)

    def _bad(self, piece: Piece, reason: str) -> BadRow:
        digest = hashlib.sha256(piece.content or b"").hexdigest()
        return BadRow(self._number, piece.offset, piece.length, digest, reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._window.close()
