"""The start page."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.render import page

__all__ = ["ROUTES"]


async def start(request: Request) -> Response:
    """What somebody may want to do, and what waits for them."""
    return await page(request, "start/page.html", title="Start", active="start")


ROUTES: Final = [Route("/", start)]
