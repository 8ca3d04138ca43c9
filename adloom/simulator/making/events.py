"""`/event/track/`: the Events API 2.0 (open_platform_and_events.md §II)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

import msgspec

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import PARTLY, Refusal, Reply
from adloom.simulator.making.event_shapes import Batch, Event, LooseBatch, refused
from adloom.simulator.state import Call

__all__ = ["ENDPOINTS", "READERS", "unread"]

NO_PERMISSION: Final = 40001
MOST: Final = 1000
Source = Literal["web", "app", "offline", "crm"]
STRICT: Final = msgspec.json.Decoder(Batch)
LOOSE: Final = msgspec.json.Decoder(LooseBatch)
SINGLE: Final = msgspec.json.Decoder(Event)


def track(call: Call) -> Reply:
    """Take up to a thousand events: all of them, unless partial success is switched on."""
    received = call.state.events
    body: bytes = call.params["body"]
    try:
        batch = (LOOSE if received.partial else STRICT).decode(body or b"{}")
    except (msgspec.DecodeError, RecursionError) as error:
        raise refused(error) from None
    source = _source(call, batch)
    size = len(batch.data or ())
    if not 1 <= size <= MOST:
        raise bad_param("data", f"Must have between 1 and {MOST} items, has {size}.")
    events, failed = _events(batch)
    received.latest.append(body)
    key = f"{batch.event_source} {source}"
    new = 0
    received.note(key, test=len(events) if batch.test_event_code else 0, failed=len(failed))
    if not batch.test_event_code:
        new = received.take(key, events, call.state.clock.now())
    call.state.effects.record(
        call.path,
        [source],
        [source] if new else (),
        at=call.state.clock.now(),
        took_effect=bool(new),
    )
    return _answer(failed, received.first)


def _source(call: Call, batch: Batch | LooseBatch) -> str:
    """The source's id, checked; pixels are known, other ids are taken as they are (assumed)."""
    needed = {
        "event_source": batch.event_source,
        "event_source_id": batch.event_source_id,
        "data": batch.data,
    }
    if missing := [name for name, value in needed.items() if value is None or value == ""]:
        raise Refusal(40002, f"Missing required field(s): {', '.join(missing)}.")
    if batch.event_source not in get_args(Source):
        raise bad_param(
            "event_source", f"Not a valid choice, expected {', '.join(get_args(Source))}."
        )
    source = str(batch.event_source_id)
    if batch.event_source == "web":
        owner = call.state.pixels.owner_of(source)
        covered = call.grant.advertiser_ids if call.grant is not None else ()
        if owner is None or owner not in covered:
            raise Refusal(NO_PERMISSION, f"No permission to operate pixel code: {source}.")
    return source


def _events(batch: Batch | LooseBatch) -> tuple[Sequence[Event], list[tuple[int, str]]]:
    """The events that can be taken, and by place why the others cannot."""
    good: list[Event] = []
    failed: list[tuple[int, str]] = []
    items: Sequence[Event | msgspec.Raw] = batch.data or ()
    for place, item in enumerate(items):
        try:
            event = item if isinstance(item, Event) else SINGLE.decode(item)
            _check(str(batch.event_source), event, f"data.{place}")
        except msgspec.DecodeError as error:
            failed.append((place, refused(error, f"data.{place}").message))
        except Refusal as refusal:
            if isinstance(batch, Batch):
                raise
            failed.append((place, refusal.message))
        else:
            good.append(event)
    return good, failed


def _check(source: str, event: Event, path: str) -> None:
    """Refuse an event that lacks what its source needs (open_platform_and_events.md §II.1)."""
    missing = ""
    if not event.event:
        missing = "event"
    elif source == "web" and not (event.page and event.page.url):
        missing = "page.url"
    elif source == "app" and not (event.app and event.app.app_id):
        missing = "app.app_id"
    elif source == "crm" and not _is_from_lead(event):
        missing = "lead.lead_id"
    if missing:
        raise Refusal(40002, f"Missing required field(s): {path}.{missing}.")


def _is_from_lead(event: Event) -> bool:
    lead, user = event.lead, event.user
    return bool((lead and lead.lead_id) or (user and (user.email or user.phone)))


def _answer(failed: Sequence[tuple[int, str]], first: int) -> Reply:
    """Done, or done in part (the shape is that of the older batches, §II.7)."""
    if not failed:
        return Reply()
    events = [{"order_in_batch": first + place, "error": error} for place, error in failed]
    data = {"partial_failure": True, "failed_events": events}
    return Reply(data, PARTLY, "Partially successful")


def unread(body: bytes) -> dict[str, Any]:
    """A request that its endpoint reads itself."""
    return {"body": body}


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/event/track/"): track,
}
#: Endpoints that read their bodies themselves.
READERS: Final[Mapping[str, Callable[[bytes], dict[str, Any]]]] = {"/event/track/": unread}
