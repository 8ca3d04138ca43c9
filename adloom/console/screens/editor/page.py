"""The editor's page: the chain of steps, the panel of one of them, and the text behind both."""

from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import page, part, redirect
from adloom.console.screens.editor.at import new_tab, path_from
from adloom.console.screens.editor.panel import panel_of
from adloom.console.screens.editor.shown import shown
from adloom.errors import UsageError
from adloom.services.drafting import begin_draft, drafted, drafts_of
from adloom.services.editing import insert_module

__all__ = ["ROUTES"]


async def ask(request: Request) -> Response:
    """Ask what a new scenario is called."""
    given: dict[str, Any] = {
        "name": "",
        "module": request.query_params.get("module", ""),
        "error": "",
    }
    return await page(request, "editor/new.html", title="New scenario", active="scenarios", **given)


async def new(request: Request) -> Response:
    """Begin a new scenario, empty or with a module."""
    form = await request.form()
    session = desk_of(request).session
    name = str(form.get("name") or "").strip()
    try:
        draft = await begin_draft(session, name=name) if name else await begin_draft(session)
    except UsageError as error:
        given: dict[str, Any] = {
            "name": name,
            "module": str(form.get("module") or ""),
            "error": str(error),
        }
        return part(request, "editor/_new.html", status=422, **given)
    if module := str(form.get("module") or ""):
        drafts = await drafts_of(session)
        text = insert_module(draft.text, ("steps", 0), module, str(form.get("connection") or ""))
        await drafts.edit(draft.name, text, draft.version, "new")
    return redirect(request, f"/scenarios/{quote(draft.name, safe='')}/edit")


async def edit(request: Request) -> Response:
    """The editor of a scenario."""
    name = request.path_params["name"]
    found = await drafted(desk_of(request).session, name)
    at = path_from(request.query_params.get("step", ""))
    panel: dict[str, Any] = await panel_of(request, found, at)
    return await page(
        request,
        "editor/page.html",
        title=f"Edit {name}",
        active="scenarios",
        **shown(found, new_tab(), at),
        **panel,
    )


ROUTES: Final = [
    Route("/scenarios/new", ask),
    Route("/scenarios/new", new, methods=["POST"]),
    Route("/scenarios/{name}/edit", edit),
]
