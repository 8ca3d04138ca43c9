"""Secrets at rest: AES-256-GCM, each value bound to the row it belongs to.

A random data key seals the values; a key from one of the sources in `connections.keys` wraps the
data key. A wrong key therefore fails when the vault is opened, before anything is written. After a
rotation the older data keys stay, to open what they sealed.
"""

import secrets
from collections.abc import Callable, Mapping
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
        "0001 data keys",
        (
            """CREATE TABLE data_key (
                 id TEXT PRIMARY KEY, active INTEGER NOT NULL, source TEXT NOT NULL,
                 source_facts TEXT NOT NULL, wrapped BLOB NOT NULL, created_at TEXT NOT NULL)""",
        ),
    ),
)


class Vault:
    """Seals and opens values.

    Args:
        keys: Data keys of 32 bytes by id; the last one seals, the older ones still open.
        source: Where the key that wraps them comes from.
    """

    def __init__(self, keys: Mapping[str, bytes], source: KeySource) -> None:
        self.key_id = list(keys)[-1]
        self.source = source
        self._keys = dict(keys)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}

    @classmethod
    def new(cls, source: KeySource) -> "Vault":
        """Make a vault with a fresh data key, and the source's key if that is ours to make."""
        source.create()
        return cls(_fresh_key(), source)

    @classmethod
    async def open(cls, database: Database, ask: Callable[[], Secret]) -> "Vault":
        """Open the vault of a database.

        Args:
            database: Where the wrapped data keys lie.
            ask: Asks the person for a passphrase, if the key comes from one.

        Raises:
            WorkspaceError: There is no vault, or the key is not the one that closed it.
        """
        rows = await database.read(
            lambda work: work.run("SELECT * FROM data_key ORDER BY active, created_at")
        )
        if not rows:
            raise WorkspaceError(
                f"{database.place} has no key yet.", hint="Make the workspace: adloom init"
            )
        source = _source(database, rows[-1], ask)
        wrapping_key = source.fetch()
        try:
            return cls({row["id"]: _unwrap(row, wrapping_key) for row in rows}, source)
        except (InvalidTag, ValueError):
            raise WorkspaceError(
                f"The key from {source.title} is not the one this workspace was sealed with.",
                hint="Nothing was changed. Bring back the right key, or restore the workspace "
                "together with its key.",
            ) from None

    def store(self, work: Transaction, clock: Clock) -> None:
        """Write the wrapped data keys, replacing what was there, inside a transaction."""
        cipher = AESGCM(self.source.fetch())
        work.run("DELETE FROM data_key")
        for key_id, key in self._keys.items():
            nonce = secrets.token_bytes(NONCE_BYTES)
            work.run(
                "INSERT INTO data_key (id, active, source, source_facts, wrapped, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                key_id,
                int(key_id == self.key_id),
                self.source.kind,
                dump(self.source.describe()).decode(),
                nonce + cipher.encrypt(nonce, key, key_id.encode()),
                clock.now().isoformat(),
            )

    def seal(self, text: str, place: str) -> bytes:
        """Seal a value for one place, for example `connection/1f…/sealed`."""
        return self.seal_bytes(text.encode(), place)

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """Seal what is no text, or much of it at once, for one place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self.key_id].encrypt(nonce, content, _bound(place, self.key_id))
        return self.key_id.encode() + nonce + sealed

    def unseal(self, sealed: bytes, place: str) -> Secret:
        """Open a value that was sealed for this place.

        Raises:
            WorkspaceError: It was damaged, moved from another place, or sealed with another key.
        """
        try:
            return Secret(self.unseal_bytes(sealed, place).decode())
        except ValueError:
            raise _unusable(place) from None

    def unseal_bytes(self, sealed: bytes, place: str) -> bytes:
        """Open what `seal_bytes` sealed for this place.

        Raises:
            WorkspaceError: It was damaged, moved from another place, or sealed with another key.
        """
        key_id = sealed[:KEY_ID_CHARACTERS].decode(errors="replace")
        nonce_ends = KEY_ID_CHARACTERS + NONCE_BYTES
        nonce, content = sealed[KEY_ID_CHARACTERS:nonce_ends], sealed[nonce_ends:]
        if key_id not in self._ciphers:
            raise _unusable(place)
        try:
            return self._ciphers[key_id].decrypt(nonce, content, _bound(place, key_id))
        except (InvalidTag, ValueError):
            raise _unusable(place) from None

    def successor(self, source: KeySource | None = None) -> "Vault":
        """A vault that seals with a new data key and still opens what the older ones sealed."""
        return Vault({**self._keys, **_fresh_key()}, source or self.source)


def _source(database: Database, row: Row, ask: Callable[[], Secret]) -> KeySource:
    try:
        return source_for(row["source"], parse_strict(row["source_facts"].encode()), ask)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WorkspaceError(
            f"{database.place} is damaged: where its key comes from cannot be read.",
            hint="Restore it from a backup.",
        ) from None


def _fresh_key() -> dict[str, bytes]:
    return {secrets.token_hex(KEY_ID_CHARACTERS // 2): secrets.token_bytes(32)}


def _bound(place: str, key_id: str) -> bytes:
    return f"{place}/{key_id}".encode()


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
