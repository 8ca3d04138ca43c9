"""Scenarios in a real browser: planned, applied, switched on, scheduled, by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, Tab
from tests.console.scenario_files import HOSTILE, PAUSE, SEARCH

BROKEN = 'name: broken\nsteps:\n  - id: one\n    module: "<b>no</b>"\n'


@pytest.fixture
def folder(served: Served) -> Iterator[Path]:
    """The scenarios of the workspace, taken out again at the end."""
    found = served.practice.folder / "scenarios"
    found.mkdir(exist_ok=True)
    yield found
    for path in found.glob("*.yaml"):
        path.unlink()


@pytest.fixture(scope="module")
def ads(served: Served) -> list[str]:
    """Ads that are switched on."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, served.practice.running_ads()).result()


def pause(served: Served, folder: Path, name: str, ad: str) -> None:
    text = PAUSE.format(name=name, ad=ad, advertiser=served.practice.advertiser_id)
    (folder / f"{name}.yaml").write_text(text)


def search(served: Served, folder: Path, name: str) -> None:
    text = SEARCH.format(name=name, description=HOSTILE, advertiser=served.practice.advertiser_id)
    (folder / f"{name}.yaml").write_text(text)


def taken_over(tab: Tab, name: str) -> None:
    """The list, once the runner has seen a file."""
    for _ in range(60):
        tab.go("/scenarios")
        if tab.page.get_by_role("link", name=name, exact=True).count():
            return
        tab.page.wait_for_timeout(250)
    raise AssertionError(name)


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_the_list_is_searched_and_switched(tab: Tab, served: Served, folder: Path) -> None:
    search(served, folder, "apples")
    search(served, folder, "pears")
    (folder / "broken.yaml").write_text(BROKEN)
    taken_over(tab, "apples")
    page = tab.page

    expect(page.get_by_role("link", name="Open broken.yaml")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("scenarios")
    page.get_by_role("switch", name="Run pears by its schedule").click()
    expect(page.get_by_role("switch", name="Run pears by its schedule")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="pears is on.")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("pea")
    expect(page.get_by_role("link", name="apples", exact=True)).to_be_hidden()
    expect(page).to_have_url(served.address + "/scenarios?q=pea")
    button(page, "Run once pears")
    expect(page.get_by_role("dialog").get_by_text("went well")).to_be_visible()
    tab.is_accessible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Run once pears")).to_be_focused()
    page.get_by_role("link", name="pears", exact=True).click()
    expect(page.get_by_role("heading", name="pears")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("scenario")


def test_a_plan_is_made_looked_at_and_applied(
    tab: Tab, served: Served, folder: Path, ads: list[str]
) -> None:
    pause(served, folder, "careful", ads[0])
    taken_over(tab, "careful")
    page = tab.page
    button(page, "See what it would do careful")

    page.wait_for_url("**/plans/*")
    expect(page.get_by_role("cell", name="DISABLE")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("plan")
    button(page, "Apply 1 change and 1 stored value")
    expect(page.get_by_role("dialog")).to_contain_text("runs for real")
    tab.is_accessible()
    page.get_by_role("dialog").get_by_role(
        "button", name="Apply 1 change and 1 stored value"
    ).click()
    expect(page.get_by_text("Everything was done")).to_be_visible()
    expect(page.get_by_role("link", name="Undo execution")).to_be_visible()
    expect(page.get_by_role("cell", name="done", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    tab.is_accessible()
    tab.shoot("plan-applied")
    page.get_by_role("link", name="Undo execution").click()
    page.wait_for_url("**/executions/*")
    tab.go("/plans")
    expect(page.get_by_text("applied", exact=True)).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()


def test_what_changes_things_is_seen_before_it_is_switched_on(
    tab: Tab, served: Served, folder: Path, ads: list[str]
) -> None:
    pause(served, folder, "nightly", ads[1])
    taken_over(tab, "nightly")
    page = tab.page
    # By keyboard alone.
    page.get_by_role("switch", name="Run nightly by its schedule").focus()
    page.keyboard.press("Space")

    expect(page.get_by_text("Nobody has seen what it would do.")).to_be_visible()
    tab.is_accessible()
    tab.shoot("scenario-on")
    expect(page.get_by_role("button", name="See what it would do", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("In all: 1 change of 1 object")).to_be_visible()
    tab.shoot("scenario-on-planned")
    page.get_by_role("button", name="Switch on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("switch", name="Run nightly by its schedule")).to_be_checked()
    button(page, "More for nightly")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("It is on, and is switched off first.")
    tab.is_accessible()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("nightly.yaml is deleted.")).to_be_visible()
    button(page, "Take it back")
    expect(page.get_by_role("switch", name="Run nightly by its schedule")).not_to_be_checked()


def test_a_schedule_shows_its_next_times_while_it_is_typed(
    tab: Tab, served: Served, folder: Path, ads: list[str]
) -> None:
    pause(served, folder, "timed", ads[2])
    taken_over(tab, "timed")
    page = tab.go("/scenarios/timed/schedule")

    expect(page.get_by_role("heading", name="Next five times")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_label("It runs").select_option("by a cron expression")
    page.get_by_label("Cron expression").fill("0 25 * * *")
    expect(page.get_by_text("The hour 25 is not 0 to 23.").first).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Cron expression")).to_have_attribute("aria-invalid", "true")
    tab.is_accessible()
    page.get_by_label("It runs").select_option("on days of the week")
    page.get_by_label("Monday").first.check()
    page.get_by_label("At", exact=True).fill("07:30")
    expect(page.get_by_role("listitem").filter(has_text="07:30")).to_have_count(5)
    tab.shoot("schedule")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/scenarios/timed")

    when = page.get_by_role("region", name="When it runs")
    expect(when.get_by_text("Monday at 07:30 (Europe/Berlin)")).to_be_visible()
    assert "# often" in (folder / "timed.yaml").read_text()
