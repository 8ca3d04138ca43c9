"""Notices: what somebody has to know goes to the log, and to whom the settings name."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from adloom.cli.session import Session
from adloom.errors import AdloomError
from adloom.services.serve_log import ServeLog
from modules import find_module
from scheduler.records import Status

__all__ = ["Notices"]

#: The same is not told again for so long.
QUIET: Final = timedelta(hours=6)
#: Seconds that messages have at the end.
LAST_WORDS: Final = 5.0


@dataclass
class Notices:
    """Tells what somebody has to know.

    Args:
        session: With the connection that messages go through.
        lines: Where everything goes.
    """

    session: Session
    lines: ServeLog
    _told: dict[str, datetime] = field(default_factory=dict)
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, about: str, text: str) -> None:
        """Tell it now, without waiting until it has arrived; the same thing only now and then."""
        now = self.session.wiring.clock.now()
        mark = f"{about}: {text}"
        if mark in self._told and now - self._told[mark] < QUIET:
            return
        self._told[mark] = now
        self.lines.alert(text, about)
        if self.session.workspace.settings.notices.connection:
            task = asyncio.create_task(self._send(about, text))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def settle(self) -> None:
        """Wait until what was told has arrived, or cannot."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=LAST_WORDS)

    async def _send(self, about: str, text: str) -> None:
        name = str(self.session.workspace.settings.notices.connection)
        values = {"title": f"adloom: {about}", "text": text}
        try:
            engine = await self.session.engine()
            plan = await engine.plan(find_module("notify"), values, name)
            result = await engine.apply(plan)
        except AdloomError as error:
            self.lines.alert(f"The notice did not reach {name}: {error}", about)
            return
        if result.execution.status is not Status.DONE:
            self.lines.alert(f"The notice did not reach all of {name}: {result.error or ''}", about)
