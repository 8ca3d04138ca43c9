"""Judging a scenario test: what was expected and did not happen, and what happened besides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.wire import Record
from scenarios.places import FieldPath, say_path
from scenarios.testing.model import Case, Script, StepExpected
from scheduler.history import StepState
from scheduler.likeness import as_recorded, contains, paired, says
from scheduler.testing import Happened, StepHappened

__all__ = ["Mismatch", "expected_of", "judge", "told"]

#: What is written of a change that happened, where it says something.
CHANGE: Final = ("step", "kind", "id", "name", "field", "old", "new", "unit")
NOTICE: Final = ("step", "title", "text")


@dataclass(frozen=True)
class Mismatch:
    """One thing that is not as expected.

    Args:
        path: What it is about, in the document of the tests.
        text: What is wrong.
        is_final: Whether no expectation could be right: an answer is missing.
    """

    path: FieldPath
    text: str
    is_final: bool = False


def judge(case: Case, happened: Happened) -> list[Mismatch]:
    """Everything in which a case did not come to what was expected."""
    if happened.unanswered:
        return _unanswered(case, happened)
    path, expected = (*case.path, "expect"), case.expected
    found: list[Mismatch] = []
    for name, step in expected.steps.items():
        did = happened.steps.get(name, StepHappened())
        found += _step(step, did, (*path, "steps", name))
    for name, wanted, real in (
        ("changes", expected.changes, happened.changes),
        ("notices", expected.notices, happened.notices),
    ):
        found += _all_of(wanted, real, (*path, name), name)
    found += _incomplete(case, happened, (*path, "incomplete"))
    found += _stores(case, happened, (*path, "stores"))
    if expected.returned is not None:
        found += _in_order(expected.returned, happened.returned, (*path, "returned"), "returned")
    return found + _error(expected.error, happened.error, (*path, "error"))


def _unanswered(case: Case, happened: Happened) -> list[Mismatch]:
    """Without an answer nothing else means much."""
    path = (*case.path, "given", "answers")
    return [
        Mismatch(
            (*path, one.step),
            f"{one.step} {one.why}; it was given {says(as_recorded(dict(one.values)))}",
            is_final=True,
        )
        for one in {(one.step, one.why): one for one in happened.unanswered}.values()
    ]


def _step(expected: StepExpected, did: StepHappened, path: FieldPath) -> list[Mismatch]:
    found = []
    counts = {
        "done": (expected.done, did.states[StepState.DONE]),
        "dropped": (expected.dropped, did.states[StepState.DROPPED]),
        "failed": (expected.failed, did.failed),
        "bundles": (expected.handed_on, len(did.bundles)),
    }
    for name, (wanted, real) in counts.items():
        if wanted is not None and wanted != real:
            known = ", ".join(f"{count} {word}" for word, (_, count) in counts.items())
            found.append(Mismatch((*path, name), f"{wanted} expected, {real} there ({known})"))
    if expected.bundles is not None:
        found += _in_order(expected.bundles, did.bundles, (*path, "bundles"), "handed on")
    if expected.given is not None:
        found += _in_order(expected.given, did.given, (*path, "given"), "given")
    return found


def _in_order(
    wanted: Sequence[Any], real: Sequence[Any], path: FieldPath, what: str
) -> list[Mismatch]:
    """Values one after the other, each with at least what was expected of it."""
    found = []
    for number, one in enumerate(wanted):
        part = as_recorded(one)
        if number >= len(real):
            found.append(Mismatch((*path, number), f"{says(part)} was not {what}"))
        elif not contains(real[number], part):
            found.append(Mismatch((*path, number), _unlike(part, real[number])))
    besides = [f"{says(one)} was {what} besides" for one in real[len(wanted) :]]
    return found + [Mismatch(path, text) for text in besides]


def _all_of(
    wanted: Sequence[Record], real: Sequence[Record], path: FieldPath, what: str
) -> list[Mismatch]:
    """Things in any order: each that was expected, and no other."""
    parts = [as_recorded(dict(one)) for one in wanted]
    _, missing, besides = paired(parts, real)
    found = []
    for number in missing:
        near = max(besides, key=lambda one: _likeness(parts[number], real[one]), default=None)
        if near is None or not _likeness(parts[number], real[near]):
            found.append(Mismatch((*path, number), f"{says(parts[number])} did not happen"))
            continue
        besides.remove(near)
        found.append(Mismatch((*path, number), _unlike(parts[number], real[near])))
    known = CHANGE if what == "changes" else NOTICE
    for number in besides:
        shown = _short(real[number], known)
        found.append(Mismatch(path, f"{says(shown)} was not expected"))
    return found


def _incomplete(case: Case, happened: Happened, path: FieldPath) -> list[Mismatch]:
    """What stopped part-way; of an error a part is enough."""
    left = list(happened.incomplete)
    found = []
    for number, one in enumerate(case.expected.incomplete):
        fit = next((real for real in left if _stopped(one, real)), None)
        if fit is None:
            found.append(Mismatch((*path, number), f"{says(one)} did not stop part-way"))
        else:
            left.remove(fit)
    return found + [
        Mismatch(path, f"it stopped part-way at {one['step']}: {one['error']}") for one in left
    ]


def _stopped(wanted: Record, real: Record) -> bool:
    same_step = wanted.get("step") in (None, real["step"])
    return same_step and str(wanted.get("error", "")) in real["error"]


def _stores(case: Case, happened: Happened, path: FieldPath) -> list[Mismatch]:
    """What data stores hold: as expected, and as before where nothing was said."""
    found = []
    wanted: dict[str, Mapping[str, Any]] = {**case.given.stores, **case.expected.stores}
    for store in dict.fromkeys([*wanted, *happened.stores]):
        before, real = as_recorded(wanted.get(store, {})), happened.stores.get(store, {})
        for key in dict.fromkeys([*before, *real]):
            here = (*path, store, key)
            if key not in real:
                found.append(Mismatch(here, f"{says(before[key])} is not there"))
            elif key not in before:
                found.append(Mismatch(here, f"{says(real[key])} was written, unexpected"))
            elif before[key] != real[key]:
                said = f"{says(real[key])} is there instead of {says(before[key])}"
                found.append(Mismatch(here, said))
    return found


def _error(wanted: str | None, real: str | None, path: FieldPath) -> list[Mismatch]:
    if wanted is None and real is not None:
        return [Mismatch(path, f"everything stopped: {real}")]
    if wanted is not None and (real is None or wanted not in real):
        return [Mismatch(path, f"{wanted!r} did not stop everything, but {real or 'nothing'} did")]
    return []


def _likeness(part: Record, whole: Record) -> int:
    """In how many fields two things are alike; none if they are about different steps."""
    if part.get("step", whole.get("step")) != whole.get("step"):
        return 0
    return sum(name in whole and contains(whole[name], one) for name, one in part.items())


def _unlike(part: Any, whole: Any, name: str = "") -> str:
    """In what a value is not as expected, field by field."""
    if isinstance(part, dict) and isinstance(whole, dict):
        inner = [
            _unlike(one, whole[key], f"{name}.{key}" if name else key)
            if key in whole
            else f"{f'{name}.{key}' if name else key} is missing, {says(one)} was expected"
            for key, one in part.items()
            if key not in whole or not contains(whole[key], one)
        ]
        return "; ".join(inner)
    return f"{f'{name} is ' if name else ''}{says(whole)} instead of {says(part)}"


def _short(change: Record, known: Sequence[str]) -> Record:
    """What says something of a change."""
    found = {name: change[name] for name in known if change.get(name) not in (None, "")}
    return found if len(found) > 1 else {**found, "given": change.get("given")}


def expected_of(case: Case, happened: Happened) -> Record:
    """What happened, as a case would expect it."""
    steps = {}
    for name, did in happened.steps.items():
        counts = {
            "done": did.states[StepState.DONE],
            "dropped": did.states[StepState.DROPPED],
            "failed": did.failed,
        }
        told = {word: count for word, count in counts.items() if count}
        steps[name] = told.get("done", 0) if set(told) <= {"done"} else told
    stores = {
        store: values
        for store, values in happened.stores.items()
        if values != as_recorded(case.given.stores.get(store, {}))
    }
    found = {
        "steps": {name: told for name, told in steps.items() if ":" not in name},
        "changes": [_short(one, CHANGE) for one in happened.changes],
        "notices": [_short(one, NOTICE) for one in happened.notices],
        "stores": stores,
        "returned": list(happened.returned),
        "incomplete": list(happened.incomplete),
        "error": happened.error,
    }
    return {name: value for name, value in found.items() if value}


def told(script: Script, mismatch: Mismatch) -> str:
    """What is not as expected, with its place in the file."""
    inner = mismatch.path[2:]
    words = inner[1:] if inner[:1] == ("expect",) else inner
    return f"{script.path}:{script.place_of(mismatch.path)}: {say_path(words)}: {mismatch.text}"
