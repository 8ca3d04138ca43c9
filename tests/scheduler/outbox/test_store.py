"""The outbox keeps what it was given, once, and tells how it stands."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adloom.clock import FrozenClock
from adloom.errors import UsageError, WorkspaceError
from scheduler.outbox.entries import (
    Accepted,
    EventState,
    Lane,
    LaneCounts,
    Origin,
    Refusal,
    Refused,
)
from scheduler.outbox.known import MOST_IN_RUNS
from scheduler.outbox.store import Outbox
from tests.scheduler.outbox.world import FILE, NOON, SHOP, entries, entry, opened
from tests.seams.postgres import Place

APP = Lane("shop", "app", "7200000000000000001")
TEST = Lane("shop", "web", "PIXEL1", "TEST12345")


@pytest.fixture
async def outbox(place: Place) -> AsyncIterator[Outbox]:
    async with opened(place) as found:
        yield found


async def ids(outbox: Outbox, **more: object) -> list[str]:
    return [one.event_id for one in await outbox.held(**more)]  # type: ignore[arg-type] # passed on


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_what_is_accepted_is_held_in_the_order_it_came(outbox: Outbox) -> None:
    accepted = await outbox.accept(SHOP, entries("abc", place="line"), FILE)

    assert Accepted(new=3, known=0) == accepted
    held = await outbox.held()
    assert [(1, "a"), (2, "b"), (3, "c")] == [(one.id, one.event_id) for one in held]
    [first, *_] = held
    assert (SHOP, "Purchase", NOON, EventState.WAITING, 0, None, NOON, FILE, "line") == (
        first.lane, first.event, first.event_time, first.state, first.attempts, first.reason,
        first.accepted_at, first.origin, first.place,
    )  # fmt: skip
    assert entry("b", place="line").content == await outbox.content(2)


async def test_what_is_known_by_its_key_changes_nothing(outbox: Outbox) -> None:
    await outbox.accept(SHOP, entries("ab"), FILE)

    again = await outbox.accept(SHOP, entries("abcc"), FILE)

    assert Accepted(new=1, known=3) == again
    assert ["a", "b", "c"] == await ids(outbox)
    assert 3 == (await outbox.origin_counts(FILE))[EventState.WAITING]


async def test_the_same_key_in_another_lane_is_another_event(outbox: Outbox) -> None:
    parts = [(SHOP, entries("a")), (APP, entries("a")), (TEST, entries("a")), (SHOP, entries("a"))]

    assert Accepted(new=3, known=1) == await outbox.accept_many(parts, FILE)
    assert [1, 1, 1] == [one.waiting for one in await outbox.counts()]


async def test_keys_stay_known_when_they_have_become_many(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.outbox.known.MOST_IN_RUNS", 5)
    monkeypatch.setattr("scheduler.outbox.known.BYTES_BEHIND", 60)
    async with opened(place) as first, opened(place) as second:
        for start in range(0, 40, 4):
            one = first if start % 8 else second
            accepted = await one.accept(SHOP, entries(range(start, start + 4)), FILE)
            assert Accepted(4, 0) == accepted

        known = [await one.accept(SHOP, entries(range(40)), FILE) for one in (first, second)]
        [[left]] = await first.database.read(
            lambda work: work.run("SELECT COUNT(*) FROM event_run")
        )

    assert [Accepted(0, 40)] * 2 == known
    assert left < 10
    assert MOST_IN_RUNS > 1_000


async def test_two_processes_that_accept_the_same_keep_it_once(place: Place) -> None:
    async with opened(place) as first, opened(place) as second:
        accepted = await asyncio.gather(
            *[one.accept(SHOP, entries(range(50)), FILE) for one in (first, second, first, second)]
        )

        assert 50 == sum(one.new for one in accepted)
        assert 50 == len(await first.held())


async def test_what_was_undone_is_not_known(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise WorkspaceError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("scheduler.outbox.accepting.count", fail)
        with pytest.raises(WorkspaceError):
            await outbox.accept(SHOP, entries("ab"), FILE, progress=b"line 2")

    assert await outbox.progress(FILE) is None
    assert Accepted(2, 0) == await outbox.accept(SHOP, entries("ab"), FILE)


async def test_progress_is_kept_with_the_events_and_forgotten_on_wish(outbox: Outbox) -> None:
    assert await outbox.progress(FILE) is None
    refused = Refusal("line 3", 120, "0" * 64, "is no JSON")

    await outbox.accept(SHOP, entries("a"), FILE, progress=b"\x00one", refusals=[refused])
    await outbox.accept(SHOP, [], FILE)
    await outbox.accept_many([], Origin("file", "orders.jsonl", "other"), progress=b"two")

    assert b"\x00one" == await outbox.progress(FILE)
    await outbox.forget_origin(FILE)
    assert (None, []) == (await outbox.progress(FILE), await outbox.refusals(FILE))
    assert ["a"] == await ids(outbox)


async def test_refusals_are_told_with_their_origin_and_not_twice(outbox: Outbox) -> None:
    other = Origin("intake", "shop")
    here = [Refusal(f"line {line}", line * 10, "ab" * 32, "is no JSON") for line in (2, 3)]
    there = Refusal("request", 0, "cd" * 32, "has no event")
    await outbox.accept_many([], FILE, refusals=here)
    await outbox.accept_many([], FILE, refusals=here)
    await outbox.accept_many([], other, refusals=[there])

    assert [*(Refused(FILE, one) for one in here), Refused(other, there)] == await outbox.refusals()
    assert [Refused(other, there)] == await outbox.refusals(other)
    assert [Refused(FILE, here[0])] == await outbox.refusals(limit=1)


async def test_counts_tell_each_lane_and_since_when_the_oldest_waits(place: Place) -> None:
    clock = FrozenClock(NOON)
    async with opened(place, clock) as outbox:
        assert [] == await outbox.counts()
        await outbox.accept(SHOP, entries("ab"), FILE)
        clock.move(60)
        await outbox.accept(SHOP, entries("c"), FILE)
        await outbox.accept(TEST, entries("d"), FILE)

        assert [
            LaneCounts(SHOP, 3, 0, 0, NOON),
            LaneCounts(TEST, 1, 0, 0, NOON + timedelta(minutes=1)),
        ] == await outbox.counts()


async def test_workspaces_do_not_know_each_other(place: Place) -> None:
    async with opened(place) as here, opened(place, workspace="other") as there:
        await here.accept(SHOP, entries("a"), FILE)

        assert Accepted(1, 0) == await there.accept(SHOP, entries("a"), FILE)
        assert [1, 1] == [len(await one.held()) for one in (here, there)]
        assert 1 == await there.drop(state=EventState.WAITING)
        assert ["a"] == await ids(here)


async def test_a_list_can_be_cut_and_gone_on_with(outbox: Outbox) -> None:
    await outbox.accept(SHOP, entries(range(600)), FILE)
    await outbox.accept(APP, entries(range(600, 700)), FILE)
    found: list[int] = []
    while part := await outbox.held(limit=37, after_id=found[-1] if found else 0):
        found += [one.id for one in part]

    assert list(range(1, 701)) == found
    assert [str(one) for one in range(600, 605)] == await ids(outbox, lane=APP, limit=5)
    assert [] == await ids(outbox, state=EventState.DEAD)
    assert [] == await ids(outbox, lane=TEST)


async def test_what_is_dropped_is_gone_and_stays_known(outbox: Outbox) -> None:
    await outbox.accept(SHOP, entries(range(10)), FILE)

    assert 2 == await outbox.drop([2, 5], state=EventState.WAITING)
    assert 0 == await outbox.drop([3])
    assert ["0", "2", "3", "5", "6", "7", "8", "9"] == await ids(outbox)
    assert 8 == await outbox.drop(lane=SHOP, state=EventState.WAITING)
    assert [] == await ids(outbox)
    assert Accepted(0, 10) == await outbox.accept(SHOP, entries(range(10)), FILE)
    assert [LaneCounts(SHOP, 0, 0, 0)] == await outbox.counts()
    with pytest.raises(UsageError, match="There is no event 2 in the outbox"):
        await outbox.content(2)


async def test_an_event_that_is_put_right_keeps_its_number(outbox: Outbox) -> None:
    await outbox.accept(SHOP, entries("abc"), FILE)
    right = entry("b2", person=5, currency="EUR")

    await outbox.replace_content(2, right)
    await outbox.replace_content(2, right)

    assert right.content == await outbox.content(2)
    assert ["a", "b2", "c"] == await ids(outbox)
    assert 3 == (await outbox.counts())[0].waiting
    assert Accepted(0, 2) == await outbox.accept(SHOP, entries(["b", "b2"]), FILE)


async def test_keys_are_forgotten_after_a_while_unless_their_event_is_still_here(
    place: Place,
) -> None:
    clock = FrozenClock(NOON)
    async with opened(place, clock) as outbox:
        await outbox.accept(SHOP, entries("abc"), FILE)
        await outbox.drop([1], state=EventState.WAITING)
        clock.move(86_400)
        await outbox.accept(SHOP, entries("d"), FILE)
        await outbox.drop([4], state=EventState.WAITING)

        assert 1 == await outbox.prune(clock.now() - timedelta(hours=1))
        assert Accepted(1, 3) == await outbox.accept(SHOP, entries("abcd"), FILE)
        assert ["b", "c", "a"] == await ids(outbox)


async def test_an_outbox_outlives_its_process(place: Place) -> None:
    async with opened(place) as first:
        await first.accept(SHOP, entries("ab"), FILE, progress=b"2")
    async with opened(place) as second:
        assert Accepted(0, 2) == await second.accept(SHOP, entries("ab"), FILE)
        assert b"2" == await second.progress(FILE)
        assert entry("b").content == await second.content(2)


async def test_nothing_of_an_event_can_be_read_in_the_files(tmp_path: Path) -> None:
    secret = "203.0.113.77 canary-agent/9.1"
    async with opened(tmp_path) as outbox:
        user = {"ip": "203.0.113.77", "user_agent": "canary-agent/9.1"}
        await outbox.accept(SHOP, entries(["canary-order-5"] * 1, user=user), FILE)
        written = bytes_in(tmp_path)

    assert b"PIXEL1" in written
    assert not [word for word in (*secret.split(), "canary-order-5") if word.encode() in written]
