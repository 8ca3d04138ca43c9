"""A workspace for the ready scenarios: an ad account, a team's chat, and a date of one's own."""

import asyncio
import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adloom.cli.session import open_session
from adloom.cli.stage import Screen
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.simulator import Running
from connections.authorise import connect_with_token
from connections.connection import Connection
from modules import find_module
from tests.cli.conftest import Cli, Outcome
from tests.seams.practice import practise

#: Time can only be made to run faster, so it gets ahead slowly, over a long while.
WHILE = timedelta(days=300)


class Chat(Screen):
    """A team's chat that remembers what was said.

    Args:
        told: The messages so far, each a title and a text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    def show(self, message: Mapping[str, Any]) -> None:
        """Take a message in."""
        super().show(message)
        self.told.append((str(message["title"]), str(message["message"])))

    def texts(self, title: str) -> list[str]:
        """What was said under a title."""
        return [text for one, text in self.told if one == title]


def coming(zone: str, day: int, *, weekday: int | None = None) -> datetime:
    """Noon of a day of the next month, or of the first such weekday from it on."""
    now = datetime.now(ZoneInfo(zone))
    first = now.replace(day=1, hour=12, minute=0, second=0, microsecond=0)
    there = first + timedelta(days=calendar.monthrange(first.year, first.month)[1] + day - 1)
    while weekday is not None and there.weekday() != weekday:
        there += timedelta(days=1)
    return there


@dataclass
class Ready:
    """A workspace with the connections that the ready scenarios name.

    Args:
        bare: The command line.
        folder: The workspace.
        simulator: What it is connected to.
        chat: Where messages go.
    """

    bare: Cli
    folder: Path
    simulator: Running
    chat: Chat

    @classmethod
    def made(cls, bare: Cli, folder: Path, simulator: Running, chat: Chat, at: datetime) -> "Ready":
        """Make it, and let it be that time there and in the simulator."""
        asyncio.run(practise(simulator, folder, name="acme"))
        ready = cls(bare, folder, simulator, chat)
        ready.move_to(at)
        asyncio.run(ready._team())
        return ready

    async def _team(self) -> None:
        async with open_session(Workspace.open(self.folder), tell=lambda _: None) as session:
            secrets = {"addresses": Secret(self.chat.address)}
            new = Connection("team-chat", "notify", {}, secrets=secrets)
            await connect_with_token(new, session.wiring)

    def move_to(self, at: datetime) -> None:
        """Let it be another time, later than the last one."""
        now = datetime.now(UTC)
        since = now - WHILE
        speed = (at - since) / (now - since)
        file = self.folder / SETTINGS_FILE
        before = file.read_text().partition("[practice]")[0]
        file.write_text(f"{before}[practice]\nspeed = {speed}\nsince = {since.isoformat()}\n")
        self.simulator.clock.move(max(0.0, at.timestamp() - self.simulator.clock.now()))

    def call(self, *arguments: str) -> Outcome:
        """Call the command line; it has to succeed."""
        done = self.bare("--workspace", str(self.folder), *arguments)
        assert done.code == 0, done.out + done.err
        return done

    def copy(self, name: str, advertiser_id: str) -> Path:
        """Copy a ready scenario, for an account."""
        self.call("scenarios", "new", name, "--from", name, "--advertiser-id", advertiser_id)
        return self.folder / "scenarios" / f"{name}.yaml"

    def run(self, name: str) -> None:
        """Run a scenario to its end."""
        done = self.call("scenarios", "run", name, "--yes")
        assert "incomplete" not in done.out, done.out

    def read(self, module: str, **values: Any) -> Sequence[Mapping[str, Any]]:
        """What a search finds at the moment."""

        async def rows() -> Sequence[Mapping[str, Any]]:
            async with open_session(Workspace.open(self.folder), tell=lambda _: None) as session:
                pages = session.reader.read(find_module(module), {**values, "limit": 0}, "acme")
                return [row async for page in pages for row in page.records]

        return asyncio.run(rows())
