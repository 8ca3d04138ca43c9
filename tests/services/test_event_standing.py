"""How events stand: figures, the next try, and what somebody should know in time."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adloom.cli.session import Session
from adloom.services.event_standing import LaneStanding, standings
from connections.connection import Connection
from scheduler.outbox.entries import Entry, Lane, Origin
from tests.seams.workspaces import opened_workspace

LANE = Lane("shop", "web", "CPIXEL")
HOUR = 3_600_000


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    async with opened_workspace(tmp_path / "w") as opened:
        settings = {"source": "web", "source_id": "CPIXEL", "requests_per_second": 50.0}
        await opened.wiring.store.save(Connection("shop", "tiktok-events", settings))
        yield opened


async def put(session: Session, *numbers: int, lane: Lane = LANE) -> None:
    now = int(time.time())
    entries = [
        Entry(one.to_bytes(16), one, "Purchase", f"o-{one}", now, b'{"event": "Purchase"}')
        for one in numbers
    ]
    await (await session.outbox()).accept(lane, entries, Origin("intake", "door"))


async def set_rows(session: Session, sql: str, *values: object) -> None:
    database = (await session.outbox()).database
    await database.write(lambda work: work.run(sql, *values))


async def only(session: Session, *, running: bool = True) -> LaneStanding:
    [one] = await standings(session, running=running)
    return one


def ago(hours: float) -> int:
    return int(time.time() * 1_000 - hours * HOUR)


async def test_without_an_outbox_nothing_is_opened(session: Session) -> None:
    assert [] == await standings(session, running=True)
    assert not session.workspace.events.exists()


async def test_what_is_new_is_counted_whether_it_lies_in_runs_or_in_the_index(
    session: Session,
) -> None:
    await put(session, 1, 2, 3)
    database = (await session.outbox()).database
    moved = "INSERT INTO event_known (lane, key, accepted_at) VALUES (1, ?, ?)"
    for number, hours in ((7, 30.0), (8, 1.0), (9, 200.0)):
        key = number.to_bytes(16)
        await database.write(lambda work, k=key, h=hours: work.run(moved, k, ago(h)))  # type: ignore[misc] # bound now

    one = await only(session)

    assert (3, 4, 5) == (one.counts.waiting, one.taken_day, one.taken_week)
    assert "up to 50 requests a second, 1,000 events each" == one.rate


async def test_the_next_try_is_when_the_first_is_due(session: Session) -> None:
    await put(session, 1)
    due = int(time.time() * 1_000) + 90_000
    await set_rows(
        session, "UPDATE event_parcel SET due_at = ?, reason = ?", due, "50002: system error"
    )

    one = await only(session)

    assert one.next_try is not None
    assert timedelta(0) < one.next_try - session.wiring.clock.now() <= timedelta(seconds=90)
    assert one.explained is not None
    assert ("50002: system error", "TikTok had a fault of its own") == (
        one.trouble,
        one.explained.title,
    )


@pytest.mark.parametrize(("hours", "kind"), [(2.0, "info"), (40.0, "warn"), (99.0, "warn")])
async def test_doubt_is_told_before_the_window_is_over(
    hours: float, kind: str, session: Session
) -> None:
    await put(session, 1)
    await set_rows(session, "UPDATE event_parcel SET first_unknown_at = ?", ago(hours))

    [caution] = (await only(session)).cautions

    assert kind == caution.kind
    assert f"for {max(int(47 - hours - 0.001), 0)} more hours" in caution.text


async def test_what_waits_too_long_is_warned_of(session: Session) -> None:
    await put(session, 1)
    await set_rows(session, "UPDATE event_parcel SET accepted_at = ?", ago(27 * 24))

    served, alone = await only(session), await only(session, running=False)

    assert ["soon be too old" in one.text for one in served.cautions] == [True]
    assert "Nobody sends what waits." in [one.text for one in alone.cautions]


async def test_several_ways_out_do_not_mix(session: Session) -> None:
    await put(session, 1)
    await put(session, 1, 2, lane=Lane("gone", "web", "COTHER", "TEST1"))

    found = {one.counts.lane.connection: one for one in await standings(session, running=True)}

    assert (1, 2) == (found["shop"].taken_week, found["gone"].taken_week)
    assert ["bad", "info"] == [one.kind for one in found["gone"].cautions]
    assert [] == list(found["shop"].cautions)
