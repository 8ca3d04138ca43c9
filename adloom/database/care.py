"""Looking after SQLite files while they are in use: whether one is whole, and copies of it."""

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adloom.database.base import Database, Transaction
from adloom.database.sqlite import SqliteDatabase
from adloom.database.sqlite_troubles import explain, is_free_of_wal_reset_bug
from adloom.errors import WorkspaceError
from adloom.files import open_private

if TYPE_CHECKING:
    import sqlite3
else:
    # As sqlite-utils chooses: the newer SQLite where it is installed.
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

__all__ = [
    "SQLITE_VERSION",
    "copy_database",
    "faults_of",
    "is_fit_for_logs",
    "journal_mode",
    "used_bytes",
]

SQLITE_VERSION: Final = sqlite3.sqlite_version
LOCK_WAIT: Final = 10.0
#: More faults than this say no more.
MOST_FAULTS: Final = 20


def is_fit_for_logs() -> bool:
    """Whether this SQLite may use a write-ahead log with several processes."""
    return is_free_of_wal_reset_bug(sqlite3.sqlite_version_info)


def faults_of(path: Path) -> list[str]:
    """Read a whole database file and say what is wrong with it; nothing if it is whole.

    Raises:
        WorkspaceError: It is locked, cannot be read, or is no database.
    """
    with closing(_open(path)) as connection:
        try:
            said = connection.execute(f"PRAGMA integrity_check({MOST_FAULTS})").fetchall()
            lost = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_FAULTS)
        except sqlite3.Error as error:
            raise explain(path, error, lock_wait=LOCK_WAIT) from None
    faults = [str(row[0]) for row in said if row[0] != "ok"]
    return faults + [f"a row of {row[0]} belongs to none of {row[2]}" for row in lost]


def journal_mode(path: Path) -> str:
    """How a file keeps its changes safe: `wal` or `delete`.

    Raises:
        WorkspaceError: It cannot be read, or is no database.
    """
    with closing(_open(path)) as connection:
        try:
            return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
        except sqlite3.Error as error:
            raise explain(path, error, lock_wait=LOCK_WAIT) from None


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it stands at one moment, whoever writes to it meanwhile.

    Args:
        source: The file.
        target: A file that is not there yet; only its owner can read it.

    Raises:
        WorkspaceError: The source cannot be read, or the copy cannot be written.
    """
    if target.exists():
        raise WorkspaceError(f"{target} is already there; nothing was overwritten.")
    open_private(target)
    with closing(_open(source)) as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as error:
            raise explain(source, error, lock_wait=LOCK_WAIT) from None
    # SQLite leaves it to the system when such a copy reaches the disk.
    descriptor = os.open(target, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def used_bytes(database: Database) -> int:
    """How many bytes of a database file hold something; 0 where only the server knows."""
    if not isinstance(database, SqliteDatabase):
        return 0

    def work(work: Transaction) -> int:
        pages, free, size = (
            work.run(f"PRAGMA {name}")[0][0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    return await database.read(work)


def _open(path: Path) -> Any:
    """Open a file that has to be there already."""
    if not path.exists():
        raise WorkspaceError(f"{path} is not there.")
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=LOCK_WAIT, isolation_level=None)
    except sqlite3.Error as error:
        raise explain(path, error, lock_wait=LOCK_WAIT) from None
