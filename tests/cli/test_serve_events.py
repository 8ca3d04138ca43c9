"""`adloom serve` with events: taken in, sent, and nothing lost however it ends."""

import signal
from contextlib import closing
from pathlib import Path

import pytest

from adloom.cli.serve_events import Events
from adloom.cli.serve_notices import Notices
from adloom.cli.session import Session
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE
from connections.connection import Connection
from scheduler.outbox.entries import EventState, Origin
from tests.cli.events_seam import CANARIES, Desk, desk, purchase, running
from tests.cli.outbox_seam import in_workspace
from tests.cli.test_serve import Served, knock, served, until
from tests.cli.test_serve_chores import Lines
from tests.seams.things import driver
from tests.seams.workspaces import opened_workspace

#: Fixtures that are at home elsewhere.
__all__ = ["desk", "running"]

SECRET = "serve-events-secret-canary-0123"
DOOR = """
[intake]
port = 0
[events]
batch_seconds = 0.1
[events.intake.door]
secret = "door-hook"
connection = "shop"
default_country = "DE"
"""


@pytest.fixture
def door(desk: Desk) -> Desk:
    """A workspace with an address for events, `door`."""

    async def work(session: Session) -> None:
        settings = {"signature": "none", "signature_header": None}
        secrets = {"client_secret": Secret(SECRET)}
        hook = Connection("door-hook", "webhook", settings, secrets=secrets)
        await session.wiring.store.save(hook)

    in_workspace(desk.folder, work)
    settings = desk.folder / SETTINGS_FILE
    settings.write_text(settings.read_text() + DOOR)
    return desk


def sent(desk: Desk) -> int:
    """How many different events TikTok has."""
    return int(desk.arrived()["distinct"])


def address_of(runner: Served) -> str:
    return runner.until("Events come in at").rpartition(" ")[2]


def counts(desk: Desk) -> dict[EventState, int]:
    async def work(session: Session) -> dict[EventState, int]:
        return await (await session.outbox()).origin_counts(Origin("intake", "door"))

    return in_workspace(desk.folder, work)


def test_what_comes_in_is_sent_and_nobody_else_may_send(door: Desk) -> None:
    with served(door.folder) as runner:
        address = address_of(runner)
        taken = [knock(address, SECRET, purchase(number)) for number in range(3)]
        refused = knock(address, "another", purchase(9))
        until(lambda: sent(door) == 3, "three events")
        code = runner.end(signal.SIGTERM)

    said = "\n".join(runner.lines)
    assert ([202] * 3, 401, 0) == (taken, refused, code)
    assert {EventState.WAITING: 0, EventState.SENT: 3, EventState.DEAD: 0} == counts(door)
    assert "curl" in said
    assert SECRET not in said
    assert "Stopped." in runner.lines[-1]


def test_nothing_personal_is_written_or_said(door: Desk) -> None:
    with served(door.folder) as runner:
        address = address_of(runner)
        statuses = [
            knock(address, SECRET, purchase(1)),
            knock(address, SECRET, purchase(2, event_time="yesterday")),
            knock(address, SECRET, {"events": [purchase(3), purchase(4, event=None)]}),
        ]
        until(lambda: sent(door) == 2, "two events")
        runner.end(signal.SIGTERM)
        told = "\n".join([*runner.lines, runner.complaints]).encode()

    written = b"".join(door.bytes_left().values())
    assert [202, 422, 202] == statuses
    assert [] == [one for one in CANARIES if one.encode() in told + written]


def test_one_that_is_killed_goes_on_with_what_it_had_confirmed(door: Desk) -> None:
    slow = {"kind": "slow", "path": "/event/track/", "seconds": 30, "when": "before"}
    door.simulator.faults.add([slow])
    with served(door.folder) as first:
        address = address_of(first)
        taken = [knock(address, SECRET, purchase(number)) for number in range(5)]
        first.end(signal.SIGKILL)
    door.simulator.faults.clear()
    with served(door.folder, "--once") as second:
        code = second.end()

    assert ([202] * 5, 0) == (taken, code)
    assert 5 == sent(door)
    assert any("events were sent" in line for line in second.lines), second.lines


def test_once_sends_what_waits_and_ends(door: Desk) -> None:
    queued = door.send(door.lines(map(purchase, range(7))), "--no-wait")
    with served(door.folder, "--once") as runner:
        code = runner.end()

    assert (0, 0, 7) == (queued.code, code, sent(door))
    assert any("7 events were sent." in line for line in runner.lines)


def test_while_the_kill_switch_is_pulled_events_are_taken_but_not_sent(door: Desk) -> None:
    (door.folder / "STOP").touch()
    with served(door.folder) as runner:
        status = knock(address_of(runner), SECRET, purchase(1))
        runner.end(signal.SIGTERM)
    with served(door.folder, "--once") as again:
        again.end()

    assert (202, 0) == (status, sent(door))
    assert 1 == counts(door)[EventState.WAITING]


def test_a_stop_lets_what_is_under_way_end(door: Desk) -> None:
    slow = {"kind": "slow", "path": "/event/track/", "seconds": 1.5, "when": "after"}
    door.simulator.faults.add([slow])
    with served(door.folder) as runner:
        status = knock(address_of(runner), SECRET, purchase(1))
        until(lambda: sent(door) == 1, "the event")
        code = runner.end(signal.SIGTERM)

    assert (202, 0) == (status, code)
    assert {EventState.WAITING: 0, EventState.SENT: 1, EventState.DEAD: 0} == counts(door)


def test_events_that_a_command_leaves_are_found_and_sent(desk: Desk) -> None:
    with served(desk.folder) as runner:
        runner.until("Running.")
        desk.send(desk.lines(map(purchase, range(4))), "--no-wait")
        until(lambda: sent(desk) == 4, "four events")
        runner.end(signal.SIGTERM)


@pytest.mark.parametrize("locked", [False, True])
async def test_health_covers_what_events_are_kept_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, locked: bool
) -> None:
    monkeypatch.setattr("adloom.cli.serve_events.PROMPT", 0.2)
    async with opened_workspace(tmp_path / "w") as session:
        lines = Lines()
        events = Events(session, lines, Notices(session, lines))
        before = await events.is_well()
        await session.outbox()
        await events.refresh()
        with closing(driver.connect(tmp_path / "w" / "events.db", isolation_level=None)) as other:
            if locked:
                other.execute("BEGIN IMMEDIATE")
            well = await events.is_well()

    assert (True, not locked) == (before, well)


# --- somebody has to know -------------------------------------------------------------------------


def test_a_token_that_is_refused_pauses_and_somebody_is_told_once(door: Desk) -> None:
    door.simulator.faults.add([{"kind": "code", "path": "/event/track/", "code": 40105}])
    with served(door.folder) as runner:
        address = address_of(runner)
        knock(address, SECRET, purchase(1))
        told = runner.until("wait for somebody")
        knock(address, SECRET, purchase(2))
        runner.end(signal.SIGTERM)

    assert "WARNING: 1 event, the oldest since" in told
    assert "adloom connections reconnect shop" in told
    assert 1 == sum("wait for somebody" in line for line in runner.lines)
    assert 2 == counts(door)[EventState.WAITING]


def test_a_batch_that_waits_for_company_goes_out_before_the_runner_ends(door: Desk) -> None:
    settings = door.folder / SETTINGS_FILE
    patient = settings.read_text().replace("batch_seconds = 0.1", "batch_seconds = 120")
    settings.write_text(patient)
    with served(door.folder) as runner:
        status = knock(address_of(runner), SECRET, purchase(1))
        before = sent(door)
        code = runner.end(signal.SIGTERM)

    assert "batch_seconds = 120" in patient
    assert (202, 0, 0) == (status, before, code)
    assert {EventState.WAITING: 0, EventState.SENT: 1, EventState.DEAD: 0} == counts(door)
