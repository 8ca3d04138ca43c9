"""The port on which a runner takes webhooks and events, open once something wants it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from starlette.applications import Starlette

from adloom.cli.serve_events import Events
from adloom.cli.serve_hooks import Hooks
from adloom.cli.session import Session
from adloom.intake import intake_app, intake_server
from adloom.services.serve_log import ServeLog

__all__ = ["intake"]

LOOK: Final = 0.05


@asynccontextmanager
async def intake(
    hooks: Hooks, events: Events, session: Session, lines: ServeLog
) -> AsyncIterator[None]:
    """Take requests for as long as the context lasts, once something has an address."""
    watching = asyncio.create_task(_listen(hooks, events, session, lines))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _listen(hooks: Hooks, events: Events, session: Session, lines: ServeLog) -> None:
    await _either(hooks.wanted, events.wanted)
    port = session.workspace.settings.intake.port
    server = intake_server(_app(hooks, events, session), port=port)
    serving = asyncio.create_task(server.serve())
    telling: asyncio.Task[None] | None = None
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110 - it has no event for it
            await asyncio.sleep(LOOK)
        if server.started:
            address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            events.announce(address)
            telling = asyncio.create_task(_tell(hooks, lines, address))
        else:
            lines.alert(f"Port {port} is taken; webhooks and events do not come in.", "intake")
        await asyncio.wait([serving])
    finally:
        server.should_exit = True
        if telling is not None:
            telling.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def _tell(hooks: Hooks, lines: ServeLog, address: str) -> None:
    """Say where webhooks come in, once there are any."""
    await hooks.wanted.wait()
    lines.say(f"Webhooks come in at {address}", "intake")


def _app(hooks: Hooks, events: Events, session: Session) -> Starlette:
    limits = session.workspace.settings.events
    return intake_app(
        hooks.open,
        events=events.open,
        clock=session.wiring.clock,
        healthy=events.is_well,
        largest_events=limits.largest_request,
        most_events=limits.most_events,
    )


async def _either(*events: asyncio.Event) -> None:
    """Wait until one of them has come."""
    waiting = [asyncio.ensure_future(one.wait()) for one in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
