"""The console as one application: its screens, its errors, and the guard in front of them."""

import importlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from adloom.console.desk import Desk, Standing
from adloom.console.guard import Guard
from adloom.console.problems import Problem, problem_of, status_of
from adloom.console.render import navigation, page, part
from adloom.console.sessions import Access
from adloom.console.signing import SIGN_ROUTES
from adloom.console.static_files import static_file
from adloom.errors import AdloomError
from adloom.services.fault_files import write_fault

__all__ = ["SCREENS", "create_app"]

#: Every screen; each module of them holds its `ROUTES`. The editor comes before the scenarios: its
#: addresses are the more exact ones.
SCREENS: Final = (
    "start",
    "editor",
    "connections",
    "events",
    "executions",
    "modules",
    "reports",
    "explorer",
    "stores",
    "settings",
    "scenarios",
    "plans",
    "doctor",
    "gallery",
    "imports",
)

NOT_UNDERSTOOD: Final = 400
NOT_THERE: Final = 404
NOT_FOUND: Final = Problem(
    "There is no such page.",
    "It may have been renamed or removed since the link was made.",
    "Begin at the start page, or search in the list it was in.",
    (("Start", "/"),),
)
#: The one reason for which a form cannot be taken apart, unless somebody made it up.
TOO_MUCH: Final = Problem(
    "There is too much in this form.",
    "One field holds up to 1 MB, and a form up to 1,000 fields. Nothing was changed.",
    "Enter less at once, or use the command line, which reads files of any size.",
    kind="warn",
)


def create_app(
    desk: Desk, access: Access, *, hosts: Sequence[str], origins: Sequence[str]
) -> ASGIApp:
    """The console, behind its guard.

    Args:
        desk: The open workspace.
        access: Who may come in.
        hosts: What may stand in a request's `Host`.
        origins: What may stand in its `Origin`.
    """
    routes = [
        Route("/health", _health),
        Route("/static/{version}/{name:path}", static_file),
        *SIGN_ROUTES,
    ]
    for name in SCREENS:
        routes += importlib.import_module(f"adloom.console.screens.{name}").ROUTES
    app = Starlette(
        routes=routes,
        exception_handlers={AdloomError: _refused, HTTPException: _missing, Exception: _fault},
    )
    app.router.redirect_slashes = False
    app.state.desk = desk
    app.state.access = access
    return Guard(app, access=access, hosts=hosts, origins=origins)


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _refused(request: Request, error: Any) -> Response:
    return await _tell(request, problem_of(error), status_of(error))


async def _missing(request: Request, error: Any) -> Response:
    problem = {NOT_THERE: NOT_FOUND, NOT_UNDERSTOOD: TOO_MUCH}.get(error.status_code)
    if problem is None:
        return PlainTextResponse(error.detail, error.status_code, headers=error.headers)
    return await _tell(request, problem, error.status_code)


async def _fault(request: Request, error: Exception) -> Response:
    place = write_fault(error, f"console: {request.method} {request.scope.get('path', '')}")
    problem = Problem(
        f"This is a fault in adloom, not in what you did: {type(error).__name__}.",
        "What you did may not have happened; nothing else is touched.",
        f"Please report it with this file: {place}" if place else "Please report it.",
        (("Start", "/"),),
    )
    return await _tell(request, problem, 500)


async def _tell(request: Request, problem: Problem, status: int) -> Response:
    if getattr(request.state, "session", None) is None:
        # Strangers learn nothing of the workspace from a page's frame.
        return PlainTextResponse(problem.happened, status)
    if request.headers.get("HX-Request"):
        return part(request, "_problem.html", status=status, problem=problem)
    title = "Not found" if status == NOT_THERE else "That did not work"
    if not problem.buttons:
        problem = replace(problem, buttons=(_list_of(request.url.path),))
    return await page(request, "problem.html", status=status, title=title, problem=problem)


def _list_of(path: str) -> tuple[str, str]:
    """Where somebody goes on from a page that is not there: the list it would be in."""
    entries = {item.href: item.title for group in navigation(Standing()) for item in group.items}
    home = f"/{path.split('/')[1]}"
    return entries.get(home, "Start"), home if home in entries else "/"
