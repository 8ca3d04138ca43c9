"""`adloom events map`: what would go out, and what is wrong with it, without sending anything."""

import hashlib
import io
import json
import shlex
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.events import events
from modules.events.mapping import PRESETS
from tests.cli.conftest import Cli
from tests.cli.events_seam import CANARIES, lead, purchase

EMAIL_HASH = hashlib.sha256(CANARIES[0].encode()).hexdigest()
PHONE_HASH = hashlib.sha256(CANARIES[1].encode()).hexdigest()


def written(folder: Path, *rows: Any, name: str = "events.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in names}


def test_a_plain_event_comes_out_as_tiktok_would_get_it(bare: Cli, tmp_path: Path) -> None:
    shown = bare("events", "map", written(tmp_path, purchase(1)))

    assert shown.code == 0, shown.err
    [item] = shown.records
    assert ("Purchase", "order-1") == (item["event"], item["event_id"])
    assert EMAIL_HASH in (item["user"]["email"], *item["user"]["email"])
    assert PHONE_HASH in (item["user"]["phone"], *item["user"]["phone"])
    assert 2 == item["properties"]["num_items"]
    assert "1 record read, 1 event, 0 refused" in shown.err
    assert "Nothing was sent" in shown.err


def test_no_workspace_is_needed_and_none_is_made(bare: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "none"

    shown = bare("--workspace", str(folder), "events", "map", written(tmp_path, purchase(1)))

    assert shown.code == 0
    assert not folder.exists()


def test_a_person_is_in_no_output_neither_of_good_records_nor_of_bad_ones(
    bare: Cli, tmp_path: Path
) -> None:
    good = purchase(1)
    bad_user = {**good["user"], "email": [CANARIES[0], 17], "phone": f"call {CANARIES[2]}"}
    events = [
        good,
        {**good, "user": bad_user},
        {**good, "event": ""},
        {**good, "properties": {"currency": CANARIES[0], "value": CANARIES[2]}},
        {**good, "event_time": CANARIES[0]},
        {**good, CANARIES[2]: 1},
        {**good, "user": CANARIES[0]},
    ]
    file = written(tmp_path, *events)
    Path(file).write_text(Path(file).read_text() + f'{{"user": "{CANARIES[0]}\n')

    shown = [bare("events", "map", file), bare("events", "map", file, "--json", "--strict")]

    assert [1, 1] == [one.code for one in shown]
    assert [] == [
        (word, one.code) for one in shown for word in CANARIES[:2] if word in one.out + one.err
    ]


def test_a_refused_record_is_told_with_its_place_and_its_field(bare: Cli, tmp_path: Path) -> None:
    bad = purchase(2)
    bad["properties"]["contents"][0]["quantity"] = 0
    file = written(tmp_path, purchase(1), bad, purchase(3))
    offset = len(Path(file).read_text().splitlines()[0]) + 1

    shown = bare("events", "map", file)

    assert shown.code == 1
    assert ["order-1", "order-3"] == [item["event_id"] for item in shown.records]
    [line] = [line for line in shown.err.splitlines() if line.startswith("error:")]
    assert f"line 2 (offset {offset}): properties.contents[0].quantity: " in line


def test_warnings_are_told_apart_and_only_counted_when_they_come_again(
    bare: Cli, tmp_path: Path
) -> None:
    events = [
        {**purchase(number), "properties": {"value": 3, "currency": "EUR"}, "shoe_size": 1}
        for number in range(8)
    ]
    for event in events:
        event.pop("shoe_size")
        event["user"]["shoe_size"] = 44

    shown = bare("events", "map", written(tmp_path, *events))

    assert shown.code == 0, shown.err
    assert 3 == shown.err.count("user.shoe_size: ") - shown.err.count("more: user.shoe_size")
    assert "… and 5 warnings more: user.shoe_size" in shown.err


def test_strict_turns_warnings_into_refusals(bare: Cli, tmp_path: Path) -> None:
    event = purchase(1)
    event["user"]["shoe_size"] = 44
    file = written(tmp_path, event)

    codes = [bare("events", "map", file).code, bare("events", "map", file, "--strict").code]

    assert [0, 1] == codes


def test_programs_get_problems_and_summary_as_json_lines(bare: Cli, tmp_path: Path) -> None:
    file = written(tmp_path, purchase(1), {**purchase(2), "event": ""})
    with Path(file).open("a") as more:
        more.write("{broken\n")

    shown = bare("events", "map", file, "--json")

    told = [json.loads(line) for line in shown.err.splitlines()]
    assert {"read": 3, "events": 1, "refused": 2, "skipped": {}} == without(
        told[-1]["summary"], "warnings"
    )
    [event, line] = [one for one in told[:-1] if one["severity"] == "error"]
    assert (2, "event") == (event["line"], event["field"])
    assert hashlib.sha256(b"{broken").hexdigest() == line["sha256"]


def test_standard_input_is_read_as_well(
    bare: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = Path(written(tmp_path, purchase(1), purchase(2)))
    with file.open("rb") as given:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
        shown = bare("events", "map", "-")

    assert shown.code == 0, shown.err
    assert ["order-1", "order-2"] == [item["event_id"] for item in shown.records]


def test_csv_json_and_sqlite_are_read_by_their_ending(bare: Cli, tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "fields:\n"
        "  event: {value: Purchase}\n"
        "  event_id: id\n"
        "  page.url: {value: 'https://shop.example.com/'}\n"
        "  properties.value: total\n"
        "  properties.currency: currency\n"
    )
    (tmp_path / "orders.csv").write_text("id,total,currency\no-1,12.5,EUR\no-2,3,USD\n")
    (tmp_path / "orders.json").write_text(
        json.dumps([{"id": "o-1", "total": "12.5", "currency": "EUR"}] * 2)
    )
    with sqlite3.connect(tmp_path / "orders.db") as database:
        database.execute("CREATE TABLE orders (id TEXT, total TEXT, currency TEXT)")
        database.execute("INSERT INTO orders VALUES ('o-1', '12.5', 'EUR'), ('o-2', '3', 'USD')")
    database.close()

    shown = {
        name: bare("events", "map", str(tmp_path / name), "--mapping", str(mapping))
        for name in ("orders.csv", "orders.json", "orders.db")
    }

    for name, one in shown.items():
        assert one.code == 0, (name, one.err)
        assert [12.5, 2] == [one.records[0]["properties"]["value"], len(one.records)]


def test_a_lead_is_mapped_for_a_crm(bare: Cli, tmp_path: Path) -> None:
    shown = bare("events", "map", written(tmp_path, lead(1)), "--source", "crm")

    assert shown.code == 0, shown.err
    assert "example-crm" == shown.records[0]["lead"]["lead_event_source"]


def test_nothing_is_said_of_the_id_of_a_source_that_was_not_named(
    bare: Cli, tmp_path: Path
) -> None:
    event = {"event": "LaunchAPP", "app": {"app_id": "com.example.shop"}}

    shown = bare("events", "map", written(tmp_path, event), "--source", "app", "--strict")

    assert shown.code == 0, shown.err
    assert 1 == len(shown.records)


def test_a_preset_reads_what_others_write(bare: Cli, tmp_path: Path) -> None:
    hit = {
        "type": "track",
        "event": "Order Completed",
        "messageId": "m-1",
        "timestamp": purchase(1)["event_time"],
        "userId": CANARIES[4],
        "context": {"page": {"url": "https://shop.example.com/"}},
        "properties": {"currency": "EUR", "revenue": 12.5},
    }

    shown = bare("events", "map", written(tmp_path, hit), "--preset", "segment")

    assert shown.code == 0, shown.err
    assert "Purchase" == shown.records[0]["event"]
    assert 12.5 == shown.records[0]["properties"]["value"]


@pytest.mark.parametrize(
    "typed",
    [
        ["--never", "AddToCart, Search"],
        ["--never", "AddToCart", "--never", "Search"],
        ["--never", '["AddToCart", "Search"]'],
        ["--only", "Purchase,Lead"],
    ],
)
def test_names_may_be_typed_one_by_one_or_with_commas(
    typed: list[str], bare: Cli, tmp_path: Path
) -> None:
    rows = [purchase(1, event=name) for name in ("AddToCart", "Purchase", "Search")]

    shown = bare("events", "map", written(tmp_path, *rows), *typed)

    assert shown.code == 0, shown.err
    assert ["Purchase"] == [item["event"] for item in shown.records]


def test_a_limit_reads_no_further(bare: Cli, tmp_path: Path) -> None:
    shown = bare(
        "events", "map", written(tmp_path, *map(purchase, range(5))), "--limit", "2", "--json"
    )

    assert 2 == len(shown.records)


def test_help_names_every_preset(bare: Cli) -> None:
    told = [bare("events", name, "--help").out for name in ("map", "send")]

    assert [] == [name for name in PRESETS for text in told if name not in text]


@pytest.mark.parametrize("name", list(events.commands))
def test_every_command_has_examples_that_can_be_parsed(name: str) -> None:
    command = events.commands[name]
    lines = [line.strip() for line in (command.epilog or "").splitlines()]
    typed = [line.partition("adloom events ")[2].split(" | ")[0] for line in lines]

    assert any(typed)
    for line in filter(None, typed):
        named, *arguments = shlex.split(line)
        assert named == name
        command.make_context(name, arguments)
