"""A consent that is under way: the way to the platform's page, and what came back from it."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import Job
from adloom.console.problems import Problem, problem_of
from adloom.console.render import page, part, redirect
from adloom.console.screens.connections.asked import Asked, Faults
from adloom.console.screens.connections.failing import failure
from adloom.console.screens.connections.making import form_context
from adloom.errors import AdloomError, AuthorizationError, UsageError
from adloom.services.connecting_consents import CONSENT_LIFE, Pending
from connections.connection import Connection
from connections.practice import is_practice
from connections.providers import provider_named

__all__ = ["CONSENT_ROUTES"]


async def consent(request: Request) -> Response:
    """The way to the platform's page; afterwards, what came of it."""
    desk, pending, job = _found(request)
    made = job.result if isinstance(job.result, Connection) else None
    if made is not None:
        desk.forget()
    title = "Connected" if made else f"Connect {pending.connection.name}"
    context = _form_again(request, pending) if not job.running and made is None else {}
    return await page(
        request,
        "connections/consent.html",
        title=title,
        active="connections",
        pending=pending,
        provider=provider_named(pending.connection.provider),
        job=job,
        made=made,
        practice=made is not None and is_practice(made),
        problem=_problem(job, pending),
        minutes=int(CONSENT_LIFE.total_seconds() // 60),
        fault="",
        typed="",
        **context,
    )


async def state(request: Request) -> Response:
    """Whether the answer has come; then the page is looked at anew."""
    _, pending, job = _found(request)
    if not job.running:
        return redirect(request, f"/connections/consent/{pending.id}")
    return part(request, "connections/_waiting.html", pending=pending, job=job)


async def paste(request: Request) -> Response:
    """Take the address the browser ended on."""
    desk, pending, job = _found(request)
    form = await request.form()
    typed = str(form.get("address") or "")
    try:
        desk.consents.paste(pending, typed)
    except UsageError as error:
        hint = f" {error.hint}" if error.hint else ""
        return part(
            request,
            "connections/_paste.html",
            status=422,
            pending=pending,
            fault=f"{error}{hint}",
            typed=typed,
        )
    await job.wait()
    return redirect(request, f"/connections/consent/{pending.id}")


async def stop(request: Request) -> Response:
    """Give it up; its answer opens nothing any more."""
    desk, pending, job = _found(request)
    job.cancel()
    desk.consents.end(pending)
    return redirect(request, "/connections", "Nothing was connected.")


def _found(request: Request) -> tuple[Desk, Pending, Job]:
    desk = desk_of(request)
    pending = desk.consents.find(request.path_params["id"], request.state.session.id)
    return desk, pending, desk.jobs.find(pending.job)


def _problem(job: Job, pending: Pending) -> Problem | None:
    if job.running or job.error is None:
        return None
    if job.fault is not None:
        return problem_of(job.error)
    error: AdloomError = job.error
    if isinstance(error, AuthorizationError) and "not given" in str(error):
        text = str(error).replace("access_denied", "its owner said no")
        error = AuthorizationError(text, hint="Agree on TikTok's page, with at least one account.")
    return failure(error, renews=pending.renews)


def _form_again(request: Request, pending: Pending) -> dict[str, Any]:
    """The form as it was filled in, for another attempt."""
    connection = pending.connection
    asked = Asked(
        provider_named(connection.provider),
        desk_of(request).session.workspace.settings.oauth.port,
        connection if pending.renews else None,
        attempt=connection,
        attempt_id=pending.id,
    )
    return form_context(asked, Faults())


CONSENT_ROUTES: Final = [
    Route("/connections/consent/{id}", consent),
    Route("/connections/consent/{id}/state", state),
    Route("/connections/consent/{id}/paste", paste, methods=["POST"]),
    Route("/connections/consent/{id}/stop", stop, methods=["POST"]),
]
