"""The port on which a runner takes webhooks, open while a scenario wants it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from adloom.cli.serve_hooks import Hooks
from adloom.cli.serve_log import ServeLog
from adloom.cli.session import Session
from adloom.intake import intake_app, intake_server

__all__ = ["intake"]

LOOK: Final = 0.05


@asynccontextmanager
async def intake(hooks: Hooks, session: Session, lines: ServeLog) -> AsyncIterator[None]:
    """Take requests for as long as the context lasts, once a scenario begins with a webhook."""
    watching = asyncio.create_task(_listen(hooks, session, lines))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _listen(hooks: Hooks, session: Session, lines: ServeLog) -> None:
    await hooks.wanted.wait()
    port = session.workspace.settings.intake.port
    server = intake_server(intake_app(hooks.open, clock=session.wiring.clock), port=port)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110 - it has no event for it
            await asyncio.sleep(LOOK)
        if server.started:
            shown = server.servers[0].sockets[0].getsockname()[1]
            lines.say(f"Webhooks come in at http://127.0.0.1:{shown}", "intake")
        else:
            lines.alert(f"Port {port} is taken; webhooks do not come in.", "intake")
        await asyncio.wait([serving])
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
