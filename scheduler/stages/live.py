"""The stage on which everything happens for real."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from adloom.errors import LimitExceededError, RejectedError, UnknownOutcomeError, UsageError
from adloom.wire import Record
from modules.base import Action, Module
from scenarios.model import StoreStep
from scheduler.operations import operation_id, reopened, work_out
from scheduler.plan import Opened
from scheduler.rails.rails import Rails
from scheduler.records import CallState, Operation, RecordedCall
from scheduler.sending import Sender, as_done
from scheduler.stages.base import Use
from scheduler.store_steps import run_store
from scheduler.walking import Scope, Walk

__all__ = ["LiveStage", "read_all"]

#: A step of a scenario hands on at most this many bundles; more belong into a report or a file.
MOST_BUNDLES: Final = 200_000


@dataclass(frozen=True)
class LiveStage:
    """For real: searches are read, actions go through the journal.

    Args:
        rails: Asked before anything is changed.
    """

    is_live: ClassVar[bool] = True

    rails: Rails

    async def use(self, walk: Walk, use: Use) -> list[Record]:
        """Run a module.

        Raises:
            AdloomError: It failed; nothing of it is half done, or the journal knows how far it
                came.
        """
        reader = walk.equipment.reader
        opened = await walk.open(use.connection, lambda: reader.open(use.module, use.connection))
        if use.module.action is None or not use.changes:
            return await read_all(walk, use, opened)
        return await _change(walk, use, use.module.action, opened, self.rails)

    async def store(self, walk: Walk, step: StoreStep, scope: Scope, here: str) -> list[Record]:
        """Read or write the data store."""
        return await run_store(walk, step, scope, here)

    async def pause(self, walk: Walk, seconds: float) -> None:
        """Wait."""
        await walk.equipment.clock.sleep(seconds)


async def read_all(walk: Walk, use: Use, opened: Opened) -> list[Record]:
    """Everything a module finds that changes nothing.

    Raises:
        LimitExceededError: That is more than steps can hand on.
    """
    found: list[Record] = []
    identity = operation_id(walk, use.here)
    pages = walk.equipment.reader.found(use.module, use.params, opened, identity)
    async for page in pages:
        walk.spend_call()
        found += page.records
        if len(found) > MOST_BUNDLES:
            raise LimitExceededError(
                f"{use.module.title} found more than {MOST_BUNDLES:,}.",
                hint="Set its limit, or filter what it looks for.",
            )
    return found


async def _change(
    walk: Walk, use: Use, action: Action[Any, Any], opened: Opened, rails: Rails
) -> list[Record]:
    """Carry an action out, or on from where an earlier process left it."""
    here, params = use.here, use.params
    operation = walk.operations.get(here)
    if operation is None:
        operation = await _planned(walk, use, action, opened, rails)
    else:
        await rails.ask(walk, use, operation, opened)
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
    _refuse_unfinished(use.module, calls)
    found = action.result(params, operation.before, [as_done(one) for one in calls])
    walk.operations.pop(here, None)
    return found


async def _planned(
    walk: Walk, use: Use, action: Action[Any, Any], opened: Opened, rails: Rails
) -> Operation:
    """Read what is, work out what to send, and write that down before anything is sent."""
    operation = await work_out(walk, use, action, opened)
    if walk.review is not None:
        walk.review.check(operation)
    await rails.ask(walk, use, operation, opened)
    if operation.calls:
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
