"""Parcels: events of one lane and origin that were accepted together, sealed in one piece."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Protocol

import msgspec

from adloom.database import Row
from scheduler.outbox.entries import Entry, EventState

__all__ = [
    "LARGEST",
    "Item",
    "Parcel",
    "Sealer",
    "gone_with",
    "items_of",
    "packed",
    "parted",
]

#: A parcel holds at most so many events, or about so many bytes.
LARGEST: Final = 250
HEAVIEST: Final = 250_000

FIELDS: Final = attrgetter("key", "person", "event", "event_id", "event_time", "place", "content")


class Sealer(Protocol):
    """Seals contents at rest; the vault does."""

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """Seal for one place."""
        ...

    def unseal_bytes(self, sealed: bytes, place: str) -> bytes:
        """Open again."""
        ...


class Item(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An event in a parcel; as `Entry`."""

    key: bytes
    person: int
    event: str
    event_id: str
    event_time: int
    place: str
    content: bytes


class _Packed(msgspec.Struct, array_like=True, gc=False):
    #: The events' numbers; None if they follow each other.
    ids: list[int] | None
    items: list[Item]


ENCODER: Final = msgspec.msgpack.Encoder()
DECODER: Final = msgspec.msgpack.Decoder(_Packed)


@dataclass(slots=True)
class Parcel:
    """The facts of a parcel.

    Args:
        id: Its number.
        lane: The lane's number.
        origin: The origin's number.
        state: waiting or dead; sent where a person had them sent again and may ask.
        first_id: The smallest number of its events.
        last_id: The largest.
        events: How many of them are still to be sent.
        weight: How many bytes their contents have, about.
        gone: One bit for each event, set once it is no longer here; None if all are.
        accepted_at: When they were accepted.
        attempts: How often they were sent and something came of it, if only an error.
        due_at: When they may be sent again.
        first_unknown_at: When they were first sent without anybody learning what came of it.
        reason: Why they are dead or wait.
        revived: Whether a person had them sent again.
    """

    id: int
    lane: int
    origin: int
    state: EventState
    first_id: int
    last_id: int
    events: int
    weight: int
    gone: bytes | None
    accepted_at: int
    attempts: int
    due_at: int
    first_unknown_at: int | None
    reason: str | None
    revived: bool = False

    @classmethod
    def of(cls, row: Row) -> "Parcel":
        """Read its row."""
        return cls(
            row["id"],
            row["lane"],
            row["origin"],
            EventState(row["state"]),
            row["first_id"],
            row["last_id"],
            row["events"],
            row["weight"],
            row["gone"],
            row["accepted_at"],
            row["attempts"],
            row["due_at"],
            row["first_unknown_at"],
            row["reason"],
            bool(row["revived"]),
        )


def _place(parcel: int) -> str:
    """What a parcel's content is bound to."""
    return f"events/{parcel}"


def parted(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Entries in portions of a parcel."""
    for first in range(0, len(entries), LARGEST):
        part = entries[first : first + LARGEST]
        if sum([len(entry.content) for entry in part]) > HEAVIEST and len(part) > 1:
            middle = len(part) // 2
            yield from parted(part[:middle])
            yield from parted(part[middle:])
        else:
            yield part


def packed(
    entries: Sequence[Entry | Item], sealer: Sealer, parcel: int, ids: Sequence[int] | None = None
) -> bytes:
    """Seal events as one parcel.

    Args:
        entries: The events.
        sealer: Seals.
        parcel: The parcel's number.
        ids: The events' numbers; None if they follow each other.
    """
    content = ENCODER.encode((ids, [FIELDS(entry) for entry in entries]))
    return sealer.seal_bytes(content, _place(parcel))


def items_of(sealed: bytes, sealer: Sealer, parcel: Parcel) -> list[tuple[int, int, Item]]:
    """What a parcel still holds: each event's place in it, its number, and itself."""
    unsealed: Any = sealer.unseal_bytes(sealed, _place(parcel.id))
    found = DECODER.decode(unsealed)
    ids = found.ids or range(parcel.first_id, parcel.first_id + len(found.items))
    everything = zip(range(len(found.items)), ids, found.items, strict=True)
    if parcel.gone is None:
        return list(everything)
    gone = int.from_bytes(parcel.gone, "little")
    return [one for one in everything if not gone >> one[0] & 1]


def gone_with(gone: bytes | None, places: Iterable[int]) -> bytes:
    """The bits of the events that are no longer here, with some more of them."""
    bits = int.from_bytes(gone or b"", "little")
    for place in places:
        bits |= 1 << place
    return bits.to_bytes(LARGEST // 8 + 1, "little")
