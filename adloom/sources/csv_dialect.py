"""How a CSV file is written: what stands between its cells, and what its columns are called."""

import csv
import re
from collections.abc import Sequence
from typing import Final

from adloom.errors import UsageError

__all__ = ["checked_header", "delimiter_of"]

DELIMITERS: Final = (",", ";", "\t", "|")
#: Lines looked at to find the delimiter.
SAMPLE: Final = 10
#: A cell like this is a value, not the name of a column.
VALUE: Final = re.compile(r"[-+]?[0-9][0-9.,:/ -]*|[^@\s]+@[^@\s]+\.[^@\s]+")


def delimiter_of(head: bytes) -> str:
    """What stands between the cells, by the beginning of a file: what cuts its lines alike."""
    lines = head.decode(errors="replace").split("\n")
    lines = [line for line in lines[: SAMPLE + 1] if line.strip()][:SAMPLE]
    return max(DELIMITERS, key=lambda one: _cut(lines, one))


def _cut(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How many lines a delimiter cuts like the first, and into how many cells."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] == 1:
        return (0, 0)
    return (sum(width == widths[0] for width in widths), widths[0])


def checked_header(cells: Sequence[str], name: str) -> list[str]:
    """The names of the columns.

    Raises:
        UsageError: They are none.
    """
    names = [cell.strip() for cell in cells]
    if not any(names) or any(VALUE.fullmatch(one) for one in names):
        raise UsageError(
            f"The first line of {name} does not name its columns.",
            hint="Put a line above it with a name for each column: order_id,email,…",
        )
    return names
