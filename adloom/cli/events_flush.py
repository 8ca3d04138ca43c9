"""Events that a command has queued are sent before it ends, as far as that is quick."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from adloom.cli.session import Session, say
from scheduler.outbox.entries import EventState, Origin

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["flush_events"]

#: Seconds a command waits for its events; what takes longer is left to the runner.
PATIENCE: Final = 20.0


async def flush_events(session: Session) -> None:
    """Send what this command has put into the outbox, and say what has to wait.

    Nothing is lost where that fails: events stay in the outbox until they are sent.
    """
    origins = list(session.queue().taken)
    if not origins:
        return
    outbox = await session.outbox()
    before = await _counts(outbox, origins)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await _deliver(session, outbox, origins)
    after = await _counts(outbox, origins)
    dead = after[EventState.DEAD] - before[EventState.DEAD]
    _tell(after[EventState.WAITING], dead, sum(session.queue().taken.values()))


async def _deliver(session: Session, outbox: "Outbox", origins: list[Origin]) -> None:
    # Imported here: a command that queues nothing delivers nothing.
    from adloom.cli.events_delivering import deliverer_of

    async def is_done() -> bool:
        if not (await _counts(outbox, origins))[EventState.WAITING]:
            return True
        # Nothing goes out by a lane that waits for its connection's owner.
        return all(one.paused for one in await outbox.counts() if one.waiting)

    await (await deliverer_of(session)).run(is_done)


async def _counts(outbox: "Outbox", origins: list[Origin]) -> Counter[EventState]:
    counts: Counter[EventState] = Counter()
    for origin in origins:
        counts.update(await outbox.origin_counts(origin))
    return counts


def _tell(waiting: int, dead: int, queued: int) -> None:
    if waiting:
        wait = "1 event waits" if waiting == 1 else f"{waiting:,} events wait"
        say(f"{wait} in the outbox: adloom serve sends what waits. See: adloom events status")
    if dead:
        could = "1 event" if dead == 1 else f"{dead:,} events"
        say(f"{could} could not be sent. See why: adloom events status --dead")
    if not waiting and not dead:
        say("The event was sent." if queued == 1 else f"All {queued:,} events were sent.")
