"""Sending a call: reads at once, whatever may change something after a yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of, is_practice
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import part
from adloom.console.screens.explorer.asked import (
    MODULE,
    AskedCall,
    asked_call,
    call_form,
    endpoint_of,
)
from adloom.console.screens.explorer.listing import history_of
from adloom.console.screens.explorer.tree import tree_of
from adloom.console.screens.modules.asked import Refused, posted_by
from adloom.console.screens.modules.running import settled_soon
from adloom.errors import UnknownNameError, UsageError
from adloom.services.api_calls_told import Called, call_now, note_change
from adloom.services.event_delivering import somebody_sends
from adloom.services.module_runs import bench_of, changes_something
from adloom.services.module_runs_changes import Planned, apply_plan, plan_change
from connections.connection import Connection

__all__ = ["SEND_ROUTES"]

REFUSED: Final = 422
LONGEST_RAW: Final = 200_000


@dataclass
class Confirming:
    """A call that waits for a yes.

    Args:
        planned: Exactly what would be sent.
        asked: What it was made from.
    """

    planned: Planned
    asked: AskedCall


async def send(request: Request) -> Response:
    """Send a read at once; ask before anything else."""
    desk = desk_of(request)
    posted = await posted_by(request)
    endpoint = endpoint_of(posted)
    try:
        asked = await asked_call(desk.session, endpoint, posted)
    except Refused as refused:
        context = await call_form(request, endpoint, posted=posted, refused=refused)
        answer = part(request, "explorer/_fields.html", status=REFUSED, **context)
        answer.headers.update({"HX-Retarget": "#fields", "HX-Reswap": "innerHTML show:top"})
        return answer
    # Loaded here, so that its secrets are known while what was typed is noted down.
    connection = await desk.session.wiring.store.load(asked.connection)
    if changes_something(MODULE, asked.values):
        return await _ask(request, desk, asked, connection)
    call = history_of(request).add(asked.values, connection.name, desk.session.wiring.clock.now())
    job = _read(desk, call, asked.values)
    await settled_soon(job)
    return part(request, "explorer/_answer.html", **_shown(job, call))


async def _ask(request: Request, desk: Desk, asked: AskedCall, connection: Connection) -> Response:
    """A dialog that names what would be sent, with what, and for which account."""

    async def work(job: Job) -> Confirming:
        bench = await bench_of(desk.session, job.say)
        return Confirming(await plan_change(bench, MODULE, asked.values, asked.connection), asked)

    job = desk.jobs.start(f"{asked.values['method']} {asked.values['path']}", work)
    await job.wait()
    if job.error is not None:
        raise job.error
    [call] = job.result.planned.plan.operation.calls
    return part(
        request,
        "explorer/_confirm.html",
        job=job,
        planned=job.result.planned,
        sent=call.call.request,
        change=call.call.changes[0],
        connection=connection,
        is_demo=is_practice(connection),
        account=_account(connection, asked.values),
    )


def _account(connection: Connection, values: Mapping[str, Any]) -> str:
    """The account a call is about, as far as anybody knows."""
    inside = {**(values.get("query") or {}), **_object(values.get("body"))}
    named = str(inside.get("advertiser_id") or "")
    rows = connection.account.get("advertisers") or ()
    names = {str(row.get("advertiser_id")): str(row.get("name") or "") for row in rows}
    if named:
        return " ".join(filter(None, (names.get(named), named)))
    return str(connection.account.get("display_name") or connection.name)


def _object(body: Any) -> Mapping[str, Any]:
    return body if isinstance(body, dict) else {}


def _read(desk: Desk, call: Called, values: Mapping[str, Any]) -> Job:
    async def work(job: Job) -> Called:
        await call_now(await bench_of(desk.session, job.say), call, values)
        return call

    job = desk.jobs.start(f"{call.method} {call.path}", work)
    job.result = call
    return job


async def apply(request: Request) -> Response:
    """Send exactly what was shown, once, however often that is asked for."""
    desk = desk_of(request)
    job = desk.jobs.find(request.path_params["job"])
    named = str((await request.form()).get("plan", ""))
    waiting = job.result
    if not isinstance(waiting, Confirming):
        raise UsageError("This call does not wait for a yes. Nothing was sent.")
    planned = waiting.planned
    # Loaded here, so that its secrets are known while what was typed is noted down.
    connection = await desk.session.wiring.store.load(waiting.asked.connection)
    planned_by = planned.applied_by
    if planned_by is None:
        now = desk.session.wiring.clock.now()
        planned.check(named, now)
        call = history_of(request).add(waiting.asked.values, connection.name, now)
        # Nothing is waited for between looking and noting: a second click finds the first.
        planned.applied_by = planned_by = _change(desk, call, planned).id
    sending = desk.jobs.find(planned_by)
    await settled_soon(sending)
    return part(request, "explorer/_answer.html", confirmed=True, **_shown(sending, sending.result))


def _change(desk: Desk, call: Called, planned: Planned) -> Job:
    clock = desk.session.wiring.clock

    async def work(job: Job) -> Called:
        bench = await bench_of(desk.session, job.say)
        began = clock.monotonic()
        sends = somebody_sends(desk.session, running=desk.running)
        applied = await apply_plan(planned, bench, sent_elsewhere=sends)
        note_change(call, applied, clock.monotonic() - began)
        desk.forget()
        return call

    job = desk.jobs.start(f"{call.method} {call.path}", work)
    job.result = call
    return job


async def look(request: Request) -> Response:
    """How a call stands; it asks again while it goes on."""
    job = _called(request)
    view = request.query_params.get("view", "")
    return part(request, "explorer/_answer.html", **_shown(job, job.result, view))


async def download(request: Request) -> Response:
    """The whole answer, or all of them, as JSON."""
    job = _called(request)
    rows = job.result.rows
    if rows is None or rows.is_dropped:
        raise UsageError("This answer is no longer kept.", hint="Send the call again.")
    given = {"Content-Disposition": 'attachment; filename="answer.json"'}
    return StreamingResponse(rows.as_json(), media_type="application/json", headers=given)


def _called(request: Request) -> Job:
    job = desk_of(request).jobs.find(request.path_params["job"])
    if not isinstance(job.result, Called):
        raise UnknownNameError("call", job.id, (), hint="It has not been sent.")
    return job


def _shown(job: Job, call: Called, view: str = "") -> dict[str, Any]:
    """What `_answer.html` shows."""
    error = call.error or job.error
    return {
        "job": job,
        "call": call,
        "view": view if view in ("tree", "raw", "headers") else "tree",
        "problem": problem_of(error) if error is not None else None,
        "tree": tree_of(call.answer.body) if call.answer else None,
        "longest": LONGEST_RAW,
    }


SEND_ROUTES: Final = [
    Route("/explorer/send", send, methods=["POST"]),
    Route("/explorer/calls/{job}", look),
    Route("/explorer/calls/{job}/apply", apply, methods=["POST"]),
    Route("/explorer/calls/{job}/answer.json", download),
]
