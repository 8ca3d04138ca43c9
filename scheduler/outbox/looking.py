"""Looking into the outbox: what is there, where it stands, and one event as it goes out."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Final

from adloom.database import Row, Transaction
from adloom.errors import UsageError
from scheduler.outbox.entries import (
    EventState,
    Held,
    Lane,
    LaneCounts,
    Origin,
    Refusal,
    Refused,
)
from scheduler.outbox.parcels import LARGEST, Item, Parcel, Sealer, items_of
from scheduler.outbox.places import lane_of, lane_row, origin_of, origin_row
from scheduler.outbox.statements import time_of

__all__ = ["Looking"]

#: Of parcels that begin at the same event there are two at most: one that it has left, its own.
MORE: Final = 2 * LARGEST

OLDEST: Final = (
    "SELECT l.*, (SELECT p.accepted_at FROM event_parcel p WHERE p.lane = l.id"
    " AND p.state = 'waiting' ORDER BY p.first_id LIMIT 1) AS oldest"
    " FROM event_lane l WHERE l.workspace = ?"
    " ORDER BY l.connection, l.source, l.source_id, l.test_event_code"
)


@dataclass(frozen=True)
class Looking:
    """What can be asked about a workspace's events inside a transaction.

    Args:
        workspace: Whose rows.
        sealer: Opens contents.
    """

    workspace: str
    sealer: Sealer

    def counts(self, work: Transaction) -> list[LaneCounts]:
        """How each lane stands."""
        return [
            LaneCounts(
                lane_of(row),
                row["waiting"],
                row["sent"],
                row["dead"],
                time_of(row["oldest"]) if row["oldest"] is not None else None,
                row["paused"] if row["waiting"] else None,  # with nothing to send, nothing stops
            )
            for row in work.run(OLDEST, self.workspace)
        ]

    def origin_counts(self, work: Transaction, origin: Origin) -> dict[EventState, int]:
        """How many events of an origin stand where."""
        row = origin_row(work, self.workspace, origin)
        return {state: row[state.value] if row else 0 for state in EventState}

    def refusals(self, work: Transaction, origin: Origin | None, limit: int) -> list[Refused]:
        """What never became an event."""
        where, values = "", [self.workspace]
        if origin is not None:
            where = " AND o.kind = ? AND o.name = ? AND o.mark = ?"
            values += [origin.kind, origin.name, origin.mark]
        rows = work.run(
            "SELECT o.kind, o.name, o.mark, r.* FROM event_refusal r"
            f" JOIN event_origin o ON o.id = r.origin WHERE r.workspace = ?{where}"
            " ORDER BY r.origin, r.bytes_before, r.place LIMIT ?",
            *values,
            limit,
        )
        return [
            Refused(
                origin_of(row),
                Refusal(row["place"], row["bytes_before"], row["sha256"], row["reason"]),
            )
            for row in rows
        ]

    def held(
        self,
        work: Transaction,
        state: EventState | None,
        lane: Lane | None,
        limit: int,
        after_id: int,
    ) -> list[Held]:
        """Events by their numbers; of what a parcel no longer holds there is nothing."""
        found: list[Held] = []
        for row in self._rows(work, state, lane, limit, after_id):
            if len(found) >= limit:
                found = nsmallest(limit, found, key=lambda one: one.id)
                if row["first_id"] > found[-1].id:
                    break
            parcel = Parcel.of(row)
            items = self.items(work, parcel)
            found += [
                _held(parcel, row, number, item) for _, number, item in items if number > after_id
            ]
        return nsmallest(limit, found, key=lambda one: one.id)

    def find(self, work: Transaction, number: int) -> tuple[Parcel, list[tuple[int, int, Item]]]:
        """The parcel that holds an event, and everything in it.

        Raises:
            UsageError: There is none.
        """
        for row in work.run(
            "SELECT * FROM event_parcel WHERE workspace = ? AND first_id > ? AND first_id <= ?"
            " AND last_id >= ? ORDER BY first_id DESC",
            self.workspace,
            number - LARGEST,
            number,
            number,
        ):
            items = self.items(work, parcel := Parcel.of(row))
            if any(one == number for _, one, _ in items):
                return parcel, items
        raise UsageError(
            f"There is no event {number} in the outbox.",
            hint="See which there are: adloom events status --dead --waiting",
        )

    def _rows(
        self,
        work: Transaction,
        state: EventState | None,
        lane: Lane | None,
        limit: int,
        after_id: int,
    ) -> Iterator[Row]:
        where = "p.workspace = ? AND p.first_id > ? AND p.last_id > ?"
        values: list[Any] = [self.workspace, after_id - LARGEST, after_id]
        if state is not None:
            where += " AND p.state = ?"
            values.append(state.value)
        if lane is not None:
            row = lane_row(work, self.workspace, lane)
            where += " AND p.lane = ?"
            values.append(row["id"] if row else 0)
        rows = work.run(
            "SELECT p.*, l.connection, l.source, l.source_id, l.test_event_code,"
            " o.kind, o.name, o.mark FROM event_parcel p JOIN event_lane l ON l.id = p.lane"
            f" JOIN event_origin o ON o.id = p.origin WHERE {where} ORDER BY p.first_id LIMIT ?",
            *values,
            limit + MORE,
        )
        return iter(rows)

    def items(self, work: Transaction, parcel: Parcel) -> list[tuple[int, int, Item]]:
        """What a parcel still holds: each event's place in it, its number, and itself."""
        row = work.one("SELECT sealed FROM event_content WHERE parcel = ?", parcel.id)
        return items_of(bytes(row["sealed"]), self.sealer, parcel) if row else []


def _held(parcel: Parcel, row: Row, number: int, item: Item) -> Held:
    return Held(
        id=number,
        lane=lane_of(row),
        event=item.event,
        event_id=item.event_id,
        event_time=time_of(item.event_time * 1_000),
        state=parcel.state,
        attempts=parcel.attempts,
        reason=parcel.reason,
        accepted_at=time_of(parcel.accepted_at),
        origin=origin_of(row),
        place=item.place,
    )
