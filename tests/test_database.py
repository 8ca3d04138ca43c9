"""SQLite as it is opened, written and read here (reliability.md §0, §2.1)."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom import database as module
from adloom.database import Database, Migration, Transaction, is_free_of_wal_reset_bug
from adloom.errors import UsageError, WorkspaceError
from tests.seams.things import adding, driver, names, open_things


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_things(tmp_path / "things.db") as opened:
        yield opened


# --- opening --------------------------------------------------------------------------------------


async def test_a_file_is_opened_so_that_nothing_acknowledged_is_lost(database: Database) -> None:
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
from adloom.database import Database, Migration, is_free_of_wal_reset_bug
import sqlite3

def work(work):
    work.run("INSERT INTO thing VALUES ('b')")
    return [row["name"] for row in work.run("SELECT name FROM thing ORDER BY name")]

async def main():
    things = (Migration("0001 things", ("CREATE TABLE thing (name TEXT)",)),)
    async with Database(Path(sys.argv[1]), things, set_name="things") as database:
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
    async with Database(path, things, set_name="things") as database:
        await database.write(lambda work: work.run("INSERT INTO thing VALUES ('a')"))


async def test_a_vulnerable_sqlite_gets_no_write_ahead_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "is_free_of_wal_reset_bug", lambda _: False)
    async with open_things(tmp_path / "things.db") as database:
        await database.write(adding("a"))

        assert "delete" == database.inspect()["journal_mode"]
        assert ["a"] == await database.read(names)


# --- writing and reading --------------------------------------------------------------------------


async def test_what_was_written_is_there_for_everybody(database: Database) -> None:
    insert = "INSERT INTO thing VALUES ('a', 2) RETURNING *"
    made = await database.write(lambda work: work.run(insert))
    other = driver.connect(database.path)

    assert [("a", 2)] == [tuple(row) for row in made]
    assert ["a"] == await database.read(names)
    assert [("a", 2)] == other.execute("SELECT * FROM thing").fetchall()
    other.close()


async def test_a_unit_of_work_that_fails_leaves_nothing(database: Database) -> None:
    def fails(work: Transaction) -> None:
        work.run("INSERT INTO thing VALUES ('half', 1)")
        raise UsageError("changed my mind")

    with pytest.raises(UsageError, match="changed my mind"):
        await database.write(fails)

    assert [] == await database.read(names)


async def test_one_that_fails_does_not_take_its_neighbours_along(database: Database) -> None:
    """All of them wait for the same commit: the group is rolled back and tried one by one."""
    started, go_on = threading.Event(), threading.Event()

    def slow(work: Transaction) -> None:
        started.set()
        go_on.wait(5)
        adding("first")(work)

    def fails(work: Transaction) -> None:
        adding("never")(work)
        raise UsageError("only I fail")

    first = asyncio.ensure_future(database.write(slow))
    await asyncio.to_thread(started.wait)
    group = [database.write(one) for one in (adding("a"), fails, adding("b"), adding("a"))]
    waiting = [asyncio.ensure_future(one) for one in group]
    await asyncio.sleep(0)
    go_on.set()
    await first
    found = await asyncio.gather(*waiting, return_exceptions=True)

    assert [list, UsageError, list] == [type(one) for one in found[:3]]
    assert "IntegrityError" == type(found[3]).__name__
    assert ["a", "b", "first"] == await database.read(names)


async def test_a_hundred_writes_at_once_are_all_there(database: Database) -> None:
    await asyncio.gather(*(database.write(adding(f"{number:03}")) for number in range(100)))

    assert 100 == len(await database.read(names))


async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(WorkspaceError, match="may not be written"):
        await database.read(adding("a"))

    assert [] == await database.read(names)


async def test_a_read_that_fails_leaves_the_reader_usable(database: Database) -> None:
    with pytest.raises(driver.OperationalError):
        await database.read(lambda work: work.run("SELECT nonsense"))
    with pytest.raises(ZeroDivisionError):
        await database.read(lambda _: 1 / 0)

    assert [] == await database.read(names)


async def test_a_caller_who_gives_up_does_not_undo_what_is_on_its_way(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(work: Transaction) -> None:
        begun.set()
        go_on.wait(5)
        adding("a")(work)

    task = asyncio.ensure_future(database.write(slow))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await database.write(adding("b"))

    assert ["a", "b"] == await database.read(names)


async def test_a_full_disk_changes_nothing_and_heals(database: Database) -> None:
    await database.write(adding("before"))
    database._writer.execute("PRAGMA max_page_count = 1")
    with pytest.raises(WorkspaceError, match="disk is full"):
        await database.write(lambda work: work.run("INSERT INTO thing VALUES (?, 1)", "x" * 99_999))
    database._writer.execute("PRAGMA max_page_count = 100000")
    await database.write(adding("after"))

    assert ["after", "before"] == await database.read(names)


async def test_a_driver_that_broke_down_keeps_nobody_waiting(tmp_path: Path) -> None:
    database = open_things(tmp_path / "things.db")
    database._writer.close()
    async with asyncio.timeout(2):
        for _ in range(2):
            with pytest.raises(driver.ProgrammingError):
                await database.write(adding("a"))
    await asyncio.to_thread(database.close)


async def test_foreign_keys_are_enforced(tmp_path: Path) -> None:
    parts = Migration("0002 parts", ("CREATE TABLE part (thing TEXT REFERENCES thing (name))",))
    async with open_things(tmp_path / "things.db", parts) as database:
        with pytest.raises(driver.IntegrityError):
            await database.write(lambda work: work.run("INSERT INTO part VALUES ('nobody')"))


async def test_closing_finishes_what_is_waiting_and_refuses_more(tmp_path: Path) -> None:
    database = open_things(tmp_path / "things.db")
    writing = [asyncio.ensure_future(database.write(adding(str(n)))) for n in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    await asyncio.gather(*writing)
    database.close()

    with pytest.raises(RuntimeError, match="is closed"):
        await database.write(adding("late"))
    async with open_things(tmp_path / "things.db") as again:
        assert 20 == len(await again.read(names))


def test_a_database_that_was_never_written_closes_at_once(tmp_path: Path) -> None:
    threads = threading.active_count()
    open_things(tmp_path / "things.db").close()

    assert threads == threading.active_count()
