"""The demo account beside a runner: a simulator in its own process, connected without asking."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from adloom.cli.output import plain
from adloom.cli.session import Session
from adloom.cli.stage import Screen, SimulatorChild, click_allow, free_port
from adloom.console.desk import DemoMessage
from adloom.errors import AdloomError, UnknownNameError
from adloom.secret import Secret
from adloom.services.demo_account import (
    ADS,
    SEED,
    TEAM,
    Stage,
    demo_connections,
    move_in,
    origin_of_demo,
)
from adloom.services.serve_log import ServeLog

__all__ = ["SimulatedAccount"]

#: What goes wrong once, until the connection has a new token: the old one is taken back.
EXPIRED: Final = "expired"
#: The programs' side only: the consent page that a person looks at works all the time.
API: Final = "/open_api/*"
#: What can go wrong on demand, as rules of the simulator.
FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "busy": {"kind": "code", "path": API, "code": 40100, "message": "App reaches the QPS limit."},
    "slow": {"kind": "slow", "path": API, "seconds": 8},
    "rejected": {
        "kind": "code",
        "path": API,
        "code": 40002,
        "message": "The request is not valid.",
    },
}
MOST_MESSAGES: Final = 20
#: A beginning a little in the past, so that today already has figures.
EARLIER: Final = timedelta(hours=1)


class SimulatedAccount:
    """Starts and ends the demo account of a workspace.

    Args:
        session: The open workspace.
        lines: Told what happens.
    """

    def __init__(self, session: Session, lines: ServeLog) -> None:
        self._session = session
        self._lines = lines
        self._child: SimulatorChild | None = None
        self._chat: _Chat | None = None
        self._stage: Stage | None = None
        self._starting = asyncio.Lock()
        self._messages: deque[DemoMessage] = deque(maxlen=MOST_MESSAGES)
        #: The token that was taken back last; whoever reconnects has another one.
        self._revoked: Secret | None = None

    @property
    def address(self) -> str | None:
        """Where it runs; None while it does not."""
        child = self._child
        return child.simulator.url if child is not None and child.is_running else None

    @property
    def messages(self) -> list[DemoMessage]:
        """What its team was told, the newest first."""
        return list(reversed(self._messages))

    async def start(self, say: Callable[[str], object] = lambda _: None) -> str:
        """Start it unless it runs, and connect an account of it; tells the connection's name."""
        async with self._starting:
            ads = (await demo_connections(self._session)).get(ADS)
            if self.address is not None and ads is not None:
                return ads.name
            if self.address is None or self._stage is None:
                say("Starting a TikTok to practise on…")
                self._stage = await self._built()
            stage = replace(self._stage, free_port=free_port())
            name = await move_in(self._session, stage, _agreeing, say)
            self._lines.say(f"The demo account runs at {stage.address}", "demo")
            return name

    async def resume(self) -> None:
        """Start it again where the workspace has one; without it, adloom goes on all the same."""
        if not await demo_connections(self._session):
            return
        try:
            await self.start()
        except AdloomError as error:
            self._lines.alert(f"The demo account could not be started. {error}", "demo")

    async def faults(self) -> frozenset[str]:
        """What goes wrong in it at the moment."""
        child = self._running()
        rules = await asyncio.to_thread(child.simulator.faults)
        wrong = {
            name
            for name, fault in FAULTS.items()
            if any(fault.items() <= rule.items() for rule in rules)
        }
        token = await self._token()
        if token and self._revoked and token.reveal() == self._revoked.reveal():
            wrong.add(EXPIRED)
        return frozenset(wrong)

    async def misbehave(self, fault: str | None) -> None:
        """Let something go wrong in it until further notice; None lets it behave again."""
        child = self._running()
        if fault is not None and fault not in {EXPIRED, *FAULTS}:
            raise UnknownNameError("fault", fault, [EXPIRED, *FAULTS])
        await asyncio.to_thread(child.simulator.clear_faults)
        if fault is not None and fault in FAULTS:
            await asyncio.to_thread(child.simulator.add_fault, FAULTS[fault])
        if fault == EXPIRED and fault not in await self.faults() and (token := await self._token()):
            await asyncio.to_thread(child.simulator.revoke, token.reveal())
            self._revoked = token

    async def end(self) -> None:
        """End it; its connections stay, for the next time."""
        child, chat = self._child, self._chat
        self._child = self._chat = None
        if child is not None:
            await asyncio.to_thread(child.end)
        if chat is not None:
            await asyncio.to_thread(chat.__exit__, None, None, None)

    async def _token(self) -> Secret | None:
        """What its ads are called with at the moment."""
        ads = (await demo_connections(self._session)).get(ADS)
        return ads.secrets.get("access_token") if ads else None

    def _running(self) -> SimulatorChild:
        if self._child is None or self.address is None:
            raise AdloomError("The demo account is not running.", hint="Start it first.")
        return self._child

    async def _built(self) -> Stage:
        """The simulator and its team's chat, where they were before if that is possible."""
        known = await demo_connections(self._session)
        address, began = origin_of_demo(known)
        now = datetime.now(UTC)
        began = began or (now - EARLIER).replace(microsecond=0)
        await self.end()
        self._child = child = await asyncio.to_thread(_launched, address, began)
        await asyncio.to_thread(child.simulator.move, max((now - began).total_seconds(), 0.0))
        old = known[TEAM].secrets["addresses"].reveal() if TEAM in known else None
        self._chat = _opened_chat(urlsplit(old).port if old else 0, self._told)
        self._chat.__enter__()
        return Stage(
            child.simulator.url,
            began,
            child.pixel,
            child.events_token,
            self._chat.address,
            free_port=0,
        )

    def _told(self, message: DemoMessage) -> None:
        self._messages.append(message)
        self._lines.say(f"✉ {message.title}: {message.text}", "demo team")


class _Chat(Screen):
    """The chat of the demo account's team.

    Args:
        port: Where it listens.
        told: Told each message.
    """

    def __init__(self, port: int, told: Callable[[DemoMessage], object]) -> None:
        super().__init__(port)
        self._show = told

    def show(self, message: Mapping[str, Any]) -> None:
        """Hand a message on."""
        title, text = plain(message.get("title")), plain(message.get("message"))
        self._show(DemoMessage(datetime.now(UTC), title, text))


async def _agreeing(address: str) -> None:
    await asyncio.to_thread(click_allow, address)


def _launched(address: str | None, began: datetime) -> SimulatorChild:
    """A simulator, at its old address if that is free."""
    options = ("--seed", str(SEED), "--start", f"{began:%Y-%m-%dT%H:%M:%S}")
    if address is not None:
        try:
            return SimulatorChild("--port", str(urlsplit(address).port), *options)
        except AdloomError:
            pass  # somebody else has that port by now
    return SimulatorChild(*options)


def _opened_chat(port: int | None, told: Callable[[DemoMessage], object]) -> _Chat:
    try:
        return _Chat(port or 0, told)
    except OSError:
        return _Chat(0, told)
