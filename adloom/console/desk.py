"""What every view of the console is given: the open workspace, and what runs beside it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from starlette.requests import HTTPConnection

from adloom.console.jobs import Jobs
from adloom.services.connecting_consents import Consents
from adloom.services.session import Session
from connections.connection import State
from connections.practice import is_practice
from scheduler.summaries import count_waiting
from scheduler.workshop import Workshop

__all__ = ["DemoAccount", "DemoMessage", "Desk", "Standing", "desk_of", "is_practice"]

#: Seconds for which the counts in the navigation may be old.
FRESH: Final = 2.0


@dataclass(frozen=True)
class DemoMessage:
    """What the demo account's team was told.

    Args:
        at: When.
        title: Its heading.
        text: What it says.
    """

    at: datetime
    title: str
    text: str


class DemoAccount(Protocol):
    """A simulated platform that the console may start; the command line provides it."""

    @property
    def address(self) -> str | None:
        """Where it runs; None while it does not."""

    @property
    def messages(self) -> list[DemoMessage]:
        """What its team was told, the newest first."""

    async def start(self, say: Callable[[str], object]) -> str:
        """Start it unless it runs, and connect an account of it; tells the connection's name."""

    async def faults(self) -> frozenset[str]:
        """What goes wrong in it at the moment: expired, busy, slow, rejected."""

    async def misbehave(self, fault: str | None) -> None:
        """Let something go wrong in it until further notice; None lets it behave again.

        A token that has expired stays so until somebody reconnects.
        """


@dataclass(frozen=True)
class Standing:
    """What the frame of every page shows.

    Args:
        waiting: What waits for a person: incomplete, in doubt, held.
        broken: Connections that need their owner.
        demo: Whether a connection leads to a simulator.
        stopped: Whether the kill switch is pulled.
    """

    waiting: int = 0
    broken: int = 0
    demo: bool = False
    stopped: bool = False


@dataclass
class Desk:
    """The console's hold on a workspace.

    Args:
        session: The open workspace.
        workshop: What runs scenarios.
        running: Whether a runner works in this process, so that schedules are kept.
        demo: The demo account, where one can be started.
        changed: Called after scenario files or their switches have changed.
    """

    session: Session
    workshop: Workshop
    running: bool = False
    demo: DemoAccount | None = None
    changed: Callable[[], Awaitable[object]] | None = None
    jobs: Jobs = field(init=False)
    consents: Consents = field(init=False)
    _standing: tuple[float, Standing] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.jobs = Jobs(self.session.wiring.clock)
        self.consents = Consents(self.session.wiring)

    async def standing(self) -> Standing:
        """What waits for somebody, as it was at most two seconds ago."""
        now = self.session.wiring.clock.monotonic()
        if self._standing is None or now - self._standing[0] > FRESH:
            self._standing = now, await self._look()
        return self._standing[1]

    def forget(self) -> None:
        """Look anew the next time."""
        self._standing = None

    async def _look(self) -> Standing:
        waiting = await count_waiting(self.workshop.database)
        known = await self.session.wiring.store.all()
        return Standing(
            waiting=waiting,
            broken=sum(one.state is State.RECONNECT for one in known),
            demo=any(is_practice(one) for one in known),
            stopped=self.session.workspace.stopped,
        )


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk that a request is answered at."""
    desk: Desk = connection.app.state.desk
    return desk
