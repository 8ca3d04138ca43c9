"""CSV that a spreadsheet may open: no cell is a formula."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from adloom.nested_rows import NestedRows
from adloom.sinks.columns import Column, Columns

__all__ = ["CsvFile", "defused"]

#: A cell that begins like this is calculated or executed by a spreadsheet.
DANGEROUS: Final = frozenset("=+-@\t\r")
NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?%?")


class CsvFile:
    """Rows as lines of text, UTF-8, figures exactly as they came.

    Args:
        path: The file.
        columns: Its columns.
    """

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._columns = Columns(columns, exact=True)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._lines = csv.writer(self._file)
        self._lines.writerow([defused(name) for name in self._columns.names])

    def write(self, rows: NestedRows) -> int:
        """Add some rows; say how many."""
        columns = [_safe(column) for column in self._columns.of(rows)]
        self._lines.writerows(zip(*columns, strict=True))
        return len(columns[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()


def defused(text: str) -> str:
    """A cell that a spreadsheet shows instead of calculating it: an apostrophe goes in front."""
    if text[:1] in DANGEROUS and text and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _safe(values: Sequence[Any]) -> Sequence[Any]:
    return [defused(value) if value and value[0] in DANGEROUS else value for value in values]
