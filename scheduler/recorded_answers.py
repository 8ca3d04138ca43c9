"""What answered the steps of an execution, as a test would give it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.errors import AdloomError
from adloom.json_text import dump
from adloom.wire import Record
from modules.base import Action
from scenarios.model import StoreOperation, StoreStep
from scheduler.likeness import DOTS, as_recorded
from scheduler.remembering import Records
from scheduler.stages.recorded import Used
from scheduler.stages.scripted import ERRORS

__all__ = ["answers_of", "stores_of"]

#: The most exact class comes first.
KINDS: Final = sorted(ERRORS.items(), key=lambda pair: -len(pair[1].__mro__))


def answers_of(
    used: Sequence[Used], scenario: str, records: Records, *, numbered: bool
) -> dict[str, Any]:
    """The answers of every step.

    Args:
        used: The uses of modules, in order.
        scenario: The name of the scenario that is tested.
        records: What was changed.
        numbered: Whether answers are told apart by their number alone, where there are several.
    """
    steps: dict[str, list[tuple[Record, Record]]] = {}
    for one in used:
        name = one.use.step.id
        name = name if one.scenario == scenario else f"{one.scenario}/{name}"
        given = _readable(as_recorded(dict(one.use.values)))
        steps.setdefault(name, []).append((given, _answer(one, records)))
    return {name: _together(calls, numbered=numbered) for name, calls in steps.items()}


def _readable(given: Record) -> Record:
    """What can be compared of what a step was given."""
    return {name: value for name, value in given.items() if DOTS not in dump(value).decode()}


def _answer(used: Used, records: Records) -> Record:
    """What a step found."""
    if used.error is not None:
        return {"error": {"kind": _kind(used.error), "message": str(used.error)}}
    bundles = [as_recorded(bundle) for bundle in used.run.output]
    if not used.use.changes:
        return {"bundles": bundles}
    operation = records.operations.get(used.run.path)
    if operation is None:
        return {"bundles": bundles, "unchanged": True}
    action = used.use.module.action
    follows = action is not None and type(action).follow_up is not Action.follow_up
    bodies = [one.body for one in operation.calls] if follows else []
    data = [body.get("data") or {} if isinstance(body, dict) else {} for body in bodies]
    before = [as_recorded(row) for row in operation.before]
    told = {"data": as_recorded(data)} if any(data) else {}
    return {"before": before, "bundles": bundles, **told}


def _kind(error: AdloomError) -> str:
    return next((str(kind) for kind, one in KINDS if isinstance(error, one)), "usage")


def _together(calls: Sequence[tuple[Record, Record]], *, numbered: bool) -> Any:
    """The answers to all calls of a step: one for all, or one for each that is another."""
    different = {dump(answer): answer for _, answer in calls}
    if len(different) == 1:
        [answer] = different.values()
        return answer["bundles"] if set(answer) == {"bundles"} else answer
    whens = [] if numbered else _whens([given for given, _ in calls])
    pairs = {dump([when, answer]) for when, (_, answer) in zip(whens, calls, strict=False)}
    is_clear = bool(whens) and len({dump(when) for when in whens}) == len(pairs)
    if not is_clear or not all(whens):
        return {"calls": [{"call": n, **answer} for n, (_, answer) in enumerate(calls, 1)]}
    found = {
        dump(when): {"when": when, **answer} for when, (_, answer) in zip(whens, calls, strict=True)
    }
    return {"calls": list(found.values())}


def _whens(given: Sequence[Record]) -> list[Record]:
    """What tells calls of a step apart: the parameters that are not always the same."""
    names = dict.fromkeys(name for one in given for name in one)
    varying = [name for name in names if len({dump(one.get(name)) for one in given}) > 1]
    return [{name: one[name] for name in varying if name in one} for one in given]


def stores_of(stored: Sequence[tuple[StoreStep, str, Any, list[Record]]]) -> dict[str, Any]:
    """What data stores held before, as far as the execution saw it."""
    found: dict[str, dict[str, Any]] = {}
    written: set[tuple[str, str]] = set()
    for step, key, _, output in stored:
        shelf = found.setdefault(step.store, {})
        for name, value in _seen(step, key, output):
            if (step.store, name) not in written and (value is not None or name not in shelf):
                shelf[name] = value
        if step.operation is StoreOperation.COUNT:
            _fill(shelf, output[0]["count"] - _added(step.store, written, shelf))
        if step.operation in (StoreOperation.PUT, StoreOperation.ADD, StoreOperation.DELETE):
            written.add((step.store, key))
    return {store: shelf for store, shelf in found.items() if shelf}


def _seen(step: StoreStep, key: str, output: Sequence[Record]) -> list[tuple[str, Any]]:
    """What an operation tells of what was there before it."""
    if step.operation is StoreOperation.LIST:
        return [(str(one["key"]), one["value"]) for one in output]
    first: Mapping[str, Any] = output[0] if output else {}
    if step.operation is StoreOperation.GET:
        return [(key, first["value"])] if first["exists"] else []
    was_there = any(first.get(word) for word in ("exists", "replaced", "deleted"))
    return [(key, None)] if was_there or first.get("added") is False else []


def _added(store: str, written: set[tuple[str, str]], shelf: Mapping[str, Any]) -> int:
    """How many keys are there that were not there before."""
    return sum(1 for name, key in written if name == store and key not in shelf)


def _fill(shelf: dict[str, Any], count: int) -> None:
    """Put in as many keys as there were, whatever they were called."""
    while len(shelf) < count:
        shelf[f"other {len(shelf) + 1}"] = None
