"""Several things at once, of which none outlives the failure of another."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

__all__ = ["together"]


async def together(works: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Let several work at once; the first that fails stops the others, and is what is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
