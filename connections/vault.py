"""Secrets at rest: AES-256-GCM, each value bound to the row it belongs to.

A random data key seals the values; a key from one of the sources in `connections.keys` wraps the
data key. A wrong key therefore fails when the vault is opened, before anything is written.
"""

import secrets
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adloom.clock import Clock
from adloom.database import Database, Migration, Row, Transaction
from adloom.errors import WorkspaceError
from adloom.json_text import dump, parse_strict
from adloom.secret import Secret
from connections.keys import KeySource, source_for

__all__ = ["VAULT_MIGRATIONS", "Vault"]

NONCE_BYTES: Final = 12
KEY_ID_CHARACTERS: Final = 8

VAULT_MIGRATIONS: Final = (
    Migration(
        "0001 data key",
        (
            """CREATE TABLE data_key (
                 id TEXT PRIMARY KEY, source TEXT NOT NULL, source_facts TEXT NOT NULL,
                 wrapped BLOB NOT NULL, created_at TEXT NOT NULL)""",
        ),
    ),
)


class Vault:
    """Seals and opens values.

    Args:
        key_id: Which data key this is.
        data_key: Its 32 bytes.
        source: Where the key that wraps it comes from.
    """

    def __init__(self, key_id: str, data_key: bytes, source: KeySource) -> None:
        self.key_id = key_id
        self.source = source
        self._data_key = data_key
        self._cipher = AESGCM(data_key)

    @classmethod
    def new(cls, source: KeySource) -> "Vault":
        """Make a vault with a fresh data key, and the source's key if that is ours to make."""
        source.create()
        return cls(secrets.token_hex(KEY_ID_CHARACTERS // 2), secrets.token_bytes(32), source)

    @classmethod
    async def open(cls, database: Database, ask: Callable[[], Secret]) -> "Vault":
        """Open the vault of a database.

        Args:
            database: Where the wrapped data key lies.
            ask: Asks the person for a passphrase, if the key comes from one.

        Raises:
            WorkspaceError: There is no vault, or the key is not the one that closed it.
        """
        row = await database.read(lambda work: work.one("SELECT * FROM data_key"))
        if row is None:
            raise WorkspaceError(
                f"{database.path} has no key yet.", hint="Make the workspace: adloom init"
            )
        source = source_for(row["source"], parse_strict(row["source_facts"].encode()), ask)
        try:
            data_key = _unwrap(row, source.fetch())
        except InvalidTag:
            raise WorkspaceError(
                f"The key from {source.title} is not the one this workspace was sealed with.",
                hint="Nothing was changed. Bring back the right key, or restore the workspace "
                "together with its key.",
            ) from None
        return cls(row["id"], data_key, source)

    def store(self, work: Transaction, clock: Clock) -> None:
        """Write the wrapped data key, replacing any other, inside a transaction."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = nonce + AESGCM(self.source.fetch()).encrypt(
            nonce, self._data_key, self.key_id.encode()
        )
        work.run("DELETE FROM data_key")
        work.run(
            "INSERT INTO data_key (id, source, source_facts, wrapped, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            self.key_id,
            self.source.kind,
            dump(self.source.describe()).decode(),
            wrapped,
            clock.now().isoformat(),
        )

    def seal(self, text: str, place: str) -> bytes:
        """Seal a value for one place, for example `connection/1f…/secrets`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return (
            self.key_id.encode()
            + nonce
            + self._cipher.encrypt(nonce, text.encode(), self._bind(place))
        )

    def unseal(self, sealed: bytes, place: str) -> Secret:
        """Open a value that was sealed for this place.

        Raises:
            WorkspaceError: It was damaged, moved from another place, or sealed with another key.
        """
        key_id = sealed[:KEY_ID_CHARACTERS].decode(errors="replace")
        nonce, text = (
            sealed[KEY_ID_CHARACTERS:][:NONCE_BYTES],
            sealed[KEY_ID_CHARACTERS:][NONCE_BYTES:],
        )
        if key_id != self.key_id:
            raise _unusable(place)
        try:
            return Secret(self._cipher.decrypt(nonce, text, self._bind(place)).decode())
        except (InvalidTag, ValueError):
            raise _unusable(place) from None

    def successor(self, source: KeySource | None = None) -> "Vault":
        """A vault with a new data key; whoever holds sealed values seals them anew with it."""
        key_id = secrets.token_hex(KEY_ID_CHARACTERS // 2)
        return Vault(key_id, secrets.token_bytes(32), source or self.source)

    def _bind(self, place: str) -> bytes:
        return f"{place}/{self.key_id}".encode()


def _unwrap(row: Row, wrapping_key: bytes) -> bytes:
    wrapped: bytes = row["wrapped"]
    return AESGCM(wrapping_key).decrypt(
        wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], row["id"].encode()
    )


def _unusable(place: str) -> WorkspaceError:
    return WorkspaceError(
        f"A sealed value ({place.split('/', 1)[0]}) cannot be opened: it was damaged or moved.",
        hint="Restore the workspace from a backup, or reconnect the connection.",
    )
