"""The next events of a lane, and which of them may go out together now.

Everything goes out in the order of its numbers, except that what has to wait lets others pass:
events of a person only never overtake each other.
"""

from bisect import insort
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from scheduler.outbox.parcels import Item, Parcel

__all__ = ["Batch", "BatchLimits", "Load", "Piece", "Window"]

#: So many events are looked at, at most, for those that may go out; of the others not even the
#: persons are known.
WIDEST: Final = 50_000
#: Bytes of contents that are kept at hand; what lies beyond is read again when it goes out.
AT_HAND: Final = 16_000_000
#: A batch with this share of what it may hold goes out rather than with a part of a parcel.
FULL_ENOUGH: Final = 0.75
SECOND: Final = 1_000


class BatchLimits(Protocol):
    """When a batch is complete."""

    @property
    def batch_size(self) -> int:
        """So many events, at most."""
        ...

    @property
    def batch_bytes(self) -> int:
        """So many bytes of events, at most, unless one alone has more."""
        ...

    @property
    def batch_seconds(self) -> float:
        """So long an event waits for others to go with it."""
        ...


class Piece(msgspec.Struct, frozen=True, gc=False):
    """An event of a parcel: its place in it, its number, whose it is, and its size in bytes."""

    place: int
    number: int
    person: int
    weight: int


@dataclass(eq=False, slots=True)
class Load:
    """What a parcel still has to send.

    Args:
        parcel: Its facts.
        pieces: Its events that are not under way, by their numbers.
        items: Its events by place, if they are at hand.
        persons: Whose they are.
        weight: How many bytes they have.
        flights: How many batches with events of it are under way.
    """

    parcel: Parcel
    pieces: list[Piece]
    items: dict[int, Item] | None
    persons: frozenset[int] = frozenset()
    weight: int = 0
    flights: int = 0

    def __post_init__(self) -> None:
        self.keep(self.pieces)

    @classmethod
    def of(cls, parcel: Parcel, found: Sequence[tuple[int, int, Item]]) -> "Load":
        """What was read of a parcel."""
        pieces = [
            Piece(place, number, item.person, len(item.content)) for place, number, item in found
        ]
        return cls(parcel, pieces, {place: item for place, _, item in found})

    def keep(self, pieces: list[Piece]) -> None:
        """Forget all pieces but these."""
        self.pieces = pieces
        self.persons = frozenset([piece.person for piece in pieces])
        self.weight = sum([piece.weight for piece in pieces])


@dataclass(eq=False, slots=True)
class Batch:
    """Events that go out together.

    Args:
        parts: Loads, and the pieces of each.
        events: How many.
        weight: How many bytes they have.
        oldest: When the first of them was accepted, in milliseconds.
    """

    parts: list[tuple[Load, list[Piece]]] = field(default_factory=list)
    events: int = 0
    weight: int = 0
    oldest: int | None = None
    persons: frozenset[int] = frozenset()

    def add(self, load: Load, pieces: list[Piece], weight: int) -> None:
        """Put pieces of a load in."""
        if self.parts and self.parts[-1][0] is load:
            self.parts[-1][1].extend(pieces)
        else:
            self.parts.append((load, list(pieces)))
        self.events += len(pieces)
        self.weight += weight
        accepted = load.parcel.accepted_at
        self.oldest = accepted if self.oldest is None else min(self.oldest, accepted)


class Window:
    """What waits in a lane, as far as it was read.

    Args:
        limits: When a batch is complete.
    """

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self._loads: list[Load] = []
        self._flying: list[Batch] = []
        #: What lies behind this number was not read yet.
        self.read_upto = 0
        #: The earliest moment at which there may be more to send, in milliseconds.
        self.next_at: int | None = None
        #: Bytes of contents of loads that are not under way.
        self._at_hand = 0

    @property
    def events(self) -> int:
        """How many events are waiting or under way."""
        flying = sum(batch.events for batch in self._flying)
        return flying + sum(len(load.pieces) for load in self._loads)

    @property
    def has_room(self) -> bool:
        """Whether more may be read."""
        return self.events < WIDEST

    @property
    def parcels(self) -> set[int]:
        """The parcels that are here."""
        flying = {load.parcel.id for batch in self._flying for load, _ in batch.parts}
        return flying | {load.parcel.id for load in self._loads}

    def add(self, load: Load) -> None:
        """Take in what was read."""
        if load.pieces:
            insort(self._loads, load, key=lambda one: one.parcel.first_id)
            if load.parcel.due_at or self._at_hand > AT_HAND:
                load.items = None
            if load.items is not None:
                self._at_hand += load.weight

    def take(self, now: int, *, flush: bool = False, more: bool = False) -> Batch | None:
        """The next batch, which is under way from now on; None if none is complete.

        Args:
            now: The moment, in milliseconds.
            flush: Whether not to wait for others to go along.
            more: Whether there is more to read, so that an incomplete batch may be completed.
        """
        self.next_at = None
        batch = Batch()
        complete = self._fill(batch, now)
        if not batch.events or (not complete and more):
            return None
        assert batch.oldest is not None  # noqa: S101 - for the type
        ripe_at = batch.oldest + int(self._limits.batch_seconds * SECOND)
        if not (complete or flush or ripe_at <= now):
            self._wake_at(ripe_at)
            return None
        self._fly(batch)
        return batch

    def landed(self, batch: Batch) -> None:
        """A batch is under way no more; what of it is to be sent again comes back by `add`."""
        self._flying.remove(batch)
        for load, _ in batch.parts:
            load.flights -= 1

    # --- inside ---------------------------------------------------------------------------------

    def _fill(self, batch: Batch, now: int) -> bool:
        """Put into a batch what may go; whether it is complete."""
        blocked = set().union(*(one.persons for one in self._flying))
        for group in self._groups():
            if len(group) == 1 and group[0].parcel.due_at <= now:
                complete = self._fill_from(batch, group[0], blocked)
            else:
                complete = self._fill_mixed(batch, group, blocked, now)
            if complete:
                return True
        return False

    def _groups(self) -> Iterator[list[Load]]:
        """Loads in order; those whose numbers lie among each other come together."""
        group: list[Load] = []
        last = 0
        for load in self._loads:
            if group and load.parcel.first_id > last:
                yield group
                group = []
            group.append(load)
            last = max(last, load.parcel.last_id) if len(group) > 1 else load.parcel.last_id
        if group:
            yield group

    def _fill_from(self, batch: Batch, load: Load, blocked: set[int]) -> bool:
        if blocked.isdisjoint(load.persons):
            if self._fits(batch, len(load.pieces), load.weight):
                batch.add(load, load.pieces, load.weight)
                return self._is_full(batch)
            if batch.events >= FULL_ENOUGH * self._limits.batch_size:
                return True
        elif blocked.issuperset(load.persons):
            return False
        return self._fill_singly(batch, ((load, piece) for piece in load.pieces), blocked)

    def _fill_mixed(
        self, batch: Batch, group: Collection[Load], blocked: set[int], now: int
    ) -> bool:
        pieces = [(piece.number, load, piece) for load in group for piece in load.pieces]
        pieces.sort(key=lambda one: one[0])
        for _, load, piece in pieces:
            if load.parcel.due_at > now:
                blocked.add(piece.person)
                self._wake_at(load.parcel.due_at)
            elif self._fill_singly(batch, [(load, piece)], blocked):
                return True
        return False

    def _fill_singly(
        self,
        batch: Batch,
        pieces: Iterator[tuple[Load, Piece]] | list[tuple[Load, Piece]],
        blocked: set[int],
    ) -> bool:
        for load, piece in pieces:
            if piece.person in blocked:
                continue
            if not self._fits(batch, 1, piece.weight):
                return True
            batch.add(load, [piece], piece.weight)
        return self._is_full(batch)

    def _fits(self, batch: Batch, events: int, weight: int) -> bool:
        limits = self._limits
        if not batch.events and events == 1:
            return True
        return (
            batch.events + events <= limits.batch_size
            and batch.weight + weight + batch.events + events <= limits.batch_bytes
        )

    def _is_full(self, batch: Batch) -> bool:
        return batch.events >= self._limits.batch_size or batch.weight >= self._limits.batch_bytes

    def _fly(self, batch: Batch) -> None:
        for load, pieces in batch.parts:
            load.flights += 1
            taken = {piece.place for piece in pieces}
            if load.items is not None:
                self._at_hand -= sum([piece.weight for piece in pieces])
            load.keep([piece for piece in load.pieces if piece.place not in taken])
        batch.persons = frozenset([piece.person for _, pieces in batch.parts for piece in pieces])
        self._loads = [load for load in self._loads if load.pieces]
        self._flying.append(batch)

    def _wake_at(self, moment: int) -> None:
        self.next_at = moment if self.next_at is None else min(self.next_at, moment)
