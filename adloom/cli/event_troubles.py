"""What somebody has to know about events: lanes that are paused, dead letters, refusals."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from adloom.cli.serve_notices import Notices
from adloom.intake import EventHook
from adloom.services.serve_log import ServeLog
from scheduler.outbox.entries import Lane, LaneCounts

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["EventTroubles"]

#: New dead letters of a lane, and new refusals of an address, are told of this often at most.
QUIET: Final = timedelta(hours=1)
LONG: Final = timedelta(minutes=1)


@dataclass
class EventTroubles:
    """Tells each trouble once, and again when it has become worse.

    Args:
        outbox: Where events wait.
        lines: Told what went wrong with what came in.
        notices: Told what somebody has to know.
        open: The addresses that take events.
    """

    outbox: "Outbox"
    lines: ServeLog
    notices: Notices
    open: Mapping[str, EventHook]
    _paused: dict[Lane, str] = field(default_factory=dict)
    _dead: dict[Lane, int] = field(default_factory=dict)
    _told: dict[object, datetime] = field(default_factory=dict)

    async def look(self) -> None:
        """Look at every lane and every address."""
        for one in await self.outbox.counts():
            self._look_at_pause(one)
            self._look_at_dead(one)
        for name, hook in self.open.items():
            self._look_at_refused(name, hook.refused)

    def _look_at_pause(self, one: LaneCounts) -> None:
        before = self._paused.get(one.lane)
        if one.paused and one.paused != before:
            text = f"{_waiting(one)} for {_name(one.lane)} wait for somebody: {one.paused}"
            self.notices.tell(one.lane.connection, text)
        elif before and not one.paused:
            self.lines.say("Its events go out again.", one.lane.connection)
        self._paused[one.lane] = one.paused or ""

    def _look_at_dead(self, one: LaneCounts) -> None:
        known = self._dead.setdefault(one.lane, 0)
        if one.dead <= known:
            self._dead[one.lane] = one.dead
        elif self._may_tell(("dead", one.lane), QUIET):
            self._dead[one.lane] = one.dead
            text = f"{_count(one.dead)} for {_name(one.lane)} could not be sent."
            self.notices.tell(one.lane.connection, f"{text} See why: adloom events status --dead")

    def _look_at_refused(self, name: str, refused: Counter[str]) -> None:
        if refused and self._may_tell(("refused", name), LONG):
            [(reason, _)] = refused.most_common(1)
            self.lines.alert(f"{_count(refused.total())} refused, mostly because: {reason}.", name)
            refused.clear()

    def _may_tell(self, what: object, quiet: timedelta) -> bool:
        """Whether something of the kind was not told for a while; notes that it is told now."""
        now = self.notices.session.wiring.clock.now()
        told = self._told.get(what)
        if told is not None and now - told < quiet:
            return False
        self._told[what] = now
        return True


def _name(lane: Lane) -> str:
    test = f", test {lane.test_event_code}" if lane.test_event_code else ""
    return f"{lane.connection} ({lane.source} {lane.source_id}{test})"


def _waiting(one: LaneCounts) -> str:
    since = f", the oldest since {one.oldest:%Y-%m-%d %H:%M} UTC," if one.oldest else ""
    return f"{_count(one.waiting)}{since}"


def _count(events: int) -> str:
    return "1 event" if events == 1 else f"{events:,} events"
