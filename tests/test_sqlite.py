"""SQLite as it is opened here (reliability.md §0, §2.1)."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.database import Migration, SqliteDatabase, open_database, sqlite
from adloom.database.sqlite_troubles import is_free_of_wal_reset_bug
from adloom.errors import WorkspaceError
from tests.seams.things import THINGS, adding, driver, names, open_things


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    async with SqliteDatabase(tmp_path / "things.db", THINGS, set_name="things") as opened:
        yield opened


# --- opening --------------------------------------------------------------------------------------


async def test_a_file_is_opened_so_that_nothing_acknowledged_is_lost(
    database: SqliteDatabase,
) -> None:
    found = database.inspect()
    safe = is_free_of_wal_reset_bug(tuple(map(int, found["sqlite"].split("."))))

    assert ("wal" if safe else "delete", "FULL") == (found["journal_mode"], found["synchronous"])


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_the_file_and_its_log_belong_to_their_owner(tmp_path: Path) -> None:
    async with open_things(tmp_path / "new" / "things.db") as database:
        await database.write(adding("a"))
        found = modes(tmp_path / "new")

    assert {0o600} == set(found.values())
    assert "things.db" in found


@given(st.tuples(st.integers(3, 4), st.integers(0, 60), st.integers(0, 9)))
def test_a_write_ahead_log_is_used_where_its_race_is_mended(version: tuple[int, ...]) -> None:
    """Broken from 3.7.0 to 3.51.2, but for two maintenance lines (reliability.md §0.1)."""
    mended = (version[:2] == (3, 44) and version[2] >= 6) or (
        version[:2] == (3, 50) and version[2] >= 7
    )
    broken = (3, 7, 0) <= version <= (3, 51, 2)

    assert (mended or not broken) == is_free_of_wal_reset_bug(version)


WITHOUT_WHEEL = """
import asyncio, sys
from pathlib import Path
sys.modules["pysqlite3"] = None
from adloom.database import Migration, open_database
from adloom.database.sqlite_troubles import is_free_of_wal_reset_bug
import sqlite3

def work(work):
    work.run("INSERT INTO thing VALUES ('b')")
    return [row["name"] for row in work.run("SELECT name FROM thing ORDER BY name")]

async def main():
    things = (Migration("0001 things", ("CREATE TABLE thing (name TEXT)",)),)
    async with open_database(Path(sys.argv[1]), things, set_name="things") as database:
        print(database.inspect()["journal_mode"], database.inspect()["synchronous"])
        print(await database.write(work), database.inspect()["sqlite"] == sqlite3.sqlite_version)
        print(is_free_of_wal_reset_bug(sqlite3.sqlite_version_info))

asyncio.run(main())
"""


def test_without_the_newer_sqlite_the_interpreters_own_is_used_the_safe_way(
    tmp_path: Path,
) -> None:
    """The wheel does not exist everywhere; a file it wrote is taken over (DESIGN §7)."""
    path = tmp_path / "things.db"
    asyncio.run(write_one(path))
    command = [sys.executable, "-c", WITHOUT_WHEEL, str(path)]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    mode, rows, safe = said.stdout.splitlines()

    assert "['a', 'b'] True" == rows
    assert ("wal FULL" if safe == "True" else "delete FULL") == mode


async def write_one(path: Path) -> None:
    things = (Migration("0001 things", ("CREATE TABLE thing (name TEXT)",)),)
    async with open_database(path, things, set_name="things") as database:
        await database.write(lambda work: work.run("INSERT INTO thing VALUES ('a')"))


async def test_a_vulnerable_sqlite_gets_no_write_ahead_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "is_free_of_wal_reset_bug", lambda _: False)
    async with open_things(tmp_path / "things.db") as database:
        await database.write(adding("a"))

        assert "delete" == database.inspect()["journal_mode"]
        assert ["a"] == await database.read(names)


# --- when it goes wrong ---------------------------------------------------------------------------


async def test_a_full_disk_changes_nothing_and_heals(database: SqliteDatabase) -> None:
    await database.write(adding("before"))
    database._writer.execute("PRAGMA max_page_count = 1")
    with pytest.raises(WorkspaceError, match="disk is full"):
        await database.write(lambda work: work.run("INSERT INTO thing VALUES (?, 1)", "x" * 99_999))
    database._writer.execute("PRAGMA max_page_count = 100000")
    await database.write(adding("after"))

    assert ["after", "before"] == await database.read(names)


async def test_a_driver_that_broke_down_keeps_nobody_waiting(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "things.db", THINGS, set_name="things")
    database._writer.close()
    async with asyncio.timeout(2):
        for _ in range(2):
            with pytest.raises(driver.ProgrammingError):
                await database.write(adding("a"))
    await asyncio.to_thread(database.close)
