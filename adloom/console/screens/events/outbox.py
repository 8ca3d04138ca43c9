"""How events stand, way out by way out."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.jobs import Job
from adloom.console.render import page, part, redirect
from adloom.errors import UsageError
from adloom.services.event_connections import event_connections
from adloom.services.event_delivering import deliver_waiting, somebody_sends
from adloom.services.event_intakes import without_consent
from adloom.services.event_rejects import count_of_refused
from adloom.services.event_standing import standings
from adloom.services.events_words import count
from scheduler.outbox.entries import Lane

__all__ = ["OUTBOX_ROUTES", "send_again"]

SENDING: Final = "Send events"


async def outbox(request: Request) -> Response:
    """How events stand."""
    known = await event_connections(desk_of(request).session)
    shown = await _standing(request)
    return await page(
        request, "events/page.html", title="Events", active="events", connections=known, **shown
    )


async def lanes(request: Request) -> Response:
    """The same as a fragment, while something waits."""
    return part(request, "events/_lanes.html", **await _standing(request))


async def resume(request: Request) -> Response:
    """Let what waits for a way out go on; what could not be sent is decided where it is listed."""
    form = await request.form()
    way, source, source_id, test = (
        str(form.get(name, "")) for name in ("connection", "source", "source_id", "test")
    )
    lane = Lane(way, source, source_id, test or None)
    session = desk_of(request).session
    box = await session.outbox()
    if all(one.lane != lane for one in await box.counts()):
        raise UsageError("Events no longer go out this way.", hint="Look at the list again.")
    await box.go_on(lane)
    send_again(request)
    return redirect(request, "/events", told="What waits is tried again.")


async def _standing(request: Request) -> dict[str, Any]:
    desk = desk_of(request)
    sends = somebody_sends(desk.session, running=desk.running)
    found = await standings(desk.session, running=sends)
    return {
        "lanes": found,
        "waits": any(one.counts.waiting for one in found),
        "consents": await without_consent(desk.session),
        "refused": await count_of_refused(desk.session),
        "count": count,
    }


def send_again(request: Request) -> None:
    """See to it that what waits goes out, unless a runner does."""
    desk = desk_of(request)
    if somebody_sends(desk.session, running=desk.running):
        return

    # One job sends, and one more may wait for its end: what was asked for meanwhile is sent too.
    before = [one for one in desk.jobs.all() if one.running and one.title == SENDING]
    if len(before) > 1:
        return

    async def work(job: Job) -> None:
        for one in before:
            await one.wait()
        await deliver_waiting(desk.session, tell=job.say)

    desk.jobs.start(SENDING, work)


OUTBOX_ROUTES: Final = [
    Route("/events", outbox),
    Route("/events/lanes", lanes),
    Route("/events/resume", resume, methods=["POST"]),
]
