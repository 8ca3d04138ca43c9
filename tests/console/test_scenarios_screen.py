"""The list of scenarios: what it shows, and switching each of them, or all, on and off."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.console.conftest import Console
from tests.console.scenario_files import HOSTILE, Shelf, agreement, is_on, plain, shelf_of

BROKEN = 'name: broken\nsteps:\n  - id: one\n    module: "<b>no</b>"\n'


@pytest.fixture
async def shelf(console: Console) -> AsyncIterator[Shelf]:
    async with shelf_of(console) as made:
        yield made


@pytest.fixture
async def ads(shelf: Shelf) -> list[str]:
    return await shelf.console.practice.running_ads()


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
