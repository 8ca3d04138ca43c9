"""What `/_simulator/` can do about events."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from adloom.simulator.state import State

__all__ = ["ACTIONS", "CONTENTS"]

CONTENTS: Final = """\
GET    /_simulator/events         events by source: received, distinct, merged, dropped, …
POST   /_simulator/events         {"partial": true, "first": 0}: bad events fail alone
DELETE /_simulator/events         no event was ever received
GET    /_simulator/events/latest  the newest requests with events, as they were sent
"""


def _events(state: State, _asked: Any) -> Any:
    return state.events.as_json()


def _latest(state: State, _asked: Any) -> Any:
    return [msgspec.Raw(body) for body in state.events.latest]


def _forget(state: State, _asked: Any) -> Any:
    state.events.forget()
    return {}


def _set_events(state: State, asked: Mapping[str, Any]) -> Any:
    if not {"partial", "first"} & asked.keys():
        raise ValueError("give partial or first")
    partial, first = (asked.get(name, getattr(state.events, name)) for name in ("partial", "first"))
    if not isinstance(partial, bool) or first not in (0, 1):
        raise ValueError("partial is true or false, first is 0 or 1")
    state.events.partial, state.events.first = partial, first
    return {"partial": partial, "first": first}


ACTIONS: Final[Mapping[tuple[str, str], Callable[[State, Any], Any]]] = {
    ("DELETE", "events"): _forget,
    ("GET", "events"): _events,
    ("GET", "events/latest"): _latest,
    ("POST", "events"): _set_events,
}
