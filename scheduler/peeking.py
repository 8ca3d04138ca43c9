"""Peeking: what a trigger would hand on next, without anything being moved or written down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from adloom.clock import Clock
from adloom.database import Database
from modules.base import Context
from scheduler.inbox import Arrived
from scheduler.polling import Polled, Poller, Watched
from scheduler.rows import Sealer
from scheduler.scans import Scans
from scheduler.stages.memory import ReadOnly
from scheduler.watch_store import Source, StoredWatch, WatchStore, new_ids
from scheduler.watches import Batch, Position

__all__ = ["Glimpse", "PeekedWatches", "Peeker"]


@dataclass(frozen=True)
class Glimpse:
    """What one source of a trigger would hand on, and how its watch would move.

    Args:
        source: Which.
        watch: Where it stands.
        begins: Whether it would have to begin first, there.
        batch: What a poll would commit.
        ids: What the bundles are called in the inbox, in their order.
    """

    source: Source
    watch: StoredWatch
    begins: bool
    batch: Batch
    ids: tuple[str, ...]

    def arrived(self) -> list[Arrived]:
        """The bundles, as the inbox would hand them out."""
        return [
            Arrived(identity, item.key, self.source.source, item.at, item.bundle)
            for identity, item in zip(self.ids, self.batch.items, strict=True)
        ]


@dataclass
class PeekedWatches(WatchStore):
    """Watches that seem to move and stay where they are.

    Args:
        database: The journal's.
        sealer: For those who open what is kept.
        clock: For the dates.
    """

    database: Database
    sealer: Sealer
    clock: Clock
    glimpses: list[Glimpse] = field(default_factory=list)
    _begun: set[Source] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(ReadOnly(self.database), self.sealer, self.clock)

    async def begin(
        self,
        source: Source,
        position: Position,
        filter_mark: str,
        *,
        instead_of: StoredWatch | None = None,  # noqa: ARG002 - nothing is begun here
    ) -> StoredWatch:
        """Say how a watch would begin."""
        epoch = await self.database.read(lambda work: self.next_epoch_in(work, source))
        self._begun.add(source)
        return StoredWatch(position, epoch, filter_mark, self.clock.now())

    async def commit(self, source: Source, watch: StoredWatch, batch: Batch) -> bool:
        """Keep what a poll would have committed."""
        ids = tuple(new_ids(self.clock.now(), len(batch.items)))
        self.glimpses.append(Glimpse(source, watch, source in self._begun, batch, ids))
        return True

    async def failed(self, source: Source, error: str) -> None:
        """Why a poll failed is told, not written down."""


@dataclass(frozen=True)
class Peeker:
    """Polls without moving anything.

    Args:
        database: The journal's.
        sealer: Opens what is kept.
        clock: The time.
        ours: Says which versions of items are our own doing.
        say: Told what somebody should know.
    """

    database: Database
    sealer: Sealer
    clock: Clock
    ours: Callable[[Watched], Callable[[Any], bool]] = lambda _: lambda _: False
    say: Callable[[str], None] = lambda _: None

    async def peek(
        self, watched: Watched, context: Context, *, limit: int
    ) -> tuple[Polled, list[Glimpse]]:
        """What the next poll would find in every source; 0 is no limit."""
        watches = PeekedWatches(self.database, self.sealer, self.clock)
        scans = Scans(self.clock.monotonic, fresh=0)
        poller = Poller(watches, scans, self.clock.now, ours=self.ours, say=self.say)
        polled = await poller.poll(watched, context, limit=limit)
        return polled, watches.glimpses
