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


def test_who_signs_in_again_elsewhere_is_no_longer_told_to(tab: Tab) -> None:
    page = tab.go("/connections/practice")
    session = tab.context.cookies()
    tab.watched.allowed_statuses = {401}
    tab.context.clear_cookies()
    page.get_by_role("button", name="Test it now").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    for one in session:
        name, value = one.get("name", ""), one.get("value", "")
        tab.context.add_cookies([{"name": name, "value": value, "url": tab.served.address}])
    page.get_by_role("button", name="Test it now").click()

    expect(page.get_by_text("You are signed out.")).to_be_hidden()


def test_pages_ask_seldom_while_nobody_is_signed_in(tab: Tab) -> None:
    refused: list[int] = []
    tab.watched.allowed_statuses = {401, 404}
    tab.page.on("response", lambda one: refused.append(one.status) if one.status == 401 else None)
    page = tab.go("/demo")
    page.evaluate(
        """() => {
          const poll = document.createElement("p");
          poll.setAttribute("hx-get", "/demo/start/gone");
          poll.setAttribute("hx-trigger", "every 100ms");
          document.querySelector("main").append(poll);
          htmx.process(poll);
        }"""
    )
    tab.context.clear_cookies()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.wait_for_timeout(1500)

    assert 1 <= len(refused) <= 2
