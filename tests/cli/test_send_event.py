"""Events from the command line and from scenarios, all the way to the simulator."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adloom.cli.stage import Screen
from adloom.simulator import Options, Running
from adloom.simulator.world.pixels import pixels_of
from modules import find_module
from modules.base import Incoming
from scheduler.plan import Result
from tests.cli.conftest import Cli, Outcome
from tests.modules.fake_api import NOW
from tests.seams.checkout import ROOT
from tests.seams.workspaces import carried_out, connected, opened_workspace

SET = "7400000000000000001"
TRACK = "/event/track/"
CRM = f"crm {SET}"
LEAD_EVENT = ["--event", "Lead", "--lead", '{"lead_id": "7012345678901234567"}']
EMAIL = "canary.person@example.com"
#: What must stand nowhere: as it came, as it is normalised, and in parts.
CANARIES = (b"canary.person", b"2133734253", b"213-373-4253", b"198.51.100.77")


@pytest.fixture
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
            tokens = {"access_token": simulator.token()}
            told: dict[str, Any] = {"source": "crm", "source_id": SET, "host": simulator.url}
            await connected(session, "our-crm", "tiktok-events", tokens, **told)
            await connected(session, "team-chat", "notify", {"addresses": screen.address})
            secrets = {"client_secret": "lead-secret-0123456789"}
            await connected(session, "tiktok-leads", "webhook", secrets, signature="tiktok-ads")

    asyncio.run(prepare())
    return folder


@pytest.fixture
def here(bare: Cli, folder: Path) -> Cli:
    return lambda *arguments: bare("--workspace", str(folder), *arguments)


def lead(number: int) -> dict[str, Any]:
    """A lead, in the shape TikTok tells of it (business_api.md §6)."""
    return {
        "id": 7_012_345_678_901_234_000 + number,
        "ad_id": 1_700_000_000_000_001,
        "create_time": int(time.time()) - 60,
        "changes": [
            {"field": "email", "value": f" {EMAIL.title()} "},
            {"field": "phone_number", "value": "213-373-4253"},
            {"field": "name", "value": "Canary Person"},
        ],
    }


def put(folder: Path, scenario: str, *leads: dict[str, Any], kind: int = 1) -> None:
    """Let a request come in, as the runner takes it."""
    trigger = find_module("watch_webhook").instant
    assert trigger is not None
    params = find_module("watch_webhook").params(id_field="request_id")  # type: ignore[call-arg] # of its own class
    body = {"request_id": str(leads), "object": kind, "time": 1, "entry": list(leads)}
    came = Incoming("1", body, NOW, content=msgspec.json.encode(body))
    bundles = trigger.accept(params, came)

    async def keep() -> None:
        async with opened_workspace(folder, deadline=5) as session:
            inbox = (await session.workshop()).inbox
            for one in bundles:
                assert await inbox.put(scenario, "hook", trigger.key(params, one), one)

    asyncio.run(keep())


def bytes_left(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def canaries_in(left: dict[str, bytes]) -> list[tuple[str, bytes]]:
    return [(name, one) for name, text in left.items() for one in CANARIES if one in text.lower()]


def send(here: Cli, *options: str) -> Outcome:
    done = here("run", "send-event", "--connection", "our-crm", *LEAD_EVENT, "--yes", *options)
    assert done.code == 0, done.err
    return done


def test_an_event_is_sent_and_tiktok_s_answer_is_the_result(here: Cli, simulator: Running) -> None:
    done = send(here, "--event-id", "E1", "--result-key", "tt")

    [record] = done.records
    assert ("E1", 0, "OK") == (record["event_id"], record["tt"]["code"], record["tt"]["message"])
    assert record["tt"]["request_id"]
    assert 1 == simulator.events.tally(CRM).distinct


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("web", {"event": "Purchase", "page": {"url": "https://shop.example.com/"}}),
        ("app", {"event": "Login", "app": {"app_id": "com.example.shop"}}),
        ("offline", {"event": "Purchase", "user": {"email": EMAIL}}),
        ("crm", {"event": "Qualified", "user": {"phone": "+12133734253"}}),
    ],
)
def test_events_of_every_source_reach_tiktok(
    folder: Path, simulator: Running, source: str, values: dict[str, Any]
) -> None:
    [pixel, *_] = pixels_of(next(iter(simulator.world.accounts)))
    source_id = pixel.code if source == "web" else SET

    async def work() -> Result:
        async with opened_workspace(folder, deadline=5) as session:
            told: dict[str, Any] = {"source": source, "source_id": source_id}
            tokens = {"access_token": simulator.token()}
            await connected(session, "some", "tiktok-events", tokens, host=simulator.url, **told)
            return await carried_out(session, "send_event", "some", **values)

    result = asyncio.run(work())

    assert [0] == [record["code"] for record in result.records]
    assert 1 == simulator.events.tally(f"{source} {source_id}").distinct


GATHERED = """
name: gathered
steps:
  - id: row
    iterator: {items: [{id: 1, sum: "9.50"}, {id: 2, sum: "12"}, {id: 3, sum: "7.25"}]}
  - id: all
    aggregator:
      source: row
      fields:
        event: Purchase
        event_id: "order-{{row.id}}"
        user: {external_id: "{{row.id}}"}
        properties: {value: "{{row.sum}}", currency: EUR}
  - id: sent
    module: send_event
    connection: our-crm
    params: {events: "{{all.array}}", event_source: offline, event_source_id: "7400000000000000002"}
"""


def test_an_aggregator_s_events_go_out_in_one_request(
    here: Cli, folder: Path, simulator: Running
) -> None:
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "gathered.yaml").write_text(GATHERED)

    checked = here("scenarios", "check", "gathered")
    done = here("scenarios", "run", "gathered", "--yes")

    assert (0, 0) == (checked.code, done.code), checked.out + done.err
    assert 3 == simulator.events.tally("offline 7400000000000000002").distinct
    assert 1 == len(simulator.events.latest)


def test_a_dry_run_shows_the_event_and_sends_nothing(here: Cli, simulator: Running) -> None:
    for delivery in ("now", "queued"):
        shown = send(here, "--dry-run", "--delivery", delivery)

        assert (["event"], "Lead") == (
            [one["kind"] for one in shown.records],
            shown.records[0]["name"],
        )

    assert 0 == simulator.events.tally(CRM).received
    assert not (here("events", "status", "--json").records or [{}])[0].get("waiting")


def test_a_queued_event_is_sent_before_the_command_ends(here: Cli, simulator: Running) -> None:
    done = send(here, "--event-id", "E1", "--delivery", "queued")
    again = send(here, "--event-id", "E1", "--delivery", "queued")

    assert {"queued": True, "event_id": "E1"}.items() <= done.records[0].items()
    assert "The event was sent." in done.err
    assert again.records[0]["queued"] is True
    tally = simulator.events.tally(CRM)
    assert (1, 1) == (tally.received, tally.distinct)


def test_what_cannot_be_sent_now_waits_and_is_told_so(
    here: Cli, simulator: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adloom.cli.events_flush.PATIENCE", 1.0)
    simulator.faults.add([{"kind": "http", "status": 502, "path": TRACK}])

    done = send(here, "--delivery", "queued")

    assert "1 event waits in the outbox" in done.err
    assert "adloom serve" in done.err
    assert 0 == simulator.events.tally(CRM).distinct


def test_a_command_does_not_wait_for_a_connection_that_needs_its_owner(
    here: Cli, simulator: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adloom.cli.events_flush.PATIENCE", 10_000.0)
    simulator.grants.revoke_all()

    done = send(here, "--delivery", "queued")

    assert "1 event waits in the outbox" in done.err
    assert "reconnect" in done.err


def test_a_wrong_event_is_refused_with_its_fields(here: Cli, simulator: Running) -> None:
    user = '{"email": "canary.person@example.com", "att_status": "maybe"}'

    done = here(
        "run", "send-event", "--connection", "our-crm", "--event", "Lead", "--user", user, "--yes"
    )

    assert 2 == done.code
    assert "user.att_status" in done.err
    assert "canary" not in done.err
    assert 0 == simulator.events.tally(CRM).received


def test_the_ready_scenario_turns_leads_into_crm_events_once(
    here: Cli, folder: Path, simulator: Running, screen: Screen
) -> None:
    name = "new-lead-crm-event"
    assert 0 == here("scenarios", "new", name, "--from", name).code
    assert 0 == here("scenarios", "check", name).code
    put(folder, name, lead(1), lead(2))
    put(folder, name, {"id": 5}, kind=3)

    first = here("scenarios", "run", name, "--yes")
    put(folder, name, lead(2), lead(1))
    again = here("scenarios", "run", name, "--yes")

    assert (0, 0) == (first.code, again.code), first.err + again.err
    assert "All 2 events were sent." in first.err
    assert (2, 2) == (simulator.events.tally(CRM).received, simulator.events.tally(CRM).distinct)
    assert 4 == screen.count("New lead")
    assert [] == canaries_in(bytes_left(folder))


SCENARIO = """
name: canary
schedule: immediately
settings: {confidential: true}
steps:
  - id: hook
    module: watch_webhook
    connection: tiktok-leads
  - id: lead
    iterator: {items: "{{hook.body.entry}}"}
  - id: sent
    module: send_event
    connection: our-crm
    params:
      event: Lead
      event_id: "{{lead.id}}"
      lead: {lead_id: "{{lead.id}}"}
      user:
        email: '{{map(lead.changes; "value"; "field"; "email")}}'
        phone: '{{map(lead.changes; "value"; "field"; "phone_number")}}'
        first_name: "{{lead.changes[3].value}}"
        ip: "{{lead.ip}}"
      options: {default_country: US}
      delivery: DELIVERY
"""


@pytest.mark.slow
@pytest.mark.parametrize("delivery", ["now", "queued"])
def test_nothing_of_a_person_is_left_by_a_process_that_is_killed(
    here: Cli, folder: Path, simulator: Running, delivery: str
) -> None:
    (folder / "scenarios").mkdir(exist_ok=True)
    text = SCENARIO.replace("DELIVERY", delivery)
    (folder / "scenarios" / "canary.yaml").write_text(text)
    put(folder, "canary", {**lead(1), "ip": "198.51.100.77"})
    slow = {"kind": "slow", "seconds": 3, "when": "after", "path": TRACK, "times": 1}
    simulator.faults.add([slow])

    process = subprocess.Popen(
        [sys.executable, "-m", "adloom", "--workspace", str(folder), "scenarios", "run", "canary",
         "--yes"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not simulator.events.tally(CRM).received and time.monotonic() < deadline:
        time.sleep(0.01)
    killed_with = bytes_left(folder)
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    after = bytes_left(folder)
    done = here("scenarios", "run", "canary", "--yes")
    shown = here("executions", "list", "--json")
    each = [here("executions", "show", one["id"], "--json") for one in shown.records]

    assert -signal.SIGKILL == process.returncode, said.decode()
    assert 1 == simulator.events.tally(CRM).distinct
    assert [] == canaries_in({"said": said, **killed_with})
    assert [] == canaries_in(after)
    told = "".join(one.out + one.err for one in (done, shown, *each))
    assert [] == canaries_in({"told": told.encode(), **bytes_left(folder)})
