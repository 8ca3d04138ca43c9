"""The simulator on a port: for as long as a command runs, or for one test."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from uvicorn.config import Config
from uvicorn.server import ServerState

from adloom.simulator.application import Application
from adloom.simulator.clock import SimulatedClock
from adloom.simulator.effects import Effects
from adloom.simulator.faults import Faults
from adloom.simulator.grants import Grants
from adloom.simulator.making.received import Received
from adloom.simulator.options import PRACTICE_APP, Options
from adloom.simulator.state import State
from adloom.simulator.wire import BareProtocol
from adloom.simulator.world import World
from adloom.simulator.world.pixels import pixels_of

__all__ = ["Opened", "Running", "serve"]

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
BACKLOG: Final = 512
#: Longer than any client waits between two requests.
KEEP_ALIVE: Final = 75
#: Long lists of ids make long addresses.
LONGEST_HEAD: Final = 1 << 18


@dataclass(frozen=True)
class Opened:
    """A simulator whose port is open; as text it is its address.

    Args:
        address: Where.
        pixel: The code of a pixel of its account.
        events_token: A token that may send events to it, as Events Manager generates one.
    """

    address: str
    pixel: str
    events_token: str

    def __str__(self) -> str:
        return self.address


def serve(options: Options, announce: Callable[[Opened], None]) -> None:
    """Run a simulator until SIGINT or SIGTERM.

    Args:
        options: How it is set up.
        announce: Called once the port is open.

    Raises:
        OSError: The port is taken, or the address is not this machine's.
    """
    state = State(options)
    listening = _listen(options)
    opened = _opened(state, _address(listening))

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        before = {
            number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
            for number in SIGNALS
            if threading.current_thread() is threading.main_thread()
        }
        try:
            await _run(state, listening, lambda: announce(opened), stop)
        finally:
            for number, handling in before.items():
                signal.signal(number, handling)

    asyncio.run(run())


class Running:
    """A simulator in a thread of this process, for as long as a `with` lasts.

    Args:
        options: How it is set up; without any it listens at a free port.
    """

    def __init__(self, options: Options | None = None):
        self._options = options or Options(port=0)
        self._state = State(self._options)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self.url = ""

    def __enter__(self) -> Self:
        listening = _listen(self._options)
        self.url = _address(listening)
        ready = threading.Event()

        failed: list[BaseException] = []

        async def run() -> None:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            try:
                await _run(self._state, listening, ready.set, self._stop)
            except OSError as error:
                failed.append(error)
            finally:
                ready.set()

        self._thread = threading.Thread(target=lambda: asyncio.run(run()), name="simulator")
        self._thread.start()
        ready.wait()
        if failed:
            raise failed[0]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        if error is None and self._state.bugs:
            raise self._state.bugs[0]

    @property
    def world(self) -> World:
        """Its accounts."""
        return self._state.world

    @property
    def clock(self) -> SimulatedClock:
        """Its time."""
        return self._state.clock

    @property
    def effects(self) -> Effects:
        """What it counted."""
        return self._state.effects

    @property
    def faults(self) -> Faults:
        """The rules in force."""
        return self._state.faults

    @property
    def events(self) -> Received:
        """The events that arrived."""
        return self._state.events

    @property
    def grants(self) -> Grants:
        """Its codes and tokens."""
        return self._state.grants

    def token(self, app_id: str = PRACTICE_APP, advertiser_ids: Sequence[str] | None = None) -> str:
        """A token without any consent, by default for all accounts."""
        covered = list(self.world.accounts) if advertiser_ids is None else advertiser_ids
        return self.grants.issue(app_id, covered)


# --- the port -----------------------------------------------------------------------------------


def _listen(options: Options) -> socket.socket:
    """Open the port."""
    found = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    # With the protocol named, asyncio sends small answers at once instead of waiting for an ACK.
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            # Elsewhere it would let two programs share the port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
        listening.settimeout(0)
    except OSError:
        listening.close()
        raise
    return listening


def _opened(state: State, address: str) -> Opened:
    accounts = list(state.world.accounts)
    token = state.grants.issue(PRACTICE_APP, accounts)
    return Opened(address, pixels_of(accounts[0])[0].code, token)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _run(
    state: State, listening: socket.socket, ready: Callable[[], Any], stop: asyncio.Event
) -> None:
    """Serve until `stop`, then break every connection off."""
    config = Config(
        Application(state),
        http=BareProtocol,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    config.load()
    shared = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: BareProtocol(config, shared, {}), sock=listening, backlog=BACKLOG
    )
    delivering = asyncio.create_task(state.webhooks.run())
    ready()
    await stop.wait()
    delivering.cancel()
    server.close()
    for connection in list(shared.connections):
        connection.transport.abort()
    for task in shared.tasks:
        task.cancel()
    await asyncio.gather(delivering, *shared.tasks, return_exceptions=True)
