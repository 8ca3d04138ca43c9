"""A small database of things, and the driver it runs on."""

from collections.abc import Callable
from typing import Any, Final

import psycopg

# Two SQLite libraries in one process do not see each other's locks, so tests use the same one.
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined] # as adloom.database

from adloom.database import Database, Migration, Transaction, open_database
from tests.seams.postgres import Place

__all__ = [
    "BROKEN_RULE",
    "BROKEN_SQL",
    "THINGS",
    "adding",
    "driver",
    "names",
    "open_things",
]

#: What the drivers call a row that must not be, and a statement that makes no sense.
BROKEN_RULE: Final = (driver.IntegrityError, psycopg.IntegrityError)
BROKEN_SQL: Final = (driver.OperationalError, psycopg.ProgrammingError)

THINGS: Final = (
    Migration("0001 things", ("CREATE TABLE thing (name TEXT PRIMARY KEY, size INTEGER)",)),
)


def open_things(where: Place, *more: Migration, **options: Any) -> Database:
    """Open the database, with more migrations if there are any."""
    return open_database(where, (*THINGS, *more), set_name="things", **options)


def adding(name: str) -> Callable[[Transaction], Any]:
    """Work that adds a thing."""
    return lambda work: work.run("INSERT INTO thing VALUES (?, 1)", name)


def names(work: Transaction) -> list[str]:
    """Work that lists all things by name."""
    return [row["name"] for row in work.run("SELECT name FROM thing ORDER BY name")]
