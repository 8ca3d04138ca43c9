"""What a trigger would emit in its first cycle, from a moment on."""

import heapq
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from adloom.wire import Page, Record
from modules.base import Context, Trigger, Watching

__all__ = ["first_cycle"]

#: What does not say when it happened comes last.
UNDATED: Final = datetime.max.replace(tzinfo=UTC)


async def first_cycle(
    trigger: Trigger[Any, Any], params: Any, context: Context, since: datetime | None
) -> AsyncIterator[Page[Any]]:
    """Yield one page: the bundles of the first cycle, oldest first, cut at the limit.

    The limit is shared by all sources. Only the newest version of an item counts, as a cycle
    would emit it.

    Args:
        trigger: What watches.
        params: What was asked; its `limit` of 0 means all.
        context: Where to read.
        since: The moment to start from; None is the beginning of time.
    """
    found: list[tuple[datetime, str, str, Record]] = []
    total = 0
    for source in trigger.sources(params):
        newest = await _newest(trigger, params, context, source, since)
        total += len(newest)
        found += [(moment, source, key, row) for key, (moment, row) in newest.items()]
    limit = getattr(params, "limit", 0)
    order = sorted(found, key=_age) if limit == 0 else heapq.nsmallest(limit, found, key=_age)
    yield Page([row for *_, row in order], total)


async def _newest(
    trigger: Trigger[Any, Any],
    params: Any,
    context: Context,
    source: str,
    since: datetime | None,
) -> dict[str, tuple[datetime, Record]]:
    """The newest version of every item of a source that a first cycle would emit, by its key."""
    compares = trigger.watching(params) is Watching.COMPARED
    found: dict[str, tuple[datetime, Record]] = {}
    async for page in trigger.fetch(params, context, source, since):
        for row in page.records:
            moment = trigger.at(params, row) or UNDATED
            if since is not None and not compares and (moment is UNDATED or moment < since):
                continue  # too old, or of an age that nobody can tell
            key = trigger.key(row)
            bundle = trigger.compare(params, None, row).bundle if compares else row
            if bundle is not None and (key not in found or found[key][0] <= moment):
                found[key] = (moment, bundle)
    return found


def _age(item: tuple[datetime, str, str, Record]) -> tuple[datetime, str, str]:
    return item[:3]
