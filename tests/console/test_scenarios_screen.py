"""The list of scenarios, the page of each, and what can be done with one."""

import asyncio
import html
import re
from collections.abc import AsyncIterator

import pytest

from adloom.console.desk import Desk
from tests.console.conftest import Console
from tests.console.scenario_files import HOSTILE, Shelf, shelf_of

BROKEN = 'name: broken\nsteps:\n  - id: one\n    module: "<b>no</b>"\n'


@pytest.fixture
async def shelf(console: Console) -> AsyncIterator[Shelf]:
    async with shelf_of(console) as made:
        yield made


@pytest.fixture
async def ads(shelf: Shelf) -> list[str]:
    return await shelf.console.practice.running_ads()


def plain(text: str) -> str:
    """A page as one reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def agreement(text: str) -> str:
    """The text somebody agrees to, from a dialog."""
    found = re.search(r'name="agreed" value="(\w+)"', text)
    assert found is not None, text
    return found[1]


async def is_on(desk: Desk, name: str) -> bool:
    return (await desk.workshop.scenarios.load(name)).enabled


# --- the list -------------------------------------------------------------------------------------


async def test_an_empty_list_says_how_to_begin(own_console: Console) -> None:
    text = await own_console.get("/scenarios")

    assert "No scenarios yet" in text
    assert 'href="/gallery"' in text


async def test_the_list_tells_when_each_runs_and_how_it_fares(shelf: Shelf) -> None:
    await shelf.search("list-on", HOSTILE)
    await shelf.search("list-off")
    await shelf.console.post("/scenarios/list-on/enable", expect=204)

    text = await shelf.console.get("/scenarios")
    said = plain(text)

    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in text
    assert "<img" not in text
    assert "every 1 hour (Europe/Berlin)" in said
    assert re.search(r"Next: \d{4}-\d\d-\d\d \d\d:00 Europe/Berlin ?, (in \d+|within a) ", said)
    assert re.search(r'aria-checked="true"\s+aria-label="Run list-on by its schedule"', text)
    assert re.search(r'aria-checked="false"\s+aria-label="Run list-off by its schedule"', text)
    assert "Demo" in said


async def test_a_search_shows_what_fits_and_keeps_its_address(shelf: Shelf) -> None:
    await shelf.search("find-apples")
    await shelf.search("find-pears")
    await shelf.console.post("/scenarios/find-pears/enable", expect=204)

    answer = await shelf.console.client.get("/scenarios?part=list&q=pears+search&show=on")
    nothing = await shelf.console.get("/scenarios", part="list", q="plums")
    off = await shelf.console.get("/scenarios", part="list", show="off")

    assert "find-pears" in answer.text
    assert "find-apples" not in answer.text
    assert "<html" not in answer.text
    assert "/scenarios?q=pears+search&show=on" == answer.headers["HX-Replace-Url"]
    assert "No scenario is like that" in nothing
    assert "find-apples" in off
    assert "find-pears" not in off


async def test_a_filter_that_is_none_is_refused(console: Console) -> None:
    answer = await console.client.get("/scenarios?show=purple")

    assert 400 == answer.status_code


async def test_a_faulty_file_is_told_with_its_line_and_opened_as_text(shelf: Shelf) -> None:
    await shelf.put("broken", BROKEN)
    await shelf.search("fine")

    text = await shelf.console.get("/scenarios")
    hidden = await shelf.console.get("/scenarios", part="list", show="on")

    assert "broken.yaml" in text
    assert "&lt;b&gt;no&lt;/b&gt;" in text
    assert 'href="/scenarios/broken/edit?tab=yaml&amp;line=4"' in text
    assert BROKEN == await shelf.console.get("/scenarios/broken/file")
    assert "broken.yaml" not in hidden


async def test_what_needs_attention_comes_first(shelf: Shelf) -> None:
    await shelf.search("a-fine-one")
    path = await shelf.search("z-broken-one")
    text = path.read_text().replace("connection: practice", "connection: nobody")
    await shelf.put("z-broken-one", text)

    listed = await shelf.console.get("/scenarios")

    assert "There is no connection “nobody”" in listed
    assert listed.index(">z-broken-one<") < listed.index(">a-fine-one<")


# --- on and off -----------------------------------------------------------------------------------


async def test_one_that_changes_nothing_is_switched_on_at_once(shelf: Shelf) -> None:
    await shelf.search("quiet")

    to = await shelf.console.goes_to("/scenarios/quiet/enable")
    told = plain(await shelf.console.get(to))

    assert "/scenarios/quiet" == to
    assert "quiet is on. It runs every 1 hour (Europe/Berlin). The first time:" in told
    assert await is_on(shelf.console.desk, "quiet")


async def test_one_that_changes_things_asks_first(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("loud", ads[0])

    text = await shelf.console.post("/scenarios/loud/enable")
    before = await is_on(shelf.console.desk, "loud")
    await shelf.console.goes_to("/scenarios/loud/enable", agreed=agreement(text))

    assert "pause: Update an ad's status with practice" in plain(text)
    assert "Nobody has seen what it would do." in text
    assert "requests a run" in text
    assert not before
    assert await is_on(shelf.console.desk, "loud")


async def test_a_plan_of_this_very_text_is_summed_up(shelf: Shelf, ads: list[str]) -> None:
    path = await shelf.pause("seen", ads[0])
    before = shelf.sent()
    begun = await shelf.console.post("/scenarios/seen/plan", then="enable")
    await shelf.console.settled()
    polled = re.search(r'hx-get="(/scenarios/seen/work/[^"]+)"', begun)
    assert polled is not None
    text = await shelf.console.get(polled[1])
    path.write_text(path.read_text() + "# more\n")
    other = await shelf.console.post("/scenarios/seen/enable")

    assert "In all: 1 change of 1 object" in plain(text)
    assert 'href="/plans/' in text
    assert "Nobody has seen what it would do." in other
    assert agreement(text) != agreement(other)
    assert before == shelf.sent()


async def test_what_was_agreed_to_counts_for_that_text_only(shelf: Shelf, ads: list[str]) -> None:
    path = await shelf.pause("moved", ads[0])
    agreed = agreement(await shelf.console.post("/scenarios/moved/enable"))
    path.write_text(path.read_text().replace(ads[0], ads[1]))

    text = await shelf.console.post("/scenarios/moved/enable", agreed=agreed)

    assert "Nobody has seen what it would do." in text
    assert not await is_on(shelf.console.desk, "moved")


async def test_one_with_a_fault_is_not_switched_on(shelf: Shelf) -> None:
    path = await shelf.search("astray")
    path.write_text(path.read_text().replace("connection: practice", "connection: nobody"))

    text = await shelf.console.post("/scenarios/astray/enable", expect=422)

    assert "nobody" in text
    assert not await is_on(shelf.console.desk, "astray")


async def test_off_is_immediate_and_the_list_comes_back_as_it_was(shelf: Shelf) -> None:
    await shelf.search("soon-off")
    await shelf.search("other")
    await shelf.console.post("/scenarios/soon-off/enable", expect=204)
    answer = await shelf.console.client.post(
        "/scenarios/soon-off/disable",
        headers={"HX-Current-URL": "http://127.0.0.1:8920/scenarios?q=soon"},
    )

    assert "#scenarios" == answer.headers["HX-Retarget"]
    assert "soon-off%20is%20off." == answer.headers["X-Adloom-Say"]
    assert "soon-off" in answer.text
    assert ">other<" not in answer.text
    assert not await is_on(shelf.console.desk, "soon-off")


async def test_the_kill_switch_is_explained_pulled_and_let_go(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("stopped-one", ads[2])
    before = shelf.sent()
    await shelf.console.goes_to("/scenarios/stop")
    stopped = await shelf.console.get("/scenarios")
    agreed = agreement(await shelf.console.post("/scenarios/stopped-one/run"))
    await shelf.console.post("/scenarios/stopped-one/run", agreed=agreed)
    await shelf.console.settled()
    await shelf.console.goes_to("/scenarios/go-on")
    again = await shelf.console.get("/scenarios")

    assert "There is a file named STOP in the workspace" in plain(stopped)
    assert "There is a file named STOP" not in plain(again)
    assert not (shelf.console.practice.folder / "STOP").exists()
    assert before == shelf.sent()


# --- running --------------------------------------------------------------------------------------


async def polled(shelf: Shelf, text: str) -> str:
    """How work stands once it has ended."""
    found = re.search(r'hx-get="(/scenarios/[^"]+/work/[^"]+)"', text)
    assert found is not None, text
    await shelf.console.settled()
    return await shelf.console.get(found[1])


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


# --- files ----------------------------------------------------------------------------------------


async def test_a_copy_is_off_and_keeps_comments(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("origin", ads[0])

    asked = await shelf.console.get("/scenarios/origin/duplicate")
    taken = await shelf.console.post("/scenarios/origin/duplicate", expect=422, new="origin")
    to = await shelf.console.goes_to("/scenarios/origin/duplicate", new="origin copy")
    text = (shelf.folder / "origin-copy.yaml").read_text()

    assert 'value="origin copy"' in asked
    assert "There is a file named origin.yaml already." in plain(taken)
    assert "/scenarios/origin%20copy" == to
    assert "# why it is there" in text
    assert not await is_on(shelf.console.desk, "origin copy")


@pytest.mark.parametrize("name", ["", "<b>bold</b>", "../../etc", "x" * 200])
async def test_a_name_that_is_none_is_refused_beside_its_field(shelf: Shelf, name: str) -> None:
    await shelf.search("named")

    text = await shelf.console.post("/scenarios/named/duplicate", expect=422, new=name)

    assert 'aria-invalid="true"' in text
    assert "<b>bold" not in text


async def test_renaming_says_what_is_lost(shelf: Shelf) -> None:
    await shelf.search("old-name")
    await shelf.console.post("/scenarios/old-name/enable", expect=204)

    asked = plain(await shelf.console.get("/scenarios/old-name/rename"))
    to = await shelf.console.goes_to("/scenarios/old-name/rename", new="New name")
    listed = await shelf.console.get("/scenarios")

    assert "It is switched off, and has to be switched on again." in asked
    assert "Its past executions and plans stay under the old name." in asked
    assert "/scenarios/New%20name" == to
    assert ["new-name.yaml"] == [path.name for path in shelf.folder.glob("*.yaml")]
    assert 'href="/scenarios/New%20name"' in listed
    assert 'href="/scenarios/old-name"' not in listed


async def test_renaming_to_a_taken_name_changes_nothing(shelf: Shelf) -> None:
    await shelf.search("first-name")
    await shelf.search("second-name")

    text = await shelf.console.post("/scenarios/first-name/rename", expect=422, new="second-name")

    assert "There is a file named second-name.yaml already." in plain(text)
    assert (shelf.folder / "first-name.yaml").exists()


async def test_what_is_deleted_can_be_taken_back(shelf: Shelf) -> None:
    path = await shelf.search("short-lived")
    before = path.read_text()
    await shelf.console.post("/scenarios/short-lived/enable", expect=204)

    asked = await shelf.console.get("/scenarios/short-lived/delete")
    await shelf.console.goes_to("/scenarios/short-lived/delete")
    listed = await shelf.console.get("/scenarios")
    gone = path.exists()
    mark = re.search(r'name="mark" value="([^"]+)"', listed)
    assert mark is not None
    await shelf.console.goes_to("/scenarios/restore", mark=mark[1])

    assert "It is on, and is switched off first." in plain(asked)
    assert "short-lived.yaml is deleted. Take it back" in plain(listed)
    assert 'href="/scenarios/short-lived"' not in listed
    assert not gone
    assert before == path.read_text()
    assert not await is_on(shelf.console.desk, "short-lived")


async def test_nothing_outside_is_taken_back(shelf: Shelf) -> None:
    for mark in ("../connections.db", "20260101T000000000000~../x.yaml", ""):
        await shelf.console.post("/scenarios/restore", expect=404, mark=mark)


async def test_a_deleted_scenario_has_a_page_that_helps(shelf: Shelf) -> None:
    path = await shelf.search("vanished")
    path.unlink()
    await shelf.console.desk.workshop.synchronise()

    text = await shelf.console.get("/scenarios/vanished")
    missing = await shelf.console.client.get("/scenarios/never-was", headers={"HX-Request": ""})

    assert "Its file is gone." in text
    assert 404 == missing.status_code
    assert "never-was" in missing.text


# --- the page of one ------------------------------------------------------------------------------


async def test_the_page_of_a_scenario_tells_everything(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("whole", ads[0])
    await polled(shelf, await shelf.console.post("/scenarios/whole/plan", then="enable"))

    text = await shelf.console.get("/scenarios/whole")
    said = plain(text)

    assert "Switches an ad off." in said
    assert "pause update-ad-status with practice" in said
    assert 5 == len(re.findall(r"\(UTC[+-]\d\d:\d\d\)</time>", text))
    assert "changes_per_run 20" in said
    assert "1 change made" in said or "2 changes" in said
    assert "It has never run." in said


async def test_an_earlier_text_is_compared_and_brought_back(shelf: Shelf, ads: list[str]) -> None:
    path = await shelf.pause("written", ads[0])
    first = path.read_text()
    await polled(shelf, await shelf.console.post("/scenarios/written/plan", then="enable"))
    path.write_text(first.replace("changes_per_run: 20", "changes_per_run: 99"))
    await shelf.console.desk.workshop.synchronise()

    page = await shelf.console.get("/scenarios/written")
    found = re.search(r'hx-get="(/scenarios/written/versions/\w+)"', page)
    assert found is not None
    shown = await shelf.console.get(found[1])
    now = re.search(r'name="now" value="(\w+)"', shown)
    assert now is not None
    refused = await shelf.console.post(found[1], expect=400, now="0" * 64)
    await shelf.console.goes_to(found[1], now=now[1])

    assert "changes_per_run: 99" in shown
    assert "was changed since you began" in refused
    assert first == path.read_text()


async def test_a_webhook_shows_its_address_and_no_secret(shelf: Shelf) -> None:
    await shelf.put(
        "hooked",
        "name: hooked\nschedule: immediately\nsteps:\n  - {id: hook, module: watch_webhook}\n",
    )

    text = await shelf.console.get("/scenarios/hooked")

    assert "http://127.0.0.1:8918/hooks/hooked" in text
    assert "client_secret" not in text
