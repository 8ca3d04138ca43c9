"""Changes on their way: intent, call, outcome, and what to do when nobody knows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from adloom.clock import Clock
from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    LimitExceededError,
    MissingPermissionError,
    RetryableError,
    UnknownOutcomeError,
    UsageError,
)
from adloom.wire import Answer, Request
from modules.base import Action, Api, Call, Context, Done, OnDoubt, Outcome
from scheduler.journal import Journal
from scheduler.records import CallState, Execution, Operation, RecordedCall

__all__ = ["ChangingApi", "Queue", "Sender", "as_done"]

#: A call that certainly did not happen is sent again, this often in all.
ATTEMPTS: Final = 4
FIRST_PAUSE: Final = 1.0
#: Looking whether a change has come into view, with pauses that double.
FIRST_LOOK: Final = 0.25
UNKNOWN: Final = "Nobody knows whether this happened; look at the platform, then decide."
TOO_LATE: Final = (
    "Nobody knows whether this happened, and it is too late to send it again without counting"
    " twice; look at the platform, then decide."
)


class ChangingApi(Api, Protocol):
    """A connection that may also change things; only the engine holds one."""

    @property
    def settle_seconds(self) -> float:
        """How long after its start a change can still come into view."""
        ...

    @property
    def visibility_lag(self) -> float:
        """How long after its answer a change can stay out of view."""
        ...

    async def change(self, request: Request) -> Answer:
        """Send a request that changes something, once."""
        ...

    def changes(self, request: Request) -> bool:
        """Whether a request may change something."""
        ...


class Queue(Protocol):
    """Keeps what is sent later by somebody else, each thing once however often it is handed in."""

    async def take(self, execution: Execution, operation: Operation, call: Call) -> Answer:
        """Keep what a call wants sent; its answer tells what was kept, once that is safe."""
        ...


@dataclass(frozen=True)
class Sender:
    """Carries out the calls of one operation.

    Args:
        journal: Where intents and outcomes go.
        clock: The time.
        execution: What the operation is part of.
        operation: Whose calls these are.
        action: Knows how to look a call up.
        context: For looking.
        api: Sends.
        stopped: Whether the kill switch has been pulled.
        queue: Takes the calls that are queued.
    """

    journal: Journal
    clock: Clock
    execution: Execution
    operation: Operation
    action: Action[Any, Any]
    context: Context
    api: ChangingApi
    stopped: Callable[[], bool]
    queue: Queue | None = None

    async def carry_all(self, params: Any) -> tuple[list[RecordedCall], AdloomError | None]:
        """Bring every call to its end, and what follows from them; say what stopped it.

        Raises:
            LostClaimError: Another process has taken the execution over.
        """
        calls = list(self.operation.calls)
        seq = 0
        while seq < len(calls):
            try:
                calls[seq] = await self.carry(calls[seq])
            except AdloomError as stop:
                return calls, stop
            seq += 1
            if seq == len(calls) and all(one.state is CallState.DONE for one in calls):
                calls += await self._following(params, calls)
        return calls, None

    async def _following(self, params: Any, calls: list[RecordedCall]) -> list[RecordedCall]:
        """Plan what the answers so far have made possible, in the journal first."""
        known = {one.call.key for one in calls}
        done = [as_done(one) for one in calls]
        following = self.action.follow_up(params, self.operation.before, done)
        new = [
            RecordedCall(seq, call)
            for seq, call in enumerate(
                (call for call in following if call.key not in known), start=len(calls)
            )
        ]
        if new:
            await self.journal.extend(self.execution, self.operation, new)
        return new

    async def carry(self, recorded: RecordedCall) -> RecordedCall:
        """Bring one call to its end, from wherever it stands.

        Raises:
            AdloomError: The whole operation has to stop here; the call stays planned.
        """
        if recorded.state is CallState.INTENT:
            recorded = await self._resolve(recorded, recorded.attempted_at or self.clock.now())
        elif recorded.status is not None and self._is_too_late:  # done in part, once
            recorded = await self._note(recorded, CallState.IN_DOUBT, error=TOO_LATE)
        for attempt in range(1, ATTEMPTS + 1):
            if recorded.state is not CallState.PLANNED:
                break
            recorded = await self._send(recorded, attempt)
        return recorded

    async def _send(self, recorded: RecordedCall, attempt: int) -> RecordedCall:
        """Send once. The call comes back planned if it certainly did not happen."""
        if self.stopped():
            raise LimitExceededError(
                "The workspace is stopped; nothing more is changed.",
                hint="Remove the file STOP from the workspace to go on.",
            )
        started = await self.journal.intent(self.execution, self.operation, recorded.seq)
        try:
            answer = await self._leave(recorded.call)
        except UnknownOutcomeError as error:
            self.context.say(str(error))
            return await self._resolve(recorded, started)
        except RetryableError as error:
            return await self._not_sent(recorded, error, attempt)
        except (UsageError, MissingPermissionError, ApiError) as error:
            failed = await self._note(recorded, CallState.FAILED, error=str(error))
            return replace(failed, failure=error)
        except AuthorizationError as error:
            await self._note(recorded, CallState.PLANNED, error=str(error))
            raise
        return await self._sent(recorded, answer)

    async def _leave(self, call: Call) -> Answer:
        if not call.queued:
            return await self.api.change(call.request)
        if self.queue is None:
            raise UsageError("There is no outbox here; nothing was sent.")
        return await self.queue.take(self.execution, self.operation, call)

    async def _sent(self, recorded: RecordedCall, answer: Answer) -> RecordedCall:
        """The platform said yes; see whether it also did it."""
        if answer.partial:
            return await self._partly_sent(recorded, answer)
        done = await self._note(recorded, CallState.DONE, answer=answer)
        if await self._comes_into_view(recorded.call) is Outcome.NOT_HAPPENED:
            self.context.say("TikTok accepted the change but does not show it yet.")
        return done

    async def _partly_sent(self, recorded: RecordedCall, answer: Answer) -> RecordedCall:
        """The platform did some of it: only a look tells what (reliability.md §0.12)."""
        text = "TikTok did only part of it; its answer tells which."
        self.context.say(text)
        if await self._comes_into_view(recorded.call) is Outcome.HAPPENED:
            return await self._note(recorded, CallState.DONE, answer=answer)
        return await self._note(recorded, CallState.FAILED, answer=answer, error=text)

    async def _not_sent(
        self, recorded: RecordedCall, error: RetryableError, attempt: int
    ) -> RecordedCall:
        """It certainly did not happen: wait and leave it planned, or give up."""
        if attempt == ATTEMPTS:
            failed = await self._note(recorded, CallState.FAILED, error=str(error))
            return replace(failed, failure=error)
        await self._note(recorded, CallState.PLANNED, error=str(error))
        self.context.say(f"{error} Trying again ({attempt + 1} of {ATTEMPTS}).")
        await self.clock.sleep(error.retry_after or FIRST_PAUSE * 2 ** (attempt - 1))
        return recorded

    async def _resolve(self, recorded: RecordedCall, started: datetime) -> RecordedCall:
        """Find out what became of an attempt, once it must have settled (reliability.md §0.10)."""
        patience = recorded.call.request.patience + self.api.visibility_lag
        settled = started + timedelta(seconds=max(self.api.settle_seconds, patience))
        wait = (settled - self.clock.now()).total_seconds()
        waits = self.action.on_doubt is not OnDoubt.PARK and not recorded.call.queued
        if waits and wait > 0:
            self.context.say(f"Waiting {wait:.0f} seconds until the outcome can be seen.")
            await self.clock.sleep(wait)
        match await self._verdict(recorded.call):
            case Outcome.HAPPENED:
                self.context.say("It had happened.")
                found = await self._found(recorded.call)
                return await self._note(recorded, CallState.DONE, found=found)
            case Outcome.NOT_HAPPENED:
                self.context.say("It had not happened; sending it again.")
                return await self._note(recorded, CallState.PLANNED)
            case Outcome.UNKNOWN:
                text = TOO_LATE if self._is_too_late else UNKNOWN
                return await self._note(recorded, CallState.IN_DOUBT, error=text)

    async def _verdict(self, call: Call) -> Outcome:
        match self.action.on_doubt:
            case OnDoubt.PARK:
                return Outcome.UNKNOWN
            case OnDoubt.REPEAT:
                return Outcome.UNKNOWN if self._is_too_late else Outcome.NOT_HAPPENED
            case OnDoubt.LOOK_UP:
                return await self._look(call)

    @property
    def _is_too_late(self) -> bool:
        """Whether what was harmless to repeat no longer is.

        It counts from the beginning of the execution, which no attempt is older than.
        """
        within = self.action.repeat_within
        return within is not None and self.clock.now() - self.execution.started_at > within

    async def _look(self, call: Call) -> Outcome:
        """Look up; a look that fails says nothing about the change."""
        try:
            return await self.action.look_up(call, self.context)
        except AdloomError as error:
            self.context.say(f"Looking it up failed: {error}")
            return Outcome.UNKNOWN

    async def _found(self, call: Call) -> Any:
        """Read what its lost answer would have told; it happened, whatever that look says."""
        try:
            return await self.action.found(call, self.context)
        except AdloomError as error:
            self.context.say(f"What came of it could not be read: {error}")
            return None

    async def _comes_into_view(self, call: Call) -> Outcome:
        """Look until an accepted change shows, or for as long as it may take."""
        if self.action.on_doubt is OnDoubt.PARK or self.action.answer_is_proof:
            return Outcome.UNKNOWN
        end = self.clock.monotonic() + self.api.visibility_lag
        pause = FIRST_LOOK
        while True:
            seen = await self._look(call)
            if seen is not Outcome.NOT_HAPPENED or self.clock.monotonic() + pause > end:
                return seen
            await self.clock.sleep(pause)
            pause *= 2

    async def _note(
        self,
        recorded: RecordedCall,
        state: CallState,
        *,
        answer: Answer | None = None,
        found: Any = None,
        error: str | None = None,
    ) -> RecordedCall:
        return await self.journal.outcome(
            self.execution, self.operation, recorded, state, answer=answer, found=found, error=error
        )


def as_done(recorded: RecordedCall) -> Done:
    """A call's history in the words an action understands."""
    outcomes = {
        CallState.DONE: Outcome.HAPPENED,
        CallState.IN_DOUBT: Outcome.UNKNOWN,
        CallState.INTENT: Outcome.UNKNOWN,
    }
    return Done(
        call=recorded.call,
        outcome=outcomes.get(recorded.state, Outcome.NOT_HAPPENED),
        status=recorded.status,
        headers=recorded.headers,
        body=recorded.body,
        error=recorded.error,
    )
