"""What can be wrong with an SQLite file, and what a person can do about it."""

from pathlib import Path
from typing import Final

from adloom.errors import WorkspaceError

__all__ = ["explain", "is_free_of_wal_reset_bug", "refuse_orphaned_log"]

#: What to look for in the driver's text, what to say, what to do about it.
TROUBLES: Final = (
    (
        "locked",
        "another process has kept it locked for {wait:g} seconds; nothing changed.",
        "Find the other adloom process, or wait for it, and try again.",
    ),
    ("not a database", "this is not one of adloom's databases.", "Restore it from a backup."),
    ("malformed", "the file is damaged.", "Restore it from a backup."),
    ("disk I/O error", "the disk cannot be read or written.", "Look at the disk's health."),
    ("is full", "the disk is full; nothing was changed.", "Make room and try again."),
    ("readonly", "the file may not be written.", "Change its owner or permissions."),
    ("unable to open", "the file cannot be opened.", "Change its owner or permissions."),
)


def explain(path: Path, error: Exception, *, lock_wait: float) -> Exception:
    """Return an error for the person, or the driver's own if it is none of the known troubles.

    Args:
        path: The file.
        error: What the driver raised.
        lock_wait: For how many seconds a lock was waited for.
    """
    text = str(error)
    for sign, message, hint in TROUBLES:
        if sign in text:
            said = message.format(wait=lock_wait)
            return WorkspaceError(f"{path}: {said}", hint=hint, details=text)
    return error


def refuse_orphaned_log(path: Path) -> None:
    """Refuse a write-ahead log without its database: what it holds would be lost.

    Raises:
        WorkspaceError: There is one.
    """
    log = path.with_name(path.name + "-wal")
    if log.exists() and not path.exists():
        raise WorkspaceError(
            f"{log} is there but {path.name} is not: the database was copied or moved in part.",
            hint=f"Bring back {path.name}, or remove the -wal file to start empty.",
        )


def is_free_of_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite may use a write-ahead log with several processes (reliability.md §0.1).

    Fixed in 3.51.3 and in the maintenance lines 3.50 (from 3.50.7) and 3.44 (from 3.44.6).
    """
    return (
        version >= (3, 51, 3)
        or (3, 50, 7) <= version < (3, 51)
        or (3, 44, 6) <= version < (3, 45)
        or version < (3, 7)
    )
