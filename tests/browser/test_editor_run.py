"""A draft tried and run in a real browser: bundles of every step, and why one stayed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Tab
from tests.browser.scenarios import put
from tests.console.editing import HOSTILE, SEARCH

DROPPING = SEARCH.replace("!= '<b>no</b>'", "= '<b>no</b>'").replace("Look for ads", HOSTILE)


@pytest.fixture
def quiet(tab: Tab) -> Iterator[Tab]:
    """A tab whose platform behaves again afterwards."""
    yield tab
    tab.served.practice.simulator.faults.clear()


def told(page: Page, heading: str = "What it would do") -> Locator:
    """What came of it, once it is there."""
    found = page.get_by_role("region", name="What came of it")
    expect(found.get_by_role("heading", name=heading)).to_be_visible()
    return found


def test_a_draft_is_tried_and_its_bundles_looked_at(tab: Tab) -> None:
    put(tab.served, "looked", DROPPING)
    page = tab.go("/scenarios/looked/edit")
    page.get_by_role("button", name="Try it", exact=True).click()
    run = told(page)
    expect(run.get_by_role("row", name=re.compile("only.* 4 0 4 dropped"))).to_be_visible()
    tab.shoot("editor-tried")
    tab.is_accessible()
    tab.fits_a_phone()

    page.get_by_role("region", name="Steps").get_by_role(
        "button", name="Bundles of Set values: 4 in, 0 out"
    ).click()
    bundles = page.get_by_role("region", name="Bundles of Set values")
    expect(bundles.get_by_text("Why it was dropped:").first).to_be_visible()
    bundles.get_by_text("Came in").first.click()
    tab.shoot("editor-bundles")
    tab.is_accessible()
    tab.fits_a_phone()

    run.get_by_role("button", name="Bundles of <img").click()
    expect(page.get_by_role("columnheader", name="ad_id", exact=True)).to_be_visible()
    tab.is_accessible()


def test_an_edit_leaves_what_was_tried_where_it_is(tab: Tab) -> None:
    put(tab.served, "edited")
    page = tab.go("/scenarios/edited/edit")
    page.get_by_role("heading", name="edited").focus()
    page.keyboard.press("Control+Enter")
    told(page)
    steps = page.get_by_role("region", name="Steps")
    badge = steps.get_by_role("button", name="Bundles of Look for ads: 1 in, 4 out")
    expect(badge).to_be_visible()
    page.get_by_role("link", name=re.compile("^Step 3:")).focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("link", name=re.compile("^Step 3:"))).to_have_count(0)

    expect(badge).to_be_visible()

    page.reload()
    expect(told(page).get_by_text("edited since")).to_be_visible()
    expect(badge).to_be_visible()


def test_a_part_of_an_unfinished_scenario_is_tried(tab: Tab) -> None:
    put(tab.served, "unfinished", SEARCH.replace("status: DISABLE", "status: PERHAPS"))
    page = tab.go("/scenarios/unfinished/edit")
    page.get_by_role("button", name="Try it", exact=True).click()
    run = page.get_by_role("region", name="What came of it")
    expect(run.get_by_role("alert")).to_contain_text("It cannot be tried yet.")
    tab.shoot("editor-faulty")
    tab.is_accessible()
    page.get_by_label("What to do with step 2:").click()
    page.get_by_role("button", name="Try up to here").locator("visible=true").click()
    expect(told(page).get_by_text("It was tried up to “Set values”.")).to_be_visible()

    expect(run.get_by_role("row", name=re.compile("pause.*nothing came here"))).to_be_visible()


def test_a_long_trial_is_stopped(quiet: Tab) -> None:
    put(quiet.served, "long")
    faults = quiet.served.practice.simulator.faults
    faults.add([{"kind": "slow", "seconds": 2, "path": "*/ad/get/"}])
    page = quiet.go("/scenarios/long/edit")
    page.get_by_role("button", name="Try it", exact=True).click()
    page.get_by_role("button", name="Stop it").click()

    expect(page.get_by_text("It was stopped; nothing was changed.")).to_be_visible()


def test_a_saved_scenario_is_run_after_asking_and_leads_to_its_execution(tab: Tab) -> None:
    put(tab.served, "for-real")
    page = tab.go("/scenarios/for-real/edit")
    page.get_by_role("button", name="Run once").click()
    dialog = page.get_by_role("dialog", name="Run for-real once, now?")
    expect(dialog.get_by_text("pause: Update an ad's status with practice")).to_be_visible()
    tab.shoot("editor-once")
    tab.is_accessible()
    dialog.get_by_role("button", name="Run once").click()
    run = told(page, "What it did")
    expect(dialog).to_have_count(0)
    tab.shoot("editor-ran")
    tab.is_accessible()
    tab.fits_a_phone()
    run.get_by_role("link", name=re.compile("^Execution ")).click()

    page.wait_for_url("**/executions/*")


def test_what_is_not_saved_is_tried_instead_of_run(tab: Tab) -> None:
    put(tab.served, "instead")
    page = tab.go("/scenarios/instead/edit")
    page.get_by_role("link", name=re.compile("^Step 2:")).focus()
    page.keyboard.press("Delete")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.get_by_role("button", name="Run once").click()
    dialog = page.get_by_role("dialog", name="Save it first")
    tab.is_accessible()
    dialog.get_by_role("button", name="Try it").click()

    told(page)
    expect(dialog).to_have_count(0)
