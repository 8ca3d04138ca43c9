"""`adloom executions undo`: look what can be taken back, ask, take it back, tell."""

from adloom.cli.session import Session
from scheduler.data_store import DataStore
from scheduler.undo import Undo

__all__ = ["undo_of"]


async def undo_of(session: Session) -> Undo:
    """What takes executions of a workspace back."""
    database = await session.journal_database()
    return Undo(
        await session.journal(),
        database,
        session.reader,
        DataStore(database, session.wiring.clock),
        session.node(),
        lambda: session.workspace.stopped,
    )
