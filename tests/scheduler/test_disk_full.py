"""A full disk: nothing half done, nothing sent that could not be written down, and on it goes."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from adloom.database.sqlite import SqliteDatabase
from adloom.errors import WorkspaceError
from tests.scheduler.breaking import Platform, copied, go_on, life, new_journal, platform, told
from tests.scheduler.stage import Stage

#: So many pages more than an empty journal has; at the last ones there is room for everything.
ROOM = range(36)
INTENTS = "SELECT COUNT(*) FROM call WHERE state = 'intent'"


def limit(here: Stage, more: int | None) -> None:
    """Let the journal grow by so many pages; by any number again with None."""
    database = here.database
    assert isinstance(database, SqliteDatabase)
    [[pages]] = database._writer.execute("PRAGMA page_count")
    most = 1_000_000 if more is None else pages + more
    database._writer.execute(f"PRAGMA max_page_count = {most}")


def watched(folder: Path) -> tuple[Platform, list[int]]:
    """A platform that notes how many intents are written down whenever a change arrives."""
    world, intents = platform(letters=5_000), []

    def arrived() -> None:
        with closing(sqlite3.connect(folder / "journal.db")) as looking:
            intents.append(looking.execute(INTENTS).fetchone()[0])

    world.arrived = arrived
    return world, intents


async def until_full(here: Stage) -> bool:
    """Work until the disk is full; whether it was."""
    with suppress(WorkspaceError):
        await go_on(here)
        return bool(await here.journal.all(only_open=True))
    return True


@pytest.mark.slow
@pytest.mark.parametrize("restarts", [False, True], ids=["the same process", "another process"])
async def test_with_a_full_disk_nothing_is_lost_or_repeated_and_it_goes_on(
    tmp_path: Path, *, restarts: bool
) -> None:
    (tmp_path / "empty").mkdir()
    await new_journal(tmp_path / "empty")
    full = 0
    for more in ROOM:
        folder = copied(tmp_path / "empty", tmp_path / str(more))
        world, intents = watched(folder)
        async with life(folder, world) as here:
            limit(here, more)
            full += await until_full(here)
            limit(here, None)
            if not restarts:
                await go_on(here)
        async with life(folder, world) as here:
            await go_on(here)

        assert not (verdict := await told(folder, world)), (more, verdict)
        assert all(intents), more
    assert 5 < full < len(ROOM)
