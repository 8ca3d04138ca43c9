"""Single events of the outbox: found by their numbers, shown without what nobody should see."""

from typing import TYPE_CHECKING, Any, Final

import msgspec

from adloom.errors import UsageError
from scheduler.outbox.entries import Held, Lane

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["find_held", "held_data", "lane_data", "shown_item"]

#: What of an item is told to nobody; the rest TikTok wants hashed anyway, or it is no secret.
HIDDEN: Final = ("ip", "user_agent")
DOTS: Final = "•••"


async def find_held(outbox: "Outbox", number: int) -> Held:
    """One event by its number.

    Raises:
        UsageError: There is none.
    """
    found = await outbox.held(after_id=number - 1, limit=1)
    if not found or found[0].id != number:
        raise UsageError(
            f"Event {number} neither waits nor is it dead; it may have been sent.",
            hint="See which there are: adloom events status --dead --waiting",
        )
    return found[0]


async def shown_item(outbox: "Outbox", number: int) -> Any:
    """An event as it goes out, IP and user agent as dots.

    Raises:
        UsageError: There is none.
    """
    return _redacted(msgspec.json.decode(await outbox.content(number)))


def held_data(held: Held) -> dict[str, Any]:
    """An event of the outbox as JSON data, without its content."""
    return {
        "id": held.id,
        **lane_data(held.lane),
        "event": held.event,
        "event_id": held.event_id,
        "event_time": held.event_time,
        "state": held.state,
        "attempts": held.attempts,
        "reason": held.reason,
        "accepted_at": held.accepted_at,
        "origin": held.origin.name,
        "place": held.place,
    }


def lane_data(lane: Lane) -> dict[str, Any]:
    """A way out as JSON data."""
    return {
        "connection": lane.connection,
        "source": lane.source,
        "source_id": lane.source_id,
        "test_event_code": lane.test_event_code,
    }


def _redacted(item: Any) -> Any:
    user = item.get("user") if isinstance(item, dict) else None
    if isinstance(user, dict):
        item["user"] = {name: DOTS if name in HIDDEN else user[name] for name in user}
    return item
