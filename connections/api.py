"""A connection in use: what modules read through and the engine changes things with."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from adloom.clock import Clock
from adloom.errors import (
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RetryableError,
    UnknownNameError,
    UsageError,
)
from adloom.files import look_at
from adloom.rows import Shape
from adloom.settings import HttpSettings
from adloom.wire import Answer, FileBody, Page, Record, Request
from connections.connection import Connection, State
from connections.limits import LONGEST_WAIT, Limiter
from connections.practice import when_off
from connections.providers import provider_named
from connections.providers.base import Grant
from connections.refresh import Refresher, is_due
from connections.store import ConnectionStore
from connections.transport import Transport

__all__ = ["ConnectionApi", "Wiring"]

#: A read is tried this often; the pauses between double, with jitter.
ATTEMPTS: Final = 4
FIRST_PAUSE: Final = 1.0


@dataclass(frozen=True)
class Wiring:
    """What every connection of a process shares.

    Args:
        transport: The HTTP client.
        limiter: The rate limits.
        store: Where connections live.
        clock: The time.
        http: Deadlines.
        say: Told, in a sentence, why something takes longer.
    """

    transport: Transport
    limiter: Limiter
    store: ConnectionStore
    clock: Clock
    http: HttpSettings
    say: Callable[[str], None] = lambda _: None


class ConnectionApi:
    """Sends requests with one connection's token, within its limits.

    Args:
        connection: The connection, with its secrets.
        wiring: What it shares with others.
        trial: Whether a grant is only being tried, so that a refusal says nothing about the one
            that is stored.
    """

    def __init__(self, connection: Connection, wiring: Wiring, *, trial: bool = False) -> None:
        self.connection = connection
        self._trial = trial
        self._wiring = wiring
        self._provider = provider_named(connection.provider)

    @property
    def settle_seconds(self) -> float:
        """How long after its start a change can still come into view."""
        return self._wiring.http.deadline + self._wiring.http.visibility_lag

    @property
    def visibility_lag(self) -> float:
        """How long after its answer a change can stay out of view."""
        return self._wiring.http.visibility_lag

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Read once."""
        return await self.read(Request("GET", path, query or {}))

    async def pages(
        self,
        path: str,
        query: Mapping[str, Any],
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Read a listing page by page; rows are told apart by `key`.

        Rows that have the `shape` already come undecoded.
        """
        request = Request("GET", path, query)
        pages = self._provider.pages(self.read, request, key=key, page_size=page_size, shape=shape)
        async for page in pages:
            yield page

    async def read(self, request: Request) -> Answer:
        """Send a request that changes nothing, a few times if need be.

        Raises:
            UsageError: It could change something; only the engine sends such requests.
            AdloomError: What the platform or the wire answered.
        """
        if self._provider.changes(request):
            raise UsageError(f"{request.method} {request.path} may change something.")
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._once(request)
            except RetryableError as error:
                if (error.retry_after or 0) > LONGEST_WAIT:
                    raise
                pause = error.retry_after or FIRST_PAUSE * 2 ** (attempt - 1)
                self._wiring.say(f"{error} Trying again ({attempt + 1} of {ATTEMPTS}).")
                await self._wiring.clock.sleep(pause * random.uniform(1.0, 1.3))  # noqa: S311 - jitter
        return await self._once(request)

    async def change(self, request: Request) -> Answer:
        """Send a request that changes something, once. Only the engine calls this.

        Raises:
            RetryableError: It did not happen and may be sent again.
            UnknownOutcomeError: It may have happened.
            AdloomError: It did not happen.
        """
        if isinstance(request.body, FileBody) and request.body.content is None:
            await asyncio.to_thread(_check_unchanged, request.body)
        return await self._once(request)

    async def accounts(self) -> list[Record]:
        """List the accounts the grant covers now, by id and name."""
        return await self._provider.accounts(self.read, self.connection)

    def changes(self, request: Request) -> bool:
        """Whether a request may change something."""
        return self._provider.changes(request)

    async def fresh(self) -> Connection:
        """The connection, its token renewed if it ends soon.

        Raises:
            AuthorizationError: Its owner has to renew the consent.
            RetryableError: The platform cannot be asked now, and the token at hand has ended.
        """
        if self._renews and is_due(self.connection, self._wiring.clock.now()):
            await self._renew()
        return self.connection

    async def _once(self, request: Request) -> Answer:
        """One request; where the platform refuses the token, one more with the next token.

        A refused token means that nothing has happened, so a change may be repeated too.
        """
        self._refuse_if_unusable()
        used = await self.fresh()
        self._refuse_if_unusable()
        try:
            return await self._send(used, request)
        except MissingPermissionError:
            raise
        except AuthorizationError as error:
            if self._trial:
                raise
            renewed = self._renews and await self._renew(rejected=used.generation)
            if not renewed:
                await self._give_up(used, error)
        used = self.connection
        try:
            return await self._send(used, request)
        except MissingPermissionError:
            raise
        except AuthorizationError as error:
            await self._give_up(used, error)

    async def _send(self, connection: Connection, request: Request) -> Answer:
        """One request through limits, wire and envelope."""
        await self._wiring.limiter.wait(self._provider.rates(connection, request))
        deadline = max(self._wiring.http.deadline, request.patience)
        if self._provider.direct:
            return await self._provider.send(connection, request, deadline=deadline)
        wire = self._provider.wire(connection, request, deadline=deadline)
        try:
            answer = await self._wiring.transport.exchange(wire)
            return self._provider.read(connection, request, answer)
        except RateLimitedError as error:
            await self._wiring.limiter.pause(self._provider.pauses(connection, request, error))
            raise
        except RetryableError as error:
            raise when_off(connection, error) from error

    # --- tokens that end ------------------------------------------------------------------------

    @property
    def _renews(self) -> bool:
        """Whether this connection's token came with a lease of life that can be renewed."""
        granted = self.connection.issued_at is not None
        return self._provider.refreshes and granted and not self._trial

    async def _renew(self, *, rejected: int | None = None) -> bool:
        """Get the next token, from the platform or from whoever has renewed it already.

        Returns:
            Whether there is one.
        """
        before = self.connection
        refresher = Refresher(self._wiring.store, self._wiring.clock, self._ask_for_grant)
        try:
            found = await refresher.fresh(before.name, rejected=rejected)
        except AuthorizationError as error:
            self._close(str(error))
            raise
        if found.id != before.id:
            raise UsageError(f"{before.name!r} is another connection now; nothing was sent.")
        self.connection = found
        return found.state is State.READY and found.generation != rejected

    async def _ask_for_grant(self, connection: Connection) -> Grant:
        sender = ConnectionApi(connection, self._wiring, trial=True)
        return await self._provider.refresh(sender.change, connection)

    async def _give_up(self, used: Connection, error: AuthorizationError) -> NoReturn:
        """Believe that a grant is dead, unless somebody has renewed it in the meantime."""
        store = self._wiring.store
        if await store.mark(used, State.RECONNECT, str(error)):
            # Whoever holds this connection must not go on knocking with a dead token.
            self._close(str(error))
            raise error
        try:
            self.connection = await store.load(used.name)
        except UnknownNameError:
            raise error from None
        self._refuse_if_unusable()
        raise RetryableError(f"{used.name!r} was renewed in the meantime.") from error

    def _close(self, reason: str) -> None:
        self.connection = replace(self.connection, state=State.RECONNECT, reason=reason)

    def _refuse_if_unusable(self) -> None:
        if self.connection.state is State.RECONNECT:
            raise AuthorizationError(
                f"{self.connection.name!r} needs its owner: {self.connection.reason}",
                hint=f"adloom connections reconnect {self.connection.name}",
            )


def _check_unchanged(file: FileBody) -> None:
    """Refuse to send a file that is not the one that was planned."""
    if look_at(file.path).sha256 != file.sha256:
        raise UsageError(f"{file.path} has changed since this was planned; nothing was sent.")
