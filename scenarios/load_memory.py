"""Reads the steps that remember and return: set, get, store, return."""

import re
from typing import Any, Final

from scenarios.mappings import Mappings
from scenarios.section import Section
from scenarios.step import Step
from scenarios.steps import (
    GetStep,
    ReturnStep,
    SetStep,
    StoreOperation,
    StoreStep,
    VariableScope,
)
from scenarios.yaml_nodes import ListNode, MapNode, ScalarNode

__all__ = ["GET", "NAME", "SET", "STORE", "read_get", "read_return", "read_set", "read_store"]

SET: Final = ("variables", "scope")
GET: Final = ("variables", "scope")
STORE: Final = ("name", "operation", "key", "value")
#: Names of variables and data stores.
NAME: Final = re.compile(r"[^\W_][\w -]{0,59}")
NO_NAME: Final = "is no name: letters, digits, blanks, - and _, at most 60"
_KEYLESS: Final = (StoreOperation.COUNT, StoreOperation.LIST)
_WRITING: Final = (StoreOperation.PUT, StoreOperation.ADD)


def read_set(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    """Read `set: {variables: {total: …}, scope: execution}`."""
    inner = section.inner("set", SET)
    node = inner.need("variables")
    entries = node.entries if isinstance(node, MapNode) else {}
    for name, entry in entries.items():
        if not NAME.fullmatch(name):
            inner.problems.error(entry.key.place, (*inner.path, "variables", name), NO_NAME)
    return SetStep(
        **shared,
        variables=mappings.mapping(node, (*inner.path, "variables")),
        names=tuple(entries),
        scope=_scope(inner),
    )


def read_get(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:  # noqa: ARG001 - as for all kinds
    """Read `get: {variables: [total], scope: execution}`."""
    inner = section.inner("get", GET)
    node = inner.need("variables")
    names = inner.several("variables", _name)
    if isinstance(node, MapNode) or (isinstance(node, ListNode) and not node.items):
        inner.error("variables", "must be a list of names")
    return GetStep(**shared, names=tuple(dict.fromkeys(names)), scope=_scope(inner))


def _scope(inner: Section) -> VariableScope:
    text = inner.text("scope")
    if text not in (None, "cycle", "execution"):
        inner.error("scope", "must be cycle or execution")
    return "execution" if text == "execution" else "cycle"


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(NO_NAME)
    return text


def read_store(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    """Read `store: {name: seen, operation: add, key: …, value: …}`."""
    inner = section.inner("store", STORE)
    operation = inner.choice("operation", StoreOperation, StoreOperation.GET)
    _expect(inner, operation)
    return StoreStep(
        **shared,
        store=inner.read("name", _name) or "",
        operation=operation,
        key=mappings.optional(inner.node_of("key"), (*inner.path, "key")),
        value=mappings.optional(inner.node_of("value"), (*inner.path, "value")),
    )


def _expect(inner: Section, operation: StoreOperation) -> None:
    inner.need("name", "which data store")
    inner.need("operation", f"one of {', '.join(StoreOperation)}")
    if "operation" not in inner:
        return
    wanted = {"key": operation not in _KEYLESS, "value": operation in _WRITING}
    for name, is_wanted in wanted.items():
        if is_wanted:
            node = inner.need(name)
            if name == "key" and node is not None and not isinstance(node, ScalarNode):
                inner.error("key", "must be a single value")
        elif name in inner:
            inner.error(name, f"means nothing to {operation}")


def read_return(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    """Read `return: {name: …}`."""
    node = section.node_of("return")
    return ReturnStep(**shared, output=mappings.mapping(node, (*section.path, "return")))
