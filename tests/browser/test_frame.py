"""The frame around every page, in a real browser."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, Served, Tab


def test_the_start_page_is_there_after_signing_in(tab: Tab) -> None:
    expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.page.get_by_role("link", name="Start")).to_have_attribute("aria-current", "page")
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("start")


def test_a_link_signs_in_one_browser_only(open_tab: OpenTab, served: Served) -> None:
    first = open_tab(served)
    second = first.context.browser
    assert second is not None
    context = second.new_context()
    page = context.new_page()
    page.goto(served.link)
    page.wait_for_url(served.address + "/")
    context.clear_cookies()
    page.goto(served.link)

    expect(page.get_by_text("used already")).to_be_visible()
    context.close()


def test_keys_are_listed_and_the_skip_link_leads_to_the_content(tab: Tab) -> None:
    tab.page.keyboard.press("?")
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.page.reload()
    tab.page.keyboard.press("Tab")

    expect(tab.page.get_by_role("link", name="To the content")).to_be_focused()
