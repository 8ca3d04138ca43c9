"""The engine: carries modules out, and is the only one that changes anything."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from adloom.errors import AdloomError, UsageError
from adloom.fields import validate
from modules import find_module
from modules.base import Module, OnDoubt
from scheduler.journal import Journal, LostClaimError
from scheduler.nodes import Node
from scheduler.plan import Plan, Result
from scheduler.reading import Reader, action_of
from scheduler.records import CallState, Execution, Operation, RecordedCall, Status, status_after
from scheduler.sending import Queue, Sender, as_done
from scheduler.undo_carry import UndoCarrier

__all__ = ["Engine"]

#: What a dead process left is finished by the next one without asking, if it is as young as this.
RESUME_WITHIN: Final = timedelta(hours=1)


class Engine:
    """Changes things.

    Args:
        reader: Opens connections and reads.
        journal: Where executions are written down.
        node: This process.
        stopped: Whether the kill switch has been pulled.
        queue: Takes the calls that are queued.
    """

    def __init__(
        self,
        reader: Reader,
        journal: Journal,
        node: Node,
        *,
        stopped: Callable[[], bool] = lambda: False,
        queue: Queue | None = None,
    ) -> None:
        self._reader = reader
        self._clock = reader.clock
        self._say = reader.say
        self._journal = journal
        self._node = node
        self._stopped = stopped
        self._queue = queue

    async def plan(self, module: Module, values: Mapping[str, Any], connection: str) -> Plan:
        """Work out what an action would change, without changing anything.

        Raises:
            UsageError: The parameters are wrong, or the module changes nothing.
        """
        params = validate(module.params, values)
        action = action_of(module)
        opened = await self._reader.open(module, connection)
        execution_id = self._reader.new_id()
        operation_id = f"{execution_id}-1"
        context = self._reader.context(opened, operation_id)
        before = await action.before(params, context)
        calls = action.calls(params, before)
        operation = Operation(
            id=operation_id,
            module=module.name,
            connection=connection,
            params=action.kept(params),
            before=before,
            calls=tuple(RecordedCall(seq, call) for seq, call in enumerate(calls)),
        )
        execution = Execution(
            execution_id, Status.RUNNING, context.now, self._node.id, operations=(operation,)
        )
        return Plan(module, params, opened, execution)

    async def apply(self, plan: Plan) -> Result:
        """Carry a plan out, one journalled call after the other."""
        if not plan.operation.calls:
            return Result(
                replace(plan.execution, status=Status.DONE),
                action_of(plan.module).result(plan.params, plan.operation.before, []),
            )
        await self._journal.begin(plan.execution)
        return await self._carry(plan)

    async def recover(self, *, young_only: bool = True) -> list[Result]:
        """Finish what processes that died have left behind.

        Args:
            young_only: Leave what began more than an hour ago to a person.
        """
        results = []
        for execution in await self._journal.all(limit=1_000, only_open=True):
            if execution.scenario or execution.status is not Status.RUNNING:
                continue  # scenarios are gone on with as a whole, by who runs them
            if self._node.is_alive(execution.node):
                continue
            if young_only and self._clock.now() - execution.started_at > RESUME_WITHIN:
                self._say(
                    f"Execution {execution.id} was left behind by a process that died. Look at it:"
                    f" adloom executions show {execution.id}"
                )
                continue
            results += await self._resumed(execution)
        return results

    async def resume(self, execution_id: str, *, again: bool = False) -> Result:
        """Go on with an execution that stopped part-way, as its user asked.

        Args:
            execution_id: Which one.
            again: The user has looked: what is in doubt did not happen and may be sent again.

        Raises:
            UsageError: There is nothing to go on with, or a person has to look first.
        """
        execution = await self._journal.load(execution_id)
        if execution.status in (Status.DONE, Status.DROPPED, Status.FAILED):
            raise UsageError(f"Execution {execution.id} is {execution.status}: nothing to resume.")
        if execution.status is Status.RUNNING and self._node.is_alive(execution.node):
            raise UsageError(f"Execution {execution.id} is still running in another process.")
        if execution.status is Status.IN_DOUBT and not again and _is_parked(execution):
            raise UsageError(
                f"Nobody knows whether execution {execution.id} did what it was about to do.",
                hint="Look at the platform. If it did not happen: adloom executions resume --again"
                f" {execution.id}. Otherwise: adloom executions drop {execution.id}",
            )
        results = await self._resumed(execution, again=again)
        if not results:
            raise UsageError(f"Another process is already resuming execution {execution.id}.")
        return results[0]

    # --- inside ---------------------------------------------------------------------------------

    async def _resumed(self, found: Execution, *, again: bool = False) -> list[Result]:
        """Take an execution over and carry it on; nothing if somebody else did."""
        self._say(f"Resuming execution {found.id}.")
        execution = await self._journal.take_over(found, self._node.id)
        if execution is None:
            return []
        operations = tuple(_reopened(one, again=again) for one in execution.operations)
        execution = replace(execution, operations=operations)
        if execution.undoes is not None:
            return [await UndoCarrier(self._reader, self._journal, self._stopped).carry(execution)]
        [operation] = operations
        module = find_module(operation.module)
        try:
            opened = await self._reader.open(module, operation.connection)
            params = validate(module.params, operation.params)
        except AdloomError as error:
            await self._journal.finish(execution, Status.INCOMPLETE, str(error))
            return [Result(replace(execution, status=Status.INCOMPLETE), [], error)]
        return [await self._carry(Plan(module, params, opened, execution))]

    async def _carry(self, plan: Plan) -> Result:
        """Send what is not settled yet, and write down how it ended."""
        execution, operation, action = plan.execution, plan.operation, action_of(plan.module)
        sender = Sender(
            journal=self._journal,
            clock=self._clock,
            execution=execution,
            operation=operation,
            action=action,
            context=replace(
                self._reader.context(plan.opened, operation.id), now=execution.started_at
            ),
            api=plan.opened.api,
            stopped=self._stopped,
            queue=self._queue,
        )
        try:
            calls, error = await sender.carry_all(plan.params)
        except LostClaimError:
            error = UsageError(f"Another process has taken execution {execution.id} over.")
            return Result(execution, [], error)
        status = status_after(calls)
        await self._journal.finish(execution, status, str(error) if error else None)
        records = action.result(plan.params, operation.before, [as_done(one) for one in calls])
        ended = replace(
            execution, status=status, operations=(replace(operation, calls=tuple(calls)),)
        )
        return Result(ended, records, error)


def _is_parked(execution: Execution) -> bool:
    """Whether only a person can tell what became of an execution's calls."""
    modules = [find_module(operation.module) for operation in execution.operations]
    return any(action_of(module).on_doubt is OnDoubt.PARK for module in modules)


def _reopened(operation: Operation, *, again: bool) -> Operation:
    """The operation with what is in doubt to be looked up once more, or sent again."""
    state = CallState.PLANNED if again else CallState.INTENT
    calls = tuple(
        replace(one, state=state) if one.state is CallState.IN_DOUBT else one
        for one in operation.calls
    )
    return replace(operation, calls=calls)
