"""What went wrong elsewhere, by the records of it (platforms.md §6.10): none of it happens here."""

import asyncio
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from adloom.clock import FrozenClock, SystemClock
from adloom.errors import AuthorizationError, InvalidScenarioError, RetryableError
from adloom.wire import Answer, JsonBody, Request
from connections.connection import State
from connections.refresh import Refresher
from scenarios.loader import load_scenario
from scheduler.inbox import Inbox
from scheduler.records import Status
from scheduler.runs import RunResult
from scheduler.workshop import Workshop
from tests.connections.renewals import HOUR, rotating
from tests.connections.renewals import Platform as TokenPlatform
from tests.scheduler.breaking import Death, Platform, platform
from tests.scheduler.stage import ADVERTISER, Stage, ad_row, stage
from tests.scheduler.timetable import timetable
from tests.scheduler.world import NOW, PlainSealer
from tests.seams.stores import NOON, open_store

WATCH = f"""
name: new-ads
steps:
  - id: new
    module: watch_ads
    connection: acme
    start: everything
    params: {{advertiser_ids: ["{ADVERTISER}"], limit: 2}}
"""
PAUSE = f"""\
  - id: pause
    module: update_ad_status
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{new.ad_id}}}}", status: DISABLE}}
"""
EVERY = WATCH.replace("limit: 2", "limit: 0")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, platform(bundles=2, others=0)) as made:
        yield made


def ids(here: Stage) -> list[str]:
    return [row["ad_id"] for row in here.world.ads]


def bundles(result: RunResult) -> int:
    return sum(one.bundles for one in result.executions)


def appear(here: Stage, number: int, minutes: float = 0, **more: Any) -> str:
    """Let a new ad appear, and return its id."""
    made = f"{here.world.clock.now() + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"
    times = {"create_time": made, "modify_time": made}
    here.world.ads.append(ad_row(number, advertiser_id=ADVERTISER, **{**times, **more}))
    return str(here.world.ads[-1]["ad_id"])


async def test_edit_while_running_keeps_position(here: Stage) -> None:
    """Events were lost when a flow was published again (activepieces #13311)."""
    here.world.before = [AuthorizationError("Reconnect.")]
    [stopped] = (await here.run(WATCH + PAUSE)).executions
    third = appear(here, 3)
    edited = (WATCH + PAUSE).replace("name: new-ads", "name: new-ads\ndescription: Another.")
    rest = [await here.run(edited) for _ in range(3)]
    again = await here.resume(stopped, WATCH + PAUSE)

    assert stopped.execution.scenario_hash == again.execution.scenario_hash
    assert stopped.execution.scenario_hash != rest[0].executions[0].execution.scenario_hash
    assert Status.DONE is again.execution.status
    assert sorted(ids(here)) == sorted(here.world.effects)
    assert third in here.world.effects


async def test_two_items_with_one_timestamp_second_appears_later(here: Stage) -> None:
    """Whoever keeps the greatest time loses the second of them (activepieces #14863)."""
    first = appear(here, 3)
    found = [bundles(await here.run(EVERY + PAUSE))]
    second = appear(here, 4)
    here.world.clock.move(60)
    found.append(bundles(await here.run(EVERY + PAUSE)))

    assert here.world.ads[-2]["create_time"] == here.world.ads[-1]["create_time"]
    assert [3, 1] == found
    assert 1 == here.world.effects.count(first) == here.world.effects.count(second)


async def test_remembered_item_deleted(here: Stage) -> None:
    """Whoever looks for the last item tells everything again once that is gone."""
    await here.run(EVERY + PAUSE)
    here.world.ads.pop()
    here.world.clock.move(60)

    assert 0 == bundles(await here.run(EVERY + PAUSE))


async def test_crash_between_fetch_and_run(tmp_path: Path) -> None:
    """What a poll has queued is lost if the process dies before it runs (#35295)."""
    world = platform(bundles=2, others=0)

    async def dies(*_: object) -> None:
        raise Death

    async with stage(tmp_path, world) as first:
        with pytest.raises(Death), patch.object(Inbox, "take", dies):
            await first.run(WATCH + PAUSE)
    async with stage(tmp_path, world) as here:
        found = bundles(await here.run(WATCH + PAUSE))

    assert 2 == found
    assert sorted(ids(here)) == sorted(world.effects)


def together(folder: Path, notes: Path) -> list[int]:
    """Let two processes run a scenario at once; how they ended."""
    command = [sys.executable, "-m", "tests.scheduler.crowd_of_scenarios", str(folder), str(notes)]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert "ready\n" == one.stdout.readline()
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        one.communicate(timeout=60)
    return [one.returncode for one in both]


@pytest.mark.slow
async def test_two_processes_poll_together(tmp_path: Path) -> None:
    """Both find the same, and both run it (#7045)."""
    notes = tmp_path / "notes.txt"
    async with stage(tmp_path):
        pass  # the journal is there before anybody comes
    codes = await asyncio.to_thread(together, tmp_path, notes)
    lines = [line.split() for line in notes.read_text().splitlines()]

    assert [0, 0] == codes
    assert 2 == len({process for process, _ in lines})
    assert {str(1_700_000_000_000_000 + number): 1 for number in range(1, 61)} == Counter(
        ad_id for _, ad_id in lines
    )


async def test_lease_lost_mid_poll(here: Stage, tmp_path: Path) -> None:
    """A poll goes on although somebody else has polled meanwhile (#35372)."""
    await here.run(EVERY)
    listed, late = here.world.listings["/ad/get/"], [True]

    def meanwhile(query: Any) -> Any:
        if late and late.pop():
            with closing(sqlite3.connect(tmp_path / "journal.db")) as other, other:
                other.execute("UPDATE watch SET polls = polls + 1")
        return listed(query)

    here.world.listings["/ad/get/"] = meanwhile
    new = appear(here, 3)
    lost = await here.run(EVERY + PAUSE)
    found = await here.run(EVERY + PAUSE)

    assert lost.polled is not None
    [(source, error)] = lost.polled.errors
    assert (ADVERTISER, RetryableError) == (source, type(error))
    assert [0, 1] == [bundles(lost), bundles(found)]
    assert [new] == here.world.effects


async def test_host_asleep_over_three_beats(tmp_path: Path) -> None:
    """What was due meanwhile is forgotten, or comes all at once (misfire)."""
    async with timetable(tmp_path) as table:
        await table.enabled("quarterly")
        table.clock.move(50 * 60)
        claimed = [await table.slots(), await table.slots()]

    assert [["2026-11-21T12:45:00Z"], []] == claimed


@pytest.mark.slow
async def test_token_expires_under_8_threads(tmp_path: Path) -> None:
    """Each of them renews it, and all but one are refused (#12742)."""
    now = datetime.now(UTC)
    tokens = TokenPlatform()
    async with open_store(tmp_path, clock=SystemClock()) as store:
        await store.save(rotating(issued_at=now - 2 * HOUR, expires_at=now))

    async def fresh() -> str:
        async with open_store(tmp_path, clock=SystemClock()) as store:
            connection = await Refresher(store, SystemClock(), tokens.renew).fresh("acme")
            return connection.secrets["access_token"].reveal()

    threads = [asyncio.to_thread(asyncio.run, fresh()) for _ in range(8)]
    seen = await asyncio.gather(*threads)

    assert ["access-1"] * 8 == seen
    assert ["refresh-0"] == tokens.asked


async def test_transient_5xx_on_refresh_must_not_drop_the_grant(tmp_path: Path) -> None:
    """A platform that was out of order for a moment costs the connection (xagent #1454)."""
    clock = FrozenClock(NOON)
    tokens = TokenPlatform(RetryableError("503"))
    async with open_store(tmp_path, clock=clock) as store:
        await store.save(rotating())
        clock.move(7_200)
        refresher = Refresher(store, clock, tokens.renew)
        with pytest.raises(RetryableError):
            await refresher.fresh("acme")
        kept = await store.load("acme")
        tokens.error = None
        fresh = await refresher.fresh("acme")

    assert (State.READY, "refresh-0") == (kept.state, kept.secrets["refresh_token"].reveal())
    assert "access-2" == fresh.secrets["access_token"].reveal()


async def test_break_count_with_a_blank_behind_it() -> None:
    """`count: "3 "` is never retried at all, and nobody is told."""
    text = PAUSE + '    on_error: {break: {count: "3 ", interval: 15 minutes}}\n'
    with pytest.raises(InvalidScenarioError, match="count") as refused:
        load_scenario(WATCH + text)

    assert ":13:" in str(refused.value)


async def test_3201_ads_with_unordered_listing(tmp_path: Path) -> None:
    """A listing that is in no order is not found out by looking at its beginning."""
    world, chance = Platform(), Random(1)  # noqa: S311 - an order
    async with stage(tmp_path, world) as here:
        for number in range(3_201):
            appear(here, number, -chance.random())
        world.listings["/ad/get/"] = lambda _: chance.sample(world.ads, len(world.ads))
        text = EVERY + "  - {id: kept, set: {variables: {x: 1}}}\n"
        text = text.replace("steps:", "settings: {budget: {operations: 100000}}\nsteps:", 1)
        found = [bundles(await here.run(text)) for _ in range(2)]
        keys = await here.database.read(lambda work: work.run("SELECT key FROM inbox"))

    assert [3_201, 0] == found
    assert sorted(row["ad_id"] for row in world.ads) == sorted(row["key"] for row in keys)


class Dated(Platform):
    """A platform that dates what is changed."""

    async def change(self, request: Request) -> Answer:
        answer = await super().change(request)
        assert isinstance(request.body, JsonBody)
        for ad in self.ads:
            if ad["ad_id"] in request.body.value.get("ad_ids", []):
                ad["modify_time"] = f"{self.clock.now():%Y-%m-%d %H:%M:%S}"
        return answer


async def test_own_update_echoed_by_watch_ads(tmp_path: Path) -> None:
    """A scenario that changes what it watches starts itself for ever."""
    world = Dated(ads=platform(bundles=1, others=0).ads)
    async with stage(tmp_path, world) as here:
        reader, node = here.conductor.equipment.reader, here.conductor.node
        shop = Workshop(
            here.database, reader, here.journal, PlainSealer(), world.clock, node, tmp_path
        )
        scenario = here.load(EVERY.replace("limit: 0", "by: updated, limit: 0") + PAUSE)
        found = []
        for edit in (None, None, "Summer"):
            if edit:
                world.ads[0] |= {"ad_name": edit, "modify_time": f"{world.clock.now():%F %T}"}
            found.append(bundles(await shop.run(scenario)))
            world.clock.move(120)

    assert [1, 0, 1] == found
    assert ids(here) == world.effects


async def test_limit_2_with_5_new_ads_over_3_runs_yields_all_5_once_each(here: Stage) -> None:
    for number in (3, 4, 5):
        appear(here, number, -1)
    found = [bundles(await here.run(WATCH + PAUSE)) for _ in range(4)]

    assert [2, 2, 1, 0] == found
    assert sorted(ids(here)) == sorted(here.world.effects)


# --- what else goes wrong with watches ------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_is_moved_by_an_hour_changes_nothing_for_a_watch(
    here: Stage, hours: int
) -> None:
    """It goes by the platform's time; ours only says when to look."""
    pages, platform_now = here.world.pages, [NOW]

    async def dated(*args: Any, **more: Any) -> AsyncIterator[Any]:
        async for page in pages(*args, **more):
            yield replace(page, served_at=platform_now[0])

    with patch.object(here.world, "pages", dated):
        found = [bundles(await here.run(EVERY + PAUSE))]
        here.world.clock.move(hours * 3600)
        for number in (3, 4):
            platform_now[0] += timedelta(minutes=2)
            made = f"{platform_now[0]:%Y-%m-%d %H:%M:%S}"
            appear(here, number, create_time=made, modify_time=made)
            found.append(bundles(await here.run(EVERY + PAUSE)))
        found.append(bundles(await here.run(EVERY + PAUSE)))

    assert [2, 1, 1, 0] == found
    assert sorted(ids(here)) == sorted(here.world.effects)


async def test_a_revoked_token_keeps_the_place_and_a_new_one_goes_on_there(here: Stage) -> None:
    await here.run(EVERY + PAUSE)
    listed = here.world.listings["/ad/get/"]

    def revoked(_: Any) -> Any:
        raise AuthorizationError("Reconnect.")

    here.world.listings["/ad/get/"] = revoked
    new = appear(here, 3)
    refused = [await here.run(EVERY + PAUSE) for _ in range(2)]
    here.world.listings["/ad/get/"] = listed
    here.world.clock.move(30 * 24 * 3600)
    found = await here.run(EVERY + PAUSE)

    errors = [error for one in refused if one.polled for _, error in one.polled.errors]
    assert [AuthorizationError] * 2 == [type(error) for error in errors]
    assert 1 == bundles(found)
    assert 1 == here.world.effects.count(new)


async def test_a_bundle_that_always_fails_does_not_hold_up_its_neighbours(here: Stage) -> None:
    for number in range(3, 101):
        appear(here, number, -1)
    text = EVERY + PAUSE.replace("{{new.ad_id}}", "{{if(new.ad_name = 'Ad 50'; 'x'; new.ad_id)}}")
    [ended] = (await here.run(text)).executions
    again = await here.resume(ended)

    poison = str(1_700_000_000_000_050)
    assert Status.INCOMPLETE is ended.execution.status is again.execution.status
    assert 1 == len(ended.troubles) == len(again.troubles)
    assert sorted(set(ids(here)) - {poison}) == sorted(here.world.effects)
