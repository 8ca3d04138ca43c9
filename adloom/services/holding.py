"""What limits have parked: listed, let through, dropped."""

from collections.abc import Sequence
from typing import Any

from adloom.services.executions_resuming import Resumed, resume
from adloom.services.session import Session
from scheduler.rails.holds import Holds
from scheduler.rails.tables import Hold

__all__ = ["decide", "go_on", "hold_data", "hold_lines", "holds_of"]


async def holds_of(session: Session) -> Holds:
    """What keeps the parked changes of a workspace."""
    return Holds(await session.journal_database(), session.wiring.clock)


async def decide(session: Session, name: str, *, release: bool) -> Resumed:
    """Let what is parked through or drop it, and go on with its execution at once.

    Args:
        session: The open workspace.
        name: An operation, or an execution, which is everything parked in it.
        release: Whether it is let through.

    Raises:
        UnknownNameError: Nothing parked is called so.
        UsageError: It has expired, or its execution cannot be gone on with for now.
    """
    parked = await holds_of(session)
    decided = await (parked.release(name) if release else parked.dismiss(name))
    return await go_on(session, decided)


async def go_on(session: Session, decided: Sequence[Hold]) -> Resumed:
    """Go on with an execution, so that a decision has its effect at once."""
    return await resume(session, decided[0].execution_id)


def hold_lines(one: Hold) -> list[str]:
    """What a parked change would change, a line each."""
    return [
        f"{change['kind']} {change['id'] or change['name']}: {change['field']}"
        f" {change['old']} → {change['new']} {change.get('unit') or ''}".rstrip()
        for change in one.changes
    ]


def hold_data(one: Hold) -> dict[str, Any]:
    """A hold as data."""
    return {**vars(one), "changes": list(one.changes)}
