"""The columns of a file, and how rows become them.

Rows that nobody has looked at are decoded straight into columns, once; that is most of what makes a
report of a million rows cheap (benchmarks/README.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import astuple

from adloom.nested_rows import NestedRows

__all__ = ["Column", "Columns"]

#: How a platform writes that a figure has no value.
NO_VALUE: Final = "-"


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        name: What it is called.
        inside: The object of a row that holds it; empty if all rows have it in common.
        is_number: Whether it holds figures; otherwise it holds text.
        length: How many characters of a text count; 0 means all.
    """

    name: str
    inside: str
    is_number: bool = False
    length: int = 0


class Columns:
    """Turns rows into columns.

    Args:
        columns: The columns, in the order of the file.
        exact: Whether figures stay the text they came as; otherwise they become floats.
    """

    def __init__(self, columns: Sequence[Column], *, exact: bool) -> None:
        self.columns = tuple(columns)
        self._exact = exact
        self._figures = {one.name for one in columns if one.is_number}
        #: The figures that were missing somewhere; only theirs have to be looked at.
        self._gappy = set(self._figures) if exact else set[str]()
        self._objects = _objects(self.columns)
        self._decoder = self._made_decoder()

    @property
    def names(self) -> list[str]:
        """What the columns are called."""
        return [one.name for one in self.columns]

    def of(self, rows: NestedRows) -> list[Sequence[Any]]:
        """The values of some rows, column by column; None where there is none."""
        try:
            heads = self._decoded(rows.text())
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return self._slowly(rows)
        found = self._apart(heads)
        for column in self.columns:
            if not column.inside:
                found[column.name] = [rows.constants.get(column.name)] * len(heads)
            elif length := column.length:
                shortened = [value and value[:length] for value in found[column.name]]
                found[column.name] = shortened
        for name in self._gappy:
            found[name] = [None if value == NO_VALUE else value for value in found[name]]
        return [found[column.name] for column in self.columns]

    def _decoded(self, text: bytes) -> list[Any]:
        """Rows as objects; figures that turn out to be missing somewhere are remembered."""
        try:
            return self._decoder.decode_lines(text)
        except msgspec.ValidationError:
            if self._gappy == self._figures:
                raise
        self._gappy, known = set(self._figures), self._gappy
        self._decoder = self._made_decoder()
        heads = self._decoder.decode_lines(text)
        found = self._apart(heads)
        self._gappy = known | {name for name in self._figures if NO_VALUE in found[name]}
        self._decoder = self._made_decoder()
        return heads

    def _apart(self, heads: Sequence[Any]) -> dict[str, Sequence[Any]]:
        """The values of rows, column by column."""
        found: dict[str, Sequence[Any]] = {}
        for inside, names in self._objects.items():
            values = map(astuple, map(attrgetter(_attribute(inside)), heads))
            row_by_row = list(chain.from_iterable(values))
            found |= {name: row_by_row[at :: len(names)] for at, name in enumerate(names)}
        return found

    def _made_decoder(self) -> msgspec.json.Decoder[Any]:
        """Reads just the columns of a row; figures from the text they are sent as."""
        objects: list[Any] = []
        for inside, names in self._objects.items():
            fields: list[Any] = [
                (f"c{at}", self._kind(name), msgspec.field(default=None, name=name))
                for at, name in enumerate(names)
            ]
            values = msgspec.defstruct("Values", fields, gc=False)
            objects.append((_attribute(inside), values, msgspec.field(name=inside)))
        return msgspec.json.Decoder(msgspec.defstruct("Row", objects, gc=False), strict=False)

    def _kind(self, name: str) -> Any:
        if self._exact or name not in self._figures:
            return str | None
        return float | Literal["-"] | None if name in self._gappy else float | None

    def _slowly(self, rows: NestedRows) -> list[Sequence[Any]]:
        """The same, for rows with something out of the ordinary: `<5`, an id as a number."""
        records = list(rows)
        return [
            [self._one(record.get(column.name), column) for record in records]
            for column in self.columns
        ]

    def _one(self, value: Any, column: Column) -> Any:
        if value is None or isinstance(value, bool):
            return value if value is None else str(value).lower()
        if isinstance(value, Decimal | int | float) and column.is_number and not self._exact:
            return float(value)
        return value if isinstance(value, str) else str(value)


def _attribute(inside: str) -> str:
    """A name for an object that Python accepts, whatever the platform calls it."""
    return f"o{inside.encode().hex()}"


def _objects(columns: Sequence[Column]) -> dict[str, list[str]]:
    """The objects of a row, and the columns in each."""
    found: dict[str, list[str]] = {}
    for one in columns:
        if one.inside:
            found.setdefault(one.inside, []).append(one.name)
    return found
