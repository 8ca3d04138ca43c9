"""The page of one module: what it is, its form, the same as a command, the way to a scenario."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import page, part, redirect
from adloom.console.screens.modules.asked import (
    CONNECTION,
    PARAMS,
    RUN,
    form_context,
    posted_by,
    readable,
)
from adloom.console.screens.modules.listing import KINDS
from adloom.services.module_pages import (
    about_doubt,
    about_limit,
    about_undo,
    app_of,
    kinds_of,
    permission_of,
    yielded,
)
from adloom.services.module_pages_command import command_of
from adloom.services.module_pages_draft import begin_scenario
from modules import find_module
from modules.base import Module

__all__ = ["PAGE_ROUTES", "module_command"]


async def module_page(request: Request) -> Response:
    """Everything about a module; what stands in the address is filled in."""
    module = find_module(request.path_params["name"])
    typed = _typed(request, module)
    return await page(
        request,
        "modules/page.html",
        title=module.title,
        active="modules",
        kind=KINDS[module.kind],
        app=app_of(module),
        kinds=kinds_of(module),
        permission=permission_of(module),
        facts=[
            text for text in (about_limit(module), about_doubt(module), about_undo(module)) if text
        ],
        fields=yielded(module),
        command=module_command(module, typed or {}),
        **await form_context(request, module, typed),
    )


def _typed(request: Request, module: Module) -> dict[str, list[str]] | None:
    """Parameters in the address, under their plain names, as if they had been typed."""
    given = request.query_params
    known = {name: given.getlist(name) for name in module.params.model_fields if name in given}
    typed = {PARAMS + name: texts for name, texts in known.items()}
    if given.get(CONNECTION):
        typed[CONNECTION] = [given[CONNECTION]]
    return typed or None


async def command(request: Request) -> Response:
    """What is filled in, as a command; whatever cannot be read yet is left out."""
    module = find_module(request.path_params["name"])
    text = module_command(module, await posted_by(request))
    return part(request, "modules/_command.html", command=text)


def module_command(module: Module, posted: Mapping[str, Sequence[str]]) -> str:
    """The same as a command."""
    since = "".join(posted.get(f"{RUN}since", ())[-1:]).strip()
    connection = "".join(posted.get(CONNECTION, ())[-1:]).strip()
    values: dict[str, Any] = readable(module.params, posted)
    return command_of(module, values, connection=connection or None, since=since or None)


async def begin(request: Request) -> Response:
    """Begin a scenario with this module, as it is filled in."""
    module = find_module(request.path_params["name"])
    posted = await posted_by(request)
    connection = "".join(posted.get(CONNECTION, ())[-1:]).strip() or None
    values = readable(module.params, posted)
    name = await begin_scenario(desk_of(request).session, module, values, connection)
    return redirect(request, f"/scenarios/{name}/edit", "A new scenario. It is not saved yet.")


PAGE_ROUTES: Final = [
    Route("/modules/{name}", module_page),
    Route("/modules/{name}/command", command, methods=["POST"]),
    Route("/modules/{name}/scenario", begin, methods=["POST"]),
]
