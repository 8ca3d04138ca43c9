"""What is handed on while events are read: what to read, what came of it, how far it is."""

from datetime import datetime
from typing import Final

import msgspec

from adloom.clock import Clock, FastClock, SystemClock
from adloom.sources import Position
from scheduler.outbox.entries import Entry, Refusal

__all__ = [
    "STANDARD_INPUT",
    "Begun",
    "Job",
    "Parcel",
    "Portion",
    "ReadingFault",
    "Trouble",
    "words_for",
]

STANDARD_INPUT: Final = "-"
#: What a place in a file is called; everywhere else it is a line.
PLACES: Final = {"json": "record", "sqlite": "row"}


class ReadingFault(RuntimeError):  # noqa: N818 - a fault of ours, not an error anybody handles
    """A fault of ours, told without the data it happened with."""


class Job(msgspec.Struct, frozen=True):
    """What is read, and how.

    Args:
        file: The path; `-` is the standard input.
        mapping: The mapping as JSON.
        source: The event source where a record does not say.
        source_id: Its id.
        test_event_code: The connection's test event code.
        format: The file's format, if it was named.
        table: The table of a SQLite file.
        records: Where in a JSON file the records are.
        start: Where to go on.
        limit: So many rows at most; 0 means all.
        fast_since: With `fast_speed`, the moment from which time runs faster.
        fast_speed: How many seconds pass in one.
    """

    file: str
    mapping: str
    source: str
    source_id: str
    test_event_code: str | None = None
    format: str | None = None
    table: str | None = None
    records: str | None = None
    start: Position | None = None
    limit: int = 0
    fast_since: datetime | None = None
    fast_speed: float = 1.0

    def clock(self) -> Clock:
        """The workspace's time."""
        if self.fast_since is None or self.fast_speed == 1:
            return SystemClock()
        return FastClock(self.fast_since, self.fast_speed)


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """What is known of a source once it is open.

    Args:
        name: What people call it.
        format: Its format.
        size: Its bytes, if they are known.
        resumed: Whether it goes on where it was to.
    """

    name: str
    format: str
    size: int | None
    resumed: bool


class Trouble(msgspec.Struct, frozen=True, gc=False):
    """Something that is wrong with a row, or with an event made of it.

    Args:
        number: The row's number.
        offset: Bytes before it.
        field: Where in the event; empty where the whole row is no record.
        reason: Why.
        error: Whether it keeps something from going out; otherwise it is a warning.
        sha256: Of the row's bytes, where it is no record.
    """

    number: int
    offset: int
    field: str
    reason: str
    error: bool
    sha256: str = ""


class Parcel(msgspec.Struct, frozen=True):
    """Events of one portion that leave by the same way.

    Args:
        source: web, app, offline or crm.
        source_id: The source's id.
        test_event_code: The test event code, if these are tests.
        entries: The events.
    """

    source: str
    source_id: str
    test_event_code: str | None
    entries: list[Entry]


class Portion(msgspec.Struct, tag="portion"):
    """What came of some rows.

    Args:
        parcels: The events.
        refusals: What never became an event.
        troubles: What is wrong, errors and warnings, in the order of the rows.
        skipped: How many records were left out on purpose, by reason.
        rows: How many rows these were.
        offset: How many bytes have been read, for progress.
        note: How far the reading is, to go on later; empty where it cannot go on.
    """

    parcels: list[Parcel] = msgspec.field(default_factory=list)
    refusals: list[Refusal] = msgspec.field(default_factory=list)
    troubles: list[Trouble] = msgspec.field(default_factory=list)
    skipped: dict[str, int] = msgspec.field(default_factory=dict)
    rows: int = 0
    offset: int = 0
    note: bytes = b""


def words_for(format_name: str) -> str:
    """What a place in a file of some format is called: line, record or row."""
    return PLACES.get(format_name, "line")
