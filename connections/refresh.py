"""Tokens renewed in time, by one process at a time (reliability.md §0.8, §2.4).

The process that renews holds a lease in the connection's row; the others wait for the result. No
network call happens inside a transaction. A crash in between leaves a note, and the old refresh
token is tried once more; if the platform has already used it up, the owner is asked.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from adloom.clock import Clock
from adloom.errors import (
    AuthorizationError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
)
from connections.connection import Connection, State
from connections.providers.base import Grant
from connections.store import ConnectionStore

__all__ = ["Refresher", "is_due"]

LEASE: Final = timedelta(seconds=60)
# A renewal has to end while its lease still keeps others away.
LONGEST_RENEWAL: Final = timedelta(seconds=45)
EARLY: Final = timedelta(minutes=15)
LOOK_AGAIN: Final = 0.2
#: What may pass: the token at hand is used as long as it is good.
TRANSIENT: Final = (RetryableError, UnknownOutcomeError, UnusableAnswerError, TimeoutError)
LOOKS: Final = int(LEASE.total_seconds() / LOOK_AGAIN) + 10


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether the access token ends soon: within 15 minutes, or half its life if that is less."""
    if connection.expires_at is None:
        return False
    issued = connection.issued_at or now
    early = min(EARLY, (connection.expires_at - issued) / 2)
    return now >= connection.expires_at - early


class Refresher:
    """Keeps the tokens of a workspace's connections fresh.

    Args:
        store: Where they live.
        clock: The time.
        renew: Asks the platform for a new grant.
    """

    def __init__(
        self,
        store: ConnectionStore,
        clock: Clock,
        renew: Callable[[Connection], Awaitable[Grant]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._renew = renew
        self._owner = secrets.token_hex(8)

    async def fresh(self, name: str, *, rejected: int | None = None) -> Connection:
        """Return a connection whose token is good for a while.

        Args:
            name: The connection's name.
            rejected: The generation whose token the platform no longer takes, whatever its date.

        Raises:
            AuthorizationError: Its owner has to renew the consent.
            RetryableError: The platform cannot be asked now, and the token at hand has ended.
        """
        for _ in range(LOOKS):
            connection = await self._store.load(name)
            wanted = is_due(connection, self._clock.now()) or connection.generation == rejected
            if not wanted or connection.state is State.RECONNECT:
                return connection
            if await self._claim(connection):
                return await self._renewed(connection, name, dead=connection.generation == rejected)
            await self._clock.sleep(LOOK_AGAIN)
        raise RetryableError(f"Another process has been renewing {name!r} for too long.")

    async def _renewed(self, connection: Connection, name: str, *, dead: bool) -> Connection:
        """Renew under the lease, and give it back whatever happens."""
        try:
            async with asyncio.timeout(LONGEST_RENEWAL.total_seconds()):
                grant = await self._renew(connection)
        except AuthorizationError as error:
            return await self._refused(connection, name, error)
        except TRANSIENT as error:
            await self._release(connection)
            if not dead and connection.expires_at and connection.expires_at > self._clock.now():
                return connection
            if isinstance(error, RetryableError):
                raise
            # Whatever became of the renewal, nothing was done with the connection yet.
            reason = str(error) or "the platform took too long"
            raise RetryableError(f"The token of {name!r} was not renewed: {reason}") from error
        except BaseException:
            await self._release(connection)
            raise
        new = await self._store.replace(
            replace(grant.added_to(connection, self._clock.now()), state=State.READY, reason=None)
        )
        await self._release(connection)
        return new or await self._store.load(name)

    async def _refused(
        self, connection: Connection, name: str, error: AuthorizationError
    ) -> Connection:
        """Believe a refusal only if nobody else renewed the connection in the meantime."""
        marked = await self._store.mark(connection, State.RECONNECT, str(error))
        await self._release(connection)
        if marked:
            raise error
        return await self._store.load(name)

    async def _claim(self, connection: Connection) -> bool:
        """Take the lease if it is free and the connection is still the one we know."""
        now = self._clock.now()
        token = connection.secrets.get("refresh_token")
        mark = hashlib.sha256(token.reveal().encode()).hexdigest()[:16] if token else "none"
        rows = await self._store.database.write(
            lambda work: work.run(
                "UPDATE connection SET lease_owner = ?, lease_until = ?, refresh_note = ?"
                " WHERE id = ? AND generation = ?"
                " AND (lease_owner IS NULL OR lease_until < ? OR lease_until > ?) RETURNING id",
                self._owner,
                (now + LEASE).isoformat(),
                f"{mark} {now.isoformat()}",
                connection.id,
                connection.generation,
                now.isoformat(),
                # A lease from the far future was written before the clock was set back.
                (now + 2 * LEASE).isoformat(),
            )
        )
        return bool(rows)

    async def _release(self, connection: Connection) -> None:
        await self._store.database.write(
            lambda work: work.run(
                "UPDATE connection SET lease_owner = NULL, lease_until = NULL, refresh_note = NULL"
                " WHERE id = ? AND lease_owner = ?",
                connection.id,
                self._owner,
            )
        )
