"""Events that could not be sent: why, and what to do with them."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import page, part, redirect
from adloom.console.screens.events.outbox import send_again
from adloom.errors import InvalidParamsError, UnknownNameError, UsageError
from adloom.services.event_mending import mend
from adloom.services.event_outbox import find_held, shown_item
from adloom.services.event_reasons import explained, key_of_reason
from adloom.services.event_rejects import (
    MOST_REFUSED,
    as_lines,
    count_of_refused,
    dead_events,
    dead_ids,
    dead_of,
    groups_of_dead,
    groups_of_refused,
)
from adloom.services.events_words import count
from scheduler.outbox.entries import EventState, Held

__all__ = ["REJECTED_ROUTES"]

PER_PAGE: Final = 50
MOST_GROUPS: Final = 100
LONGEST_NUMBER: Final = 5
#: Events have no larger numbers, nor has the database.
LARGEST: Final = 2**63 - 1


async def rejected(request: Request) -> Response:
    """Dead events by reason, those of one reason, and records that never became events."""
    session = desk_of(request).session
    outbox = await session.outbox()
    groups = await groups_of_dead(outbox)
    key = request.query_params.get("reason", "")
    chosen = next((one for one in groups if one.key == key), None)
    ids = chosen.ids if chosen else sorted(number for one in groups for number in one.ids)
    number = _page_number(request, len(ids))
    shown = await dead_events(outbox, ids[(number - 1) * PER_PAGE : number * PER_PAGE])
    return await page(
        request,
        "events/rejected.html",
        title="Rejected events",
        active="events",
        groups=groups,
        chosen=chosen,
        events=shown,
        total=len(ids),
        number=number,
        pages=max(1, -(-len(ids) // PER_PAGE)),
        refused=await groups_of_refused(outbox),
        refused_total=await count_of_refused(session),
        looked_at=MOST_REFUSED,
        most_groups=MOST_GROUPS,
        explained=explained,
        count=count,
    )


def _page_number(request: Request, total: int) -> int:
    asked = request.query_params.get("page", "1")
    number = (
        int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_NUMBER else 1
    )
    return min(max(number, 1), max(1, -(-total // PER_PAGE)))


async def one(request: Request) -> Response:
    """One dead event."""
    return await page(request, "events/one.html", active="events", **await _one(request))


async def _one(request: Request) -> dict[str, Any]:
    outbox = await desk_of(request).session.outbox()
    held = await _dead(request)
    number = held.id
    return {
        "title": f"Event {number}",
        "held": held,
        "item": await shown_item(outbox, number),
        "explained": explained(held.reason),
        "reason": key_of_reason(held.reason),
        "typed": {"place": "", "value": ""},
        "errors": {},
    }


async def _dead(request: Request) -> Held:
    """The event that an address names."""
    outbox = await desk_of(request).session.outbox()
    asked = request.path_params["number"]
    number = _number(asked)
    try:
        held = await find_held(outbox, number) if number else None
    except UsageError:
        held = None
    if held is None or held.state is not EventState.DEAD:
        hint = "It may have been sent or dropped since. See the list of rejected events."
        raise UnknownNameError("rejected event", asked[:30], (), hint=hint)
    return held


def _number(text: str) -> int | None:
    """The number of an event; None if it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))):
        return None
    return int(text) if 0 < int(text) <= LARGEST else None


async def download(request: Request) -> Response:
    """Dead events as JSON lines: hashed, without IP and user agent."""
    outbox = await desk_of(request).session.outbox()
    lines = as_lines(outbox, request.query_params.get("reason") or None)
    headers = {"Content-Disposition": 'attachment; filename="rejected-events.jsonl"'}
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


async def resend(request: Request) -> Response:
    """Send one event, or those of a reason, again."""
    ids, where = await _meant(request)
    revived = await (await desk_of(request).session.outbox()).retry(ids)
    send_again(request)
    return redirect(request, where, told=f"{count(revived, 'event')} will be tried again.")


async def drop(request: Request) -> Response:
    """Give one event, or those of a reason, up."""
    ids, where = await _meant(request)
    dropped = await (await desk_of(request).session.outbox()).drop(ids)
    return redirect(request, where, told=f"{count(dropped, 'event')} dropped.")


async def _meant(request: Request) -> tuple[Sequence[int], str]:
    """The events that a form means, never all there are, and where to go on."""
    outbox, form = await desk_of(request).session.outbox(), await request.form()
    key, number = str(form.get("reason", "")), _number(str(form.get("number", "")))
    if number is not None:
        ids = await dead_of(outbox, None, [number])
    elif key:
        ids = await dead_ids(outbox, key)
        _refuse_more(len(ids), _number(str(form.get("count", ""))))
    else:
        raise UsageError("Nothing was chosen.", hint="Choose an event, or all of a reason.")
    if not ids:
        raise UsageError(
            "None of these is rejected any more; nothing was changed.",
            hint="They may have been sent again or dropped meanwhile. Look at the list again.",
        )
    return ids, "/events/rejected"


def _refuse_more(number: int, seen: int | None) -> None:
    """Nobody gives up, or sends, what has come in since the page was made."""
    if seen is not None and number > seen:
        raise UsageError(
            f"There are {number} of these by now, {number - seen} more than were shown.",
            hint="Look at the list again, then decide.",
        )


async def put_right(request: Request) -> Response:
    """Put one event right, and send it again."""
    session, number = desk_of(request).session, (await _dead(request)).id
    form = await request.form()
    place, value = (str(form.get(name, "")).strip() for name in ("place", "value"))
    outbox = await session.outbox()
    try:
        await mend(session, outbox, number, [f"{place}={value}"], tell=lambda _: None)
    except InvalidParamsError as error:
        shown = await _one(request)
        shown |= {"typed": {"place": place, "value": value}, "errors": _beside(error, place)}
        return part(request, "events/_mend.html", status=422, **shown)
    await outbox.retry([number])
    send_again(request)
    said = f"Event {number} is put right and will be tried again."
    return redirect(request, "/events/rejected", told=said)


def _beside(error: InvalidParamsError, place: str) -> dict[str, str]:
    """Faults beside the field they are about."""
    found: dict[str, list[str]] = {}
    for fault in error.faults:
        of_value = fault.path == place and "place" not in fault.message
        said = fault.message if of_value else str(fault)
        found.setdefault("value" if of_value else "place", []).append(said)
    return {name: "; ".join(several) for name, several in found.items()}


REJECTED_ROUTES: Final = [
    Route("/events/rejected", rejected),
    Route("/events/rejected/download", download),
    Route("/events/rejected/resend", resend, methods=["POST"]),
    Route("/events/rejected/drop", drop, methods=["POST"]),
    Route("/events/rejected/{number}", one),
    Route("/events/rejected/{number}/mend", put_right, methods=["POST"]),
]
