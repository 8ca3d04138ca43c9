"""An open workspace: what is opened for whoever works in it, and in which order it closes."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from adloom.clock import SystemClock
from adloom.database import Database
from adloom.errors import UsageError
from adloom.secret import Secret
from adloom.services.opening import clock_of, guard_logs, opened_database
from adloom.settings import Workspace
from connections.api import ConnectionApi, Wiring
from connections.connection import Connection
from connections.limits import Limiter
from connections.providers import PROVIDERS, provider_named
from connections.store import ConnectionStore
from connections.transport import Transport
from connections.vault import Vault
from modules.base import ConnectionFacts
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan import Opened
from scheduler.reading import Reader

if TYPE_CHECKING:
    from scheduler.engine import Engine
    from scheduler.outbox.handing_over import OutboxQueue
    from scheduler.outbox.store import Outbox
    from scheduler.workshop import Workshop

__all__ = ["Session", "open_connections", "open_session"]


class Session:
    """An open workspace.

    Args:
        workspace: The folder and its settings.
        wiring: What connections share; its store holds them.
        vault: Seals secrets.
        stack: Closes what is opened on the way.
    """

    def __init__(
        self, workspace: Workspace, wiring: Wiring, vault: Vault, stack: AsyncExitStack
    ) -> None:
        self.workspace = workspace
        self.wiring = wiring
        self.vault = vault
        self.reader = Reader(wiring.clock, self._opened, wiring.say)
        self._stack = stack
        self._database: Database | None = None
        self._engine: Engine | None = None
        self._queue: OutboxQueue | None = None
        self._node: Node | None = None
        self._workshop: Workshop | None = None
        self._outbox: Outbox | None = None

    async def journal_database(self) -> Database:
        """The journal's database, opened when it is first asked for: reading needs none."""
        if self._database is None:
            opening = opened_database(self.workspace, "journal")
            self._database = await self._stack.enter_async_context(opening)
        return self._database

    async def journal(self) -> Journal:
        """The journal."""
        return Journal(await self.journal_database(), self.vault, self.wiring.clock)

    def queue(self) -> "OutboxQueue":
        """The engine's way into the outbox."""
        if self._queue is None:
            from scheduler.outbox.handing_over import OutboxQueue

            self._queue = OutboxQueue(self.outbox)
        return self._queue

    def node(self) -> Node:
        """This process's mark of being alive."""
        if self._node is None:
            self._node = self._stack.enter_context(Node(self.workspace.locks))
        return self._node

    async def engine(self) -> "Engine":
        """The engine that carries single modules out."""
        if self._engine is None:
            from scheduler.engine import Engine

            journal = await self.journal()
            self._engine = Engine(
                self.reader,
                journal,
                self.node(),
                stopped=lambda: self.workspace.stopped,
                queue=self.queue(),
            )
        return self._engine

    async def workshop(self) -> "Workshop":
        """What runs scenarios."""
        if self._workshop is None:
            from scheduler.workshop import Workshop

            self._workshop = Workshop(
                await self.journal_database(),
                self.reader,
                await self.journal(),
                self.vault,
                self.wiring.clock,
                self.node(),
                self.workspace.scenarios,
                lag=timedelta(seconds=self.workspace.settings.http.visibility_lag),
                stopped=lambda: self.workspace.stopped,
                say=self.wiring.say,
                queue=self.queue(),
            )
        return self._workshop

    async def outbox(self) -> "Outbox":
        """Events on their way, opened when they are first asked for."""
        if self._outbox is None:
            from scheduler.outbox.store import Outbox

            opening = opened_database(self.workspace, "events")
            database = await self._stack.enter_async_context(opening)
            self._outbox = Outbox(database, self.vault, self.wiring.clock)
        return self._outbox

    async def choose(self, name: str | None, providers: Sequence[str]) -> str:
        """The connection that is meant: the named one, or the only one of the first kind that has.

        What needs no account needs no connection either; it goes by the kind's own name.

        Raises:
            UsageError: There is none, or several.
        """
        if name:
            return name
        known = await self.wiring.store.all()
        usable: list[str] = []
        for provider in providers:
            usable = usable or [one.name for one in known if one.provider == provider]
        if len(usable) == 1:
            return usable[0]
        if not usable and provider_named(providers[0]).anonymous:
            return providers[0]
        if not usable:
            raise UsageError(
                f"There is no {providers[0]} connection yet.",
                hint=f"Make one: adloom connections add NAME --kind {providers[0]}",
            )
        raise UsageError(
            f"Which connection? There are {', '.join(usable)}.", hint="Name it: --connection NAME"
        )

    async def _connection(self, name: str) -> Connection:
        if _is_anonymous(name) and name not in await self.wiring.store.names():
            settings = PROVIDERS[name].own_settings(self.workspace.path)
            return Connection(name=name, provider=name, settings=settings)
        return await self.wiring.store.load(name)

    async def _opened(self, name: str) -> Opened:
        connection = await self._connection(name)
        facts = ConnectionFacts(
            connection.name, connection.provider, connection.account, connection.settings
        )
        return Opened(ConnectionApi(connection, self.wiring), facts)


def _is_anonymous(name: str) -> bool:
    return name in PROVIDERS and PROVIDERS[name].anonymous


@asynccontextmanager
async def open_connections(
    workspace: Workspace, vault: Vault | None = None
) -> AsyncIterator[ConnectionStore]:
    """Open the connections for looking at, without their secrets unless there is a vault."""
    async with opened_database(workspace, "connections") as database:
        yield ConnectionStore(database, vault, SystemClock())


@asynccontextmanager
async def open_session(
    workspace: Workspace, *, tell: Callable[[str], None], ask: Callable[[], Secret]
) -> AsyncIterator[Session]:
    """Open everything work in a workspace may need; it is closed in reverse, whatever happens.

    Args:
        workspace: Which.
        tell: Told what somebody should know beside results.
        ask: Asked for the passphrase, where the workspace is sealed with one.
    """
    guard_logs()
    clock = clock_of(workspace)
    async with AsyncExitStack() as stack:
        connections = await stack.enter_async_context(opened_database(workspace, "connections"))
        vault = await Vault.open(connections, ask)
        http = workspace.settings.http
        transport = Transport(largest_answer=http.largest_answer, proxy=http.proxy)
        wiring = Wiring(
            transport=await stack.enter_async_context(transport),
            limiter=Limiter(connections, clock),
            store=ConnectionStore(connections, vault, clock),
            clock=clock,
            http=http,
            say=tell,
        )
        yield Session(workspace, wiring, vault, stack)
