"""What waits is sent: in batches, as TikTok wants it, each event once."""

from datetime import timedelta
from typing import Any

import pytest

from scheduler.outbox.entries import Lane, LaneCounts
from tests.scheduler.outbox.world import (
    FILE,
    NOON,
    SHOP,
    World,
    entries,
    sizes,
)

TEST = Lane("shop", "web", "PIXEL1", "TEST12345")
OTHER = Lane("other", "app", "7200000000000000001")


async def test_what_waits_is_sent_as_tiktok_wants_it(world: World) -> None:
    await world.outbox.accept(SHOP, entries("ab", user={"ip": "203.0.113.7"}), FILE)

    await world.deliverer().run()

    items = [
        {"event": "Purchase", "event_id": one, "event_time": int(NOON.timestamp()),
         "user": {"ip": "203.0.113.7"}}
        for one in "ab"
    ]  # fmt: skip
    body = {"event_source": "web", "event_source_id": "PIXEL1", "data": items}
    assert [body] == world.pixel.bodies
    assert [LaneCounts(SHOP, 0, 2, 0)] == await world.outbox.counts()
    assert {"sent": 2} == await world.states()
    assert [] == await world.outbox.held()


async def test_test_events_are_never_mixed_with_live_ones(here: World) -> None:
    parts = [(SHOP, entries("a")), (TEST, entries("b")), (OTHER, entries("c"))]
    await here.outbox.accept_many(parts, FILE)

    await here.deliverer().run()

    heads = {tuple(body[name] for name in body if name != "data") for body in here.pixel.bodies}
    assert {("web", "PIXEL1"), ("web", "PIXEL1", "TEST12345"),
            ("app", "7200000000000000001")} == heads  # fmt: skip
    assert {"sent": 3} == await here.states()


async def test_a_sent_event_leaves_only_its_key(world: World) -> None:
    await world.outbox.accept(SHOP, entries(range(300)), FILE)
    await world.deliverer().run()

    def left(work: Any) -> list[int]:
        tables = ("event_parcel", "event_content")
        asking = "SELECT COUNT(*) FROM "
        return [work.run(asking + table)[0][0] for table in tables]

    assert [0, 0] == await world.database.read(left)
    assert 300 == (await world.outbox.accept(SHOP, entries(range(300)), FILE)).known


@pytest.mark.parametrize(
    ("limits", "expected"),
    [({"batch_size": 100}, [100, 100, 50]), ({"batch_bytes": 10_000}, [161, 89])],
)
async def test_batches_go_by_size_and_by_bytes(
    here: World, limits: dict[str, Any], expected: list[int]
) -> None:
    await here.outbox.accept(SHOP, entries(range(100, 350)), FILE)

    await here.deliverer(in_flight=1, **limits).run()

    assert expected == sizes(here.pixel)


async def test_a_batch_goes_by_age_when_nobody_joins_it(here: World) -> None:
    await here.outbox.accept(SHOP, entries("ab"), FILE)

    async def until() -> bool:
        return bool(here.pixel.arrivals)

    await here.deliverer(batch_seconds=30.0).run(until)

    assert [2] == sizes(here.pixel)
    assert here.clock.now() - NOON >= timedelta(seconds=30)


async def test_several_batches_of_a_lane_are_under_way_at_a_time(here: World) -> None:
    here.pixel.takes = 0.05
    await here.outbox.accept(SHOP, entries(range(200)), FILE)

    await here.deliverer(batch_size=20, in_flight=3).run()

    assert 3 == here.pixel.most_at_once
    assert {"sent": 200} == await here.states()
