"""A bad event keeps no other back; it is kept, with the reason, until somebody decides."""

import asyncio
from datetime import timedelta

import pytest

from scheduler.outbox.entries import EventState, Lane, LaneCounts
from tests.scheduler.outbox.world import (
    FILE,
    SHOP,
    World,
    entries,
    entry,
    is_bad,
)
from tests.seams.event_pixel import EventPixel

TEST = Lane("shop", "web", "PIXEL1", "TEST12345")
OTHER = Lane("other", "app", "7200000000000000001")


async def test_bad_events_are_singled_out_and_the_others_delivered(world: World) -> None:
    world.pixel.bad = is_bad(17, 400)
    await world.outbox.accept(SHOP, entries(range(500)), FILE)

    await world.deliverer().run()

    assert {"sent": 498, "dead": 2} == await world.states()
    refused = "TikTok refused: one of the events is not valid (40002)"
    assert {"17": refused, "400": refused} == await world.reasons()
    assert {1} == set(world.pixel.ids.values())
    held = await world.outbox.held(state=EventState.DEAD)
    assert [(18, 1), (401, 1)] == [(one.id, one.attempts) for one in held]


@pytest.mark.parametrize("first", [0, 1])
async def test_the_place_a_message_names_is_used(here: World, first: int) -> None:
    here.pixel = EventPixel(bad=is_bad(17), naming="place", first=first)
    await here.outbox.accept(SHOP, entries(range(100)), FILE)

    await here.deliverer().run()

    assert {"sent": 99, "dead": 1} == await here.states()
    assert len(here.pixel.arrivals) == 2 + first
    assert ["17"] == list(await here.reasons())


@pytest.mark.parametrize(("first", "setting"), [(0, 0), (1, 1), (1, 0), (0, 1)])
async def test_a_report_of_single_events_is_used_wherever_it_counts_from(
    here: World, first: int, setting: int
) -> None:
    here.pixel = EventPixel(bad=is_bad(17, 99), naming="report", first=first)
    await here.outbox.accept(SHOP, entries(range(100)), FILE)

    await here.deliverer(first_index=setting).run()

    assert {"sent": 98, "dead": 2} == await here.states()
    assert {"17": "Not a valid number.", "99": "Not a valid number."} == await here.reasons()


async def test_a_passing_trouble_of_a_reported_event_is_tried_again(here: World) -> None:
    troubles = iter(["Internal error"] * 2)
    here.pixel = EventPixel(
        bad=lambda item: next(troubles, None) if item["event_id"] == "1" else None, naming="report"
    )
    await here.outbox.accept(SHOP, entries(range(3)), FILE)

    await here.deliverer().run()

    assert {"sent": 3} == await here.states()


async def test_a_report_nobody_understands_is_tried_a_few_times(here: World) -> None:
    here.pixel = EventPixel(
        bad=lambda item: "E17" if item["event_id"] == "1" else None, naming="report"
    )
    await here.outbox.accept(SHOP, entries(range(3)), FILE)

    await here.deliverer().run()

    assert {"sent": 2, "dead": 1} == await here.states()
    assert {"1": "E17"} == await here.reasons()
    [dead] = await here.outbox.held(state=EventState.DEAD)
    assert 5 == dead.attempts


async def test_a_lane_in_which_everything_is_refused_is_paused_and_keeps_it(here: World) -> None:
    here.pixel.bad = lambda _: "Not a valid number."
    await here.outbox.accept(SHOP, entries(range(1000)), FILE)

    await here.deliverer(in_flight=1).run()

    assert 64 == len(here.pixel.arrivals)
    states = await here.states()
    assert 1000 == states["waiting"] + states["dead"]
    assert states["waiting"] > 900
    [counts] = await here.outbox.counts()
    assert "TikTok refuses one event after the other, and took none" in str(counts.paused)


async def test_many_bad_events_among_good_ones_are_found_little_by_little(here: World) -> None:
    here.pixel.bad = is_bad(*range(0, 1000, 10))
    await here.outbox.accept(SHOP, entries(range(1000)), FILE)

    await here.deliverer().run()

    assert {"sent": 900, "dead": 100} == await here.states()
    assert {1} == set(here.pixel.ids.values())


async def test_a_dead_event_is_sent_after_a_person_put_it_right(world: World) -> None:
    world.pixel.bad = is_bad(1)
    await world.outbox.accept(SHOP, entries(range(3)), FILE)
    await world.deliverer().run()
    [dead] = await world.outbox.held(state=EventState.DEAD)

    await world.outbox.replace_content(dead.id, entry("1 mended"))
    assert 1 == await world.outbox.retry([dead.id])
    await world.deliverer().run()

    assert {"sent": 3} == await world.states()
    assert 1 == world.pixel.ids["1 mended"]
    [told] = await world.outbox.held()
    assert (dead.id, EventState.SENT, "1 mended") == (told.id, told.state, told.event_id)
    assert 4 == await world.outbox.prune(world.clock.now() + timedelta(seconds=1))
    assert [] == await world.outbox.held()


async def test_dead_events_are_tried_again_while_others_are_sent(here: World) -> None:
    here.pixel.bad = is_bad(1)
    await here.outbox.accept(SHOP, entries(range(3)), FILE)
    retried = False

    async def until() -> bool:
        nonlocal retried
        states = await here.states()
        if states.get("dead") and not retried:
            here.pixel.bad = lambda _: None
            retried = bool(await here.outbox.retry())
        return states == {"sent": 3}

    async with asyncio.timeout(10):
        await here.deliverer().run(until)

    assert retried


async def test_dead_events_can_be_given_up(world: World) -> None:
    world.pixel.bad = is_bad(0, 2)
    await world.outbox.accept(SHOP, entries(range(3)), FILE)
    await world.deliverer().run()

    assert 1 == await world.outbox.drop([1])
    assert {"sent": 1, "dead": 1} == await world.states()
    assert 1 == await world.outbox.drop()
    assert [LaneCounts(SHOP, 0, 1, 0)] == await world.outbox.counts()


async def test_reasons_quote_no_address_of_a_person(here: World) -> None:
    here.pixel.bad = lambda item: f"{item['user']['ip']} is not a valid address"
    here.pixel.naming = "place"
    await here.outbox.accept(SHOP, entries("a", user={"ip": "203.0.113.7"}), FILE)

    await here.deliverer().run()

    [reason] = (await here.reasons()).values()
    assert "TikTok refused: Batch.0.properties: ••• is not a valid address (40002)" == reason
