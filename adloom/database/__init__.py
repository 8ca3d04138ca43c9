"""Durable storage: SQLite files or a PostgreSQL schema, behind one interface.

The only package that knows database drivers.
"""

from collections.abc import Sequence
from pathlib import Path

from adloom.database.base import LOCK_WAIT, Database, Row, Transaction
from adloom.database.migrations import Migration
from adloom.database.sqlite import SqliteDatabase
from adloom.errors import WorkspaceError

__all__ = ["Database", "Migration", "Row", "SqliteDatabase", "Transaction", "open_database"]

SCHEMES = ("postgresql://", "postgres://")


def open_database(
    where: Path | str,
    migrations: Sequence[Migration],
    *,
    set_name: str,
    lock_wait: float = LOCK_WAIT,
) -> Database:
    """Open a database and bring its schema up to date.

    Args:
        where: A file, or the address of a PostgreSQL database (`postgresql://…`).
        migrations: Its schema.
        set_name: Under which name the applied migrations are remembered.
        lock_wait: For how many seconds to wait while another process writes.

    Raises:
        WorkspaceError: It cannot be opened, is locked, damaged, or newer than this program.
    """
    if not str(where).startswith(SCHEMES):
        return SqliteDatabase(Path(where), migrations, set_name=set_name, lock_wait=lock_wait)
    try:
        from adloom.database.postgres import PostgresDatabase
    except ImportError as error:
        raise WorkspaceError(
            "PostgreSQL needs a driver that is not installed.",
            hint="pip install 'adloom[postgres]'",
            details=str(error),
        ) from None
    return PostgresDatabase(str(where), migrations, set_name=set_name, lock_wait=lock_wait)
