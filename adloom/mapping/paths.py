"""Reading fields of bundles: `step.field`, `step.list[1].field`, `step.list[].field`."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from adloom.mapping.bounds import LONGEST_LIST
from adloom.mapping.evaluation import Evaluate, Evaluation
from adloom.mapping.misfit import MisfitError, Source
from adloom.mapping.syntax import Field, Path, Tail
from adloom.mapping.values import as_whole, named

__all__ = ["compile_path"]

#: Takes one step along a path.
_Take = Callable[[Evaluation, Any], Any]


def compile_path(node: Path, source: Source, indexes: list[Evaluate | None]) -> Evaluate:
    """A path as a closure.

    Args:
        node: The path.
        source: Where it stands.
        indexes: For each tail, what calculates its index if it has one.
    """
    step = node.step
    takes = [_take(tail, index) for tail, index in zip(node.tails, indexes, strict=True)]
    many = None in takes

    def walk(evaluation: Evaluation) -> Any:
        try:
            if step not in evaluation.scope:
                raise _unknown_step(step, evaluation.scope)
            value = evaluation.scope[step]
            if many:
                return _spread(evaluation, value, takes)
            for take in takes:
                value = take(evaluation, value) if take else value
        except MisfitError as error:
            raise source.error(error, node.start) from None
        return value

    tail = node.tails[0] if len(node.tails) == 1 else None
    return _quick(step, tail.name, walk) if isinstance(tail, Field) else walk


def _quick(step: str, name: str, walk: Evaluate) -> Evaluate:
    """The commonest path: a field of a bundle."""

    def quick(evaluation: Evaluation) -> Any:
        try:
            return evaluation.scope[step][name]
        except (LookupError, TypeError):
            return walk(evaluation)

    return quick


def _spread(evaluation: Evaluation, value: Any, takes: list[_Take | None]) -> list[Any]:
    """A path with `[]` in it: what is found for every item; what is nothing is left out."""
    values = [value]
    for take in takes:
        if take is None:
            values = _each(evaluation, values)
        else:
            evaluation.spend(len(values))
            found = [take(evaluation, one) for one in values]
            values = [one for one in found if one is not None]
    return values


def _unknown_step(step: str, scope: Mapping[str, Any]) -> MisfitError:
    near = difflib.get_close_matches(step, list(scope), n=3)
    known = f"There are {', '.join(list(scope)[:10])}." if scope else "There are none before it."
    hint = f"Did you mean {' or '.join(near)}?" if near else known
    return MisfitError(f"There is no step {step[:100]!r} to read from.", hint)


def _take(tail: Tail, index: Evaluate | None) -> _Take | None:
    """What a tail does; None for `[]`."""
    if isinstance(tail, Field):
        name = tail.name
        return lambda _, value: _field_of(value, name)
    return _item(index) if index else None


def _field_of(value: Any, name: str) -> Any:
    """A field, or nothing; a list has none, since nobody knows of which item."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        hint = f"Write [1].{name} for the first item, or [].{name} for all."
        raise MisfitError(f"{name[:100]!r} is asked of a list.", hint)
    return value.get(name) if isinstance(value, Mapping) else None


def _item(index: Evaluate) -> _Take:
    def take(evaluation: Evaluation, value: Any) -> Any:
        number = as_whole(index(evaluation))
        if number < 1:
            hint = "The last item is last(…)."
            raise MisfitError(f"Items are counted from 1; there is none {number}.", hint)
        return _item_of(value, number)

    return take


def _item_of(value: Any, number: int) -> Any:
    if isinstance(value, list):
        return value[number - 1] if number <= len(value) else None
    if value is None:
        return None
    raise MisfitError(f"{named(value)} is no list.", "An item can be taken of a list only.")


def _each(evaluation: Evaluation, values: list[Any]) -> list[Any]:
    lists = [value for value in values if value is not None]
    for value in lists:
        if not isinstance(value, list):
            raise MisfitError(f"{named(value)} is no list.", "Write [] after lists only.")
    size = sum(map(len, lists))
    if size > LONGEST_LIST:
        raise MisfitError(f"This would be more than {LONGEST_LIST:,} items.")
    evaluation.spend(size)
    return [item for value in lists for item in value]
