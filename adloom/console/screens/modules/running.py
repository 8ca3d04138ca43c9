"""Running a module once: read at once, or shown first and changed after a yes."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import Job
from adloom.console.render import page, part
from adloom.console.screens.modules.asked import (
    Asked,
    Refused,
    asked_of,
    form_context,
    posted_by,
)
from adloom.console.screens.modules.page import module_command
from adloom.console.screens.modules.shown import rows_of, shown
from adloom.errors import UnknownNameError, UsageError
from adloom.services.event_delivering import somebody_sends
from adloom.services.module_runs import Reading, bench_of, changes_something, read_all
from adloom.services.module_runs_changes import (
    Applied,
    Applying,
    Planned,
    apply_plan,
    plan_change,
)
from adloom.services.module_runs_rows import KeptRows
from modules import find_module

__all__ = ["RUN_ROUTES", "settled_soon"]

REFUSED: Final = 422
#: Seconds that an answer may wait for what it tells.
SOON: Final = 0.3
#: Results of a session that are kept whole; of older ones only what is shown is left.
MOST_WHOLE: Final = 10
RUNS: Final = "module_runs"
TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def run(request: Request) -> Response:
    """Begin a run, or say what is wrong with the form."""
    desk, module = desk_of(request), find_module(request.path_params["name"])
    posted = await posted_by(request)
    try:
        asked = await asked_of(desk.session, module, posted)
    except Refused as refused:
        context = await form_context(request, module, posted, refused)
        answer = part(request, "modules/_fields.html", status=REFUSED, **context)
        answer.headers.update({"HX-Retarget": "#fields", "HX-Reswap": "innerHTML show:top"})
        return answer
    job = _started(request, desk, asked)
    await settled_soon(job)
    context = await form_context(request, module, posted) if "refused" in posted else {}
    return part(
        request,
        "modules/_started.html",
        command=module_command(module, posted),
        fields=bool(context),
        **context,
        **shown(desk, job),
    )


def _started(request: Request, desk: Desk, asked: Asked) -> Job:
    async def work(job: Job) -> Reading | Planned:
        bench = await bench_of(desk.session, job.say)
        if changes_something(asked.module, asked.values):
            return await plan_change(bench, asked.module, asked.values, asked.connection)
        rows = KeptRows(tuple(asked.module.bundle.model_fields))
        # Set before it has ended: what was found so far is shown while more comes.
        job.result = reading = Reading(asked.module, asked.connection, rows)
        await read_all(
            bench,
            reading,
            asked.values,
            since=asked.since,
            watched=lambda one: job.count(one.rows.count, one.total),
        )
        return reading

    job = desk.jobs.start(asked.module.title, work)
    _remember(request, job)
    return job


async def settled_soon(job: Job) -> None:
    """Wait a moment: what is quick is told at once, without being asked for again."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SOON):
            await job.wait()


def _remember(request: Request, job: Job) -> None:
    """Let go of the rows of runs that are long past."""
    runs: list[Job] = request.scope["state"]["session"].data.setdefault(RUNS, [])
    runs.append(job)
    for old in runs[:-MOST_WHOLE]:
        if isinstance(rows := rows_of(old), KeptRows):
            rows.drop()
    del runs[:-MOST_WHOLE]


async def look(request: Request) -> Response:
    """How a run stands: a fragment that asks again while it goes on, or a page of its own."""
    desk = desk_of(request)
    job = desk.jobs.find(request.path_params["job"])
    view, number = request.query_params.get("view", ""), request.query_params.get("page", "")
    context = shown(desk, job, view=view, number=int(number) if number.isdecimal() else 1)
    if request.headers.get("HX-Request"):
        return part(request, "modules/_run.html", **context)
    return await page(request, "modules/run.html", title=job.title, active="modules", **context)


async def cancel(request: Request) -> Response:
    """Stop a run that changes nothing."""
    desk = desk_of(request)
    job = desk.jobs.find(request.path_params["job"])
    if not isinstance(job.result, Applying):
        job.cancel()
        await job.wait()
    return part(request, "modules/_run.html", **shown(desk, job))


async def apply(request: Request) -> Response:
    """Make exactly the changes that were shown, once, however often that is asked for."""
    desk = desk_of(request)
    job = desk.jobs.find(request.path_params["job"])
    named = str((await request.form()).get("plan", ""))
    planned = job.result
    if not isinstance(planned, Planned):
        raise UsageError("This run has no plan to carry out. Nothing was changed.")
    if planned.applied_by is None:
        planned.check(named, desk.session.wiring.clock.now())
        # Nothing is waited for between looking and noting: a second click finds the first.
        planned.applied_by = _apply(desk, planned).id
    applying = desk.jobs.find(planned.applied_by)
    await settled_soon(applying)
    return part(request, "modules/_run.html", **shown(desk, applying))


def _apply(desk: Desk, planned: Planned) -> Job:
    sends = somebody_sends(desk.session, running=desk.running)

    async def work(job: Job) -> Applied:
        bench = await bench_of(desk.session, job.say)
        try:
            return await apply_plan(planned, bench, sent_elsewhere=sends)
        finally:
            desk.forget()

    job = desk.jobs.start(planned.plan.module.title, work)
    job.result = Applying(planned)
    return job


async def download(request: Request) -> Response:
    """All rows of a run, as CSV or JSON."""
    kind = request.path_params["kind"]
    job = desk_of(request).jobs.find(request.path_params["job"])
    rows = rows_of(job)
    if kind not in TYPES or rows is None:
        raise UnknownNameError("result", f"rows.{kind}", [f"rows.{one}" for one in TYPES])
    if rows.is_dropped:
        raise UsageError("The rows of this run are no longer kept.", hint="Run the module again.")
    name = f"{job.title.lower().replace(' ', '-')}.{kind}"
    content: Iterator[bytes] = rows.as_csv() if kind == "csv" else rows.as_json()
    given = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, media_type=TYPES[kind], headers=given)


RUN_ROUTES: Final = [
    Route("/modules/runs/{job}", look),
    Route("/modules/runs/{job}/cancel", cancel, methods=["POST"]),
    Route("/modules/runs/{job}/apply", apply, methods=["POST"]),
    Route("/modules/runs/{job}/rows.{kind}", download),
    Route("/modules/{name}/run", run, methods=["POST"]),
]
