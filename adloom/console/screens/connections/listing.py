"""The list of connections, and the choice of what to connect."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import page
from adloom.services.connecting_uses import uses_of
from adloom.services.connecting_words import KINDS, standing_of
from connections.connection import State
from connections.practice import is_practice
from connections.providers import PROVIDERS

__all__ = ["LISTING_ROUTES"]

TITLES: Final = {one.name: one.title for one in KINDS}


async def listing(request: Request) -> Response:
    """Every connection, those that need somebody first."""
    desk = desk_of(request)
    known = await desk.session.wiring.store.all()
    now = desk.session.wiring.clock.now()
    # What an address in a problem says is needed; anything else is left alone.
    needs = request.query_params.get("needs", "")
    return await page(
        request,
        "connections/page.html",
        title="Connections",
        active="connections",
        known=sorted(known, key=lambda one: (one.state is not State.RECONNECT, one.name)),
        standing={one.name: standing_of(one, now) for one in known},
        practice={one.name for one in known if is_practice(one)},
        uses=await uses_of(desk.session, desk.workshop),
        titles=TITLES,
        needs=needs if needs in PROVIDERS else None,
    )


async def choose(request: Request) -> Response:
    """What can be connected."""
    return await page(
        request,
        "connections/choose.html",
        title="Connect",
        active="connections",
        kinds=[one for one in KINDS if not PROVIDERS[one.name].anonymous],
        anonymous=[one for one in KINDS if PROVIDERS[one.name].anonymous],
    )


LISTING_ROUTES: Final = [Route("/connections", listing), Route("/connections/new", choose)]
