"""What becomes of a bundle whose step failed (platforms.md §1.6)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from adloom.errors import AdloomError, LimitExceededError, Reaction, WorkspaceError
from adloom.wire import Record
from scenarios.model import ErrorHandler, HandlerKind, Step
from scheduler.walking import Scope, Trouble, Walk

__all__ = ["Verdict", "handle", "holds_all"]

#: Longer waits are not held in memory: the bundle is kept, and taken up again when it is time.
LONGEST_WAIT: Final = 60
#: No handler can speak for these: a person has to look, or the platform has to be asked.
NOT_HANDLED: Final = frozenset({Reaction.RECONNECT, Reaction.HOLD, Reaction.LOOK_UP})
#: What stood in the way of ourselves, a full disk for example, may be gone soon; no handler of a
#: step is meant for that.
TRIES: Final = 60
PAUSE: Final = 60
#: What waits for a person is looked at again whenever its time has come.
WITHOUT_END: Final = 1_000_000_000

Attempt = Callable[[], Awaitable[list[Record]]]


@dataclass(frozen=True)
class Verdict:
    """What a handler decided.

    Args:
        output: What the bundle goes on with.
        trouble: The bundle is kept, to be resumed.
        halt: Nothing more of this execution is carried on.
        undo: What was written to data stores is put back.
    """

    output: Sequence[Record] = ()
    trouble: Trouble | None = None
    halt: bool = False
    undo: bool = False


#: Handlers that always decide the same.
WITHOUT_MORE_ADO: Final = {
    HandlerKind.IGNORE: Verdict(),
    HandlerKind.COMMIT: Verdict(halt=True),
    HandlerKind.ROLLBACK: Verdict(halt=True, undo=True),
}


async def handle(
    walk: Walk, step: Step, here: str, scope: Scope, error: AdloomError, attempt: Attempt
) -> Verdict:
    """Let the step's handler decide; without one the bundle is kept."""
    handler = step.on_error
    kept = Trouble(here, step.id, error)
    if (verdict := _own(kept)) is not None:
        return verdict
    if handler is None or error.reaction in NOT_HANDLED:
        return Verdict(trouble=kept)
    if handler.kind is HandlerKind.RETRY:
        return await _again(walk, handler, kept, attempt)
    if handler.kind is HandlerKind.RESUME:
        return _substituted(walk, handler, scope, kept)
    if handler.kind is HandlerKind.BREAK:
        return Verdict(trouble=_later(kept, handler))
    return WITHOUT_MORE_ADO[handler.kind]


def holds_all(error: AdloomError) -> bool:
    """Whether, after an error nobody handles, nothing more of the execution is carried on."""
    if isinstance(error, LimitExceededError) and error.alone:
        return False
    return error.reaction in (Reaction.RECONNECT, Reaction.HOLD)


def _own(kept: Trouble) -> Verdict | None:
    """What becomes of errors that are our own affair, whatever a handler says; None of others.

    What a limit drops goes no further; what it parks waits for a person, perhaps not for ever.
    """
    error = kept.error
    if isinstance(error, WorkspaceError):
        return _soon(kept)
    if not isinstance(error, LimitExceededError):
        return None
    if error.is_dropped:
        return Verdict()
    if error.expires_after is None:
        return Verdict(trouble=kept)
    seconds = max(1, ceil(error.expires_after))
    return Verdict(trouble=replace(kept, count=WITHOUT_END, interval_seconds=seconds))


def _substituted(walk: Walk, handler: ErrorHandler, scope: Scope, kept: Trouble) -> Verdict:
    """Go on with the substitute; if that fails itself, the bundle is kept."""
    if handler.substitute is None:
        return Verdict(output=[{}])
    try:
        return Verdict(output=[handler.substitute.evaluate(scope, walk.moment(kept.path))])
    except AdloomError as error:
        return Verdict(trouble=replace(kept, error=error))


def _soon(kept: Trouble) -> Verdict:
    return Verdict(trouble=replace(kept, count=TRIES, interval_seconds=PAUSE))


def _later(kept: Trouble, handler: ErrorHandler) -> Trouble:
    """The same bundle, to be tried again as the handler says."""
    return Trouble(kept.path, kept.step, kept.error, handler.count, handler.interval_seconds)


async def _again(walk: Walk, handler: ErrorHandler, kept: Trouble, attempt: Attempt) -> Verdict:
    """Try again here if the wait is short, otherwise later."""
    if kept.error.reaction is Reaction.REPORT:
        return Verdict(trouble=kept)  # the same input would be wrong again
    if handler.interval_seconds > LONGEST_WAIT:
        return Verdict(trouble=_later(kept, handler))
    error = kept.error
    for _ in range(handler.count):
        await walk.equipment.stage.pause(walk, handler.interval_seconds)
        walk.spend()
        try:
            return Verdict(output=await attempt())
        except AdloomError as again:
            error = again
            if (verdict := _own(replace(kept, error=error))) is not None:
                return verdict
            if error.reaction in NOT_HANDLED:
                break
    return Verdict(trouble=Trouble(kept.path, kept.step, error, 0))
