"""Going on with what stopped, and giving it up: what both faces do."""

from dataclasses import dataclass
from typing import Any

from adloom.errors import AdloomError, UsageError
from adloom.services.executions import OVER
from adloom.services.session import Session
from scheduler.conducting import Conducting
from scheduler.plan import Result
from scheduler.records import Execution, Status
from scheduler.runs import Ended

__all__ = ["Resumed", "drop", "resume"]


@dataclass(frozen=True)
class Resumed:
    """How an execution stands after it was gone on with.

    Args:
        execution: As it stands now.
        troubles: Steps that stopped, each with its error.
        error: What stopped all of it.
        result: What the module yielded, if it is one's.
        ended: How the scenario's execution ended, if it is one's.
    """

    execution: Execution
    troubles: tuple[tuple[str, str], ...] = ()
    error: AdloomError | None = None
    result: Result | None = None
    ended: Ended | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.execution.status is Status.DONE


async def resume(session: Session, execution_id: str, *, again: bool = False) -> Resumed:
    """Go on with an execution that stopped part-way; what is done is not done again.

    Args:
        session: The open workspace.
        execution_id: Which one.
        again: Somebody has looked: what is in doubt did not happen and may be sent again.

    Raises:
        UsageError: There is nothing to go on with, or a person has to look first.
    """
    execution = await (await session.journal()).load(execution_id)
    if execution.scenario:
        return _of(await Conducting(await session.workshop()).resume(execution.id, again=again))
    result = await (await session.engine()).resume(execution.id, again=again)
    calls: list[Any] = [one for operation in result.execution.operations for one in operation.calls]
    troubles = tuple((one.call.request.path, one.error) for one in calls if one.error)
    return Resumed(result.execution, troubles, result.error, result=result)


async def drop(session: Session, execution: Execution) -> None:
    """Give an execution up: what it had not sent yet is never sent.

    Raises:
        UsageError: It is over.
    """
    if execution.status in OVER:
        raise UsageError(f"Execution {execution.id} is {execution.status}: nothing to drop.")
    if execution.scenario:
        await Conducting(await session.workshop()).drop(execution)
    else:
        await (await session.journal()).drop(execution)


def _of(ended: Ended) -> Resumed:
    troubles = tuple((one.step, str(one.error)) for one in ended.troubles)
    return Resumed(ended.execution, troubles, ended.error, ended=ended)
