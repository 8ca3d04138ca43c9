"""Templates, imports, data stores, settings and the doctor, in a real browser."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect

from adloom.cli.session import Session, open_session
from adloom.secret import Secret
from adloom.services.stores import put_entry
from adloom.settings import SETTINGS_FILE, Workspace
from connections.connection import Connection
from tests.browser.conftest import Served, Tab
from tests.scenarios.blueprint.seams import blueprint, node

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} " + "verylongword" * 12


def scenarios(served: Served) -> Path:
    return served.practice.folder / "scenarios"


def in_workspace(served: Served, work: Callable[[Session], Awaitable[object]]) -> None:
    async def run() -> None:
        async with open_session(Workspace.open(served.practice.folder)) as session:
            await work(session)

    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def test_a_template_becomes_a_scenario(tab: Tab, served: Served) -> None:
    page = tab.page
    page.get_by_role("link", name="Templates").click()
    expect(page.get_by_role("heading", name="New ad alert")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("gallery")
    page.get_by_label("Search").fill("rejects")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Rejected ad alert").click()
    expect(page.get_by_text("Its tests pass")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("template")
    page.reload()  # a picture leaves marks on the controls

    page.get_by_role("button", name="Make this scenario").click()
    expect(
        page.get_by_role("alert").get_by_role("link", name="Connection: Notifications")
    ).to_be_visible()
    tab.shoot("template-refused")
    secrets = {"addresses": Secret("json://127.0.0.1:9/")}
    team = Connection("team-chat", "notify", {}, secrets=secrets)
    in_workspace(served, lambda session: session.wiring.store.save(team))
    page.reload()
    page.get_by_label("Name").fill("My rejected ads")
    page.get_by_label("Connection: Notifications").select_option("team-chat")
    page.get_by_label("Advertiser account").fill(served.practice.advertiser_id)
    page.get_by_role("button", name="Make this scenario").click()
    page.wait_for_url(re.compile("/scenarios/My%20rejected%20ads/edit"))

    made = (scenarios(served) / "my-rejected-ads.yaml").read_text()
    assert served.practice.advertiser_id in made
    assert "connection: team-chat" in made


def test_a_blueprint_is_read_told_of_and_saved(tab: Tab, served: Served) -> None:
    account = {"__IMTCONN__": 12, "advertiser_ids": [served.practice.advertiser_id]}
    watch = node(1, "tiktok:watchAds", name="New ads", parameters=account)
    other = node(2, "someapp:DoSomething", name=HOSTILE, mapper={"a": 1})
    content = json.dumps(blueprint(watch, other, name="Brought over")).encode()
    page = tab.go("/gallery")
    page.get_by_role("link", name="Import from Make or TikTok").click()
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("There is nothing in it.")).to_be_visible()
    page.get_by_label("Blueprint").set_input_files(
        {"name": "make.json", "mimeType": "application/json", "buffer": content}
    )
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="What becomes of")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("tiktok:watchAds"))).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("import")
    page.get_by_role("button", name="Save it with its gaps").click()
    page.wait_for_url(re.compile("/scenarios/Brought%20over/edit"))

    assert (scenarios(served) / "brought-over.yaml").exists()


@pytest.mark.parametrize("source", ["tiktok", "rule"])
def test_the_other_imports_are_accessible(tab: Tab, source: str) -> None:
    tab.go(f"/imports?from={source}")

    expect(tab.page.get_by_role("navigation", name="From where")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot(f"import-{source}")


def test_a_setting_is_saved_with_the_comments_of_its_file(tab: Tab, served: Served) -> None:
    file = served.practice.folder / SETTINGS_FILE
    file.write_text(file.read_text() + "\n[history]\ndays = 30   # as the team agreed\n")
    page = tab.page
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("heading", name="History").click()
    page.get_by_role("textbox", name="Days", exact=True).fill("0")
    page.get_by_role("button", name="Save history").click()
    expect(page.get_by_role("textbox", name="Days", exact=True)).to_have_attribute(
        "aria-invalid", "true"
    )
    tab.is_accessible()
    page.get_by_role("textbox", name="Days", exact=True).fill("60")
    page.get_by_role("button", name="Save history").click()
    expect(page.get_by_text("Saved: Days.")).to_be_visible()
    page.get_by_role("textbox", name="Days", exact=True).fill("61")
    page.get_by_role("button", name="Save history").click()
    expect(page.get_by_text("Saved: Days.")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("settings")

    assert "days = 61   # as the team agreed\n" in file.read_text()


def test_the_kill_switch_asks_and_is_seen_everywhere(tab: Tab, served: Served) -> None:
    page = tab.go("/settings")
    page.get_by_role("button", name="Stop everything").click()
    tab.is_accessible()
    page.get_by_label("Why").fill("A look at the budgets")
    page.get_by_role("button", name="Stop everything now").click()
    expect(page.get_by_text("Noted:")).to_contain_text("A look at the budgets")
    expect(page.get_by_role("link", name="Everything is stopped")).to_be_visible()
    tab.is_accessible()
    tab.shoot("stopped")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Let things be changed").click()

    expect(page.get_by_role("link", name="Everything is stopped")).to_be_hidden()
    assert not (served.practice.folder / "STOP").exists()


def test_colours_and_a_backup(tab: Tab) -> None:
    page = tab.go("/settings")
    page.get_by_label("Dark").check()
    expect(page.get_by_label("Dark")).to_be_checked()
    page.wait_for_function("document.documentElement.dataset.scheme === 'dark'")
    tab.shoot("settings-dark")
    page.get_by_role("button", name="Make a backup").click()
    link = page.get_by_role("link", name=re.compile("Download adloom-"))
    with page.expect_download() as downloading:
        link.click()

    assert downloading.value.suggested_filename.endswith(".zip")
    assert downloading.value.path().read_bytes().startswith(b"PK")


def test_data_stores_are_searched_changed_and_deleted(tab: Tab, served: Served) -> None:
    async def fill(session: Session) -> None:
        for number in range(60):
            await put_entry(session, "orders", f"Order {number:02}", {"n": number})
        await put_entry(session, HOSTILE, HOSTILE, HOSTILE)

    in_workspace(served, fill)
    page = tab.go("/stores")
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_role("link", name="orders").click()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("store")
    page.get_by_label("Key contains").fill("order 42")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Order 42").click()
    page.get_by_label("Value", exact=True).fill("{no")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Value", exact=True)).to_have_attribute("aria-invalid", "true")
    tab.is_accessible()
    page.get_by_label("Value", exact=True).fill('{"n": 43}')
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/stores/one\?store=orders"))
    page.get_by_role("button", name="Delete Order 00").click()
    tab.is_accessible()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("59 entries")).to_be_visible()
    tab.go("/stores")
    page.get_by_role("link", name=HOSTILE).click()
    tab.fits_a_phone()
    tab.shoot("store-hostile")

    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)


def test_a_check_up_tells_what_is_well(tab: Tab) -> None:
    page = tab.page
    page.get_by_role("link", name="Doctor").click()
    tab.is_accessible()
    page.get_by_role("button", name="Check up").click()
    expect(page.get_by_role("link", name="For a bug report")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("doctor")
