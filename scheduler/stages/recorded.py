"""The stage of a replay: everything outside is answered by what history and journal know.

A record answers a step if it is of the same module and connection, and the step is given the same.
It is looked for on the step's path first; what only reads is also answered by another run of the
same step that was given the same, if all of those agree. What a step was given is recorded with
dots for secrets and for what belongs to persons: dots are equal to everything, but never lead from
one path to another. An action is worked out anew from what was read then, and answered only if it
would send the same. Whatever has no record is not walked any further; nothing is ever sent.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Final

from adloom.errors import (
    AdloomError,
    AuthorizationError,
    LimitExceededError,
    Reaction,
    RejectedError,
    RetryableError,
    UnforeseenError,
    UnknownOutcomeError,
    UsageError,
)
from adloom.fields import FieldKind, fields_of
from adloom.json_text import dump, parse_strict
from adloom.wire import Record
from modules.base import Call, Outcome
from scenarios.model import HandlerKind, ModuleStep, Step, StoreOperation, StoreStep
from scheduler.comparing import aligned
from scheduler.history import StepRun, StepState
from scheduler.likeness import DOTS, agree, as_recorded
from scheduler.offline import Notes, exact
from scheduler.records import Operation, call_to_json
from scheduler.remembering import Records
from scheduler.sending import as_done
from scheduler.stages.base import Use
from scheduler.store_steps import asked_of
from scheduler.walking import Scope, Walk

__all__ = ["RecordedStage", "Used", "changes_of"]

ERRORS: Final[Mapping[Reaction, type[AdloomError]]] = {
    Reaction.REPORT: UsageError,
    Reaction.RECONNECT: AuthorizationError,
    Reaction.RETRY: RetryableError,
    Reaction.SET_ASIDE: RejectedError,
    Reaction.LOOK_UP: UnknownOutcomeError,
}
#: What has to be the same about a call; its key only names it.
SENT: Final = ("method", "path", "query", "headers", "body", "changes")


@dataclass(frozen=True)
class Used:
    """A use of a module, and the record that answered it.

    Args:
        scenario: The name of the scenario whose step it is.
        use: The use.
        run: The record.
        error: What it failed with.
    """

    scenario: str
    use: Use
    run: StepRun
    error: AdloomError | None = None


@dataclass
class RecordedStage:
    """Answers with what is recorded.

    Args:
        records: What is known.
        alone: Ids of steps that only one of the two versions has.
        missing: Why there is no record, by path.
        changes: What would be changed, by path, as far as that is known.
        used: What was answered, in order.
        stored: What was done with data stores, in order: the step, the key, what came of it.
    """

    is_live: ClassVar[bool] = False

    records: Records
    alone: frozenset[str] = frozenset()
    missing: dict[str, str] = field(default_factory=dict)
    changes: dict[str, list[Record]] = field(default_factory=dict)
    used: list[Used] = field(default_factory=list)
    stored: list[tuple[StoreStep, str, Any, list[Record]]] = field(default_factory=list)

    async def use(self, walk: Walk, use: Use) -> list[Record]:
        """Answer a module from its record.

        Raises:
            UnforeseenError: There is none.
            AdloomError: It failed then.
        """
        run = self._found(walk, use)
        if use.changes:
            self._work_out(use, run)
        error = self._error(walk, use, run)
        self.used.append(Used(walk.scenario.name, use, run, error))
        if error is not None:
            raise error
        return [dict(bundle) for bundle in run.output]

    async def store(self, walk: Walk, step: StoreStep, scope: Scope, here: str) -> list[Record]:
        """Answer a data store from the record; nothing is written."""
        key, value = asked_of(walk, step, scope, here)
        run = self._at(here)
        then = self._then.get(step.id) if walk.depth == 0 else step
        is_same = isinstance(then, StoreStep) and _place(then) == _place(step)
        if run is None or run.state is not StepState.DONE or not is_same:
            raise self._no(here, "was not done then")
        output = [dict(bundle) for bundle in run.output]
        keys = [str(bundle.get("key", key)) for bundle in output]
        if step.operation is StoreOperation.LIST:
            is_other = not all(one.startswith(key) for one in keys)
        else:
            is_other = keys != [key]
        if is_other:
            raise self._no(here, "was asked for another key then")
        if step.operation is StoreOperation.PUT:
            output[0]["value"] = value
        self.stored.append((step, key, value, output))
        return output

    async def pause(self, walk: Walk, seconds: float) -> None:
        """Take the time as passed."""

    # --- finding --------------------------------------------------------------------------------

    def _found(self, walk: Walk, use: Use) -> StepRun:
        """The record of a use.

        Raises:
            UnforeseenError: There is none.
        """
        given = as_recorded(walk.given[use.here])
        if walk.depth == 0 and not self._is_same_module(use):
            raise self._no(use.here, "did something else then")
        run = self._at(use.here)
        if run is not None and run.state is not StepState.DROPPED:
            if self.records.is_confidential and run.path == use.here:
                return run
            if run.given is not None and agree(run.given, given):
                return run
        elsewhere = None if use.changes else self._elsewhere(use, given)
        if elsewhere is not None:
            return elsewhere
        if run is None or run.state is StepState.DROPPED:
            raise self._no(
                use.here, "was not reached then" if run is None else "was held back then"
            )
        if use.changes:
            self._foresee(use, run)
        raise self._no(use.here, "was given something else then")

    def _at(self, here: str) -> StepRun | None:
        """The record on a path, steps left aside that only one version has."""
        if here in self.records.steps:
            return self.records.steps[here]
        return self._by_aligned.get(aligned(here, self.alone) or "") if self.alone else None

    def _elsewhere(self, use: Use, given: Any) -> StepRun | None:
        """Another run of the step that was given the same, if they all came to the same."""
        if DOTS in dump(given).decode():
            return None
        runs = self._by_given.get((use.step.id, dump(given)), [])
        ends = {dump([run.state, list(run.output), run.error]) for run in runs}
        return runs[0] if len(ends) == 1 else None

    def _is_same_module(self, use: Use) -> bool:
        then = self._then.get(use.step.id)
        return isinstance(then, ModuleStep) and (then.module, then.connection) == (
            use.step.module,
            use.step.connection,
        )

    @cached_property
    def _then(self) -> Mapping[str, Step]:
        return {step.id: step for step in self.records.scenario.all_steps()}

    @cached_property
    def _by_aligned(self) -> Mapping[str, StepRun]:
        paths = {path: aligned(path, self.alone) for path in self.records.steps}
        return {key: self.records.steps[path] for path, key in paths.items() if key is not None}

    @cached_property
    def _by_given(self) -> Mapping[tuple[str, bytes], list[StepRun]]:
        found: dict[tuple[str, bytes], list[StepRun]] = {}
        for run in self.records.steps.values():
            if run.given is not None and run.state is not StepState.DROPPED:
                found.setdefault((run.step, dump(run.given)), []).append(run)
        return found

    def _no(self, here: str, why: str) -> UnforeseenError:
        self.missing[here] = why
        return UnforeseenError(f"There is no record: it {why}.")

    # --- what came of it ------------------------------------------------------------------------

    def _error(self, walk: Walk, use: Use, run: StepRun) -> AdloomError | None:
        """What a step failed with, as far as its record tells."""
        then = self._then.get(use.step.id, use.step)
        resumed = then.on_error is not None and then.on_error.kind is HandlerKind.RESUME
        if run.state is StepState.DONE and not (run.error is not None and resumed):
            return None
        text = run.error or "It failed."
        reaction = next(filter(None, map(self.records.reactions.get, _around(run.path))), None)
        reaction = reaction or Reaction.SET_ASIDE
        if run.state is StepState.INCOMPLETE and reaction is Reaction.HOLD:
            return LimitExceededError(text, alone=self._went_on(walk, use.here))
        kind = ERRORS[reaction] if run.state is StepState.INCOMPLETE else RejectedError
        return kind(text)

    def _went_on(self, walk: Walk, here: str) -> bool:
        """Whether more is recorded than was walked until now."""
        assert isinstance(walk.history, Notes)  # noqa: S101 - as replays are walked
        walked = walk.history.runs
        around = {*walked, *_around(here)}
        return any(path not in around for path in self.records.steps)

    def _work_out(self, use: Use, run: StepRun) -> None:
        """See what an action would send now, given what was read then.

        Raises:
            UnforeseenError: That is not what it sent.
        """
        operation = self.records.operations.get(run.path)
        if operation is None:  # all was as it should be
            self.changes[use.here] = []
            return
        calls = _calls(use, operation)
        self.changes[use.here] = changes_of(calls)
        sent = [_sent(one.call) for one in operation.calls]
        if not agree(sent, [_sent(one) for one in calls]):
            raise self._no(use.here, "sent something else then")

    def _foresee(self, use: Use, run: StepRun) -> None:
        """What an action would change that is given something else but the same objects."""
        operation = self.records.operations.get(run.path)
        if operation is None or not _same_objects(use, operation):
            return
        with suppress(AdloomError):
            self.changes[use.here] = changes_of(_calls(use, operation))


def changes_of(calls: Sequence[Call]) -> list[Record]:
    """What calls change, as history would show it."""
    return [as_recorded(vars(change)) for call in calls for change in call.changes]


def _calls(use: Use, operation: Operation) -> list[Call]:
    """What an action sends, given what was read then and what came of each call."""
    action = use.module.action
    assert action is not None  # noqa: S101 - it changes something
    before = exact(operation.before)
    done = [as_done(one) for one in operation.calls]
    calls = action.calls(use.params, before)
    while 0 < len(calls) <= len(done):
        so_far = done[: len(calls)]
        if any(one.outcome is not Outcome.HAPPENED for one in so_far):
            break
        known = {call.key for call in calls}
        following = action.follow_up(use.params, before, so_far)
        more = [call for call in following if call.key not in known]
        if not more:
            break
        calls += more
    return calls


def _sent(call: Call) -> Record:
    """What makes a call the same; the body of one that was personal is erased once it is done."""
    value = parse_strict(call_to_json(call).encode())
    return {name: value[name] for name in SENT if not (name == "body" and call.personal)}


def _same_objects(use: Use, operation: Operation) -> bool:
    """Whether an action is about the same objects as an operation was."""
    ids = [one.name for one in fields_of(use.module.params) if one.kind is FieldKind.ID]
    now = use.params.model_dump(mode="json", exclude_defaults=True)
    return all(now.get(name) == operation.params.get(name) for name in ids)


def _around(path: str) -> list[str]:
    """A path, and those of the steps that called the scenarios it is in."""
    return [path, *(path[:place] for place, sign in enumerate(path) if sign == "/")]


def _place(step: StoreStep) -> tuple[str, StoreOperation]:
    return step.store, step.operation
