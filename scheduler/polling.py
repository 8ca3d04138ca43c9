"""Polling: the cursor driven over a trigger's sources, each on its own, into the inbox."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from adloom.errors import AdloomError, RetryableError
from adloom.json_text import dump
from adloom.wire import Page
from modules.base import Context, Module, Trigger, Watching
from scheduler.cursor import begin, poll
from scheduler.scans import Scans
from scheduler.watch_store import Source, StoredWatch, WatchStore
from scheduler.watches import GLANCE, Ask, Got, Position, Scan, View

__all__ = ["OVERLAP", "Polled", "Poller", "Start", "Watched"]

#: Longer than anything can be late: visibility, clocks, replicas, and a scan (reliability.md §3.2).
OVERLAP: Final = timedelta(minutes=15)
#: A scan that takes longer is given up.
DEADLINE: Final = timedelta(minutes=5)

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Start:
    """Where a watch starts: now, at a moment, or at the beginning of time.

    Args:
        everything: From the beginning of time.
        since: From this moment; None without `everything` is now.
    """

    everything: bool = False
    since: datetime | None = None


@dataclass(frozen=True)
class Watched:
    """One trigger of one scenario, ready to be polled.

    Args:
        scenario: Its name.
        step: The id of the step.
        module: The trigger.
        params: Its parameters, validated.
        connection: The name of the connection.
        start: Where it starts.
    """

    scenario: str
    step: str
    module: Module
    params: Any
    connection: str
    start: Start = Start()

    @property
    def trigger(self) -> Trigger[Any, Any]:
        """How it watches."""
        assert self.module.trigger is not None  # noqa: S101 - the loader has seen to it
        return self.module.trigger

    @property
    def filter(self) -> str:
        """A mark of what is watched; how much is handed on at a time does not count."""
        values = self.params.model_dump(mode="json", exclude={"limit"})
        mark = dump([self.module.name, self.connection, values])
        return hashlib.sha256(mark).hexdigest()[:24]


@dataclass(frozen=True)
class Polled:
    """What came of polling all sources of a trigger.

    Args:
        found: How many bundles went into the inbox.
        waiting: How many more are known to wait.
        errors: Why sources failed, by source; the others were polled all the same.
        begun: Sources that begin from now on.
    """

    found: int = 0
    waiting: int = 0
    errors: tuple[tuple[str, AdloomError], ...] = ()
    begun: tuple[str, ...] = ()


class Poller:
    """Polls triggers.

    Args:
        store: Where watches stand.
        scans: Shares listings between scenarios that watch the same.
        now: Our own time.
        ours: Says, from a moment on, which versions of items are our own doing.
        say: Told what the user should know.
    """

    def __init__(
        self,
        store: WatchStore,
        scans: Scans,
        now: Callable[[], datetime],
        *,
        ours: Callable[[Watched], Callable[[Any], bool]] = lambda _: lambda _: False,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._scans = scans
        self._now = now
        self._ours = ours
        self._say = say

    async def poll(self, watched: Watched, context: Context, *, limit: int) -> Polled:
        """Poll every source; the limit is shared by all of them, and the first one takes turns.

        Args:
            watched: What to poll.
            context: Where to read.
            limit: Hand on at most this many in all; 0 is all.
        """
        sources = watched.trigger.sources(watched.params)
        turn = int(self._now().timestamp() // 60) % len(sources)
        total = Polled()
        for source in sources[turn:] + sources[:turn]:
            if limit and total.found >= limit:
                break
            try:
                one = await self._source(watched, context, source, limit and limit - total.found)
            except AdloomError as error:
                await self._store.failed(self._named(watched, source), str(error))
                one = Polled(errors=((source, error),))
            total = _sum(total, one)
        return total

    async def _source(self, watched: Watched, context: Context, source: str, limit: int) -> Polled:
        place = self._named(watched, source)
        stored = await self._store.load(place)
        if stored is None or stored.filter != watched.filter:
            if stored is not None:
                self._say(f"{watched.scenario} watches something else now; it begins anew.")
            stored = await self._begun(watched, context, source, stored)
            if watched.start == Start() or stored.epoch > 1:
                return Polled(begun=(source,))
        view = View(watched.trigger, watched.params, self._ours(watched))
        steps = poll(stored.position, view, limit=limit, overlap=OVERLAP, now=self._now())
        batch = await self._driven(watched, context, source, steps)
        if not batch.whole:
            self._say(f"{watched.scenario}: the listing of {source} kept changing; it is not done.")
        if not await self._store.commit(place, stored, batch):
            raise RetryableError(f"{source} was polled by another process at the same time.")
        return Polled(len(batch.items), batch.waiting)

    async def _begun(
        self, watched: Watched, context: Context, source: str, before: StoredWatch | None
    ) -> StoredWatch:
        """Begin where the scenario says; one that was changed always begins now."""
        place, start = self._named(watched, source), watched.start
        if before is None and (start.everything or start.since):
            return await self._store.begin(place, Position(settled=start.since), watched.filter)
        view = View(watched.trigger, watched.params)
        steps = begin(view, overlap=OVERLAP, now=self._now())
        position = await self._driven(watched, context, source, steps)
        if position is None:
            raise RetryableError(f"The listing of {source} never held still; trying again later.")
        return await self._store.begin(place, position, watched.filter, instead_of=before)

    async def _driven(
        self,
        watched: Watched,
        context: Context,
        source: str,
        steps: Generator[Ask, Got, ResultT],
    ) -> ResultT:
        """Answer what a cursor asks for, within the deadline."""
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                return await self._answered(watched, context, source, steps)
        except TimeoutError:
            raise RetryableError(f"Listing {source} took too long.") from None

    async def _answered(
        self,
        watched: Watched,
        context: Context,
        source: str,
        steps: Generator[Ask, Got, ResultT],
    ) -> ResultT:
        pages: AsyncIterator[Page[Any]] = _nothing()
        ask = next(steps)
        while True:
            if isinstance(ask, Scan):
                pages = self._scans.pages(watched, context, source, ask.since)
            elif ask is GLANCE:
                pages = self._glance(watched, context, source)
            try:
                ask = steps.send(await anext(pages, None))
            except StopIteration as end:
                result: ResultT = end.value
                return result

    async def _glance(
        self, watched: Watched, context: Context, source: str
    ) -> AsyncIterator[Page[Any]]:
        """One page, of as little as the platform can be asked for: its date counts."""
        compares = watched.trigger.watching(watched.params) is Watching.COMPARED
        since = None if compares else self._now()
        async for page in watched.trigger.fetch(watched.params, context, source, since):
            yield replace(page, records=[])
            return

    @staticmethod
    def _named(watched: Watched, source: str) -> Source:
        return Source(watched.scenario, watched.step, source)


async def _nothing() -> AsyncIterator[Page[Any]]:
    no_pages: tuple[Page[Any], ...] = ()
    for page in no_pages:
        yield page


def _sum(one: Polled, other: Polled) -> Polled:
    return Polled(
        one.found + other.found,
        one.waiting + other.waiting,
        one.errors + other.errors,
        one.begun + other.begun,
    )
