"""SQLite files that cannot be opened, are of somebody newer, or locked (reliability.md §2)."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adloom.database import Migration, sqlite
from adloom.errors import WorkspaceError
from tests.seams.things import adding, driver, names, open_things


@pytest.mark.parametrize("content", [b"this is not a database " * 40, b"x" * 5000])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "things.db"
    path.write_bytes(content)

    with pytest.raises(WorkspaceError, match="not one of adloom's") as caught:
        open_things(path)
    assert "backup" in str(caught.value.hint)
    assert content == path.read_bytes()


async def test_a_damaged_file_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "things.db"
    async with open_things(path) as database:
        for number in range(200):
            await database.write(adding(f"{number:0500}"))
    content = path.read_bytes()
    path.write_bytes(content[:12_288] + b"\xff" * (len(content) - 12_288))

    with pytest.raises(WorkspaceError, match=r"damaged|not one of"):
        async with open_things(path) as database:
            await database.read(names)


def test_a_log_without_its_database_is_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "things.db-wal").write_bytes(b"what was not yet in the file")

    with pytest.raises(WorkspaceError, match="copied or moved in part"):
        open_things(tmp_path / "things.db")
    assert ["things.db-wal"] == [file.name for file in tmp_path.iterdir()]


def test_a_folder_in_place_of_a_file_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        open_things(tmp_path)


def test_what_another_adloom_would_not_understand_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "things.db"
    open_things(path, Migration("0002 later", ("CREATE TABLE later (x)",))).close()
    before = path.read_bytes()

    with pytest.raises(WorkspaceError, match=r"newer adloom \(it knows 0002 later\)"):
        open_things(path)
    assert before == path.read_bytes()


# --- locked by another process --------------------------------------------------------------------


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[Any]:
    """Another process's hold on the file."""
    open_things(tmp_path / "things.db").close()
    held = driver.connect(tmp_path / "things.db", isolation_level=None, check_same_thread=False)
    yield held
    held.close()


async def test_a_file_locked_for_too_long_is_told_with_what_to_do(
    tmp_path: Path, lock: Any
) -> None:
    async with open_things(tmp_path / "things.db", lock_wait=0.05) as database:
        lock.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError, match=r"locked for 0\.05 seconds") as caught:
            await database.write(adding("a"))
        lock.execute("ROLLBACK")
        await database.write(adding("b"))

        assert ["b"] == await database.read(names)
    assert "other adloom process" in str(caught.value.hint)


async def test_everybody_who_waits_is_told_at_the_same_time(tmp_path: Path, lock: Any) -> None:
    async with open_things(tmp_path / "things.db", lock_wait=0.1) as database:
        lock.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(2):
            writes = [database.write(adding(str(number))) for number in range(40)]
            found = await asyncio.gather(*writes, return_exceptions=True)

    assert [WorkspaceError] * 40 == [type(one) for one in found]


async def test_a_lock_that_is_given_back_in_time_costs_nothing(tmp_path: Path, lock: Any) -> None:
    async with open_things(tmp_path / "things.db", lock_wait=5) as database:
        lock.execute("BEGIN IMMEDIATE")
        writing = asyncio.ensure_future(database.write(adding("a")))
        await asyncio.sleep(0.05)
        lock.execute("COMMIT")
        await writing

        assert ["a"] == await database.read(names)


def test_a_file_locked_while_it_is_opened_is_told_as_well(tmp_path: Path, lock: Any) -> None:
    lock.execute("PRAGMA journal_mode = DELETE")
    lock.execute("BEGIN EXCLUSIVE")

    with pytest.raises(WorkspaceError, match="locked"):
        open_things(tmp_path / "things.db", lock_wait=0.05)


def test_a_file_locked_for_a_moment_is_opened_after_it(tmp_path: Path, lock: Any) -> None:
    lock.execute("PRAGMA journal_mode = DELETE")
    lock.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(0.1, lambda: lock.execute("COMMIT"))
    timer.start()
    open_things(tmp_path / "things.db", lock_wait=5).close()
    timer.join()

    assert not lock.in_transaction


# --- one process with the newer SQLite, one without -----------------------------------------------


def test_a_log_others_still_use_is_not_taken_away(
    tmp_path: Path, lock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock.execute("SELECT * FROM thing").fetchall()
    monkeypatch.setattr(sqlite, "is_free_of_wal_reset_bug", lambda _: False)

    with pytest.raises(WorkspaceError, match="locked"):
        open_things(tmp_path / "things.db", lock_wait=0.05)


async def test_a_log_others_have_left_is_given_up(
    tmp_path: Path, lock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock.execute("INSERT INTO thing VALUES ('a', 1)")
    monkeypatch.setattr(sqlite, "is_free_of_wal_reset_bug", lambda _: False)
    timer = threading.Timer(0.1, lock.close)
    timer.start()
    async with open_things(tmp_path / "things.db", lock_wait=5) as database:
        timer.join()

        assert "delete" == database.inspect()["journal_mode"]
        assert ["a"] == await database.read(names)
