"""CSV: a line of names, and rows under it."""

import csv
import hashlib
from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Final, Self

from adloom.errors import UsageError
from adloom.sources.csv_dialect import checked_header, delimiter_of
from adloom.sources.dotted import nesting
from adloom.sources.lines import Lines
from adloom.sources.rows import BadRow, Position, Row
from adloom.sources.window import Window

__all__ = ["CsvRows"]

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
ENDLESS: Final = "a quotation mark in it is not closed"
#: What Python's reader says, and what it means.
REASONS: Final = {
    "unexpected end of data": ENDLESS,
    "expected after": "something stands behind a closing quotation mark",
    "field limit": "a cell is too long",
    "new-line character": "a line end stands within it, outside quotation marks",
}
#: Number, offset and bytes of a line.
Line = tuple[int, int, bytes]


class CsvRows:
    """Records, one a row; empty cells are left out, and so are empty lines.

    Args:
        window: The file, standing at its beginning.
        delimiter: What stands between cells; None finds it out.
        longest: A line of more bytes is skipped.

    Raises:
        UsageError: Its first line does not name the columns.
    """

    format: ClassVar[str] = "csv"

    def __init__(self, window: Window, *, delimiter: str | None, longest: int) -> None:
        self.name, self.size, self.resumed = window.name, window.size, False
        self._window = window
        head = window.data.removeprefix(BYTE_ORDER_MARK)
        self._delimiter = delimiter or delimiter_of(head)
        self._longest = longest
        self._go_on_at(Position(0, 0, ""))
        header = next(self._records(), None)
        if not isinstance(header, tuple):
            reason = f": {header.reason}" if header else ""
            raise UsageError(f"The first line of {self.name} does not name its columns{reason}.")
        self._columns = checked_header(header[2], self.name)
        self._build = nesting(self._columns)
        self._rows = self._read()

    def resume(self, start: Position) -> None:
        """Go on at a position, if the file has the same bytes before it."""
        begin = self.position
        self.resumed = start.offset >= begin.offset and self._window.go_on_at(start)
        if not self.resumed:
            self._window.rewind()
        self._go_on_at(start if self.resumed else begin)
        self._rows = self._read()

    @property
    def position(self) -> Position:
        """Behind the row that came last."""
        return Position(self._offset, self._number, self._window.digest(self._offset))

    @property
    def open_end(self) -> bool:
        """Whether the row that came last was ended by the end of the file."""
        return self._lines.open_end and not self._back

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self._rows

    def _go_on_at(self, start: Position) -> None:
        self._lines = Lines(self._window, start, self._longest)
        self._feed = iter(self._lines)
        #: Lines to be read once more, the first one last, with their numbers.
        self._back: list[Line] = []
        self._taken: list[Line] = []
        #: Whether the lines have come to their end, or to one that is too long.
        self._halted = False
        self._stand(start.offset, start.number)

    def _read(self) -> Iterator[Row | BadRow]:
        width = len(self._columns)
        build = self._build
        for record in self._records():
            if isinstance(record, BadRow):
                yield record
                continue
            number, offset, cells, content = record
            if len(cells) == width:
                yield Row(number, offset, len(content), build(cells), content)
            elif cells:
                few = "few" if len(cells) < width else "many"
                reason = f"it has too {few} cells: {len(cells)} under {width} columns"
                yield _bad(number, offset, content, reason)

    def _records(self) -> Iterator[tuple[int, int, list[str], bytes] | BadRow]:
        """Go through rows: number of the first line, offset, cells, bytes."""
        reader = csv.reader(self._texts(), delimiter=self._delimiter, strict=True)
        while True:
            self._taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                if (bad := self._passed_over()) is None:
                    return
                reader = csv.reader(self._texts(), delimiter=self._delimiter, strict=True)
                yield bad
            except (csv.Error, UnicodeDecodeError) as error:
                reader = csv.reader(self._texts(), delimiter=self._delimiter, strict=True)
                yield self._refused(error)
            else:
                number, offset, line = self._taken[0]
                last = self._taken[-1]
                if last is not self._taken[0]:
                    line = b"\n".join(one for _, _, one in self._taken)
                self._stand(last[1] + len(last[2]) + 1, last[0])
                yield number, offset, cells, line.removesuffix(b"\r")

    def _texts(self) -> Iterator[str]:
        """Lines for the reader, which takes as many as a row has."""
        left = self._longest
        while (line := self._next_line()) is not None:
            self._taken.append(line)
            text = line[2]
            left = self._longest if len(self._taken) == 1 else left - len(text)
            if left < 0:
                raise csv.Error(ENDLESS)
            if b"\0" in text:
                raise csv.Error("it holds a NUL byte")
            yield (text.removeprefix(BYTE_ORDER_MARK) if line[1] == 0 else text).decode() + "\n"

    def _next_line(self) -> Line | None:
        if self._back:
            return self._back.pop()
        line = None if self._halted else next(self._feed, None)
        if line is None or isinstance(line, BadRow):
            self._halted = True
            return None
        return self._lines.number, *line

    def _passed_over(self) -> BadRow | None:
        """The line that is too long, now that nothing before it is needed; None at the end."""
        bad = next(self._feed, None)
        if not isinstance(bad, BadRow):
            return None
        self._halted = False
        self._stand(self._lines.offset, self._lines.number)
        return bad

    def _refused(self, error: Exception) -> BadRow:
        """Give up the first of the lines that were taken; the others are looked at again."""
        (number, offset, text), *rest = self._taken
        self._back += reversed(rest)
        self._stand(offset + len(text) + 1, number)
        return _bad(number, offset, text, _reason(error))

    def _stand(self, offset: int, number: int) -> None:
        """Stand behind a row; the last one may have no end of its own."""
        self._offset = self._lines.hold = min(offset, self._lines.offset)
        self._number = number

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._window.close()


def _bad(number: int, offset: int, content: bytes, reason: str) -> BadRow:
    return BadRow(number, offset, len(content), hashlib.sha256(content).hexdigest(), reason)


def _reason(error: Exception) -> str:
    """What the reader has against a row, in our words; it never quotes one."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    text = str(error)
    return next((ours for theirs, ours in REASONS.items() if theirs in text), text)
