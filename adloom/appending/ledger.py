"""What was added to a text file, by key, and what is being added right now."""

from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlite_utils.db import sqlite3  # type: ignore[attr-defined] # the driver it has chosen

from adloom.errors import RejectedError
from adloom.files import open_private

__all__ = ["Ledger", "Planned", "Standing"]

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS addition (
         key TEXT PRIMARY KEY, standing TEXT NOT NULL, start INTEGER, data BLOB) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS planned ON addition (standing) WHERE standing = 'planned'",
)


class Standing(StrEnum):
    """How far an addition got."""

    PLANNED = "planned"
    DONE = "done"
    #: The file was changed by others before anybody could see how far it had got.
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Planned:
    """An addition that may have been cut off.

    Args:
        key: Its name.
        start: How many bytes the file had before.
        data: What is added.
    """

    key: str
    start: int
    data: bytes


class Ledger:
    """A small database beside the file. Whoever opens it holds the file's lock.

    Every note is on the disk before the next step is taken.

    Args:
        path: Where it lies.

    Raises:
        RejectedError: It cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            open_private(path)
            self._database = sqlite3.connect(path, isolation_level=None)
            # The folder too: a forgotten entry in it would forget everything.
            self._database.execute("PRAGMA synchronous = EXTRA")
            for statement in SCHEMA:
                self._database.execute(statement)
        except sqlite3.Error as error:
            raise self._told(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()

    def planned(self) -> Planned | None:
        """The addition that was not noted as done."""
        rows = self._run("SELECT key, start, data FROM addition WHERE standing = 'planned'")
        return Planned(*rows[0]) if rows else None

    def standing(self, key: str) -> Standing | None:
        """How far an addition got; None if it did not happen."""
        rows = self._run("SELECT standing FROM addition WHERE key = ?", key)
        return Standing(rows[0][0]) if rows else None

    def plan(self, planned: Planned) -> None:
        """Note what is about to be added, and where."""
        self._run(
            "INSERT OR REPLACE INTO addition VALUES (?, 'planned', ?, ?)",
            planned.key,
            planned.start,
            planned.data,
        )

    def settle(self, key: str, standing: Standing) -> None:
        """Note how an addition ended; its data is forgotten."""
        self._run(
            "UPDATE addition SET standing = ?, start = NULL, data = NULL WHERE key = ?",
            standing.value,
            key,
        )

    def forget(self, key: str) -> None:
        """Note that an addition did not happen."""
        self._run("DELETE FROM addition WHERE key = ?", key)

    def _run(self, sql: str, *values: Any) -> list[Any]:
        try:
            with closing(self._database.execute(sql, values)) as found:
                rows: list[Any] = found.fetchall()
                return rows
        except sqlite3.Error as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> RejectedError:
        return RejectedError(
            f"{self._path}, which keeps what was added, cannot be used: {error}.",
            hint="If it is damaged, delete it: what was added before is then forgotten.",
        )
