"""Work on executions that goes on while the page asks how it stands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import GoneJobError, Job
from adloom.console.problems import problem_of, status_of
from adloom.console.render import part

__all__ = ["Outcome", "asked_again", "start_once", "started"]

HOME: Final = "/executions"


@dataclass(frozen=True)
class Outcome:
    """What came of some work, as the page tells it.

    Args:
        template: Tells it.
        context: What the template is given.
        changed: Whether the page around it has to be looked at again.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    changed: bool = True


def start_once(
    desk: Desk,
    title: str,
    work: Callable[[Job], Awaitable[Outcome]],
    *,
    key: str = "",
    ever: bool = False,
) -> Job:
    """Start some work, unless it is being done already: who clicks twice is shown the first.

    Args:
        desk: Where jobs are.
        title: Names the work: what it does, and to what.
        work: What is done.
        key: What the same work is told by, where the title does not say it.
        ever: Whether it is done once and no more, also when it has ended.
    """
    for known in reversed(desk.jobs.all()):
        is_same = (known.key or known.title) == (key or title)
        if is_same and (known.running or (ever and known.error is None)):
            return known

    async def carry(job: Job) -> Outcome:
        try:
            return await work(job)
        finally:
            desk.forget()

    return desk.jobs.start(title, carry, key=key)


def started(request: Request, job: Job) -> Response:
    """Answer with how the work stands; the page asks again until it is over."""
    return _show(request, job, _home(request))


def _show(request: Request, job: Job, home: str) -> Response:
    """How some work stands."""
    outcome = job.result if isinstance(job.result, Outcome) else None
    changed = not job.running and (outcome is None or outcome.changed)
    error = job.error
    return part(
        request,
        "executions/_doing.html",
        job=job,
        again=f"/executions/jobs/{job.id}?{urlencode({'from': home})}",
        outcome=outcome,
        problem=problem_of(error) if error is not None else None,
        refresh=home if changed else None,
        **(outcome.context if outcome else {}),
    )


async def asked_again(request: Request) -> Response:
    """How some work stands by now."""
    home = _home(request)
    try:
        job = desk_of(request).jobs.find(request.path_params["job"])
    except GoneJobError as error:
        # In the place of the work, so that what is begun next has a place to be shown at.
        return part(
            request,
            "executions/_lost.html",
            status=status_of(error),
            problem=problem_of(error),
            refresh=home,
        )
    return _show(request, job, home)


def _home(request: Request) -> str:
    """The part of the page that is looked at again when the work is over."""
    home = request.query_params.get("from", "")
    return home if home.startswith(f"{HOME}/") else f"{HOME}/part"
