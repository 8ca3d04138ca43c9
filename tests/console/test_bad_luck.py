"""What the console says when something outside of it goes wrong: each time a page that helps on."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from adloom.settings import log_folder
from adloom.simulator import Options, Running
from tests.console.conftest import Console, opened_console
from tests.console.running import flat, params, run_id
from tests.console.scenario_files import shelf_of
from tests.seams.practice import practise
from tests.seams.things import driver

SECRET = "tok_very_secret_0123456789"


async def paged(console: Console, path: str) -> httpx.Response:
    """What somebody gets who opens an address."""
    request = console.client.build_request("GET", path, headers={"Accept": "text/html"})
    del request.headers["HX-Request"]
    return await console.client.send(request)


async def test_an_ended_session_leads_a_page_to_signing_in(console: Console) -> None:
    console.client.cookies.clear()
    answer = await paged(console, "/scenarios")

    assert 401 == answer.status_code
    assert "Sign in to adloom" in answer.text
    assert "adloom console" in answer.text


async def test_an_ended_session_leaves_what_was_typed_alone(console: Console) -> None:
    console.client.cookies.clear()
    answer = await console.client.post("/modules/search-ads/run", data={"p.limit": "7"})

    assert 401 == answer.status_code
    assert "none" == answer.headers["HX-Reswap"]
    assert "1" == answer.headers["X-Adloom-Signed-Out"]


async def test_a_page_holds_the_words_for_when_its_session_ends(console: Console) -> None:
    text = flat(await console.get("/settings"))

    assert "You are signed out. Nothing on this page is lost." in text
    assert "sign in with the link it prints, and go on here" in text


async def test_a_scenario_that_was_deleted_meanwhile_is_missed(console: Console) -> None:
    async with shelf_of(console) as shelf:
        path = await shelf.search("going")
        assert "going" in await console.get("/scenarios/going")
        path.unlink()
        await console.desk.workshop.synchronise()
        page = await paged(console, "/scenarios/gone-for-good")
        pressed = await console.client.post("/scenarios/gone-for-good/run")

    assert 404 == page.status_code == pressed.status_code
    assert "There is no scenario named 'gone-for-good'." in flat(page.text)
    assert "There is no scenario named 'gone-for-good'." in flat(pressed.text)


async def test_a_file_that_was_removed_by_hand_is_missed_in_words(console: Console) -> None:
    async with shelf_of(console) as shelf:
        path = await shelf.search("removed")
        path.unlink()
        for wanted in ("", "/edit", "/duplicate", "/rename", "/delete", "/file", "/schedule"):
            answer = await paged(console, f"/scenarios/removed{wanted}")

            assert answer.status_code in {200, 404, 502}, (wanted, flat(answer.text))
            assert "fault in adloom" not in flat(answer.text), wanted


async def test_a_platform_that_cannot_be_reached_is_told_with_what_to_do(tmp_path: Path) -> None:
    with Running(Options(port=0, ads=20, seed=3, speed=0)) as running:
        practice = await practise(running, tmp_path / "alone", deadline=1)
    async with opened_console(practice) as console:
        await assert_told_of_silence(console)


async def assert_told_of_silence(console: Console) -> None:
    text = await console.post("/modules/search-ads/run", **params(console))
    await console.settled()
    ended = flat(await console.get(f"/modules/runs/{run_id(text)}"))

    assert "could not be reached" in ended or "cannot be reached" in ended, ended
    for path in ("/", "/connections/practice", "/reports", "/modules/search-ads", "/executions"):
        assert 200 == (await paged(console, path)).status_code, path


@contextmanager
def locked(file: Path, how: str) -> Iterator[None]:
    """Another program has a database to itself."""
    with closing(driver.connect(file, isolation_level=None)) as other:
        other.execute(how)
        yield
        other.execute("ROLLBACK")


async def test_a_store_that_another_program_holds_is_told_of(own_console: Console) -> None:
    async with shelf_of(own_console) as shelf:
        await shelf.search("waiting")
        with locked(own_console.practice.folder / "journal.db", "BEGIN IMMEDIATE"):
            pressed = asyncio.create_task(own_console.client.post("/scenarios/waiting/enable"))
            await asyncio.sleep(0)
            pages = [await paged(own_console, path) for path in ("/scenarios/waiting", "/")]
            has_waited = not pressed.done()
            answer = await pressed
        again = await own_console.client.post("/scenarios/waiting/enable")

    told = flat(answer.text)
    assert answer.status_code >= 400
    assert "another process has kept it locked" in told
    assert "Find the other adloom process, or wait for it, and try again." in told
    # Meanwhile others read on, and afterwards it goes on without a restart.
    assert has_waited
    assert [200, 200] == [page.status_code for page in pages]
    assert again.is_success


async def test_what_is_too_large_is_refused_with_another_way(console: Console) -> None:
    content = b"x" * 12_100_000
    answer = await console.client.post("/imports/make", files={"file": ("big.json", content)})

    assert 413 == answer.status_code
    assert "none" == answer.headers["HX-Reswap"]
    told = unquote(answer.headers["X-Adloom-Say"])
    assert "This is too much at once." in told
    assert "use the command line" in told


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_loses_nothing_and_is_told(own_console: Console) -> None:
    async with shelf_of(own_console) as shelf:
        path = await shelf.search("kept")
        text = path.read_text()
        with full_disk():
            answer = await own_console.client.post(
                "/scenarios/kept/rename", data={"name": "longer"}
            )
        after = await own_console.client.get("/scenarios/kept")

        assert answer.status_code >= 400
        assert "fault in adloom" not in flat(answer.text), flat(answer.text)
        assert text == path.read_text()
        assert 200 == after.status_code


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/scenarios/x/y/z", "/executions/nope", "/plans/nope", "/connections/nope",
     "/modules/nope", "/gallery/nope", "/explorer/at/GET/nope/", "/stores/one?store=nope",
     "/events/rejected/987654", "/modules/runs/nope", "/doctor/nope", "/imports/jobs/nope",
     "/settings/jobs/nope", "/reports/jobs/nope", "/connections/consent/nope"],
)  # fmt: skip
async def test_what_is_not_there_helps_on(console: Console, path: str) -> None:
    answer = await paged(console, path)
    text = flat(answer.text)

    assert answer.status_code in {200, 404}, text
    assert "fault in adloom" not in text
    assert "Traceback" not in text
    # Whoever is lost sees the navigation.
    assert 'aria-label="Main"' in answer.text or path.startswith("/modules/runs"), text


class Faulty:
    """A piece that is broken in a way nobody expects."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError(f"{name} {SECRET}")


@pytest.mark.parametrize("is_part", [False, True])
async def test_a_fault_of_ours_is_told_with_a_file_and_without_its_insides(
    own_console: Console, is_part: bool
) -> None:
    await own_console.get("/")
    own_console.desk.workshop.plans = Faulty()  # type: ignore[assignment] # a fault in the making
    asking = own_console.client.get("/plans") if is_part else paged(own_console, "/plans")
    answer = await asking
    text = flat(answer.text)
    newest = max(log_folder().glob("fault-*.log"), key=lambda one: one.stat().st_mtime)

    assert 500 == answer.status_code
    assert "This is a fault in adloom, not in what you did: ZeroDivisionError." in text
    assert newest.name in text
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivisionError" in newest.read_text()
