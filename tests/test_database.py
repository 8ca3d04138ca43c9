"""Databases as they are written and read, on SQLite and on PostgreSQL (reliability.md §0, §2.1)."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adloom.database import Database, Migration, Transaction, open_database
from adloom.errors import UsageError, WorkspaceError
from tests.seams.crowd import crowd
from tests.seams.postgres import Place, named
from tests.seams.tasks import COUNTER
from tests.seams.things import BROKEN_RULE, BROKEN_SQL, adding, names, open_things


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    async with open_things(named(place, "things")) as opened:
        yield opened


# --- writing and reading --------------------------------------------------------------------------


async def test_what_was_written_is_there_for_everybody(database: Database, place: Place) -> None:
    insert = "INSERT INTO thing VALUES ('a', 2) RETURNING *"
    made = await database.write(lambda work: work.run(insert))

    assert [("a", 2)] == [tuple(row) for row in made]
    assert ["a"] == await database.read(names)
    async with open_things(named(place, "things")) as other:
        assert ["a"] == await other.read(names)


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
    assert isinstance(found[3], BROKEN_RULE)
    assert ["a", "b", "first"] == await database.read(names)


async def test_a_hundred_writes_at_once_are_all_there(database: Database) -> None:
    await asyncio.gather(*(database.write(adding(f"{number:03}")) for number in range(100)))

    assert 100 == len(await database.read(names))


async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(WorkspaceError, match="may not be written"):
        await database.read(adding("a"))

    assert [] == await database.read(names)


async def test_a_read_that_fails_leaves_the_reader_usable(database: Database) -> None:
    with pytest.raises(BROKEN_SQL):
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


async def test_foreign_keys_are_enforced(place: Place) -> None:
    parts = Migration("0002 parts", ("CREATE TABLE part (thing TEXT REFERENCES thing (name))",))
    async with open_things(named(place, "things"), parts) as database:
        with pytest.raises(BROKEN_RULE):
            await database.write(lambda work: work.run("INSERT INTO part VALUES ('nobody')"))


async def test_closing_finishes_what_is_waiting_and_refuses_more(place: Place) -> None:
    database = open_things(named(place, "things"))
    writing = [asyncio.ensure_future(database.write(adding(str(n)))) for n in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    await asyncio.gather(*writing)
    database.close()

    with pytest.raises(RuntimeError, match="is closed"):
        await database.write(adding("late"))
    async with open_things(named(place, "things")) as again:
        assert 20 == len(await again.read(names))


def test_a_database_that_was_never_written_closes_at_once(place: Place) -> None:
    threads = threading.active_count()
    open_things(named(place, "things")).close()

    assert threads == threading.active_count()


async def test_what_is_posted_is_safe_before_what_is_written_after_it(database: Database) -> None:
    for number in range(5):
        database.post(adding(str(number)))
    await database.write(adding("last"))
    await database.settle()

    assert ["0", "1", "2", "3", "4", "last"] == await database.read(names)


async def test_what_is_posted_in_vain_is_learnt_when_it_matters(database: Database) -> None:
    database.post(adding("a"))
    database.post(adding("a"))
    database.post(adding("b"))
    with pytest.raises(BROKEN_RULE):
        await database.settle()
    await database.settle()

    assert ["a", "b"] == await database.read(names)


async def test_what_a_reader_sees_is_of_one_moment(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(work: Transaction) -> tuple[list[str], list[str]]:
        before = names(work)
        begun.set()
        go_on.wait(5)
        return before, names(work)

    reading = asyncio.ensure_future(database.read(slow))
    await asyncio.to_thread(begun.wait)
    await database.write(adding("a"))
    go_on.set()

    assert ([], []) == await reading
    assert ["a"] == await database.read(names)


# --- what goes in and comes out -------------------------------------------------------------------

SHELF = Migration(
    "0002 shelf",
    ("CREATE TABLE shelf (number INTEGER, size DOUBLE PRECISION, label TEXT, content BLOB)",),
)


@pytest.mark.parametrize(
    "values",
    [
        (None, None, None, None),
        (2**63 - 1, 1e-300, "", b""),
        (-(2**63), 1767225600.123456, "Ünïcödé 🎈 100 % 'yes?'", bytes(range(256))),
        (0, 0.1, "\\N \n\t", b"\\x00"),
    ],
)
async def test_a_value_comes_back_as_it_was_given(place: Place, values: tuple[Any, ...]) -> None:
    async with open_things(named(place, "things"), SHELF) as database:
        insert = "INSERT INTO shelf VALUES (?, ?, ?, ?)"
        await database.write(lambda work: work.run(insert, *values))
        [row] = await database.read(lambda work: work.run("SELECT * FROM shelf"))

    assert values == tuple(row)
    assert [type(value) for value in values] == [type(value) for value in row]


async def test_a_truth_value_is_kept_as_a_number(place: Place) -> None:
    yes = True
    async with open_things(named(place, "things"), SHELF) as database:
        insert = "INSERT INTO shelf (number) VALUES (?)"
        await database.write(lambda work: work.many(insert, [[yes], [not yes]]))
        rows = await database.read(
            lambda work: work.run("SELECT number FROM shelf WHERE number = ?", yes)
        )

    assert [1] == [row["number"] for row in rows]


async def test_columns_are_found_by_place_and_by_name(database: Database) -> None:
    await database.write(adding("a"))
    row = await database.read(lambda work: work.one("SELECT size AS width, name FROM thing"))
    assert row is not None

    assert (1, "a", "a") == (row[0], row["name"], row[-1])
    assert {"width": 1, "name": "a"} == dict(row)
    with pytest.raises(IndexError):
        row["size"]
    assert await database.read(lambda work: work.one("SELECT 1 FROM thing WHERE size = 2")) is None


async def test_marks_inside_of_texts_and_names_are_left_alone(database: Database) -> None:
    sql = """SELECT 'why? it''s 100 %s', ? AS "what? %", name -- really? 5 %
             FROM thing /* or? % */ WHERE name <> '?' AND size % 2 = ?"""
    await database.write(adding("a"))
    row = await database.read(lambda work: work.one(sql, "because", 1))
    assert row is not None

    assert ("why? it's 100 %s", "because", "a") == tuple(row)
    assert "because" == row["what? %"]


async def test_texts_are_in_the_order_of_their_bytes_whatever_the_language(
    database: Database,
) -> None:
    """Dates written as texts are compared so: a fraction of a second is later than none."""
    ordered = ["", "2026-11-21T12:00:00+00:00", "2026-11-21T12:00:00.5+00:00", "B", "a", "a b", "ä"]
    add = "INSERT INTO thing VALUES (?, 1)"
    await database.write(lambda work: work.many(add, [[one] for one in reversed(ordered)]))
    after = "SELECT name FROM thing WHERE name > ? ORDER BY name"

    assert ordered == await database.read(names)
    found = await database.read(lambda work: work.run(after, ordered[1]))
    assert ordered[2:] == [row[0] for row in found]


# --- schemas --------------------------------------------------------------------------------------


def test_what_another_adloom_would_not_understand_is_left_alone(place: Place) -> None:
    where = named(place, "things")
    open_things(where, Migration("0002 later", ("CREATE TABLE later (x TEXT)",))).close()

    with pytest.raises(WorkspaceError, match=r"newer adloom \(it knows 0002 later\)"):
        open_things(where)
    open_things(where, Migration("0002 later", ("CREATE TABLE later (x TEXT)",))).close()


async def test_a_migration_is_applied_once_and_whole_or_not_at_all(place: Place) -> None:
    where = named(place, "things")
    open_things(where).close()
    bad = Migration("0002 bad", ("CREATE TABLE half (x TEXT)", "CREATE TABLE nonsense ("))
    with pytest.raises(BROKEN_SQL):
        open_things(where, bad)
    good = Migration("0002 good", ("CREATE TABLE half (y INTEGER)",))
    open_things(where, good).close()
    async with open_things(where, good) as database:
        await database.write(lambda work: work.run("INSERT INTO half (y) VALUES (1)"))

        assert [] == await database.read(names)


async def test_two_schemas_may_share_a_database(place: Place) -> None:
    where = named(place, "things")
    others = (Migration("0001 things", ("CREATE TABLE other (x INTEGER)",)),)
    open_database(where, others, set_name="others").close()
    async with open_things(where) as database:
        await database.write(lambda work: work.run("INSERT INTO other VALUES (1)"))

        assert [] == await database.read(names)
    open_database(where, others, set_name="others").close()


# --- many processes -------------------------------------------------------------------------------


@pytest.mark.slow
async def test_eight_processes_open_a_new_database_at_once_and_lose_no_write(place: Place) -> None:
    """Each reads a number, adds one and writes it: they take turns, or some would be lost."""
    counted = await crowd("count", 8, place=str(place), times=10)

    assert [10] * 8 == counted
    async with open_database(named(place, "counter"), COUNTER, set_name="counter") as database:
        rows = await database.read(lambda work: work.run("SELECT value FROM counter"))
        assert [(80,)] == [tuple(row) for row in rows]
