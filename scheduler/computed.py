"""Steps that need nothing but what is known: lists taken apart, values remembered and returned."""

from collections.abc import Sequence
from typing import Any

from adloom.errors import UsageError
from adloom.mapping import Condition
from adloom.wire import Record
from scenarios.model import GetStep, IteratorStep, ReturnStep, SetStep, Step
from scheduler.walking import Scope, Walk

__all__ = ["computed", "judged", "remember"]


def computed(walk: Walk, step: Step, scope: Scope, here: str) -> list[Record]:
    """Do what needs nothing but what is known."""
    moment = walk.moment(here)
    match step:
        case IteratorStep():
            return _items(step.items.evaluate(scope, moment))
        case SetStep():
            values: Record = step.variables.evaluate(scope, moment)
            remember(walk, step, [values])
            return [values]
        case GetStep():
            known = walk.lasting if step.scope == "execution" else walk.variables
            return [{name: known.get(name) for name in step.names}]
        case ReturnStep():
            returned: Record = step.output.evaluate(scope, moment)
            remember(walk, step, [returned])
            return [returned]
        case _:
            raise UsageError(f"{step.id} is a kind of step nobody knows.")


def remember(walk: Walk, step: Step, output: Sequence[Record]) -> None:
    """Remember what a step did besides its output: values for steps that follow, and returns."""
    if isinstance(step, ReturnStep):
        walk.returned.extend(output)
    if not isinstance(step, SetStep):
        return
    kept = walk.lasting if step.scope == "execution" else walk.variables
    for bundle in output:
        kept.update(bundle)


def _items(value: Any) -> list[Record]:
    """A bundle of every item of a list."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [item if isinstance(item, dict) else {"value": item} for item in items]


def judged(when: Condition, scope: Scope, walk: Walk, here: str) -> tuple[bool, str]:
    """Whether a bundle fulfils a condition, and why."""
    passed, trace = when.evaluate_traced(scope, walk.moment(here))
    return passed, str(trace)
