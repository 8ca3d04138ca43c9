"""Accepting events: each is written down once, sealed, with how far its origin has come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adloom.database import Transaction
from scheduler.outbox.entries import Accepted, Entry, EventState, Lane, Origin, Refusal
from scheduler.outbox.known import Known
from scheduler.outbox.parcels import Parcel, Sealer, packed, parted
from scheduler.outbox.places import count, lane_number, origin_number
from scheduler.outbox.statements import insert, next_number

__all__ = ["Accepting", "put"]

PARCEL = (
    "event_parcel (id, workspace, lane, origin, state, first_id, last_id, events, weight, gone,"
    " accepted_at, attempts, due_at, first_unknown_at, reason, revived)"
)
CONTENT = "event_content (parcel, sealed)"
REFUSAL = "event_refusal (origin, place, bytes_before, sha256, reason, workspace)"


@dataclass(frozen=True)
class Accepting:
    """What a transaction does with events that come in.

    Args:
        workspace: Whose rows.
        sealer: Seals contents.
        known: What was accepted before.
        now: The moment that counts, in milliseconds.
    """

    workspace: str
    sealer: Sealer
    known: Known
    now: int

    def accept(
        self,
        work: Transaction,
        parts: Sequence[tuple[Lane, Sequence[Entry]]],
        origin: Origin,
        progress: bytes | None,
        refusals: Sequence[Refusal],
    ) -> Accepted:
        """Write down everything that is new."""
        source = origin_number(work, self.workspace, origin, progress)
        new = sum([self._lane(work, lane, entries, source) for lane, entries in parts if entries])
        count(work, "event_origin", source, {EventState.WAITING: new})
        rows = [
            (source, one.place, one.offset, one.sha256, one.reason, self.workspace)
            for one in refusals
        ]
        insert(work, REFUSAL, rows, otherwise="ON CONFLICT DO NOTHING")
        return Accepted(new, sum(len(entries) for _, entries in parts) - new)

    def _lane(self, work: Transaction, lane: Lane, entries: Sequence[Entry], source: int) -> int:
        number = lane_number(work, self.workspace, lane)
        fresh = self._fresh(work, number, entries)
        if not fresh:
            return 0
        parcels = list(self._parcels(work, fresh, number, source))
        put(work, self.workspace, [parcel for parcel, _ in parcels])
        rows = [(parcel.id, packed(part, self.sealer, parcel.id)) for parcel, part in parcels]
        insert(work, CONTENT, rows)
        self.known.note(work, number, [entry.key for entry in fresh], self.now)
        count(work, "event_lane", number, {EventState.WAITING: len(fresh)})
        return len(fresh)

    def _fresh(self, work: Transaction, lane: int, entries: Sequence[Entry]) -> Sequence[Entry]:
        by_key = {entry.key: entry for entry in reversed(entries)}
        before = self.known.among(work, lane, list(by_key))
        if not before and len(by_key) == len(entries):
            return entries
        return [
            entry for entry in entries if entry is by_key[entry.key] and entry.key not in before
        ]

    def _parcels(
        self, work: Transaction, entries: Sequence[Entry], lane: int, source: int
    ) -> Iterator[tuple[Parcel, Sequence[Entry]]]:
        parts = list(parted(entries))
        number = next_number(work, "parcel", len(parts))
        first = next_number(work, "event", len(entries))
        for part in parts:
            parcel = Parcel(
                id=number,
                lane=lane,
                origin=source,
                state=EventState.WAITING,
                first_id=first,
                last_id=first + len(part) - 1,
                events=len(part),
                weight=sum([len(entry.content) for entry in part]),
                gone=None,
                accepted_at=self.now,
                attempts=0,
                due_at=0,
                first_unknown_at=None,
                reason=None,
            )
            yield parcel, part
            number += 1
            first += len(part)


def put(work: Transaction, workspace: str, parcels: Sequence[Parcel]) -> None:
    """Write the facts of new parcels."""
    rows = [
        (
            one.id,
            workspace,
            one.lane,
            one.origin,
            one.state.value,
            one.first_id,
            one.last_id,
            one.events,
            one.weight,
            one.gone,
            one.accepted_at,
            one.attempts,
            one.due_at,
            one.first_unknown_at,
            one.reason,
            int(one.revived),
        )
        for one in parcels
    ]
    insert(work, PARCEL, rows)
