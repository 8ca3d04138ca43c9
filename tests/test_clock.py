"""Time that comes in from outside."""

import time
from datetime import UTC, datetime, timedelta

from adloom.clock import Clock, FastClock, FrozenClock, SystemClock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_the_machines_clock_goes_on_by_itself() -> None:
    clock: Clock = SystemClock()
    before, wall = clock.monotonic(), clock.now()
    await clock.sleep(0.01)

    assert before + 0.009 <= clock.monotonic() <= time.monotonic()
    assert wall < clock.now()
    assert UTC is clock.now().tzinfo


async def test_a_frozen_clock_moves_when_it_is_told_to() -> None:
    clock: Clock = FrozenClock(NOON)
    assert isinstance(clock, FrozenClock)
    clock.move(60)
    await clock.sleep(30)

    assert NOON + timedelta(seconds=90) == clock.now() == clock.now()
    assert (90.0, [30]) == (clock.monotonic(), clock.slept)


def test_a_frozen_clock_set_back_does_not_run_backwards() -> None:
    clock = FrozenClock(NOON)
    clock.move(10)
    clock.move(-3600)

    assert NOON - timedelta(seconds=3590) == clock.now()
    assert 10.0 == clock.monotonic()


async def test_a_fast_clock_shows_every_process_the_same_and_sleeps_less() -> None:
    since = datetime.now(UTC) - timedelta(seconds=10)
    clock, other = FastClock(since, 1_000), FastClock(since, 1_000)
    before, asleep = time.monotonic(), clock.monotonic()
    await clock.sleep(20)

    assert time.monotonic() - before < 10
    assert clock.monotonic() - asleep >= 19
    assert clock.now() >= since + timedelta(seconds=10_000)
    assert abs(clock.now() - other.now()) < timedelta(seconds=60)
