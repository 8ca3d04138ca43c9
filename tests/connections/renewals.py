"""A platform that renews tokens, and a connection whose token it renews."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from adloom.secret import Secret
from connections.connection import Connection
from connections.providers.base import Grant
from connections.store import ConnectionStore
from tests.connections.samples import business
from tests.seams.stores import NOON

__all__ = ["HOUR", "Platform", "hold_lease", "lease_of", "rotating"]

HOUR = timedelta(hours=1)


class Platform:
    """Grants tokens that are good for two hours, and counts what it was asked for."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[str] = []
        self.error = error

    async def renew(self, connection: Connection) -> Grant:
        self.asked.append(connection.secrets["refresh_token"].reveal())
        if self.error:
            raise self.error
        await asyncio.sleep(0)
        number = len(self.asked)
        tokens = {
            "access_token": Secret(f"access-{number}"),
            "refresh_token": Secret(f"refresh-{number}"),
        }
        return Grant(tokens, {"refreshed": number}, 2 * HOUR)


def rotating(**more: Any) -> Connection:
    tokens = {"access_token": Secret("access-0"), "refresh_token": Secret("refresh-0")}
    told: dict[str, Any] = {"issued_at": NOON, "expires_at": NOON + 2 * HOUR, "secrets": tokens}
    return business(**(told | more))


async def lease_of(store: ConnectionStore) -> list[Any]:
    rows = await store.database.read(
        lambda work: work.run("SELECT lease_owner, lease_until, refresh_note FROM connection")
    )
    return list(rows[0])


async def hold_lease(store: ConnectionStore, until: datetime) -> None:
    await store.database.write(
        lambda work: work.run(
            "UPDATE connection SET lease_owner = 'another', lease_until = ?", until.isoformat()
        )
    )
