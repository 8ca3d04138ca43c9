"""Events of a runner: what comes in is kept, what is kept is sent, and who must know is told."""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from adloom.cli.event_troubles import EventTroubles
from adloom.cli.serve_notices import Notices
from adloom.cli.session import Session
from adloom.errors import AdloomError
from adloom.intake import EventHook
from adloom.services.event_addresses import EventAddresses
from adloom.services.serve_log import ServeLog
from scheduler.runner import Chore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.outbox.delivering import Deliverer
    from scheduler.outbox.entries import LaneCounts
    from scheduler.outbox.store import Outbox
    from scheduler.sending import ChangingApi

__all__ = ["Events"]

logger = logging.getLogger(__name__)

ABOUT: Final = "events"
#: Seconds in which the database has to answer whoever asks how it is.
PROMPT: Final = 5.0
#: Seconds that what is under way has to end, however long other things took.
AT_LEAST: Final = 1.0
#: Seconds for requests that are still under way when there is no patience left.
LAST: Final = 0.5
#: Seconds without any event being settled after which sending what is left is given up for now.
STUCK: Final = 30.0
#: Seconds until sending is tried again after it ended by an error.
AGAIN: Final = 5.0


@dataclass
class Events:
    """What a runner does for events, once there is something to do.

    Args:
        session: The open workspace.
        lines: Told what happened.
        notices: Told what somebody has to know.
        open: The addresses that take events, by their names.
        wanted: Set once there is one.
    """

    session: Session
    lines: ServeLog
    notices: Notices
    open: dict[str, EventHook] = field(default_factory=dict)
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _outbox: "Outbox | None" = None
    _deliverer: "Deliverer | None" = None
    _addresses: EventAddresses | None = None
    _troubles: EventTroubles | None = None
    _sending: asyncio.Task[None] | None = None
    _there: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _asked_at: float = 0.0

    def chores(self) -> list[Chore]:
        """Each with how often it is done."""
        return [
            Chore("open addresses for events", 3, self.refresh, at_start=True),
            Chore("look after events", 10, self.look),
            Chore("forget events that were sent", 3600, self.forget, at_start=True),
        ]

    async def refresh(self) -> None:
        """Open what the settings name, once there are any, or events wait."""
        workspace = self.session.workspace
        if workspace.settings.events.intake or workspace.events.exists():
            await (await self._opened()).refresh()
            if self.open:
                self.wanted.set()

    async def look(self) -> None:
        """Tell what somebody has to know about."""
        if self._troubles is not None:
            await self._troubles.look()

    async def forget(self) -> None:
        """Forget which events were sent long ago."""
        if self._outbox is not None:
            days = self.session.workspace.settings.events.keep_days
            await self._outbox.prune(self.session.wiring.clock.now() - timedelta(days=days))

    async def is_well(self) -> bool:
        """Whether events could be kept now, if there are any."""
        if self._outbox is None:
            return True
        try:
            async with asyncio.timeout(PROMPT):
                await self._outbox.database.write(lambda work: work.one("SELECT 1"))
        except (AdloomError, TimeoutError):
            return False
        return True

    def announce(self, address: str) -> None:
        """Say where the intake listens, for now and for addresses to come."""
        if self._addresses is not None:
            self._addresses.announce(address)

    # --- sending --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Send what waits and what comes, until `settle`."""
        self._sending = self._sending or asyncio.create_task(self._send())

    def stop(self) -> None:
        """Begin nothing new and let what is under way end; asked a second time, stop it as well."""
        if self._over.is_set() and self._sending is not None:
            self._sending.cancel()
        self._over.set()
        self._there.set()
        self._asked_at = self._asked_at or asyncio.get_running_loop().time()
        if self._deliverer is not None:
            self._deliverer.kick()

    async def settle(self, patience: float) -> None:
        """Wait until what is under way has ended; what takes longer is sent again later.

        Args:
            patience: Seconds that it may take, counted from when `stop` was called.
        """
        if self._sending is None:
            return
        if not self._over.is_set():
            self.stop()
        gone = asyncio.get_running_loop().time() - self._asked_at
        await asyncio.wait([self._sending], timeout=max(patience - gone, AT_LEAST))
        self._sending.cancel()
        await asyncio.gather(self._sending, return_exceptions=True)
        self._sending = None
        await self.look()

    async def send_rest(self) -> None:
        """Send what waits now; come back when nothing does, or nothing goes on."""
        await self.refresh()
        if self._deliverer is None or self._outbox is None or self.session.workspace.stopped:
            return
        before = await self._outbox.counts()
        await self._deliverer.run(_Rest(self._outbox).is_over)
        after = await self._outbox.counts()
        if count := _sent(after) - _sent(before):
            self.lines.say(f"{count:,} events were sent.", ABOUT)
        if left := sum(one.waiting for one in after if not one.paused):
            self.lines.alert(f"{left:,} events still wait; the next time goes on.", ABOUT)
        await self.look()

    async def _send(self) -> None:
        """Send for as long as this runs, however often it fails."""
        await self._there.wait()
        while self._deliverer is not None and not self._over.is_set():
            try:
                await self._deliverer.run(self._is_over)
            except AdloomError as error:
                self.lines.alert(f"{error} {error.hint or ''} Sending is tried again.", ABOUT)
            except Exception:
                logger.exception("Sending is tried again")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), AGAIN)

    async def _is_over(self) -> bool:
        return self._over.is_set()

    async def _opened(self) -> EventAddresses:
        if self._addresses is None:
            outbox = self._outbox = await self.session.outbox()
            deliverer = self._deliverer = self._new_deliverer(outbox)
            self._troubles = EventTroubles(outbox, self.lines, self.notices, self.open)
            self._addresses = EventAddresses(
                self.session, outbox, self.lines, deliverer.kick, self.open
            )
            self._there.set()
        return self._addresses

    def _new_deliverer(self, outbox: "Outbox") -> "Deliverer":
        # Imported here: many runners never see an event.
        from scheduler.outbox.delivering import Deliverer, Pace

        async def connect(name: str) -> "ChangingApi":
            return (await self.session.reader.connect(name)).api

        return Deliverer(
            outbox,
            connect,
            self.session.node(),
            self.session.wiring.clock,
            settings=self.session.workspace.settings.events,
            tell=self._told,
            stopped=lambda: self.session.workspace.stopped,
            # Who cancels it has been patient already.
            pace=Pace(end=LAST),
        )

    def _told(self, text: str) -> None:
        self.lines.say(text, ABOUT)


@dataclass
class _Rest:
    """What is left to send, looked at again and again.

    Args:
        outbox: Where it waits.
    """

    outbox: "Outbox"
    _settled: int = -1
    _since: float = 0.0

    async def is_over(self) -> bool:
        """Whether nothing waits that could go out by itself, or none has for a while."""
        lanes = await self.outbox.counts()
        settled, now = sum(one.sent + one.dead for one in lanes), time.monotonic()
        if settled != self._settled:
            self._settled, self._since = settled, now
        waits = any(one.waiting and not one.paused for one in lanes)
        return not waits or now - self._since > STUCK


def _sent(lanes: "Sequence[LaneCounts]") -> int:
    return sum(one.sent for one in lanes)
