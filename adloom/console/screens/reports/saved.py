"""Looks that are kept under a name, the same that `adloom reports` knows."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of
from adloom.console.render import page, part, redirect
from adloom.console.screens.reports.looking import look_of
from adloom.errors import AdloomError, InvalidParamsError, UsageError
from adloom.services import reports_saved
from adloom.services.reports_definitions import definition_of, view_of
from adloom.services.reports_saved import Saved
from adloom.services.reports_view import View
from adloom.settings import Workspace

__all__ = [
    "ask_name",
    "ask_removal",
    "ask_rename",
    "remove",
    "rename",
    "save",
    "saved_reports",
]

UNUSABLE = 422


@dataclass(frozen=True)
class Entry:
    """A saved report in the list.

    Args:
        name: What it is called.
        view: The look; None if the console cannot show it.
        saved: What it says.
        problem: Why it cannot be read.
    """

    name: str
    view: View | None = None
    saved: Saved | None = None
    problem: str = ""


async def saved_reports(request: Request) -> Response:
    """List them."""
    workspace = desk_of(request).session.workspace
    return await page(
        request,
        "reports/saved.html",
        title="Saved reports",
        active="reports",
        entries=[_entry(workspace, name) for name in reports_saved.names(workspace)],
    )


async def ask_name(request: Request) -> Response:
    """Ask what a look is to be called."""
    look = await look_of(request)
    return part(
        request, "reports/_save.html", view=look.view, name=look.view.report, error="", taken=False
    )


async def save(request: Request) -> Response:
    """Keep a look; one of that name is replaced only if that is wished."""
    look, form = await look_of(request), await request.form()
    name, workspace = str(form.get("name", "")).strip(), desk_of(request).session.workspace
    definition = definition_of(look.view, look.ids)
    try:
        reports_saved.save(workspace, name, definition, replace=form.get("replace") == "yes")
    except UsageError as error:
        taken = name in reports_saved.names(workspace)
        given = {"view": look.view, "name": name, "error": _phrase(error), "taken": taken}
        return part(request, "reports/_save.html", status=UNUSABLE, **given)
    to = replace(look.view, report=name).query()
    return redirect(request, f"/reports?{to}", f"Saved as {name}.")


async def ask_rename(request: Request) -> Response:
    """Ask for another name."""
    name = request.path_params["name"]
    return part(request, "reports/_rename.html", name=name, new=name, error="")


async def rename(request: Request) -> Response:
    """Call it something else."""
    name, form = request.path_params["name"], await request.form()
    new = str(form.get("name", "")).strip()
    try:
        reports_saved.rename(desk_of(request).session.workspace, name, new)
    except UsageError as error:
        given = {"name": name, "new": new, "error": _phrase(error)}
        return part(request, "reports/_rename.html", status=UNUSABLE, **given)
    return redirect(request, "/reports/saved", f"It is called {new} now.")


async def ask_removal(request: Request) -> Response:
    """Ask whether it is really to go."""
    return part(request, "reports/_remove.html", name=request.path_params["name"])


async def remove(request: Request) -> Response:
    """Delete it."""
    name = request.path_params["name"]
    reports_saved.remove(desk_of(request).session.workspace, name)
    return redirect(request, "/reports/saved", f"Deleted {name}.")


def _entry(workspace: Workspace, name: str) -> Entry:
    try:
        saved = reports_saved.load(workspace, name)
    except AdloomError as error:
        return Entry(name, problem=str(error))
    return Entry(name, view_of(saved, name), saved)


def _phrase(error: UsageError) -> str:
    """Why a name will not do; a command line's hint means nothing here."""
    if isinstance(error, InvalidParamsError):
        return "; ".join(fault.message for fault in error.faults).capitalize() + "."
    return str(error)
