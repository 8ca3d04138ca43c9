"""Events that a command has queued are sent before it ends, as far as that is quick."""

from typing import Final

from adloom.cli.session import Session, say
from adloom.services.module_runs_events import flush_events as flush

__all__ = ["flush_events"]

#: Seconds a command waits for its events; what takes longer is left to the runner.
PATIENCE: Final = 20.0


async def flush_events(session: Session) -> None:
    """Send what this command has put into the outbox, and say what has to wait.

    Nothing is lost where that fails: events stay in the outbox until they are sent.
    """
    flushed = await flush(session, session.queue(), tell=say, patience=PATIENCE)
    if flushed is not None:
        _tell(flushed.waiting, flushed.dead, flushed.queued)


def _tell(waiting: int, dead: int, queued: int) -> None:
    if waiting:
        wait = "1 event waits" if waiting == 1 else f"{waiting:,} events wait"
        say(f"{wait} in the outbox: adloom serve sends what waits. See: adloom events status")
    if dead:
        could = "1 event" if dead == 1 else f"{dead:,} events"
        say(f"{could} could not be sent. See why: adloom events status --dead")
    if not waiting and not dead:
        say("The event was sent." if queued == 1 else f"All {queued:,} events were sent.")
