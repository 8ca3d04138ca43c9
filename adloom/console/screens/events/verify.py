"""Whether a connection can send events, as `adloom events verify` tells it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import page, part
from adloom.errors import UnknownNameError
from adloom.services.event_check import check_connection
from adloom.services.event_connections import event_connections, events_connection
from adloom.services.event_pixels import Look
from adloom.services.event_tests import TestAnswer
from scheduler.findings import Finding

__all__ = ["VERIFY_ROUTES", "job_part"]

#: What checks and tests come to; other screens have jobs of their own.
RESULTS: Final = (Finding, TestAnswer)
DAYS: Final = ("", "1", "7", "30", "90")


async def verify(request: Request) -> Response:
    """What can be looked at."""
    return await page(
        request,
        "events/verify.html",
        title="Check a connection",
        active="events",
        connections=await event_connections(desk_of(request).session),
        chosen=request.query_params.get("connection", ""),
        days=DAYS,
    )


async def check(request: Request) -> Response:
    """Look at it, while the page waits."""
    desk, form = desk_of(request), await request.form()
    name, code = (str(form.get(one, "")).strip() for one in ("connection", "code"))
    days = str(form.get("days", ""))
    look = Look(None, None, int(days) if days in DAYS and days else None, listed="pixels" in form)
    connection = await events_connection(desk.session, name or None)

    async def work(_: Job) -> list[Finding]:
        asked = look if look.listed or look.days else None
        return await check_connection(desk.session, connection, code or None, asked)

    return job_part(request, desk.jobs.start(f"Check {connection.name}", work))


async def job(request: Request) -> Response:
    """How a check or a test stands."""
    found = desk_of(request).jobs.find(request.path_params["job"])
    results = found.result or []
    if not isinstance(results, list) or not all(isinstance(one, RESULTS) for one in results):
        raise UnknownNameError("check or test", found.id, ())
    return job_part(request, found)


def job_part(request: Request, job: Job) -> Response:
    """What came of a job, or that it still runs."""
    problem = problem_of(job.error) if job.error else None
    return part(request, "events/_job.html", job=job, problem=problem)


VERIFY_ROUTES: Final = [
    Route("/events/verify", verify),
    Route("/events/verify", check, methods=["POST"]),
    Route("/events/jobs/{job}", job),
]
