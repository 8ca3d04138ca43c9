"""Rows as lines of a CSV file that a spreadsheet may open."""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import Any

from adloom.appending.text_file import Text
from adloom.errors import RejectedError
from adloom.json_text import dump
from adloom.sinks.csv_file import defused
from adloom.wire import Record

__all__ = ["csv_rows"]


def csv_rows(rows: Sequence[Record]) -> Text:
    """What writes rows under the columns a file has, or, into an empty one, under their own."""

    def text(head: bytes, ended: bool) -> bytes:
        there = _columns(head)
        columns = there or list(dict.fromkeys(defused(name) for row in rows for name in row))
        line_end = "\n" if there and b"\r\n" not in head else "\r\n"
        out = io.StringIO()
        lines = csv.writer(out, lineterminator=line_end)
        if not there:
            lines.writerow(columns)
        for row in rows:
            cells = {defused(name): value for name, value in row.items()}
            if unknown := [name for name in cells if name not in columns]:
                raise _no_column(unknown, columns)
            lines.writerow([_cell(cells.get(name)) for name in columns])
        before = "" if ended else line_end
        return (before + out.getvalue()).encode()

    return text


def _columns(head: bytes) -> list[str]:
    """The columns of a file by its beginning; none if it is empty."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
        return next(csv.reader(io.StringIO(text, newline="")), [])
    except (UnicodeDecodeError, csv.Error):
        raise RejectedError("The file is no CSV in UTF-8; nothing was added.") from None


def _no_column(unknown: Sequence[str], columns: Sequence[str]) -> RejectedError:
    return RejectedError(
        f"The file has no column {', '.join(unknown[:5])}; it has {', '.join(columns[:20])}.",
        hint="Name the columns that are meant, or another file.",
    )


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return defused(value)
        case _:
            return defused(dump(value).decode())
