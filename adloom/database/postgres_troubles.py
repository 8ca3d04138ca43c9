"""What can be wrong with a PostgreSQL server, and what a person can do about it."""

from typing import Final

import psycopg

from adloom.errors import WorkspaceError

__all__ = ["explain", "out_of_reach", "outcome_unknown", "server_too_old", "wrong_encoding"]

#: How PostgreSQL's code begins, what to say, what to do about it; the longer ones first.
TROUBLES: Final = (
    (
        "55P03",
        "another process has kept it locked for {wait:g} seconds; nothing changed.",
        "Find the other adloom process, or wait for it, and try again.",
    ),
    ("25006", "the database may not be written.", "Use the primary server, not a copy of it."),
    ("42501", "its user may not do what adloom has to do.", "Grant it the right to its schema."),
    ("53100", "the server's disk is full; nothing was changed.", "Make room and try again."),
    ("53300", "the server has no connection left.", "Raise its max_connections, or use fewer."),
    ("XX00", "the database is damaged.", "Restore it from a backup."),
)


def explain(place: str, error: psycopg.Error, *, lock_wait: float) -> Exception:
    """Return an error for the person, or the driver's own if it is none of the known troubles.

    Args:
        place: How a person would name the database.
        error: What the driver raised.
        lock_wait: For how many seconds a lock was waited for.
    """
    code = error.sqlstate or ""
    for sign, message, hint in TROUBLES:
        if code.startswith(sign):
            said = message.format(wait=lock_wait)
            return WorkspaceError(f"{place}: {said}", hint=hint, details=str(error))
    return error


def out_of_reach(place: str, error: BaseException) -> WorkspaceError:
    """The server does not answer, or does not let us in; nothing was changed."""
    return WorkspaceError(
        f"{place}: the server cannot be reached, or does not let adloom in; nothing was changed.",
        hint="Look whether it runs, and whether address, user and password are right.",
        details=str(error),
    )


def outcome_unknown(place: str, error: Exception) -> WorkspaceError:
    """The server was lost while it committed, and could not be asked about it since."""
    return WorkspaceError(
        f"{place}: the server was lost in the moment of writing. Either all of what was being"
        " written is there or none of it; nothing was tried again.",
        hint="Once the server is back, start adloom again: it goes on from what is there.",
        details=str(error),
    )


def server_too_old(place: str, version: int) -> WorkspaceError:
    """The server lacks what we rely on."""
    return WorkspaceError(
        f"{place}: this is PostgreSQL {version // 10_000}; adloom needs 13 or newer.",
        hint="Update the server.",
    )


def wrong_encoding(place: str, encoding: str) -> WorkspaceError:
    """The database could not hold every text."""
    return WorkspaceError(
        f"{place}: its texts are stored as {encoding}; adloom needs UTF8.",
        hint="Make another database: createdb --encoding=UTF8 --template=template0 NAME",
    )
