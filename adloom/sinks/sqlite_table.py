"""A table in a SQLite file, replaced or added to in one transaction."""

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlite_utils import Database
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined] # the driver it has chosen

from adloom.errors import UsageError
from adloom.nested_rows import NestedRows
from adloom.sinks.columns import Column, Columns

__all__ = ["SqliteTable"]

#: How many values one statement takes.
MOST_PLACES: Final = 400


class SqliteTable:
    """Rows in a table: text as TEXT, figures as REAL; `<5` stays the text it is.

    Other tables of the file are left alone, and until the end so is this one.

    Args:
        path: The file; it is made if need be.
        columns: The table's columns; those an existing table lacks are added.
        table: The table's name.
        append: Whether rows are added to an existing table; otherwise it is replaced.

    Raises:
        UsageError: The file is no database, or somebody else is writing into it.
    """

    def __init__(
        self, path: Path, columns: Sequence[Column], *, table: str, append: bool = False
    ) -> None:
        self._path = path
        self._columns = Columns(columns, exact=False)
        self._open = ExitStack()
        try:
            # sqlite-utils opens what the rest of adloom opens: the newer SQLite where there is one.
            self._database = Database(path)
            self._open.callback(self._database.close)
            self._transaction = self._open.enter_context(ExitStack())
            self._transaction.enter_context(self._database.atomic())
            self._prepare(table, append=append)
        except sqlite3.Error as error:
            self._open.close()
            raise self._told(error) from None
        self._at_once = max(MOST_PLACES // len(columns), 1)
        self._insert_many = self._insert(table, self._at_once)
        self._insert_one = self._insert(table, 1)

    def _insert(self, table: str, rows: int) -> str:
        names = ", ".join(_quoted(name) for name in self._columns.names)
        places = ", ".join("?" * len(self._columns.names))
        # The names are quoted; values travel apart from the text.
        into = f"INSERT INTO {_quoted(table)} ({names}) VALUES "  # noqa: S608 - as above
        return into + ", ".join([f"({places})"] * rows)

    def _prepare(self, table: str, *, append: bool) -> None:
        made: Any = self._database[table]
        if not append:
            made.drop(ignore=True)
        types = {one.name: float if one.is_number else str for one in self._columns.columns}
        if not made.exists():
            made.create(types)
            return
        for name, kind in types.items():
            if name not in made.columns_dict:
                made.add_column(name, kind)

    def write(self, rows: NestedRows) -> int:
        """Add some rows; say how many."""
        found = list(zip(*self._columns.of(rows), strict=True))
        whole = len(found) - len(found) % self._at_once
        # Several rows in one statement take an eighth less time than one by one.
        values = chain.from_iterable(found[:whole])
        groups = zip(*[values] * (self._at_once * len(self._columns.names)), strict=True)
        try:
            self._database.conn.executemany(self._insert_many, groups)
            self._database.conn.executemany(self._insert_one, found[whole:])
        except sqlite3.Error as error:
            raise self._told(error) from None
        return len(found)

    def _told(self, error: Exception) -> UsageError:
        return UsageError(f"{self._path} cannot be written: {error}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._transaction.__exit__(kind, error, traceback)
        except sqlite3.Error as problem:
            raise self._told(problem) from None
        finally:
            self._open.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
