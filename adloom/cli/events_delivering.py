"""What sends the events of the outbox while a command waits for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from adloom.cli.session import Session, say
from scheduler.outbox.delivering import Deliverer

if TYPE_CHECKING:
    from scheduler.sending import ChangingApi

__all__ = ["deliverer_of"]


async def deliverer_of(session: Session, *, tell: Callable[[str], None] = say) -> Deliverer:
    """The deliverer of a workspace; nothing waits for company, since somebody waits for it.

    Args:
        session: The workspace.
        tell: Told, in a sentence, what the user should know.
    """

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
