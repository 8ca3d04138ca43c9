"""What somebody has to know about events is told once, and again when it has become worse."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from adloom.cli.event_troubles import EventTroubles
from adloom.cli.serve_notices import Notices
from adloom.clock import FrozenClock
from adloom.intake import EventHook
from scheduler.outbox.entries import Lane, LaneCounts
from scheduler.outbox.store import Outbox
from tests.cli.test_serve_chores import Lines
from tests.seams.workspaces import opened_workspace

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LANE = Lane("shop", "web", "CPIXEL")
OTHER = Lane("crm", "crm", "77", "TEST1")


@dataclass
class Stand:
    """How the lanes of an outbox stand."""

    lanes: dict[Lane, LaneCounts] = field(default_factory=dict)

    async def counts(self) -> list[LaneCounts]:
        return list(self.lanes.values())

    def put(self, lane: Lane = LANE, **more: Any) -> None:
        told = {"waiting": 0, "sent": 0, "dead": 0, **more}
        self.lanes[lane] = LaneCounts(lane, **told)


@dataclass
class Watch:
    """Troubles that are looked for, and what was told."""

    stand: Stand
    troubles: EventTroubles
    lines: Lines
    clock: FrozenClock
    open: dict[str, EventHook]

    async def look(self, times: int = 3) -> list[str]:
        """Look some times; what was told since the last time."""
        self.lines.alarms.clear()
        for _ in range(times):
            await self.troubles.look()
        return list(self.lines.alarms)


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    async with opened_workspace(tmp_path / "w") as session:
        clock, lines, stand = FrozenClock(NOON), Lines(), Stand()
        session.wiring = replace(session.wiring, clock=clock)
        hooks: dict[str, EventHook] = {}
        notices = Notices(session, lines)
        troubles = EventTroubles(cast("Outbox", stand), lines, notices, hooks)
        yield Watch(stand, troubles, lines, clock, hooks)


async def test_where_all_is_well_nothing_is_told(watch: Watch) -> None:
    watch.stand.put(waiting=5, sent=7, oldest=NOON)

    assert [] == await watch.look()


async def test_a_pause_is_told_once_with_what_waits_and_so_is_its_end(watch: Watch) -> None:
    watch.stand.put(waiting=1_200, paused="Its token was refused.", oldest=NOON)
    first = await watch.look()
    watch.stand.put(waiting=1_300, paused="Its token was refused.", oldest=NOON)
    second = await watch.look()
    watch.stand.put(waiting=1_300)
    await watch.look()

    [told] = first
    assert (
        "shop: 1,200 events, the oldest since 2026-11-21 12:00 UTC, for shop (web CPIXEL)"
        " wait for somebody: Its token was refused."
    ) == told
    assert [] == second
    assert ["shop: Its events go out again."] == watch.lines.said


async def test_lanes_are_told_of_one_by_one(watch: Watch) -> None:
    for lane in (LANE, OTHER):
        watch.stand.put(lane, paused="Why.")

    told = await watch.look()

    assert 2 == len(told)
    assert "crm (crm 77, test TEST1)" in told[1]


async def test_dead_letters_are_no_flood(watch: Watch) -> None:
    told = []
    for minute in range(130):
        watch.stand.put(dead=10 * (minute + 1))
        told += await watch.look(times=1)
        watch.clock.move(60)

    assert 3 == len(told)
    assert "10 events for shop (web CPIXEL) could not be sent." in told[0]
    assert "adloom events status --dead" in told[0]
    assert "610 events" in told[1]


async def test_dead_letters_that_were_dropped_may_come_again(watch: Watch) -> None:
    watch.stand.put(dead=5)
    first = await watch.look()
    watch.stand.put(dead=0)
    between = await watch.look()
    watch.clock.move(7 * 3_600)
    watch.stand.put(dead=5)

    assert [1, 0, 1] == [len(first), len(between), len(await watch.look())]


async def test_refusals_are_summed_up_by_the_minute(watch: Watch) -> None:
    hook = cast("EventHook", type("Hook", (), {"refused": Counter[str]()})())
    watch.open["door"] = hook
    hook.refused.update({"is missing": 40, "is unknown": 2})
    first = await watch.look()
    hook.refused.update({"is unknown": 3})
    soon = await watch.look()
    watch.clock.move(60)

    assert ["door: 42 events refused, mostly because: is missing."] == first
    assert [] == soon
    assert ["door: 3 events refused, mostly because: is unknown."] == await watch.look()
