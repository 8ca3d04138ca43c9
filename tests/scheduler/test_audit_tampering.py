"""Tampering with the audit: whatever is touched is found, and where."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adloom.database import Database, Transaction, open_database
from scheduler.audit import GENESIS, Audit, append, hash_of
from scheduler.audit_check import verify, verify_in
from scheduler.audit_rows import COLUMNS
from scheduler.schema import MIGRATIONS
from tests.scheduler.audit_rows import ROWS, entry, filled, flaws
from tests.scheduler.world import Bench, bench
from tests.seams.postgres import Place, named


@pytest.fixture
async def table(tmp_path: Path, place: Place) -> AsyncIterator[Bench]:
    async with bench(tmp_path, place=place) as made:
        yield made


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    async with open_database(named(place, "journal"), MIGRATIONS, set_name="journal") as made:
        yield made


async def test_nothing_yet_is_whole(database: Database) -> None:
    assert (await verify(database)).whole


TEXTS: Final = st.sampled_from([one for one in COLUMNS if one not in ("seq", "part")])
PLACES: Final = st.integers(1, ROWS)


def changed(work: Transaction, number: int, column: str, value: Any) -> None:
    work.run(f"UPDATE audit SET {column} = ? WHERE number = ?", value, number)  # noqa: S608 - names of ours


def moved(work: Transaction, one: int, other: int) -> None:
    """Let two rows change places."""
    for old, new in ((one, -1), (other, one), (-1, other)):
        changed(work, old, "number", new)


def swapped(work: Transaction, one: int, other: int, column: str) -> None:
    """Let two rows exchange a value."""
    select = f"SELECT {column} FROM audit WHERE number = ?"  # noqa: S608 - names of ours
    first, second = (work.run(select, number)[0][0] for number in (one, other))
    changed(work, one, column, second)
    changed(work, other, column, first)


def written_anew(work: Transaction, number: int) -> None:
    """Change a row together with its hash."""
    changed(work, number, "new", "1")
    row = work.run("SELECT * FROM audit WHERE number = ?", number)[0]
    values = [row[name] for name in COLUMNS]
    changed(work, number, "hash", hash_of("local", number, values, row["previous"]))


def put_in(work: Transaction, number: int) -> None:
    """Put a row in and make room for it."""
    for old in range(ROWS, number - 1, -1):
        changed(work, old, "number", old + 1)
    columns = ", ".join((*COLUMNS, "previous", "hash"))
    work.run(
        f"INSERT INTO audit (workspace, number, {columns})"  # noqa: S608 - names of ours
        f" SELECT workspace, {number}, {columns} FROM audit WHERE number = ?",
        ROWS + 1 if number <= ROWS else ROWS,
    )


class _RolledBackError(Exception):
    """What was tampered with is put right again."""


def tampered(folder: Path, tamper: Any) -> list[str]:
    """What is found once somebody has tampered with the rows; afterwards they are whole again."""
    found: list[str] = []

    async def work() -> None:
        async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal") as database:
            if not (await verify(database)).rows:
                await filled(database)
            assert (await verify(database)).whole

            def inside(work: Transaction) -> None:
                tamper(work)
                found.extend(one.text for one in verify_in(work, "local").flaws)
                raise _RolledBackError

            with pytest.raises(_RolledBackError):
                await database.write(inside)

    asyncio.run(work())
    return found


EVERY_WAY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@EVERY_WAY
@given(number=PLACES, column=TEXTS, value=st.text(st.characters(codec="ascii"), max_size=3))
def test_a_changed_value_is_found_where_it_is(
    tmp_path: Path, number: int, column: str, value: str
) -> None:
    found = tampered(tmp_path, lambda work: changed(work, number, column, f"{value}!"))

    assert f"row {number} is not as it was written" in found


@EVERY_WAY
@given(number=PLACES, column=st.sampled_from(["seq", "part"]), value=st.integers(2, 2**40))
def test_a_changed_number_is_found_where_it_is(
    tmp_path: Path, number: int, column: str, value: int
) -> None:
    found = tampered(tmp_path, lambda work: changed(work, number, column, value))

    assert f"row {number} is not as it was written" in found


@EVERY_WAY
@given(number=PLACES, column=st.sampled_from(["previous", "hash"]))
def test_a_changed_hash_is_found(tmp_path: Path, number: int, column: str) -> None:
    found = tampered(tmp_path, lambda work: changed(work, number, column, GENESIS[:-1] + "1"))

    assert f"row {number} is not as it was written" in found


@EVERY_WAY
@given(number=PLACES)
def test_a_row_written_anew_with_its_hash_is_found_by_the_next(tmp_path: Path, number: int) -> None:
    [found] = tampered(tmp_path, lambda work: written_anew(work, number))

    end = f"row {ROWS} is another one than the head that is noted"
    assert found == end if number == ROWS else f"row {number} and row {number + 1}" in found


@EVERY_WAY
@given(first=PLACES, count=st.integers(1, 3))
def test_removed_rows_are_found(tmp_path: Path, first: int, count: int) -> None:
    last = min(first + count - 1, ROWS)

    found = tampered(
        tmp_path,
        lambda work: work.run("DELETE FROM audit WHERE number BETWEEN ? AND ?", first, last),
    )

    span = f"row {first} is" if first == last else f"rows {first} to {last} are"
    assert any(one.startswith(f"{span} missing") for one in found)


@EVERY_WAY
@given(one=PLACES, other=PLACES)
def test_rows_that_changed_places_are_found(tmp_path: Path, one: int, other: int) -> None:
    if one == other:
        return

    found = tampered(tmp_path, lambda work: moved(work, one, other))

    assert f"row {one} was row {other} and has been moved" in found
    assert f"row {other} was row {one} and has been moved" in found


@EVERY_WAY
@given(one=PLACES, other=PLACES, column=st.sampled_from(["operation_id", "object_id", "at", "new"]))
def test_values_that_changed_places_are_found(
    tmp_path: Path, one: int, other: int, column: str
) -> None:
    if one == other:
        return

    found = tampered(tmp_path, lambda work: swapped(work, one, other, column))

    assert {f"row {number} is not as it was written" for number in (one, other)} <= set(found)


@EVERY_WAY
@given(number=st.integers(1, ROWS + 1))
def test_a_row_that_was_put_in_is_found(tmp_path: Path, number: int) -> None:
    found = tampered(tmp_path, lambda work: put_in(work, number))

    assert found
    assert min(int(one.split()[1]) for one in found) >= number


async def test_rows_of_another_workspace_do_not_count(database: Database) -> None:
    await filled(database)
    await database.write(lambda work: append(work, "other", [entry(1)]))
    await database.write(
        lambda work: work.run("UPDATE audit SET new = '0' WHERE workspace = 'other'")
    )
    others = await flaws(database)

    await database.write(
        lambda work: work.run(
            "UPDATE audit SET workspace = 'third' WHERE workspace = 'local' AND number = 1"
        )
    )

    assert others == []
    assert await flaws(database) == ["row 1 is missing, and no checkpoint tells of them"]


async def test_a_row_without_a_number_is_told_where_the_database_allows_one(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path / "journal.db", MIGRATIONS, set_name="journal") as database:
        await filled(database)
        await database.write(lambda work: changed(work, 5, "number", "five"))

        found = await flaws(database)

    assert "row 5 is missing" in found
    assert any("numbered 'five'" in one for one in found)


async def test_a_head_that_is_gone_or_turned_back_is_found(database: Database) -> None:
    await filled(database)
    row = await database.read(lambda work: work.run("SELECT hash FROM audit WHERE number = 4")[0])
    await database.write(
        lambda work: work.run("UPDATE audit_head SET number = 4, hash = ?", row["hash"])
    )
    turned = await flaws(database)
    await database.write(lambda work: work.run("DELETE FROM audit_head"))
    gone = await flaws(database)

    assert turned == [f"rows 5 to {ROWS} stand behind the head that is noted"]
    assert gone == [f"rows 1 to {ROWS} stand behind the head that is noted"]


async def test_rows_cut_off_with_the_head_are_missed_by_the_journal(table: Bench) -> None:
    """What the rows cannot tell, the calls of the journal can, for as long as they are kept."""
    database = table.journal._database
    await table.engine.apply(await table.plan())
    table.world.clock.move(60)
    last = await table.engine.apply(await table.plan(status="ENABLE"))
    await database.write(lambda work: work.run("DELETE FROM audit WHERE number > 2"))
    row = await database.read(lambda work: work.run("SELECT hash FROM audit WHERE number = 2")[0])
    await database.write(
        lambda work: work.run("UPDATE audit_head SET number = 2, hash = ?", row["hash"])
    )

    found = await flaws(database)

    assert found == [f"call 0 of {last.execution.id}-1 happened and stands nowhere in the audit"]


async def test_only_a_head_noted_elsewhere_tells_of_a_past_that_was_rewritten(
    database: Database,
) -> None:
    await filled(database)
    noted = str(await Audit(database).head())
    at_six = await database.read(lambda work: work.run("SELECT * FROM audit WHERE number = 6")[0])

    def rewrite(work: Transaction) -> None:
        work.run("DELETE FROM audit")
        work.run("DELETE FROM audit_head")
        append(work, "local", [replace(entry(number), new="1") for number in range(1, ROWS + 1)])

    held = await verify(database, noted=noted)
    early = await verify(database, noted=at_six["hash"])
    other = await verify(database, noted=f"7:{at_six['hash']}")
    await database.write(rewrite)
    rewritten = await verify(database, noted=noted)

    assert (held.whole, early.whole, other.whole) == (True, True, False)
    assert (rewritten.flaws, rewritten.noted, rewritten.whole) == ([], False, False)
