"""The intake of events with everything behind it: pipeline, outbox and a real disk."""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from adloom.clock import FrozenClock
from adloom.database.sqlite import SqliteDatabase
from adloom.intake import EventHook, intake_app
from adloom.json_text import dump, parse_strict
from connections.signatures import proof_for
from modules.events.mapping import EventMapping
from modules.events.pipeline import Pipeline
from scheduler.outbox.entries import EventState, Origin
from scheduler.outbox.schema import MIGRATIONS
from scheduler.outbox.store import Outbox
from tests.connections.samples import of_kind
from tests.seams.stores import plain_vault
from tests.seams.things import driver

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
JSON = {"content-type": "application/json"}
CANARIES = (
    "canary.person@example.com", "Canary.Person@Example.com", "+4915112345678", "015112345678",
    "Canarina", "Birdsworth", "member-canary",
)  # fmt: skip


def purchase(number: int = 1, **more: Any) -> dict[str, Any]:
    """A purchase that tells who it was."""
    return {
        "event": "Purchase",
        "event_time": int(NOW.timestamp()) - 600,
        "event_id": f"order-{number}",
        "user": {
            "email": " Canary.Person@Example.com ",
            "phone": "015112345678",
            "first_name": "Canarina",
            "last_name": "Birdsworth",
            "external_id": "member-canary",
            "ip": "203.0.113.9",
        },
        "page": {"url": "https://shop.example.com/thanks"},
        "properties": {"currency": "EUR", "value": 30.5},
        **more,
    }


@dataclass
class House:
    """An intake, what is behind it, and its folder."""

    client: httpx.AsyncClient
    outbox: Outbox
    folder: Path

    async def post(self, content: Any, **headers: str) -> httpx.Response:
        body = content if isinstance(content, bytes) else dump(content)
        return await self.client.post("/events", content=body, headers={**JSON, **headers})

    async def items(self) -> list[dict[str, Any]]:
        held = await self.outbox.held(limit=10_000)
        return [parse_strict(await self.outbox.content(one.id)) for one in held]

    def room(self, pages: int | None) -> None:
        """Let the file grow by so many pages; by any number again with None."""
        database = self.outbox.database
        assert isinstance(database, SqliteDatabase)
        [[now]] = database._writer.execute("PRAGMA page_count")
        most = 1_000_000 if pages is None else now + pages
        database._writer.execute(f"PRAGMA max_page_count = {most}")

    def written(self) -> bytes:
        """Every byte on the disk."""
        return b"\0".join(one.read_bytes() for one in self.folder.rglob("*") if one.is_file())


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FrozenClock(NOW)
    options = EventMapping.model_validate({"options": {"default_country": "DE"}})
    pipeline = Pipeline(options, source="web", source_id="CPIXEL")
    path = tmp_path / "events.db"
    async with SqliteDatabase(path, MIGRATIONS, set_name="events", lock_wait=0.1) as database:
        outbox = Outbox(database, plain_vault(), clock)
        hook = EventHook("shop", "pixel", lambda *_: True, pipeline, outbox)
        app = intake_app({}, events={"shop": hook}, clock=clock)
        carrier = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=carrier, base_url="http://intake") as client:
            yield House(client, outbox, tmp_path)


async def test_what_is_confirmed_is_on_the_disk(house: House) -> None:
    answer = await house.post([purchase(1), purchase(2)])

    with closing(driver.connect(house.folder / "events.db")) as looking:
        [(waiting,)] = looking.execute("SELECT waiting FROM event_lane").fetchall()
    assert (202, 2, 2) == (answer.status_code, answer.json()["accepted"], waiting)
    assert {EventState.WAITING: 2, EventState.SENT: 0, EventState.DEAD: 0} == (
        await house.outbox.origin_counts(Origin("intake", "shop"))
    )


async def test_people_are_kept_hashed_and_sealed_whatever_happens(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[tuple[Any, dict[str, str]]] = [
        ([purchase(1)], {}),
        ([purchase(2, event=""), purchase(3, event_time="yesterday")], {}),
        ([purchase(4, unknown=CANARIES[0]), purchase(5, user={"email": "no, canary.person"})], {}),
        (purchase(6, user={"phone_sha256": CANARIES[2]}), {}),
        (dump(purchase(7))[:-1], {}),
        (dump(purchase(8)) + b"\n{" + CANARIES[0].encode(), {"content-type": "application/jsonl"}),
        (purchase(9), {"idempotency-key": CANARIES[0]}),
        (purchase(10, event_id=None, event_time=None), {"idempotency-key": CANARIES[0]}),
        (purchase(11), {"content-type": "text/plain"}),
    ]
    answers = []
    with caplog.at_level(logging.DEBUG):
        for content, headers in tries:
            answers.append(await house.post(content, **headers))
        house.room(0)
        answers += [await house.post([purchase(100 + n) for n in range(200)])]
        house.room(None)

    told = "".join(one.text + str(one.headers) for one in answers)
    logged = "".join(one.getMessage() for one in caplog.records if one.name.startswith("adloom"))
    kept = dump(await house.items()).decode()
    everything = (told + logged + kept).encode() + house.written()
    assert {202, 400, 415, 422, 503} == {one.status_code for one in answers}
    assert [] == [one for one in CANARIES if one.encode() in everything]
    assert "9b4e2d0f" not in kept
    assert 64 == len((await house.items())[0]["user"]["email"])


async def test_a_full_disk_is_told_and_nothing_of_the_request_is_kept(house: House) -> None:
    await house.post(purchase(0))
    many = [purchase(n) for n in range(1, 1_000)]
    house.room(3)
    full = await house.post(many)
    during = len(await house.items())
    house.room(None)
    again = await house.post(many)

    assert (503, "30") == (full.status_code, full.headers["retry-after"])
    assert {"message": "not now"} == full.json()
    assert 1 == during
    assert (202, 999, 0) == (again.status_code, again.json()["accepted"], again.json()["known"])


async def test_a_locked_file_is_told_and_it_goes_on_afterwards(house: House) -> None:
    await house.post(purchase(0))
    with closing(driver.connect(house.folder / "events.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = await house.post(purchase(1))
        other.execute("ROLLBACK")
    again = await house.post(purchase(1))

    assert (503, "30") == (locked.status_code, locked.headers["retry-after"])
    assert (202, 1) == (again.status_code, again.json()["accepted"])


async def test_many_at_a_time_are_all_kept_once(house: House) -> None:
    batches = [[purchase(number % 40), purchase(1_000 + number)] for number in range(80)]
    answers = [
        answer
        for start in range(0, 80, 40)
        for answer in await asyncio.gather(*map(house.post, batches[start : start + 40]))
    ]

    assert {202} == {one.status_code for one in answers}
    assert 120 == sum(one.json()["accepted"] for one in answers)
    assert 40 == sum(one.json()["known"] for one in answers)
    assert 120 == len({one["event_id"] for one in await house.items()})


async def test_the_same_request_twice_changes_nothing(house: House) -> None:
    nameless = [
        {**purchase(), "event_id": None, "event_time": None},
        {**purchase(), "event_id": None},
        purchase(),
    ]
    counts = [(await house.post(nameless)).json() for _ in range(2)]

    assert [(3, 0), (0, 3)] == [(one["accepted"], one["known"]) for one in counts]


async def test_events_without_consent_or_by_another_name_are_counted(house: House) -> None:
    pipeline = Pipeline(
        EventMapping.model_validate(
            {
                "consent": {"field": "properties.agreed", "granted": [True]},
                "options": {"never": ["Lead"]},
            }
        ),
        source="web",
        source_id="CPIXEL",
    )
    hook = EventHook("shop", "pixel", lambda *_: True, pipeline, house.outbox)
    carrier = httpx.ASGITransport(intake_app({}, events={"shop": hook}, clock=FrozenClock(NOW)))
    async with httpx.AsyncClient(transport=carrier, base_url="http://intake") as client:
        granted, refused = {"agreed": True}, {"agreed": False}
        records = [
            purchase(1, properties=granted),
            purchase(2, properties=refused),
            purchase(3, event="Lead", properties=granted),
        ]
        answer = await client.post("/events", json=records)

    assert 202 == answer.status_code
    assert (1, 2) == (answer.json()["accepted"], answer.json()["skipped"])


# --- a shop ---------------------------------------------------------------------------------------

SHOP_SECRET = "shop-secret-canary-0123"
ORDER = {
    "id": 450789469,
    "order_number": 1001,
    "email": "Canary.Person@Example.com",
    "created_at": "2026-11-21T11:50:00+00:00",
    "currency": "EUR",
    "total_price": "30.50",
    "financial_status": "paid",
    "landing_site": "/products/mug?ttclid=E.C.P.canaryless",
    "order_status_url": "https://shop.example.com/1/orders/x",
    "browser_ip": "203.0.113.9",
    "line_items": [
        {"id": 1, "product_id": 632910392, "variant_id": 808950810, "title": "Mug",
         "quantity": 2, "price": "15.25"},
    ],
}  # fmt: skip


@pytest.fixture
async def shop(house: House) -> AsyncIterator[House]:
    """The address of a shop that signs what it sends."""
    settings = {"signature": "sha256-base64", "signature_header": "X-Shopify-Hmac-Sha256"}
    connection = of_kind("webhook", {"client_secret": SHOP_SECRET}, **settings)
    pipeline = Pipeline(
        EventMapping.model_validate({"preset": "shopify"}), source="web", source_id="CPIXEL"
    )
    clock = FrozenClock(NOW)
    proves = proof_for(connection, clock.now)
    hook = EventHook(
        "shop", "pixel", proves, pipeline, house.outbox, topic_header="x-shopify-topic"
    )
    carrier = httpx.ASGITransport(intake_app({}, events={"shop": hook}, clock=clock))
    async with httpx.AsyncClient(transport=carrier, base_url="http://intake") as client:
        yield House(client, house.outbox, house.folder)


async def deliver(shop: House, order: dict[str, Any], topic: str, delivery: str) -> httpx.Response:
    content = dump(order)
    digest = hmac.new(SHOP_SECRET.encode(), content, hashlib.sha256).digest()
    return await shop.post(
        content,
        **{
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Topic": topic,
            "X-Shopify-Webhook-Id": delivery,
        },
    )


async def test_a_shops_order_is_one_purchase_however_often_it_is_told(shop: House) -> None:
    answers = [
        await deliver(shop, ORDER, "orders/create", "a"),
        await deliver(shop, ORDER, "orders/create", "a"),
        await deliver(shop, ORDER, "orders/paid", "b"),
        await deliver(shop, {**ORDER, "note": "changed"}, "orders/updated", "c"),
    ]

    [item] = await shop.items()
    told = [(one.json()["accepted"], one.json()["known"], one.json()["skipped"]) for one in answers]
    assert [202] * 4 == [one.status_code for one in answers]
    assert [(1, 0, 0), (0, 1, 0), (0, 1, 0), (0, 0, 1)] == told
    assert "Purchase" == item["event"]
    assert b"Canary.Person" not in shop.written()


async def test_a_shop_is_never_told_to_stop_sending(shop: House) -> None:
    answer = await deliver(
        shop, {**ORDER, "created_at": "2020-01-01T00:00:00Z"}, "orders/create", "d"
    )

    assert (202, 0) == (answer.status_code, answer.json()["accepted"])
    assert 1 == len(answer.json()["refused"])
