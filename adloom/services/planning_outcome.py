"""What came of a plan that was applied: change by change, read from the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from adloom.errors import UnknownNameError
from scheduler.incompletes import Incomplete
from scheduler.plan_records import PlannedUse, ScenarioPlan
from scheduler.records import CallState, Execution, Operation, Status
from scheduler.reviewing import Reviewed
from scheduler.workshop import Workshop

__all__ = ["Fate", "Outcome", "UseOutcome", "outcome_of"]

#: How the reason begins that `Reviewed.check` gives for what is no longer as it was planned.
SINCE: Final = "changed since"


class Fate(StrEnum):
    """What became of a planned use of a step."""

    DONE = "done"
    CHANGED = "changed since"
    HELD = "held"
    FAILED = "failed"
    IN_DOUBT = "in doubt"
    NOT_DONE = "not done"


@dataclass(frozen=True)
class UseOutcome:
    """What became of a use of a step.

    Args:
        fate: In a word.
        why: Why, where it was not done.
    """

    fate: Fate
    why: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of an applied plan.

    Args:
        executions: Its executions, as they stand now.
        uses: What became of each use, by execution and path.
    """

    executions: Sequence[Execution]
    uses: Mapping[tuple[str, str], UseOutcome]

    @property
    def running(self) -> bool:
        """Whether some of it still goes on."""
        return any(one.status is Status.RUNNING for one in self.executions)

    def count(self, fate: Fate) -> int:
        """How many uses ended so."""
        return sum(one.fate is fate for one in self.uses.values())


async def outcome_of(workshop: Workshop, plan: ScenarioPlan) -> Outcome:
    """What became of everything a plan says."""
    executions: list[Execution] = []
    uses: dict[tuple[str, str], UseOutcome] = {}
    stopped = {
        (one.execution_id, one.path): one for one in await workshop.incompletes.open(plan.scenario)
    }
    for batch in plan.batches:
        part = plan.of(batch.execution)
        try:
            execution = await workshop.journal.load(batch.execution)
        except UnknownNameError:
            uses |= {(use.execution, use.path): UseOutcome(Fate.NOT_DONE) for use in part.uses}
            continue
        executions.append(execution)
        left = {use.path for use in Reviewed.of(plan, execution).left()}
        for use in part.uses:
            place = (use.execution, use.path)
            uses[place] = (
                _left(stopped.get(place), execution)
                if use.path in left
                else _taken(use, execution.operations)
            )
    return Outcome(executions, uses)


def _left(stopped: Incomplete | None, execution: Execution) -> UseOutcome:
    if stopped is None:
        return UseOutcome(Fate.NOT_DONE, execution.error or "")
    changed = stopped.error.startswith(SINCE)
    return UseOutcome(Fate.CHANGED if changed else Fate.HELD, stopped.error)


def _taken(use: PlannedUse, operations: Sequence[Operation]) -> UseOutcome:
    calls = [
        call for operation in operations if operation.path == use.path for call in operation.calls
    ]
    states = {call.state for call in calls}
    why = next((call.error for call in calls if call.error), "") or ""
    for state, fate in (
        (CallState.IN_DOUBT, Fate.IN_DOUBT),
        (CallState.FAILED, Fate.FAILED),
        (CallState.DONE, Fate.DONE),
    ):
        if state in states:
            return UseOutcome(fate, why)
    # What follows from another bundle's place has taken it over.
    return UseOutcome(Fate.NOT_DONE if states else Fate.DONE, why)
