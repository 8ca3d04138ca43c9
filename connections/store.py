"""The connections of a workspace, their secrets sealed."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Migration, Row, Transaction
from adloom.errors import UnknownNameError, UsageError
from adloom.json_text import dump, parse_strict
from adloom.secret import Secret
from connections.connection import Connection, State, check_name
from connections.vault import VAULT_MIGRATIONS, Vault

__all__ = ["MIGRATIONS", "ConnectionStore"]

MIGRATIONS: Final = (
    *VAULT_MIGRATIONS,
    Migration(
        "0002 connections",
        (
            """CREATE TABLE connection (
                 workspace TEXT NOT NULL, id TEXT PRIMARY KEY, name TEXT NOT NULL,
                 provider TEXT NOT NULL, settings TEXT NOT NULL, account TEXT NOT NULL,
                 sealed BLOB NOT NULL, state TEXT NOT NULL, reason TEXT,
                 generation INTEGER NOT NULL, issued_at TEXT, expires_at TEXT,
                 created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
                 lease_owner TEXT, lease_until TEXT, refresh_note TEXT,
                 UNIQUE (workspace, name))""",
        ),
    ),
    Migration(
        "0003 rate limits",
        (
            """CREATE TABLE rate_limit (
                 key TEXT PRIMARY KEY, free_at DOUBLE PRECISION NOT NULL,
                 written_at DOUBLE PRECISION NOT NULL)""",
        ),
    ),
)
#: Columns that a new grant leaves alone; a connection may have been renamed in the meantime.
LASTING: Final = ("workspace", "id", "name", "created_at")


class ConnectionStore:
    """Saves and loads connections.

    Args:
        database: Of the workspace's connections, with the schema in `MIGRATIONS`.
        vault: Seals their secrets; None lists connections without being able to use them.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(
        self, database: Database, vault: Vault | None, clock: Clock, *, workspace: str = "local"
    ) -> None:
        self.database = database
        self._vault = vault
        self._clock = clock
        self._workspace = workspace

    async def save(self, connection: Connection) -> Connection:
        """Save a new connection.

        Raises:
            UsageError: The name is taken or not a name.
        """
        check_name(connection.name)
        now = self._clock.now()
        new = replace(connection, created_at=now, updated_at=now)
        row = self._row(new)
        columns = ", ".join(row)
        marks = ", ".join("?" * len(row))
        saved = await self.database.write(
            lambda work: work.run(
                f"INSERT INTO connection ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
                " ON CONFLICT (workspace, name) DO NOTHING RETURNING id",
                *row.values(),
            )
        )
        if not saved:
            raise _taken(connection.name)
        return new

    async def load(self, name: str) -> Connection:
        """Load one connection with its secrets.

        Raises:
            UnknownNameError: There is none of this name.
            WorkspaceError: Its secrets cannot be opened.
        """
        row = await self.database.read(lambda work: self._find(work, name))
        if row is None:
            raise UnknownNameError(
                "connection",
                name,
                await self.names(),
                hint=f"Add it: adloom connections add {name}",
            )
        return self._connection(row, with_secrets=True)

    async def all(self) -> list[Connection]:
        """List the connections by name, without their secrets."""
        rows = await self.database.read(
            lambda work: work.run(
                "SELECT * FROM connection WHERE workspace = ? ORDER BY name", self._workspace
            )
        )
        return [self._connection(row, with_secrets=False) for row in rows]

    async def names(self) -> list[str]:
        """List the names."""
        return [connection.name for connection in await self.all()]

    async def replace(self, connection: Connection) -> Connection | None:
        """Write a connection back, unless somebody else did since it was loaded.

        Returns:
            The connection with its next generation; None if it has changed or is gone.
        """
        new = replace(
            connection, generation=connection.generation + 1, updated_at=self._clock.now()
        )
        row = {name: value for name, value in self._row(new).items() if name not in LASTING}
        settings = ", ".join(f"{column} = ?" for column in row)
        written = await self.database.write(
            lambda work: work.run(
                f"UPDATE connection SET {settings}"  # noqa: S608 - our own column names
                " WHERE id = ? AND generation = ? RETURNING id",
                *row.values(),
                connection.id,
                connection.generation,
            )
        )
        return new if written else None

    async def mark(self, connection: Connection, state: State, reason: str | None) -> bool:
        """Note whether a connection can be used; false if it was replaced in the meantime."""
        written = await self.database.write(
            lambda work: work.run(
                "UPDATE connection SET state = ?, reason = ?, updated_at = ?"
                " WHERE id = ? AND generation = ? RETURNING id",
                state.value,
                reason,
                self._clock.now().isoformat(),
                connection.id,
                connection.generation,
            )
        )
        return bool(written)

    async def rename(self, name: str, new_name: str) -> None:
        """Give a connection another name.

        Raises:
            UsageError: The new name is taken or not a name, or there is no such connection.
        """
        check_name(new_name)
        connection = await self.load(name)

        def work(work: Transaction) -> bool:
            if self._find(work, new_name) is not None:
                return False
            work.run("UPDATE connection SET name = ? WHERE id = ?", new_name, connection.id)
            return True

        if not await self.database.write(work):
            raise _taken(new_name)

    async def remove(self, name: str) -> None:
        """Forget a connection and its secrets."""
        await self.database.write(
            lambda work: work.run(
                "DELETE FROM connection WHERE workspace = ? AND name = ?", self._workspace, name
            )
        )

    async def seal_anew(self, vault: Vault) -> int:
        """Seal every secret with another vault and make it the workspace's, all or nothing.

        Returns:
            How many connections were sealed anew.
        """

        def work(work: Transaction) -> int:
            rows = work.run("SELECT id, sealed FROM connection")
            for row in rows:
                place = _place(row["id"])
                text = self._opened().unseal(row["sealed"], place).reveal()
                sealed = vault.seal(text, place)
                work.run("UPDATE connection SET sealed = ? WHERE id = ?", sealed, row["id"])
            vault.store(work, self._clock)
            return len(rows)

        count = await self.database.write(work)
        self._vault = vault
        return count

    def _opened(self) -> Vault:
        if self._vault is None:
            raise UsageError("This needs the workspace's key.")
        return self._vault

    def _find(self, work: Transaction, name: str) -> Row | None:
        return work.one(
            "SELECT * FROM connection WHERE workspace = ? AND name = ?", self._workspace, name
        )

    def _row(self, connection: Connection) -> dict[str, Any]:
        texts = {name: secret.reveal() for name, secret in connection.secrets.items()}
        return {
            "workspace": self._workspace,
            "id": connection.id,
            "name": connection.name,
            "provider": connection.provider,
            "settings": dump(connection.settings).decode(),
            "account": dump(connection.account).decode(),
            "sealed": self._opened().seal(dump(texts).decode(), _place(connection.id)),
            "state": connection.state.value,
            "reason": connection.reason,
            "generation": connection.generation,
            "issued_at": _text(connection.issued_at),
            "expires_at": _text(connection.expires_at),
            "created_at": _text(connection.created_at),
            "updated_at": _text(connection.updated_at),
        }

    def _connection(self, row: Row, *, with_secrets: bool) -> Connection:
        texts: dict[str, str] = {}
        if with_secrets:
            opened = self._opened().unseal(row["sealed"], _place(row["id"]))
            texts = parse_strict(opened.reveal().encode())
        return Connection(
            id=row["id"],
            name=row["name"],
            provider=row["provider"],
            settings=parse_strict(row["settings"].encode()),
            account=parse_strict(row["account"].encode()),
            secrets={name: Secret(text) for name, text in texts.items()},
            state=State(row["state"]),
            reason=row["reason"],
            generation=row["generation"],
            issued_at=_moment(row["issued_at"]),
            expires_at=_moment(row["expires_at"]),
            created_at=_moment(row["created_at"]),
            updated_at=_moment(row["updated_at"]),
        )


def _taken(name: str) -> UsageError:
    return UsageError(
        f"There already is a connection named {name!r}.",
        hint=f"Choose another name, or renew it: adloom connections reconnect {name}",
    )


def _place(connection_id: str) -> str:
    return f"connection/{connection_id}/sealed"


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
