"""Rows added to a table of a SQLite file, and their key with them, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlite_utils import Database
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined] # the driver it has chosen

from adloom.errors import ApiError, RejectedError, RetryableError
from adloom.files import open_private
from adloom.json_text import dump

if TYPE_CHECKING:
    from adloom.appending import Addition

__all__ = ["append_to_table", "is_in_table"]

KEYS: Final = "_adloom_added"
LARGEST_WHOLE: Final = 2**63


def append_to_table(path: Path, addition: "Addition", *, patience: float) -> bool:
    """Add rows to a table, with the columns they need; false if they were added before.

    Raises:
        RejectedError: They do not fit the table, or the file is no database.
        RetryableError: Somebody else is writing into it.
    """
    open_private(path)
    rows = [{name: _value(value) for name, value in row.items()} for row in addition.rows]
    with _opened(path, patience) as database, _writing(database):
        database.execute(f"CREATE TABLE IF NOT EXISTS {KEYS} (key TEXT PRIMARY KEY) WITHOUT ROWID")
        if _has(database, addition.key):
            return False
        database.execute(f"INSERT INTO {KEYS} VALUES (?)", [addition.key])  # noqa: S608 - our own name
        table: Any = database[addition.table]
        table.insert_all(rows, alter=True)
        return True


def is_in_table(path: Path, key: str, *, patience: float) -> bool:
    """Whether rows were added.

    Raises:
        RejectedError: The file is no database.
        RetryableError: Somebody else is writing into it.
    """
    if not path.exists():
        return False
    with _opened(path, patience) as database:
        return KEYS in database.table_names() and _has(database, key)


@contextmanager
def _opened(path: Path, patience: float) -> Iterator[Database]:
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
        connection.execute("PRAGMA synchronous = EXTRA")
        yield Database(connection)
    except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
        raise _told(path, error) from None
    finally:
        if connection is not None:
            connection.close()


@contextmanager
def _writing(database: Database) -> Iterator[None]:
    """A transaction that keeps other writers out from its beginning: what is read stays true."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.execute("COMMIT")


def _has(database: Database, key: str) -> bool:
    found = database.execute(f"SELECT 1 FROM {KEYS} WHERE key = ?", [key])  # noqa: S608 - our own name
    return found.fetchone() is not None


def _value(value: Any) -> Any:
    """What SQLite can keep: lists and objects as JSON, numbers beyond its reach as text."""
    if isinstance(value, list | dict):
        return dump(value).decode()
    if isinstance(value, int) and not -LARGEST_WHOLE <= value < LARGEST_WHOLE:
        return str(value)
    return value


def _told(path: Path, error: Exception) -> ApiError:
    text = f"{path} cannot be written: {error}."
    if isinstance(error, sqlite3.OperationalError) and ("locked" in text or "full" in text):
        return RetryableError(text)
    return RejectedError(text)
