"""Modules in a real browser: found, tried, looked at, changed after a yes; also by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"


def filled(tab: Tab, path: str) -> Page:
    """The page of a module with the account filled in."""
    page = tab.go(path)
    page.get_by_label("Advertiser", exact=True).fill(tab.served.practice.advertiser_id)
    return page


def test_a_module_is_searched_tried_and_its_rows_are_paged(tab: Tab) -> None:
    page = tab.go("/modules")
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("modules")
    page.get_by_role("searchbox", name="Search").fill("ads search")
    expect(page.get_by_text("1 module", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/modules\?q=ads"))
    page.get_by_role("link", name="Search ads").click()
    page.get_by_label("Advertiser", exact=True).fill(tab.served.practice.advertiser_id)
    page.get_by_label("Limit", exact=True).fill("0")
    page.get_by_label("Name contains").fill("")
    expect(page.get_by_label("Command")).to_contain_text("--limit=0")
    page.get_by_role("button", name="Run once").click()
    result = page.get_by_role("region", name="Rows")
    expect(result).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("module-result")
    page.get_by_role("link", name="Later rows").click()
    expect(page.get_by_text("Rows 26 to 50")).to_be_visible()
    page.get_by_role("link", name="JSON", exact=True).first.click()
    expect(page.get_by_label("Rows as JSON")).to_contain_text('"ad_id"')
    tab.is_accessible()

    expect(page.get_by_label("Limit", exact=True)).to_have_value("0")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "search-ads.csv" == download.value.suggested_filename


def test_what_is_wrong_stands_beside_its_field_and_goes_once_it_is_right(tab: Tab) -> None:
    page = tab.go("/modules/search-ads")
    page.get_by_label("Name contains").fill(HOSTILE)
    page.get_by_role("button", name="Run once").click()
    advertiser = page.get_by_label("Advertiser", exact=True)
    expect(advertiser).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").filter(has_text="needs a look")).to_be_visible()
    tab.is_accessible()
    expect(page.get_by_label("Name contains")).to_have_value(HOSTILE)
    advertiser.fill(tab.served.practice.advertiser_id)
    page.get_by_role("button", name="Run once").click()

    expect(page.get_by_text("It matched nothing.")).to_be_visible()
    expect(page.get_by_text("needs a look")).to_have_count(0)
    expect(advertiser).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Limit", exact=True).fill("-1")
    page.get_by_role("button", name="Run once").click()
    expect(page.get_by_text("Must be 0 or more.").first).to_be_visible()
    tab.shoot("module-refused")


def test_accounts_are_offered_once_the_field_is_entered(tab: Tab) -> None:
    page = tab.go("/modules/list-campaigns")
    with page.expect_response(re.compile("/choices/list-campaigns/advertiser_id")) as answer:
        page.get_by_label("Advertiser", exact=True).focus()

    assert tab.served.practice.advertiser_id in answer.value.text()


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_a_change_is_shown_then_made_after_a_yes(tab: Tab, way: str) -> None:
    page = tab.go("/modules/search-ads?primary_status=STATUS_DELIVERY_OK&limit=0")
    page.get_by_label("Advertiser", exact=True).fill(tab.served.practice.advertiser_id)
    page.get_by_role("button", name="Run once").click()
    cells = page.get_by_role("region", name="Rows").locator("tbody tr td:first-child")
    expect(cells.first).to_be_visible()
    # The last ones are ordinary ads; each way takes another.
    ad = cells.nth(cells.count() - (1 if way == "mouse" else 2)).inner_text()
    page = filled(tab, f"/modules/update-ad-status?ad_ids={ad}&status=DISABLE")
    press(page, "Run once", way)
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    expect(page.get_by_role("region", name="Changes")).to_contain_text(ad)
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("module-plan")
    press(page, "Make this change", way)
    expect(page.get_by_role("link", name="Execution")).to_be_visible()
    tab.is_accessible()
    tab.shoot("module-changed")

    assert 1 == tab.served.practice.simulator.effects.changed[ad]


def press(page: Page, name: str, way: str) -> None:
    """Use a button with the mouse, or as somebody who has none."""
    button = page.get_by_role("button", name=name)
    if way == "mouse":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter")
