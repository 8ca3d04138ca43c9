"""The server ends and comes back under an open page, and the page's session is gone."""

import re
from pathlib import Path

from playwright.sync_api import expect

from adloom.cli.stage import free_port
from adloom.simulator import Running
from tests.browser.conftest import OpenTab, Tab, link_of, practised, serving
from tests.console.scenario_files import SEARCH


def forgive(tab: Tab) -> None:
    """What a browser says about a server that is gone is meant here."""
    tab.watched.faults[:] = [one for one in tab.watched.faults if "Failed to fetch" not in one]


def test_what_was_typed_outlives_a_restart_and_signing_in_again(
    open_tab: OpenTab, simulator: Running, tmp_path: Path
) -> None:
    practice = practised(simulator, tmp_path / "workspace")
    port = str(free_port())
    with serving(practice, "--port", port) as served:
        tab = open_tab(served)
        tab.watched.allowed_statuses = {401}
        page = tab.go("/modules/search-ads")
        page.get_by_label("Advertiser", exact=True).fill(practice.advertiser_id)
        page.get_by_label("Name contains").fill("typed before the end")
    page.get_by_role("button", name="Run once").click()
    expect(page.get_by_role("status").filter(has_text="could not be reached")).to_be_visible()
    tab.shoot("bad-luck-unreachable")
    with serving(practice, "--port", port) as served:
        page.get_by_role("button", name="Run once").click()
        expect(page.get_by_role("alert").get_by_text("You are signed out.")).to_be_visible()
        tab.is_accessible()
        tab.fits_a_phone()
        tab.shoot("bad-luck-signed-out")
        expect(page.get_by_label("Name contains")).to_have_value("typed before the end")
        other = tab.context.new_page()
        other.goto(link_of(served))
        other.wait_for_url(served.address + "/")
        page.get_by_role("button", name="Run once").click()

        expect(page.get_by_text("It matched nothing.")).to_be_visible()
        expect(page.get_by_text("You are signed out.")).to_be_hidden()
        expect(page.get_by_label("Name contains")).to_have_value("typed before the end")
    forgive(tab)


def test_an_edit_that_could_not_be_kept_is_kept_once_signed_in_again(
    open_tab: OpenTab, simulator: Running, tmp_path: Path
) -> None:
    practice = practised(simulator, tmp_path / "workspace")
    folder = practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    text = SEARCH.format(name="edited", description="", advertiser=practice.advertiser_id)
    (folder / "edited.yaml").write_text(text)
    port = str(free_port())
    with serving(practice, "--port", port) as served:
        tab = open_tab(served)
        tab.watched.allowed_statuses = {401}
        page = tab.go("/scenarios/edited/edit")
        page.get_by_role("link", name=re.compile("^Step 1:")).click()
        name = page.get_by_label("Name contains")
        name.fill("kept before")
        name.press("Tab")
        expect(page.get_by_text("All changes are kept")).to_be_visible()
    with serving(practice, "--port", port) as served:
        name.fill("typed meanwhile")
        name.press("Tab")
        expect(page.get_by_role("alert").get_by_text("You are signed out.")).to_be_visible()
        expect(name).to_have_value("typed meanwhile")
        other = tab.context.new_page()
        other.goto(link_of(served))
        other.wait_for_url(served.address + "/")
        name.fill("typed afterwards")
        name.press("Tab")
        expect(page.get_by_text("All changes are kept")).to_be_visible()
        page.reload()
        page.get_by_role("link", name=re.compile("^Step 1:")).click()

        expect(page.get_by_label("Name contains")).to_have_value("typed afterwards")
    forgive(tab)
