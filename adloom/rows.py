"""Rows of a listing that are decoded only where somebody looks at them.

A listing that goes straight into a file needs its bytes, not its values; leaving them alone saves
most of the work (benchmarks/README.md). Whoever iterates gets ordinary records.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final, overload

import msgspec

from adloom.errors import UnusableAnswerError
from adloom.json_text import JsonError, dump_lines, parse_fast
from adloom.wire import Record

__all__ = ["RawRows", "Shape", "column", "lines", "listing_decoder", "take"]

#: Decodes the columns of a row that have to be of a certain type, and passes over the others.
Shape = msgspec.json.Decoder[Any]

#: Half of a surrogate pair, escaped: it could be passed on, but nobody could store it.
LONE_SURROGATE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)


class RawRows(Sequence[Record]):
    """JSON objects as they came over the wire.

    Args:
        raw: Each row's bytes: valid UTF-8 without line breaks or halves of surrogate pairs.
    """

    __slots__ = ("_heads", "_shape", "raw")

    def __init__(self, raw: Sequence[msgspec.Raw]) -> None:
        self.raw = raw
        self._shape: Shape | None = None
        self._heads: list[Any] = []

    def __len__(self) -> int:
        return len(self.raw)

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> "RawRows": ...

    def __getitem__(self, index: int | slice) -> "Record | RawRows":
        if isinstance(index, slice):
            return RawRows(self.raw[index])
        return _row(self.raw[index])

    def __iter__(self) -> Iterator[Record]:
        return map(_row, self.raw)

    def fit(self, shape: "Shape") -> bool:
        """Whether every row is what a typed decoder expects; what it read is remembered."""
        if self._shape is shape:
            return True
        try:
            self._heads = list(map(shape.decode, self.raw))
        except msgspec.MsgspecError:
            return False
        self._shape = shape
        return True

    def column(self, name: str) -> list[Any]:
        """One column's values; None where a row has none."""
        if self._shape is not None and hasattr(self._shape.type, name):
            return [getattr(head, name) for head in self._heads]
        decode = _column_decoder(name).decode
        try:
            return [decode(row).value for row in self.raw]
        except msgspec.MsgspecError:
            return [row.get(name) for row in self]


def _row(raw: msgspec.Raw) -> Record:
    try:
        row = parse_fast(bytes(raw))
    except JsonError as error:
        raise UnusableAnswerError(f"A row of the answer cannot be read: {error}.") from None
    if not isinstance(row, dict):
        raise UnusableAnswerError("A row of the answer is no object.")
    return row


def column(rows: Sequence[Record], name: str) -> list[Any]:
    """One column's values; None where a row has none."""
    if isinstance(rows, RawRows):
        return rows.column(name)
    return [row.get(name) for row in rows]


def take(rows: Sequence[Record], places: Iterable[int]) -> Sequence[Record]:
    """The rows at some places."""
    if isinstance(rows, RawRows):
        return RawRows([rows.raw[place] for place in places])
    return [rows[place] for place in places]


def lines(rows: Sequence[Record]) -> bytes:
    """Rows as JSON lines."""
    if isinstance(rows, RawRows):
        return b"\n".join([*rows.raw, b""]) if rows.raw else b""
    return dump_lines(rows)


@cache
def _column_decoder(name: str) -> Shape:
    kinds = str | int | float | dict[str, Any] | None
    field = ("value", kinds, msgspec.field(default=None, name=name))
    return msgspec.json.Decoder(msgspec.defstruct("Column", [field], gc=False))


@cache
def _envelope_decoder(list_key: str) -> Shape:
    data = msgspec.defstruct(
        "Data",
        [
            ("rows", list[msgspec.Raw], msgspec.field(name=list_key)),
            ("page_info", dict[str, Any], msgspec.field(default_factory=dict)),
            ("has_more", Any, None),
            ("cursor", Any, None),
        ],
    )
    envelope = msgspec.defstruct(
        "Envelope",
        [("code", int), ("data", data), ("message", str, ""), ("request_id", str | None, None)],
    )
    return msgspec.json.Decoder(envelope)


def listing_decoder(list_key: str) -> Callable[[bytes], dict[str, Any] | None]:
    """Return what reads an envelope with rows under `list_key`, leaving the rows undecoded.

    It returns None for anything out of the ordinary, which the ordinary reader then judges.
    """
    decoder = _envelope_decoder(list_key)

    def read(body: bytes) -> dict[str, Any] | None:
        # Looking for a backslash alone is twenty times faster, and mostly enough.
        if b"\n" in body or (b"\\" in body and LONE_SURROGATE.search(body)):
            return None
        try:
            found = decoder.decode(body)
            body.isascii() or body.decode()
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        data = {list_key: RawRows(found.data.rows), "page_info": found.data.page_info}
        if found.data.has_more is not None:
            data |= {"has_more": found.data.has_more, "cursor": found.data.cursor}
        return {
            "code": found.code,
            "message": found.message,
            "request_id": found.request_id,
            "data": data,
        }

    return read
