"""The list of endpoints, searched as one types, and the calls of this session."""

from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.render import page, part
from adloom.console.screens.modules.listing import is_for
from adloom.services.api_calls import about, endpoints_like, groups, permission_of
from adloom.services.api_calls_told import History

__all__ = ["LISTING_ROUTES", "history_of"]

#: Endpoints that are listed at a time.
MOST_LISTED: Final = 60
FILTERS: Final = ("q", "group", "method")
HISTORY: Final = "explorer_calls"


def history_of(request: Request) -> History:
    """The calls of whoever asks."""
    data = request.scope["state"]["session"].data
    history: History = data.setdefault(HISTORY, History())
    return history


async def listing(request: Request) -> Response:
    """Every endpoint that fits; only the list of them where only that was asked for."""
    asked = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    found = endpoints_like(asked["q"], group=asked["group"], method=asked["method"])
    given: dict[str, Any] = {
        "asked": asked,
        "found": found[:MOST_LISTED],
        "total": len(found),
        "about": about,
        "permission_of": permission_of,
    }
    if not is_for(request, "found"):
        more: dict[str, Any] = {"groups": groups(), "calls": history_of(request).latest()}
        return await page(
            request,
            "explorer/list.html",
            title="API explorer",
            active="explorer",
            **given,
            **more,
        )
    answer = part(request, "explorer/_found.html", **given)
    query = urlencode({name: text for name, text in asked.items() if text})
    answer.headers["HX-Replace-Url"] = f"/explorer?{query}" if query else "/explorer"
    return answer


LISTING_ROUTES: Final = [Route("/explorer", listing)]
