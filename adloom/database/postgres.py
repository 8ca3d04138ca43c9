"""A workspace's tables in one schema of a PostgreSQL database.

Whoever writes holds an advisory lock until the end of its transaction, so that processes on any
number of machines take turns exactly as they do at an SQLite file.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from adloom.database.base import LOCK_WAIT, Database, Row, Transaction, WholeGroupError
from adloom.database.migrations import Migration
from adloom.database.postgres_dialect import statement, values
from adloom.database.postgres_link import Link, read_address
from adloom.database.postgres_schema import migrate, turn
from adloom.database.postgres_troubles import explain, out_of_reach, outcome_unknown
from adloom.errors import WorkspaceError

__all__ = ["PostgresDatabase"]

ResultT = TypeVar("ResultT")

READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class _Transaction(Transaction):
    """A transaction whose statements are translated."""

    def run(self, sql: str, *params: Any) -> list[Row]:
        cursor = self._connection.execute(statement(sql), values(params))
        return cursor.fetchall() if cursor.description else []

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(statement(sql), [values(row) for row in rows])

    def one(self, sql: str, *params: Any) -> Row | None:
        cursor = self._connection.execute(statement(sql), values(params))
        return cursor.fetchone() if cursor.description else None


class PostgresDatabase(Database):
    """One schema of a PostgreSQL database.

    A server that is lost is sought for as long as a lock would be waited for. What was not
    committed when it was lost is written anew; where that is not known, the server is asked what
    became of the transaction, and if it cannot say, nothing is repeated.

    Args:
        url: `postgresql://user:password@host/database?schema=name`, or as libpq knows it.
        migrations: Its schema.
        set_name: Under which name the applied migrations are remembered.
        lock_wait: For how many seconds to wait while another process writes, or for the server.

    Raises:
        WorkspaceError: The database cannot be opened, is locked, or newer than this program.
    """

    def __init__(
        self,
        url: str,
        migrations: Sequence[Migration],
        *,
        set_name: str,
        lock_wait: float = LOCK_WAIT,
    ) -> None:
        address = read_address(url)
        super().__init__(address.place)
        self._turn = turn(address.schema, set_name)
        self._lock_wait = lock_wait
        self._writer = Link(address, lock_wait=lock_wait)
        self._reader = Link(address, lock_wait=lock_wait)
        try:
            migrate(self._writer.open(), address, migrations, set_name)
        except psycopg.Error as error:
            self._disconnect()
            raise self._explain(error) from None
        except BaseException:
            self._disconnect()
            raise

    def inspect(self) -> dict[str, str]:
        """What it runs on: the server's version, and whether what it acknowledges is on disk."""
        settings = ("server_version", "synchronous_commit", "fsync")

        def work(work: Transaction) -> dict[str, str]:
            found = [work.run("SELECT current_setting(?)", name)[0][0] for name in settings]
            return dict(zip(("postgresql", *settings[1:]), found, strict=True))

        return self._read_pool.submit(self._read, work).result()

    # --- writing --------------------------------------------------------------------------------

    def _transact(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        until = time.monotonic() + self._lock_wait
        while True:
            connection, identity = self._begun(until)
            try:
                result = work(_Transaction(connection))
                _refuse_half(connection)
            except BaseException as error:
                if self._writer.is_lost(error):
                    self._keep_patience(until, error)
                    continue
                _roll_back(connection)
                raise
            try:
                connection.execute("COMMIT")
            except psycopg.Error as error:
                if not self._writer.is_lost(error):
                    raise
                if not self._was_committed(identity, error):
                    continue
            return result

    def _begun(self, until: float) -> tuple[psycopg.Connection[Any], str]:
        """Begin a transaction once it is our turn to write; returns its identity, too.

        Raises:
            WholeGroupError: It never is, or the server is not there.
        """
        while True:
            connection = self._found(until)
            try:
                # In one message, for the server may be far away.
                cursor = connection.execute(
                    f"BEGIN; SELECT pg_advisory_xact_lock({self._turn});"
                    " SELECT pg_current_xact_id()::text"
                )
                while cursor.nextset():
                    pass
                identity = str(cursor.fetchall()[0][0])
            except psycopg.Error as error:
                if not self._writer.is_lost(error):
                    _roll_back(connection)
                    reason = explain(self.place, error, lock_wait=self._lock_wait)
                    raise WholeGroupError(reason) from error
                self._keep_patience(until, error)
            else:
                return connection, identity

    def _found(self, until: float) -> psycopg.Connection[Any]:
        try:
            return self._writer.open(until)
        except WorkspaceError as error:
            raise WholeGroupError(error) from None

    def _keep_patience(self, until: float, error: BaseException) -> None:
        if time.monotonic() > until:
            raise WholeGroupError(out_of_reach(self.place, error)) from error

    def _was_committed(self, identity: str, error: psycopg.Error) -> bool:
        """Ask what became of a transaction whose COMMIT was not answered.

        Whoever holds the lock that it held knows that it has come to its end.

        Raises:
            WholeGroupError: Nobody can say.
        """
        until = time.monotonic() + self._lock_wait
        found = None
        with suppress(psycopg.Error, WholeGroupError):
            connection, _ = self._begun(until)
            ask = "SELECT pg_xact_status(%s::xid8)"
            found = connection.execute(ask, [identity]).fetchall()[0][0]
            _roll_back(connection)
        if found not in {"committed", "aborted"}:
            raise WholeGroupError(outcome_unknown(self.place, error)) from error
        return bool(found == "committed")

    # --- reading --------------------------------------------------------------------------------

    def _read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        until = time.monotonic() + self._lock_wait
        while True:
            connection = self._reader.open(until)
            try:
                connection.execute(READ)
                return work(_Transaction(connection))
            except psycopg.Error as error:
                if self._reader.is_lost(error) and time.monotonic() < until:
                    continue
                raise self._explain(error) from error
            finally:
                _roll_back(connection)

    def _explain(self, error: BaseException) -> BaseException:
        if not isinstance(error, psycopg.Error):
            return error
        return explain(self.place, error, lock_wait=self._lock_wait)

    def _disconnect(self) -> None:
        self._reader.close()
        self._writer.close()


def _refuse_half(connection: psycopg.Connection[Any]) -> None:
    """PostgreSQL would answer a COMMIT after an error by undoing everything, and call it done."""
    if connection.info.transaction_status is TransactionStatus.INERROR:
        raise RuntimeError("Work went on after an error of the database; it was undone.")


def _roll_back(connection: psycopg.Connection[Any]) -> None:
    # If even that fails the next one is told; nobody must wait for ever.
    with suppress(psycopg.Error):
        if connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.execute("ROLLBACK")
