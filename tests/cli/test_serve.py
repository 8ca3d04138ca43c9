"""`adloom serve` as it is: a process that is started, stopped, killed, and started again."""

import asyncio
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.session import open_session
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Workspace
from connections.authorise import connect_with_token
from connections.connection import Connection
from tests.cli.conftest import Cli
from tests.cli.shelf import Shelf
from tests.seams.practice import Practice

#: Longer than a start on a busy machine.
PATIENCE = 40.0


@pytest.fixture
def shelf(cli: Cli, practice: Practice) -> Iterator[Shelf]:
    made = Shelf(cli, practice)
    yield made
    made.clear()
    (practice.folder / "STOP").unlink(missing_ok=True)


class Served:
    """A runner in a process of its own, and what it says."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "adloom", "--workspace", str(folder), "serve"]
        command += ["--no-console", *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
        )
        self.lines: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def until(self, words: str) -> str:
        """Wait until a line says something."""
        until(lambda: any(words in line for line in self.lines), f"{words!r} in {self.lines}")
        return next(line for line in self.lines if words in line)

    def end(self, number: int | None = None) -> int:
        """Wait until it has ended, perhaps because of a signal; its exit code."""
        if number is not None:
            self.process.send_signal(number)
        self.process.wait(PATIENCE)
        self._reading.join(PATIENCE)
        return self.process.returncode

    @property
    def complaints(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    one = Served(folder, *options)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        for pipe in (one.process.stdout, one.process.stderr):
            if pipe is not None:
                pipe.close()


def until(happened: Callable[[], bool], what: str) -> None:
    patience = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < patience, f"waited in vain for {what}"
        time.sleep(0.02)


def make_due(practice: Practice, name: str) -> None:
    """Let an enabled scenario be due, as if its last hour had just struck."""
    struck = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    slot = f"{struck:%Y-%m-%dT%H:%M:%S}Z"

    async def work() -> None:
        async with open_session(Workspace.open(practice.folder)) as session:
            database = await session.journal_database()
            await database.write(
                lambda work: work.run(
                    "UPDATE scenario SET next_at = ?, next_slot = ?, due_at = ? WHERE name = ?",
                    struck.isoformat(), slot, (struck - timedelta(hours=1)).isoformat(), name,
                )
            )  # fmt: skip

    asyncio.run(work())


def due_once(shelf: Shelf, name: str) -> None:
    """Enable a scenario and let it be due, but only this once."""
    enabled = shelf.call("enable", name, "--yes")
    assert enabled.code == 0, enabled.err
    make_due(shelf.practice, name)


# --- running and stopping -------------------------------------------------------------------------


def test_what_is_due_is_run_and_a_request_to_end_ends_it_well(shelf: Shelf, cli: Cli) -> None:
    shelf.search("due")
    due_once(shelf, "due")

    with served(shelf.practice.folder) as runner:
        runner.until("done in")
        code = runner.end(signal.SIGTERM)

    [ran] = cli("executions", "list", "--scenario", "due").records
    assert 0 == code
    assert "Stopped." in runner.lines[-1]
    assert ("done", "due") == (ran["status"], ran["scenario"])
    assert ran["slot"].endswith(":00:00Z")


def test_whoever_interrupts_it_gets_the_code_for_that(practice: Practice) -> None:
    with served(practice.folder) as runner:
        runner.until("Running.")
        code = runner.end(signal.SIGINT)

    assert 130 == code
    assert "Stopped." in runner.lines[-1]


SLEEPER = """\
name: sleeper
schedule: {every: 1 hour}
steps:
  - id: nap
    sleep: 5 minutes
"""


def test_who_asks_twice_does_not_wait_and_the_next_one_goes_on(shelf: Shelf, cli: Cli) -> None:
    shelf.put("sleeper", SLEEPER)
    due_once(shelf, "sleeper")

    with served(shelf.practice.folder) as runner:
        until(lambda: bool(cli("executions", "list", "--scenario", "sleeper").records), "a start")
        runner.process.send_signal(signal.SIGINT)
        runner.until("Waiting up to")
        code = runner.end(signal.SIGINT)

    [left] = cli("executions", "list", "--scenario", "sleeper", "--open").records
    cli("executions", "drop", left["id"], "--yes")
    shelf.call("disable", "sleeper")
    assert (130, "running") == (code, left["status"])


def test_a_second_runner_is_refused(practice: Practice) -> None:
    with served(practice.folder) as first:
        first.until("Running.")
        with served(practice.folder) as second:
            code = second.end()
            said = second.complaints
        first.end(signal.SIGTERM)

    assert 2 == code
    assert f"process {first.process.pid}" in said


def test_once_runs_what_is_due_and_ends(shelf: Shelf) -> None:
    shelf.search("only-once")
    due_once(shelf, "only-once")

    with served(shelf.practice.folder, "--once") as first:
        codes = [first.end()]
    with served(shelf.practice.folder, "--once") as second:
        codes.append(second.end())

    assert [0, 0] == codes
    assert "1 due and run." in first.lines[-1]
    assert "Nothing was due." in second.lines[-1]


def test_nothing_is_started_while_the_kill_switch_is_pulled(shelf: Shelf, cli: Cli) -> None:
    shelf.search("halted")
    due_once(shelf, "halted")
    (shelf.practice.folder / "STOP").touch()

    with served(shelf.practice.folder, "--once") as runner:
        runner.end()

    assert any("kill switch" in line for line in runner.lines)
    assert [] == cli("executions", "list", "--scenario", "halted").records


def test_a_file_that_appears_is_noticed(shelf: Shelf) -> None:
    with served(shelf.practice.folder) as runner:
        runner.until("Running.")
        path = shelf.search("late")
        noticed = runner.until("late")
        path.write_text("name: late\nsteps: nothing\n")
        refused = runner.until("late.yaml")
        runner.end(signal.SIGTERM)

    assert "is new, and disabled until you enable it" in noticed
    assert "WARNING" in refused


def test_lines_for_programs_are_json_and_hold_no_secret(practice: Practice, shelf: Shelf) -> None:
    shelf.search("plain")
    due_once(shelf, "plain")

    with served(practice.folder, "--once", "--json") as runner:
        runner.end()

    told: list[dict[str, Any]] = [json.loads(line) for line in runner.lines]
    secrets = [secret.reveal() for secret in practice.connection.secrets.values()]
    assert {"at", "level", "about", "text"} == set(told[0])
    assert "plain" in {one["about"] for one in told}
    assert [] == [one for one in told if any(secret in one["text"] for secret in secrets)]


# --- killed ---------------------------------------------------------------------------------------


def test_one_that_is_killed_in_the_middle_of_a_change_is_gone_on_with(
    shelf: Shelf, cli: Cli
) -> None:
    simulator = shelf.practice.simulator
    path = shelf.pause("killed", limit=1)
    wanted = "primary_status: STATUS_DELIVERY_OK, limit: 1"
    path.write_text(path.read_text().replace("limit: 1", wanted))
    due_once(shelf, "killed")
    before = set(simulator.effects.as_json()["objects"])
    slow = {"kind": "slow", "path": "/ad/status/update/", "seconds": 30, "when": "after"}
    simulator.faults.add([slow])

    def changed() -> set[str]:
        return set(simulator.effects.as_json()["objects"]) - before

    with served(shelf.practice.folder) as first:
        until(lambda: bool(changed()), "the change")
        first.end(signal.SIGKILL)
    simulator.faults.clear()
    with served(shelf.practice.folder, "--once") as second:
        second.end()

    [ran] = cli("executions", "list", "--scenario", "killed").records
    [ad_id] = changed()
    assert "done" == ran["status"], second.lines
    assert 1 == simulator.effects.as_json()["objects"][ad_id]


# --- telling --------------------------------------------------------------------------------------


@contextmanager
def somebody_to_tell() -> Iterator[tuple[str, list[Any]]]:
    """A place that messages can be sent to, and what came there."""
    told: list[Any] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}/", told
        server.shutdown()
        thread.join()


@contextmanager
def notices_to(practice: Practice, address: str) -> Iterator[None]:
    """Let notices of the workspace go somewhere."""

    async def connect() -> None:
        async with open_session(Workspace.open(practice.folder)) as session:
            secrets = {"addresses": Secret(address)}
            await connect_with_token(
                Connection("alarm", "notify", {}, secrets=secrets), session.wiring
            )

    asyncio.run(connect())
    settings = practice.folder / SETTINGS_FILE
    before = settings.read_text()
    settings.write_text(before + '\n[notices]\nconnection = "alarm"\n')
    yield
    settings.write_text(before)


def test_a_scenario_that_fails_too_often_is_disabled_and_somebody_is_told(shelf: Shelf) -> None:
    path = shelf.search("failing")
    path.write_text(path.read_text() + "settings: {max_errors: 1}\n")
    due_once(shelf, "failing")
    shelf.practice.simulator.faults.add([{"kind": "code", "path": "/ad/get/", "code": 40002}])

    with (
        somebody_to_tell() as (address, told),
        notices_to(shelf.practice, address),
        served(shelf.practice.folder, "--once") as runner,
    ):
        runner.end()

    listed = {one["name"]: one for one in shelf.call("list").records}
    assert not listed["failing"]["enabled"]
    assert "failed once in a row" in listed["failing"]["disabled_reason"]
    assert ["adloom: failing"] == [one["title"] for one in told]
    assert "failing is disabled now." in told[0]["message"]


HOOK = """\
name: knocked
description: Writes down what comes in.
schedule: immediately
steps:
  - id: request
    module: watch_webhook
  - id: note
    store: {name: knocks, operation: put, key: "{{request.body.id}}", value: 1}
"""


def test_what_a_webhook_brings_is_carried_on_at_once(shelf: Shelf, cli: Cli) -> None:
    shelf.put("knocked", HOOK)
    settings = shelf.practice.folder / SETTINGS_FILE
    before = settings.read_text()
    settings.write_text(before + "\n[intake]\nport = 0\n")
    secret = shelf.call("webhook", "knocked").out.split("Secret   ")[1].split()[0]
    shelf.call("enable", "knocked")

    with served(shelf.practice.folder) as runner:
        address = runner.until("Webhooks come in at").rpartition(" ")[2]
        sent = [knock(f"{address}/hooks/knocked", secret, {"id": "a"}) for _ in range(2)]
        refused = knock(f"{address}/hooks/knocked", "another", {"id": "b"})
        until(lambda: bool(cli("executions", "list", "--scenario", "knocked").records), "it")
        runner.end(signal.SIGTERM)
    settings.write_text(before)

    ran = cli("executions", "list", "--scenario", "knocked").records
    assert ([202, 202], 401) == (sent, refused)
    assert ["done"] == [one["status"] for one in ran]


def knock(address: str, secret: str, body: dict[str, Any]) -> int:
    import http.client
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    connection.request("POST", parts.path, json.dumps(body), headers)
    status = connection.getresponse().status
    connection.close()
    return status
