"""Data stores: what is put in comes out again, also after a rollback."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.database import Database, Transaction, open_database
from adloom.errors import InvalidParamsError
from scheduler.data_store import (
    DATA_MIGRATIONS,
    LARGEST_VALUE,
    LONGEST_NAME,
    DataStore,
    Entry,
    Held,
)
from tests.scheduler.schedules import at
from tests.seams.postgres import Place, named


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    where = named(place, "journal")
    async with open_database(where, DATA_MIGRATIONS, set_name="journal") as opened:
        yield opened


@pytest.fixture
def data(database: Database) -> DataStore:
    return DataStore(database, FrozenClock(at(2026, 11, 21)))


@pytest.mark.parametrize(
    "value",
    [None, True, 0, 2**80, 1.5, "", "Ünïcödé 🎈", [1, [None]], {"id": "71", "more": {"a": [1]}}],
)
async def test_a_value_comes_out_as_it_was_put_in(data: DataStore, value: Any) -> None:
    before = await data.put("seen", "one", value)

    assert before == Held()
    assert await data.get("seen", "one") == Held(exists=True, value=value)


async def test_nothing_and_null_are_told_apart(data: DataStore) -> None:
    await data.put("seen", "null", None)

    assert (await data.get("seen", "null")).exists
    assert not (await data.get("seen", "nothing")).exists
    assert [True, False] == [await data.exists("seen", key) for key in ("null", "nothing")]


async def test_putting_and_deleting_return_what_was_there(data: DataStore) -> None:
    await data.put("seen", "one", 1)

    assert await data.put("seen", "one", 2) == Held(exists=True, value=1)
    assert await data.delete("seen", "one") == Held(exists=True, value=2)
    assert await data.delete("seen", "one") == Held()


async def test_adding_leaves_alone_what_is_there(data: DataStore) -> None:
    assert [True, False] == [await data.add("seen", "one", number) for number in (1, 2)]
    assert (await data.get("seen", "one")).value == 1


async def test_stores_and_workspaces_do_not_know_each_other(
    data: DataStore, database: Database
) -> None:
    other = DataStore(database, FrozenClock(at(2026, 11, 21)), workspace="other")
    await data.put("seen", "one", 1)
    await data.put("sent", "one", 2)
    await other.put("seen", "one", 3)

    assert await data.stores() == {"seen": 1, "sent": 1}
    assert (await data.get("seen", "one")).value == 1
    assert await other.count("seen") == 1


async def test_a_list_is_in_order_and_can_be_cut(data: DataStore) -> None:
    for key in ("b", "a_1", "a%2", "a_10", "c"):
        await data.put("seen", key, key.upper())

    assert [one.key for one in await data.list("seen")] == ["a%2", "a_1", "a_10", "b", "c"]
    assert await data.list("seen", prefix="a_", limit=1) == [Entry("a_1", "A_1")]
    assert [one.key for one in await data.list("seen", prefix="a_", after="a_1")] == ["a_10"]
    assert await data.list("unheard of") == []
    assert [5, 0] == [await data.count("seen"), await data.count("unheard of")]


@pytest.mark.parametrize("key", ["", "x" * (LONGEST_NAME + 1), "a\0b", "half \ud83d", 7])
async def test_what_cannot_be_a_key_is_refused(data: DataStore, key: Any) -> None:
    with pytest.raises(InvalidParamsError, match=r"^key: "):
        await data.put("seen", key, 1)


async def test_a_value_that_is_too_large_is_refused_and_changes_nothing(data: DataStore) -> None:
    await data.put("seen", "one", "x" * (LARGEST_VALUE - 2))
    with pytest.raises(InvalidParamsError, match=r"value: takes 1,000,001 bytes; 1,000,000 is"):
        await data.put("seen", "one", "x" * (LARGEST_VALUE - 1))

    assert len((await data.get("seen", "one")).value) == LARGEST_VALUE - 2


async def test_a_value_that_is_no_json_is_refused(data: DataStore) -> None:
    with pytest.raises(InvalidParamsError, match="value: cannot be stored"):
        await data.put("seen", "one", object())


async def test_a_write_is_part_of_the_transaction_it_is_made_in(
    data: DataStore, database: Database
) -> None:
    def work(work: Transaction) -> None:
        data.put_in(work, "seen", "one", 1)
        assert data.get_in(work, "seen", "one").exists
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(work)

    assert await data.get("seen", "one") == Held()


async def test_what_was_there_can_be_put_back(data: DataStore, database: Database) -> None:
    await data.put("seen", "kept", None)
    befores = {
        "kept": await data.put("seen", "kept", "changed"),
        "new": await data.put("seen", "new", 1),
    }

    def undo(work: Transaction) -> None:
        for key, before in befores.items():
            data.restore_in(work, "seen", key, before)

    await database.write(undo)

    assert await data.list("seen") == [Entry("kept", None)]
