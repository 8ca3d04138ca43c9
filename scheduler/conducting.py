"""What a runner does with scenarios: runs what is due, goes on with what stopped."""

from dataclasses import dataclass

from adloom.errors import AdloomError, UnknownNameError, UsageError
from scheduler.inbox import ItemState
from scheduler.plan import Result
from scheduler.records import CallState, Execution, Status
from scheduler.run_ends import end_of
from scheduler.runs import Ended, RunResult, trigger_of
from scheduler.scenario_rows import Due, RunEnd, RunStatus
from scheduler.workshop import Workshop

__all__ = ["Conducting"]

OVER = frozenset({Status.DONE, Status.DROPPED, Status.FAILED})
#: So many executions are looked at, the newest first.
MOST = 10_000


@dataclass(frozen=True)
class Conducting:
    """Runs scenarios for somebody, or for the clock.

    Args:
        workshop: What they are run with.
    """

    workshop: Workshop

    async def conduct(self, due: Due) -> RunEnd:
        """Run an occurrence to its end, or go on where a process died that had begun it."""
        scenario = await self.workshop.version(due.hash)
        if due.attempt > 1 and (begun := await self._begun(due)):
            ended = [await self.resume(one.id) for one in begun if self._is_left(one)]
            # A trigger knows what it has told; without one a second run would do all of it again.
            if ended or trigger_of(scenario) is None:
                return end_of(scenario, RunResult(executions=tuple(ended)))
        return end_of(scenario, await self.workshop.run(scenario, slot=due.slot))

    # --- what stopped ---------------------------------------------------------------------------

    async def resume(self, execution_id: str, *, again: bool = False) -> Ended:
        """Go on with an execution of a scenario, in the version it was begun with.

        Args:
            execution_id: Which one.
            again: Somebody has looked: what is in doubt did not happen and may be sent again.

        Raises:
            UsageError: There is nothing to go on with.
        """
        workshop = self.workshop
        execution = await workshop.journal.load(execution_id)
        if execution.status in OVER:
            raise UsageError(f"Execution {execution.id} is {execution.status}: nothing to resume.")
        if execution.status is Status.RUNNING and not self._is_left(execution):
            raise UsageError(f"Execution {execution.id} is still running.")
        try:
            scenario = await workshop.version(execution.scenario_hash or "")
        except UnknownNameError:
            raise UsageError(
                f"The version of {execution.scenario} that it ran is not kept any more.",
                hint=f"Give it up: adloom executions drop {execution.id}",
            ) from None
        if again:
            await self._plan_again(execution)
        ended = await workshop.conductor.resume(execution, scenario)
        if ended is None:
            raise UsageError(f"Another process is already resuming execution {execution.id}.")
        return ended

    async def drop(self, execution: Execution) -> None:
        """Give an execution of a scenario up: its bundles are not carried on."""
        workshop = self.workshop
        await workshop.journal.drop(execution)
        await workshop.inbox.reopen(execution.id)
        left = await workshop.inbox.taken(execution.id)
        await workshop.inbox.ended([item.id for item in left], ItemState.DONE)
        await workshop.incompletes.resolve(execution.id)

    async def recover(self) -> list[Ended | Result]:
        """Finish what processes that died have left behind, occurrences of schedules aside.

        Those are taken over one by one by whoever claims the occurrence again. One that cannot be
        gone on with does not hold up the others.
        """
        workshop = self.workshop
        done: list[Ended | Result] = list(await workshop.engine.recover())
        for execution in await workshop.journal.all(limit=MOST, only_open=True):
            if (
                execution.scenario
                and self._is_left(execution)
                and not await self._claimed(execution)
            ):
                workshop.say(f"{execution.scenario}: going on with execution {execution.id}.")
                done += await self._resumed(execution.id)
        return done

    async def retry_due(self) -> list[Ended]:
        """Try again what may work by now."""
        workshop = self.workshop
        if workshop.stopped():
            return []
        done = []
        for execution_id in await workshop.incompletes.due(workshop.clock.now()):
            done += await self._resumed(execution_id)
        return done

    # --- inside ---------------------------------------------------------------------------------

    async def _plan_again(self, execution: Execution) -> None:
        """Let what is in doubt be sent once more."""
        await self.workshop.database.write(
            lambda work: work.run(
                "UPDATE call SET state = ? WHERE state = ? AND operation_id IN"
                " (SELECT id FROM operation WHERE execution_id = ?)",
                CallState.PLANNED.value,
                CallState.IN_DOUBT.value,
                execution.id,
            )
        )

    async def _resumed(self, execution_id: str) -> list[Ended]:
        """Go on with an execution; say so if that cannot be."""
        try:
            return [await self.resume(execution_id)]
        except AdloomError as error:
            self.workshop.say(f"Execution {execution_id} was not resumed: {error}")
            return []

    async def _begun(self, due: Due) -> list[Execution]:
        """What was begun of an occurrence, the oldest first, whatever became of it."""
        rows = await self.workshop.database.read(
            lambda work: work.run(
                "SELECT id FROM execution WHERE scenario = ? AND slot = ? ORDER BY started_at, id",
                due.scenario,
                due.slot,
            )
        )
        return [await self.workshop.journal.load(row["id"]) for row in rows]

    def _is_left(self, execution: Execution) -> bool:
        return self.workshop.conductor.is_left(execution)

    async def _claimed(self, execution: Execution) -> bool:
        """Whether the occurrence it belongs to is still to be taken over."""
        if execution.slot is None or execution.scenario is None:
            return False
        found = await self.workshop.dues.occurrences(execution.scenario, limit=MOST)
        return any(
            one.due.slot == execution.slot and one.status is RunStatus.RUNNING for one in found
        )
