"""What waits in a lane, as its sender reads it and writes down what became of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from adloom.database import Transaction
from scheduler.outbox.accepting import CONTENT, put
from scheduler.outbox.entries import EventState
from scheduler.outbox.leases import Lease
from scheduler.outbox.mending import removed
from scheduler.outbox.parcels import Item, Parcel, gone_with, items_of, packed
from scheduler.outbox.places import count
from scheduler.outbox.statements import insert, matching, next_number
from scheduler.outbox.store import Outbox
from scheduler.outbox.window import Load

__all__ = ["Again", "Dead", "LaneRows", "Settled"]

#: Parcels are read so many at a time, or about so many bytes of them.
AT_ONCE: Final = 500
BYTES_AT_ONCE: Final = 3_000_000


@dataclass(frozen=True, slots=True)
class Again:
    """What is to be sent again.

    Args:
        due_at: When, in milliseconds.
        reason: Why.
        unknown: Whether it may have arrived.
        counted: Whether that was an attempt.
    """

    due_at: int
    reason: str
    unknown: bool = False
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Dead:
    """What cannot be sent.

    Args:
        reason: Why.
        counted: Whether it was tried.
    """

    reason: str
    counted: bool = True


@dataclass(slots=True)
class Settled:
    """What became of events of one parcel, by their places in it.

    Args:
        load: The parcel.
        items: The events with their numbers.
        sent: What TikTok has.
        dead: What cannot be sent.
        again: What is to be sent again.
    """

    load: Load
    items: dict[int, tuple[int, Item]]
    sent: set[int] = field(default_factory=set)
    dead: dict[int, Dead] = field(default_factory=dict)
    again: dict[Again, list[int]] = field(default_factory=dict)


class LaneRows:
    """The rows of one lane, for whoever has the lease of it.

    Args:
        outbox: Whose lane.
        lease: The right to send it.
    """

    def __init__(self, outbox: Outbox, lease: Lease) -> None:
        self._outbox = outbox
        self._lease = lease

    async def waiting(self, after: int) -> tuple[list[Load], bool]:
        """The next parcels that wait, from an event's number on; and whether there are more."""
        asking = (
            "SELECT * FROM event_parcel WHERE lane = ? AND state = 'waiting' AND first_id >= ?"
            " ORDER BY first_id LIMIT ?"
        )

        def work(work: Transaction) -> tuple[list[tuple[Parcel, bytes]], bool]:
            rows = work.run(asking, self._lease.number, after, AT_ONCE)
            parcels = list(_some([Parcel.of(row) for row in rows]))
            sealed = _sealed(work, parcels)
            more = len(rows) == AT_ONCE or len(parcels) < len(rows)
            return [(one, sealed[one.id]) for one in parcels], more

        found, more = await self._outbox.database.read(work)
        sealer = self._outbox.sealer
        return [Load.of(one, items_of(sealed, sealer, one)) for one, sealed in found], more

    async def contents(self, parcels: Sequence[Parcel]) -> dict[int, dict[int, Item]]:
        """Everything that parcels still hold, by parcel and place."""
        sealed = await self._outbox.database.read(lambda work: _sealed(work, parcels))
        return {
            one.id: {
                place: item for place, _, item in items_of(sealed[one.id], self._outbox.sealer, one)
            }
            for one in parcels
            if one.id in sealed
        }

    async def sending(self, parcels: Sequence[int], now: int) -> None:
        """Note that events of some parcels are about to be sent.

        Raises:
            LeaseLostError: Somebody else sends this lane now.
        """
        asking = (
            "UPDATE event_parcel SET sending_at = COALESCE(sending_at, ?) WHERE id IN"
            f" ({', '.join('?' * len(parcels))})"
        )

        def work(work: Transaction) -> None:
            self._lease.check(work)
            work.run(asking, now, *parcels)

        await self._outbox.database.write(work)

    async def settle(self, settled: Sequence[Settled], now: int) -> list[Load]:
        """Note what became of events, all of it or nothing; what is to be sent again comes back.

        Raises:
            LeaseLostError: Somebody else sends this lane now; nothing was written.
        """
        return await self._outbox.database.write(lambda work: self._settle(work, settled, now))

    # --- inside ---------------------------------------------------------------------------------

    def _settle(self, work: Transaction, settled: Sequence[Settled], now: int) -> list[Load]:
        self._lease.check(work)
        asking = "SELECT * FROM event_parcel WHERE id IN"
        rows = matching(work, asking, [], [one.load.parcel.id for one in settled])
        # Other batches may have taken some of the same parcels.
        facts = {row["id"]: (Parcel.of(row), row["sending_at"]) for row in rows}
        moved: dict[int, Counter[EventState]] = {}
        finished: list[int] = []
        back: list[Load] = []
        for one in settled:
            parcel, sending_at = facts[one.load.parcel.id]
            _count(moved.setdefault(parcel.origin, Counter()), one)
            if len(one.sent) == parcel.events and not parcel.revived:
                finished.append(parcel.id)
            else:
                back += self._part(work, one, parcel, sending_at or now)
        removed(work, finished)
        for origin, counts in moved.items():
            count(work, "event_origin", origin, counts)
        total: Counter[EventState] = Counter()
        for counts in moved.values():
            total.update(counts)
        count(work, "event_lane", self._lease.number, total)
        return back

    def _part(self, work: Transaction, one: Settled, parcel: Parcel, sending_at: int) -> list[Load]:
        """Settle what does not simply go: it gets parcels of its own."""
        for place, dead in one.dead.items():
            attempts = parcel.attempts + dead.counted
            own = replace(parcel, state=EventState.DEAD, reason=dead.reason, attempts=attempts)
            self._apart(work, own, [one.items[place]])
        for place in one.sent if parcel.revived else ():
            own = replace(parcel, state=EventState.SENT, due_at=sending_at)
            self._apart(work, own, [one.items[place]])
        back = []
        for again, places in one.again.items():
            since = parcel.first_unknown_at or (sending_at if again.unknown else None)
            own = replace(
                parcel,
                due_at=again.due_at,
                reason=again.reason,
                attempts=parcel.attempts + again.counted,
                first_unknown_at=since,
            )
            if len(places) == parcel.events:
                return [self._in_place(work, own, [(place, *one.items[place]) for place in places])]
            back.append(self._apart(work, own, [one.items[place] for place in places]))
        self._shrink(work, one, parcel)
        return back

    def _apart(self, work: Transaction, facts: Parcel, items: Sequence[tuple[int, Item]]) -> Load:
        """Give events a parcel of their own, with these facts."""
        ids = [number for number, _ in items]
        own = replace(
            facts,
            id=next_number(work, "parcel"),
            first_id=min(ids),
            last_id=max(ids),
            events=len(ids),
            weight=sum([len(item.content) for _, item in items]),
            gone=None,
        )
        put(work, self._outbox.workspace, [own])
        kept = [item for _, item in items]
        if own.state is EventState.SENT:
            kept = [msgspec.structs.replace(item, content=b"") for item in kept]
        insert(work, CONTENT, [(own.id, packed(kept, self._outbox.sealer, own.id, ids))])
        return Load.of(own, [(place, *one) for place, one in enumerate(items)])

    def _in_place(
        self, work: Transaction, facts: Parcel, items: Sequence[tuple[int, int, Item]]
    ) -> Load:
        """Let everything that a parcel holds wait again."""
        work.run(
            "UPDATE event_parcel SET due_at = ?, reason = ?, attempts = ?, first_unknown_at = ?,"
            " sending_at = NULL WHERE id = ?",
            facts.due_at,
            facts.reason,
            facts.attempts,
            facts.first_unknown_at,
            facts.id,
        )
        return Load.of(facts, items)

    def _shrink(self, work: Transaction, one: Settled, parcel: Parcel) -> None:
        """Take what was settled out of its parcel."""
        if len(one.items) == parcel.events:
            removed(work, [parcel.id])
            return
        still_flying = one.load.flights > 1
        work.run(
            "UPDATE event_parcel SET gone = ?, events = ?, weight = ?"
            f"{'' if still_flying else ', sending_at = NULL'} WHERE id = ?",
            gone_with(parcel.gone, one.items),
            parcel.events - len(one.items),
            parcel.weight - sum([len(item.content) for _, item in one.items.values()]),
            parcel.id,
        )


def _some(parcels: Sequence[Parcel]) -> Iterator[Parcel]:
    """The first of some parcels, about as many as are read at a time."""
    weight = 0
    for parcel in parcels:
        if weight > BYTES_AT_ONCE:
            return
        weight += parcel.weight
        yield parcel


def _sealed(work: Transaction, parcels: Sequence[Parcel]) -> dict[int, bytes]:
    """Contents by parcel, still sealed."""
    asking = "SELECT parcel, sealed FROM event_content WHERE parcel IN"
    rows = matching(work, asking, [], [one.id for one in parcels])
    return {row["parcel"]: bytes(row["sealed"]) for row in rows}


def _count(counts: Counter[EventState], one: Settled) -> None:
    counts[EventState.SENT] += len(one.sent)
    counts[EventState.DEAD] += len(one.dead)
    counts[EventState.WAITING] -= len(one.sent) + len(one.dead)
