"""Events that a person has sent again go out, where no runner is there to send them."""

from collections.abc import Callable

from adloom.services.module_runs_events import deliverer_of
from adloom.services.session import Session
from scheduler.sole_runner import runner_of

__all__ = ["deliver_waiting", "somebody_sends"]


def somebody_sends(session: Session, *, running: bool) -> bool:
    """Whether a runner sends what waits.

    Args:
        session: The open workspace.
        running: Whether it runs in this process.
    """
    return running or runner_of(session.workspace.locks) is not None


async def deliver_waiting(session: Session, *, tell: Callable[[str], None]) -> None:
    """Send what waits, until nothing does that could go out.

    Args:
        session: The open workspace.
        tell: Told, in a sentence, what the user should know.
    """
    outbox = await session.outbox()

    async def is_over() -> bool:
        counts = await outbox.counts()
        return session.workspace.stopped or all(not one.waiting or one.paused for one in counts)

    await (await deliverer_of(session, tell=tell)).run(is_over)
