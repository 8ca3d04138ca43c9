"""A blueprint of Make as it was read: nodes, their routes, and what stands beside them.

Ibexa Connect and Integromat write the same format (platforms.md §1.9). Nothing here translates.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = [
    "Blueprint",
    "Filter",
    "JsonPath",
    "Node",
    "Note",
    "Way",
    "all_nodes",
    "say_place",
    "within",
]

#: The way to a value of the file, for example `("flow", 2, "mapper", "text")`.
JsonPath = tuple[str | int, ...]
_PLAIN: Final = re.compile(r"[A-Za-z_][\w-]{0,60}", re.ASCII)


@dataclass(frozen=True)
class Filter:
    """What stands between two nodes, and which bundles it lets through.

    Args:
        name: What people call it.
        conditions: One of the outer lists, all of an inner one; each is `{a, o, b}`.
        fallback: Whether it marks the route for bundles that no other route takes.
        path: Where it stands in the file.
    """

    name: str
    conditions: Sequence[Sequence[Mapping[str, Any]]]
    fallback: bool
    path: JsonPath

    def __bool__(self) -> bool:
        return any(self.conditions)


@dataclass(frozen=True)
class Way:
    """A route of a router, or a branch of an if-else.

    Args:
        flow: Its nodes.
        path: Where it stands in the file.
        label: What people call it.
        is_else: Whether it is the branch for all that no condition took.
        condition: Which bundles take a branch; routes have that on their first node.
        merges: Whether a branch goes on behind the merge.
        disabled: Whether it is switched off.
    """

    flow: tuple["Node", ...]
    path: JsonPath
    label: str = ""
    is_else: bool = False
    condition: Filter | None = None
    merges: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class Node:
    """One module of the flow.

    Args:
        id: Its number, unique in the file.
        module: App and function: `http:MakeRequest`.
        path: Where it stands in the file.
        name: What people call it, if they named it.
        parameters: Static values.
        mapper: Values with expressions in them.
        labels: What the editor showed for ids among the parameters, by parameter.
        filter: What stands in front of it.
        routes: Where a router leads.
        branches: Where an if-else leads.
        onerror: What happens when it fails; usually ends in a directive.
        merged: How many branches a merge says it joins; None if it does not say.
        disabled: Whether it is switched off.
        unknown: Keys nobody knows.
    """

    id: int
    module: str
    path: JsonPath
    name: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    mapper: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    filter: Filter | None = None
    routes: tuple[Way, ...] = ()
    branches: tuple[Way, ...] = ()
    onerror: tuple["Node", ...] = ()
    merged: int | None = None
    disabled: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def app(self) -> str:
        """The part before the colon, in small letters."""
        return self.module.partition(":")[0].lower()

    @property
    def function(self) -> str:
        """The part behind the colon."""
        return self.module.partition(":")[2]

    @property
    def ways(self) -> tuple[Way, ...]:
        """Where it leads besides to the next node."""
        return self.routes + self.branches

    def given(self) -> Iterator[tuple[str, Any, JsonPath]]:
        """Its values with their names and places, those of the mapper last."""
        for where, values in (("parameters", self.parameters), ("mapper", self.mapper)):
            for name, value in values.items():
                yield name, value, (*self.path, where, name)


@dataclass(frozen=True)
class Note:
    """A note somebody stuck to the canvas."""

    text: str
    nodes: tuple[int, ...]
    path: JsonPath


@dataclass(frozen=True)
class Blueprint:
    """A whole file.

    Args:
        name: What the scenario is called.
        description: What it is for.
        flow: Its nodes.
        orphans: Nodes that lie beside the flow, so that they never run.
        settings: How it is run: `metadata.scenario`.
        scheduling: When it runs; exports leave it out.
        instant: Whether it is told of news.
        notes: What people wrote on it.
        unknown: Other keys that say something.
    """

    name: str
    description: str
    flow: tuple[Node, ...]
    orphans: tuple[Node, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    scheduling: Mapping[str, Any] | None = None
    instant: bool = False
    notes: tuple[Note, ...] = ()
    unknown: tuple[str, ...] = ()

    def all_nodes(self) -> Iterator[Node]:
        """Every node there is, orphans last."""
        yield from all_nodes(self.flow)
        yield from all_nodes(self.orphans)


def all_nodes(flow: Sequence[Node]) -> Iterator[Node]:
    """Every node of a flow, those of routes, branches and error handlers included."""
    for node in flow:
        yield node
        yield from within(node)


def within(node: Node) -> Iterator[Node]:
    """Every node below a node."""
    for way in node.ways:
        yield from all_nodes(way.flow)
    yield from all_nodes(node.onerror)


def say_place(path: JsonPath) -> str:
    """Write a path the way JSON does: `flow[0].mapper.text`; items count from 0."""
    said = ""
    for part in path:
        if isinstance(part, int):
            said += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            said += f".{part}" if said else part
        else:
            said += f"[{part[:40]!r}]"
    return said or "the file"
