"""`adloom doctor`: says what is well, what waits, and what is broken."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.session import Session, open_session
from adloom.database import Transaction
from adloom.settings import Workspace
from scheduler.records import Execution, Status
from tests.cli.conftest import Cli, Outcome
from tests.cli.shelf import damage
from tests.seams.practice import Practice


@pytest.fixture
def copy(cli: Cli, bare: Cli, tmp_path: Path) -> tuple[Path, Cli]:
    """A workspace of its own, and the command line in it."""
    cli("executions", "list")
    cli("backup", str(tmp_path / "all.zip"))
    folder = tmp_path / "copy"
    restored = bare("--workspace", str(folder), "restore", str(tmp_path / "all.zip"))
    assert restored.code == 0, restored.err
    (folder / "STOP").unlink()
    return folder, lambda *arguments: bare("--workspace", str(folder), *arguments)


def change(folder: Path, work: Callable[[Transaction], object]) -> None:
    async def write(session: Session) -> None:
        database = await session.journal_database()
        await database.write(work)

    in_workspace(folder, write)


def in_workspace(folder: Path, work: Callable[[Session], Awaitable[None]]) -> None:
    async def run() -> None:
        async with open_session(Workspace.open(folder)) as session:
            await work(session)

    asyncio.run(run())


def found(shown: Outcome, level: str) -> dict[str, str]:
    return {one["subject"]: one["text"] for one in shown.records if one["level"] == level}


def test_all_is_well_in_a_workspace_that_is(copy: tuple[Path, Cli]) -> None:
    _, cli = copy

    shown = cli("doctor")

    assert 0 == shown.code
    assert {} == found(shown, "fail") | found(shown, "warn")
    assert {"clock", "sqlite", "disk", "key", "database", "connections", "promises"} <= set(
        found(shown, "ok")
    )


def test_asked_to_it_asks_the_platform_too(cli: Cli) -> None:
    shown = cli("doctor", "--online")

    assert "practice" in " ".join(one["text"] for one in shown.records)
    assert {"platforms", "clock"} & {one["subject"] for one in shown.records[-1:]}


def test_a_damaged_database_is_found_and_what_to_do_is_said(copy: tuple[Path, Cli]) -> None:
    folder, cli = copy
    damage(folder / "journal.db")

    shown = cli("doctor")

    assert 1 == shown.code
    assert "damaged" in found(shown, "fail")["database"]
    assert "backup" in next(one["advice"] for one in shown.records if one["level"] == "fail")


def test_a_key_that_is_gone_is_found(copy: tuple[Path, Cli], tmp_path: Path) -> None:
    folder, cli = copy
    change_key(folder, tmp_path / "nowhere.key")

    shown = cli("doctor")

    assert 1 == shown.code
    assert "nowhere.key" in found(shown, "fail")["key"]


def change_key(folder: Path, place: Path) -> None:
    async def write(session: Session) -> None:
        facts = f'{{"path":"{place}"}}'
        await session.wiring.store.database.write(
            lambda work: work.run("UPDATE data_key SET source_facts = ?", facts)
        )

    in_workspace(folder, write)


def test_files_that_others_can_read_are_found(copy: tuple[Path, Cli]) -> None:
    folder, cli = copy
    (folder / "connections.db").chmod(0o644)

    # Whoever opens the file closes it to others again; the doctor looks before.
    shown = cli("doctor")

    assert 1 == shown.code
    assert "connections.db can be read by others" in found(shown, "fail")["files"]


def test_what_waits_for_somebody_is_told(copy: tuple[Path, Cli]) -> None:
    folder, cli = copy

    async def leave(session: Session) -> None:
        journal = await session.journal()
        for number, status in enumerate((Status.RUNNING, Status.IN_DOUBT)):
            execution = Execution(f"left-{number}", status, datetime.now(UTC), "a-dead-process")
            await journal.begin(execution)

    in_workspace(folder, leave)

    shown = cli("doctor")

    told = [one["text"] for one in shown.records if one["level"] == "warn"]
    assert 0 == shown.code
    assert any("left-0" in text and "died" in text for text in told)
    assert any("left-1" in text and "in doubt" in text for text in told)


def put(work: Transaction, table: str, **values: Any) -> None:
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    work.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values())  # noqa: S608 - names of ours


WATCH = {
    "workspace": "local", "scenario": "s", "step": "ads", "source": "7", "filter": "f", "epoch": 1,
    "settled": "2026-11-20T10:00:00+00:00", "candidate": "2026-11-20T10:00:00+00:00", "polls": 3,
    "begun_at": "2026-11-20T09:00:00+00:00", "polled_at": "2026-11-20T11:00:00+00:00",
}  # fmt: skip
ITEM = {
    "workspace": "local", "id": "i1", "scenario": "s", "step": "ads", "source": "7", "epoch": 1,
    "key": "17", "at": "2026-11-20T10:30:00+00:00", "state": "done", "starts": 1,
    "arrived_at": "2026-11-20T11:00:00+00:00",
}  # fmt: skip
MEMORY = {
    "workspace": "local", "scenario": "s", "step": "ads", "source": "7", "key": "17",
    "at": "2026-11-20T10:30:00+00:00", "digests": "",
}  # fmt: skip


def test_a_watch_that_keeps_its_promises_is_well(copy: tuple[Path, Cli]) -> None:
    folder, cli = copy

    def write(work: Transaction) -> None:
        put(work, "watch", **WATCH)
        put(work, "inbox", **ITEM)
        put(work, "watch_memory", **MEMORY)

    change(folder, write)

    assert {} == found(cli("doctor"), "fail")


@pytest.mark.parametrize(
    ("watch", "item", "memory", "words"),
    [
        (WATCH, ITEM, None, "handed on and forgotten: 17"),
        (WATCH, None, {**MEMORY, "at": "2026-11-20T09:59:00+00:00"}, "what they have settled"),
        ({**WATCH, "candidate": "2026-11-20T09:00:00+00:00"}, None, None, "beyond what was"),
        (None, None, MEMORY, "watches that are not there"),
        (WATCH, {**ITEM, "state": "taken", "execution_id": "x"}, MEMORY, "without them: 17"),
        (WATCH, {**ITEM, "bundle_sealed": b"x"}, MEMORY, "kept though they were done with"),
        ({**WATCH, "settled": "2999-01-01T00:00:00+00:00", "candidate": None}, None, None,
         "stands in the future"),
    ],
)  # fmt: skip
def test_a_promise_that_is_broken_is_found(
    watch: dict[str, Any] | None,
    item: dict[str, Any] | None,
    memory: dict[str, Any] | None,
    words: str,
    copy: tuple[Path, Cli],
) -> None:
    folder, cli = copy

    def write(work: Transaction) -> None:
        for table, row in (("watch", watch), ("inbox", item), ("watch_memory", memory)):
            if row is not None:
                put(work, table, **row)

    change(folder, write)

    shown = cli("doctor")
    assert 1 == shown.code
    assert words in " ".join(found(shown, "fail").values())


def test_a_watch_that_cannot_be_read_is_told(copy: tuple[Path, Cli]) -> None:
    folder, cli = copy
    change(folder, lambda work: put(work, "watch", **{**WATCH, "error": "The platform is down."}))

    shown = cli("doctor")

    assert 0 == shown.code
    assert "not been read since 2026-11-20 11:00" in found(shown, "warn")["watches"]


def test_a_pulled_kill_switch_is_told(copy: tuple[Path, Cli]) -> None:
    folder, cli = copy
    (folder / "STOP").touch()

    assert "kill switch" in found(cli("doctor"), "warn")["stop"]


def test_the_workspace_of_everybody_else_is_left_alone(practice: Practice) -> None:
    assert not (practice.folder / "STOP").exists()


def test_a_scenario_file_that_cannot_be_used_is_told(copy: tuple[Path, Cli]) -> None:
    folder, cli = copy
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "broken.yaml").write_text("name: [")

    told = cli("doctor", "--json").out
    listed = cli("scenarios", "list").err

    assert "broken.yaml cannot be used" in told
    assert "broken.yaml cannot be used" in listed
