"""Durable storage: SQLite files opened the safe way, one writer that groups commits.

The only file that knows database drivers. The SQL that passes through here stays within what
SQLite and PostgreSQL share (upsert, RETURNING) and never asks the database for the time.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

from adloom.database_troubles import (
    explain,
    is_free_of_wal_reset_bug,
    refuse_orphaned_log,
)
from adloom.files import open_private, refuse_network_disk
from adloom.migrations import Migration, migrate

if TYPE_CHECKING:
    import sqlite3
else:
    # As sqlite-utils chooses: the newer SQLite where it is installed.
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["Database", "Migration", "Row", "Transaction", "is_free_of_wal_reset_bug"]

ResultT = TypeVar("ResultT")
#: One row: values by position or by column name.
Row = Any

LOCK_WAIT: Final = 10.0
LOOK_AGAIN: Final = 0.02
LARGEST_GROUP: Final = 500


class Transaction:
    """What a unit of work may do with the database.

    Args:
        connection: The driver's connection, inside a transaction.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str, *params: Any) -> list[Row]:
        """Execute one statement and return its rows."""
        return cast("list[Row]", self._connection.execute(sql, params).fetchall())

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute one statement for many rows."""
        self._connection.executemany(sql, rows)

    def one(self, sql: str, *params: Any) -> Row | None:
        """Execute one statement and return its first row."""
        return self._connection.execute(sql, params).fetchone()


@dataclass
class _Job:
    work: Callable[[Transaction], Any]
    done: "Future[Any]"


class Database:
    """One SQLite file.

    Writes go through one thread that commits everything waiting in a single transaction: full
    durability (`synchronous=FULL`) at a fraction of the price. Several processes may use one file.

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
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._write_thread: threading.Thread | None = None
        self._read_pool = ThreadPoolExecutor(1, thread_name_prefix=f"read {path.name}")
        self._lock = threading.Lock()
        self._closed = False
        self._posted: list[Future[Any]] = []

    async def write(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `work` in a write transaction and return its result once it is safe on disk.

        `work` may run more than once (if the group it shared was rolled back), so it must do
        nothing but talk to the database. If it raises, nothing of it remains.

        Raises:
            WorkspaceError: The file is locked, full, read-only or damaged.
        """
        return await asyncio.shield(asyncio.wrap_future(self._queued(work)))

    def post(self, work: Callable[[Transaction], object]) -> None:
        """Queue `work` without waiting for it; it is safe before whatever is written after it.

        Whether it went well is learnt from `settle`.
        """
        self._posted = [one for one in self._posted if not one.done() or one.exception()]
        self._posted.append(self._queued(work))

    async def settle(self) -> None:
        """Wait until everything posted is safe on disk.

        Raises:
            WorkspaceError: Some of it is not, and never will be.
        """
        posted, self._posted = self._posted, []
        for one in posted:
            await asyncio.shield(asyncio.wrap_future(one))

    def _queued(self, work: Callable[[Transaction], ResultT]) -> "Future[ResultT]":
        future: Future[ResultT] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError(f"{self.path} is closed")
            if self._write_thread is None:
                name = f"write {self.path.name}"
                self._write_thread = threading.Thread(target=self._serve, name=name, daemon=True)
                self._write_thread.start()
            self._jobs.put(_Job(work, future))
        return future

    async def read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `work` against what is committed.

        Raises:
            WorkspaceError: The file is locked or damaged.
        """
        return await asyncio.wrap_future(self._read_pool.submit(self._read, work))

    def close(self) -> None:
        """Finish what is waiting and close the file."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        if self._write_thread is not None:
            self._write_thread.join()
        self._read_pool.shutdown()
        self._reader.close()
        self._writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)

    def inspect(self) -> dict[str, str]:
        """What the file runs on: SQLite's version, journal mode and level of synchronisation."""
        level = self._writer.execute("PRAGMA synchronous").fetchone()[0]
        return {
            "sqlite": sqlite3.sqlite_version,
            "journal_mode": self._writer.execute("PRAGMA journal_mode").fetchone()[0],
            "synchronous": {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}[level],
        }

    # --- opening --------------------------------------------------------------------------------

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

    # --- reading and writing --------------------------------------------------------------------

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

    def _serve(self) -> None:
        """Take jobs as they come, as many at a time as are waiting, until told to stop."""
        stopping = False
        while not stopping:
            waiting = [self._jobs.get()]
            while len(waiting) < LARGEST_GROUP and not self._jobs.empty():
                waiting.append(self._jobs.get())
            stopping = None in waiting
            group = [job for job in waiting if job is not None]
            # A group that fails as a whole says nothing about its members: try them alone.
            if group and not self._commit(group):
                for job in group:
                    self._commit([job])

    def _commit(self, group: list[_Job]) -> bool:
        """Run a group in one transaction; whether its members know what became of them."""
        results: list[Any] = []
        begun = False
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            begun = True
            results.extend(job.work(Transaction(self._writer)) for job in group)
            self._writer.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - handed to the caller whose work raised it
            # If even that fails the next one is told; nobody must wait for ever.
            with suppress(sqlite3.Error):
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            if begun and len(group) > 1:
                return False
            reason = self._explain(error) if isinstance(error, sqlite3.Error) else error
            for job in group:
                job.done.set_exception(reason)
            return True
        for job, result in zip(group, results, strict=True):
            job.done.set_result(result)
        return True

    def _explain(self, error: Exception) -> Exception:
        return explain(self.path, error, lock_wait=self._lock_wait)
