"""Events in a real browser: the playground, rejected events sent again, tests and checks."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from adloom.cli.session import Session, open_session
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.simulator import Running
from adloom.simulator.world.pixels import pixels_of
from scheduler.outbox.entries import Entry, Lane, Origin
from tests.browser.conftest import OpenTab, Served, Tab, practised, serving
from tests.seams.practice import Practice
from tests.seams.workspaces import connected

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}" + "w" * 120
INTAKE = '\n[events.intake.door]\nsecret = "hook"\nconnection = "shop"\npreset = "segment"\n'


def in_workspace(practice: Practice, work: Callable[[Session], Any]) -> Any:
    """Do something in a workspace; Playwright's loop runs in this thread."""

    async def run() -> Any:
        async with open_session(Workspace.open(practice.folder), tell=lambda _: None) as session:
            return await work(session)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


def pixel(simulator: Running) -> str:
    return pixels_of(next(iter(simulator.world.accounts)))[0].code


@pytest.fixture(scope="module")
def shop(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console whose workspace sends to a pixel, which refuses what is in the outbox."""
    practice = practised(simulator, tmp_path_factory.mktemp("events") / "workspace")
    settings = practice.folder / SETTINGS_FILE
    settings.write_text(settings.read_text() + INTAKE)

    async def connect(session: Session) -> None:
        secrets = {"access_token": simulator.token()}
        told = {"host": simulator.url, "source_id": pixel(simulator)}
        await connected(session, "shop", "tiktok-events", secrets, **told)

    in_workspace(practice, connect)
    with serving(practice) as running:
        yield running


def put(practice: Practice, simulator: Running, *names: str) -> None:
    """Put events into the outbox, as if they had come in."""
    now = int(time.time())

    async def accept(session: Session) -> None:
        entries = [
            Entry(
                time.time_ns().to_bytes(8) + number.to_bytes(8),
                number,
                name,
                f"id-{number}",
                now,
                json.dumps(
                    {
                        "event": name,
                        "event_id": f"id-{now}-{number}",
                        "event_time": now,
                        "page": {"url": "https://shop.example.com/"},
                    }
                ).encode(),
                str(number),
            )
            for number, name in enumerate(names)
        ]
        outbox = await session.outbox()
        lane = Lane("shop", "web", pixel(simulator))
        await outbox.accept(lane, entries, Origin("intake", "door"))

    in_workspace(practice, accept)


def test_an_event_is_pasted_seen_put_right_and_its_mapping_saved(
    open_tab: OpenTab, shop: Served
) -> None:
    tab = open_tab(shop)
    page = tab.go("/events/playground")
    page.get_by_role("textbox", name="Your event").fill('{"bought": "Purchase", "mail": "a@b.de"')
    expect(page.get_by_text("line 1, column")).to_be_visible()
    page.get_by_role("textbox", name="Your event").fill(
        '{"bought": "Purchase", "mail": "alice@example.com", "sum": 20, "note": "x"}'
    )
    expect(page.get_by_text("Refused")).to_be_visible()
    tab.is_accessible()
    page.get_by_role("textbox", name="Mapping", exact=True).fill(
        "fields:\n  event: bought\n  user.email: mail\n  properties.value: sum\n"
        '  properties.currency: {value: EUR}\n  page.url: {value: "https://shop.example/"}\n'
    )
    expect(page.get_by_text("1 event goes out")).to_be_visible()
    expect(page.get_by_role("row", name="user.email hashed from e-mail")).to_contain_text("mail")
    expect(page.get_by_text("Not used: note")).to_be_visible()
    page.get_by_role("textbox", name="Save as mapping file").fill("orders.yaml")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as mappings/orders.yaml.").first).to_be_visible()
    expect(page.get_by_text("--mapping mappings/orders.yaml")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_role("textbox", name="Test event code").fill("TEST77")
    page.get_by_role("button", name="Send as a test event").click()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("TikTok took it.")).to_be_visible()
    tab.shoot("events-playground")
    assert "fields:" in (shop.practice.folder / "mappings" / "orders.yaml").read_text()


def test_samples_and_presets_are_loaded_and_no_file_is_overwritten(
    open_tab: OpenTab, shop: Served
) -> None:
    tab = open_tab(shop)
    page = tab.go("/events/playground")
    page.get_by_label("Begin with a sample").select_option("segment")
    page.get_by_role("button", name="Load the sample").click()
    expect(page.get_by_role("heading", name="Order Completed → Purchase")).to_be_visible()
    page.get_by_label("Read it as").select_option("preset:ga4")
    page.get_by_role("button", name="Load the mapping").click()

    expect(page.get_by_text("--preset ga4")).to_be_visible()
    folder = shop.practice.folder / "mappings"
    folder.mkdir(exist_ok=True)
    (folder / "taken.yaml").write_text("preset: segment\n")
    page.get_by_role("textbox", name="Save as mapping file").fill("taken.yaml")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("there is a file taken.yaml already")).to_be_visible()
    page.get_by_role("textbox", name="Your event").fill("{}")
    expect(page.get_by_text("event is missing")).to_be_visible()
    tab.shoot("events-sample")
    assert "preset: segment\n" == (folder / "taken.yaml").read_text()


def test_rejected_events_are_read_put_right_and_sent_again(
    open_tab: OpenTab, shop: Served, simulator: Running
) -> None:
    said = f"data.0.properties: {HOSTILE} is not a valid object."
    simulator.faults.add(
        [{"kind": "code", "code": 40002, "path": "/event/track/", "message": said}]
    )
    put(shop.practice, simulator, "Purchase", "Contact", HOSTILE)
    tab = open_tab(shop)
    page = tab.go("/events")
    expect(page.get_by_role("link", name="See why")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Needs a look")).to_be_visible(timeout=20_000)
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("events-outbox")
    page.get_by_role("link", name="See why").click()
    expect(page.get_by_role("heading", name="TikTok does not accept").first).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("events-rejected")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Put it right")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("events-one")
    simulator.faults.clear()
    page.get_by_label("Field").fill("properties.currency")
    page.get_by_label("Value").fill("EUR")
    page.get_by_role("button", name="Put right and send").click()
    expect(page.get_by_text("is put right and will be tried again")).to_be_visible()
    page.get_by_role("button", name="Send all 2 again").click()
    expect(page.get_by_text("2 events will be tried again")).to_be_visible()
    tab.go("/events")

    expect(page.get_by_text("All sent")).to_be_visible(timeout=20_000)
    assert 3 == simulator.events.tally(f"web {pixel(simulator)}").as_json()["distinct"]


def test_dropping_asks_and_can_be_called_off(
    open_tab: OpenTab, shop: Served, simulator: Running
) -> None:
    simulator.faults.add(
        [{"kind": "code", "code": 40002, "path": "/event/track/", "message": "invalid"}]
    )
    put(shop.practice, simulator, "Search")
    tab = open_tab(shop)
    page = tab.go("/events")
    expect(page.get_by_role("link", name="See why")).to_be_visible(timeout=20_000)
    simulator.faults.clear()
    page = tab.go("/events/rejected")
    page.get_by_role("button", name="Drop").click()
    page.get_by_role("button", name="Keep them").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Drop").click()
    tab.is_accessible()
    page.get_by_role("button", name="Drop 1 event").click()

    expect(page.get_by_text("Nothing was rejected.")).to_be_visible()


def test_a_connection_is_checked_and_a_test_event_sent(open_tab: OpenTab, shop: Served) -> None:
    tab = open_tab(shop)
    page = tab.go("/events/verify")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("TikTok knows the token of shop")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("events-verify")
    page = tab.go("/events/test")
    page.get_by_label("Test event code", exact=True).fill("TEST4")
    page.get_by_role("button", name="Send as a test").click()
    expect(page.get_by_role("textbox", name="Address")).to_have_attribute("aria-invalid", "true")
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_role("textbox", name="Address").fill("https://shop.example/")
    page.get_by_role("button", name="Send as a test").click()

    expect(page.get_by_text("TikTok took it.")).to_be_visible()
    tab.shoot("events-test")


def test_addresses_are_told_with_what_is_missing(open_tab: OpenTab, shop: Served) -> None:
    tab = open_tab(shop)
    page = tab.go("/events/intake")

    expect(page.get_by_role("heading", name="door")).to_be_visible()
    expect(page.get_by_text("there is no connection named 'hook'")).to_be_visible()
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot("events-intake")


def test_without_a_connection_the_screen_leads_to_one(tab: Tab) -> None:
    page = tab.go("/events")

    expect(page.get_by_role("heading", name="No connection for events yet.")).to_be_visible()
    tab.is_accessible()
    page.get_by_role("link", name="Try the playground").click()
    expect(page.get_by_text("1 event goes out")).to_be_visible()


def test_a_folder_of_mappings_is_only_made_when_one_is_saved(served: Served) -> None:
    assert not Path(served.practice.folder / "mappings").exists()
