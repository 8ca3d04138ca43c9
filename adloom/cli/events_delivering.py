"""What sends the events of the outbox while a command waits for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from adloom.cli.session import Session, say
from adloom.services import module_runs_events

if TYPE_CHECKING:
    from scheduler.outbox.delivering import Deliverer

__all__ = ["deliverer_of"]


async def deliverer_of(session: Session, *, tell: Callable[[str], None] = say) -> "Deliverer":
    """The deliverer of a workspace; nothing waits for company, since somebody waits for it.

    Args:
        session: The workspace.
        tell: Told, in a sentence, what the user should know.
    """
    return await module_runs_events.deliverer_of(session, tell=tell)
