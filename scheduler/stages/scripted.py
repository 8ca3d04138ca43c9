"""The stage of a scenario test: answers come from its file, changes are noted and taken as done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    LimitExceededError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnforeseenError,
    UnknownOutcomeError,
    UnusableAnswerError,
    UsageError,
)
from adloom.files import look_at
from adloom.json_text import dump, parse_strict
from adloom.sound import listen_to
from adloom.wire import Record
from connections.providers.tiktok_codes import verdict
from modules.base import Action, Call, Context, Done, Outcome
from scenarios.model import StoreStep
from scenarios.testing.model import Answer, ErrorKind, Given, GivenError
from scheduler.likeness import contains
from scheduler.offline import Shelves
from scheduler.operations import operation_id
from scheduler.plan import Opened
from scheduler.stages.base import Use
from scheduler.stages.scripted_api import ScriptedApi, facts_of
from scheduler.store_steps import WRITES, asked_of, read_store
from scheduler.walking import Scope, Walk

__all__ = ["Effect", "ScriptedStage", "Unanswered"]

ERRORS: Final[Mapping[ErrorKind, type[AdloomError]]] = {
    ErrorKind.REJECTED: RejectedError,
    ErrorKind.RETRYABLE: RetryableError,
    ErrorKind.RATE_LIMITED: RateLimitedError,
    ErrorKind.UNKNOWN_OUTCOME: UnknownOutcomeError,
    ErrorKind.UNUSABLE_ANSWER: UnusableAnswerError,
    ErrorKind.AUTHORIZATION: AuthorizationError,
    ErrorKind.MISSING_PERMISSION: MissingPermissionError,
    ErrorKind.LIMIT: LimitExceededError,
    ErrorKind.USAGE: UsageError,
}
#: What an action may send after its first calls.
MOST_CALLS: Final = 1_000


@dataclass(frozen=True)
class Effect:
    """What one use of an action would do outside.

    Args:
        step: The step, as tests call it.
        use: The use.
        calls: What it sends; None where only real answers would tell.
    """

    step: str
    use: Use
    calls: tuple[Call, ...] | None


@dataclass(frozen=True)
class Unanswered:
    """A step that found no answer in the test.

    Args:
        step: The step, as tests call it.
        why: What is missing.
        values: What it was given.
    """

    step: str
    why: str
    values: Mapping[str, Any]


@dataclass
class ScriptedStage:
    """Answers from a test.

    Args:
        scenario: The name of the scenario that is tested.
        given: What the test says.
        shelves: Its data stores.
        effects: What was changed, in order.
        unanswered: Steps that found no answer.
        given_to: What modules were given, in order, by step.
        paused: How many seconds were waited in all.
    """

    is_live: ClassVar[bool] = False

    scenario: str
    given: Given
    shelves: Shelves
    effects: list[Effect] = field(default_factory=list)
    unanswered: list[Unanswered] = field(default_factory=list)
    given_to: dict[str, list[Record]] = field(default_factory=dict)
    paused: float = 0.0

    def name(self, walk: Walk, step: str) -> str:
        """What tests call a step."""
        return step if walk.depth == 0 else f"{walk.scenario.name}/{step}"

    async def use(self, walk: Walk, use: Use) -> list[Record]:
        """Answer a module.

        Raises:
            UnforeseenError: The test does not say what it finds.
            AdloomError: The test says that it fails.
        """
        name = self.name(walk, use.step.id)
        shown = _shown(use)
        calls = self.given_to.setdefault(name, [])
        calls.append(shown)
        answer = self._answer(name, shown, len(calls))
        if answer is not None and answer.error is not None:
            raise _error(answer.error, use)
        if use.changes:
            return await self._change(walk, use, name, answer or Answer())
        if answer is None:
            raise self._none(name, use, "has no answer for this")
        if answer.bundles is not None:
            return _normal(use, answer.bundles)
        return await self._read(walk, use, name, answer)

    async def store(self, walk: Walk, step: StoreStep, scope: Scope, here: str) -> list[Record]:
        """Read or write the test's own data store."""
        key, value = asked_of(walk, step, scope, here)
        if step.operation in WRITES:
            return [self.shelves.change(step, key, value)]
        return await read_store(self.shelves, step, key)

    async def pause(self, walk: Walk, seconds: float) -> None:  # noqa: ARG002 - Stage's signature
        """Take the time as passed."""
        self.paused += seconds

    # --- inside ---------------------------------------------------------------------------------

    def _answer(self, name: str, shown: Record, number: int) -> Answer | None:
        """The first answer that fits a call."""
        for one in self.given.answers.get(name, ()):
            if one.call in (None, number) and contains(shown, _plain(one.when)):
                return one
        return None

    def _none(self, name: str, use: Use, why: str) -> UnforeseenError:
        self.unanswered.append(Unanswered(name, why, use.values))
        return UnforeseenError(f"The test {why}.")

    async def _read(self, walk: Walk, use: Use, name: str, answer: Answer) -> list[Record]:
        """Let the module read for itself, from what the test says is there."""
        api = ScriptedApi(answer.reads)
        facts = facts_of(use.connection, use.module, self.given.connections.get(use.connection))
        identity = operation_id(walk, use.here)
        pages = walk.equipment.reader.found(use.module, use.params, Opened(api, facts), identity)
        try:
            return [dict(row) async for page in pages for row in page.records]
        except AdloomError as error:
            if isinstance(error, UnforeseenError) and api.unknown:
                raise self._none(name, use, f"does not say what is at {api.unknown[0]}") from None
            raise
        except Exception as error:  # noqa: BLE001 - no platform ever answers what a test may say
            why = f"gives it what it cannot read ({type(error).__name__}: {error})"
            raise self._none(name, use, why) from None

    async def _change(self, walk: Walk, use: Use, name: str, answer: Answer) -> list[Record]:
        """Let the module say what it would send, and take that as done."""
        if answer.unchanged:
            return _normal(use, answer.bundles or ())
        api = ScriptedApi(answer.reads)
        try:
            return await self._worked_out(walk, use, name, answer, api)
        except UnforeseenError:
            if not api.unknown:
                raise
            if answer.bundles is None or answer.reads:
                why = f"does not say what is at {api.unknown[0]}, which it reads before"
                raise self._none(name, use, why) from None
            self.effects.append(Effect(name, use, None))
            return _normal(use, answer.bundles)

    async def _worked_out(
        self, walk: Walk, use: Use, name: str, answer: Answer, api: ScriptedApi
    ) -> list[Record]:
        """What an action hands on; what it sends is noted.

        Raises:
            UnforeseenError: The test does not say what it reads, or what it says cannot be.
            AdloomError: The action refuses.
        """
        action = use.module.action
        assert action is not None  # noqa: S101 - it changes something
        try:
            before = await self._before(walk, use, action, answer, api)
            done = _done(use, action, before, answer.data)
            found = action.result(use.params, before, done) if answer.bundles is None else []
        except AdloomError:
            raise
        except Exception as error:  # noqa: BLE001 - no platform ever answers what a test may say
            why = f"gives it what it cannot work with ({type(error).__name__}: {error})"
            raise self._none(name, use, why) from None
        if done:
            self.effects.append(Effect(name, use, tuple(one.call for one in done)))
        return found if answer.bundles is None else _normal(use, answer.bundles)

    async def _before(
        self, walk: Walk, use: Use, action: Action[Any, Any], answer: Answer, api: ScriptedApi
    ) -> list[Record]:
        if answer.before is not None:
            return [dict(row) for row in answer.before]
        facts = facts_of(use.connection, use.module, self.given.connections.get(use.connection))
        context = Context(
            api=api,
            connection=facts,
            now=walk.now,
            operation_id=operation_id(walk, use.here),
            file=look_at,
            sound=listen_to,
            say=walk.equipment.say,
            pause=walk.equipment.clock.sleep,
        )
        return await action.before(use.params, context)


def _shown(use: Use) -> Record:
    """What a module is given: under the names that were used, and under its own."""
    own = use.params.model_dump(exclude_unset=True)
    shown: Record = _plain({**own, **use.values})
    return shown


def _plain(value: Any) -> Any:
    return parse_strict(dump(value))


def _normal(use: Use, bundles: Sequence[Record]) -> list[Record]:
    """Bundles as the module would hand them on, as many as it may."""
    limit = getattr(use.params, "limit", 0) or None
    return [use.module.bundle.normalise(dict(one)) for one in bundles[:limit]]


def _done(use: Use, action: Action[Any, Any], before: Sequence[Record], data: Any) -> list[Done]:
    """What it sends and all that follows from that, each taken as done."""
    done: list[Done] = []
    calls = action.calls(use.params, before)
    while calls and len(done) < MOST_CALLS:
        for call in calls:
            done.append(_taken(use, call, data, len(done)))
        known = {one.call.key for one in done}
        following = action.follow_up(use.params, before, done)
        calls = [call for call in following if call.key not in known]
    return done


def _taken(use: Use, call: Call, data: Any, number: int) -> Done:
    """A call and the answer the test gives to it; the last one of a list is given again."""
    if isinstance(data, list):
        data = data[min(number, len(data) - 1)] if data else None
    body = (
        data if use.module.provider == "web" else {"code": 0, "message": "OK", "data": data or {}}
    )
    return Done(call, Outcome.HAPPENED, status=200, body=body)


def _error(given: GivenError, use: Use) -> AdloomError:
    """The error a test gives in place of an answer."""
    text = given.message or f"{use.step.id} fails, as the test says."
    if given.kind is None:
        return verdict(
            given.code or 0,
            given.message,
            request_id=None,
            connection=use.connection,
            changes=use.changes,
        )
    kind = ERRORS[given.kind]
    return kind(text, code=given.code) if issubclass(kind, ApiError) else kind(text)
