"""What is known of a step's bundles before there are any: their fields and the kinds of these."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from adloom.fields import FieldKind, fields_of
from adloom.mapping import Kind
from modules.base import Bundle, Module
from scenarios.params import known_module
from scenarios.step import Step
from scenarios.steps import (
    AggregatorKind,
    AggregatorStep,
    GetStep,
    ModuleStep,
    SetStep,
    StoreOperation,
    StoreStep,
)

__all__ = ["ANYTHING", "Shape", "kind_of", "shape_of"]

_KINDS: Final[Mapping[FieldKind, Kind]] = {
    FieldKind.TEXT: Kind.TEXT,
    FieldKind.ID: Kind.TEXT,
    FieldKind.CHOICE: Kind.TEXT,
    FieldKind.FILE: Kind.TEXT,
    FieldKind.WHOLE: Kind.NUMBER,
    FieldKind.NUMBER: Kind.NUMBER,
    FieldKind.FLAG: Kind.BOOLEAN,
    FieldKind.MOMENT: Kind.DATE,
    FieldKind.DATE: Kind.DATE,
    FieldKind.DATA: Kind.ANY,
}
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Shape:
    """The fields of a bundle.

    Args:
        fields: The kind of each field that is known.
        closed: Whether there are no others.
        asked: Names that were asked for by parameters, so that they may well be there.
    """

    fields: Mapping[str, Kind] = field(default_factory=dict)
    closed: bool = False
    asked: frozenset[str] = frozenset()

    def may_have(self, name: str) -> bool:
        """Whether a field is known, asked for, or anybody's guess."""
        unknown = not self.fields and not self.closed
        return unknown or name in self.fields or name in self.asked


#: A bundle nobody knows anything about.
ANYTHING: Final = Shape()


def kind_of(kind: FieldKind, *, many: bool) -> Kind:
    """The kind of a field's values."""
    return Kind.LIST if many else _KINDS[kind]


def shape_of(step: Step) -> Shape:
    """What a step's bundles look like."""
    match step:
        case ModuleStep():
            module = known_module(step.module)
            return _of_module(module, step.given) if module else ANYTHING
        case SetStep() | GetStep():
            return Shape(dict.fromkeys(step.names, Kind.ANY), closed=True)
        case StoreStep():
            return Shape(_STORED[step.operation], closed=True)
        case AggregatorStep():
            return _of_aggregator(step)
        case _:
            return ANYTHING


def _of_module(module: Module, given: Mapping[str, Any]) -> Shape:
    return Shape(_kinds_in(module.bundle), asked=frozenset(_words(given)))


@cache
def _kinds_in(bundle: type[Bundle]) -> Mapping[str, Kind]:
    return {one.name: kind_of(one.kind, many=one.many) for one in fields_of(bundle)}


def _words(value: Any) -> Iterator[str]:
    """Words in a step's parameters: columns and metrics are asked for by name."""
    if isinstance(value, str) and "{{" not in value:
        yield from _WORD.findall(value)
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _words(inner)


_STORED: Final[Mapping[StoreOperation, Mapping[str, Kind]]] = {
    StoreOperation.GET: {"key": Kind.TEXT, "value": Kind.ANY, "exists": Kind.BOOLEAN},
    StoreOperation.PUT: {"key": Kind.TEXT, "value": Kind.ANY},
    StoreOperation.ADD: {"key": Kind.TEXT, "added": Kind.BOOLEAN},
    StoreOperation.DELETE: {"key": Kind.TEXT, "deleted": Kind.BOOLEAN},
    StoreOperation.EXISTS: {"key": Kind.TEXT, "exists": Kind.BOOLEAN},
    StoreOperation.COUNT: {"count": Kind.NUMBER},
    StoreOperation.LIST: {"key": Kind.TEXT, "value": Kind.ANY},
}
_AGGREGATED: Final = {
    AggregatorKind.ARRAY: ("array", Kind.LIST),
    AggregatorKind.TEXT: ("text", Kind.TEXT),
    AggregatorKind.TABLE: ("text", Kind.TEXT),
    AggregatorKind.NUMBER: ("result", Kind.NUMBER),
}


def _of_aggregator(step: AggregatorStep) -> Shape:
    name, kind = _AGGREGATED[step.kind]
    fields = {name: kind, "count": Kind.NUMBER}
    return Shape(fields | ({"key": Kind.ANY} if step.group_by else {}), closed=True)
