"""What a person does with events: send them again, put them right, give them up; and forgetting."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adloom.database import Row, Transaction
from adloom.errors import UsageError
from scheduler.outbox.accepting import CONTENT, put
from scheduler.outbox.entries import Entry, EventState, Lane, Origin
from scheduler.outbox.known import Known
from scheduler.outbox.looking import Looking
from scheduler.outbox.parcels import Parcel, gone_with, packed
from scheduler.outbox.places import count, lane_row, origin_row
from scheduler.outbox.statements import insert, matching, next_number

__all__ = ["Mending", "removed"]


@dataclass(frozen=True)
class Mending:
    """What a transaction does with events on somebody's wish.

    Args:
        looking: Finds them.
        known: What was accepted before.
        now: The moment that counts, in milliseconds.
    """

    looking: Looking
    known: Known
    now: int

    def retry(self, work: Transaction, ids: Sequence[int] | None, lane: Lane | None) -> int:
        """Let dead events wait again, and lanes go on; how many events that is."""
        rows = self._parcels(work, ids, lane, EventState.DEAD)
        for part in _hundreds([row["id"] for row in rows]):
            work.run(
                "UPDATE event_parcel SET state = 'waiting', attempts = 0, due_at = 0,"
                " first_unknown_at = NULL, reason = NULL, revived = 1"
                f" WHERE id IN ({', '.join('?' * len(part))})",
                *part,
            )
        _move(work, rows, EventState.DEAD, EventState.WAITING)
        _go_on(work, {row["lane"] for row in rows} if ids is not None else self._lanes(work, lane))
        return sum(row["events"] for row in rows)

    def go_on(self, work: Transaction, lane: Lane) -> None:
        """Let what waits in a lane be tried again; what is dead stays so."""
        _go_on(work, self._lanes(work, lane))

    def drop(
        self, work: Transaction, ids: Sequence[int] | None, lane: Lane | None, state: EventState
    ) -> int:
        """Give events up; how many that is."""
        if state is EventState.WAITING and ids is not None:
            return sum([self._drop_waiting(work, number) for number in ids])
        rows = self._parcels(work, ids, lane, state)
        removed(work, [row["id"] for row in rows])
        _move(work, rows, state, None)
        if state is EventState.WAITING:
            for number in {row["lane"] for row in rows}:
                _fence(work, number)
        return sum(row["events"] for row in rows)

    def replace(self, work: Transaction, number: int, entry: Entry) -> None:
        """Put another event in an event's place; it keeps its number."""
        parcel, items = self.looking.find(work, number)
        [place] = [place for place, one, _ in items if one == number]
        if len(items) > 1:
            parcel = self._taken_out(work, parcel, number, place)
        else:
            work.run("DELETE FROM event_content WHERE parcel = ?", parcel.id)
            work.run(
                "UPDATE event_parcel SET gone = NULL, weight = ?, first_id = ?, last_id = ?"
                " WHERE id = ?",
                len(entry.content),
                number,
                number,
                parcel.id,
            )
        sealed = packed([entry], self.looking.sealer, parcel.id, [number])
        insert(work, CONTENT, [(parcel.id, sealed)])
        self.known.note(work, parcel.lane, [entry.key], self.now)
        if parcel.state is EventState.WAITING:
            _fence(work, parcel.lane)

    def prune(self, work: Transaction, before: int) -> int:
        """Forget the keys of what was accepted before a moment, unless it is still here."""
        self.known.settle(work)
        rows = work.run(
            "SELECT * FROM event_parcel WHERE state <> 'sent' AND accepted_at < ?", before
        )
        kept = [(row["lane"], self.looking.items(work, Parcel.of(row))) for row in rows]
        old = work.run(
            "SELECT id FROM event_parcel WHERE workspace = ? AND state = 'sent' AND due_at < ?",
            self.looking.workspace,
            before,
        )
        removed(work, [row["id"] for row in old])
        keys = [(lane, item.key) for lane, items in kept for _, _, item in items]
        return self.known.forget(work, self.looking.workspace, before, keys)

    def forget_origin(self, work: Transaction, origin: Origin) -> None:
        """Forget how far an origin was read and what was refused of it."""
        row = origin_row(work, self.looking.workspace, origin)
        if row is not None:
            work.run("DELETE FROM event_refusal WHERE origin = ?", row["id"])
            work.run("UPDATE event_origin SET progress = NULL WHERE id = ?", row["id"])

    # --- inside ---------------------------------------------------------------------------------

    def _lanes(self, work: Transaction, lane: Lane | None) -> list[int]:
        workspace = self.looking.workspace
        if lane is not None:
            row = lane_row(work, workspace, lane)
            return [row["id"]] if row else []
        rows = work.run("SELECT id FROM event_lane WHERE workspace = ?", workspace)
        return [row["id"] for row in rows]

    def _parcels(
        self, work: Transaction, ids: Sequence[int] | None, lane: Lane | None, state: EventState
    ) -> list[Row]:
        where = "workspace = ? AND state = ?"
        values: list[Any] = [self.looking.workspace, state.value]
        if lane is not None:
            row = lane_row(work, self.looking.workspace, lane)
            where += " AND lane = ?"
            values.append(row["id"] if row else 0)
        asking = f"SELECT id, lane, origin, events FROM event_parcel WHERE {where}"
        if ids is None:
            return work.run(asking, *values)
        return matching(work, f"{asking} AND first_id IN", values, list(ids))

    def _drop_waiting(self, work: Transaction, number: int) -> int:
        try:
            parcel, items = self.looking.find(work, number)
        except UsageError:
            return 0
        if parcel.state is not EventState.WAITING:
            return 0
        [place] = [place for place, one, _ in items if one == number]
        if len(items) == 1:
            removed(work, [parcel.id])
        else:
            _without(work, parcel, place)
        for table, row in (("event_lane", parcel.lane), ("event_origin", parcel.origin)):
            count(work, table, row, {EventState.WAITING: -1})
        _fence(work, parcel.lane)
        return 1

    def _taken_out(self, work: Transaction, parcel: Parcel, number: int, place: int) -> Parcel:
        """Give an event a parcel of its own."""
        _without(work, parcel, place)
        own = replace(
            parcel,
            id=next_number(work, "parcel"),
            first_id=number,
            last_id=number,
            events=1,
            gone=None,
        )
        put(work, self.looking.workspace, [own])
        return own


def removed(work: Transaction, parcels: Iterable[int]) -> None:
    """Remove parcels with their contents."""
    for part in _hundreds(list(parcels)):
        marks = ", ".join("?" * len(part))
        work.run(f"DELETE FROM event_parcel WHERE id IN ({marks})", *part)
        work.run(f"DELETE FROM event_content WHERE parcel IN ({marks})", *part)


def _without(work: Transaction, parcel: Parcel, place: int) -> None:
    work.run(
        "UPDATE event_parcel SET gone = ?, events = events - 1 WHERE id = ?",
        gone_with(parcel.gone, [place]),
        parcel.id,
    )


def _go_on(work: Transaction, lanes: Iterable[int]) -> None:
    for number in lanes:
        work.run(
            "UPDATE event_lane SET paused = NULL, paused_with = NULL,"
            " revision = revision + 1 WHERE id = ?",
            number,
        )


def _fence(work: Transaction, lane: int) -> None:
    """Whoever sends a lane's events has to look again at what waits."""
    work.run("UPDATE event_lane SET generation = generation + 1, holder = NULL WHERE id = ?", lane)


def _move(work: Transaction, rows: Sequence[Row], old: EventState, new: EventState | None) -> None:
    for table, column in (("event_lane", "lane"), ("event_origin", "origin")):
        events: Counter[int] = Counter()
        for row in rows:
            events[row[column]] += row["events"]
        for number, moved in events.items():
            changes = {old: -moved}
            if new is not None:
                changes[new] = moved
            count(work, table, number, changes)


def _hundreds(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + 100] for start in range(0, len(values), 100))
