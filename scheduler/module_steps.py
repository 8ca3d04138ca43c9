"""Steps that use a module: searches are read, actions go through the journal."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from adloom.errors import LimitExceededError, RejectedError, UnknownOutcomeError, UsageError
from adloom.wire import Record
from modules import find_module
from modules.base import Action, Module
from scenarios.model import ModuleStep
from scenarios.params import as_params, params_of
from scheduler.plan import Opened
from scheduler.records import CallState, Operation, RecordedCall
from scheduler.sending import Sender, as_done
from scheduler.walking import Scope, Walk

__all__ = ["run_module"]

#: A step of a scenario hands on at most this many bundles; more belong into a report or a file.
MOST_BUNDLES: Final = 200_000
#: Calls that certainly did not happen.
UNDONE: Final = frozenset({CallState.PLANNED, CallState.FAILED})


async def run_module(walk: Walk, step: ModuleStep, scope: Scope, here: str) -> list[Record]:
    """Run a module for one bundle.

    Raises:
        AdloomError: It failed; nothing of it is half done, or the journal knows how far it came.
    """
    module = find_module(step.module)
    values = step.params.evaluate(scope, walk.moment(here))
    walk.given[here] = _shown(module, values)
    params = as_params(module, values)
    name = step.connection or module.provider
    reader = walk.equipment.reader
    opened = await walk.open(name, lambda: reader.open(module, name))
    if module.action is None or not module.action.changes(params):
        return await _read(walk, module, params, opened, here)
    return await _change(walk, module.action, module, params, opened, here)


def _shown(module: Module, values: Record) -> Record:
    """What a module was given, as history may show it: without what belongs to a person."""
    personal = {name for name, field in params_of(module).items() if field.personal}
    return {name: "•••" if name in personal else value for name, value in values.items()}


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


def operation_id(walk: Walk, here: str) -> str:
    """The same for the same step and bundle of the same execution, whoever carries it out."""
    mark = hashlib.sha256(here.encode()).hexdigest()[:16]
    return f"{walk.execution.id}-{mark}"


def reopened(operations: Sequence[Operation]) -> dict[str, Operation]:
    """What was begun before, by path; calls that failed may be sent again.

    Where nothing has happened yet there is nothing to go on with: what to send is worked out anew,
    from how things are then.
    """
    return {
        one.path: replace(one, calls=tuple(_again(call) for call in one.calls))
        for one in operations
        if one.path is not None and any(call.state not in UNDONE for call in one.calls)
    }


def _again(call: RecordedCall) -> RecordedCall:
    """What failed is planned once more; what is in doubt is looked up once more."""
    match call.state:
        case CallState.FAILED:
            return replace(call, state=CallState.PLANNED)
        case CallState.IN_DOUBT:
            return replace(call, state=CallState.INTENT)
        case _:
            return call


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
