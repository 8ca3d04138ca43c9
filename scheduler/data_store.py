"""Data stores: keys and values that outlive executions, shared by the scenarios of a workspace.

A store comes to be when something is first put into it. The functions that end in `_in` do their
work inside somebody else's transaction, so that a value and the note of it are one commit.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from adloom.clock import Clock
from adloom.database import Database, Migration, Transaction
from adloom.errors import Fault, InvalidParamsError
from adloom.json_text import dump, parse_strict

__all__ = [
    "DATA_CHANGE_MIGRATIONS",
    "DATA_MIGRATIONS",
    "LARGEST_VALUE",
    "LONGEST_NAME",
    "DataStore",
    "Entry",
    "Held",
    "stored_text",
]

DATA_MIGRATIONS: Final = (
    Migration(
        "0005 data store",
        (
            """CREATE TABLE data (
                 workspace TEXT NOT NULL, store TEXT NOT NULL, key TEXT NOT NULL,
                 value TEXT NOT NULL, updated_at TEXT NOT NULL,
                 PRIMARY KEY (workspace, store, key))""",
        ),
    ),
)
#: What steps of scenarios have written, so that a rollback can put it back.
DATA_CHANGE_MIGRATIONS: Final = (
    Migration(
        "0008 data changes",
        (
            """CREATE TABLE data_change (
                 execution_id TEXT NOT NULL, number INTEGER NOT NULL, store TEXT NOT NULL,
                 key TEXT NOT NULL, existed INTEGER NOT NULL, value TEXT NOT NULL,
                 PRIMARY KEY (execution_id, number))""",
        ),
    ),
)
#: Bytes of JSON.
LARGEST_VALUE: Final = 1_000_000
#: Characters of a key, or of a store's name.
LONGEST_NAME: Final = 500
UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Held:
    """What stands under a key, or that nothing does.

    Args:
        exists: Whether there is anything; a value may be null.
        value: JSON; null if there is nothing.
    """

    exists: bool = False
    value: Any = None


@dataclass(frozen=True)
class Entry:
    """A key and what stands under it."""

    key: str
    value: Any


class DataStore:
    """Reads and writes data stores.

    Args:
        database: The journal's, with `DATA_MIGRATIONS`.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(self, database: Database, clock: Clock, *, workspace: str = "local") -> None:
        self._database = database
        self._clock = clock
        self._workspace = workspace

    # --- each in a transaction of its own -------------------------------------------------------

    async def get(self, store: str, key: str) -> Held:
        """What stands under a key."""
        return await self._database.read(lambda work: self.get_in(work, store, key))

    async def exists(self, store: str, key: str) -> bool:
        """Whether anything stands under a key."""
        return (await self.get(store, key)).exists

    async def put(self, store: str, key: str, value: Any) -> Held:
        """Write a value and return what was there before.

        Raises:
            InvalidParamsError: The key cannot be one, or the value is too large or no JSON.
        """
        return await self._write(lambda work: self.put_in(work, store, key, value))

    async def add(self, store: str, key: str, value: Any) -> bool:
        """Write a value if the key is new; whether it was.

        Raises:
            InvalidParamsError: The key cannot be one, or the value is too large or no JSON.
        """
        return await self._write(lambda work: self.add_in(work, store, key, value))

    async def delete(self, store: str, key: str) -> Held:
        """Remove a key and return what was there."""
        return await self._write(lambda work: self.delete_in(work, store, key))

    async def count(self, store: str) -> int:
        """How many keys a store has."""
        return await self._database.read(lambda work: self.count_in(work, store))

    async def list(
        self, store: str, *, prefix: str = "", after: str | None = None, limit: int = 0
    ) -> Sequence[Entry]:
        """A store's entries by key.

        Args:
            store: Its name.
            prefix: Only keys that begin with it.
            after: Only keys behind this one, to go on where a list was cut off.
            limit: At most so many; 0 means all.
        """
        return await self._database.read(
            lambda work: self.list_in(work, store, prefix=prefix, after=after, limit=limit)
        )

    async def stores(self) -> dict[str, int]:
        """The stores there are, and how many keys each has."""
        rows = await self._database.read(
            lambda work: work.run(
                "SELECT store, COUNT(*) AS keys FROM data WHERE workspace = ?"
                " GROUP BY store ORDER BY store",
                self._workspace,
            )
        )
        return {row["store"]: row["keys"] for row in rows}

    # --- inside another transaction -------------------------------------------------------------

    def get_in(self, work: Transaction, store: str, key: str) -> Held:
        """What stands under a key."""
        row = work.one(
            "SELECT value FROM data WHERE workspace = ? AND store = ? AND key = ?",
            *self._place(store, key),
        )
        return Held() if row is None else Held(exists=True, value=_read(row["value"]))

    def put_in(self, work: Transaction, store: str, key: str, value: Any) -> Held:
        """Write a value and return what was there before, for `restore_in`.

        Raises:
            InvalidParamsError: The key cannot be one, or the value is too large or no JSON.
        """
        text = stored_text(value)
        before = self.get_in(work, store, key)
        work.run(
            "INSERT INTO data (workspace, store, key, value, updated_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (workspace, store, key)"
            " DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
            *self._place(store, key),
            text,
            self._clock.now().isoformat(),
        )
        return before

    def add_in(self, work: Transaction, store: str, key: str, value: Any) -> bool:
        """Write a value if the key is new; whether it was.

        Raises:
            InvalidParamsError: The key cannot be one, or the value is too large or no JSON.
        """
        added = work.run(
            "INSERT INTO data (workspace, store, key, value, updated_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (workspace, store, key) DO NOTHING RETURNING key",
            *self._place(store, key),
            stored_text(value),
            self._clock.now().isoformat(),
        )
        return bool(added)

    def delete_in(self, work: Transaction, store: str, key: str) -> Held:
        """Remove a key and return what was there, for `restore_in`."""
        removed = work.run(
            "DELETE FROM data WHERE workspace = ? AND store = ? AND key = ? RETURNING value",
            *self._place(store, key),
        )
        return Held(exists=True, value=_read(removed[0]["value"])) if removed else Held()

    def restore_in(self, work: Transaction, store: str, key: str, before: Held) -> None:
        """Put a key back to what `put_in` or `delete_in` returned; after `add_in`, to `Held()`."""
        if before.exists:
            self.put_in(work, store, key, before.value)
        else:
            self.delete_in(work, store, key)

    def count_in(self, work: Transaction, store: str) -> int:
        """How many keys a store has."""
        counting = "SELECT COUNT(*) AS keys FROM data WHERE workspace = ? AND store = ?"
        row = work.one(counting, self._workspace, _name(store, "store"))
        return int(row["keys"]) if row else 0

    def list_in(
        self,
        work: Transaction,
        store: str,
        *,
        prefix: str = "",
        after: str | None = None,
        limit: int = 0,
    ) -> Sequence[Entry]:
        """A store's entries by key; as `list`."""
        conditions = "workspace = ? AND store = ?"
        params: list[Any] = [self._workspace, _name(store, "store")]
        if prefix:
            conditions += " AND substr(key, 1, ?) = ?"
            params += [len(prefix), prefix]
        if after is not None:
            conditions += " AND key > ?"
            params.append(after)
        end = ""
        if limit:
            end = " LIMIT ?"
            params.append(limit)
        rows = work.run(
            f"SELECT key, value FROM data WHERE {conditions} ORDER BY key{end}", *params
        )
        return [Entry(row["key"], _read(row["value"])) for row in rows]

    # --- inside ---------------------------------------------------------------------------------

    async def _write(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        return await self._database.write(work)

    def _place(self, store: str, key: str) -> tuple[str, str, str]:
        return (self._workspace, _name(store, "store"), _name(key, "key"))


def _name(text: Any, field: str) -> str:
    """A store's name or a key as it is kept.

    Raises:
        InvalidParamsError: It cannot be one.
    """
    if not isinstance(text, str) or not text:
        raise InvalidParamsError([Fault(field, "is a text of at least one character.")])
    if len(text) > LONGEST_NAME:
        raise InvalidParamsError(
            [Fault(field, f"has {len(text):,} characters; {LONGEST_NAME} is the most.")]
        )
    if UNSTORABLE.search(text):
        raise InvalidParamsError([Fault(field, "holds a character that cannot be stored.")])
    return text


def stored_text(value: Any) -> str:
    """A value as JSON, the way it is kept.

    Raises:
        InvalidParamsError: It is none, or too large.
    """
    try:
        text = dump(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidParamsError([Fault("value", f"cannot be stored: {error}.")]) from None
    if len(text) > LARGEST_VALUE:
        raise InvalidParamsError(
            [Fault("value", f"takes {len(text):,} bytes; {LARGEST_VALUE:,} is the most.")],
            hint="Store what you need of it, or each item under a key of its own.",
        )
    return text.decode()


def _read(text: str) -> Any:
    return parse_strict(text.encode())
