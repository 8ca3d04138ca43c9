"""The stage on which everything happens for real."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from adloom.errors import LimitExceededError, RejectedError, UnknownOutcomeError, UsageError
from adloom.wire import Record
from modules.base import Action, Module
from scenarios.model import StoreStep
from scheduler.operations import operation_id, reopened
from scheduler.plan import Opened
from scheduler.records import CallState, Operation, RecordedCall
from scheduler.sending import Sender, as_done
from scheduler.stages.base import Use
from scheduler.store_steps import run_store
from scheduler.walking import Scope, Walk

__all__ = ["LiveStage"]

#: A step of a scenario hands on at most this many bundles; more belong into a report or a file.
MOST_BUNDLES: Final = 200_000


class LiveStage:
    """For real: searches are read, actions go through the journal."""

    is_live: ClassVar[bool] = True

    async def use(self, walk: Walk, use: Use) -> list[Record]:
        """Run a module.

        Raises:
            AdloomError: It failed; nothing of it is half done, or the journal knows how far it
                came.
        """
        reader = walk.equipment.reader
        opened = await walk.open(use.connection, lambda: reader.open(use.module, use.connection))
        if use.module.action is None or not use.changes:
            return await _read(walk, use.module, use.params, opened, use.here)
        return await _change(walk, use.module.action, use.module, use.params, opened, use.here)

    async def store(self, walk: Walk, step: StoreStep, scope: Scope, here: str) -> list[Record]:
        """Read or write the data store."""
        return await run_store(walk, step, scope, here)

    async def pause(self, walk: Walk, seconds: float) -> None:
        """Wait."""
        await walk.equipment.clock.sleep(seconds)


async def _read(walk: Walk, module: Module, params: Any, opened: Opened, here: str) -> list[Record]:
    found: list[Record] = []
    pages = walk.equipment.reader.found(module, params, opened, operation_id(walk, here))
    async for page in pages:
        walk.spend_call()
        found += page.records
        if len(found) > MOST_BUNDLES:
            raise LimitExceededError(
                f"{module.title} found more than {MOST_BUNDLES:,}.",
                hint="Set its limit, or filter what it looks for.",
            )
    return found


async def _change(
    walk: Walk,
    action: Action[Any, Any],
    module: Module,
    params: Any,
    opened: Opened,
    here: str,
) -> list[Record]:
    """Carry an action out, or on from where an earlier process left it."""
    operation = walk.operations.get(here)
    if operation is None:
        operation = await _planned(walk, action, module, params, opened, here)
    if not operation.calls:
        return action.result(params, operation.before, [])
    walk.spend_call()
    await walk.history.flush()  # a change is not sent before it is known what it follows from
    context = walk.equipment.reader.context(opened, operation.id)
    sender = Sender(
        journal=walk.equipment.journal,
        clock=walk.equipment.clock,
        execution=walk.execution,
        operation=operation,
        action=action,
        context=replace(context, now=walk.now),
        api=opened.api,
        stopped=walk.equipment.stopped,
        queue=walk.equipment.queue,
    )
    calls, error = await sender.carry_all(params)
    walk.operations.pop(here, None)
    walk.operations.update(reopened([replace(operation, calls=tuple(calls))]))
    if error is not None:
        raise error
    _refuse_unfinished(module, calls)
    found = action.result(params, operation.before, [as_done(one) for one in calls])
    walk.operations.pop(here, None)
    return found


async def _planned(
    walk: Walk,
    action: Action[Any, Any],
    module: Module,
    params: Any,
    opened: Opened,
    here: str,
) -> Operation:
    """Read what is, work out what to send, and write that down before anything is sent."""
    identity = operation_id(walk, here)
    context = replace(walk.equipment.reader.context(opened, identity), now=walk.now)
    before = await action.before(params, context)
    calls = action.calls(params, before)
    operation = Operation(
        id=identity,
        module=module.name,
        connection=opened.facts.name,
        params=action.kept(params),
        before=before,
        calls=tuple(RecordedCall(seq, call) for seq, call in enumerate(calls)),
        path=here,
    )
    if calls:
        walk.history.send()  # on its way before, and so safe by the time this is
        await walk.equipment.journal.add(walk.execution, operation)
    return operation


def _refuse_unfinished(module: Module, calls: Sequence[RecordedCall]) -> None:
    """A step has done its work only if all of it was done."""
    for one in calls:
        if one.state is CallState.IN_DOUBT:
            raise UnknownOutcomeError(
                f"Nobody knows whether “{module.title}” happened; look at the platform, then"
                " decide.",
            )
        if one.state is CallState.FAILED:
            raise one.failure or RejectedError(one.error or f"{module.title} was refused.")
        if one.state is not CallState.DONE:
            raise UsageError(f"{module.title} was given up.")
