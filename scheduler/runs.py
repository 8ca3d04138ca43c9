"""What comes of running a scenario."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adloom.errors import AdloomError, Reaction
from adloom.field_types import Personal
from adloom.mapping import Moment
from modules import find_module
from modules.base import Trigger
from scenarios.model import EpochKind, ModuleStep, Scenario
from scenarios.params import as_params
from scheduler.polling import Polled, Start, Watched
from scheduler.records import Execution, Status
from scheduler.walking import HaltError, Trouble, Walk

__all__ = [
    "Ended",
    "RunResult",
    "carries_personal_data",
    "is_fed",
    "status_of",
    "trigger_of",
    "watched_by",
]


@dataclass(frozen=True)
class Ended:
    """How one execution ended.

    Args:
        execution: As it ended.
        bundles: How many it carried.
        troubles: What stopped part-way.
        error: What stopped all of it.
        returned: What its `return` steps returned.
    """

    execution: Execution
    bundles: int = 0
    troubles: tuple[Trouble, ...] = ()
    error: AdloomError | None = None
    returned: tuple[Any, ...] = ()


@dataclass(frozen=True)
class RunResult:
    """What came of running a scenario once.

    Args:
        polled: What its trigger found; None if it has none.
        executions: What was carried out.
        held: Why it did not run at all.
    """

    polled: Polled | None = None
    executions: tuple[Ended, ...] = ()
    held: str | None = None

    @property
    def failed(self) -> bool:
        """Whether it counts as a failure."""
        errors = self.polled.errors if self.polled else ()
        return bool(errors) or any(
            one.execution.status is not Status.DONE for one in self.executions
        )


def trigger_of(scenario: Scenario) -> ModuleStep | None:
    """The step a scenario is triggered by, if it is one that is polled."""
    first = scenario.steps[0]
    if not isinstance(first, ModuleStep):
        return None
    return first if isinstance(find_module(first.module).trigger, Trigger) else None


def watched_by(scenario: str, step: ModuleStep, now: datetime) -> Watched:
    """What a trigger watches, as its parameters say at a moment.

    Args:
        scenario: The name of the scenario that begins with it.
        step: The trigger.
        now: The moment.
    """
    module = find_module(step.module)
    params = as_params(module, step.params.evaluate({}, Moment(now)))
    start = Start(step.start.kind is EpochKind.EVERYTHING, step.start.since)
    return Watched(scenario, step.id, module, params, step.connection or module.provider, start)


def is_fed(scenario: Scenario) -> bool:
    """Whether its bundles come from the inbox: from a trigger that is polled, or that is told."""
    first = scenario.steps[0]
    if not isinstance(first, ModuleStep):
        return False
    module = find_module(first.module)
    return module.trigger is not None or module.instant is not None


def status_of(walk: Walk, halt: HaltError | None) -> Status:
    """How an execution ended."""
    if any(one.error.reaction is Reaction.LOOK_UP for one in walk.troubles):
        return Status.IN_DOUBT
    if walk.troubles:
        return Status.INCOMPLETE
    if halt is not None and halt.error is not None:
        return Status.FAILED if halt.undo else Status.INCOMPLETE
    return Status.DONE


def carries_personal_data(scenario: Scenario) -> bool:
    """Whether its bundles hold what belongs to a person, so that history keeps none of it.

    What one step brings is handed on by all the others: their contents are not kept either.
    """
    uses = (step for step in scenario.all_steps() if isinstance(step, ModuleStep))
    return any(
        isinstance(mark, Personal)
        for use in uses
        for field in find_module(use.module).bundle.model_fields.values()
        for mark in field.metadata
    )
