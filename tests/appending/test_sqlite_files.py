"""Adding rows to a table of a SQLite file."""

from pathlib import Path
from typing import Any

import pytest
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined] # two drivers in one process would not see each other's locks

from adloom.appending import Addition, append, is_appended
from adloom.errors import RejectedError, RetryableError


def add(folder: Path, key: str, *rows: dict[str, Any], table: str = "rows") -> bool:
    return append(folder, "a.db", Addition(key, rows, table), patience=0.05)


def read(folder: Path, sql: str) -> list[Any]:
    database = sqlite3.connect(folder / "a.db")
    try:
        rows: list[Any] = database.execute(sql).fetchall()
        return rows
    finally:
        database.close()


def test_a_table_is_made_and_gets_the_columns_it_lacks(tmp_path: Path) -> None:
    add(tmp_path, "1", {"n": 1, "spend": 1.5}, {"n": 2, "tags": ["a", {"b": 1}]})
    add(tmp_path, "2", {"n": 3, "on": True, "odd \"name'": 2**70})

    assert [
        (1, 1.5, None, None, None),
        (2, None, '["a",{"b":1}]', None, None),
        (3, None, None, 1, str(2**70)),
    ] == read(tmp_path, "SELECT * FROM rows")


def test_an_addition_that_comes_again_changes_nothing(tmp_path: Path) -> None:
    first, again = add(tmp_path, "1", {"n": 1}), add(tmp_path, "1", {"n": 1}, table="other")

    assert (True, False) == (first, again)
    assert [(1,)] == read(tmp_path, "SELECT n FROM rows")
    assert is_appended(tmp_path, "a.db", "1", patience=1) is True
    assert is_appended(tmp_path, "a.db", "2", patience=1) is False
    assert is_appended(tmp_path, "none.db", "1", patience=1) is False


def test_rows_that_do_not_fit_leave_nothing_behind(tmp_path: Path) -> None:
    add(tmp_path, "1", {"n": 1})
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute("CREATE UNIQUE INDEX once ON rows (n)")
    database.close()

    with pytest.raises(RejectedError, match="UNIQUE"):
        add(tmp_path, "2", {"n": 2}, {"n": 1})

    assert [(1,)] == read(tmp_path, "SELECT n FROM rows")
    assert is_appended(tmp_path, "a.db", "2", patience=1) is False


def test_somebody_elses_transaction_is_waited_for(tmp_path: Path) -> None:
    add(tmp_path, "1", {"n": 1})
    database = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")

    with pytest.raises(RetryableError, match="locked"):
        add(tmp_path, "2", {"n": 2})

    database.execute("COMMIT")
    database.close()
    assert add(tmp_path, "2", {"n": 2})


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"mine" * 500)

    with pytest.raises(RejectedError, match="not a database"):
        add(tmp_path, "1", {"n": 1})

    assert b"mine" * 500 == (tmp_path / "a.db").read_bytes()
