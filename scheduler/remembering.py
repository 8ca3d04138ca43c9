"""Everything that history, journal and inbox know of an execution of a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from adloom.database import Transaction
from adloom.errors import Reaction, UnknownNameError, UsageError
from adloom.json_text import parse_strict
from scenarios.model import Scenario
from scheduler.history import History, StepRun
from scheduler.inbox import Arrived
from scheduler.records import Execution, Operation, Status
from scheduler.runs import carries_personal_data
from scheduler.workshop import Workshop

__all__ = ["Records", "load_records"]


@dataclass(frozen=True)
class Records:
    """What is known of an execution.

    Args:
        execution: With its operations; it began when its present was, which is earlier than
            itself where it applied a plan.
        scenario: The version it ran.
        steps: Every step, by path.
        reactions: What kind of error stopped a step, by path.
        items: What its trigger handed on, as far as that is still known.
        erased: Ids of what is not known any more.
        is_confidential: Whether it was not written down what steps were given.
    """

    execution: Execution
    scenario: Scenario
    steps: Mapping[str, StepRun]
    reactions: Mapping[str, Reaction] = field(default_factory=dict)
    items: Sequence[Arrived] = ()
    erased: Sequence[str] = ()
    is_confidential: bool = False

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """What changed something, by path."""
        return {one.path: one for one in self.execution.operations if one.path is not None}


async def load_records(workshop: Workshop, execution_id: str) -> Records:
    """Everything that is known of an execution of a scenario.

    Raises:
        UsageError: It is of no scenario, goes on, or is not known any more.
    """
    execution = await workshop.journal.load(execution_id)
    scenario = await _version(workshop, execution)
    confidential = scenario.settings.confidential or carries_personal_data(scenario)
    if confidential and execution.status is Status.DONE:
        raise UsageError(
            f"Execution {execution.id} was confidential: what it did was erased when it was done,"
            " so it cannot be replayed."
        )
    history = History(workshop.database, workshop.sealer, execution.id, confidential)
    steps = await history.known()
    items, erased = await _arrived(workshop, execution, scenario, steps)
    review = await workshop.conductor.reviewed(execution)
    return Records(
        execution if review is None else replace(execution, started_at=review.moment),
        scenario,
        {path: run for path, run in steps.items() if path not in {one.id for one in items}},
        await _reactions(workshop, execution),
        items,
        erased,
        confidential,
    )


async def _version(workshop: Workshop, execution: Execution) -> Scenario:
    """The version of the scenario that an execution ran."""
    if execution.scenario is None or execution.scenario_hash is None:
        raise UsageError(
            f"Execution {execution.id} is of a single module; only scenarios are replayed.",
            hint=f"See what it did: adloom executions show {execution.id}",
        )
    if execution.status is Status.RUNNING:
        raise UsageError(f"Execution {execution.id} is still running.")
    try:
        return await workshop.version(execution.scenario_hash)
    except UnknownNameError:
        raise UsageError(
            f"The version of {execution.scenario} that it ran is not kept any more."
        ) from None


async def _arrived(
    workshop: Workshop, execution: Execution, scenario: Scenario, steps: Mapping[str, StepRun]
) -> tuple[list[Arrived], list[str]]:
    """What the trigger handed on: from the inbox, or from history; and what neither has."""
    rows = await workshop.database.read(
        lambda work: work.run(
            "SELECT * FROM inbox WHERE execution_id = ? ORDER BY id", execution.id
        )
    )
    trigger = scenario.steps[0].id
    items, erased = [], []
    for row in rows:
        noted = steps.get(row["id"])
        if row["bundle_sealed"] is not None:
            place = f"inbox/{row['id']}"
            text = workshop.sealer.unseal(row["bundle_sealed"], place).reveal()
            bundle = parse_strict(text.encode())
        elif noted is not None and noted.step == trigger and noted.output:
            bundle = noted.output[0]
        else:
            erased.append(row["id"])
            continue
        items.append(Arrived(row["id"], row["key"], row["source"], None, bundle))
    return items, erased


async def _reactions(workshop: Workshop, execution: Execution) -> dict[str, Reaction]:
    """What kind of errors stopped its steps."""

    def work(work: Transaction) -> dict[str, Reaction]:
        known = "SELECT path, reaction FROM incomplete WHERE execution_id = ?"
        return {row["path"]: Reaction(row["reaction"]) for row in work.run(known, execution.id)}

    return await workshop.database.read(work)
