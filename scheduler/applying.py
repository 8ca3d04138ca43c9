"""Applying a plan: the scenario for real, from the bundles it was planned with, and nothing else.

What the plan takes over is one transaction: its bundles leave the watches and the inbox for its
executions, and it is used up. A process that dies before has done nothing; after it, whoever goes
on with what was left behind finishes it, still held to the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from adloom.database import Transaction
from adloom.errors import LimitExceededError, UsageError
from scenarios.model import Scenario
from scheduler.peeking import Glimpse
from scheduler.plan_records import PlannedBatch, PlannedUse, ScenarioPlan
from scheduler.records import Execution, Status
from scheduler.reviewing import Difference, Reviewed, differences
from scheduler.rows import insert_execution
from scheduler.run_ends import end_of
from scheduler.runs import Ended, RunResult
from scheduler.scenario_rows import RunEnd, RunStatus
from scheduler.workshop import Workshop

__all__ = ["FRESH", "Applied", "Applying"]

#: How old a plan may be that is applied.
FRESH: Final = timedelta(hours=24)
AGAIN: Final = "Make a new one: adloom scenarios plan {}"


@dataclass(frozen=True)
class Applied:
    """What came of applying a plan.

    Args:
        plan: The plan.
        executions: How its executions ended.
        left: What was planned and not done, because it is not so any more or stopped part-way.
        differences: Why nothing at all was done, if everything had to be unchanged.
    """

    plan: ScenarioPlan
    executions: tuple[Ended, ...] = ()
    left: tuple[PlannedUse, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether anything is not as it was planned, or did not go well."""
        went_wrong = any(one.execution.status is not Status.DONE for one in self.executions)
        return bool(self.differences or self.left) or went_wrong


@dataclass(frozen=True)
class Applying:
    """Applies plans.

    Args:
        workshop: What scenarios are run with.
        fresh: How old a plan may be.
    """

    workshop: Workshop
    fresh: timedelta = FRESH

    async def ready(self, plan_id: str, *, scenario: str | None = None) -> ScenarioPlan:
        """The plan, if it can be applied.

        Args:
            plan_id: Which plan, or the beginning of its id.
            scenario: Which scenario it has to be of, if that is known.

        Raises:
            UnknownNameError: There is no such plan, or no such scenario any more.
            UsageError: It is of another scenario or text, too old, empty, or was applied before.
            LimitExceededError: The workspace or the scenario stands still.
        """
        workshop = self.workshop
        stored = await workshop.plans.find(plan_id)
        plan, hint = await workshop.plans.load(stored.id), AGAIN.format(stored.scenario)
        if scenario is not None and scenario != plan.scenario:
            raise UsageError(f"Plan {plan.id} is of {plan.scenario}, not of {scenario}.")
        if stored.applied_at is not None:
            raise UsageError(
                f"Plan {plan.id} was applied {stored.applied_at:%Y-%m-%d %H:%M}; a plan is applied"
                " once.",
                hint=hint,
            )
        if (await workshop.scenarios.load(plan.scenario)).hash != plan.hash:
            raise UsageError(
                f"{plan.scenario} was changed since plan {plan.id} was made.", hint=hint
            )
        if workshop.clock.now() - plan.made_at > self.fresh:
            hours = int(self.fresh.total_seconds() // 3600)
            raise UsageError(f"Plan {plan.id} is more than {hours} hours old.", hint=hint)
        if plan.is_empty:
            raise UsageError(f"Plan {plan.id} does nothing; there is nothing to apply.")
        await self._refuse_standing_still(plan)
        return plan

    async def apply(self, plan: ScenarioPlan, *, only_if_unchanged: bool = False) -> Applied:
        """Do what was planned, and nothing else.

        Args:
            plan: From `ready`.
            only_if_unchanged: Do nothing if anything would come out otherwise by now.

        Raises:
            UsageError: Its bundles were carried in the meantime, or the scenario is running.
        """
        workshop = self.workshop
        scenario = await workshop.version(plan.hash)
        if only_if_unchanged:
            again = await workshop.planner.again(plan, scenario)
            if found := differences(plan, again):
                return Applied(plan, differences=tuple(found))
        due = await workshop.dues.claim_now(plan.scenario, workshop.node.id)
        end = RunEnd(RunStatus.STOPPED, "It was interrupted.")
        try:
            executions = await self._take(plan, scenario, due.slot)
            applied = await self._carry(plan, scenario, executions)
            end = end_of(scenario, RunResult(executions=applied.executions))
        except UsageError as error:
            end = RunEnd(RunStatus.STOPPED, str(error))
            raise
        finally:
            await workshop.dues.ended(due, end)
        return applied

    # --- inside ---------------------------------------------------------------------------------

    async def _refuse_standing_still(self, plan: ScenarioPlan) -> None:
        workshop = self.workshop
        if workshop.stopped():
            raise LimitExceededError(
                "The workspace is stopped; nothing was changed.",
                hint="Remove the file STOP from the workspace to go on.",
            )
        scenario = await workshop.version(plan.hash)
        if scenario.settings.sequential and await workshop.incompletes.open(plan.scenario):
            raise LimitExceededError(
                f"{plan.scenario} stands still: an incomplete execution has to be resolved first.",
                hint=f"See it: adloom executions list --scenario {plan.scenario} --open",
            )

    async def _carry(
        self, plan: ScenarioPlan, scenario: Scenario, executions: Sequence[Execution]
    ) -> Applied:
        """Carry every execution to its end; after one that was stopped the others wait."""
        workshop = self.workshop
        ended: list[Ended] = []
        left: list[PlannedUse] = []
        lasting: dict[str, Any] = {}
        for place, execution in enumerate(executions):
            review = Reviewed.of(plan, execution)
            one = await workshop.conductor.carry(
                scenario, execution, review=review, lasting=lasting
            )
            ended.append(one)
            left += review.left()
            if one.error is not None:
                for rest in executions[place + 1 :]:
                    await workshop.inbox.give_back(rest.id)
                    await workshop.journal.drop(rest)
                    left += plan.of(rest.id).uses
                break
        return Applied(plan, tuple(ended), tuple(left))

    async def _take(self, plan: ScenarioPlan, scenario: Scenario, slot: str) -> list[Execution]:
        """Take the plan and everything it carries over, all or nothing.

        Raises:
            UsageError: It was applied, or some of it was carried, in the meantime.
        """
        executions = [self._execution(plan, batch, slot) for batch in plan.batches]
        first = scenario.steps[0].id
        try:
            await self.workshop.database.write(
                lambda work: self._take_in(work, plan, executions, first)
            )
        except _TakenError as error:
            raise UsageError(str(error), hint=AGAIN.format(plan.scenario)) from None
        return executions

    def _execution(self, plan: ScenarioPlan, batch: PlannedBatch, slot: str) -> Execution:
        workshop = self.workshop
        return Execution(
            batch.execution,
            Status.RUNNING,
            workshop.clock.now(),
            workshop.node.id,
            scenario=plan.scenario,
            scenario_hash=plan.hash,
            slot=slot,
        )

    def _take_in(
        self,
        work: Transaction,
        plan: ScenarioPlan,
        executions: Sequence[Execution],
        first: str,
    ) -> None:
        workshop = self.workshop
        if not workshop.plans.use_in(work, plan.id):
            raise _TakenError(f"Plan {plan.id} was applied in the meantime.")
        for glimpse in plan.glimpses:
            self._move(work, glimpse)
        items = [item for batch in plan.batches for item in batch.items or ()]
        if plan.given and not workshop.inbox.put_in(work, plan.scenario, first, items):
            raise _TakenError("A bundle that was given has come by itself in the meantime.")
        for execution, batch in zip(executions, plan.batches, strict=True):
            insert_execution(work, "local", execution)
            if not workshop.inbox.take_in(work, execution.id, batch.items or ()):
                raise _TakenError("A bundle of this plan was carried in the meantime.")

    def _move(self, work: Transaction, glimpse: Glimpse) -> None:
        """Let a watch move as the poll would have moved it that the plan foresaw."""
        watches = self.workshop.watches
        if glimpse.begins:
            epoch = watches.next_epoch_in(work, glimpse.source)
            if epoch != glimpse.watch.epoch:
                raise _TakenError(f"{glimpse.source.source} was looked at in the meantime.")
            watches.begin_in(work, glimpse.source, glimpse.watch.position, glimpse.watch.filter)
        if not watches.commit_in(work, glimpse.source, glimpse.watch, glimpse.batch, glimpse.ids):
            raise _TakenError(f"{glimpse.source.source} was looked at in the meantime.")


class _TakenError(Exception):
    """What a plan would take over is not there any more."""
