"""Sending begins, is stopped and ends when it is told to, and nothing is lost by that."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from scheduler.outbox.delivering import Pace
from scheduler.outbox.entries import EventState, Lane
from tests.scheduler.outbox.world import (
    FILE,
    NOON,
    SHOP,
    StillClock,
    World,
    entries,
    is_bad,
    opened_world,
    sizes,
)
from tests.seams.event_pixel import EventPixel, before

TEST = Lane("shop", "web", "PIXEL1", "TEST12345")
OTHER = Lane("other", "app", "7200000000000000001")


async def test_what_only_waits_for_company_goes_out_when_it_is_told_to_end(
    tmp_path: Path,
) -> None:
    async with opened_world(tmp_path, tmp_path / "locks", StillClock(NOON)) as world:
        await world.outbox.accept(SHOP, entries("ab"), FILE)
        calls = 0

        async def until() -> bool:
            nonlocal calls
            calls += 1
            return calls > 20

        await world.deliverer(batch_seconds=300.0).run(until)

        assert (NOON, [2]) == (world.clock.now(), sizes(world.pixel))


async def test_what_is_dropped_while_it_is_sent_is_not_sent_again(here: World) -> None:
    dropped = 0

    async def drop() -> None:
        nonlocal dropped
        dropped += await here.outbox.drop(list(range(11, 21)), state=EventState.WAITING)

    tasks: list[asyncio.Task[None]] = []

    def begin(_: object) -> None:
        if not tasks:
            tasks.append(asyncio.create_task(drop()))

    here.pixel.on_arrival = begin
    await here.outbox.accept(SHOP, entries(range(20)), FILE)

    await here.deliverer(batch_size=5, in_flight=1).run()
    await asyncio.gather(*tasks)

    assert {"sent": 20 - dropped} == await here.states()
    assert 20 - dropped <= len(here.pixel.ids) <= 20


async def test_nothing_goes_out_while_the_kill_switch_is_pulled(here: World) -> None:
    here.stopped = True
    await here.outbox.accept(SHOP, entries("a"), FILE)

    await here.deliverer().run()
    assert [] == here.pixel.arrivals

    here.stopped = False
    await here.deliverer().run()
    assert {"sent": 1} == await here.states()


async def test_the_kill_switch_stops_a_search_for_bad_events_in_its_middle(here: World) -> None:
    def pull(_: object) -> None:
        here.stopped = len(here.pixel.arrivals) == 3

    here.pixel.bad, here.pixel.on_arrival = is_bad(0), pull
    await here.outbox.accept(SHOP, entries(range(100)), FILE)
    await here.deliverer().run()
    assert ([100, 50, 25], {"waiting": 100}) == (sizes(here.pixel), await here.states())

    here.stopped = False
    await here.deliverer().run()

    assert {"sent": 99, "dead": 1} == await here.states()
    assert [] == here.said


async def test_a_kick_wakes_it_up(tmp_path: Path) -> None:
    async with opened_world(tmp_path, tmp_path / "locks", StillClock(NOON)) as world:
        deliverer = world.deliverer(pace=Pace(poll=3_600))

        async def until() -> bool:
            return bool(world.pixel.arrivals)

        running = asyncio.create_task(deliverer.run(until))
        await asyncio.sleep(0.05)
        await world.outbox.accept(SHOP, entries("a"), FILE)
        deliverer.kick()
        async with asyncio.timeout(5):
            while not running.done():
                await asyncio.sleep(0.01)
                deliverer.kick()

    assert [1] == sizes(world.pixel)


async def test_cancelled_it_waits_for_what_is_under_way_and_leaves_the_rest(here: World) -> None:
    running: asyncio.Task[None]

    def cancel(_: object) -> None:
        running.cancel()

    here.pixel.on_arrival = cancel
    await here.outbox.accept(SHOP, entries(range(30)), FILE)
    running = asyncio.create_task(here.deliverer(batch_size=10, in_flight=1).run())

    with pytest.raises(asyncio.CancelledError):
        await running

    assert {"sent": 10, "waiting": 20} == await here.states()
    here.pixel.on_arrival = lambda _: None
    await here.deliverer().run()
    assert {1} == set(here.pixel.ids.values())


async def test_what_takes_too_long_when_it_is_cancelled_counts_as_unknown(here: World) -> None:
    class Silent(EventPixel):
        async def change(self, request: Any) -> Any:
            asked.set()
            await asyncio.Event().wait()
            return await super().change(request)

    asked = asyncio.Event()
    here.pixels["shop"] = Silent()
    await here.outbox.accept(SHOP, entries("a"), FILE)
    running = asyncio.create_task(here.deliverer(pace=Pace(end=0.05)).run())
    await asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    del here.pixels["shop"]
    await here.deliverer().run()

    assert {"sent": 1} == await here.states()


async def test_a_fault_of_ours_is_not_swallowed_and_loses_nothing(here: World) -> None:
    here.pixel.faults = iter([before(ZeroDivisionError("a bug"))])  # type: ignore[arg-type] # is none
    await here.outbox.accept(SHOP, entries("a"), FILE)

    with pytest.raises(ZeroDivisionError):
        await here.deliverer().run()

    await here.deliverer().run()
    assert {"sent": 1} == await here.states()


async def test_two_at_once_in_one_process_send_everything_once(world: World) -> None:
    await world.outbox.accept(SHOP, entries(range(500)), FILE)

    first, second = world.deliverer(batch_size=50), world.deliverer(batch_size=50)
    await asyncio.gather(first.run(), second.run())
    await world.deliverer().run()

    assert {"sent": 500} == await world.states()
    assert {1} == set(world.pixel.ids.values())
