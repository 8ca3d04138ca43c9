"""Tables of SQLite files: read only, exact, and one spoilt row spoils only itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined] # the driver it has chosen

from adloom.errors import UnknownNameError, UsageError
from adloom.sources import open_source, sqlite_rows
from tests.sources.reading import bad, read, records


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "orders.db"
    with sqlite3.connect(path) as database:
        database.execute('CREATE TABLE orders (id INTEGER, "user.email" TEXT, x)')
        database.executemany(
            "INSERT INTO orders VALUES (?, ?, ?)",
            [
                (7100000000000000001, "ada@example.com", None),
                (7100000000000000002, "", b"\0\1"),
                (7100000000000000003, None, "12.50"),
            ],
        )
        database.execute("INSERT INTO orders VALUES (4, CAST(x'ff' AS TEXT), 1.5)")
        database.execute("INSERT INTO orders VALUES (5, 'b@example.com', 2)")
    database.close()
    yield path
    for one in path.parent.iterdir():
        assert one.name in {"orders.db", "copy.db"}


def test_rows_become_records_and_what_is_null_is_left_out(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_rows, "AT_ONCE", 2)

    rows = read(path)

    assert [
        {"id": 7100000000000000001, "user": {"email": "ada@example.com"}},
        {"id": 7100000000000000003, "x": "12.50"},
        {"id": 5, "user": {"email": "b@example.com"}, "x": 2},
    ] == records(rows)
    assert {2: "the column x holds binary data", 4: "it is not UTF-8"} == bad(rows)


def test_a_gigantic_row_is_left_out(path: Path) -> None:
    assert "it is longer than 30 bytes" == bad(read(path, longest=30))[1]


def test_the_table_is_named_where_there_are_several(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW cheap AS SELECT id FROM orders WHERE x = 2")
    database.close()

    assert [{"id": 5}] == records(read(path, table="cheap"))
    with pytest.raises(UsageError, match="several tables: cheap, orders"):
        read(path)
    with pytest.raises(UnknownNameError) as caught:
        read(path, table="order")
    assert "Did you mean orders?" == caught.value.hint
    with pytest.raises(UnknownNameError) as caught:
        read(path, table="nope")
    assert "There are cheap, orders." == caught.value.hint


@pytest.mark.parametrize(
    "table",
    [
        "SELECT 1; DELETE FROM orders",
        "WITH a AS (SELECT 1) DELETE FROM orders",
        "SELECT load_extension('x')",
        "SELECT * FROM pragma_database_list",
        "SELECT nothing FROM orders",
    ],
)
def test_a_select_can_only_read(table: str, path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(path, table=table)
    assert 5 == len(read(path))


def test_a_select_is_as_good_as_a_table(path: Path) -> None:
    rows = read(path, table='select id as "order.id" from orders where id < 5')

    assert [{"order": {"id": 4}}] == records(rows)


def test_a_file_somebody_is_writing_into_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_rows, "PATIENCE", 0.05)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(UsageError, match="locked"):
            open_source(path)
    finally:
        writer.close()


def test_a_database_without_tables_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a)")
        database.execute("DROP TABLE t")
    database.close()

    with pytest.raises(UsageError, match="no tables"):
        read(path)
