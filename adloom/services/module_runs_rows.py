"""Rows that a run has found: the first ones at hand to be shown, all of them to be taken along."""

import csv
import io
import json
import threading
import weakref
from collections.abc import Iterator, Sequence
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import Any, Final, cast

from adloom.json_text import dump, dump_lines
from adloom.rows import lines
from adloom.secret import is_harmless, redact
from adloom.sinks.csv_file import defused
from adloom.wire import Record

__all__ = ["MOST_SHOWN", "KeptRows"]

#: Rows that a page may show; a download has all.
MOST_SHOWN: Final = 200
#: Bytes that stay in memory; what is more goes into a file without a name.
IN_MEMORY: Final = 2_000_000
CHUNK: Final = 1 << 16


class KeptRows:
    """Rows as JSON lines, secrets as dots; they go when nobody holds them any more.

    Args:
        columns: What a table of them begins with, if it is there.
        most_shown: How many are at hand.
    """

    def __init__(self, columns: Sequence[str] = (), *, most_shown: int = MOST_SHOWN) -> None:
        self.shown: list[Record] = []
        self.count = 0
        self.size = 0
        self._columns = tuple(columns)
        self._most_shown = most_shown
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it is dropped
        self._lock = threading.Lock()
        self._closed = weakref.finalize(self, self._file.close)

    @property
    def is_dropped(self) -> bool:
        """Whether only what is shown is left."""
        return not self._closed.alive

    def add(self, records: Sequence[Record]) -> None:
        """Keep some more."""
        if not records:
            return
        text = lines(records)
        if not is_harmless(text.decode()):
            records = [_safe(one) for one in records]
            text = dump_lines(records)
        self.shown += [dict(one) for one in records[: self._most_shown - len(self.shown)]]
        self.count += len(records)
        self.size += len(text)
        with self._lock:
            self._file.seek(0, io.SEEK_END)
            self._file.write(text)

    def drop(self) -> None:
        """Forget all that is not shown."""
        with self._lock:
            self._closed()

    def columns(self, rows: Sequence[Record] | None = None) -> list[str]:
        """The fields that hold something, the declared ones first.

        Args:
            rows: Where to look; None is all rows, which takes a while.
        """
        seen: dict[str, None] = {}
        for row in self._rows() if rows is None else rows:
            seen |= dict.fromkeys(name for name, value in row.items() if value not in (None, ""))
        return [one for one in self._columns if one in seen] + [
            one for one in seen if one not in self._columns
        ]

    def as_csv(self) -> Iterator[bytes]:
        """All rows as CSV that a spreadsheet may open: no cell is a formula."""
        names = self.columns()
        yield _csv_line([defused(name) for name in names])
        for row in self._rows():
            yield _csv_line([defused(_cell(row.get(name))) for name in names])

    def as_json(self) -> Iterator[bytes]:
        """All rows as one JSON list."""
        mark = b"[\n"
        for line in self._lines():
            yield mark + line
            mark = b",\n"
        yield b"\n]\n" if mark == b",\n" else b"[]\n"

    def _rows(self) -> Iterator[Record]:
        for line in self._lines():
            yield json.loads(line, parse_float=Decimal)

    def _lines(self) -> Iterator[bytes]:
        """Every row; several may read at a time, each from where it is."""
        offset, rest = 0, b""
        while chunk := self._chunk(offset):
            offset += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
        if rest:
            yield rest

    def _chunk(self, offset: int) -> bytes:
        with self._lock:
            if self.is_dropped:
                return b""
            self._file.seek(offset)
            return self._file.read(CHUNK)


def _safe(record: Record) -> Record:
    return cast("Record", redact(dict(record)))


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Decimal():
            return f"{value:f}"
        case dict() | list():
            return dump(value).decode()
        case _:
            return str(value)


def _csv_line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
