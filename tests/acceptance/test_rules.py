"""Rules and files: what is filtered is not sent, what is mapped is, from anywhere to any source."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adloom.simulator import Running
from tests.cli.conftest import Cli, bare
from tests.cli.events_seam import Desk, desk, running, shop

#: Fixtures that are at home elsewhere.
__all__ = ["bare", "desk", "running"]

EVENT_SET = "7400000000000000042"
RULE = """
name: large-orders
steps:
  - id: order
    iterator:
      items:
        - {no: 1, total: "9.50", who: "m-1", where: "https://loom.example/a", code: yarn-4}
        - {no: 2, total: "80", who: "m-2", where: "https://loom.example/b", code: loom-1}
        - {no: 3, total: "120.25", who: "m-3", where: "https://loom.example/c", code: loom-2}
  - id: sent
    when: "{{order.total > 50}}"
    module: send_event
    connection: shop
    params:
      event: Purchase
      event_id: "order-{{order.no}}"
      user: {external_id: "{{order.who}}"}
      page: {url: "{{order.where}}"}
      properties:
        value: "{{order.total}}"
        currency: SEK
        contents: [{content_id: "{{order.code}}", quantity: 1}]
"""


def test_a_rule_is_a_filter_and_an_action(desk: Desk) -> None:
    scenarios = desk.folder / "scenarios"
    scenarios.mkdir(exist_ok=True)
    (scenarios / "large-orders.yaml").write_text(RULE)

    done = desk.bare("--workspace", str(desk.folder), "scenarios", "run", "large-orders", "--yes")

    assert 0 == done.code, done.err
    told = [
        (
            item["event_id"],
            item["properties"]["value"],
            item["page"]["url"][-1],
            item["properties"]["content_ids"],
        )
        for item in desk.items()
    ]
    assert [("order-2", 80, "b", ["loom-1"]), ("order-3", 120.25, "c", ["loom-2"])] == told


# --- files ----------------------------------------------------------------------------------------

MAPPING = """
fields:
  event: {value: Purchase}
  event_id: "till-{{record.number}}"
  user.email: mail
  properties.order_id: number
  properties.value: total
  properties.currency: {value: SEK}
"""
SALES = [{"number": f"{number}", "mail": f"m{number}@mail.example", "total": f"{number}.50"}
         for number in range(1, 6)]  # fmt: skip


@pytest.fixture
def till(bare: Cli, running: Running, tmp_path: Path) -> Iterator[Desk]:
    """A workspace whose connection is for an offline event set, with a mapping for its sales."""
    (tmp_path / "sales.yaml").write_text(MAPPING)
    yield shop(bare, running, tmp_path / "w", source="offline", source_id=EVENT_SET)
    running.faults.clear()


def as_csv(path: Path) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(SALES[0]))
        writer.writeheader()
        writer.writerows(SALES)
    return path


def as_sqlite(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE sales (number TEXT, mail TEXT, total TEXT)")
        rows = [tuple(sale.values()) for sale in SALES]
        database.executemany("INSERT INTO sales VALUES (?, ?, ?)", rows)
        database.commit()
    return path


def as_json(path: Path) -> Path:
    path.write_text(json.dumps(SALES))
    return path


@pytest.mark.parametrize(
    ("name", "write"),
    [("sales.csv", as_csv), ("sales.sqlite", as_sqlite), ("sales.json", as_json)],
)
def test_sales_of_a_file_go_to_an_offline_event_set(
    till: Desk, tmp_path: Path, name: str, write: Any
) -> None:
    file = write(tmp_path / name)

    done = till.send(file, "--mapping", str(tmp_path / "sales.yaml"))

    assert 0 == done.code, done.err
    assert 5 == till.arrived(f"offline {EVENT_SET}")["distinct"]
    assert [1.5, 2.5, 3.5, 4.5, 5.5] == sorted(item["properties"]["value"] for item in till.items())
