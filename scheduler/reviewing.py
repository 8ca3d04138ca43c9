"""Holding an execution to what was reviewed: the same calls, or a person decides anew."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adloom.errors import LimitExceededError
from adloom.wire import Record
from scheduler.plan_records import PlannedUse, ScenarioPlan, call_data
from scheduler.records import Execution, Operation
from scheduler.stages.foreseen import PLACEHOLDER, show
from scheduler.stages.kinds import OBJECTS

__all__ = ["Difference", "Reviewed", "differences", "say_change"]

CHANGED: Final = "changed since it was planned"
#: So many changes of one step are named.
MOST_SAID: Final = 5
#: What an id may be made of.
ID: Final = r"[0-9A-Za-z][0-9A-Za-z._~:/-]*"


@dataclass(frozen=True)
class Difference:
    """Something that is no longer as it was planned.

    Args:
        path: The step, for one bundle.
        old: As it was planned; None if it was not.
        new: As it would be now; None if it would not be.
    """

    path: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        """In one line."""
        return f"{self.path}: {self.old or 'nothing'}, and now {self.new or 'nothing'}"


@dataclass
class Reviewed:
    """What was reviewed of one execution, and what of it has been done.

    Args:
        plan: The part of the plan that is about it.
    """

    plan: ScenarioPlan
    _taken: dict[int, str] = field(default_factory=dict)
    _bound: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: ScenarioPlan, execution: Execution) -> "Reviewed":
        """What was reviewed of an execution, less what it has done already."""
        made = cls(plan.of(execution.id))
        for operation in execution.operations:
            if operation.calls:
                made._find(operation)
        return made

    @property
    def moment(self) -> datetime:
        """When it was planned: the present, for its mappings."""
        return self.plan.made_at

    def check(self, operation: Operation) -> None:
        """Let an operation pass that is as it was planned.

        Raises:
            LimitExceededError: It is not; only the bundle that led to it is held.
        """
        planned = self._planned(operation.path or "")
        if not operation.calls and not planned:
            return
        if self._find(operation):
            return
        unknown = any(stop.path == operation.path for stop in self.plan.unforeseen)
        why = "it could not be foreseen when this was planned" if unknown else CHANGED
        raise LimitExceededError(
            f"{why}: {_difference(planned, operation, self.plan.names)}",
            hint=f"Make a new plan: adloom scenarios plan “{self.plan.scenario}”",
            alone=True,
        )

    def left(self) -> list[PlannedUse]:
        """What was planned and has not been done."""
        return [use for place, use in enumerate(self.plan.uses) if place not in self._taken]

    # --- inside ---------------------------------------------------------------------------------

    def _planned(self, path: str) -> PlannedUse | None:
        return next((use for use in self.plan.uses if use.path == path), None)

    def _find(self, operation: Operation) -> bool:
        """Take what was planned and is the same; that at the same path before others."""
        path = operation.path or ""
        for place in sorted(self._free(path), key=lambda one: self.plan.uses[one].path != path):
            bound = dict(self._bound)
            if _is_same(self.plan.uses[place], operation, bound):
                self._taken[place] = path
                self._bound = bound
                return True
        return False

    def _free(self, path: str) -> Iterator[int]:
        """What was planned of the same step and is not done, or was tried for this same bundle."""
        step = _steps(path)
        for place, use in enumerate(self.plan.uses):
            if _steps(use.path) == step and self._taken.get(place, path) == path:
                yield place


def _steps(path: str) -> str:
    """The way through the steps, whichever bundle took it."""
    first, _, rest = path.partition(">")
    way = re.sub(r":\d+", "", f">{rest}" if rest else "")
    return way or re.sub(r":\d+", "", first)


def _is_same(planned: PlannedUse, operation: Operation, bound: dict[str, str]) -> bool:
    calls = [one.call for one in operation.calls]
    mine = (planned.module, planned.connection)
    if mine != (operation.module, operation.connection):
        return False
    # What follows from real answers could not be planned; it belongs to the same operation.
    actual = list(call_data(calls))[: len(planned.calls)]
    return _fits(list(planned.calls), actual, bound)


def _fits(planned: Any, actual: Any, bound: dict[str, str]) -> bool:
    """Whether a value is the planned one, with one real id for each placeholder."""
    match planned:
        case str() if PLACEHOLDER.search(planned):
            return isinstance(actual, str) and _fits_text(planned, actual, bound)
        case dict():
            return (
                isinstance(actual, dict)
                and planned.keys() == actual.keys()
                and all(_fits(planned[name], actual[name], bound) for name in planned)
            )
        case list() | tuple():
            return (
                isinstance(actual, list | tuple)
                and len(planned) == len(actual)
                and all(
                    _fits(one, other, bound) for one, other in zip(planned, actual, strict=True)
                )
            )
        case _:
            return bool(planned == actual) and isinstance(planned, bool) == isinstance(actual, bool)


def _fits_text(planned: str, actual: str, bound: dict[str, str]) -> bool:
    marks: dict[str, str] = {}
    pattern = ""
    end = 0
    for found in PLACEHOLDER.finditer(planned):
        mark, name = found[0], f"new{found[1]}"
        pattern += re.escape(planned[end : found.start()])
        known = bound.get(mark)
        if known is not None:
            pattern += re.escape(known)
        elif mark in marks:
            pattern += f"(?P={name})"
        else:
            pattern += f"(?P<{name}>{ID})"
            marks[mark] = name
        end = found.end()
    matched = re.fullmatch(pattern + re.escape(planned[end:]), actual)
    if matched is None:
        return False
    new = {mark: matched[name] for mark, name in marks.items()}
    if set(new.values()) & set(bound.values()):
        return False  # two new things never have one id
    bound |= new
    return True


# --- words ----------------------------------------------------------------------------------------


def say_change(change: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A change in one line."""
    shown = {name: show(value, names) for name, value in change.items()}
    what = " ".join(str(one) for one in (shown["kind"], shown["id"]) if one)
    called = f" “{shown['name']}”" if shown["name"] else ""
    old = "" if shown["old"] is None else f"{shown['old']} → "
    unit = f" {shown['unit']}" if shown["unit"] else ""
    return f"{what}{called}: {shown['field']} {old}{shown['new']}{unit}"


def _say_calls(calls: Sequence[Record], names: Mapping[str, str]) -> str | None:
    """What calls would change; of what is told to people or sent away, only that it is."""
    said = [
        say_change(change, names)
        if change["kind"] in OBJECTS
        else f"{change['kind']} {change['name'] or change['id']} {change['field']}".strip()
        for call in calls
        for change in call["changes"]
    ]
    shown = "; ".join(dict.fromkeys(said[:MOST_SAID]))
    return f"{shown} and {len(said) - MOST_SAID} more" if len(said) > MOST_SAID else shown or None


def _difference(planned: PlannedUse | None, operation: Operation, names: Mapping[str, str]) -> str:
    calls = call_data([one.call for one in operation.calls])
    old = None if planned is None else _say_calls(planned.calls, names)
    return str(Difference(operation.path or "", old, _say_calls(calls, names)))


def differences(old: ScenarioPlan, new: ScenarioPlan) -> list[Difference]:
    """What two plans that began with the same differ in."""
    found = []
    before, after = _lines(old), _lines(new)
    for place in dict.fromkeys([*before, *after]):
        if before.get(place) != after.get(place):
            told = (before.get(place, (None, None))[1], after.get(place, (None, None))[1])
            found.append(Difference(place[1], *told))
    return found


def _lines(plan: ScenarioPlan) -> dict[tuple[str, str, str], tuple[Any, str | None]]:
    """Everything a plan says, by where it says it: exactly, and in words."""
    names = plan.names
    lines: dict[tuple[str, str, str], tuple[Any, str | None]] = {}
    for use in plan.uses:
        exact = (use.module, use.connection, list(use.calls))
        lines[use.execution, use.path, "use"] = (exact, _say_calls(use.calls, names))
    for value in plan.values:
        said = f"{value.store} {value.key}: {value.before} → {value.after}"
        lines[value.execution, value.path, "value"] = ((value.before, value.after), said)
    counted: Counter[tuple[str, str]] = Counter()
    for stop in (*plan.troubles, *plan.unforeseen):
        counted[stop.execution, stop.path] += 1
        number = counted[stop.execution, stop.path]
        lines[stop.execution, stop.path, f"stop {number}"] = (stop.reason, stop.reason)
    return lines
