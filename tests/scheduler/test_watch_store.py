"""Watches as they are stored: what is found and where a watch stands, both or neither."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adloom.errors import RetryableError
from scheduler.watch_store import Source, StoredWatch, WatchStore
from scheduler.watches import Batch, Item, Memory, Position
from tests.scheduler.drawer import CANARY, Drawer, drawer
from tests.scheduler.world import NOW
from tests.seams.postgres import Place
from tests.seams.stores import plain_vault
from tests.seams.things import BROKEN_RULE

SOURCE = Source("pause", "ads", "7100000000000000001")
OTHER = Source("pause", "ads", "7100000000000000002")
START = Position(NOW - timedelta(hours=1))


@pytest.fixture
async def table(place: Place) -> AsyncIterator[Drawer]:
    async with drawer(place) as opened:
        yield opened


@pytest.fixture
def store(table: Drawer) -> WatchStore:
    return WatchStore(table.database, plain_vault(), table.clock)


def batch(watch: StoredWatch, *keys: str, forgotten: frozenset[str] = frozenset()) -> Batch:
    """What a poll found: these items, and nothing else has changed."""
    items = [Item(key, NOW, {"ad_id": key, "name": CANARY}) for key in keys]
    position = replace(watch.position, settled=NOW, polls=watch.position.polls + 1)
    remembered = {key: Memory(NOW, frozenset({"d1", "d2"}), {"id": key}) for key in keys}
    return Batch(items, position, remembered, forgotten)


async def test_a_watch_that_has_not_begun_is_not_there(store: WatchStore) -> None:
    assert await store.load(SOURCE) is None
    assert [] == await store.all()


async def test_a_watch_comes_back_as_it_was_left(store: WatchStore, table: Drawer) -> None:
    seen = {"17": Memory(NOW, frozenset({"b", "a"}), {"budget": "50.10"}), "18": Memory()}
    position = Position(None, NOW, 7, seen)
    begun = await store.begin(SOURCE, position, "f1")

    assert begun == await store.load(SOURCE)
    assert (position, 1, "f1", NOW) == (begun.position, begun.epoch, begun.filter, begun.begun_at)
    assert ["17", "18"] == sorted(row["key"] for row in await table.rows("watch_memory"))


async def test_what_somebody_else_has_begun_meanwhile_is_not_begun_again(
    store: WatchStore, table: Drawer
) -> None:
    """Two processes that both found nothing begun would hand everything on twice."""
    first = await store.begin(SOURCE, START, "f1")
    await store.commit(SOURCE, first, batch(first, "17"))
    with pytest.raises(RetryableError, match="another process"):
        await store.begin(SOURCE, START, "f1")
    anew = await store.begin(SOURCE, START, "f2", instead_of=first)
    with pytest.raises(RetryableError, match="another process"):
        await store.begin(SOURCE, START, "f3", instead_of=first)

    assert (1, 2) == (first.epoch, anew.epoch)
    assert 1 == len(await table.rows("inbox"))


async def test_what_is_found_and_where_the_watch_stands_are_one_write(
    store: WatchStore, table: Drawer
) -> None:
    watch = await store.begin(SOURCE, START, "f1")
    table.clock.move(60)

    assert await store.commit(SOURCE, watch, batch(watch, "17", "18"))
    loaded = await store.load(SOURCE)
    inbox = await table.rows("inbox")

    assert loaded is not None
    assert (NOW, 1) == (loaded.position.settled, loaded.position.polls)
    assert Memory(NOW, frozenset({"d1", "d2"}), {"id": "17"}) == loaded.position.seen["17"]
    assert {table.clock.now()} == {loaded.polled_at, loaded.found_at}
    assert [("17", "waiting", 0), ("18", "waiting", 0)] == [
        (row["key"], row["state"], row["starts"])
        for row in sorted(inbox, key=lambda row: str(row["id"]))
    ]


async def test_a_key_that_was_handed_on_before_is_refused_and_the_watch_stays(
    store: WatchStore, table: Drawer
) -> None:
    watch = await store.begin(SOURCE, START, "f1")
    await store.commit(SOURCE, watch, batch(watch, "17"))
    before = await store.load(SOURCE)
    assert before is not None

    with pytest.raises(BROKEN_RULE):
        await store.commit(SOURCE, before, batch(before, "18", "17"))

    assert before == await store.load(SOURCE)
    assert ["17"] == [row["key"] for row in await table.rows("inbox")]


async def test_a_second_poll_from_the_same_position_does_not_count(
    store: WatchStore, table: Drawer
) -> None:
    watch = await store.begin(SOURCE, START, "f1")
    assert await store.commit(SOURCE, watch, batch(watch, "17"))
    before = await store.load(SOURCE)

    assert not await store.commit(SOURCE, watch, batch(watch, "18"))
    assert before == await store.load(SOURCE)
    assert ["17"] == [row["key"] for row in await table.rows("inbox")]


async def test_a_poll_that_found_nothing_is_noted_but_nothing_is_found(
    store: WatchStore, table: Drawer
) -> None:
    watch = await store.begin(SOURCE, START, "f1")
    table.clock.move(60)
    await store.commit(SOURCE, watch, batch(watch))
    loaded = await store.load(SOURCE)

    assert loaded is not None
    assert (table.clock.now(), NOW) == (loaded.polled_at, loaded.found_at)


async def test_what_is_no_longer_remembered_is_gone(store: WatchStore, table: Drawer) -> None:
    watch = await store.begin(SOURCE, replace(START, seen={"1": Memory(NOW), "2": Memory()}), "f1")
    await store.commit(SOURCE, watch, batch(watch, "3", forgotten=frozenset({"1"})))

    assert ["2", "3"] == sorted(row["key"] for row in await table.rows("watch_memory"))


async def test_a_new_beginning_forgets_and_may_hand_on_the_same_keys(
    store: WatchStore, table: Drawer
) -> None:
    first = await store.begin(SOURCE, replace(START, seen={"1": Memory(NOW)}), "f1")
    await store.commit(SOURCE, first, batch(first, "17"))
    second = await store.begin(SOURCE, START, "f2", instead_of=first)

    assert not await store.commit(SOURCE, first, batch(first, "18"))
    assert await store.commit(SOURCE, second, batch(second, "17"))
    assert [("17", 1), ("17", 2)] == sorted(
        (row["key"], row["epoch"]) for row in await table.rows("inbox")
    )
    assert ["17"] == [row["key"] for row in await table.rows("watch_memory")]


async def test_a_watch_that_was_forgotten_may_hand_on_the_same_keys_as_well(
    store: WatchStore, table: Drawer
) -> None:
    first = await store.begin(SOURCE, START, "f1")
    await store.commit(SOURCE, first, batch(first, "17"))
    await store.forget("pause")
    assert await store.load(SOURCE) is None
    again = await store.begin(SOURCE, START, "f1")

    assert await store.commit(SOURCE, again, batch(again, "17"))
    assert [1, 2] == sorted(row["epoch"] for row in await table.rows("inbox"))


async def test_a_poll_that_failed_says_why_until_one_succeeds(store: WatchStore) -> None:
    watch = await store.begin(SOURCE, START, "f1")
    await store.failed(SOURCE, "TikTok is not there")
    failed = await store.load(SOURCE)
    await store.commit(SOURCE, watch, batch(watch))
    mended = await store.load(SOURCE)

    assert replace(watch, error="TikTok is not there") == failed
    assert mended is not None
    assert mended.error is None


async def test_sources_scenarios_and_workspaces_do_not_touch_each_other(
    store: WatchStore, table: Drawer
) -> None:
    elsewhere = WatchStore(table.database, plain_vault(), table.clock, workspace="other")
    watch = await store.begin(SOURCE, START, "f1")
    for one, source in ((store, OTHER), (elsewhere, SOURCE), (store, replace(SOURCE, step="b"))):
        theirs = await one.begin(source, START, "f1")
        assert await one.commit(source, theirs, batch(theirs, "17"))
    await store.begin(Source("zoo", "ads", "1"), START, "f1")

    assert watch == await store.load(SOURCE)
    assert [SOURCE, OTHER, replace(SOURCE, step="b")] == [
        source for source, _ in await store.all("pause")
    ]
    assert 4 == len(await store.all())
    await elsewhere.forget("pause")
    assert 4 == len(await store.all())
    assert [] == await elsewhere.all()


async def test_bundles_cannot_be_read_in_the_database(store: WatchStore, table: Drawer) -> None:
    watch = await store.begin(SOURCE, START, "f1")
    await store.commit(SOURCE, watch, batch(watch, "17"))

    assert not await table.shows("inbox", CANARY)
    assert await table.shows("inbox", SOURCE.source)
