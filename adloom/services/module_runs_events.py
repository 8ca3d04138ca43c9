"""Events that a run has queued are sent at once, as far as that is quick."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adloom.services.session import Session
from scheduler.outbox.entries import EventState, Origin

if TYPE_CHECKING:
    from scheduler.outbox.delivering import Deliverer
    from scheduler.outbox.handing_over import OutboxQueue
    from scheduler.outbox.store import Outbox
    from scheduler.sending import ChangingApi

__all__ = ["PATIENCE", "Flushed", "deliverer_of", "flush_events"]

#: Seconds somebody waits for their events; what takes longer is left to the runner.
PATIENCE: Final = 20.0
LOOK: Final = 0.25


@dataclass(frozen=True)
class Flushed:
    """What became of the events of a run.

    Args:
        queued: How many were put into the outbox.
        waiting: How many of this origin still wait there.
        dead: How many could not be sent.
    """

    queued: int
    waiting: int
    dead: int


async def deliverer_of(session: Session, *, tell: Callable[[str], None]) -> "Deliverer":
    """What sends the events of a workspace; nothing waits for company, as somebody waits for it.

    Args:
        session: The workspace.
        tell: Told, in a sentence, what the user should know.
    """
    # Imported here: what queues nothing delivers nothing.
    from scheduler.outbox.delivering import Deliverer

    async def connect(name: str) -> "ChangingApi":
        return (await session.reader.connect(name)).api

    return Deliverer(
        await session.outbox(),
        connect,
        session.node(),
        session.wiring.clock,
        settings=session.workspace.settings.events.model_copy(update={"batch_seconds": 0.0}),
        tell=tell,
        stopped=lambda: session.workspace.stopped,
    )


async def flush_events(
    session: Session,
    queue: "OutboxQueue",
    *,
    tell: Callable[[str], None],
    sent_elsewhere: bool = False,
    patience: float = PATIENCE,
) -> Flushed | None:
    """Send what a run has put into the outbox; None if it has put nothing there.

    Nothing is lost where that fails: events stay in the outbox until they are sent.

    Args:
        session: The workspace.
        queue: What the run queued with.
        tell: Told, in a sentence, what the user should know.
        sent_elsewhere: Whether a runner of this process sends them; then they are waited for.
        patience: Seconds that may take.
    """
    origins = list(queue.taken)
    if not origins:
        return None
    outbox = await session.outbox()
    before = await _counts(outbox, origins)

    async def is_done() -> bool:
        if not (await _counts(outbox, origins))[EventState.WAITING]:
            return True
        # Nothing goes out by a lane that waits for its connection's owner.
        return all(one.paused for one in await outbox.counts() if one.waiting)

    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while sent_elsewhere and not await is_done():  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(LOOK)
            if not sent_elsewhere:
                await (await deliverer_of(session, tell=tell)).run(is_done)
    after = await _counts(outbox, origins)
    dead = after[EventState.DEAD] - before[EventState.DEAD]
    return Flushed(sum(queue.taken.values()), after[EventState.WAITING], dead)


async def _counts(outbox: "Outbox", origins: list[Origin]) -> Counter[EventState]:
    counts: Counter[EventState] = Counter()
    for origin in origins:
        counts.update(await outbox.origin_counts(origin))
    return counts
