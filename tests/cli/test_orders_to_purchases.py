"""The ready scenario about orders, from a shop's file all the way to the simulator."""

import asyncio
import hashlib
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.stage import Screen
from adloom.simulator import Options, Running
from tests.cli.conftest import Cli
from tests.seams.workspaces import connected, opened_workspace

NAME = "orders-to-purchases"
SET = "7400000000000000002"
SOURCE = f"offline {SET}"
COLUMNS = (
    "order_id,ordered_at,email,phone,customer_id,currency,total,"
    "items[0].content_id,items[0].price,items[0].quantity,items[1].content_id,items[1].price"
)
#: What must stand nowhere but in the file itself.
CANARIES = (b"canary.person", b"0151 23456789", b"15123456789", b"member-canary")


def order(number: int) -> str:
    """A line of the shop's file."""
    ordered = (datetime.now(UTC) - timedelta(hours=number)).isoformat(timespec="seconds")
    second = "sku-2,20.00" if number % 2 else ","
    return (
        f"{number},{ordered},Canary.Person{number}@example.com,0151 23456789,member-canary,"
        f"EUR,59.90,sku-1,19.95,2,{second}"
    )


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=20, speed=0)) as running:
        yield running


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as screen:
        yield screen


@pytest.fixture
def folder(simulator: Running, screen: Screen, tmp_path: Path) -> Path:
    """A workspace whose connections are called as in the ready scenario."""
    folder = tmp_path / "w"

    async def prepare() -> None:
        async with opened_workspace(folder, deadline=5) as session:
            told: dict[str, Any] = {"source": "offline", "source_id": SET, "host": simulator.url}
            token = {"access_token": simulator.token()}
            await connected(session, "our-shop", "tiktok-events", token, **told)
            await connected(session, "team-chat", "notify", {"addresses": screen.address})

    asyncio.run(prepare())
    return folder


def put(folder: Path, *lines: str) -> None:
    """Write the shop's file anew, and let a while pass."""
    path = folder / "data" / "orders.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([COLUMNS, *lines]) + "\n")
    os.utime(path, (time.time() - 60, time.time() - 60))


def left(folder: Path) -> list[tuple[str, bytes]]:
    """Where something of a person is left, besides the shop's own file."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "orders.csv"]
    return [
        (one.name, word) for one in files for word in CANARIES if word in one.read_bytes().lower()
    ]


def test_every_order_of_a_file_becomes_one_purchase(
    bare: Cli, folder: Path, simulator: Running, screen: Screen
) -> None:
    def call(*arguments: str) -> str:
        done = bare("--workspace", str(folder), "scenarios", *arguments)
        assert done.code == 0, done.out + done.err
        return done.err

    simulator.events.forget()
    put(folder, order(1), order(2), "3,broken", order(4))
    call("new", NAME, "--from", NAME)
    call("check", NAME)

    first = call("run", NAME, "--everything", "--yes")
    again = call("run", NAME, "--yes")
    put(folder, order(5), order(1), order(2), "3,broken", order(4))
    grown = call("run", NAME, "--yes")
    counted = simulator.events.tally(SOURCE)

    items = [item for body in simulator.events.latest for item in json.loads(body)["data"]]
    [one] = [item for item in items if item["event_id"] == "order-1"]

    assert "3 events were sent" in first
    assert "sent" not in again
    assert "event was sent" in grown
    assert (4, 4) == (counted.received, counted.distinct)
    assert 1 == screen.count("Order not sent")
    assert [] == left(folder)
    assert hashlib.sha256(b"canary.person1@example.com").hexdigest() in str(one["user"]["email"])
    assert hashlib.sha256(b"+4915123456789").hexdigest() in str(one["user"]["phone"])
    assert ("EUR", 59.9, "1") == tuple(
        one["properties"][name] for name in ("currency", "value", "order_id")
    )
    assert [("sku-1", 19.95, 2), ("sku-2", 20, None)] == [
        (item["content_id"], item["price"], item.get("quantity"))
        for item in one["properties"]["contents"]
    ]


def test_orders_that_are_there_already_are_left_alone_from_now_on(
    bare: Cli, folder: Path, simulator: Running
) -> None:
    simulator.events.forget()
    put(folder, order(1), order(2))
    for words in (["new", NAME, "--from", NAME], ["run", NAME, "--yes"]):
        assert 0 == bare("--workspace", str(folder), "scenarios", *words).code
    put(folder, order(1), order(2), order(3))

    done = bare("--workspace", str(folder), "scenarios", "run", NAME, "--yes")

    assert 0 == done.code, done.err
    assert 1 == simulator.events.tally(SOURCE).distinct
