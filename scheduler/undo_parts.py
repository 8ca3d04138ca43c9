"""What an execution did, call by call, and the calls that take it back: pure, nothing is read.

Calls are taken back last first. What was changed several times goes back in one step, to what it
was at first, unless a call cannot be taken back in part: then all go back one after the other,
which comes to the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from adloom.errors import RejectedError
from adloom.json_text import dump
from modules import find_module
from modules.base import Action, Call, Change, Done, Outcome
from scheduler.reading import action_of
from scheduler.records import CallState, Execution, Operation, RecordedCall

__all__ = [
    "Back",
    "Happened",
    "Key",
    "alike",
    "backs_of",
    "folded",
    "happened",
    "key_of",
    "narrowed",
    "unknown",
]

#: An object's id and a field of it.
Key = tuple[str, str]


@dataclass(frozen=True)
class Happened:
    """A call that happened, at least in part.

    Args:
        number: Its place among those of its execution, from 1, the oldest first.
        operation: Whose call it was.
        recorded: The call.
    """

    number: int
    operation: Operation
    recorded: RecordedCall

    @property
    def action(self) -> Action[Any, Any]:
        """What knows the way back."""
        return action_of(find_module(self.operation.module))

    def done(self, changes: Sequence[Change] | None = None) -> Done:
        """The call as actions understand it, with all or some of its changes."""
        one = self.recorded
        call = one.call if changes is None else replace(one.call, changes=tuple(changes))
        return Done(call, Outcome.HAPPENED, one.status, one.headers, one.body, one.error)


@dataclass(frozen=True)
class Back:
    """A call that takes back one that happened.

    Args:
        of: What it takes back.
        call: The call.
        deletes: Whether it deletes what the other one made.
        dropped: Changes that need no way back: they came back by themselves within the execution.
    """

    of: Happened
    call: Call
    deletes: bool = False
    dropped: tuple[Change, ...] = field(default=(), compare=False)


def happened(execution: Execution, order: Mapping[tuple[str, int], int]) -> list[Happened]:
    """The calls of an execution that happened, in their order.

    One that failed though it was answered was done in part.

    Args:
        execution: The execution.
        order: The place of each call in the audit, by operation and number; no clock is as sure.
    """
    found = [
        (operation, one)
        for operation in sorted(execution.operations, key=lambda one: one.id)
        for one in operation.calls
        if one.state is CallState.DONE or (one.state is CallState.FAILED and one.status is not None)
    ]
    found.sort(key=lambda one: one[1].attempted_at or execution.started_at)
    if all((operation.id, one.seq) in order for operation, one in found):
        found.sort(key=lambda one: order[one[0].id, one[1].seq])
    return [Happened(number, *one) for number, one in enumerate(found, start=1)]


def backs_of(one: Happened) -> list[Back]:
    """The calls that take one back.

    Raises:
        RejectedError: There is no way back; the message is the module's own.
    """
    changes = one.recorded.call.changes
    deletes = bool(changes) and all(not change.id for change in changes)
    try:
        calls = one.action.inverse(one.done())
    except NotImplementedError as error:
        raise RejectedError(str(error)) from None
    return [Back(one, call, deletes) for call in calls]


def key_of(change: Change) -> Key:
    """What a change is about."""
    return change.id, change.field


def alike(one: Any, other: Any) -> bool:
    """Whether two values mean the same: 50, 50.0 and `50.00` do, and an id as number and text."""
    if one == other or (one in (None, "", []) and other in (None, "", [])):
        return True
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return dump(one) == dump(other)


def folded(backs: Sequence[Back]) -> list[Back]:
    """The same with every value going back once, in the order of what happened.

    Where a call cannot be taken back in part, all are left as they are.
    """
    kept: dict[int, list[Change]] = {place: [] for place in range(len(backs))}
    dropped: dict[int, list[Change]] = {place: [] for place in range(len(backs))}
    for chain in _chains(backs).values():
        (first, change), (_, last) = chain[0], chain[-1]
        whole = all(alike(one.old, two.new) for (_, one), (_, two) in pairwise(chain))
        if len(chain) == 1 or not whole:
            for place, one in chain:
                kept[place].append(one)
        elif alike(change.new, last.old):
            dropped[chain[-1][0]].append(last)
        else:
            kept[first].append(replace(change, old=last.old))
    made = []
    for place, back in enumerate(backs):
        if back.deletes:
            made.append(back)
        elif kept[place]:
            part = narrowed(back, kept[place])
            if part is None:
                return list(backs)
            made.append(replace(part, dropped=tuple(dropped[place])))
        elif dropped[place]:
            nothing = replace(back.call, changes=())
            made.append(replace(back, call=nothing, dropped=tuple(dropped[place])))
    return made


def _chains(backs: Sequence[Back]) -> dict[Key, list[tuple[int, Change]]]:
    """Everything that happened to each value, in order; deletions stand for themselves."""
    chains: dict[Key, list[tuple[int, Change]]] = {}
    for place, back in enumerate(backs):
        for change in () if back.deletes else back.call.changes:
            chains.setdefault(key_of(change), []).append((place, change))
    return chains


def narrowed(back: Back, kept: Sequence[Change]) -> Back | None:
    """The same for some of its changes only; None if it can only be done as a whole.

    Args:
        back: The whole.
        kept: Changes of it, with the old value that is expected.
    """
    by_key = {key_of(one): one for one in kept}
    if by_key.keys() == {key_of(one) for one in back.call.changes}:
        return replace(back, call=_expecting(back.call, by_key))
    if back.deletes:
        return None
    some = [one for one in back.of.recorded.call.changes if key_of(one) in by_key]
    try:
        [call] = back.of.action.inverse(back.of.done(some))
    except (RejectedError, NotImplementedError, ValueError):
        return None
    if call.request == back.call.request or {key_of(one) for one in call.changes} != by_key.keys():
        return None
    return replace(back, call=_expecting(replace(call, key=back.call.key), by_key))


def _expecting(call: Call, by_key: dict[Key, Change]) -> Call:
    return replace(call, changes=tuple(by_key[key_of(one)] for one in call.changes))


def unknown(execution: Execution) -> Iterator[tuple[Operation, RecordedCall]]:
    """Calls that were given up while nobody knew whether they had happened."""
    for operation in execution.operations:
        for one in operation.calls:
            if one.state is CallState.DROPPED and one.attempts:
                yield operation, one
