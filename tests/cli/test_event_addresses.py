"""Addresses that take events: opened, changed and closed as settings, secrets and files say."""

import json
import re
import tomllib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.session import Session
from adloom.secret import Secret
from adloom.services.event_addresses import EventAddresses
from adloom.settings import EventIntakeSettings, EventSettings
from connections.connection import Connection
from modules.events.prepared import Prepared
from tests.cli.test_serve_chores import Lines
from tests.seams.checkout import ROOT
from tests.seams.workspaces import opened_workspace

SECRET = "address-secret-canary-0123"
EVENT = {
    "event": "Purchase",
    "event_id": "o-1",
    "event_time": 1_700_000_000,
    "page": {"url": "https://shop.example.com/"},
    "properties": {"value": 5, "currency": "EUR"},
}
MAPPING = "events: {bought: Purchase}\noptions: {oldest_days: 0}\n"


@dataclass
class Row:
    """Addresses in an open workspace."""

    session: Session
    addresses: EventAddresses
    lines: Lines
    woken: list[int] = field(default_factory=list)

    async def add(self, name: str, provider: str, **settings: Any) -> Connection:
        names = {"webhook": "client_secret", "tiktok-events": "access_token"}
        secrets = {names[provider]: Secret(SECRET)}
        return await self.session.wiring.store.save(
            Connection(name, provider, settings, secrets=secrets)
        )

    async def add_both(self) -> None:
        await self.add("hook", "webhook", signature="none", signature_header=None)
        await self.add(
            "pixel", "tiktok-events", source="web", source_id="CPIXEL", host="production"
        )

    def name(self, **settings: Any) -> None:
        """Let the settings name one address, `shop`."""
        told = {"secret": "hook", "connection": "pixel", **settings}
        intake = {"shop": EventIntakeSettings(**told)}
        events = EventSettings(intake=intake, oldest_days=0)
        old = self.session.workspace
        changed = old.settings.model_copy(update={"events": events})
        self.session.workspace = self.addresses.session.workspace = replace(old, settings=changed)

    def write(self, text: str) -> None:
        folder = self.session.workspace.mappings
        folder.mkdir(exist_ok=True)
        (folder / "shop.yaml").write_text(text)

    def proves(self, secret: str) -> bool:
        return self.addresses.open["shop"].proves({"x-adloom-secret": secret}, {}, b"")

    def read(self, record: Mapping[str, Any]) -> Prepared:
        reading = self.addresses.open["shop"].reads.read(record, now=1_800_000_000, seed="a")
        [event] = reading.events
        return event


@pytest.fixture
async def row(tmp_path: Path) -> AsyncIterator[Row]:
    async with opened_workspace(tmp_path / "w") as session:
        lines, woken = Lines(), list[int]()
        outbox = await session.outbox()
        addresses = EventAddresses(session, outbox, lines, lambda: woken.append(1))
        yield Row(session, addresses, lines, woken)


async def test_an_address_opens_and_says_how_to_call_it_but_not_the_secret(row: Row) -> None:
    await row.add_both()
    row.name()
    await row.addresses.refresh()
    row.addresses.announce("http://127.0.0.1:8918")
    for _ in range(2):
        await row.addresses.refresh()

    event = row.read(EVENT)
    assert ("Purchase", "web", "CPIXEL") == (event.event, event.source, event.source_id)
    assert (True, False) == (row.proves(SECRET), row.proves("x"))
    assert [
        "shop: Its address takes events.",
        "shop: Events come in at http://127.0.0.1:8918/events/shop",
    ] == row.lines.said[:2]
    assert "curl" in row.lines.said[2]
    assert (3, []) == (len(row.lines.said), row.lines.alarms)
    assert SECRET not in "".join(row.lines.said)


async def test_who_signs_is_told_where(row: Row) -> None:
    await row.add(
        "hook", "webhook", signature="sha256-base64", signature_header="X-Shopify-Hmac-Sha256"
    )
    await row.add("pixel", "tiktok-events", source="web", source_id="CPIXEL", host="production")
    row.name(preset="shopify")
    await row.addresses.refresh()
    row.addresses.announce("http://127.0.0.1:8918")

    assert "signs requests in X-Shopify-Hmac-Sha256" in row.lines.said[-1]


async def test_the_source_may_be_another_than_the_connections(row: Row) -> None:
    await row.add_both()
    row.name(source="web", source_id="OTHER")
    await row.addresses.refresh()

    assert ("web", "OTHER") == (row.read(EVENT).source, row.read(EVENT).source_id)


async def test_everything_that_is_wrong_is_told_at_once(row: Row) -> None:
    await row.add("pixel", "webhook", signature="none", signature_header=None)
    row.name(preset="shopfy", mapping="missing.yaml")
    for _ in range(2):
        await row.addresses.refresh()

    [told] = row.lines.alarms
    assert {} == row.addresses.open
    assert "events.intake.shop.secret: there is no connection named 'hook'" in told
    assert "events.intake.shop.connection: 'pixel' is for webhook" in told
    assert "events.intake.shop.mapping: " in told


async def test_a_preset_that_is_not_there_is_told_with_those_that_are_near(row: Row) -> None:
    await row.add_both()
    row.name(preset="shopfy")
    await row.addresses.refresh()

    [told] = row.lines.alarms
    assert "events.intake.shop.preset" in told
    assert "Did you mean shopify?" in told


async def test_a_connection_that_comes_later_opens_the_address(row: Row) -> None:
    row.name()
    await row.addresses.refresh()
    before = dict(row.addresses.open)
    await row.add_both()
    await row.addresses.refresh()

    assert ([], ["shop"]) == (list(before), list(row.addresses.open))


async def test_a_renewed_secret_counts_at_once_and_a_removed_one_closes_the_address(
    row: Row,
) -> None:
    await row.add_both()
    row.name()
    await row.addresses.refresh()
    store = row.session.wiring.store
    hook = await store.load("hook")
    await store.replace(replace(hook, secrets={"client_secret": Secret("another-secret-canary")}))
    await row.addresses.refresh()
    proved = [row.proves(SECRET), row.proves("another-secret-canary")]
    await store.remove("hook")
    await row.addresses.refresh()

    assert [False, True] == proved
    assert {} == row.addresses.open


async def test_a_mapping_is_read_again_when_it_changes_and_the_last_good_one_counts(
    row: Row,
) -> None:
    await row.add_both()
    row.name(mapping="shop.yaml")
    bought = {**EVENT, "event": "bought"}
    row.write(MAPPING)
    await row.addresses.refresh()
    first = row.read(bought).event
    row.write("events: [no mapping\n")
    for _ in range(2):
        await row.addresses.refresh()
    second = row.read(bought).event
    row.write(MAPPING.replace("Purchase", "PlaceAnOrder"))
    await row.addresses.refresh()

    [told] = row.lines.alarms
    assert ["Purchase", "Purchase", "PlaceAnOrder"] == [first, second, row.read(bought).event]
    assert "goes by the last mapping that was right: events.intake.shop.mapping: " in told
    assert "shop.yaml" in told


async def test_counts_of_refusals_outlive_a_change(row: Row) -> None:
    await row.add_both()
    row.name(mapping="shop.yaml")
    row.write(MAPPING)
    await row.addresses.refresh()
    row.addresses.open["shop"].refused["is missing"] += 1
    row.write(MAPPING + "# another\n")
    await row.addresses.refresh()

    assert {"is missing": 1} == row.addresses.open["shop"].refused


async def test_the_example_of_the_document_is_taken_by_its_address(row: Row) -> None:
    page = (ROOT / "docs" / "event-intake.md").read_text(encoding="utf-8")
    settings = tomllib.loads(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0])
    [event] = re.findall(r"-d '(\{.*\})'", page)
    await row.add("shop-hook", "webhook", signature="none", signature_header=None)
    await row.add("shop", "tiktok-events", source="web", source_id="CPIXEL", host="production")

    row.name(**settings["events"]["intake"]["shop"])
    await row.addresses.refresh()
    reading = row.addresses.open["shop"].reads.read(json.loads(event), now=1_795_300_000, seed="a")

    assert ["Search"] == [one.event for one in reading.events]
    assert () == reading.problems
