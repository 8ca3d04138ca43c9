"""Whatever fails, every event that was accepted arrives, and none is counted twice."""

import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from adloom.database.sqlite import SqliteDatabase
from adloom.errors import RetryableError, WorkspaceError
from scheduler.nodes import Node
from scheduler.outbox.entries import Accepted, EventState
from scheduler.outbox.lane_rows import LaneRows
from scheduler.outbox.leases import Leases
from scheduler.outbox.statements import moment_of
from scheduler.outbox.store import Outbox
from tests.scheduler.outbox.world import FILE, NOON, PACE, SHOP, World, entries, entry, opened
from tests.seams.event_pixel import EventPixel, before


def in_order(taken: list[str], owners: dict[str, int]) -> bool:
    """Whether events of each person were taken in the order of their names."""
    seen: defaultdict[int, list[int]] = defaultdict(list)
    for name in taken:
        seen[owners[name]].append(int(name))
    return all(names == sorted(names) for names in seen.values())


@pytest.mark.parametrize("naming", ["nothing", "place", "report"])
async def test_every_event_arrives_once_and_in_order_however_much_fails(
    here: World, naming: Any
) -> None:
    """A fifth of the calls fails, before or after the events were taken, or is throttled."""
    chance = random.Random(naming)  # noqa: S311 - whose events they are
    owners = {str(name): chance.randrange(40) for name in range(3000)}
    bad = {str(name) for name in chance.sample(range(3000), 12)}
    here.pixel = EventPixel(
        share=0.2, naming=naming, bad=lambda item: "Invalid" if item["event_id"] in bad else None
    )
    everything = [entry(name, person=owner) for name, owner in owners.items()]
    for start in range(0, 3000, 170):
        await here.outbox.accept(SHOP, everything[start : start + 170], FILE)

    await here.deliverer(batch_size=100).run()

    assert {"sent": 2988, "dead": 12} == await here.states()
    assert owners.keys() - bad == here.pixel.ids.keys() - bad
    assert bad == set(await here.reasons())
    assert in_order(here.pixel.first_taken, owners)


async def test_a_process_that_was_overtaken_changes_nothing_any_more(
    world: World, tmp_path: Path
) -> None:
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
        assert (0, EventState.WAITING) == (held.attempts, held.state)
        del world.pixels["shop"]
        await world.deliverer().run()
        assert {"waiting": 10} == await world.states()

    await world.deliverer().run()
    assert {"sent": 10} == await world.states()


async def test_what_a_dead_process_had_under_way_counts_from_when_it_was_sent(
    world: World,
) -> None:
    """Nobody has learnt of it, and TikTok knows it again for two days from then on."""
    clock = world.clock
    await world.outbox.accept(SHOP, entries("ab"), FILE)
    with Node(world.locks) as other:
        leases = Leases(world.outbox, other)
        [state] = await leases.lanes()
        lease = await leases.take(state)
        assert lease is not None
        rows = LaneRows(world.outbox, lease)
        [load], _ = await rows.waiting(0)
        await rows.sending([load.parcel.id], moment_of(clock.now()))
        clock.move(46 * 3_600)
        await world.deliverer().run()
        assert [] == world.pixel.arrivals

    world.pixel.faults = repeat(before(RetryableError("cannot be reached")))
    await world.deliverer().run()

    assert timedelta(hours=47) <= clock.now() - NOON < timedelta(hours=47.2)
    assert {"dead": 2} == await world.states()
    assert "Nobody knows whether TikTok took it" in str((await world.reasons())["a"])


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
    here: World, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.outbox.accept(SHOP, entries(range(10)), FILE)
    disk = FullAtTimes(here.database)
    monkeypatch.setattr(here.database, "write", disk.write)

    def fill(_: object) -> None:
        disk.full = 3 if len(here.pixel.arrivals) == 1 else 0

    if moment == "before it is sent":
        here.trouble = lambda _: setattr(disk, "full", 3 if len(here.opened) == 1 else 0)
    else:
        here.pixel.on_arrival = fill

    async def until() -> bool:
        return not (await here.states()).get("waiting")

    await here.deliverer(pace=replace(PACE, rest=0.0)).run(until)

    assert {"sent": 10} == await here.states()
    assert [10] == [len(one.ids) for one in here.pixel.arrivals]
    assert ("shop · web PIXEL1: events.db: the disk is full; nothing was changed."
            " It is tried again.") == here.said[0]  # fmt: skip


async def test_nothing_of_a_person_can_be_read_in_the_files_afterwards(
    here: World, tmp_path: Path
) -> None:
    canary = {"ip": "203.0.113.77", "user_agent": "canary-agent/9.1", "email": "c0ffee" * 10}
    quoting = {"1": "user_agent", "2": "ip"}
    here.pixel = EventPixel(
        share=0.3,
        naming="place",
        bad=lambda item: (
            f"bad: {item['user'][quoting[item['event_id']]]}"
            if item["event_id"] in quoting
            else None
        ),
    )
    await here.outbox.accept(SHOP, entries(range(40), user=canary), FILE)
    await here.deliverer(batch_size=7).run()
    assert {"sent": 38, "dead": 2} == await here.states()

    written = bytes_in(tmp_path)

    assert b"PIXEL1" in written
    assert not [word for word in canary.values() if word.encode() in written]


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
