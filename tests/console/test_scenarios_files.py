"""Scenario files copied, renamed, deleted, taken back; and the page of each."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.console.conftest import Console
from tests.console.scenario_files import Shelf, is_on, plain, polled, shelf_of


@pytest.fixture
async def shelf(console: Console) -> AsyncIterator[Shelf]:
    async with shelf_of(console) as made:
        yield made


@pytest.fixture
async def ads(shelf: Shelf) -> list[str]:
    return await shelf.console.practice.running_ads()


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


async def test_a_name_that_cannot_be_is_told_without_lines_of_a_file(shelf: Shelf) -> None:
    await shelf.search("plain-name")

    text = plain(
        await shelf.console.post("/scenarios/plain-name/rename", expect=422, new="über/../<b>")
    )

    assert "A name must be 1 to 120 letters" in text
    assert "Line" not in text
    assert "in the editor" not in text


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
    assert "Changes in one run 20" in said
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
