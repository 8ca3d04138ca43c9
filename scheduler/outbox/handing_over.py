"""Calls that are queued: their events are handed to the outbox instead of the wire."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.wire import Answer, JsonBody, Record
from modules.base import Call
from scheduler.outbox.entries import Entry, Lane, Origin
from scheduler.records import Execution, Operation

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["OutboxQueue", "entries_in", "lane_of"]


@dataclass
class OutboxQueue:
    """Takes what calls want sent; the engine's way into the outbox.

    Args:
        open_outbox: Opens the outbox, when it is first needed.
        taken: How many events it took, by where they came from.
    """

    open_outbox: Callable[[], Awaitable["Outbox"]]
    taken: Counter[Origin] = field(default_factory=Counter)

    async def take(self, execution: Execution, operation: Operation, call: Call) -> Answer:
        """Keep the events of a call; those that are known already change nothing.

        Raises:
            WorkspaceError: They could not be kept; none of them is.
        """
        body = _body(call)
        lane, entries = lane_of(operation.connection, body), entries_in(body, operation.id)
        origin = Origin("scenario", execution.scenario or operation.module)
        outbox = await self.open_outbox()
        accepted = await outbox.accept(lane, entries, origin)
        self.taken[origin] += len(entries)
        told = {"message": "queued", "new": accepted.new, "known": accepted.known}
        return Answer(202, {}, told, told)


def lane_of(connection: str, body: Record) -> Lane:
    """The way the events of a request leave by."""
    source, source_id = body["event_source"], body["event_source_id"]
    return Lane(connection, source, source_id, body.get("test_event_code"))


def entries_in(body: Record, place: str) -> list[Entry]:
    """The events of a request, as the outbox keeps them."""
    # Imported here: most changes are no events.
    from modules.events.ids import key_of, person_of

    source, source_id = body["event_source"], body["event_source_id"]
    return [
        Entry(
            key=key_of(source, source_id, item["event"], item["event_id"]),
            person=person_of(item, item["event_id"]),
            event=item["event"],
            event_id=item["event_id"],
            event_time=item["event_time"],
            content=dump(item),
            place=place,
        )
        for item in body["data"]
    ]


def _body(call: Call) -> Record:
    if not isinstance(call.request.body, JsonBody):
        raise UsageError(f"{call.key} holds no events; it cannot be queued.")
    body: Record = call.request.body.value
    return body
