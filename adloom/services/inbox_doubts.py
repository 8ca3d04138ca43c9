"""Changes nobody knows the outcome of: what was sent, and what a look at the platform says now."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from adloom.database import Database
from adloom.errors import AdloomError
from adloom.secret import scrub
from adloom.services.executions_calls import CallLine, calls_of
from adloom.services.session import Session
from modules import find_module
from modules.base import OnDoubt, Outcome
from scheduler.reading import action_of
from scheduler.records import CallState, Execution, Operation, Status
from scheduler.summaries import Summary, summary_page
from scheduler.summary_filters import Cursor, Wanted

__all__ = ["Doubt", "Doubts", "Look", "can_settle", "doubts", "look"]

#: How calls stand whose outcome nobody knows.
UNKNOWN: Final = (CallState.IN_DOUBT, CallState.INTENT)
SAID: Final = {
    Outcome.HAPPENED: "It happened: the platform shows it.",
    Outcome.NOT_HAPPENED: "It did not happen: the platform shows things as they were.",
    Outcome.UNKNOWN: "The platform does not tell.",
}
PARKED: Final = "This cannot be looked up by adloom. Look at the platform yourself."
REPEATED: Final = "This cannot be looked up, but sending it once more does no harm."


@dataclass(frozen=True)
class Doubt:
    """An execution with changes nobody knows the outcome of.

    Args:
        summary: The execution.
        calls: What was sent.
        settles: Whether adloom can find out by itself and go on.
    """

    summary: Summary
    calls: tuple[CallLine, ...]
    settles: bool

    @property
    def since(self) -> datetime:
        """When the first of them was sent."""
        moments = [one.attempted_at for one in self.calls if one.attempted_at]
        return min(moments, default=self.summary.started_at)


@dataclass(frozen=True)
class Doubts:
    """A page of them, and where the next one begins."""

    rows: tuple[Doubt, ...]
    newer: Cursor | None = None
    older: Cursor | None = None


@dataclass(frozen=True)
class Look:
    """What a look at the platform says about a call.

    Args:
        operation_id: Its operation.
        seq: Its place in it.
        outcome: Whether it happened.
        text: The same in words.
    """

    operation_id: str
    seq: int
    outcome: Outcome
    text: str


async def doubts(database: Database, *, cursor: Cursor | None = None, size: int = 20) -> Doubts:
    """Executions in doubt, the newest first."""
    wanted = Wanted(statuses=(Status.IN_DOUBT,))
    page = await summary_page(database, wanted, size=size, cursor=cursor)
    found = []
    for one in page.rows:
        calls = tuple(await calls_of(database, one.id, states=UNKNOWN))
        found.append(Doubt(one, calls, all(can_settle(call.module) for call in calls)))
    return Doubts(tuple(found), page.newer, page.older)


def can_settle(module: str) -> bool:
    """Whether adloom can find out by itself what became of a module's calls."""
    try:
        return action_of(find_module(module)).on_doubt is not OnDoubt.PARK
    except AdloomError:
        return False


async def look(session: Session, execution_id: str) -> list[Look]:
    """Look at the platform what became of an execution's calls; nothing is sent or written down.

    Raises:
        UnknownNameError: There is no such execution.
    """
    execution = await (await session.journal()).load(execution_id)
    found: list[Look] = []
    for operation in execution.operations:
        if any(one.state in UNKNOWN for one in operation.calls):
            found += await _looked(session, execution, operation)
    return found


async def _looked(session: Session, execution: Execution, operation: Operation) -> list[Look]:
    module = find_module(operation.module)
    action = action_of(module)
    in_doubt = [one for one in operation.calls if one.state in UNKNOWN]
    if action.on_doubt is not OnDoubt.LOOK_UP:
        text = PARKED if action.on_doubt is OnDoubt.PARK else REPEATED
        return [Look(operation.id, one.seq, Outcome.UNKNOWN, text) for one in in_doubt]
    found = []
    for one in in_doubt:
        try:
            opened = await session.reader.open(module, operation.connection)
            context = session.reader.context(opened, operation.id)
            outcome = await action.look_up(one.call, replace(context, now=execution.started_at))
            found.append(Look(operation.id, one.seq, outcome, SAID[outcome]))
        except AdloomError as error:
            text = f"Looking it up failed: {scrub(str(error))}"
            found.append(Look(operation.id, one.seq, Outcome.UNKNOWN, text))
    return found
