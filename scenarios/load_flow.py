"""Reads the steps that steer: router, iterator, aggregator, sleep."""

from collections.abc import Callable
from typing import Any, Final

from scenarios.mappings import Mappings
from scenarios.places import FieldPath
from scenarios.section import Section
from scenarios.step import Step
from scenarios.steps import (
    AggregatorKind,
    AggregatorStep,
    IteratorStep,
    NumberFunction,
    Route,
    RouterStep,
    SleepStep,
)
from scenarios.times import read_duration
from scenarios.yaml_nodes import ListNode, MapNode, Node

__all__ = [
    "AGGREGATOR",
    "LONGEST_SLEEP",
    "ROUTE",
    "ROUTER",
    "read_aggregator",
    "read_iterator",
    "read_router",
    "read_sleep",
]

ROUTER: Final = ("routes", "fallback", "first_match")
ROUTE: Final = ("title", "when", "steps")
AGGREGATOR: Final = (
    "source",
    "kind",
    "value",
    "fields",
    "separator",
    "column_separator",
    "function",
    "group_by",
    "stop_if_empty",
)
#: What each kind of aggregator is told besides what all are.
_TOLD: Final = {
    AggregatorKind.ARRAY: ("fields",),
    AggregatorKind.TEXT: ("value", "separator"),
    AggregatorKind.NUMBER: ("value", "function"),
    AggregatorKind.TABLE: ("fields", "separator", "column_separator"),
}
_NOT_FOR_ALL: Final = {name for names in _TOLD.values() for name in names}
LONGEST_SLEEP: Final = 300
LONGEST_SEPARATOR: Final = 100

ReadSteps = Callable[[Node | None, FieldPath, Mappings], tuple[Step, ...]]


def read_router(
    section: Section, shared: dict[str, Any], mappings: Mappings, read_steps: ReadSteps
) -> Step:
    """Read a router with its routes and their steps."""
    inner = section.inner("router", ROUTER)
    if "on_error" in section:
        section.error("on_error", "is not for routers", "put it on the steps of the routes")
    routes = inner.need("routes")
    if routes is not None and not (isinstance(routes, ListNode) and routes.items):
        inner.error("routes", "must be a list of routes, each after a dash")
    read = []
    if isinstance(routes, ListNode):
        for index, node in enumerate(routes.items):
            read.append(_route(node, (*inner.path, "routes", index), mappings, read_steps))
    return RouterStep(
        **shared,
        routes=tuple(read),
        fallback=read_steps(inner.node_of("fallback"), (*inner.path, "fallback"), mappings),
        first_match=inner.flag("first_match", default=False),
    )


def _route(node: Node, path: FieldPath, mappings: Mappings, read_steps: ReadSteps) -> Route:
    section = Section(node, path, mappings.problems, ROUTE)
    section.need("steps")
    return Route(
        title=section.text("title"),
        when=mappings.condition(section.node_of("when"), (*path, "when")),
        steps=read_steps(section.node_of("steps"), (*path, "steps"), mappings),
        place=node.place,
    )


def read_iterator(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    """Read an iterator: `{items: …}`."""
    inner = section.inner("iterator", ("items",))
    inner.need("items")
    items = mappings.value(inner.node_of("items"), (*inner.path, "items"))
    return IteratorStep(**shared, items=items)


def read_sleep(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:  # noqa: ARG001 - as for all kinds
    """Read a `sleep: 30 seconds`."""
    seconds = section.read("sleep", read_duration)
    if seconds is not None and seconds > LONGEST_SLEEP:
        hint = "a scenario that waits longer is one with a schedule"
        section.error("sleep", f"must be {LONGEST_SLEEP} seconds at most", hint)
    return SleepStep(**shared, seconds=min(seconds or 1, LONGEST_SLEEP))


def read_aggregator(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    """Read an aggregator of any kind."""
    inner = section.inner("aggregator", AGGREGATOR)
    kind = inner.choice("kind", AggregatorKind, AggregatorKind.ARRAY)
    function = inner.choice("function", NumberFunction, NumberFunction.SUM)
    _expect(inner, kind, function)
    fields = inner.node_of("fields")
    return AggregatorStep(
        **shared,
        source=inner.text("source") or "",
        kind=kind,
        value=mappings.optional(inner.node_of("value"), (*inner.path, "value")),
        fields=mappings.mapping(fields, (*inner.path, "fields")) if fields else None,
        field_names=tuple(fields.entries) if isinstance(fields, MapNode) else (),
        separator=_separator(inner, "separator", "\n"),
        column_separator=_separator(inner, "column_separator", "\t"),
        function=function,
        group_by=mappings.optional(inner.node_of("group_by"), (*inner.path, "group_by")),
        stop_if_empty=inner.flag("stop_if_empty", default=False),
    )


def _expect(inner: Section, kind: AggregatorKind, function: NumberFunction) -> None:
    counts = kind is AggregatorKind.NUMBER and function is NumberFunction.COUNT
    inner.need("source", "the step whose bundles are gathered")
    for name in _TOLD[kind]:
        if name in ("value", "fields") and not counts:
            inner.need(name)
    for name in _NOT_FOR_ALL - set(_TOLD[kind]):
        if name in inner:
            inner.error(name, f"means nothing to an aggregator of kind {kind}")


def _separator(inner: Section, name: str, default: str) -> str:
    if name not in inner:
        return default
    text = inner.text(name) or ""
    if len(text) > LONGEST_SEPARATOR:
        inner.error(name, f"is longer than {LONGEST_SEPARATOR} characters")
    return text
