"""Connection stores in a test's own folder, sealed with a key that needs no asking."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from adloom.clock import Clock, FrozenClock
from adloom.database import Database
from adloom.database import open_database as open_any
from adloom.secret import Secret
from connections.keys import KeySource
from connections.store import MIGRATIONS, ConnectionStore
from connections.vault import Vault
from tests.seams.postgres import Place, named

__all__ = ["NOON", "PlainKey", "nobody", "open_database", "open_store", "plain_vault"]

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class PlainKey(KeySource):
    """A key that is simply there."""

    kind: ClassVar[str] = "plain"
    title: ClassVar[str] = "the test"

    def __init__(self, key: bytes = b"k" * 32) -> None:
        self._key = key

    def describe(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def fetch(self) -> bytes:
        """The key."""
        return self._key


def plain_vault(key_id: str = "00000001", key: bytes = b"d" * 32) -> Vault:
    """A vault that is open already."""
    return Vault({key_id: key}, PlainKey())


def nobody() -> Secret:
    """Is asked for a passphrase where none must be needed."""
    raise AssertionError("nobody should be asked for a passphrase")


def open_database(place: Place) -> Database:
    """The database of connections in a folder or a schema."""
    return open_any(named(place, "connections"), MIGRATIONS, set_name="connections")


@asynccontextmanager
async def open_store(
    place: Place, *, clock: Clock | None = None, vault: Vault | None = None
) -> AsyncIterator[ConnectionStore]:
    """A store of connections in a folder or a schema; the same vault opens it again."""
    async with open_database(place) as database:
        yield ConnectionStore(database, vault or plain_vault(), clock or FrozenClock(NOON))
