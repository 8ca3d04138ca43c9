"""The addresses that take events."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import page
from adloom.services.event_delivering import somebody_sends
from adloom.services.event_intakes import HOW_TO_ADD, addresses

__all__ = ["INTAKE_ROUTES"]


async def intake(request: Request) -> Response:
    """Where events come in, and how to have another address."""
    desk = desk_of(request)
    return await page(
        request,
        "events/intake.html",
        title="Event addresses",
        active="events",
        addresses=await addresses(desk.session),
        is_served=somebody_sends(desk.session, running=desk.running),
        how=HOW_TO_ADD,
        workspace_file=desk.session.workspace.path / "adloom.toml",
    )


INTAKE_ROUTES: Final = [Route("/events/intake", intake)]
