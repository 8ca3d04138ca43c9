"""SQLite files, opened the safe way."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from adloom.database.base import LOCK_WAIT, Database, Transaction
from adloom.database.migrations import Migration, migrate
from adloom.database.sqlite_troubles import (
    explain,
    is_free_of_wal_reset_bug,
    refuse_orphaned_log,
)
from adloom.files import open_private, refuse_network_disk

if TYPE_CHECKING:
    import sqlite3
else:
    # As sqlite-utils chooses: the newer SQLite where it is installed.
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["SqliteDatabase"]

ResultT = TypeVar("ResultT")

LOOK_AGAIN: Final = 0.02


class SqliteDatabase(Database):
    """One SQLite file, fully synchronised (`synchronous=FULL`).

    Args:
        path: The file.
        migrations: Its schema.
        set_name: Under which name the applied migrations are remembered.
        lock_wait: For how many seconds to wait while another process writes.

    Raises:
        WorkspaceError: The file cannot be opened, is locked, damaged, or newer than this program.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[Migration],
        *,
        set_name: str,
        lock_wait: float = LOCK_WAIT,
    ) -> None:
        self.path = path
        self._lock_wait = lock_wait
        refuse_orphaned_log(path)
        refuse_network_disk(path.parent)
        open_private(path)
        with ExitStack() as undo:
            try:
                self._writer = self._connect(undo)
                migrate(self._writer, path, migrations, set_name)
                self._reader = self._connect(undo)
                self._reader.execute("PRAGMA query_only = ON")
            except sqlite3.Error as error:
                raise self._explain(error) from None
            undo.pop_all()
        super().__init__(str(path))

    def inspect(self) -> dict[str, str]:
        """What the file runs on: SQLite's version, journal mode and level of synchronisation."""
        level = self._writer.execute("PRAGMA synchronous").fetchone()[0]
        return {
            "sqlite": sqlite3.sqlite_version,
            "journal_mode": self._writer.execute("PRAGMA journal_mode").fetchone()[0],
            "synchronous": {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}[level],
        }

    def _connect(self, undo: ExitStack) -> Any:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=self._lock_wait
        )
        undo.callback(connection.close)
        connection.row_factory = sqlite3.Row
        self._choose_journal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _choose_journal(self, connection: Any) -> None:
        """Use a write-ahead log where it is safe; SQLite does not wait for others to set it."""
        mode = "WAL" if is_free_of_wal_reset_bug(sqlite3.sqlite_version_info) else "DELETE"
        patience = time.monotonic() + self._lock_wait
        while True:
            try:
                connection.execute(f"PRAGMA journal_mode = {mode}")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > patience:
                    raise
                time.sleep(LOOK_AGAIN)
            else:
                return

    def _transact(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            result = work(Transaction(self._writer))
            self._writer.execute("COMMIT")
        except BaseException:
            # If even that fails the next one is told; nobody must wait for ever.
            with suppress(sqlite3.Error):
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            raise
        return result

    def _read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        try:
            self._reader.execute("BEGIN")
            try:
                return work(Transaction(self._reader))
            finally:
                if self._reader.in_transaction:
                    self._reader.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def _explain(self, error: BaseException) -> BaseException:
        if not isinstance(error, sqlite3.Error):
            return error
        return explain(self.path, error, lock_wait=self._lock_wait)

    def _disconnect(self) -> None:
        self._reader.close()
        self._writer.close()
