"""What every database of adloom is to those who use it: one writer that groups commits, one reader.

The SQL that passes through here stays within what SQLite and PostgreSQL share (upsert, RETURNING,
`?` for values) and never asks the database for the time.
"""

import asyncio
import queue
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeVar, cast

__all__ = ["LOCK_WAIT", "Database", "Row", "Transaction", "WholeGroupError", "forget_done"]

ResultT = TypeVar("ResultT")
#: One row: values by position or by column name.
Row = Any

#: Seconds to wait while another process writes.
LOCK_WAIT: Final = 10.0
LARGEST_GROUP: Final = 500


class WholeGroupError(Exception):
    """Nothing that waits to be written can be, or what became of it is not known.

    Args:
        reason: What everybody who waits is told.
    """

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


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


class Database(ABC):
    """A database of a workspace.

    Writes go through one thread that commits everything waiting in a single transaction: full
    durability at a fraction of the price. Several processes may use one database; while one
    writes, the others wait, so that what a unit of work has read stays true until it is committed.

    Args:
        place: How a person would name it.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._write_thread: threading.Thread | None = None
        self._read_pool = ThreadPoolExecutor(1, thread_name_prefix=f"read {place}")
        self._lock = threading.Lock()
        self._closed = False
        self._posted: deque[Future[Any]] = deque()

    async def write(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `work` in a write transaction and return its result once it is safe on disk.

        `work` may run more than once (if the group it shared was rolled back), so it must do
        nothing but talk to the database. If it raises, nothing of it remains.

        Raises:
            WorkspaceError: The database is locked, full, read-only, damaged or out of reach.
        """
        return await asyncio.shield(asyncio.wrap_future(self._queued(work)))

    def post(self, work: Callable[[Transaction], object]) -> "Future[Any]":
        """Queue `work` without waiting for it; it is safe before whatever is written after it.

        Whether it went well is learnt from what is returned, or from `settle`.
        """
        forget_done(self._posted)
        self._posted.append(self._queued(work))
        return self._posted[-1]

    async def settle(self) -> None:
        """Wait until everything posted is safe on disk.

        Raises:
            WorkspaceError: Some of it is not, and never will be.
        """
        posted, self._posted = self._posted, deque()
        waiting = [asyncio.shield(asyncio.wrap_future(one)) for one in posted]
        for found in await asyncio.gather(*waiting, return_exceptions=True):
            if isinstance(found, BaseException):
                raise found

    async def read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `work` against what is committed; all it reads is of one moment.

        Raises:
            WorkspaceError: The database is locked, damaged or out of reach.
        """
        return await asyncio.wrap_future(self._read_pool.submit(self._read, work))

    def close(self) -> None:
        """Finish what is waiting and close the database."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        if self._write_thread is not None:
            self._write_thread.join()
        self._read_pool.shutdown()
        self._disconnect()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)

    @abstractmethod
    def inspect(self) -> dict[str, str]:
        """What the database runs on, and how well it keeps what it was given."""

    # --- what each database does in its own way -------------------------------------------------

    @abstractmethod
    def _transact(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `work` in a write transaction, in the thread that writes.

        Raises:
            WholeGroupError: It would be no use to try parts of it.
        """

    @abstractmethod
    def _read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `work` in a read transaction, in the thread that reads."""

    @abstractmethod
    def _explain(self, error: BaseException) -> BaseException:
        """What to tell a person of the driver's error; any other is returned as it is."""

    @abstractmethod
    def _disconnect(self) -> None:
        """Close what is open; nobody reads or writes any more."""

    # --- the thread that writes -----------------------------------------------------------------

    def _queued(self, work: Callable[[Transaction], ResultT]) -> "Future[ResultT]":
        future: Future[ResultT] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError(f"{self.place} is closed")
            if self._write_thread is None:
                name = f"write {self.place}"
                self._write_thread = threading.Thread(target=self._serve, name=name, daemon=True)
                self._write_thread.start()
            self._jobs.put(_Job(work, future))
        return future

    def _serve(self) -> None:
        """Take jobs as they come, as many at a time as are waiting, until told to stop."""
        stopping = False
        while not stopping:
            waiting = [self._jobs.get()]
            while len(waiting) < LARGEST_GROUP and not self._jobs.empty():
                waiting.append(self._jobs.get())
            stopping = None in waiting
            group = [job for job in waiting if job is not None]
            # A group that fails says nothing about its members: try them alone.
            if group and not self._commit(group):
                for job in group:
                    self._commit([job])

    def _commit(self, group: list[_Job]) -> bool:
        """Run a group in one transaction; whether its members know what became of them."""
        begun = False

        def together(transaction: Transaction) -> list[Any]:
            nonlocal begun
            begun = True
            return [job.work(transaction) for job in group]

        try:
            results = self._transact(together)
        except WholeGroupError as error:
            _tell(group, error.reason)
        except BaseException as error:  # noqa: BLE001 - handed to the caller whose work raised it
            if begun and len(group) > 1:
                return False
            _tell(group, self._explain(error))
        else:
            for job, result in zip(group, results, strict=True):
                job.done.set_result(result)
        return True


def forget_done(posted: "deque[Future[Any]]") -> None:
    """Forget what went well; jobs end in the order they came."""
    while posted and posted[0].done() and posted[0].exception() is None:
        posted.popleft()


def _tell(group: list[_Job], reason: BaseException) -> None:
    for job in group:
        job.done.set_exception(reason)
