"""What a runner does beside running scenarios, one chore at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adloom.cli.serve_chores import Chores
from adloom.cli.serve_notices import Notices
from adloom.cli.session import Session, open_session
from adloom.clock import FrozenClock
from adloom.services.serve_log import ServeLog
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from connections.connection import State
from tests.seams.creators import creator_workspace
from tests.seams.workspaces import connected, opened_workspace

QUIET = """\
name: quiet
schedule: {every: 1 hour}
settings: {silence: 2 hours}
steps:
  - id: pause
    set: {variables: {one: 1}}
"""


class Lines(ServeLog):
    """Lines of a log that are kept instead of written."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.alarms: list[str] = []

    def say(self, text: str, about: str = "runner") -> None:
        self.said.append(f"{about}: {text}")

    def alert(self, text: str, about: str = "runner") -> None:
        self.alarms.append(f"{about}: {text}")


@dataclass
class Round:
    """Chores in an open workspace."""

    session: Session
    chores: Chores
    lines: Lines

    def hold_time(self) -> FrozenClock:
        """Let time stand still from now on."""
        clock = FrozenClock(self.session.wiring.clock.now())
        self.chores.workshop.clock = clock
        return clock

    def put(self, name: str, text: str) -> Path:
        folder = self.session.workspace.scenarios
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text)
        return folder / f"{name}.yaml"


async def round_of(session: Session) -> Round:
    lines = Lines()
    workshop = await session.workshop()
    notices = Notices(session, lines)
    return Round(session, Chores(session, workshop, lines, notices), lines)


@asynccontextmanager
async def in_empty_workspace(folder: Path) -> AsyncIterator[Round]:
    async with opened_workspace(folder / "w") as session:
        yield await round_of(session)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Round]:
    async with in_empty_workspace(tmp_path) as made:
        yield made


async def test_files_are_told_of_once_when_they_change(here: Round) -> None:
    path = here.put("quiet", QUIET)
    for _ in range(2):
        await here.chores.read_files()
    path.write_text(QUIET + "# another version\n")
    await here.chores.read_files()
    path.write_text("name: quiet\n")
    for _ in range(2):
        await here.chores.read_files()
    path.unlink()
    await here.chores.read_files()

    assert [
        "quiet: The scenario is new, and disabled until you enable it.",
        "quiet: The scenario was changed.",
        "quiet: The scenario cannot be used any more and does not run.",
        "quiet: The scenario has no file any more and does not run.",
    ] == here.lines.said
    assert 1 == len(here.lines.alarms)
    assert here.lines.alarms[0].startswith("quiet.yaml: ")


async def test_silence_is_told_once_it_has_lasted_too_long(here: Round) -> None:
    here.put("quiet", QUIET)
    await here.chores.read_files()
    await here.chores.workshop.scenarios.enable("quiet")
    clock = here.hold_time()
    heard = []
    for _ in range(3):
        await here.chores.listen()
        heard.append(len(here.lines.alarms))
        clock.move(timedelta(minutes=70).total_seconds())

    assert [0, 0, 1] == heard
    assert ["quiet: quiet has found nothing at all."] == here.lines.alarms


async def test_who_is_disabled_may_be_silent(here: Round) -> None:
    here.put("quiet", QUIET)
    await here.chores.read_files()
    clock = here.hold_time()
    await here.chores.listen()
    clock.move(timedelta(days=7).total_seconds())

    await here.chores.listen()

    assert [] == here.lines.alarms


async def test_a_connection_that_needs_its_owner_is_told_of_once(here: Round) -> None:
    team = await connected(here.session, "team", "notify", {"addresses": "json://127.0.0.1:9/"})
    await here.session.wiring.store.mark(team, State.RECONNECT, "It was revoked.")

    for _ in range(2):
        await here.chores.renew_tokens()

    [told] = here.lines.alarms
    assert "needs its owner: It was revoked." in told
    assert "adloom connections reconnect team" in told


async def test_tokens_are_renewed_before_they_end(tmp_path: Path) -> None:
    with Running(Options(port=0, ads=10, seed=3, speed=0)) as simulator:
        before = await creator_workspace(simulator, tmp_path / "w")
        async with open_session(Workspace.open(tmp_path / "w"), tell=lambda _: None) as session:
            made = await round_of(session)
            await made.chores.renew_tokens()
            store = session.wiring.store
            now = session.wiring.clock.now()
            soon = now + timedelta(minutes=5)
            ending = replace(before, issued_at=now - timedelta(hours=2), expires_at=soon)
            await store.replace(
                replace(ending, generation=(await store.load("creator")).generation)
            )
            await made.chores.renew_tokens()
            after = await store.load("creator")

    assert ["creator: Its token was renewed."] == made.lines.said
    assert after.secrets["access_token"] != before.secrets["access_token"]
    assert after.expires_at is not None
    assert after.expires_at > soon


async def test_what_a_dead_process_left_is_gone_on_with(here: Round) -> None:
    here.put("quiet", QUIET)
    await here.chores.read_files()
    workshop = here.chores.workshop
    scenario = await workshop.current("quiet")
    execution = replace(workshop.conductor._new(scenario, None), node="a-dead-process")
    await workshop.journal.begin(execution)

    await here.chores.go_on()

    found = await workshop.journal.load(execution.id)
    assert "done" == found.status
    assert any(execution.id in line for line in here.lines.said)
