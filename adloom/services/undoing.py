"""Taking executions back: what both faces do."""

from adloom.services.session import Session
from scheduler.data_store import DataStore
from scheduler.undo import Undo
from scheduler.undo_items import Item, Preview, Verdict

__all__ = ["going_back", "undo_of"]


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


def going_back(preview: Preview) -> list[Item]:
    """What a preview takes back, without what it leaves alone."""
    return [one for one in preview.items if one.verdict is Verdict.UNDO]
