"""Connecting a source of events: what is asked for, what is told, and what is never told."""

import json
from pathlib import Path
from typing import Any

import pytest

from adloom.simulator import Running
from adloom.wire import JsonBody, Request
from connections.providers import PROVIDERS
from modules.events.pipeline import Pipeline
from tests.acceptance.cases import CLOCK, PIXEL, TIKTOK_APP
from tests.cli.conftest import Cli, bare
from tests.cli.events_seam import purchase, running
from tests.connections.samples import of_kind
from tests.modules.events.records import plain

#: Fixtures that are at home elsewhere.
__all__ = ["bare", "running"]

TRACK = "/event/track/"


@pytest.fixture
def here(bare: Cli, tmp_path: Path) -> Cli:
    """The command line in an empty workspace."""
    folder = str(tmp_path / "w")
    made = bare("init", folder, "--key", "file", "--key-file", str(tmp_path / "key"))
    assert made.code == 0, made.err
    return lambda *arguments: bare("--workspace", folder, *arguments)


def adding(simulator: Running) -> tuple[str, ...]:
    """How the connection `shop` is made; its token comes from the environment."""
    kind = ("--kind", "tiktok-events", "--source-id", PIXEL, "--host", simulator.url)
    return ("connections", "add", "shop", *kind)


def test_the_five_steps_to_a_token_are_told_in_their_order(
    here: Cli, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADLOOM_ACCESS_TOKEN", raising=False)
    shown = here(*adding(running))

    guide = PROVIDERS["tiktok-events"].guide
    steps = [f"{number}. {step}" for number, step in enumerate(guide, 1)]
    told = " ".join(shown.err.split())
    places = [told.find(step) for step in steps]
    assert (2, 5) == (shown.code, len(steps))
    assert -1 not in places
    assert sorted(places) == places
    assert here("connections", "list").records == []


def test_the_token_is_in_no_line_and_no_byte(
    here: Cli, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = running.token()
    file = tmp_path / "orders.jsonl"
    file.write_text(json.dumps(purchase(1)) + "\n")
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", token)

    shown = [here(*adding(running)), here("connections", "show", "shop")]
    shown.append(here("events", "verify", "--test-event-code", "TEST1"))
    running.faults.add([{"kind": "code", "path": TRACK, "code": 40105, "times": 1}])
    shown += [here("events", "send", str(file)), here("events", "status"), here("doctor")]
    running.faults.clear()

    said = "".join(one.out + one.err for one in shown).encode()
    left = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert 0 == shown[0].code, shown[0].err
    assert "•••" in shown[1].out
    assert token.encode() not in said
    assert [] == [path for path, content in left.items() if token.encode() in content]


@pytest.mark.parametrize("source", ["web", "app", "offline", "crm"])
def test_an_id_that_is_missing_is_told_with_its_source(source: str) -> None:
    other = "web" if source != "web" else "offline"
    pipeline = Pipeline(None, source=other, source_id=PIXEL)
    event = {
        "event": "Purchase",
        "event_source": source,
        "page": {"url": "https://loom.example/"},
        "user": {"external_id": "m-1"},
        "app": {"app_id": "com.example.loom"},
        "lead": {"lead_id": "71"},
        "properties": {"value": 1, "currency": "EUR"},
    }
    reading = pipeline.read(event, now=CLOCK, seed="s")

    assert () == reading.events
    assert f"event_source_id: is missing: no id is known for {source} events" in map(
        str, reading.problems
    )


STORE_IDS = [
    "343200656",
    "com.example.loom",
    "A1B2C3D4E5.com.example.applicationname",
]


@pytest.mark.parametrize("app_id", STORE_IDS)
def test_the_id_of_a_store_goes_out_as_it_is(app_id: str) -> None:
    pipeline = Pipeline(None, source="app", source_id=TIKTOK_APP)
    event = {"event": "Login", "app": {"app_id": app_id}}
    reading = pipeline.read(event, now=CLOCK, seed="s")

    [sent] = reading.events
    assert () == reading.problems
    assert f'"app_id":"{app_id}"'.encode() in sent.content
    assert TIKTOK_APP == sent.source_id


@pytest.mark.parametrize("app_id", STORE_IDS)
def test_the_id_of_a_store_may_be_said_for_all_events(app_id: str) -> None:
    said: dict[str, Any] = {"app.app_id": {"value": app_id}}

    assert {"app_id": app_id} == plain({"event": "Login"}, "app", fields=said)["app"]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        (None, "https://business-api.tiktok.com"),
        ("sandbox", "https://sandbox-ads.tiktok.com"),
        ("http://127.0.0.1:8900", "http://127.0.0.1:8900"),
    ],
)
def test_events_go_to_the_host_that_was_set(host: str | None, address: str) -> None:
    told = {"host": host} if host else {}
    connection = of_kind("tiktok-events", {"access_token": "t"}, source_id=PIXEL, **told)
    request = Request("POST", TRACK, body=JsonBody({}))

    wire = PROVIDERS["tiktok-events"].wire(connection, request, deadline=1)
    assert f"{address}/open_api/v1.3/event/track/" == wire.url
