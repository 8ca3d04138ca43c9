"""The API explorer in a real browser: a read, a write that asks first, requests for others."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Tab


def test_an_endpoint_is_found_called_and_its_answer_looked_at(tab: Tab) -> None:
    page = tab.go("/explorer")
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("explorer")
    page.get_by_role("searchbox", name="Search").fill("campaign get")
    expect(page).to_have_url(re.compile("q=campaign"))
    page.get_by_role("link", name="GET /campaign/get/").click()
    expect(page.get_by_text("Still needed or not right yet: advertiser_id.")).to_be_visible()
    page.get_by_label("advertiser_id", exact=True).fill(tab.served.practice.advertiser_id)
    page.get_by_label("page_size").fill("2")
    expect(page.get_by_text("••••")).to_be_visible()
    page.get_by_text("As Python", exact=True).click()
    expect(page.get_by_label("As Python")).to_contain_text("httpx.request")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(re.compile(r"Page 1 of \d+"))).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("explorer-answer")
    page.get_by_role("link", name="Raw", exact=True).click()
    expect(page.get_by_label("Raw answer")).to_contain_text("request_id")
    page = tab.go("/explorer")
    expect(page.get_by_role("region", name="Calls of this session")).to_contain_text("0 done")
    tab.is_accessible()
    page.get_by_role("region", name="Calls of this session").get_by_role("link").first.click()

    expect(page.get_by_label("page_size")).to_have_value("2")


def test_a_write_asks_first_in_a_dialog_and_no_means_no(tab: Tab) -> None:
    page = tab.go("/explorer/at/POST/campaign/status/update/")
    page.get_by_label("advertiser_id", exact=True).fill(tab.served.practice.advertiser_id)
    page.get_by_label("operation_status", exact=True).fill("DISABLE")
    page.get_by_label("campaign_ids", exact=True).fill("1")
    page.get_by_role("button", name="Send").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Send POST /campaign/status/update/?")
    expect(dialog).to_contain_text(tab.served.practice.advertiser_id)
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("explorer-confirm")
    requests = tab.served.practice.simulator.effects.requests
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert 0 == sum(count for path, count in requests.items() if "campaign/status" in path)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Send it").dblclick()
    answer = page.get_by_role("region", name="Answer", exact=True).last
    expect(answer.get_by_role("link", name="Execution")).to_be_visible()
    expect(dialog).to_have_count(0)
    tab.is_accessible()
    tab.shoot("explorer-sent")

    assert 1 == sum(count for path, count in requests.items() if "campaign/status" in path)


def test_a_call_becomes_a_step_of_a_new_scenario(tab: Tab) -> None:
    page = tab.go("/explorer/free")
    page.get_by_label("Path").fill("/user/info/")
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_role("button", name="Make a step of this").click()

    expect(page).to_have_url(re.compile(r"/scenarios/make-an-api-call(-\d+)?/edit"))
