"""Rows as JSON lines."""

from collections.abc import Sequence

from adloom.appending.text_file import Text
from adloom.json_text import dump_lines
from adloom.wire import Record

__all__ = ["json_rows"]


def json_rows(rows: Sequence[Record]) -> Text:
    """What writes rows, one a line."""

    def text(_: bytes, ended: bool) -> bytes:
        return (b"" if ended else b"\n") + dump_lines(rows)

    return text
