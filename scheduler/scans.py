"""Listings shared: several scenarios that watch the same cause one listing."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from adloom.wire import Page
from modules.base import Context

if TYPE_CHECKING:
    from scheduler.polling import Watched

__all__ = ["Scans"]

#: For how many seconds a listing is good for others.
FRESH: Final = 20.0
#: A listing of more rows is not kept.
LARGEST: Final = 20_000


@dataclass
class _Kept:
    """A listing, while it is being read and shortly after."""

    since: datetime | None
    started: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: The watches that have had it: a listing cannot confirm itself.
    given: set[tuple[str, str]] = field(default_factory=set)
    pages: list[Page[Any]] | None = None


class Scans:
    """Reads listings, at most one at a time of each kind, and lends them out while they are fresh.

    Args:
        monotonic: A clock that only goes forward.
        fresh: For how many seconds a listing may be lent; 0 never lends.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, *, fresh: float = FRESH
    ) -> None:
        self._monotonic = monotonic
        self._fresh = fresh
        self._kept: dict[tuple[str, str], _Kept] = {}

    async def pages(
        self, watched: "Watched", context: Context, source: str, since: datetime | None
    ) -> AsyncIterator[Page[Any]]:
        """Yield the pages of a listing that reaches back at least to `since`.

        One that was begun by somebody else reaches as far as they asked for; the cursor leaves out
        what it does not want.
        """
        self._drop_old()
        key, watch = (watched.filter, source), (watched.scenario, watched.step)
        kept = self._kept.get(key)
        if kept is not None and watch not in kept.given and _covers(kept.since, since):
            async with kept.lock:
                lent = kept.pages
            if lent is not None:
                kept.given.add(watch)
                for page in lent:
                    yield page
                return
        mine = self._kept[key] = _Kept(since, self._monotonic(), given={watch})
        async with mine.lock:
            async for page in self._read(mine, watched, context, source, since):
                yield page

    async def _read(
        self,
        mine: _Kept,
        watched: "Watched",
        context: Context,
        source: str,
        since: datetime | None,
    ) -> AsyncIterator[Page[Any]]:
        """Read, and keep what was read if it is little and was read to its end."""
        pages: list[Page[Any]] = []
        rows = 0
        async for page in watched.trigger.fetch(watched.params, context, source, since):
            rows += len(page.records)
            if self._fresh and rows <= LARGEST:
                pages.append(page)
            yield page
        if self._fresh and rows <= LARGEST:
            mine.pages = pages

    def _drop_old(self) -> None:
        now = self._monotonic()
        old = [key for key, one in self._kept.items() if now - one.started > self._fresh]
        for key in old:
            if not self._kept[key].lock.locked():
                del self._kept[key]


def _covers(kept: datetime | None, wanted: datetime | None) -> bool:
    """Whether a listing since one moment holds everything since another."""
    return kept is None or (wanted is not None and kept <= wanted)
