"""PostgreSQL as it is opened here, and what happens when it is lost (reliability.md §2)."""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from adloom.database import Database, Migration, Transaction, open_database, postgres_link
from adloom.database.postgres_dialect import schema_statement, statement
from adloom.database.postgres_link import read_address
from adloom.database.postgres_schema import turn
from adloom.errors import WorkspaceError
from tests.seams.cut import cut_at_commit
from tests.seams.postgres import PostgresServer, fresh_schema, running_server
from tests.seams.things import THINGS, adding, names, open_things


@pytest.fixture
def address(postgres: PostgresServer) -> Iterator[str]:
    with fresh_schema(postgres) as made:
        yield made


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    async with open_things(address) as opened:
        yield opened


def schema_of(address: str) -> str:
    return address.rpartition("=")[2]


# --- addresses ------------------------------------------------------------------------------------


def test_an_address_tells_a_person_where_but_not_the_password() -> None:
    url = "postgresql://acme:s3cr%25t@db.example:5433/ads?sslmode=require&schema=shop_1"
    found = read_address(url)
    told = psycopg.conninfo.conninfo_to_dict(found.conninfo)

    assert "PostgreSQL database ads on db.example, schema shop_1" == found.place
    assert "s3cr" not in repr(found)
    assert ("s3cr%t", "5433", "require", "10") == (
        told["password"],
        told["port"],
        told["sslmode"],
        told["keepalives_idle"],
    )


def test_what_an_address_says_itself_is_left_as_it_is() -> None:
    found = read_address("postgresql:///ads?keepalives_idle=77&host=%2Frun%2Fhere")
    told = psycopg.conninfo.conninfo_to_dict(found.conninfo)

    assert ("77", "/run/here", "adloom") == (told["keepalives_idle"], told["host"], found.schema)


@pytest.mark.parametrize("bad", ["postgresql://a:s3cr%zzt@h/d", "postgresql://h/d?s3cret=1"])
def test_what_is_no_address_is_refused_without_showing_it(bad: str) -> None:
    with pytest.raises(WorkspaceError, match="not the address") as caught:
        read_address(bad)

    assert "s3cr" not in f"{caught.value} {caught.value.details} {caught.value.hint}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("bad", ["Shop", "a-b", 'a"b', "1a", "a" * 64, ""])
def test_a_schema_has_a_plain_name(bad: str) -> None:
    with pytest.raises(WorkspaceError, match="cannot be the name of a schema"):
        read_address(f"postgresql://h/d?schema={bad}")


# --- SQL ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT ? % ?", "SELECT %s %% %s"),
        ("SELECT '?''?', ?", "SELECT '?''?', %s"),
        ('SELECT "?""?%", ?', 'SELECT "?""?%%", %s'),
        ("SELECT 1 -- ?\n, ?", "SELECT 1 -- ?\n, %s"),
        ("SELECT /* ? \n ? */ ?", "SELECT /* ? \n ? */ %s"),
        ("SELECT '100 %', ?", "SELECT '100 %%', %s"),
    ],
)
def test_only_what_stands_for_a_value_becomes_a_mark(ours: str, theirs: str) -> None:
    assert theirs == statement(ours)


def test_types_of_columns_are_named_as_postgresql_names_them() -> None:
    ours = "CREATE TABLE blob_text (a INTEGER, b Blob, c TEXT DEFAULT 'TEXT', \"BLOB\" REAL)"
    theirs = (
        "CREATE TABLE blob_text (a BIGINT, b BYTEA, c TEXT COLLATE \"C\" DEFAULT 'TEXT',"
        ' "BLOB" REAL)'
    )

    assert theirs == schema_statement(ours)


# --- opening --------------------------------------------------------------------------------------


def test_what_is_acknowledged_is_on_disk_whatever_the_server_says(
    postgres: PostgresServer, address: str
) -> None:
    postgres.run("ALTER ROLE adloom SET synchronous_commit = off")
    try:
        database = open_things(address)
        found = database.inspect()
        database.close()
    finally:
        postgres.run("ALTER ROLE adloom RESET synchronous_commit")

    assert "on" == found["synchronous_commit"]
    assert found["postgresql"][0].isdigit()


def test_everything_lies_in_one_schema(postgres: PostgresServer, address: str) -> None:
    open_things(address).close()
    found = postgres.run("SELECT schemaname, tablename FROM pg_tables WHERE tableowner = 'adloom'")
    ours = [row for row in found if row[0] in {schema_of(address), "public"}]

    assert {"thing", "_adloom_migrations"} == {name for _, name in ours}
    assert {schema_of(address)} == {schema for schema, _ in ours}


def test_a_server_that_is_not_there_is_told_at_once(postgres: PostgresServer) -> None:
    nowhere = postgres.address("x", postgres.folder / "nowhere")

    with pytest.raises(WorkspaceError, match="cannot be reached") as caught:
        open_things(nowhere)
    assert "Look whether it runs" in str(caught.value.hint)


def test_a_database_that_cannot_hold_every_text_is_refused(postgres: PostgresServer) -> None:
    made = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    is_new = int(postgres.run("SHOW server_version_num")[0][0]) >= 150_000
    postgres.run(f"{made} LOCALE_PROVIDER libc" if is_new else made)
    address = postgres.address("x").replace("/postgres?", "/latin?")

    with pytest.raises(WorkspaceError, match="stored as LATIN1; adloom needs UTF8"):
        open_things(address)


def test_a_server_that_is_too_old_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_link, "OLDEST", 990_000)

    with pytest.raises(WorkspaceError, match=r"this is PostgreSQL 1\d; adloom needs 13 or newer"):
        open_things(address)


async def test_a_rule_that_is_checked_at_the_very_end_concerns_only_who_broke_it(
    address: str,
) -> None:
    parts = Migration(
        "0002 parts",
        ("CREATE TABLE part (thing TEXT REFERENCES thing (name) DEFERRABLE INITIALLY DEFERRED)",),
    )
    async with open_things(address, parts) as database:
        good = asyncio.ensure_future(database.write(adding("good")))
        bad = asyncio.ensure_future(
            database.write(lambda work: work.run("INSERT INTO part VALUES ('nobody')"))
        )
        with pytest.raises(psycopg.IntegrityError):
            await bad
        await good

        assert ["good"] == await database.read(names)


def test_a_user_without_rights_is_told_so(postgres: PostgresServer, address: str) -> None:
    postgres.run("CREATE ROLE guest LOGIN")

    with pytest.raises(WorkspaceError, match="may not do what adloom has to do"):
        open_things(address.replace("adloom@", "guest@"))


def test_a_user_needs_no_right_to_make_schemas_if_the_schema_is_there(
    postgres: PostgresServer, address: str
) -> None:
    schema = schema_of(address)
    postgres.run(f"CREATE ROLE tenant LOGIN; CREATE SCHEMA {schema} AUTHORIZATION tenant")

    open_things(address.replace("adloom@", "tenant@")).close()


# --- waiting for each other -----------------------------------------------------------------------


@contextmanager
def another_writer(postgres: PostgresServer, address: str) -> Iterator[None]:
    """Another process in the middle of writing."""
    number = turn(schema_of(address), "things")
    info = f"host={postgres.folder} user=adloom dbname=postgres"
    with psycopg.connect(info) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        yield


async def test_a_lock_held_for_too_long_is_told_to_everybody_who_waits(
    postgres: PostgresServer, address: str
) -> None:
    async with open_things(address, lock_wait=0.1) as database:
        with another_writer(postgres, address):
            async with asyncio.timeout(2):
                writes = [database.write(adding(str(number))) for number in range(40)]
                found = await asyncio.gather(*writes, return_exceptions=True)
        await database.write(adding("b"))

        assert ["b"] == await database.read(names)
    assert [WorkspaceError] * 40 == [type(one) for one in found]
    assert "locked for 0.1 seconds" in str(found[0])


async def test_a_process_that_hangs_in_the_middle_gives_up_its_turn(address: str) -> None:
    """Its own work is tried again: it had not been committed."""
    hung, go_on = threading.Event(), threading.Event()
    runs: list[int] = []

    def hangs(work: Transaction) -> None:
        runs.append(1)
        adding("slow")(work)
        hung.set()
        go_on.wait(5)
        adding("slow 2")(work)

    async with open_things(address, lock_wait=0.4) as slow, open_things(address) as quick:
        writing = asyncio.ensure_future(slow.write(hangs))
        await asyncio.to_thread(hung.wait)
        await quick.write(adding("quick"))
        go_on.set()
        await writing

        assert ["quick", "slow", "slow 2"] == await quick.read(names)
    assert [1, 1] == runs


async def test_sets_of_tables_do_not_wait_for_each_other(
    postgres: PostgresServer, address: str
) -> None:
    others = (Migration("0001 others", ("CREATE TABLE other (x INTEGER)",)),)
    async with open_database(address, others, set_name="others", lock_wait=0.1) as database:
        with another_writer(postgres, address):
            await database.write(lambda work: work.run("INSERT INTO other VALUES (1)"))


# --- work that went wrong -------------------------------------------------------------------------


async def test_work_that_goes_on_after_an_error_is_not_taken_for_done(database: Database) -> None:
    """PostgreSQL would answer its COMMIT by undoing everything."""

    def careless(work: Transaction) -> str:
        adding("lost")(work)
        try:
            work.run("SELECT nonsense")
        except psycopg.Error:
            return "fine"
        return "odd"

    await database.write(adding("before"))
    good = asyncio.ensure_future(database.write(adding("good")))
    bad = asyncio.ensure_future(database.write(careless))
    with pytest.raises(RuntimeError, match="went on after an error"):
        await bad
    await good

    assert ["before", "good"] == await database.read(names)


async def test_a_newer_adloom_may_add_columns_while_an_older_one_runs(
    database: Database, postgres: PostgresServer, address: str
) -> None:
    """What the server had prepared for the old columns is prepared anew."""
    select = "SELECT * FROM thing WHERE name = ?"
    await database.write(adding("a"))
    for _ in range(8):
        await database.read(lambda work: work.run(select, "a"))
        await database.write(lambda work: work.run(select, "a"))
    postgres.run(f"ALTER TABLE {schema_of(address)}.thing ADD COLUMN weight INTEGER")
    [read] = await database.read(lambda work: work.run(select, "a"))
    [written] = await database.write(lambda work: work.run(select, "a"))

    assert ("a", 1, None) == tuple(read) == tuple(written)


# --- a server that is lost ------------------------------------------------------------------------

KILL = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name = 'adloom'"
)


async def test_a_connection_that_was_cut_is_made_again(
    database: Database, postgres: PostgresServer
) -> None:
    await database.write(adding("a"))
    assert ["a"] == await database.read(names)
    assert [(2,)] == postgres.run(KILL)
    await database.write(adding("b"))

    assert ["a", "b"] == await database.read(names)


async def test_work_that_was_cut_half_way_is_done_once(
    database: Database, postgres: PostgresServer
) -> None:
    runs: list[int] = []

    def cut(work: Transaction) -> None:
        runs.append(1)
        adding("a")(work)
        if len(runs) == 1:
            postgres.run(KILL)
        adding("b")(work)

    await database.write(cut)

    assert [1, 1] == runs
    assert ["a", "b"] == await database.read(names)


@pytest.mark.parametrize("arrives", [True, False])
async def test_where_a_commit_was_not_answered_the_server_is_asked(
    postgres: PostgresServer, address: str, arrives: bool
) -> None:
    """Whether it was committed before the way broke or not: each row is there exactly once."""
    runs: list[int] = []

    def add(work: Transaction) -> Any:
        runs.append(1)
        return work.run("INSERT INTO log (name) VALUES ('a') RETURNING name")

    logs = (Migration("0001 log", ("CREATE TABLE log (name TEXT NOT NULL)",)),)
    open_database(address, logs, set_name="logs").close()
    with cut_at_commit(postgres, arrives=arrives) as socket:
        where = postgres.address(schema_of(address), socket)
        async with open_database(where, logs, set_name="logs") as database:
            written = await database.write(add)
            rows = await database.read(lambda work: work.run("SELECT name FROM log"))

    assert ["a"] == [row["name"] for row in written]
    assert ["a"] == [row["name"] for row in rows]
    assert (1 if arrives else 2) == len(runs)


@pytest.mark.parametrize("arrives", [True, False])
async def test_what_nobody_can_say_is_told_to_all_and_not_repeated(
    postgres: PostgresServer, address: str, arrives: bool
) -> None:
    open_things(address).close()
    with cut_at_commit(postgres, arrives=arrives, heals=False) as socket:
        where = postgres.address(schema_of(address), socket)
        async with open_things(where, lock_wait=0.3) as database:
            writes = [database.write(adding(name)) for name in "abc"]
            found = await asyncio.gather(*writes, return_exceptions=True)
    async with open_things(address) as database:
        there = await database.read(names)

    assert {WorkspaceError} == {type(one) for one in found}
    assert "lost in the moment of writing" in str(found[0])
    # The first may have been on its way alone; the others were never sent.
    assert there == [] or (arrives and there[0] == "a")


# --- a server that stops --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own() -> Iterator[PostgresServer]:
    """A server that may be stopped."""
    with running_server() as server:
        yield server


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
async def test_a_server_that_comes_back_in_time_is_waited_for(
    own: PostgresServer, how: signal.Signals
) -> None:
    with fresh_schema(own) as address:
        async with open_things(address) as database:
            await database.write(adding("before"))
            own.stop(how)
            writing = [asyncio.ensure_future(database.write(adding(str(n)))) for n in range(5)]
            reading = asyncio.ensure_future(database.read(names))
            await asyncio.sleep(0.2)
            await asyncio.to_thread(own.start)
            await asyncio.gather(*writing)

            assert "before" in await reading
            assert ["0", "1", "2", "3", "4", "before"] == await database.read(names)


@pytest.mark.slow
async def test_a_server_that_stays_away_is_told_to_all_at_once(own: PostgresServer) -> None:
    with fresh_schema(own) as address:
        async with open_things(address, lock_wait=0.2) as database:
            await database.write(adding("before"))
            own.stop()
            since = time.monotonic()
            writes = [database.write(adding(str(n))) for n in range(40)]
            found = await asyncio.gather(*writes, return_exceptions=True)
            with pytest.raises(WorkspaceError, match="cannot be reached"):
                await database.read(names)
            took = time.monotonic() - since
            await asyncio.to_thread(own.start)
            await database.write(adding("after"))

            assert ["after", "before"] == await database.read(names)
    assert {WorkspaceError} == {type(one) for one in found}
    assert took < 5


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "adloom.database.postgres", None)

    with pytest.raises(WorkspaceError, match="driver") as caught:
        open_database("postgresql://h/d", THINGS, set_name="things")
    assert "pip install 'adloom[postgres]'" == caught.value.hint
