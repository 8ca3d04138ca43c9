"""Figures are fetched beside the pages; a page asks how far that is."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import part
from adloom.console.screens.reports.looking import Look, look_of, room_of
from adloom.console.screens.reports.shown import figures_context
from adloom.errors import Fault, InvalidParamsError
from adloom.services.reports_accounts import ask_accounts
from adloom.services.reports_fetching import Fetched, fetch

__all__ = ["cancel", "fetch_figures", "follow"]


async def fetch_figures(request: Request) -> Response:
    """Begin to fetch, unless somebody does already; `fresh` asks even if figures are known."""
    desk, room, look = desk_of(request), room_of(request), await look_of(request)
    if look.faults:
        raise InvalidParamsError([Fault(name, text) for name, text in look.faults.items()])
    if request.query_params.get("fresh"):
        room.cache.forget(look.view)
    job = room.job(desk, look.view)
    if job is None:
        job = desk.jobs.start("Reading figures", _work(request, look))
        room.running[look.view.key] = job.id
    return part(request, "reports/_progress.html", look=look, view=look.view, job=job)


async def follow(request: Request) -> Response:
    """How far it is; the figures when they are there, or why there are none."""
    look = await look_of(request)
    job = desk_of(request).jobs.find(request.path_params["job"])
    context: dict[str, Any] = {"look": look, "view": look.view, "job": job}
    if job.running:
        return part(request, "reports/_progress.html", **context)
    if job.result is None:
        problem = None if job.error is None else problem_of(job.error)
        return part(request, "reports/_stopped.html", problem=problem, **context)
    shown = await figures_context(request, look, job.result)
    answer = part(request, "reports/_figures.html", fetched=job.result, **context, **shown)
    answer.headers["X-Adloom-Say"] = quote("The figures are there.")
    return answer


async def cancel(request: Request) -> Response:
    """Stop fetching."""
    look = await look_of(request)
    job = desk_of(request).jobs.find(request.path_params["job"])
    job.cancel()
    await job.wait()
    return part(request, "reports/_stopped.html", look=look, view=look.view, job=job, problem=None)


def _work(request: Request, look: Look) -> Callable[[Job], Awaitable[Fetched]]:
    """What the job does."""
    reader, cache = desk_of(request).session.reader, room_of(request).cache

    async def work(job: Job) -> Fetched:
        connection = look.view.connection
        if not cache.accounts(connection):
            cache.keep_accounts(connection, await ask_accounts(reader, connection))
        known = cache.accounts(connection)
        fetched = await fetch(reader, look.view, progress=job.count, known=known)
        cache.keep(look.view, fetched)
        return fetched

    return work
