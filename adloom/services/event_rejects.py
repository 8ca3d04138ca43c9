"""Events that could not be sent and records that never became events, by their reasons."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from adloom.database import Row, Transaction
from adloom.services.event_outbox import held_data, shown_item
from adloom.services.event_reasons import Explained, explained, key_of_reason, kind_of_reason
from adloom.services.session import Session
from scheduler.outbox.entries import EventState, Held, Refused
from scheduler.outbox.parcels import Parcel, items_of
from scheduler.outbox.places import lane_of, origin_of
from scheduler.outbox.statements import matching, time_of

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = [
    "MOST_REFUSED",
    "Group",
    "RefusedGroup",
    "as_lines",
    "count_of_refused",
    "dead_events",
    "dead_ids",
    "dead_of",
    "groups_of_dead",
    "groups_of_refused",
]

#: Refused records that are looked at; more than anybody reads.
MOST_REFUSED: Final = 5_000
#: Refused records that are shown of a group.
SHOWN: Final = 50
AT_ONCE: Final = 200
REFUSED: Final = "SELECT COUNT(*) AS records FROM event_refusal WHERE workspace = ?"
DEAD: Final = "SELECT first_id, reason FROM event_parcel WHERE workspace = ? AND state = 'dead'"
WHOLE: Final = (
    "SELECT p.*, l.connection, l.source, l.source_id, l.test_event_code, o.kind, o.name, o.mark,"
    " c.sealed FROM event_parcel p JOIN event_lane l ON l.id = p.lane"
    " JOIN event_origin o ON o.id = p.origin JOIN event_content c ON c.parcel = p.id"
    " WHERE p.workspace = ? AND p.state = 'dead' AND p.first_id IN"
)


@dataclass(frozen=True)
class Group:
    """Dead events that have the same reason.

    Args:
        key: What pages call it by.
        reason: The reason of one of them.
        explained: What it means.
        ids: Their numbers, in order.
    """

    key: str
    reason: str
    explained: Explained
    ids: Sequence[int]


@dataclass(frozen=True)
class RefusedGroup:
    """Records that were refused for the same reason.

    Args:
        reason: The reason; dots stand for figures that differ.
        count: How many there are.
        shown: The first of them; digests only.
    """

    reason: str
    count: int
    shown: Sequence[Refused] = field(default_factory=tuple)


async def groups_of_dead(outbox: "Outbox") -> list[Group]:
    """Dead events by their reasons, the commonest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for number, reason in await _numbered(outbox):
        found.setdefault(key_of_reason(reason), []).append((number, reason))
    groups = [
        Group(key, rows[0][1], explained(rows[0][1]), [number for number, _ in rows])
        for key, rows in found.items()
    ]
    return sorted(groups, key=lambda one: -len(one.ids))


async def dead_ids(outbox: "Outbox", key: str | None = None) -> list[int]:
    """The numbers of dead events, of one reason or all."""
    found = await _numbered(outbox)
    return [number for number, reason in found if key in (None, key_of_reason(reason))]


async def dead_of(outbox: "Outbox", key: str | None, asked: Sequence[int]) -> list[int]:
    """Those of some dead events that are still there, and still have their reason."""
    there = set(await dead_ids(outbox, key))
    return [one for one in asked if one in there]


async def dead_events(outbox: "Outbox", ids: Sequence[int]) -> list[Held]:
    """Dead events by their numbers; what is not dead any more is left out."""

    def work(work: Transaction) -> list[Held]:
        rows = matching(work, WHOLE, [outbox.workspace], list(ids))
        found = [one for row in rows for one in _held(row, outbox)]
        return sorted(found, key=lambda one: one.id)

    return await outbox.database.read(work)


async def groups_of_refused(outbox: "Outbox") -> list[RefusedGroup]:
    """Records that never became events by the kinds of their reasons, the commonest first."""
    found: dict[str, list[Refused]] = {}
    for one in await outbox.refusals(limit=MOST_REFUSED):
        found.setdefault(kind_of_reason(one.refusal.reason), []).append(one)
    groups = []
    for kind, rows in found.items():
        reasons = {one.refusal.reason for one in rows}
        groups.append(
            RefusedGroup(kind if len(reasons) > 1 else min(reasons), len(rows), rows[:SHOWN])
        )
    return sorted(groups, key=lambda one: -one.count)


async def count_of_refused(session: Session) -> int:
    """How many records never became events."""
    if not session.workspace.events.exists():
        return 0
    outbox = await session.outbox()
    row = await outbox.database.read(lambda work: work.one(REFUSED, outbox.workspace))
    return int(row["records"]) if row else 0


async def as_lines(outbox: "Outbox", key: str | None = None) -> AsyncIterator[bytes]:
    """Dead events as JSON lines, each as it goes out: hashed, without IP and user agent."""
    ids = await dead_ids(outbox, key)
    for start in range(0, len(ids), AT_ONCE):
        for held in await dead_events(outbox, ids[start : start + AT_ONCE]):
            data: dict[str, Any] = {**held_data(held), "item": await shown_item(outbox, held.id)}
            yield msgspec.json.encode(data) + b"\n"


async def _numbered(outbox: "Outbox") -> list[tuple[int, str]]:
    rows = await outbox.database.read(lambda work: list(work.run(DEAD, outbox.workspace)))
    return sorted((row["first_id"], row["reason"] or "") for row in rows)


def _held(row: Row, outbox: "Outbox") -> Iterable[Held]:
    """The events of a parcel; a dead one has a parcel of its own."""
    parcel = Parcel.of(row)
    for _, number, item in items_of(bytes(row["sealed"]), outbox.sealer, parcel):
        yield Held(
            id=number,
            lane=lane_of(row),
            event=item.event,
            event_id=item.event_id,
            event_time=time_of(item.event_time * 1_000),
            state=EventState.DEAD,
            attempts=parcel.attempts,
            reason=parcel.reason,
            accepted_at=time_of(parcel.accepted_at),
            origin=origin_of(row),
            place=item.place,
        )
