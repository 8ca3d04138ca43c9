"""The web console beside a runner: its port, its link, and the key by which commands find it."""

import asyncio
import errno
import os
import socket
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from adloom.cli.console_options import Address
from adloom.cli.session import Session
from adloom.clock import SystemClock
from adloom.console.app import create_app
from adloom.console.binding import allowed_hosts, allowed_origins, check_binding
from adloom.console.desk import DemoAccount, Desk
from adloom.console.key_file import write_key_file
from adloom.console.server import console_server
from adloom.console.sessions import Access
from adloom.errors import UsageError
from adloom.secret import Secret
from adloom.services.serve_log import ServeLog
from adloom.settings import Workspace
from scheduler.workshop import Workshop

__all__ = ["PASSWORD_VARIABLE", "console", "key_file_of"]

PASSWORD_VARIABLE: Final = "ADLOOM_CONSOLE_PASSWORD"  # noqa: S105 - the name, not the password
LOOK: Final = 0.02


def key_file_of(workspace: Workspace) -> Path:
    """Where a running console leaves what `adloom console` needs."""
    return workspace.locks / "console.json"


@asynccontextmanager
async def console(
    session: Session,
    workshop: Workshop,
    lines: ServeLog,
    address: Address,
    *,
    demo: DemoAccount | None = None,
) -> AsyncIterator[Desk]:
    """Have the console answer for as long as the context lasts.

    Raises:
        UsageError: The port is taken, or the console would be open to others.
    """
    given = os.environ.get(PASSWORD_VARIABLE)
    password = Secret(given) if given else None
    check_binding(address.host, address.names, password_given=password is not None)
    listening = _listen(address)
    port = listening.getsockname()[1]
    # People are as fast as ever, also where the workspace's time runs faster.
    access = Access(port=port, clock=SystemClock(), password=password)
    desk = Desk(session, workshop, running=True, demo=demo, changed=workshop.synchronise)
    app = create_app(
        desk,
        access,
        hosts=allowed_hosts(port, address.names),
        origins=allowed_origins(port, address.names, secure=bool(address.names)),
    )
    server = console_server(app)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    key_file = key_file_of(session.workspace)
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110 - it has no event for it
            await asyncio.sleep(LOOK)
        here = f"http://127.0.0.1:{port}"
        write_key_file(key_file, here, access.bearer)
        await _tell(lines, access.new_link(here), browser=address.browser)
        yield desk
    finally:
        await desk.jobs.settle()
        desk.consents.close()
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        with suppress(OSError):
            key_file.unlink()


def _listen(address: Address) -> socket.socket:
    """Take the port before anything else is done.

    Raises:
        UsageError: It cannot be had.
    """
    host = address.host.strip("[]")
    try:
        return _bound(host, address.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and address.any_port:
            return _bound(host, 0)
        raise UsageError(
            f"The console cannot listen on {address.host}:{address.port}: {error.strerror}.",
            hint="Choose another port: --port 0 takes any that is free; --no-console does without.",
        ) from None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, so that asyncio turns Nagle's delay off: 2 ms an answer instead of 45.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


async def _tell(lines: ServeLog, link: str, *, browser: bool) -> None:
    lines.say(f"The console is at {link}", "console")
    if not browser or not await asyncio.to_thread(webbrowser.open, link):
        lines.say("The link signs one browser in, once. Another one: adloom console", "console")
