"""The list of modules: searched as one types."""

from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import page, part
from adloom.services.module_pages import dashed, kinds_of
from adloom.services.module_pages_search import apps, modules_like, verbs
from adloom.services.module_runs import needs_connection
from modules.base import Kind

__all__ = ["KINDS", "LISTING_ROUTES", "is_for"]

#: What people call the kinds.
KINDS: Final = {Kind.TRIGGER: "Trigger", Kind.SEARCH: "Search", Kind.ACTION: "Action"}
FILTERS: Final = ("q", "kind", "app", "verb")


async def listing(request: Request) -> Response:
    """Every module that fits; only the list of them where only that was asked for."""
    asked = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    found = modules_like(asked["q"], kind=asked["kind"], app=asked["app"], verb=asked["verb"])
    known = {one.provider for one in await desk_of(request).session.wiring.store.all()}
    given: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "kinds": KINDS,
        "dashed": dashed,
        "kinds_of": kinds_of,
        "lacks": lambda one: needs_connection(one) and known.isdisjoint(one.providers),
    }
    if not is_for(request, "found"):
        more: dict[str, Any] = {"apps": apps(), "verbs": verbs()}
        return await page(
            request, "modules/list.html", title="Modules", active="modules", **given, **more
        )
    answer = part(request, "modules/_found.html", **given)
    query = urlencode({name: text for name, text in asked.items() if text})
    answer.headers["HX-Replace-Url"] = f"/modules?{query}" if query else "/modules"
    return answer


def is_for(request: Request, element: str) -> bool:
    """Whether htmx asks for the content of this element only."""
    return request.headers.get("HX-Target", "").endswith(f"#{element}")


LISTING_ROUTES: Final = [Route("/modules", listing)]
