"""Operations of scenarios: what they are called, and which of them are gone on with."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from modules.base import Action
from scheduler.plan import Opened
from scheduler.records import CallState, Operation, RecordedCall
from scheduler.stages.base import Use
from scheduler.walking import Walk

__all__ = ["operation_id", "reopened", "work_out"]

#: Calls that certainly did not happen.
UNDONE: Final = frozenset({CallState.PLANNED, CallState.FAILED})


def operation_id(walk: Walk, here: str) -> str:
    """The same for the same step and bundle of the same execution, whoever carries it out."""
    mark = hashlib.sha256(here.encode()).hexdigest()[:16]
    return f"{walk.execution.id}-{mark}"


async def work_out(walk: Walk, use: Use, action: Action[Any, Any], opened: Opened) -> Operation:
    """Read what is, and work out what to send; nothing is sent and nothing written down."""
    identity = operation_id(walk, use.here)
    context = replace(walk.equipment.reader.context(opened, identity), now=walk.now)
    before = await action.before(use.params, context)
    calls = action.calls(use.params, before)
    return Operation(
        id=identity,
        module=use.module.name,
        connection=opened.facts.name,
        params=action.kept(use.params),
        before=before,
        calls=tuple(RecordedCall(seq, call) for seq, call in enumerate(calls)),
        path=use.here,
    )


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
