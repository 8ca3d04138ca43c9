"""Aggregators: many bundles become one, or one of each group (platforms.md §1.7)."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from adloom.errors import RejectedError
from adloom.json_text import dump
from adloom.mapping import Moment
from adloom.wire import Record
from scenarios.model import AggregatorKind, AggregatorStep, NumberFunction
from scheduler.walking import Scope

__all__ = ["gathered"]

FUNCTIONS: Final[dict[NumberFunction, Callable[[list[Decimal]], Decimal | int | None]]] = {
    NumberFunction.SUM: lambda numbers: sum(numbers, Decimal(0)),
    NumberFunction.AVERAGE: lambda numbers: (
        sum(numbers, Decimal(0)) / len(numbers) if numbers else None
    ),
    NumberFunction.COUNT: len,
    NumberFunction.MIN: lambda numbers: min(numbers, default=None),
    NumberFunction.MAX: lambda numbers: max(numbers, default=None),
}


def gathered(step: AggregatorStep, arrived: Sequence[Scope], moment: Moment) -> list[Record]:
    """Make bundles of everything that arrived at an aggregator.

    Args:
        step: The aggregator.
        arrived: The scopes of the bundles, in the order they came.
        moment: For its mappings.

    Raises:
        MappingError: One of its mappings cannot be evaluated.
        RejectedError: What should be a number is none.
    """
    if not arrived and step.stop_if_empty:
        return []
    if step.group_by is None:
        return [_bundle(step, arrived, moment)]
    groups: dict[bytes, tuple[Any, list[Scope]]] = {}
    for scope in arrived:
        key = step.group_by.evaluate(scope, moment)
        groups.setdefault(dump(key), (key, []))[1].append(scope)
    return [{**_bundle(step, scopes, moment), "key": key} for key, scopes in groups.values()]


def _bundle(step: AggregatorStep, arrived: Sequence[Scope], moment: Moment) -> Record:
    bundle: Record = {"count": len(arrived)}
    match step.kind:
        case AggregatorKind.ARRAY:
            bundle["array"] = [_fields(step, scope, moment) for scope in arrived]
        case AggregatorKind.TEXT:
            lines = [_text(_value(step, scope, moment)) for scope in arrived]
            bundle["text"] = step.separator.join(lines)
        case AggregatorKind.TABLE:
            rows = [_fields(step, scope, moment) for scope in arrived]
            bundle["text"] = step.separator.join(
                step.column_separator.join(_text(row.get(name)) for name in step.field_names)
                for row in rows
            )
        case AggregatorKind.NUMBER:
            numbers = [_number(step, _value(step, scope, moment)) for scope in arrived]
            known = [one for one in numbers if one is not None]
            bundle["result"] = FUNCTIONS[step.function](known)
    return bundle


def _fields(step: AggregatorStep, scope: Scope, moment: Moment) -> Any:
    """What is taken of a bundle: some fields, or all of the source's."""
    if step.fields is not None:
        return step.fields.evaluate(scope, moment)
    return scope.get(step.source)


def _value(step: AggregatorStep, scope: Scope, moment: Moment) -> Any:
    return step.value.evaluate(scope, moment) if step.value is not None else None


def _number(step: AggregatorStep, value: Any) -> Decimal | None:
    """A figure; what has none does not count."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise RejectedError(f"{step.id} cannot count with {str(value)[:60]!r}.") from None
    if not number.is_finite():
        raise RejectedError(f"{step.id} cannot count with {number}.")
    return number


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | dict() | list():
            return dump(value).decode()
        case _:
            return str(value)
