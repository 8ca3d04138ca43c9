"""Data stores as people look through them and change them by hand, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Row, Transaction
from adloom.json_text import parse_strict
from scheduler.data_store import DataStore, Held

__all__ = ["StoredEntries", "StoredEntry"]

#: What means something to LIKE, and is meant as it is.
_PLAIN: Final = str.maketrans({sign: f"!{sign}" for sign in "!%_"})


@dataclass(frozen=True)
class StoredEntry:
    """A key and what stands under it.

    Args:
        key: The key.
        value: JSON.
        changed_at: When it was written last.
    """

    key: str
    value: Any
    changed_at: datetime


class StoredEntries:
    """Looks through data stores, and changes them by hand.

    Args:
        database: The journal's.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(self, database: Database, clock: Clock, *, workspace: str = "local") -> None:
        self._database = database
        self._workspace = workspace
        self.data = DataStore(database, clock, workspace=workspace)

    async def search(
        self, store: str, *, text: str = "", after: str = "", limit: int = 50
    ) -> Sequence[StoredEntry]:
        """A store's entries whose key holds a text, whatever the case, by key.

        Args:
            store: Its name.
            text: What the key holds; empty finds all.
            after: Only keys behind this one.
            limit: At most so many.
        """
        rows = await self._database.read(
            lambda work: work.run(
                "SELECT key, value, updated_at FROM data WHERE workspace = ? AND store = ?"
                " AND key > ? AND lower(key) LIKE ? ESCAPE '!' ORDER BY key LIMIT ?",
                self._workspace,
                store,
                after,
                f"%{text.lower().translate(_PLAIN)}%",
                limit,
            )
        )
        return [_entry(row) for row in rows]

    async def replace(self, store: str, key: str, value: Any, expected: Held) -> bool:
        """Write a value unless something else stands there by now; whether it was written.

        Raises:
            InvalidParamsError: The key cannot be one, or the value is too large or no JSON.
        """

        def swap(work: Transaction) -> bool:
            if self.data.get_in(work, store, key) != expected:
                return False
            self.data.put_in(work, store, key, value)
            return True

        return await self._database.write(swap)

    async def clear(self, store: str) -> int:
        """Remove a store with everything in it; how many keys it had."""
        removed = await self._database.write(
            lambda work: work.run(
                "DELETE FROM data WHERE workspace = ? AND store = ? RETURNING key",
                self._workspace,
                store,
            )
        )
        return len(removed)


def _entry(row: Row) -> StoredEntry:
    changed = datetime.fromisoformat(row["updated_at"])
    return StoredEntry(row["key"], parse_strict(row["value"].encode()), changed)
