"""Delivering: what waits is sent, each lane by one process, and none waits for another."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from adloom.clock import Clock
from adloom.errors import AdloomError, WorkspaceError
from scheduler.nodes import Node
from scheduler.outbox.batches import Judge
from scheduler.outbox.lane_rows import LaneRows
from scheduler.outbox.lane_sender import LaneSender, Surroundings, state_of
from scheduler.outbox.leases import LaneState, Lease, LeaseLostError, Leases
from scheduler.outbox.pace import OutboxSettings, Pace
from scheduler.outbox.requests import EventApi
from scheduler.outbox.store import Outbox

__all__ = ["Deliverer", "EventApi", "OutboxSettings", "Pace"]

Until = Callable[[], Awaitable[bool]]


@dataclass(eq=False)
class _Running:
    """A lane that is being sent.

    Args:
        lease: The right to send it.
        task: Sends it.
        sender: What the task runs, once its connection is open.
    """

    lease: Lease
    task: asyncio.Task[None]
    sender: LaneSender | None = None


class Deliverer:
    """Sends what lies in an outbox; several may do so at a time, in any number of processes.

    Args:
        outbox: What is sent from.
        connect: Opens a connection by its name.
        node: This process.
        clock: The time.
        settings: What the user decided.
        tell: Told what somebody should know, in sentences.
        stopped: Whether nothing may go out at all.
        pace: How patient it is.
    """

    def __init__(
        self,
        outbox: Outbox,
        connect: Callable[[str], Awaitable[EventApi]],
        node: Node,
        clock: Clock,
        *,
        settings: OutboxSettings,
        tell: Callable[[str], None],
        stopped: Callable[[], bool],
        pace: Pace | None = None,
    ) -> None:
        self._outbox = outbox
        self._connect = connect
        self._clock = clock
        self._leases = Leases(outbox, node)
        self._judge = Judge(settings, pace or Pace())
        self._tell = tell
        self._stopped = stopped
        self._kicked = asyncio.Event()

    def kick(self) -> None:
        """Look at once whether there is something to send."""
        self._kicked.set()

    async def run(self, until: Until | None = None) -> None:
        """Send what waits.

        Args:
            until: Asked again and again; once it says true, what only waits for company goes out,
                what is under way is waited for, and the rest is left. Without it, everything is
                sent until nothing waits any more that could be.

        Raises:
            CancelledError: It was cancelled; what was under way has been waited for, for a while.
        """
        run = _Run(self._around(flush=until is None), self._outbox, self._connect)
        try:
            while not (await until() if until else run.is_done):
                await run.begin()
                if until is not None or not run.is_done:
                    await self._rest(run)
            await run.begin()  # what came in a moment ago is confirmed already
            await run.end()
        except asyncio.CancelledError:
            await run.end_soon(self._judge.pace.end)
            raise
        finally:
            await run.leave()

    def _around(self, *, flush: bool) -> Surroundings:
        return Surroundings(
            self._leases, self._judge, self._clock, self._tell, self._stopped, flush
        )

    async def _rest(self, run: "_Run") -> None:
        """Wait until somebody knows more, or for a while."""
        helpers: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(self._kicked.wait()),
            asyncio.ensure_future(self._clock.sleep(self._judge.pace.poll)),
        ]
        try:
            await asyncio.wait([*helpers, *run.tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in helpers:
                one.cancel()
        self._kicked.clear()


class _Run:
    """One run of a deliverer.

    Args:
        around: What all senders share.
        outbox: What is sent from.
        connect: Opens a connection by its name.
    """

    def __init__(
        self,
        around: Surroundings,
        outbox: Outbox,
        connect: Callable[[str], Awaitable[EventApi]],
    ) -> None:
        self._around = around
        self._outbox = outbox
        self._connect = connect
        self._lanes: dict[int, _Running] = {}
        #: Until when lanes are left alone, by the monotonic clock.
        self._rests: dict[int, float] = {}
        self._looked: dict[int, float] = {}
        self._waits = True
        self._told: str | None = None
        #: Whether nothing more is begun, and whether what only waits for company goes out before.
        self._ends = False
        self._flushes = False

    @property
    def tasks(self) -> Iterable[asyncio.Task[None]]:
        """What sends."""
        return [one.task for one in self._lanes.values()]

    @property
    def is_done(self) -> bool:
        """Whether nothing waits that could be sent."""
        return not self._waits and not self._lanes

    async def begin(self) -> None:
        """Begin with every lane that has something to send and nobody to send it."""
        await self._collect()
        try:
            states = await self._around.leases.lanes()
            self._waits = False
            for state in states:
                await self._look(state)
            self._told = None
        except WorkspaceError as error:
            self._waits = True
            if self._told is None:
                self._around.tell(f"{error} It is tried again.")
            self._told = str(error)

    async def end(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._ends = self._flushes = True
        for one in self._lanes.values():
            if one.sender is not None:
                one.sender.end(flush=True)
        await asyncio.gather(*self.tasks)
        await self._collect()

    async def end_soon(self, patience: float) -> None:
        """Begin nothing more, and wait for what is under way, but not for ever."""
        self._ends, self._flushes = True, False
        for one in self._lanes.values():
            if one.sender is not None:
                one.sender.end(flush=False)
            else:
                one.task.cancel()
        if self._lanes:
            await asyncio.wait(self.tasks, timeout=patience)

    async def leave(self) -> None:
        """Stop what still runs, and give every lane back."""
        for one in self._lanes.values():
            one.task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for number in list(self._lanes):
            await self._release(number)

    # --- one lane -------------------------------------------------------------------------------

    async def _look(self, state: LaneState) -> None:
        number, now = state.number, self._around.clock.monotonic()
        running = self._lanes.get(number)
        if running is not None:
            self._waits = True
            if running.sender is not None:
                running.sender.look(state)
            return
        if self._around.stopped() or number in self._outbox.busy:
            return
        if state.paused is not None:
            await self._look_again(state, now)
            return
        if self._rests.get(number, 0.0) > now:
            self._waits = True
            return
        self._outbox.busy.add(number)
        lease = None
        try:
            lease = await self._around.leases.take(state)
        finally:
            if lease is None:
                self._outbox.busy.discard(number)
        if lease is not None:
            self._waits = True
            self._start(lease, state)

    def _start(self, lease: Lease, state: LaneState) -> None:
        async def send() -> None:
            running = self._lanes[state.number]
            try:
                api = await self._connect(state.lane.connection)
            except WorkspaceError as error:
                self._around.tell(f"{state.lane.connection}: {error} It is tried again.")
                self._let_rest(state.number)
                return
            except AdloomError as error:
                await self._pause(lease, error)
                return
            if self._ends and not self._flushes:
                return
            rows = LaneRows(self._outbox, lease)
            sender = LaneSender(rows, lease, state, api, self._around)
            running.sender = sender
            if self._ends:
                sender.end(flush=True)
            await sender.run()
            if sender.failed:
                self._let_rest(state.number)

        self._lanes[state.number] = _Running(lease, asyncio.create_task(send()))

    async def _look_again(self, state: LaneState, now: float) -> None:
        """Let a paused lane go on once its connection is not what it was paused with."""
        if now < self._looked.get(state.number, 0.0):
            return
        self._looked[state.number] = now + self._around.judge.pace.look_again
        try:
            found = state_of(await self._connect(state.lane.connection))
        except WorkspaceError:
            return
        except AdloomError as error:
            found = type(error).__name__
        if found != state.paused_with:
            await self._around.leases.resume(state)
            self._waits = True

    async def _pause(self, lease: Lease, error: AdloomError) -> None:
        text = f"{error} {error.hint}" if error.hint else str(error)
        self._around.tell(f"{lease.lane.connection}: nothing goes out until somebody helps. {text}")
        await self._around.leases.pause(lease, text, type(error).__name__)

    def _let_rest(self, number: int) -> None:
        rest = self._around.judge.pace.rest
        self._rests[number] = self._around.clock.monotonic() + rest

    async def _collect(self) -> None:
        """Give back the lanes that are done with.

        Raises:
            Exception: A fault of ours.
        """
        for number, one in list(self._lanes.items()):
            if one.task.done():
                await self._release(number)
                with suppress(LeaseLostError):
                    one.task.result()

    async def _release(self, number: int) -> None:
        one = self._lanes.pop(number)
        self._outbox.busy.discard(number)
        # What cannot be given back is taken once this process is gone.
        with suppress(WorkspaceError):
            await self._around.leases.release(one.lease)
