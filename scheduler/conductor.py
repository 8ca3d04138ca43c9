"""The conductor: runs a scenario once, from its trigger to the last step of the last bundle."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from adloom.database import Database
from adloom.errors import AdloomError, LimitExceededError, UsageError
from scenarios.model import ModuleStep, Scenario
from scheduler.carrying import Carrier
from scheduler.history import History
from scheduler.inbox import Arrived, Inbox, ItemState
from scheduler.incompletes import Incompletes
from scheduler.journal import LostClaimError
from scheduler.nodes import Node
from scheduler.operations import reopened
from scheduler.polling import Polled, Poller
from scheduler.records import Execution, Status
from scheduler.rows import Sealer
from scheduler.runs import (
    Ended,
    RunResult,
    carries_personal_data,
    is_fed,
    status_of,
    trigger_of,
    watched_by,
)
from scheduler.store_steps import undo
from scheduler.walking import Equipment, HaltError, Review, Trouble, Walk

__all__ = ["Conductor"]


async def _unreviewed(_: Execution) -> Review | None:
    return None


@dataclass(frozen=True)
class Conductor:
    """Runs scenarios.

    Args:
        equipment: What executions work with.
        poller: Polls triggers into the inbox.
        inbox: Where their bundles wait.
        incompletes: What stopped part-way.
        database: The journal's.
        sealer: Seals what must not be read in history.
        node: This process.
        carried: The executions it is carrying.
        reviewed: Finds what an execution was said to do, where somebody has reviewed that.
    """

    equipment: Equipment
    poller: Poller
    inbox: Inbox
    incompletes: Incompletes
    database: Database
    sealer: Sealer
    node: Node
    carried: set[str] = field(default_factory=set)
    reviewed: Callable[[Execution], Awaitable[Review | None]] = _unreviewed

    async def run(self, scenario: Scenario, *, slot: str | None = None) -> RunResult:
        """Poll the trigger, then carry what waits in as many cycles as the scenario allows."""
        if self.equipment.stopped():
            return RunResult(held="the workspace is stopped")
        if scenario.settings.sequential and await self.incompletes.open(scenario.name):
            return RunResult(held="an incomplete execution has to be resolved first")
        trigger = trigger_of(scenario)
        if not is_fed(scenario):
            execution = self._new(scenario, slot)
            with self._carrying(execution):
                await self.equipment.journal.begin(execution)
                return RunResult(executions=(await self._execute(scenario, execution, None),))
        polled = await self._poll(scenario, trigger) if trigger else None
        limit = self._limit(scenario, trigger)
        ended: list[Ended] = []
        lasting: dict[str, Any] = {}
        for _ in range(scenario.settings.cycles):
            execution = self._new(scenario, slot)
            with self._carrying(execution):
                items = await self.inbox.take(execution, limit)
                if not items:
                    break
                one = await self._execute(scenario, execution, items, lasting=lasting)
            ended.append(one)
            if one.error is not None:
                break
        return RunResult(polled, tuple(ended))

    async def resume(self, execution: Execution, scenario: Scenario) -> Ended | None:
        """Carry an execution on that stopped, or whose process died; None if somebody else did.

        What was done is not done again: the same way is walked, and history answers.
        """
        if execution.id in self.carried:
            return None
        with self._carrying(execution):
            taken = await self.equipment.journal.take_over(execution, self.node.id)
            if taken is None:
                return None
            await self.inbox.reopen(taken.id)
            items = await self.inbox.taken(taken.id) if is_fed(scenario) else None
            review = await self.reviewed(taken)
            return await self._execute(scenario, taken, items, resumed=True, review=review)

    async def carry(
        self,
        scenario: Scenario,
        execution: Execution,
        *,
        review: Review,
        lasting: dict[str, Any],
    ) -> Ended:
        """Carry an execution that was written down together with what it takes."""
        with self._carrying(execution):
            items = await self.inbox.taken(execution.id) if is_fed(scenario) else None
            return await self._execute(scenario, execution, items, lasting=lasting, review=review)

    def is_left(self, execution: Execution) -> bool:
        """Whether an execution runs although nobody carries it any more.

        Its process died, or could not write down how it ended.
        """
        if execution.status is not Status.RUNNING or execution.id in self.carried:
            return False
        return execution.node == self.node.id or not self.node.is_alive(execution.node)

    # --- polling --------------------------------------------------------------------------------

    async def _poll(self, scenario: Scenario, step: ModuleStep) -> Polled:
        watched = watched_by(scenario.name, step, self.equipment.clock.now())
        reader = self.equipment.reader
        try:
            opened = await reader.open(watched.module, watched.connection)
        except AdloomError as error:
            return Polled(errors=(("", error),))
        limit = watched.params.limit * scenario.settings.cycles
        waiting = await self.inbox.waiting(scenario.name)
        if limit and waiting >= limit:
            return Polled(waiting=waiting)
        context = reader.context(opened, reader.new_id())
        return await self.poller.poll(watched, context, limit=limit and limit - waiting)

    def _limit(self, scenario: Scenario, step: ModuleStep | None) -> int:
        """How many bundles a cycle carries; 0 is all."""
        if step is None:
            return 0
        found = watched_by(scenario.name, step, self.equipment.clock.now()).params.limit
        return int(found)

    # --- executing ------------------------------------------------------------------------------

    @contextmanager
    def _carrying(self, execution: Execution) -> Iterator[None]:
        self.carried.add(execution.id)
        try:
            yield
        finally:
            self.carried.discard(execution.id)

    def _new(self, scenario: Scenario, slot: str | None) -> Execution:
        return Execution(
            self.equipment.reader.new_id(),
            Status.RUNNING,
            self.equipment.clock.now(),
            self.node.id,
            scenario=scenario.name,
            scenario_hash=scenario.hash,
            slot=slot,
        )

    async def _execute(
        self,
        scenario: Scenario,
        execution: Execution,
        items: Sequence[Arrived] | None,
        *,
        resumed: bool = False,
        lasting: dict[str, Any] | None = None,
        review: Review | None = None,
    ) -> Ended:
        """Walk, whatever happens write down how it ended."""
        confidential = scenario.settings.confidential or carries_personal_data(scenario)
        history = History(self.database, self.sealer, execution.id, confidential)
        walk = Walk(
            self.equipment,
            scenario,
            execution,
            history,
            known=await history.known() if resumed else {},
            operations=reopened(execution.operations) if resumed else {},
            lasting={} if lasting is None else lasting,
            review=review,
        )
        halt: HaltError | None = None
        try:
            async with asyncio.timeout(scenario.settings.budget.time_seconds):
                await Carrier(self.inbox, walk, resumed).carry(items)
        except HaltError as stop:
            halt = stop
        except TimeoutError:
            halt = HaltError(LimitExceededError("The execution took longer than it may."))
        except LostClaimError:
            error = UsageError(f"Another process has taken execution {execution.id} over.")
            return Ended(execution, error=error)
        finally:
            await history.close()
        return await self._ended(walk, items, halt)

    async def _ended(
        self, walk: Walk, items: Sequence[Arrived] | None, halt: HaltError | None
    ) -> Ended:
        """Write down how an execution ended; what it had not begun waits for the next one."""
        if halt is not None and halt.undo:
            await undo(walk)
        if halt is not None and items is not None:
            await self._leave(walk, items, halt)
        await self.incompletes.settle(walk.execution, walk.troubles)
        error = halt.error if halt is not None else None
        status = status_of(walk, halt)
        text = str(error) if error else (str(walk.troubles[0].error) if walk.troubles else None)
        if status is Status.DONE:
            await walk.history.erase()
        await self.equipment.journal.finish(walk.execution, status, text)
        return Ended(
            replace(walk.execution, status=status),
            len(items) if items is not None else 1,
            tuple(walk.troubles),
            error,
            tuple(walk.returned),
        )

    async def _leave(self, walk: Walk, items: Sequence[Arrived], halt: HaltError) -> None:
        """What was under way when all was stopped is kept; what was not begun waits.

        A bundle under way, now or before, may have changed something already: only this execution
        knows what, so only this one may go on with it.
        """
        error = halt.error or UsageError("Another bundle stopped the execution.")
        begun = walk.begun | {item.id for item in items if item.starts}
        for item in items:
            if item.id not in begun - walk.over:
                continue
            if not any(one.is_within({item.id}) for one in walk.troubles):
                first = walk.scenario.steps[0].id
                walk.troubles.append(Trouble(item.id, first, error, count=0))
        await self.inbox.ended(sorted(begun - walk.over), ItemState.INCOMPLETE)
        await self.inbox.give_back(walk.execution.id)
