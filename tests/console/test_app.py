"""The frame around every page: navigation, errors, assets."""

import pytest

from adloom.console.app import SCREENS
from adloom.errors import AdloomError
from tests.console.conftest import Console


async def test_every_page_tells_where_one_is(console: Console) -> None:
    text = await console.get("/")

    assert '<a href="/" aria-current="page">' in " ".join(text.split())
    assert text.count("<h1") == 1


async def test_a_page_that_is_not_there_helps_on(console: Console) -> None:
    answer = await console.client.get("/nowhere", headers={"HX-Request": ""})

    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert "Content-Security-Policy" in answer.headers


async def test_assets_stay_with_the_browser_and_change_their_address(console: Console) -> None:
    text = await console.get("/")
    href = text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = await console.client.get(href)

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert (await console.client.get("/static/x/../app.py")).status_code == 404


async def test_a_job_that_fails_keeps_its_reason(console: Console) -> None:
    async def work(_: object) -> None:
        raise AdloomError("It did not work.")

    job = console.desk.jobs.start("something", work)
    await console.settled()

    assert str(job.error) == "It did not work."
    assert console.desk.jobs.find(job.id) is job


@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_is_in_the_navigation(console: Console, name: str) -> None:
    text = await console.get("/")

    assert name in {"start", "plans", "editor", "imports"} or f'href="/{name}"' in text
