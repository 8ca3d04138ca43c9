"""The list of scenarios."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of
from adloom.console.render import page, part
from adloom.console.screens.scenarios.answers import dialog, list_context, name_of

__all__ = ["listing", "more"]


async def listing(request: Request) -> Response:
    """Every scenario: on or off, when it runs next, how it fared; or that part of the page."""
    query = request.query_params
    text, show = query.get("q", "").strip()[:200], query.get("show", "")
    context = await list_context(request, text, show)
    if query.get("part") == "list":
        answer = part(request, "scenarios/_list.html", closes=False, **context)
        said = urlencode({name: value for name, value in (("q", text), ("show", show)) if value})
        answer.headers["HX-Replace-Url"] = f"/scenarios?{said}" if said else "/scenarios"
        return answer
    return await page(
        request,
        "scenarios/page.html",
        title="Scenarios",
        active="scenarios",
        running=desk_of(request).running,
        closes=False,
        **context,
    )


async def more(request: Request) -> Response:
    """What else can be done with a scenario."""
    desk = desk_of(request)
    stored = await desk.workshop.scenarios.load(name_of(request))
    return dialog(request, "scenarios/_more.html", name=stored.name)
