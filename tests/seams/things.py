"""A small database of things, and the driver it runs on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

# Two SQLite libraries in one process do not see each other's locks, so tests use the same one.
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined] # as adloom.database

from adloom.database import Database, Migration, Transaction

__all__ = ["THINGS", "adding", "driver", "names", "open_things"]

THINGS: Final = (
    Migration("0001 things", ("CREATE TABLE thing (name TEXT PRIMARY KEY, size INTEGER)",)),
)


def open_things(path: Path, *more: Migration, **options: Any) -> Database:
    """Open the database, with more migrations if there are any."""
    return Database(path, (*THINGS, *more), set_name="things", **options)


def adding(name: str) -> Callable[[Transaction], Any]:
    """Work that adds a thing."""
    return lambda work: work.run("INSERT INTO thing VALUES (?, 1)", name)


def names(work: Transaction) -> list[str]:
    """Work that lists all things by name."""
    return [row["name"] for row in work.run("SELECT name FROM thing ORDER BY name")]
