"""Reports in a real browser: choosing, reading, saving, scheduling, by keyboard."""

import re
import subprocess
import sys

from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab
from tests.seams.renaming import HOSTILE, rename_a_campaign


def shown(tab: Tab, query: str = "") -> Page:
    """Open reports and wait for the figures."""
    # Without transitions, so that colours are what they are when they are looked at.
    tab.page.emulate_media(reduced_motion="reduce")
    page = tab.go(f"/reports{query}")
    expect(page.get_by_role("img", name="chart")).to_be_visible()
    return page


def test_choosing_days_and_level_shows_chart_and_table(tab: Tab) -> None:
    page = shown(tab)
    page.get_by_label("Days", exact=True).select_option("Last 30 days")
    page.get_by_label("Level").select_option("Ad groups")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(r"level=adgroup&days=last\+30\+days"))

    expect(page.get_by_role("img", name="Bar chart: Cost and cost per conversion")).to_be_visible()
    page.get_by_text("Show as a table").click()
    table = page.get_by_role("region", name="Table: Cost and cost per conversion")
    expect(table.get_by_role("row")).to_have_count(31)
    expect(page.get_by_role("region", name="Ad groups with their figures")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("reports")
    page.emulate_media(color_scheme="dark")
    tab.shoot("reports-dark")


def test_custom_days_appear_when_they_are_wanted_and_faults_stand_beside_them(tab: Tab) -> None:
    page = shown(tab, "?days=today")
    expect(page.get_by_label("First day")).to_be_hidden()
    page.get_by_label("Days", exact=True).select_option("Custom")
    page.get_by_label("First day").fill("2026-11-05")
    page.get_by_label("Last day").fill("2026-11-01")
    page.get_by_label("Columns", exact=True).select_option("Custom columns")
    page.get_by_label("Reach", exact=True).check()
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.get_by_label("Last day")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Reach", exact=True)).to_be_checked()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("reports-faults")


def test_a_report_is_saved_opened_and_deleted_by_keyboard(tab: Tab) -> None:
    page = shown(tab, "?by=age&compare=none")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Name").fill("by-age")
    tab.is_accessible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="by-age")).to_be_visible()
    page.get_by_role("link", name="Saved reports (1)").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Saved reports")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("reports-saved")
    page.get_by_role("link", name="by-age").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Breakdown")).to_have_value("age")
    page.go_back()
    page.get_by_role("button", name="Delete by-age").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("No report is saved yet")).to_be_visible()


def test_a_report_is_scheduled_as_a_scenario_that_is_switched_off(tab: Tab) -> None:
    page = shown(tab, "?days=last+7+days")
    page.get_by_role("button", name="Schedule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How often").select_option("Every month")
    expect(dialog.get_by_label("On", exact=True)).to_be_hidden()
    dialog.get_by_label("Day of the month").fill("31")
    dialog.get_by_role("button", name="Make the scenario").click()
    expect(dialog.get_by_label("Day of the month")).to_have_attribute("aria-invalid", "true")
    tab.is_accessible()
    tab.shoot("reports-schedule")
    dialog.get_by_label("Day of the month").fill("1")
    dialog.get_by_role("button", name="Make the scenario").click()

    expect(dialog.get_by_text("switched off")).to_be_visible()
    expect(dialog.get_by_role("link", name="Open it")).to_have_attribute(
        "href", "/scenarios/campaign-report"
    )


def test_hostile_names_are_text_in_chart_marks_and_tables(tab: Tab) -> None:
    page = shown(tab, "?days=today")
    practice = tab.served.practice
    links = page.get_by_role("region", name="with their figures").get_by_role("link").all()
    found = [re.search(r"campaign=(\d+)", link.get_attribute("href") or "") for link in links]
    campaign = rename_a_campaign(practice, HOSTILE, [one[1] for one in found if one])
    command = [sys.executable, "-m", "adloom", "--workspace", str(practice.folder)]
    command += ["run", "update-campaign-budget", "--advertiser-id", practice.advertiser_id]
    command += ["--campaign-ids", campaign, "--budget", "4321", "--yes"]
    subprocess.run(command, check=True, capture_output=True)
    page.get_by_role("button", name="Refresh").click()

    mark = f"by hand: budget of campaign “{HOSTILE}”"
    expect(page.get_by_role("link", name=mark)).to_be_visible()
    expect(page.get_by_role("img", name=f"Marked: {mark}")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("reports-marks")
    page.set_viewport_size({"width": 390, "height": 800})
    tab.shoot("reports-phone")
