"""What comes out of a file: rows, what is no row, and how far the reading is."""

import hashlib
from dataclasses import dataclass
from typing import Any, Self

import msgspec

__all__ = ["BadRow", "Position", "Row"]


class Row(msgspec.Struct, frozen=True, gc=False):
    """One record of a file.

    Args:
        number: Which line, element or row of the table it is, counted from 1; a header counts.
        offset: How many bytes come before it; of a table, its rowid.
        length: How many bytes it has.
        record: Its fields.
        content: Its bytes, without the end of the line.
    """

    number: int
    offset: int
    length: int
    record: dict[str, Any]
    content: bytes

    def digest(self) -> str:
        """The SHA-256 of its bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """Something that is no record: what finds it again, and never its content.

    Args:
        number: Which line, element or row of the table it is, counted from 1.
        offset: How many bytes come before it; of a table, its rowid.
        length: How many bytes it has.
        sha256: Of its bytes, in hex.
        reason: Why it is none, as a clause: `it is not UTF-8`.
    """

    number: int
    offset: int
    length: int
    sha256: str
    reason: str


@dataclass(frozen=True)
class Position:
    """How far a source has been read.

    Args:
        offset: So many bytes were read; of a table, the last rowid.
        number: So many lines, elements or rows of the table.
        sha256: Of the bytes read so far, in hex; it tells whether they are still the same.
    """

    offset: int
    number: int
    sha256: str

    def as_note(self) -> bytes:
        """This position as a few bytes that can be kept."""
        return msgspec.json.encode(self)

    @classmethod
    def from_note(cls, note: bytes) -> Self:
        """A position that was kept."""
        return msgspec.json.decode(note, type=cls)
