"""Scenarios run once and planned from the console, as jobs that a dialog asks about."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adloom.clock import FrozenClock
from tests.console.conftest import Console
from tests.console.scenario_files import Shelf, agreement, plain, polled, shelf_of


@pytest.fixture
async def shelf(console: Console) -> AsyncIterator[Shelf]:
    async with shelf_of(console) as made:
        yield made


@pytest.fixture
async def ads(shelf: Shelf) -> list[str]:
    return await shelf.console.practice.running_ads()


async def test_one_that_changes_nothing_runs_at_once(shelf: Shelf) -> None:
    await shelf.search("run-quiet")

    begun = await shelf.console.post("/scenarios/run-quiet/run")
    ended = await polled(shelf, begun)

    assert "run-quiet: done." in plain(ended)
    assert re.search(r'href="/executions/[^"]+"', ended)
    assert 'hx-trigger="every' not in ended


async def test_running_what_nobody_has_seen_asks_first(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("run-loud", ads[3])
    before = shelf.sent()

    asked = await shelf.console.post("/scenarios/run-loud/run")
    unsent = shelf.sent()
    begun = await shelf.console.post("/scenarios/run-loud/run", agreed=agreement(asked))
    ended = await polled(shelf, begun)

    assert "Run run-loud once, now?" in plain(asked)
    assert before == unsent
    assert before + 1 == shelf.sent()
    assert "1 change" in plain(ended)


async def test_what_was_planned_long_ago_counts_as_not_seen(
    shelf: Shelf, ads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelf.pause("long-ago", ads[4])
    await polled(shelf, await shelf.console.post("/scenarios/long-ago/plan", then="enable"))
    workshop, before = shelf.console.desk.workshop, shelf.sent()
    monkeypatch.setattr(workshop, "clock", FrozenClock(workshop.clock.now() + timedelta(hours=25)))

    run = plain(await shelf.console.post("/scenarios/long-ago/run"))
    switch = plain(await shelf.console.post("/scenarios/long-ago/enable"))

    assert "Run long-ago once, now?" in run
    assert "Its last plan is old." in run
    assert "Its last plan is old." in switch
    assert "In all:" not in switch
    assert "Switch on all the same" in switch
    assert before == shelf.sent()


async def test_a_plan_that_was_applied_does_not_stand_for_the_next_run(
    shelf: Shelf, ads: list[str]
) -> None:
    await shelf.pause("used-up", ads[5])
    text = await polled(shelf, await shelf.console.post("/scenarios/used-up/plan", then="enable"))
    plan = re.search(r'href="(/plans/[^"]+)"', text)
    assert plan is not None
    await shelf.console.post(f"{plan[1]}/apply")
    await shelf.console.settled()
    before = shelf.sent()

    run = plain(await shelf.console.post("/scenarios/used-up/run"))

    assert "Run used-up once, now?" in run
    assert "Its last plan was applied" in run
    assert before == shelf.sent()


async def test_two_clicks_are_one_run(shelf: Shelf) -> None:
    await shelf.search("twice")

    one, two = await asyncio.gather(
        shelf.console.post("/scenarios/twice/run"), shelf.console.post("/scenarios/twice/run")
    )
    await shelf.console.settled()
    jobs = [job for job in shelf.console.desk.jobs.all() if job.title == "Run twice"]

    assert 1 == len(jobs)
    assert one.count(jobs[0].id) == two.count(jobs[0].id)


async def test_a_run_that_fails_says_what_to_do(shelf: Shelf) -> None:
    await shelf.search("run-failing")
    shelf.console.practice.simulator.faults.add([{"kind": "code", "code": 40002}])

    ended = await polled(shelf, await shelf.console.post("/scenarios/run-failing/run"))

    assert "failed" in plain(ended)
    shelf.console.practice.simulator.faults.clear()


async def test_a_plan_leads_to_its_page(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("planned", ads[0])
    begun = await shelf.console.post("/scenarios/planned/plan")
    await shelf.console.settled()
    found = re.search(r'hx-get="(/scenarios/planned/work/[^"]+)"', begun)
    assert found is not None

    answer = await shelf.console.client.get(found[1])

    assert 204 == answer.status_code
    assert answer.headers["HX-Redirect"].startswith("/plans/")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("limit", "many", "The limit is a whole number"),
        ("given", "[1]", "The input is a JSON object, or a list of them."),
        ("given", "{", "The input is no JSON"),
    ],
)
async def test_wrong_options_of_a_plan_come_back(
    shelf: Shelf, field: str, value: str, said: str
) -> None:
    await shelf.search("optional")

    text = await shelf.console.post("/scenarios/optional/plan", expect=422, **{field: value})

    assert said in text
