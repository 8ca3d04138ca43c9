"""The runner: a clock that ticks, and starts what the store says is due.

The only file that knows APScheduler, which beats time and nothing else: what is due, and who got
it, stands in the database. It beats by the wall clock and would stand still for
as long as that is set back (reliability.md §2.2, T2); so the runner watches the clock beside it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from apscheduler.schedulers.asyncio import (  # type: ignore[import-untyped] # it ships no types
    AsyncIOScheduler,
)
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped] # as above

from adloom.clock import Clock
from adloom.errors import AdloomError
from scheduler.due_store import DueStore
from scheduler.nodes import Node
from scheduler.scenario_rows import Due, RunEnd, RunStatus
from scheduler.stop_signals import stop_signals

__all__ = ["Chore", "Runner"]

log = logging.getLogger(__name__)

TICK: Final = 0.5
#: How often it looks for what dead processes have left.
TAKE_OVER: Final = 15.0
#: How often it looks at the clock.
LOOK: Final = 5.0
#: A clock that was moved by less than this was not moved.
UNEVEN: Final = 1.0
#: A clock that was moved by more than this makes what was reckoned wrong.
STEP: Final = 60.0
#: Until it tries again to write down how something ended.
TRY_AGAIN: Final = 5.0

Conduct = Callable[[Due], Awaitable[RunEnd]]


@dataclass(frozen=True)
class Chore:
    """Something else that is to be done regularly.

    Args:
        name: What it is called in messages.
        seconds: How often.
        work: Does it; is not started again while it still works.
        at_start: Whether it has to be done once before anything is claimed.
    """

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]
    at_start: bool = False


class Runner:
    """Starts scenarios when they are due.

    Args:
        store: Hands out what is due.
        conduct: Runs an occurrence to its end.
        clock: The time.
        node: This process.
        chores: What else is to be done regularly.
        stopped: Whether the kill switch has been pulled: nothing is started then.
        at_once: How many occurrences run at a time, at most.
        patience: For how many seconds what runs may go on after a stop was asked for.
        tell: Told what somebody should know.
        disabled: Told which scenario was disabled, and why.
    """

    def __init__(
        self,
        store: DueStore,
        conduct: Conduct,
        clock: Clock,
        node: Node,
        *,
        chores: Sequence[Chore] = (),
        stopped: Callable[[], bool] = lambda: False,
        at_once: int = 16,
        patience: float = 30.0,
        tell: Callable[[str], None] = lambda _: None,
        disabled: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._store = store
        self._conduct = conduct
        self._clock = clock
        self._node = node
        self._chores = tuple(chores)
        self._stopped = stopped
        self._at_once = at_once
        self._patience = patience
        self._tell = tell
        self._disabled = disabled
        self._running: set[asyncio.Task[Any]] = set()
        self._working: set[asyncio.Task[Any]] = set()
        self._claiming = asyncio.Lock()
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._is_paused = False
        self._lead = self._ahead()
        self._troubles: dict[str, str] = {}
        self._beat: Any = None

    @property
    def running(self) -> int:
        """How many occurrences are being run."""
        return len(self._running)

    # --- from outside ---------------------------------------------------------------------------

    async def serve(self, *, signals: bool = False) -> None:
        """Work until told to stop.

        Args:
            signals: Whether SIGTERM and SIGINT stop it; the second one at once.
        """
        with stop_signals(self.stop, watched=signals):
            await self._store.recompute()
            for chore in self._chores:
                if chore.at_start and not self._stop.is_set():
                    await self._guarded(chore)()
            await self.take_over()
            watch_clock = self._guarded(Chore("watch the clock", LOOK, self.watch_clock))
            async with self._beating():
                while not self._stop.is_set():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._stop.wait(), LOOK)
                    await watch_clock()
                await self._drain()

    def stop(self) -> None:
        """Start nothing any more and let what runs end; asked a second time, stop it as well."""
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    async def tick(self) -> int:
        """Start what is due; how many occurrences that is."""
        async with self._claiming:
            if self._stop.is_set() or self._pause():
                return 0
            room = self._at_once - len(self._running)
            dues = await self._store.claim_due(self._clock.now(), self._node.id, room)
            self._start(dues)
            return len(dues)

    async def take_over(self) -> int:
        """Start again what processes that died had begun; how many occurrences that is."""
        async with self._claiming:
            if self._stop.is_set() or self._pause():
                return 0
            room = self._at_once - len(self._running)
            dues = await self._store.reclaim(self._node.id, self._node.is_alive, limit=room)
            self._start(dues)
            return len(dues)

    async def watch_clock(self) -> float:
        """Put things right if the wall clock was moved; by how many seconds it was."""
        lead = self._ahead()
        moved, self._lead = lead - self._lead, lead
        if abs(moved) > STEP:
            self._tell(f"The clock was moved by {moved:+.0f} seconds.")
            await self._store.recompute()
        if abs(moved) > UNEVEN and self._beat is not None:
            for job in self._beat.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        return moved

    async def idle(self) -> None:
        """Wait until nothing runs and no chore is being done."""
        while busy := self._running | self._working:
            await asyncio.wait(busy)

    # --- one occurrence -------------------------------------------------------------------------

    def _start(self, dues: Sequence[Due]) -> None:
        for due in dues:
            task = asyncio.create_task(self._run(due), name=f"{due.scenario} {due.slot}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run(self, due: Due) -> None:
        """Run an occurrence; if this is cancelled it stays claimed, and is taken over later."""
        try:
            end = await self._conduct(due)
        except AdloomError as error:
            end = RunEnd(RunStatus.FAILED, str(error))
        except Exception as error:
            log.exception("%s, %s", due.scenario, due.slot)
            end = RunEnd(RunStatus.FAILED, f"A bug: {type(error).__name__}: {error}")
        if reason := await self._note(due, end):
            self._tell(f"{due.scenario} is disabled now. {reason}")
            self._disabled(due.scenario, reason)

    async def _note(self, due: Due, end: RunEnd) -> str | None:
        """Write down how an occurrence ended, however long the database cannot be written."""
        while True:
            try:
                return await self._store.ended(due, end)
            except AdloomError as error:
                self._complain(due.scenario, error)
                await self._clock.sleep(TRY_AGAIN)

    # --- beating and stopping -------------------------------------------------------------------

    @asynccontextmanager
    async def _beating(self) -> AsyncIterator[None]:
        """Let the jobs be called regularly."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._beat = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        jobs = [
            Chore("start what is due", TICK, self.tick),
            Chore("take over", TAKE_OVER, self.take_over),
            *self._chores,
        ]
        for job in jobs:
            trigger = IntervalTrigger(seconds=job.seconds, timezone=UTC)
            self._beat.add_job(self._guarded(job), trigger)
        self._beat.start()
        try:
            yield
        finally:
            self._beat.shutdown(wait=False)
            self._beat = None
            await asyncio.sleep(0)  # the shutdown is a call that waits in the loop

    async def _drain(self) -> None:
        """Give what runs its time, then leave it to whoever takes it over."""
        async with self._claiming:
            self._beat.pause()
        if not self._running | self._working:
            return
        if self._running:
            self._tell(f"Waiting up to {self._patience:g} s for {len(self._running)} to end.")
        hurry = asyncio.create_task(self._hurry.wait())
        idle = asyncio.create_task(self.idle())
        await asyncio.wait(
            [hurry, idle], timeout=self._patience, return_when=asyncio.FIRST_COMPLETED
        )
        left = [hurry, idle, *self._running, *self._working]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _guarded(self, chore: Chore) -> Callable[[], Awaitable[None]]:
        """A job that fails is told of, once, and called again."""

        async def call() -> None:
            work = asyncio.ensure_future(chore.work())
            self._working.add(work)
            work.add_done_callback(self._working.discard)
            try:
                await asyncio.shield(work)
            except AdloomError as error:
                self._complain(chore.name, error)
            except Exception:
                log.exception("%s", chore.name)
            else:
                self._troubles.pop(chore.name, None)

        return call

    def _complain(self, what: str, error: AdloomError) -> None:
        if self._troubles.get(what) != str(error):
            self._troubles[what] = str(error)
            self._tell(f"{what}: {error}")

    def _pause(self) -> bool:
        """Whether the kill switch has been pulled; tells when that changes."""
        was, self._is_paused = self._is_paused, self._stopped()
        if self._is_paused and not was:
            self._tell("The kill switch is pulled: nothing is started until it is released.")
        elif was and not self._is_paused:
            self._tell("The kill switch is released.")
        return self._is_paused

    def _ahead(self) -> float:
        """How far the wall clock is ahead of the one that never jumps."""
        return self._clock.now().timestamp() - self._clock.monotonic()
