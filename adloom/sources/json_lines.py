"""JSON lines: one object a line; empty lines do not count."""

import hashlib
from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Self

from adloom.json_text import JsonError
from adloom.sources.json_records import reason_of, record_of
from adloom.sources.lines import Lines
from adloom.sources.rows import BadRow, Position, Row
from adloom.sources.window import Window

__all__ = ["JsonLines"]


class JsonLines:
    """Records, one a line.

    Args:
        window: The file, standing at its beginning.
        longest: A line of more bytes is skipped.
    """

    format: ClassVar[str] = "jsonl"

    def __init__(self, window: Window, *, longest: int) -> None:
        self.name, self.size, self.resumed = window.name, window.size, False
        self._window = window
        self._longest = longest
        self._begin(Position(0, 0, ""))

    def resume(self, start: Position) -> None:
        """Go on at a position, if the file has the same bytes before it."""
        self.resumed = self._window.go_on_at(start)
        if self.resumed:
            self._begin(start)
        else:
            self._window.rewind()

    def _begin(self, start: Position) -> None:
        self._lines = Lines(self._window, start, self._longest)
        self._rows = self._read()

    @property
    def position(self) -> Position:
        """Behind the row that came last."""
        lines = self._lines
        return Position(lines.offset, lines.number, self._window.digest(lines.offset))

    @property
    def open_end(self) -> bool:
        """Whether the row that came last was ended by the end of the file."""
        return self._lines.open_end

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self._rows

    def _read(self) -> Iterator[Row | BadRow]:
        lines = self._lines
        for line in lines:
            if line is None:
                continue
            if isinstance(line, BadRow):
                yield line
                continue
            offset, text = line
            try:
                record = record_of(text)
            except JsonError as error:
                if text.strip():
                    yield self._bad(offset, text, reason_of(error))
            else:
                yield Row(lines.number, offset, len(text), record, text)

    def _bad(self, offset: int, text: bytes, reason: str) -> BadRow:
        if self._lines.open_end:
            reason = f"{reason}; the file ends within it"
        digest = hashlib.sha256(text).hexdigest()
        return BadRow(self._lines.number, offset, len(text), digest, reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._window.close()
