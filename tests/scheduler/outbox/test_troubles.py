"""What fails is sent again in time, what needs somebody waits for them, and others go on."""

from datetime import timedelta
from itertools import pairwise, repeat

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
from scheduler.outbox.entries import EventState, Lane, LaneCounts
from tests.scheduler.outbox.world import (
    FILE,
    NOON,
    SHOP,
    World,
    entries,
    entry,
    sizes,
)
from tests.seams.event_pixel import EventPixel, after, before

TEST = Lane("shop", "web", "PIXEL1", "TEST12345")
OTHER = Lane("other", "app", "7200000000000000001")


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


async def test_what_waits_goes_on_without_what_is_dead(here: World) -> None:
    here.pixel.faults = iter([before(RejectedError("not like this", code=40002))])
    await here.outbox.accept(SHOP, entries("a"), FILE)
    await here.deliverer().run()
    here.pixel.faults = iter([before(MissingPermissionError("this pixel is not yours"))])
    await here.outbox.accept(SHOP, entries("bc"), FILE)
    await here.deliverer().run()

    await here.outbox.go_on(SHOP)
    await here.deliverer().run()

    assert [LaneCounts(SHOP, 0, 2, 1)] == await here.outbox.counts()


async def test_several_batches_that_meet_the_same_tell_it_once(world: World) -> None:
    error = AuthorizationError("token is gone")
    world.pixel.faults = iter([before(error), before(error), before(error)])
    await world.outbox.accept(SHOP, entries(range(30)), FILE)

    await world.deliverer(batch_size=10).run()

    assert 1 < len(sizes(world.pixel))
    told = "shop · web PIXEL1: nothing goes out until somebody helps."
    assert [f"{told} token is gone"] == world.said


async def test_a_lane_that_was_emptied_needs_nobody_any_more(world: World) -> None:
    world.pixel.faults = iter([before(AuthorizationError("token is gone"))])
    await world.outbox.accept(SHOP, entries(range(2)), FILE)
    await world.deliverer().run()

    await world.outbox.drop(state=EventState.WAITING)

    assert [LaneCounts(SHOP, 0, 0, 0)] == await world.outbox.counts()


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
