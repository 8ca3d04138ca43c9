"""A creation that is sent twice happens once if it has a `request_id` (business_api.md §1.1)."""

from collections.abc import Callable
from typing import Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Reply
from adloom.simulator.state import Call

__all__ = ["once"]

WITHIN: Final = 10.0
#: A `request_id` is a whole number of 64 bits, as text.
LARGEST: Final = 1 << 64


def once(create: Callable[[Call], tuple[str, Reply]], call: Call) -> Reply:
    """Create something, unless the same request did so within the last ten seconds.

    Args:
        create: Makes it; tells its id and the answer.
        call: The request.
    """
    state, now = call.state, call.state.clock.now()
    key = _key(call)
    if key in state.created and now - state.created[key][0] < WITHIN:
        reply = state.created[key][1]
        state.effects.record(call.path, _ids(reply), (), at=now, took_effect=False)
        return reply
    identity, reply = create(call)
    state.effects.record(call.path, [identity], [identity], at=now)
    if key:
        state.created[key] = (now, reply)
    return reply


def _key(call: Call) -> tuple[str, ...]:
    """What makes two creations one request; empty where nothing does."""
    request_id = call.params.get("request_id")
    if not request_id:
        return ()
    if not (request_id.isascii() and request_id.isdigit() and int(request_id) < LARGEST):
        raise bad_param("request_id", "Not a valid 64-bit integer.")
    return (call.app_id, call.path, call.params["advertiser_id"], request_id)


def _ids(reply: Reply) -> list[str]:
    """The id of what an earlier request made."""
    return [reply.data[name] for name in ("adgroup_id", "campaign_id") if name in reply.data][:1]
