"""A test event filled in by hand: it goes to TikTok's Test Events tab, and is kept nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.forms import Form, Posted, faults_of, form_of, values_from
from adloom.console.jobs import Job
from adloom.console.render import page, part
from adloom.console.screens.events.verify import job_part
from adloom.errors import AdloomError, Fault, InvalidParamsError, UsageError
from adloom.fields import validate
from adloom.services.event_connections import event_connections, events_connection
from adloom.services.event_tests import TestAnswer, code_for, send_tests
from connections.connection import Connection
from modules.events.asked import AskedEvent, plain_event
from modules.events.options import Options
from modules.events.pipeline import Pipeline
from modules.events.prepared import Prepared
from modules.events.problems import errors_among

__all__ = ["TEST_ROUTES"]

PREFIX: Final = "e."
#: What is asked beside the form.
APART: Final = ("test_event_code", "event_source", "event_source_id")


async def test(request: Request) -> Response:
    """The form."""
    shown = await _shown(request, None)
    return await page(
        request, "events/test.html", title="Send a test event", active="events", **shown
    )


async def send(request: Request) -> Response:
    """Send it, or tell what is wrong with it."""
    desk = desk_of(request)
    posted = await _posted(request)
    try:
        connection, code, events = await _read(request, posted)
    except InvalidParamsError as error:
        shown = await _shown(request, posted, faults_of(error))
        return part(request, "events/_test_form.html", status=422, **shown)

    async def work(_: Job) -> list[TestAnswer]:
        return await send_tests(desk.session, connection, code, events)

    return job_part(request, desk.jobs.start("Send a test event", work))


async def _read(request: Request, posted: Posted) -> tuple[Connection, str, Sequence[Prepared]]:
    """The event as it would go out.

    Raises:
        InvalidParamsError: Something is wrong; tells everything at once.
    """
    session = desk_of(request).session
    connection = await events_connection(session, _last(posted, "connection") or None)
    try:
        code = code_for(connection, _last(posted, "code"))
    except UsageError as error:
        raise InvalidParamsError([Fault("code", f"{error} {error.hint}")]) from None
    asked = validate(AskedEvent, values_from(AskedEvent, posted, PREFIX))
    pipeline = Pipeline(
        None,
        source=connection.settings["source"],
        source_id=connection.settings["source_id"],
        test_event_code=code,
        options=Options(environment="test"),
    )
    now = int(session.wiring.clock.now().timestamp())
    reading = pipeline.read(plain_event(asked), now=now, seed=f"test {now}")
    if errors := errors_among(reading.problems):
        raise InvalidParamsError([Fault(one.field, one.reason) for one in errors])
    return connection, code, reading.events


async def _shown(
    request: Request, posted: Posted | None, faults: Sequence[Fault] = ()
) -> dict[str, Any]:
    typed = posted or {}
    apart = {fault.path: fault.message for fault in faults if fault.path in (*APART, "code")}
    return {
        "connections": await event_connections(desk_of(request).session),
        "chosen": _last(typed, "connection"),
        "code": _last(typed, "code"),
        "errors": apart,
        "form": _form(posted, [one for one in faults if one.path not in apart]),
    }


def _form(posted: Posted | None, faults: Sequence[Fault]) -> Form:
    values = _readable(posted) if posted else {"event": "ViewContent"}
    made = form_of(AskedEvent, values, faults=faults, prefix=PREFIX, typed=posted)
    return replace(made, fields=tuple(one for one in made.fields if one.path not in APART))


def _readable(posted: Posted) -> dict[str, Any]:
    try:
        return values_from(AskedEvent, posted, PREFIX)
    except AdloomError:
        return {}


async def _posted(request: Request) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        found.setdefault(name, []).append(value if isinstance(value, str) else "")
    return found


def _last(posted: Posted, name: str) -> str:
    return "".join(posted.get(name, ())[-1:]).strip()


TEST_ROUTES: Final = [
    Route("/events/test", test),
    Route("/events/test", send, methods=["POST"]),
]
