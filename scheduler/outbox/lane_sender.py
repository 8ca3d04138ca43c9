"""Sends what waits in one lane, several batches at a time, each settled once it has landed."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.clock import Clock
from adloom.errors import AdloomError, WorkspaceError
from scheduler.outbox.batches import Judge
from scheduler.outbox.isolating import Fate
from scheduler.outbox.lane_rows import LaneRows, Settled
from scheduler.outbox.leases import LaneState, Lease, LeaseLostError, Leases
from scheduler.outbox.parcels import Item
from scheduler.outbox.requests import EventApi, Reason, Stop, send
from scheduler.outbox.statements import moment_of
from scheduler.outbox.window import Batch, Load, Window

__all__ = ["LaneSender", "Surroundings", "state_of"]

SECOND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the senders of all lanes share.

    Args:
        leases: Who sends which lane.
        judge: Decides what happens to events.
        clock: The time.
        tell: Told what somebody should know.
        stopped: Whether nothing may go out at all.
        flush: Whether batches go out without waiting for company.
    """

    leases: Leases
    judge: Judge
    clock: Clock
    tell: Callable[[str], None]
    stopped: Callable[[], bool]
    flush: bool


class LaneSender:
    """Sends one lane for as long as something can be sent.

    Args:
        rows: The lane's rows.
        lease: The right to send it.
        state: How it stood when that was given.
        api: Sends.
        around: What all senders share.
    """

    def __init__(
        self, rows: LaneRows, lease: Lease, state: LaneState, api: EventApi, around: Surroundings
    ) -> None:
        self._rows = rows
        self._lease = lease
        self._api = api
        self._around = around
        self._window = Window(around.judge.settings)
        self._flights: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._more = True
        self._revision = state.revision
        self._rests_until = 0
        self._trouble: str | None = None
        self._needs_somebody = False
        #: Whether to begin nothing more, and whether what only waits for company goes out before.
        self._ends = False
        self._flushes = False
        #: Whether the lane has to be looked at anew, or left alone for a while.
        self.failed = False

    def look(self, state: LaneState) -> None:
        """Learn how the lane stands now."""
        if state.revision != self._revision:
            self._revision = state.revision
            self._window.read_upto = 0
            self._more = True
        if state.waiting > self._window.events:
            self._more = True
        if self._more:
            self._wake.set()

    def end(self, *, flush: bool) -> None:
        """Begin nothing more, except with what only waits for company if that is wished."""
        self._ends, self._flushes = True, flush
        self._wake.set()

    async def run(self) -> None:
        """Send until nothing waits that could be sent, or until told to end."""
        try:
            while await self._begin() or self._flights:
                await self._rest()
        finally:
            for flight in self._flights:
                flight.cancel()
            await asyncio.gather(*self._flights, return_exceptions=True)

    # --- one batch after the other --------------------------------------------------------------

    async def _begin(self) -> bool:
        """Begin with as many batches as may be under way; whether there is something to wait for.

        Raises:
            LeaseLostError: Somebody else sends this lane now.
        """
        self._wake.clear()
        try:
            if self._ends and self._flushes and self._more:
                await self._read()  # only then is it known whether all of it is less than a batch
            while self._may_begin() and (batch := await self._next()) is not None:
                self._flights.add(asyncio.create_task(self._fly(batch)))
        except WorkspaceError as error:
            self._give_up(error)
            return False
        waits = self._window.next_at is not None or self._rests_until > self._now()
        return waits and not self._ends

    def _may_begin(self) -> bool:
        if self._ends and not (self._flushes and self._is_short):
            return False
        if self._around.stopped() or self._rests_until > self._now():
            return False
        return len(self._flights) < self._around.judge.settings.in_flight

    @property
    def _is_short(self) -> bool:
        """Whether all that waits is less than a batch."""
        return not self._more and self._window.events < self._around.judge.settings.batch_size

    async def _next(self) -> Batch | None:
        """The next batch that may go out; more is read as long as that could complete it."""
        while True:
            flush = self._around.flush or self._flushes
            reads = self._more and self._window.has_room
            batch = self._window.take(self._now(), flush=flush, more=reads)
            if batch is not None or not reads:
                return batch
            await self._read()

    async def _read(self) -> None:
        known = self._window.parcels
        loads, self._more = await self._rows.waiting(self._window.read_upto)
        # What has landed in the meantime was perhaps read as it was before.
        known |= self._window.parcels
        for load in loads:
            self._window.read_upto = load.parcel.first_id
            if load.parcel.id not in known:
                self._window.add(load)

    async def _rest(self) -> None:
        """Wait until a batch has landed, something is due, or somebody knows more."""
        # While TikTok wants a pause, nothing else makes a difference.
        now = self._now()
        moment = self._rests_until if self._rests_until > now else self._window.next_at
        wait = max(moment - now, 0) / SECOND if moment is not None else None
        if self._ends or len(self._flights) >= self._around.judge.settings.in_flight:
            wait = None
        waking = asyncio.ensure_future(self._wake.wait())
        helpers: set[asyncio.Future[Any]] = {waking}
        if wait is not None:
            helpers.add(asyncio.ensure_future(self._around.clock.sleep(wait)))
        try:
            done, _ = await asyncio.wait(
                self._flights | helpers, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for helper in helpers:
                helper.cancel()
        for flight in done & self._flights:
            self._flights.discard(flight)
            flight.result()

    # --- one batch ------------------------------------------------------------------------------

    async def _fly(self, batch: Batch) -> None:
        around, now = self._around, self._now()
        try:
            contents = await self._contents(batch)
            settled, sendable = around.judge.sort(batch, contents, now)
            stop = None
            if sendable:
                parcels = sorted({one.settled.load.parcel.id for one in sendable})
                await self._rows.sending(parcels, now)
                items = [one.item.content for one in sendable]
                fates: dict[int, Fate] = {}
                stop = await send(
                    self._api,
                    self._lease.lane,
                    items,
                    fates,
                    first_index=around.judge.settings.first_index,
                    stopped=around.stopped,
                )
                self._heed(stop)
                around.judge.note(sendable, fates, stop, self._now())
            await self._settle(batch, settled)
            if stop is not None and stop.reason is Reason.PERSON:
                await around.leases.pause(self._lease, stop.text, state_of(self._api))
        except LeaseLostError:
            self.end(flush=False)
        except WorkspaceError as error:
            self._give_up(error)

    async def _contents(self, batch: Batch) -> dict[Load, Mapping[int, Item]]:
        loads = {load for load, _ in batch.parts}
        far = [load.parcel for load in loads if load.items is None]
        read = await self._rows.contents(far) if far else {}
        return {load: load.items or read[load.parcel.id] for load in loads}

    async def _settle(self, batch: Batch, settled: list[Settled]) -> None:
        """Note what became of a batch; as long as that cannot be written it is kept in mind."""
        back: list[Load] | None = None
        while back is None:
            try:
                back = await self._rows.settle(settled, self._now())
            except WorkspaceError as error:
                self._complain(str(error))
                if self._ends:
                    raise
                await self._around.clock.sleep(self._around.judge.pace.rest)
        self._window.landed(batch)
        for load in back:
            self._window.add(load)

    # --- troubles -------------------------------------------------------------------------------

    def _heed(self, stop: Stop | None) -> None:
        """Do at once what a stop means for the batches that have not begun yet."""
        if stop is None:
            if self._trouble is not None:
                self._tell("events go out again.")
            self._trouble = None
            return
        if stop.reason is Reason.TOO_FAST:
            self._rests_until = self._now() + int((stop.pause or 1.0) * SECOND)
        if stop.reason is Reason.PERSON:
            self.end(flush=False)
            if not self._needs_somebody:  # other batches under way meet the same
                self._tell(f"nothing goes out until somebody helps. {stop.text}")
            self._needs_somebody = True
        elif stop.reason not in (Reason.BAD, Reason.HELD):
            self._complain(stop.text)

    def _give_up(self, error: AdloomError) -> None:
        """Leave the lane alone for a while; nothing of it is lost."""
        self.failed = True
        self._complain(str(error))
        self.end(flush=False)

    def _complain(self, text: str) -> None:
        """Tell of a trouble once, not each time it shows."""
        if self._trouble is None:
            self._tell(f"{text} It is tried again.")
        self._trouble = text

    def _tell(self, text: str) -> None:
        lane = self._lease.lane
        self._around.tell(f"{lane.connection} · {lane.source} {lane.source_id}: {text}")

    def _now(self) -> int:
        return moment_of(self._around.clock.now())


def state_of(api: EventApi) -> str:
    """What tells whether a connection is as it was; it is renewed by its owner."""
    connection = getattr(api, "connection", None)
    if connection is None:
        return ""
    return f"{connection.id} {connection.generation} {connection.state}"
