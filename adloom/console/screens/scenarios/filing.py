"""Scenario files copied, renamed, deleted, taken back and downloaded."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import Desk, desk_of
from adloom.console.render import redirect
from adloom.console.screens.scenarios.answers import back, dialog, fresh_desk, name_of, page_of
from adloom.errors import UnknownNameError, UsageError
from adloom.services.scenario_files import find_text, texts
from adloom.services.scenario_list_files import (
    callers_of,
    delete,
    duplicate,
    file_of,
    free_name,
    lost_by_renaming,
    rename,
    restore,
)

__all__ = [
    "ask_to_delete",
    "ask_to_duplicate",
    "ask_to_rename",
    "copy",
    "export",
    "give_name",
    "remove",
    "take_back",
]


async def ask_to_duplicate(request: Request) -> Response:
    """Under which name a copy is made."""
    name = name_of(request)
    new = free_name(desk_of(request).session, name)
    return dialog(request, "scenarios/_copy.html", name=name, new=new, error=None)


async def copy(request: Request) -> Response:
    """Make a copy, and go to it."""
    desk, name = desk_of(request), name_of(request)
    new = str((await request.form()).get("new", "")).strip()
    try:
        saved = await duplicate(desk.session, desk.workshop, name, new)
    except UnknownNameError:
        raise
    except UsageError as error:
        asked: dict[str, Any] = {"name": name, "new": new, "error": error}
        return dialog(request, "scenarios/_copy.html", status=422, **asked)
    await fresh_desk(request)
    return redirect(request, page_of(saved.name), f"{saved.name} is a copy. It is off.")


async def ask_to_rename(request: Request) -> Response:
    """What another name means, and which it is to be."""
    desk, name = desk_of(request), name_of(request)
    lost = await lost_by_renaming(desk.session, desk.workshop, name)
    return dialog(request, "scenarios/_rename.html", name=name, new=name, lost=lost, error=None)


async def give_name(request: Request) -> Response:
    """Rename a scenario, and go to it."""
    desk, name = desk_of(request), name_of(request)
    new = str((await request.form()).get("new", "")).strip()
    try:
        saved = await rename(desk.session, desk.workshop, name, new)
    except UnknownNameError:
        raise
    except UsageError as error:
        lost = await lost_by_renaming(desk.session, desk.workshop, name)
        asked: dict[str, Any] = {"name": name, "new": new, "lost": lost, "error": error}
        return dialog(request, "scenarios/_rename.html", status=422, **asked)
    await fresh_desk(request)
    return redirect(request, page_of(saved.name), f"{name} is called {saved.name} now. It is off.")


async def ask_to_delete(request: Request) -> Response:
    """Whether a scenario is really to be deleted."""
    desk, name = desk_of(request), name_of(request)
    stored = await desk.workshop.scenarios.load(name)
    callers = callers_of(desk.session, name)
    waiting = len(await desk.workshop.incompletes.open(name))
    return dialog(
        request, "scenarios/_delete.html", stored=stored, callers=callers, waiting=waiting
    )


async def remove(request: Request) -> Response:
    """Delete a scenario; the list offers to take it back."""
    desk, name = desk_of(request), name_of(request)
    gone = await delete(desk.session, desk.workshop, name)
    request.scope["state"]["session"].data["deleted"] = gone.mark
    await fresh_desk(request)
    return await back(request, "/scenarios", f"{name} is deleted.")


async def take_back(request: Request) -> Response:
    """Take a deleted scenario back; it is off."""
    desk = desk_of(request)
    path = restore(desk.session, str((await request.form()).get("mark", "")))
    await fresh_desk(request)
    return await back(request, "/scenarios", f"{path.name} is back. It is off.")


async def export(request: Request) -> Response:
    """The file of a scenario, one that cannot be used included."""
    desk = desk_of(request)
    path = await _path(desk, name_of(request))
    return Response(
        path.read_bytes(),
        media_type="application/yaml",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name)}"},
    )


async def _path(desk: Desk, name: str) -> Path:
    try:
        return await file_of(desk.session, desk.workshop, name)
    except UnknownNameError:
        return find_text(texts(desk.session.workspace.scenarios), name).path
