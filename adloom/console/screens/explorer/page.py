"""The page of one endpoint: its form, the request it makes, the same for curl and Python."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.catalogue import Endpoint
from adloom.console.desk import desk_of
from adloom.console.forms import control_id
from adloom.console.render import page, part, redirect
from adloom.console.screens.explorer.asked import (
    MODULE,
    AskedCall,
    asked_call,
    call_form,
    endpoint_of,
    loose_values,
)
from adloom.console.screens.explorer.listing import history_of
from adloom.console.screens.modules.asked import CONNECTION, PARAMS, Refused, posted_by
from adloom.console.screens.modules.choosing import offered
from adloom.errors import UnknownNameError
from adloom.services.api_calls import about, endpoint_at, group_of, groups, limits_of, permission_of
from adloom.services.api_calls_form import LISTS
from adloom.services.api_calls_preview import preview
from adloom.services.api_calls_told import Called
from adloom.services.choices import choices_of
from adloom.services.module_pages_draft import begin_scenario
from adloom.services.module_runs import bench_of

__all__ = ["PAGE_ROUTES"]


async def endpoint_page(request: Request) -> Response:
    """One endpoint of the catalogue."""
    given = request.path_params
    return await _page(request, endpoint_at(given["method"], given["path"]))


async def free_page(request: Request) -> Response:
    """A call to any path, whether the catalogue knows it or not."""
    return await _page(request, None)


async def again_page(request: Request) -> Response:
    """An earlier call, filled in once more."""
    number = request.path_params["number"]
    again = history_of(request).find(number)
    if again is None:
        hint = "Calls are remembered as long as you are signed in, the latest fifty."
        raise UnknownNameError("call", number, (), hint=hint)
    known = endpoint_at(again.method, again.path) if again.endpoint else None
    return await _page(request, known, again)


async def _page(
    request: Request, endpoint: Endpoint | None, again: Called | None = None
) -> Response:
    title = f"{endpoint.method} {endpoint.path}" if endpoint else "Any call"
    context: dict[str, Any] = await call_form(request, endpoint, again=again)
    if endpoint is not None:
        context |= {
            "about": about(endpoint),
            "group": (group_of(endpoint), dict(groups())[group_of(endpoint)]),
            "permission": permission_of(endpoint),
            "limits_of": limits_of,
        }
    return await page(
        request,
        "explorer/page.html",
        title=title,
        active="explorer",
        calls=history_of(request).latest()[:8],
        **context,
    )


async def show_request(request: Request) -> Response:
    """What would be sent, as it is filled in now; nothing is."""
    session = desk_of(request).session
    posted = await posted_by(request)
    endpoint = endpoint_of(posted)
    notes: list[str] = []
    try:
        asked: AskedCall = await asked_call(session, endpoint, posted)
    except Refused as refused:
        missing = [one.path or one.message for one in refused.params]
        lacks = refused.connection
        return part(
            request, "explorer/_preview.html", preview=None, missing=missing, lacks=lacks, notes=()
        )
    bench = await bench_of(session, notes.append)
    found = await preview(bench, asked.values, asked.connection)
    return part(request, "explorer/_preview.html", preview=found, missing=(), lacks="", notes=notes)


async def begin(request: Request) -> Response:
    """Begin a scenario with this call as its first step."""
    posted = await posted_by(request)
    values = loose_values(endpoint_of(posted), posted)
    connection = "".join(posted.get(CONNECTION, ())[-1:]).strip() or None
    name = await begin_scenario(desk_of(request).session, MODULE, values, connection)
    return redirect(request, f"/scenarios/{name}/edit", "A new scenario. It is not saved yet.")


async def choices(request: Request) -> Response:
    """The words a well-known id offers, given what stands beside it."""
    name = request.path_params["field"]
    if name not in LISTS:
        raise UnknownNameError("field with a list", name, LISTS)
    query = request.query_params
    given = {key.removeprefix(PARAMS): query.getlist(key) for key in query if query[key].strip()}
    # Lists are asked for by the plural of what stands beside.
    siblings = given | {f"{key}s": texts for key, texts in given.items()}
    found = await choices_of(desk_of(request).session).offer(
        LISTS[name], query.get(CONNECTION, "").strip(), siblings
    )
    return offered(request, control_id(PARAMS + name), found)


PAGE_ROUTES: Final = [
    Route("/explorer/free", free_page),
    Route("/explorer/at/{method}/{path:path}", endpoint_page),
    Route("/explorer/again/{number}", again_page),
    Route("/explorer/preview", show_request, methods=["POST"]),
    Route("/explorer/scenario", begin, methods=["POST"]),
    Route("/explorer/choices/{field}", choices),
]
