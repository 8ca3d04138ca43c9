"""What a step does, in a line, as far as it has been said yet."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.fields import FieldKind, same_name
from adloom.mapping.values import as_text
from adloom.services.editing_nodes import child, number_of_steps, text_at
from scenarios.params import known_module, params_of
from scenarios.yaml_nodes import Node

__all__ = ["summary_of"]

#: Parameters that tell a person nothing.
SILENT: Final = (FieldKind.ID, FieldKind.DATA)
SHOWN: Final = 2
LONGEST: Final = 80


def summary_of(node: Node, kind: str | None) -> str:
    """What a step does, in a line; empty if nothing has been said yet.

    Args:
        node: The step.
        kind: Which kind it is.
    """
    said = _SAYINGS[kind](node) if kind else ""
    return said if len(said) <= LONGEST else said[: LONGEST - 1].rstrip() + "…"


def _module(node: Node) -> str:
    module = known_module(text_at(node, "module") or "")
    params = child(node, "params")
    given = params.plain() if params else None
    if module is None or not isinstance(given, Mapping):
        return ""
    fields = params_of(module)
    said = []
    for name, value in given.items():
        field = fields.get(same_name(name))
        if field and field.kind not in SILENT and not isinstance(value, list | Mapping):
            said.append(f"{field.title}: {' '.join(as_text(value).split())}")
    return ", ".join(said[:SHOWN])


def _router(node: Node) -> str:
    routes = child(node, "router", "routes")
    count = number_of_steps(routes.plain() if routes else None)
    first = child(node, "router", "first_match")
    only = ", only the first that fits" if first and first.plain() is True else ""
    return f"{count} route{'' if count == 1 else 's'}{only}"


def _iterator(node: Node) -> str:
    items = child(node, "iterator", "items")
    value: Any = items.plain() if items else None
    if isinstance(value, list):
        return f"{len(value)} item{'' if len(value) == 1 else 's'}"
    return as_text(value)


def _aggregator(node: Node) -> str:
    kind = text_at(node, "aggregator", "kind") or "array"
    source = text_at(node, "aggregator", "source")
    return f"{kind} of what {source} hands on" if source else kind


def _store(node: Node) -> str:
    operation, name = text_at(node, "store", "operation"), text_at(node, "store", "name")
    return f"{operation} in {name}" if operation and name else operation or name or ""


def _names(*path: str) -> Callable[[Node], str]:
    def say(node: Node) -> str:
        found = child(node, *path)
        value = found.plain() if found else None
        return ", ".join(map(str, value)) if isinstance(value, Mapping | list) else ""

    return say


_SAYINGS: Final[Mapping[str, Callable[[Node], str]]] = {
    "module": _module,
    "router": _router,
    "iterator": _iterator,
    "aggregator": _aggregator,
    "sleep": lambda node: text_at(node, "sleep") or "",
    "set": _names("set", "variables"),
    "get": _names("get", "variables"),
    "store": _store,
    "scenario": lambda node: text_at(node, "scenario") or "",
    "return": _names("return"),
}
