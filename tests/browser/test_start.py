"""From an empty workspace to a first success, by keyboard and mouse, with nothing typed."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from adloom.cli.init import make_workspace
from adloom.cli.stage import free_port
from adloom.simulator import Running
from connections.connection import Connection
from tests.browser.conftest import OpenTab, Served, serving
from tests.seams.practice import Practice

#: Milliseconds until the demo account is there, on a machine that is busy with other tests.
PATIENCE = 60_000


@pytest.fixture
def empty(simulator: Running, tmp_path: Path) -> Iterator[Served]:
    """A console whose workspace is new."""
    folder = tmp_path / "new"
    with ThreadPoolExecutor(1) as thread:
        making = make_workspace(folder, "file", tmp_path / "new.key")
        thread.submit(asyncio.run, making).result()
    (folder / "adloom.toml").write_text(f"[oauth]\nport = {free_port()}\n[intake]\nport = 0\n")
    nobody = Connection("none", "tiktok-business", {})
    with serving(Practice(simulator, folder, "", nobody)) as running:
        yield running


def started(page: Page) -> None:
    page.get_by_role("button", name="Try it with the demo account").click()
    ready = page.get_by_text("The demo account is ready.")
    expect(ready).to_be_visible(timeout=PATIENCE)


def test_from_an_empty_workspace_to_a_module_page_with_nothing_typed(
    open_tab: OpenTab, empty: Served
) -> None:
    tab = open_tab(empty)
    page = tab.page
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("start-empty")
    started(page)
    tab.is_accessible()
    tab.shoot("start-demo-ready")
    page.get_by_role("link", name="Try a module").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/modules/list_advertisers*")
    page.get_by_role("button", name="Run once").first.click()
    expect(page.get_by_text("Northwind Outdoor").first).to_be_visible(timeout=PATIENCE)

    tab.go("/")
    expect(page.get_by_text("Demo account", exact=True)).to_be_visible()
    expect(page.get_by_text("1 of 4 done")).to_be_visible()
    expect(page.get_by_role("button", name="Try it with the demo account")).to_be_hidden()
    tab.shoot("start")
    tab.is_accessible()
    tab.fits_a_phone()


def origin(address: str) -> str:
    """The part of an address that a browser watches."""
    place = urlsplit(address)
    return f"{place.scheme}://{place.netloc}"


def test_things_go_wrong_on_purpose_and_are_put_right_again(
    open_tab: OpenTab, empty: Served
) -> None:
    tab = open_tab(empty)
    page = tab.page
    started(page)
    tab.go("/demo")
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_role("button", name="Switch on Expired token").click()
    expect(page.get_by_text("Something goes wrong on purpose")).to_be_visible()
    tab.shoot("demo-account")
    tab.go("/connections/demo")
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("connections-demo")
    page.get_by_role("button", name="Test it now").click()
    expect(page.get_by_role("alert").get_by_text("no longer accepts")).to_be_visible()
    tab.go("/")
    expect(page.get_by_text("The connection demo no longer works.")).to_be_visible()
    tab.shoot("start-attention")
    tab.go("/demo")
    expect(page.get_by_role("button", name="Behave again")).to_be_disabled()
    page.get_by_role("link", name="Reconnect").click()
    page.get_by_role("button", name="Go on to TikTok").click()
    agreed = page.get_by_role("link", name="Connect TikTok")
    agreed.wait_for()
    address = agreed.get_attribute("href") or ""
    landing = dict(parse_qsl(urlsplit(address).query))["redirect_uri"]
    tab.watched.allowed_places |= {origin(address), origin(landing)}
    agreed.click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Connected")).to_be_visible()
    tab.go("/demo")
    expect(page.get_by_text("Something goes wrong on purpose")).to_be_hidden()
    page.get_by_role("button", name="Switch on Slow answers").click()
    page.get_by_role("button", name="Behave again").click()

    expect(page.get_by_text("Something goes wrong on purpose")).to_be_hidden()


def test_the_first_steps_are_hidden_and_shown_again(open_tab: OpenTab, empty: Served) -> None:
    page = open_tab(empty).page
    page.get_by_role("button", name="Hide the first steps").click()
    expect(page.get_by_role("heading", name="First steps")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="First steps")).to_be_hidden()
    page.get_by_role("button", name="Show the first steps").click()

    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
