"""Carries an undo out: look once more, intent, call, outcome, one call after the other.

It is an execution like any other, so whoever recovers those of a process that died recovers it too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from adloom.errors import AdloomError, UsageError
from adloom.wire import Record
from modules import find_module
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Outcome, Params
from modules.bundles import Bundle
from scheduler.journal import Journal, LostClaimError
from scheduler.plan import Result
from scheduler.reading import Reader, action_of
from scheduler.records import CallState, Execution, Operation, RecordedCall, status_after
from scheduler.sending import Sender
from scheduler.undo_items import Outlook, Taking, why_not
from scheduler.undo_parts import alike, key_of

__all__ = ["UndoCarrier", "operations_of"]

IS_SO: Final = "It is already as it was."


def operations_of(execution_id: str, takings: Sequence[Taking]) -> tuple[Operation, ...]:
    """What an undo consists of: an operation for each call, in the order of their ids."""
    return tuple(
        Operation(
            id=f"{execution_id}-{place:05}",
            module=taking.back.of.operation.module,
            connection=taking.back.of.operation.connection,
            params={
                "takes_back": taking.back.of.operation.id,
                "call": taking.back.of.recorded.seq,
            },
            before=[vars(change) for change in taking.accepted],
            calls=(RecordedCall(0, taking.back.call),),
            path=taking.back.of.operation.path,
        )
        for place, taking in enumerate(takings, start=1)
    )


@dataclass(frozen=True)
class UndoCarrier:
    """Carries undos out, or on from where an earlier process left them.

    Args:
        reader: Opens connections and looks.
        journal: Where intents and outcomes go.
        stopped: Whether the kill switch has been pulled.
    """

    reader: Reader
    journal: Journal
    stopped: Callable[[], bool]

    async def carry(self, execution: Execution) -> Result:
        """Bring every call of an undo to its end; what goes wrong is in the result."""
        operations = sorted(execution.operations, key=lambda one: one.id)
        error: AdloomError | None = None
        for place, operation in enumerate(operations):
            try:
                calls = await self._carried(execution, operation)
            except LostClaimError:
                text = f"Another process has taken execution {execution.id} over."
                return Result(execution, [], UsageError(text))
            except AdloomError as stop:
                error = stop
                break
            operations[place] = replace(operation, calls=tuple(calls))
        calls = [one for operation in operations for one in operation.calls]
        status = status_after(calls)
        await self.journal.finish(execution, status, str(error) if error else None)
        return Result(replace(execution, status=status, operations=tuple(operations)), [], error)

    async def _carried(self, execution: Execution, operation: Operation) -> list[RecordedCall]:
        module = find_module(operation.module)
        opened = await self.reader.open(module, operation.connection)
        accepted = [Change(**one) for one in operation.before]
        action = _TakingBack(action_of(module), accepted)
        sender = Sender(
            journal=self.journal,
            clock=self.reader.clock,
            execution=execution,
            operation=operation,
            action=action,
            context=replace(self.reader.context(opened, operation.id), now=execution.started_at),
            api=opened.api,
            stopped=self.stopped,
        )
        return [await self._call(sender, action, one) for one in operation.calls]

    async def _call(
        self, sender: Sender, action: "_TakingBack", recorded: RecordedCall
    ) -> RecordedCall:
        """Send a call if what it replaces is still what it was when somebody looked."""
        if recorded.state is CallState.PLANNED:
            seen = await action.seen(recorded.call, sender.context)
            if any(one is not None for one in seen.foreign):
                return await self._left(sender, recorded, CallState.FAILED, seen.reason)
            if seen.is_so:
                return await self._left(sender, recorded, CallState.DROPPED, IS_SO)
        return await sender.carry(recorded)

    async def _left(
        self, sender: Sender, recorded: RecordedCall, state: CallState, why: str
    ) -> RecordedCall:
        return await self.journal.outcome(
            sender.execution, sender.operation, recorded, state, error=why
        )


@dataclass(frozen=True)
class _Seen:
    """What stands where an inverse call goes.

    Args:
        call: The call.
        foreign: Values that are neither what it expects nor what it sets.
        set_already: How many of its changes are so already.
    """

    call: Call
    foreign: tuple[Change, ...]
    set_already: int

    @property
    def is_so(self) -> bool:
        """Whether everything is as the call would make it."""
        return not self.foreign and self.set_already == len(self.call.changes)

    @property
    def reason(self) -> str:
        """What to tell of the first value that is somebody else's."""
        first, changes = self.foreign[0], self.call.changes
        change = next((one for one in changes if key_of(one) == key_of(first)), changes[0])
        return f"Not taken back: {why_not(first, change, Outlook({}))}."


class _TakingBack(Action[Params, Bundle]):
    """An action the other way round: its calls are those of `inverse`, and are looked up as such.

    Args:
        action: The action.
        accepted: Values that may be there besides those that are expected.
    """

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP

    def __init__(self, action: Action[Any, Any], accepted: Sequence[Change]) -> None:
        self._action = action
        self._accepted = {key_of(one): one.new for one in accepted}

    async def seen(self, call: Call, context: Context) -> _Seen:
        """Compare what is there with what a call expects, and with what it sets."""
        wanted = {key_of(one): one.new for one in call.changes}
        foreign, so = [], 0
        for one in await self._action.changed_since(call, context):
            key = key_of(one)
            if key in wanted and alike(wanted[key], one.new):
                so += 1
            elif not (key in self._accepted and alike(self._accepted[key], one.new)):
                foreign.append(one)
        return _Seen(call, tuple(foreign), so)

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """It happened if everything is as it sets it; what somebody else has set tells nothing."""
        seen = await self.seen(call, context)
        if seen.is_so:
            return Outcome.HAPPENED
        return Outcome.UNKNOWN if seen.foreign else Outcome.NOT_HAPPENED

    def calls(self, params: Params, before: Sequence[Record]) -> list[Call]:  # noqa: ARG002 - Action's signature
        """None: they are in the journal."""
        return []

    def result(
        self,
        params: Params,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],  # noqa: ARG002 - Action's signature
    ) -> list[Record]:
        """None: what came of it stands in the journal."""
        return []
