"""Rows whose values lie in objects on the wire, and side by side for whoever reads them.

Like `adloom.rows` this leaves bytes alone until somebody looks: a report of a million rows is
decoded once, straight into the columns of a file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from adloom.json_text import dump_lines, parse_fast
from adloom.rows import RawRows, lines
from adloom.wire import Record

__all__ = ["LineRows", "NestedRows"]


class LineRows(Sequence[Record]):
    """JSON lines, decoded when they are looked at.

    Args:
        text: Objects, one a line, each line ended.
    """

    __slots__ = ("text",)

    def __init__(self, text: bytes) -> None:
        self.text = text

    def __len__(self) -> int:
        return self.text.count(b"\n")

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> "LineRows": ...

    def __getitem__(self, index: int | slice) -> "Record | LineRows":
        if isinstance(index, slice):
            return LineRows(b"".join(self.text.splitlines(keepends=True)[index]))
        row: Record = parse_fast(self.text.splitlines()[index])
        return row

    def __iter__(self) -> Iterator[Record]:
        return map(parse_fast, self.text.splitlines())


class NestedRows(Sequence[Record]):
    """Rows as they came, read flat.

    Args:
        rows: Rows with objects in them.
        flat: Makes a bundle of one of them and the constants.
        constants: What all of them have in common, and the rows do not say.
    """

    __slots__ = ("_flat", "constants", "rows")

    def __init__(
        self,
        rows: Sequence[Record],
        flat: Callable[[Record, Mapping[str, Any]], Record],
        constants: Mapping[str, Any],
    ) -> None:
        self.rows = rows
        self.constants = constants
        self._flat = flat

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> "NestedRows": ...

    def __getitem__(self, index: int | slice) -> "Record | NestedRows":
        if isinstance(index, slice):
            return NestedRows(self.rows[index], self._flat, self.constants)
        return self._flat(self.rows[index], self.constants)

    def __iter__(self) -> Iterator[Record]:
        return (self._flat(row, self.constants) for row in self.rows)

    def text(self) -> bytes:
        """The rows as they came, as JSON lines."""
        if isinstance(self.rows, LineRows):
            return self.rows.text
        return lines(self.rows) if isinstance(self.rows, RawRows) else dump_lines(self.rows)
