"""Rate limits that many share (engine.md §5.5)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.clock import FrozenClock
from adloom.database import Database, Transaction
from adloom.errors import RateLimitedError
from connections.limits import LONGEST_WAIT, Limiter
from tests.seams.postgres import Place
from tests.seams.stores import NOON, open_database

APP, ADVERTISER = "ads.example/app/7", "ads.example/advertiser/71/ad/get/"


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    async with open_database(place) as opened:
        yield opened


@dataclass
class Timeline:
    """Time that many share: it moves on to whoever sleeps the least, when all are asleep."""

    at: float = NOON.timestamp()
    running: int = 0
    asleep: list[tuple[float, int, asyncio.Event]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, NOON.tzinfo)

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.asleep.append((self.at + seconds, next(self.order), woken))
        self.rest()
        await woken.wait()

    def rest(self) -> None:
        """One fewer is awake; if none is, wake the next."""
        self.running -= 1
        if self.running == 0 and self.asleep:
            first = min(self.asleep)
            self.asleep.remove(first)
            self.at = max(self.at, first[0])
            self.running += 1
            first[2].set()


async def grants(
    database: Database, rates: list[dict[str, float | None]], *, clock: Timeline | None = None
) -> list[float]:
    """The moments, in seconds from noon, at which callers who come at once may go."""
    clock = clock or Timeline()
    clock.running = len(rates)
    limiter = Limiter(database, clock)
    granted: list[float] = []

    async def one(wanted: dict[str, float | None]) -> None:
        await limiter.wait(wanted)
        granted.append(round(clock.at - NOON.timestamp(), 3))
        clock.rest()

    await asyncio.gather(*(one(wanted) for wanted in rates))
    return sorted(granted)


async def test_callers_who_come_at_once_are_spaced_out(database: Database) -> None:
    assert [0, 0.125, 0.25, 0.375, 0.5] == await grants(database, [{APP: 8.0}] * 5)


async def test_nobody_waits_for_what_is_not_limited(database: Database) -> None:
    assert [0, 0, 0] == await grants(database, [{APP: None}] * 3)
    assert [0] == await grants(database, [{}])


async def test_keys_do_not_hold_each_other_up(database: Database) -> None:
    assert [0, 0, 1, 1] == await grants(database, [{"a": 1.0}, {"b": 1.0}] * 2)


async def test_the_slowest_of_several_limits_decides(database: Database) -> None:
    assert [0, 1, 2] == await grants(database, [{APP: 8.0, "slow": 1.0}] * 3)


async def test_those_who_wait_for_a_slow_endpoint_leave_the_app_to_others(
    database: Database,
) -> None:
    slow: dict[str, float | None] = {APP: 8.0, "slow": 1.0}
    fast: dict[str, float | None] = {APP: 8.0}
    found = await grants(database, [*[slow] * 3, *[fast] * 5])

    assert [0, 0.125, 0.25, 0.375, 0.5, 0.625] == found[:6]


async def test_a_pause_holds_everybody_and_then_lets_them_go_one_by_one(
    database: Database,
) -> None:
    limiter = Limiter(database, FrozenClock(NOON))
    await limiter.pause({ADVERTISER: 60.0})

    assert [60, 60.125, 60.25, 60.375] == await grants(database, [{APP: 8.0, ADVERTISER: None}] * 4)


async def test_a_pause_is_never_shortened(database: Database) -> None:
    limiter = Limiter(database, FrozenClock(NOON))
    await limiter.pause({ADVERTISER: 60.0})
    await limiter.pause({ADVERTISER: 1.0})

    assert [60] == await grants(database, [{ADVERTISER: None}])


async def test_a_pause_that_lasts_too_long_is_told_at_once(database: Database) -> None:
    clock = FrozenClock(NOON)
    limiter = Limiter(database, clock)
    await limiter.pause({ADVERTISER: 300.0})
    with pytest.raises(RateLimitedError, match="another 300 seconds") as caught:
        await limiter.wait({APP: 1.0, ADVERTISER: None})

    assert ([], 300.0) == (clock.slept, caught.value.retry_after)
    assert [0] == await grants(database, [{APP: 1.0}])


async def test_a_pause_just_short_enough_is_waited_for(database: Database) -> None:
    clock = FrozenClock(NOON)
    limiter = Limiter(database, clock)
    await limiter.pause({ADVERTISER: LONGEST_WAIT})
    await limiter.wait({ADVERTISER: None})

    assert pytest.approx(sum(clock.slept)) == LONGEST_WAIT


async def test_a_clock_set_back_does_not_stop_the_world(database: Database) -> None:
    clock = FrozenClock(NOON)
    limiter = Limiter(database, clock)
    await limiter.pause({APP: 100.0})
    clock.move(-3600)
    await limiter.wait({APP: 1.0})

    assert [] == clock.slept


async def test_a_reservation_counts_however_long_the_database_took(database: Database) -> None:
    """The clock is read under the lock: what another wrote meanwhile is not from the future."""
    clock = FrozenClock(NOON)
    limiter = Limiter(database, clock)

    def others(work: Transaction) -> None:
        clock.move(5)
        later = NOON.timestamp() + 5
        work.run("INSERT INTO rate_limit VALUES (?, ?, ?)", APP, later + 2, later)

    await asyncio.gather(database.write(others), limiter.wait({APP: 1.0}))

    assert 2.0 == pytest.approx(sum(clock.slept))


async def test_moments_too_short_to_sleep_are_not_waited_for(database: Database) -> None:
    """A clock that counts in whole microseconds must not be asked for less for ever."""
    clock = FrozenClock(NOON)
    limiter = Limiter(database, clock)
    for _ in range(50):
        await limiter.wait({APP: 3.0})

    assert 49 / 3 == pytest.approx(clock.monotonic(), abs=0.05)


async def test_a_pause_that_comes_while_others_wait_holds_them_too(database: Database) -> None:
    clock = Timeline(running=2)
    limiter = Limiter(database, clock)
    granted = []

    async def first() -> None:
        await limiter.wait({APP: 1.0})
        await limiter.pause({APP: 30.0})
        clock.rest()

    async def second() -> None:
        await limiter.wait({APP: 1.0})
        granted.append(clock.at - NOON.timestamp())

    await asyncio.gather(first(), second())

    assert granted[0] >= 30


RATES: dict[str, float | None] = {"app": 8.0, "create": 4.0, "report": 1.6, "advertiser": None}
WANTED = st.lists(st.sets(st.sampled_from(["create", "report", "advertiser"])), max_size=12)


@settings(max_examples=25)
@given(WANTED, st.dictionaries(st.sampled_from(list(RATES)), st.integers(0, 5), max_size=2))
async def test_no_limit_is_ever_exceeded_whatever_else_counts(
    wanted: list[set[str]], pauses: dict[str, int]
) -> None:
    calls = [{"app", *more} for more in wanted]
    clock = Timeline(running=len(calls))
    granted: dict[str, list[float]] = {key: [] for key in RATES}

    with TemporaryDirectory() as folder:
        async with open_database(Path(folder)) as database:
            limiter = Limiter(database, clock)
            await limiter.pause(pauses)

            async def one(keys: set[str]) -> None:
                await limiter.wait({key: RATES[key] for key in keys})
                for key in keys:
                    granted[key].append(clock.at - NOON.timestamp())
                clock.rest()

            await asyncio.gather(*(one(keys) for keys in calls))

    gaps = {key: [b - a for a, b in pairwise(sorted(moments))] for key, moments in granted.items()}
    assert {} == {
        key: gap for key, rate in RATES.items() for gap in gaps[key] if rate and gap < 0.999 / rate
    }
    assert {} == {
        key: granted[key] for key, pause in pauses.items() if min(granted[key], default=9) < pause
    }
