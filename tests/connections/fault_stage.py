"""One simulator and one transport on which every kind of call is made, again and again."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from adloom.clock import FrozenClock
from adloom.secret import Secret
from adloom.settings import HttpSettings
from adloom.simulator import Running
from connections.api import ConnectionApi, Wiring
from connections.connection import Connection, State
from connections.limits import Limiter
from connections.outgoing import WireRequest
from connections.store import ConnectionStore
from connections.transport import Transport, WireAnswer
from tests.connections.fault_calls import Call
from tests.simulator.client import Client

__all__ = ["START", "Line", "Stage", "Stopwatch"]

#: A minute before the moment to which a fault of the catalogue asks to wait.
START: Final = datetime(2026, 10, 21, 7, 27, tzinfo=UTC)
#: Longer than any pause that a platform may ask for.
BETWEEN: Final = 1_000.0


class Stopwatch(Transport):
    """A transport that takes the time of each request.

    Args:
        more: As for any transport.
    """

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        #: Seconds by which the slowest request went past its deadline; negative if none did.
        self.late = float("-inf")

    async def exchange(self, request: WireRequest) -> WireAnswer:
        """Send one request and see how long it takes."""
        began = time.monotonic()
        try:
            return await super().exchange(request)
        finally:
            self.late = max(self.late, time.monotonic() - began - request.deadline)


@dataclass
class Line:
    """A call, ready to be made with a connection of its own.

    Args:
        send: Makes it.
        connection: What it is made with.
        secrets: What must not be told, besides those of the connection.
    """

    send: Callable[[], Awaitable[Any]]
    connection: Connection
    secrets: list[str] = field(default_factory=list)

    def hidden(self) -> list[str]:
        """Everything that must not be told."""
        return [*self.secrets, *(one.reveal() for one in self.connection.secrets.values())]


class Stage:
    """A simulator and what it takes to call it.

    Args:
        simulator: It; its time stands still.
        store: For connections.
        transport: What requests go through.
        clock: What pauses go by.
        folder: For files to upload.
        deadline: Seconds for each request.
    """

    def __init__(
        self,
        simulator: Running,
        store: ConnectionStore,
        transport: Stopwatch,
        clock: FrozenClock,
        folder: Path,
        *,
        deadline: float,
    ) -> None:
        self.simulator = simulator
        self.store = store
        self.transport = transport
        self.clock = clock
        self.folder = folder
        self._wiring = Wiring(
            transport, Limiter(store.database, clock), store, clock, HttpSettings(deadline=deadline)
        )
        self._count = 0
        self.advertiser = next(iter(simulator.world.accounts))
        client = self.client()
        rows = client.rows("/ad/get/", advertiser_id=self.advertiser)
        manual = [row for row in rows if row["campaign_automation_type"] == "MANUAL"]
        #: The oldest, which no fault deletes.
        self.ads = [row["ad_id"] for row in manual[-2:]]
        self.campaigns = list(dict.fromkeys(row["campaign_id"] for row in manual))[-2:]
        found = client.get("/pixel/list/", advertiser_id=self.advertiser)
        self.pixel = found["data"]["pixels"][0]["pixel_code"]
        self.video = client.control("GET", "videos")[0]["share_url"]

    def client(self, token: str = "") -> Client:
        """Somebody else at the same simulator, whose requests do not count."""
        return Client(self.simulator.url, token or self.simulator.token())

    def number(self) -> int:
        """One that was not given before."""
        self._count += 1
        return self._count

    def between(self) -> None:
        """Be honest and let pauses pass, so that each cell begins anew."""
        self.simulator.faults.clear()
        self.clock.move(BETWEEN)

    async def saved(
        self, provider: str, settings: Mapping[str, Any], secrets: Mapping[str, str], **more: Any
    ) -> Connection:
        """A connection that was made a moment ago."""
        sealed = {name: Secret(text) for name, text in secrets.items()}
        new = Connection(f"c{self.number()}", provider, settings, secrets=sealed, **more)
        return await self.store.save(new)

    def api(self, connection: Connection, *, trial: bool = False) -> ConnectionApi:
        """A connection in use."""
        return ConnectionApi(connection, self._wiring, trial=trial)

    async def state_of(self, connection: Connection) -> State:
        """Whether a connection can still be used."""
        return (await self.store.load(connection.name)).state

    def arrived(self, call: Call) -> int:
        """How many requests of a call arrived."""
        return self.simulator.effects.requests[call.target]

    def took_effect(self, call: Call) -> int:
        """How many of them changed something."""
        effects = self.simulator.effects
        if call.family == "oauth" or call.name == "trade code":
            return effects.tokens
        return effects.changes[call.path]

    def changed_elsewhere(self, call: Call) -> Mapping[str, int]:
        """What changed that the call was not to change."""
        changes = Counter(self.simulator.effects.changes)
        changes.pop(call.path, None)
        return changes
