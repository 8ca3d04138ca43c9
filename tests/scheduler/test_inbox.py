"""The inbox: every bundle to one execution, none lost, none twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adloom.errors import WorkspaceError
from scheduler.inbox import Arrived, Inbox, ItemState
from scheduler.watch_store import Source, WatchStore
from scheduler.watches import Batch, Item, Position
from tests.scheduler.drawer import CANARY, Drawer, drawer, execution
from tests.scheduler.world import NOW
from tests.seams.crowd import crowd
from tests.seams.postgres import Place
from tests.seams.stores import plain_vault
from tests.seams.things import BROKEN_RULE

SOURCE = Source("pause", "ads", "7100000000000000001")


@pytest.fixture
async def table(place: Place) -> AsyncIterator[Drawer]:
    async with drawer(place) as opened:
        yield opened


@pytest.fixture
def inbox(table: Drawer) -> Inbox:
    return Inbox(table.database, plain_vault(), table.clock)


async def fill(table: Drawer, *keys: str, source: Source = SOURCE) -> None:
    """Let a watch hand these on."""
    store = WatchStore(table.database, plain_vault(), table.clock)
    watch = await store.load(source) or await store.begin(source, Position(), "f")
    items = [Item(key, NOW, {"ad_id": key, "name": CANARY}) for key in keys]
    position = replace(watch.position, polls=watch.position.polls + 1)
    assert await store.commit(source, watch, Batch(items, position, {}, frozenset()))


def keys(items: Sequence[Arrived]) -> list[str]:
    return [item.key for item in items]


async def states(table: Drawer) -> dict[str, Any]:
    return {row["key"]: row["state"] for row in await table.rows("inbox")}


# --- taking ---------------------------------------------------------------------------------------


async def test_the_longest_waiting_are_taken_first_and_belong_to_one_execution(
    inbox: Inbox, table: Drawer
) -> None:
    await fill(table, "b", "a")
    table.clock.move(1)
    await fill(table, "c")
    first = await inbox.take(execution(1), 2)
    second = await inbox.take(execution(2), 2)

    assert (["b", "a"], ["c"]) == (keys(first), keys(second))
    assert first == await inbox.taken(execution(1).id)
    assert ({"ad_id": "b", "name": CANARY}, NOW, SOURCE.source, 0) == (
        first[0].bundle,
        first[0].at,
        first[0].source,
        first[0].starts,
    )
    assert ["20261121-0001", "20261121-0002"] == [
        row["id"] for row in await table.rows("execution")
    ]


async def test_all_are_taken_if_no_limit_is_said(inbox: Inbox, table: Drawer) -> None:
    await fill(table, *(f"{number:03}" for number in range(250)))

    assert 250 == await inbox.waiting("pause")
    assert 250 == len(await inbox.take(execution(1), 0))
    assert 0 == await inbox.waiting("pause")


async def test_nothing_waiting_begins_nothing(inbox: Inbox, table: Drawer) -> None:
    await fill(table, "a", source=replace(SOURCE, scenario="another"))
    theirs = Inbox(table.database, plain_vault(), table.clock, workspace="theirs")

    assert [] == await inbox.take(execution(1), 10)
    assert [] == await theirs.take(execution(2, scenario="another"), 10)
    assert [] == await table.rows("execution")
    assert (0, 1) == (await inbox.waiting("pause"), await inbox.waiting("another"))


async def test_an_execution_that_exists_already_takes_nothing(inbox: Inbox, table: Drawer) -> None:
    await fill(table, "a")
    await table.begin(execution(1))
    with pytest.raises(BROKEN_RULE):
        await inbox.take(execution(1), 1)

    assert {"a": "waiting"} == await states(table)


async def test_takers_at_the_same_moment_share_what_there_is(inbox: Inbox, table: Drawer) -> None:
    await fill(table, *(f"{number:02}" for number in range(20)))
    taken = await asyncio.gather(*(inbox.take(execution(number), 3) for number in range(10)))

    found = [key for items in taken for key in keys(items)]
    assert [f"{number:02}" for number in range(20)] == sorted(found)


@pytest.mark.slow
async def test_eight_processes_take_every_bundle_exactly_once(place: Place) -> None:
    wanted = [f"{number:03}" for number in range(200)]
    async with drawer(place) as table:
        await fill(table, *wanted)
    found = await crowd("empty_the_inbox", 8, place=str(place), at_once=3)

    assert wanted == sorted(key for one in found for key in one)


# --- what comes by itself -------------------------------------------------------------------------


async def test_what_comes_by_itself_is_taken_in_once(inbox: Inbox, table: Drawer) -> None:
    assert await inbox.put("pause", "hook", "event-1", {"id": CANARY})
    assert not await inbox.put("pause", "hook", "event-1", {"id": "again"})
    [item] = await inbox.take(execution(1), 0)

    assert ("event-1", "", None, {"id": CANARY}) == (item.key, item.source, item.at, item.bundle)
    assert not await inbox.put("pause", "hook", "event-1", {"id": "late"})
    assert 1 == len(await table.rows("inbox"))


async def test_long_keys_and_several_scenarios_of_one_moment_are_told_apart(inbox: Inbox) -> None:
    """The clock stands still: only the keys differ, and that only at their end."""
    alike = "event/7100000000000000001/2026-11-21T12:00:00/"
    for key in (f"{alike}1", f"{alike}2"):
        for scenario in ("pause", "tell"):
            assert await inbox.put(scenario, "hook", key, {})

    assert [2, 2] == [await inbox.waiting(one) for one in ("pause", "tell")]


# --- carried to the end, or not -------------------------------------------------------------------


async def test_what_is_done_is_erased_but_never_comes_again(inbox: Inbox, table: Drawer) -> None:
    await inbox.put("pause", "hook", "a", {"id": 1})
    items = await inbox.take(execution(1), 0)
    await inbox.ended([item.id for item in items], ItemState.DONE)

    assert [] == await inbox.taken(execution(1).id)
    assert [("done", None)] == [
        (row["state"], row["bundle_sealed"]) for row in await table.rows("inbox")
    ]
    assert not await inbox.put("pause", "hook", "a", {"id": 1})


async def test_ends_are_noted_together_with_something_else(inbox: Inbox, table: Drawer) -> None:
    await fill(table, "a", "b", "c")
    a, b, _ = await inbox.take(execution(1), 0)
    inbox.post_begun(a)
    table.database.post(inbox.ending(a, ItemState.DONE))
    table.database.post(inbox.ending(b, ItemState.INCOMPLETE))
    await table.database.settle()

    assert {"a": "done", "b": "incomplete", "c": "taken"} == await states(table)
    assert {"a": True, "b": False, "c": False} == {
        row["key"]: row["bundle_sealed"] is None for row in await table.rows("inbox")
    }


async def test_what_was_not_begun_waits_for_the_next_execution(inbox: Inbox, table: Drawer) -> None:
    await fill(table, "a", "b", "c")
    a, b, _ = await inbox.take(execution(1), 0)
    await inbox.ended([a.id], ItemState.DONE)
    await inbox.ended([b.id], ItemState.INCOMPLETE)

    assert 1 == await inbox.give_back(execution(1).id)
    assert 0 == await inbox.give_back(execution(1).id)
    assert {"a": "done", "b": "incomplete", "c": "waiting"} == await states(table)
    assert ["c"] == keys(await inbox.take(execution(2), 0))


async def test_what_was_left_incomplete_is_taken_up_by_its_own_execution(
    inbox: Inbox, table: Drawer
) -> None:
    await fill(table, "a", "b")
    a, b = await inbox.take(execution(1), 0)
    await inbox.ended([a.id], ItemState.INCOMPLETE)
    await inbox.ended([b.id], ItemState.DONE)
    await inbox.reopen(execution(1).id)

    assert ["a"] == keys(await inbox.taken(execution(1).id))


async def test_starts_are_counted_over_executions(inbox: Inbox, table: Drawer) -> None:
    await fill(table, "a")
    [item] = await inbox.take(execution(1), 0)

    assert [1, 2] == [await inbox.begun(item), await inbox.begun(item)]
    await inbox.give_back(execution(1).id)
    [again] = await inbox.take(execution(2), 0)
    inbox.post_begun(again)
    assert 2 == again.starts
    assert 4 == await inbox.begun(again)
    assert 0 == await inbox.begun(replace(item, id="nobody"))


async def test_what_is_in_quarantine_is_nobodys_turn(inbox: Inbox, table: Drawer) -> None:
    await fill(table, "a")
    [item] = await inbox.take(execution(1), 0)
    await inbox.ended([item.id], ItemState.QUARANTINED)
    await inbox.reopen(execution(1).id)

    assert 0 == await inbox.give_back(execution(1).id)
    assert [] == await inbox.taken(execution(1).id)
    assert [] == await inbox.take(execution(2), 0)
    assert [True] == [row["bundle_sealed"] is not None for row in await table.rows("inbox")]


# --- sealed ---------------------------------------------------------------------------------------


async def test_bundles_cannot_be_read_in_the_database_nor_moved(
    inbox: Inbox, table: Drawer
) -> None:
    await inbox.put("pause", "hook", "a", {"email": CANARY})
    await inbox.put("pause", "hook", "b", {"email": "other"})
    assert not await table.shows("inbox", CANARY)

    await table.database.write(
        lambda work: work.run(
            "UPDATE inbox SET bundle_sealed = (SELECT bundle_sealed FROM inbox WHERE key = 'a')"
            " WHERE key = 'b'"
        )
    )
    with pytest.raises(WorkspaceError, match="damaged or moved"):
        await inbox.take(execution(1), 0)


async def test_order_is_that_of_arrival_to_the_microsecond(inbox: Inbox, table: Drawer) -> None:
    moments = [timedelta(microseconds=1), timedelta(seconds=1), timedelta(days=40)]
    for number, moment in enumerate(moments):
        table.clock.move(moment.total_seconds())
        await inbox.put("pause", "hook", str(9 - number), {})

    assert ["9", "8", "7"] == keys(await inbox.take(execution(1), 0))
