"""What waits is sent: in batches, each event once, whatever goes wrong on the way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import (
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownNameError,
    UnknownOutcomeError,
)
from scheduler.outbox.delivering import Pace
from scheduler.outbox.entries import EventState, Lane, LaneCounts
from tests.scheduler.outbox.world import (
    FILE,
    NOON,
    SHOP,
    StillClock,
    World,
    entries,
    entry,
    opened_world,
)
from tests.seams.event_pixel import EventPixel, after, before
from tests.seams.postgres import Place

TEST = Lane("shop", "web", "PIXEL1", "TEST12345")
OTHER = Lane("other", "app", "7200000000000000001")


@pytest.fixture
async def world(place: Place, tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(place, tmp_path / "locks") as found:
        yield found


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    """Where it is not the database that counts."""
    async with opened_world(tmp_path, tmp_path / "locks") as found:
        yield found


def sizes(pixel: EventPixel) -> list[int]:
    return [len(one.ids) for one in pixel.arrivals]


def is_bad(*names: object) -> Any:
    wrong = {str(name) for name in names}
    return lambda item: "Not a valid number." if item["event_id"] in wrong else None


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


async def test_several_batches_of_a_lane_are_under_way_at_a_time(here: World) -> None:
    await here.outbox.accept(SHOP, entries(range(400)), FILE)

    await here.deliverer(batch_size=20, in_flight=3).run()

    assert 3 == here.pixel.most_at_once
    assert {"sent": 400} == await here.states()


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


@pytest.mark.parametrize(
    "error",
    [RetryableError("cannot be reached"), UnknownOutcomeError("broke the connection"),
     RateLimitedError("too fast", retry_after=7.0)],
)  # fmt: skip
async def test_what_may_work_later_is_sent_again(world: World, error: RetryableError) -> None:
    world.pixel.faults = iter([before(error), after(error), None])
    await world.outbox.accept(SHOP, entries(range(10)), FILE)

    await world.deliverer().run()

    assert {"sent": 10} == await world.states()
    assert [10, 10, 10] == sizes(world.pixel)
    assert len(world.said) == 2
    assert world.said[0].startswith(f"shop · web PIXEL1: {error}")
    assert "shop · web PIXEL1: events go out again." == world.said[1]


async def test_pauses_between_attempts_double_up_to_five_minutes(here: World) -> None:
    moments: list[float] = []
    here.pixel.on_arrival = lambda _: moments.append(here.clock.monotonic())
    here.pixel.faults = iter([before(RetryableError("cannot be reached"))] * 14)
    await here.outbox.accept(SHOP, entries("a"), FILE)

    await here.deliverer().run()

    pauses = [round(later - earlier, 3) for earlier, later in pairwise(moments)]
    assert len(pauses) == 14
    assert all(
        low <= pause <= low * 1.4 for low, pause in zip([1, 2, 4, 8, 16], pauses, strict=False)
    )
    assert [300.0] * 4 == pauses[-4:]


async def test_while_tiktok_wants_a_pause_nothing_goes_out(here: World) -> None:
    moments: list[float] = []
    here.pixel.on_arrival = lambda _: moments.append(here.clock.monotonic())
    here.pixel.faults = iter([before(RateLimitedError("too fast", retry_after=60.0))])
    await here.outbox.accept(SHOP, entries(range(100)), FILE)

    await here.deliverer(batch_size=10, in_flight=1).run()

    assert moments[1] - moments[0] >= 60
    assert {"sent": 100} == await here.states()


async def test_a_batch_that_waits_holds_back_its_own_persons_only(here: World) -> None:
    bad_times = iter([before(RetryableError("cannot be reached"))])
    here.pixel.faults = bad_times
    mine = [entry(f"mine {number}", person=1) for number in range(4)]
    others = entries(range(6))
    await here.outbox.accept(SHOP, [*mine[:2], *others, *mine[2:]], FILE)

    await here.deliverer(batch_size=2, in_flight=1).run()

    first, *rest = [arrival.ids for arrival in here.pixel.arrivals]
    assert ("mine 0", "mine 1") == first
    assert [("0", "1"), ("2", "3"), ("4", "5"), first, ("mine 2", "mine 3")] == rest


async def test_a_lane_never_waits_for_another(here: World) -> None:
    here.pixels["other"] = EventPixel(faults=repeat(before(AuthorizationError("token is gone"))))
    await here.outbox.accept_many([(OTHER, entries(range(50))), (SHOP, entries(range(50)))], FILE)

    await here.deliverer().run()

    paused, sent = await here.outbox.counts()
    assert (50, "token is gone") == (paused.waiting, paused.paused)
    assert (0, 50, None) == (sent.waiting, sent.sent, sent.paused)


@pytest.mark.parametrize(
    "error",
    [AuthorizationError("token is gone", hint="adloom connections reconnect shop"),
     MissingPermissionError("this pixel is not yours", hint="adloom connections show shop"),
     RejectedError("answered with HTTP 404 and no JSON", hint="Check the host.")],
)  # fmt: skip
async def test_what_needs_somebody_pauses_the_lane_until_it_is_retried(
    world: World, error: AuthorizationError
) -> None:
    world.pixel.faults = iter([before(error)])
    await world.outbox.accept(SHOP, entries(range(10)), FILE)

    await world.deliverer().run()
    await world.deliverer().run()

    assert [10] == sizes(world.pixel)
    [counts] = await world.outbox.counts()
    assert (10, f"{error} {error.hint}") == (counts.waiting, counts.paused)
    told = "shop · web PIXEL1: nothing goes out until somebody helps."
    assert [f"{told} {error} {error.hint}"] == world.said
    assert 0 == await world.outbox.retry(lane=SHOP)
    await world.deliverer().run()
    assert [LaneCounts(SHOP, 0, 10, 0)] == await world.outbox.counts()


async def test_a_paused_lane_goes_on_once_its_connection_is_another(here: World) -> None:
    class Renewed(EventPixel):
        class connection:  # noqa: N801 - as an opened connection calls it
            id, generation, state = "c1", 1, "ready"

    pixel = here.pixels["shop"] = Renewed(faults=iter([before(AuthorizationError("is gone"))]))
    await here.outbox.accept(SHOP, entries("a"), FILE)
    await here.deliverer().run()
    await here.deliverer().run()
    assert {"waiting": 1} == await here.states()

    pixel.connection.generation = 2
    await here.deliverer().run()

    assert {"sent": 1} == await here.states()


async def test_a_connection_that_is_not_there_pauses_its_lane(here: World) -> None:
    def missing(name: str) -> None:
        raise UnknownNameError("connection", name, ["shop"])

    here.trouble = missing
    await here.outbox.accept(OTHER, entries("a"), FILE)

    await here.deliverer().run()

    [counts] = await here.outbox.counts()
    assert "There is no connection named 'other'." == counts.paused
    here.trouble = lambda _: None
    await here.deliverer().run()
    assert {"sent": 1} == await here.states()


async def test_an_event_that_has_grown_too_old_is_not_sent(world: World) -> None:
    old = entry("old", at=NOON - timedelta(days=28) + timedelta(minutes=5))
    young = entry("young", at=NOON - timedelta(days=27))
    await world.outbox.accept(SHOP, [old, young], FILE)

    await world.deliverer().run()

    assert {"young": 1} == world.pixel.ids
    assert {"old": "too old: it happened 28.0 days ago, and 28 are the limit."} == (
        await world.reasons()
    )
    [dead] = await world.outbox.held(state=EventState.DEAD)
    assert 0 == dead.attempts


async def test_without_a_limit_of_age_everything_is_sent(here: World) -> None:
    await here.outbox.accept(SHOP, entries("a", at=NOON - timedelta(days=300)), FILE)

    await here.deliverer(oldest_days=0).run()

    assert {"sent": 1} == await here.states()


async def test_what_may_have_arrived_is_not_sent_again_after_47_hours(world: World) -> None:
    moments: list[float] = []
    world.pixel.on_arrival = lambda _: moments.append(world.clock.monotonic())
    world.pixel.faults = repeat(after(UnknownOutcomeError("broke the connection")))
    await world.outbox.accept(SHOP, entries("ab"), FILE)

    await world.deliverer().run()

    assert 46.8 * 3600 < moments[-1] - moments[0] < 47 * 3600
    assert {"dead": 2} == await world.states()
    [reason] = set((await world.reasons()).values())
    assert str(reason).startswith("Nobody knows whether TikTok took it")
    assert str(reason).endswith("broke the connection")


async def test_what_has_not_happened_is_sent_again_for_as_long_as_it_takes(here: World) -> None:
    await here.outbox.accept(SHOP, entries("a"), FILE)
    here.pixel.faults = iter([before(RetryableError("cannot be reached"))] * 700)

    await here.deliverer().run()

    assert here.clock.monotonic() > 50 * 3600
    assert {"sent": 1} == await here.states()


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


async def test_reasons_quote_no_address_of_a_person(here: World) -> None:
    here.pixel.bad = lambda item: f"{item['user']['ip']} is not a valid address"
    here.pixel.naming = "place"
    await here.outbox.accept(SHOP, entries("a", user={"ip": "203.0.113.7"}), FILE)

    await here.deliverer().run()

    [reason] = (await here.reasons()).values()
    assert "TikTok refused: Batch.0.properties: ••• is not a valid address (40002)" == reason
