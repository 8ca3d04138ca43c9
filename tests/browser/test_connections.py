"""Connecting in a real browser: the consent page, the way back, and what happens without it."""

import socket
import tomllib

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab, Served, Tab

#: An app that no other test uses: the simulator remembers the first secret of each.
APP = "73000000000000000{:02d}"
SECRET = "browser-app-secret-0123456789"


def landing(served: Served) -> str:
    settings = tomllib.loads((served.practice.folder / "adloom.toml").read_text())
    return f"http://127.0.0.1:{settings['oauth']['port']}"


@pytest.fixture
def consenting(open_tab: OpenTab, served: Served) -> Tab:
    """A tab that may also visit the simulator's consent page, and come back from it."""
    tab = open_tab(served)
    tab.watched.allowed_places |= {served.practice.simulator.url, landing(served)}
    return tab


def filled(tab: Tab, name: str, number: int) -> Page:
    """The form for ad accounts, filled in and sent."""
    page = tab.go("/connections")
    page.get_by_role("link", name="Connect", exact=True).click()
    page.get_by_role("link", name="TikTok ads").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("App id").fill(APP.format(number))
    page.get_by_label("App secret").fill(SECRET)
    page.get_by_text("More settings").click()
    page.get_by_label("Host").fill(tab.served.practice.simulator.url)
    tab.shoot("connections-form")
    page.get_by_role("button", name="Go on to TikTok").click()
    page.get_by_role("link", name="Connect TikTok").wait_for()
    return page


def test_the_owner_agrees_and_comes_back_to_what_was_connected(consenting: Tab) -> None:
    tab = consenting
    page = filled(tab, "acme", 11)
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("connections-consent")
    page.get_by_role("link", name="Connect TikTok").click()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url("**/connections/consent/*")
    expect(page.get_by_role("heading", name="Connected")).to_be_visible()
    expect(page.get_by_text("Northwind Outdoor")).to_be_visible()
    tab.shoot("connections-connected")
    tab.is_accessible()
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_text("App secret")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("connections-one")
    assert SECRET not in page.content()

    tab.go("/connections")
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("connections")
    page.get_by_role("link", name="acme", exact=True).click()
    page.get_by_role("link", name="Remove…").click()
    tab.is_accessible()
    page.get_by_role("button", name="Remove acme").click()
    expect(page.get_by_text("acme is forgotten here.")).to_be_visible()


def test_an_owner_who_says_no_may_try_again_without_typing_the_secret(consenting: Tab) -> None:
    tab = consenting
    page = filled(tab, "second", 12)
    page.get_by_role("link", name="Connect TikTok").click()
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url("**/connections/consent/*")
    expect(page.get_by_role("alert").get_by_text("Nothing was saved.")).to_be_visible()
    tab.is_accessible()
    tab.shoot("connections-refused")
    page.get_by_role("button", name="Go on to TikTok").click()
    page.get_by_role("link", name="Connect TikTok").click()
    page.get_by_role("button", name="Allow").click()

    expect(page.get_by_role("heading", name="Connected")).to_be_visible()


def test_where_nobody_hears_the_answer_its_address_is_pasted(consenting: Tab) -> None:
    tab = consenting
    host, port = landing(tab.served).removeprefix("http://").split(":")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, int(port)))
        taken.listen()
        page = filled(tab, "third", 13)
        expect(page.get_by_text("does not load.").first).to_be_visible()
        link = page.get_by_role("link", name="Connect TikTok").get_attribute("href")
        assert link is not None
        other = tab.context.new_page()
        other.goto(link)
        with other.expect_request(lambda one: "/callback" in one.url) as landed:
            other.get_by_role("button", name="Allow").click(no_wait_after=True)
        address = landed.value.url
        other.close()
    page.get_by_label("Address").fill("http://127.0.0.1:1/callback?auth_code=x&state=guessed")
    page.get_by_role("button", name="Connect with this address").click()
    expect(page.get_by_text("does not belong to the consent")).to_be_visible()
    tab.is_accessible()
    page.get_by_label("Address").fill(address)
    page.get_by_role("button", name="Connect with this address").click()

    expect(page.get_by_role("heading", name="Connected")).to_be_visible()


def test_every_fault_is_told_at_its_field_by_keyboard_alone(tab: Tab) -> None:
    page = tab.go("/connections/new/tiktok-business")
    page.get_by_label("App id").focus()
    page.keyboard.type("no number")
    page.keyboard.press("Enter")
    expect(page.get_by_label("App id")).to_have_attribute("aria-invalid", "true")
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("connections-faults")
    tab.go("/connections/new")
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("connections-choose")
    tab.go("/connections/new/web")
    page.get_by_label("Login").select_option("header")

    expect(page.get_by_label("Value of the header")).to_be_visible()
