"""Whatever fails, every event that was accepted arrives, and none is counted twice."""

import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adloom.database.sqlite import SqliteDatabase
from adloom.errors import WorkspaceError
from scheduler.nodes import Node
from scheduler.outbox.entries import Accepted, EventState
from scheduler.outbox.leases import Leases
from scheduler.outbox.store import Outbox
from tests.scheduler.outbox.world import (
    FILE,
    PACE,
    SHOP,
    World,
    entries,
    entry,
    opened,
    opened_world,
)
from tests.seams.event_pixel import EventPixel
from tests.seams.postgres import Place


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path, tmp_path / "locks") as found:
        yield found


def in_order(taken: list[str], owners: dict[str, int]) -> bool:
    """Whether events of each person were taken in the order of their names."""
    seen: defaultdict[int, list[int]] = defaultdict(list)
    for name in taken:
        seen[owners[name]].append(int(name))
    return all(names == sorted(names) for names in seen.values())


@pytest.mark.parametrize("naming", ["nothing", "place", "report"])
async def test_every_event_arrives_once_and_in_order_however_much_fails(
    world: World, naming: Any
) -> None:
    """A fifth of the calls fails, before or after the events were taken, or is throttled."""
    chance = random.Random(naming)  # noqa: S311 - whose events they are
    owners = {str(name): chance.randrange(40) for name in range(3000)}
    bad = {str(name) for name in chance.sample(range(3000), 12)}
    world.pixel = EventPixel(
        share=0.2, naming=naming, bad=lambda item: "Invalid" if item["event_id"] in bad else None
    )
    everything = [entry(name, person=owner) for name, owner in owners.items()]
    for start in range(0, 3000, 170):
        await world.outbox.accept(SHOP, everything[start : start + 170], FILE)

    await world.deliverer(batch_size=100).run()

    assert {"sent": 2988, "dead": 12} == await world.states()
    assert owners.keys() - bad == world.pixel.ids.keys() - bad
    assert bad == set(await world.reasons())
    assert in_order(world.pixel.first_taken, owners)


async def test_a_process_that_was_overtaken_changes_nothing_any_more(
    place: Place, tmp_path: Path
) -> None:
    async with opened_world(place, tmp_path / "locks") as world:
        await world.outbox.accept(SHOP, entries(range(10)), FILE)
        with Node(tmp_path / "locks") as other:

            async def overtake(_: object) -> None:
                """Another process believes that this one is dead, and takes its lane."""
                leases = Leases(world.outbox, other)
                [state] = await leases.lanes()
                believed = replace(state, holder=None)
                assert await leases.take(believed) is not None

            world.pixels["shop"] = Overtaken(overtake)
            await world.deliverer().run()
            assert {"waiting": 10} == await world.states()
            [held, *_] = await world.outbox.held()
            assert (1, EventState.WAITING) == (held.attempts, held.state)
            del world.pixels["shop"]
            await world.deliverer().run()
            assert {"waiting": 10} == await world.states()

        await world.deliverer().run()
        assert {"sent": 10} == await world.states()


class Overtaken(EventPixel):
    """A pixel during whose answer something happens."""

    def __init__(self, happens: Callable[[object], Awaitable[None]]) -> None:
        super().__init__()
        self._happens = happens

    async def change(self, request: Any) -> Any:
        await self._happens(request)
        return await super().change(request)


def limit(outbox: Outbox, more: int | None) -> None:
    """Let the database grow by so many pages; by any number again with None."""
    database = outbox.database
    assert isinstance(database, SqliteDatabase)
    [[pages]] = database._writer.execute("PRAGMA page_count")
    most = 1_000_000 if more is None else pages + more
    database._writer.execute(f"PRAGMA max_page_count = {most}")


async def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(tmp_path: Path) -> None:
    refused = 0
    async with opened(tmp_path) as outbox:
        for room in range(0, 60, 3):
            names = [f"{room} {number}" for number in range(300)]
            limit(outbox, room)
            with suppress(WorkspaceError):
                await outbox.accept(SHOP, entries(names), FILE, progress=str(room).encode())
            limit(outbox, None)
            if str(room).encode() != await outbox.progress(FILE):
                refused += 1
                assert Accepted(300, 0) == await outbox.accept(SHOP, entries(names), FILE)
        [counts] = await outbox.counts()

    assert 300 * 20 == counts.waiting
    assert 3 < refused < 20


class FullAtTimes:
    """A database that cannot be written while it is full."""

    def __init__(self, database: Any) -> None:
        self._write = database.write
        self.full = 0

    async def write(self, work: Any) -> Any:
        if self.full:
            self.full -= 1
            raise WorkspaceError("events.db: the disk is full; nothing was changed.")
        return await self._write(work)


@pytest.mark.parametrize("moment", ["before it is sent", "before it is settled"])
async def test_a_full_disk_stops_the_sending_until_there_is_room(
    world: World, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.outbox.accept(SHOP, entries(range(10)), FILE)
    disk = FullAtTimes(world.database)
    monkeypatch.setattr(world.database, "write", disk.write)

    def fill(_: object) -> None:
        disk.full = 3 if len(world.pixel.arrivals) == 1 else 0

    if moment == "before it is sent":
        world.trouble = lambda _: setattr(disk, "full", 3 if len(world.opened) == 1 else 0)
    else:
        world.pixel.on_arrival = fill

    async def until() -> bool:
        return not (await world.states()).get("waiting")

    await world.deliverer(pace=replace(PACE, rest=0.0)).run(until)

    assert {"sent": 10} == await world.states()
    assert [10] == [len(one.ids) for one in world.pixel.arrivals]
    assert ("shop · web PIXEL1: events.db: the disk is full; nothing was changed."
            " It is tried again.") == world.said[0]  # fmt: skip
