"""Watches as rows are read: what a source is, and where its watch was left."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adloom.database import Row
from adloom.json_text import parse_strict
from scheduler.watches import Memory, Position

__all__ = ["Source", "StoredWatch", "memory_from", "new_ids", "text_of", "watch_from"]


@dataclass(frozen=True)
class Source:
    """One source of one trigger of one scenario; a new version of the scenario changes nothing.

    Args:
        scenario: Its name.
        step: The id of its first step.
        source: What is listed separately, an advertiser id for example.
    """

    scenario: str
    step: str
    source: str


@dataclass(frozen=True)
class StoredWatch:
    """A watch as it was left.

    Args:
        position: Where it stands.
        epoch: Grows with every new beginning.
        filter: A mark of what is watched; another one makes a new beginning.
        begun_at: When it began.
        polled_at: When it was last polled without an error.
        found_at: When it last found something.
        error: Why the last poll failed.
    """

    position: Position
    epoch: int
    filter: str
    begun_at: datetime
    polled_at: datetime | None = None
    found_at: datetime | None = None
    error: str | None = None


def new_ids(now: datetime, count: int) -> list[str]:
    """Ids for bundles of the inbox, in their order, behind all that came before."""
    return [f"{now:%Y%m%d%H%M%S%f}-{place:06}-{secrets.token_hex(4)}" for place in range(count)]


def watch_from(row: Row, seen: Mapping[str, Memory]) -> StoredWatch:
    """A row of `watch`, with what is remembered of it."""
    position = Position(_moment(row["settled"]), _moment(row["candidate"]), row["polls"], seen)
    return StoredWatch(
        position,
        row["epoch"],
        row["filter"],
        datetime.fromisoformat(row["begun_at"]),
        _moment(row["polled_at"]),
        _moment(row["found_at"]),
        row["error"],
    )


def memory_from(row: Row) -> Memory:
    """A row of `watch_memory`."""
    record = None if row["record"] is None else parse_strict(row["record"].encode())
    return Memory(_moment(row["at"]), frozenset((row["digests"] or "").split()), record)


def text_of(moment: datetime | None) -> str | None:
    """A moment as a row holds it."""
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
