"""What has to hold in every blueprint, as Make's own validator has it (platforms.md §1.9)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from adloom.errors import MappingError
from adloom.mapping.inference import paths_in
from adloom.mapping.template import Expression, has_expressions, parse_template
from scenarios.blueprint.aliases import alias_of
from scenarios.blueprint.coercing import as_whole, is_empty
from scenarios.blueprint.faults import Faults
from scenarios.blueprint.nodes import Blueprint, JsonPath, Node, all_nodes, say_place

__all__ = ["check_rules", "feeder_of"]

#: `{{…}}` in all of a blueprint.
MOST_EXPRESSIONS: Final = 20_000
_NUMBER: Final = re.compile(r"[0-9]{1,16}", re.ASCII)


def check_rules(blueprint: Blueprint) -> None:
    """Refuse a blueprint that contradicts itself.

    Raises:
        UsageError: With every fault and its place.
    """
    faults = Faults()
    _check_ids(blueprint, faults)
    _check_flow(blueprint.flow, ("flow",), faults)
    first = blueprint.flow[0]
    if first.filter:
        faults.note(first.filter.path, "nothing comes before the first module, so no filter can")
    faults.refuse()
    known = {node.id for node in blueprint.all_nodes()}
    left = MOST_EXPRESSIONS
    for node in all_nodes(blueprint.flow):
        texts = list(_texts(node))
        left -= sum(text.count("{{") for _, text in texts)
        if left < 0:
            faults.note(node.path, f"there are more than {MOST_EXPRESSIONS:,} expressions")
            break
        _check_references(node, texts, known, faults)
    faults.refuse()


def _check_ids(blueprint: Blueprint, faults: Faults) -> None:
    seen: dict[int, Node] = {}
    for node in blueprint.all_nodes():
        first = seen.setdefault(node.id, node)
        if first is not node:
            said = f"{node.id} is the id of {say_place(first.path)} too"
            faults.note((*node.path, "id"), said)


def _check_flow(flow: Sequence[Node], path: JsonPath, faults: Faults) -> None:
    """Check what stands in one flow, and below it."""
    for place, node in enumerate(flow):
        recipe = alias_of(node).recipe
        before = alias_of(flow[place - 1]).recipe if place else ""
        if before in ("router", "if_else") and (before, recipe) != ("if_else", "merge"):
            faults.note((*path, place), "stands behind a router, where nothing can be")
        if recipe == "merge":
            _check_merge(flow, place, faults)
        elif recipe in ("router", "if_else"):
            _check_ways(node, "routes" if recipe == "router" else "branches", faults)
        elif recipe == "aggregator":
            _check_feeder(node, faults)
        for way in node.ways:
            _check_flow(way.flow, (*way.path, "flow"), faults)
        _check_flow(node.onerror, (*node.path, "onerror"), faults)


def _check_ways(node: Node, name: str, faults: Faults) -> None:
    ways = node.routes if name == "routes" else node.branches
    path = (*node.path, name)
    other = node.branches if name == "routes" else node.routes
    if other:
        faults.note(node.path, f"has {name} and others besides; only one of them can be")
    if not ways:
        faults.note(path, f"are missing: {node.module} leads nowhere")
    elif not any(way.flow for way in ways):
        faults.note(path, "have no modules, not one of them")
    if name == "branches":
        for way in ways:
            if not way.flow:
                faults.note((*way.path, "flow"), "has no modules")
        if sum(way.is_else for way in ways) > 1:
            faults.note(path, "has more than one else")
        if ways and all(way.is_else for way in ways):
            faults.note(path, "has no branch with a condition")


def _check_merge(flow: Sequence[Node], place: int, faults: Faults) -> None:
    node = flow[place]
    before = flow[place - 1] if place else None
    if before is None or alias_of(before).recipe != "if_else":
        faults.note(node.path, "a merge stands directly behind an if-else")
        return
    merging = sum(way.merges for way in before.branches)
    if node.merged is not None and node.merged != merging:
        said = f"has {node.merged} entries, but {merging} branches lead here"
        faults.note((*node.path, "filters"), said)


def feeder_of(node: Node) -> int | None:
    """The node whose bundles an aggregator gathers."""
    return as_whole(node.parameters.get("feeder"))


def _check_feeder(node: Node, faults: Faults) -> None:
    path = (*node.path, "parameters", "feeder")
    if is_empty(node.parameters.get("feeder")):
        faults.note(path, "is missing: whose bundles does this aggregator gather?")
    elif (feeder := feeder_of(node)) is None:
        faults.note(path, "must be the id of a module")
    elif feeder == node.id:
        faults.note(path, "is the aggregator itself")


def _check_references(
    node: Node, texts: Sequence[tuple[JsonPath, str]], known: set[int], faults: Faults
) -> None:
    if alias_of(node).recipe == "aggregator":
        feeder = feeder_of(node)
        if feeder is not None and feeder not in known:
            faults.note((*node.path, "parameters", "feeder"), f"there is no module {feeder}")
    for path, text in texts:
        for number in _numbers(text):
            if number not in known:
                faults.note(path, f"{{{{{number}.…}}}} reads a module that is not there")


def _texts(node: Node) -> Iterator[tuple[JsonPath, str]]:
    for _, value, path in node.given():
        yield from _within(value, path)
    filters = [node.filter, *(way.condition for way in node.ways)]
    for one in filters:
        for group, conditions in enumerate(one.conditions if one else ()):
            for place, condition in enumerate(conditions):
                for name in ("a", "b"):
                    here = (*one.path, "conditions", group, place, name) if one else ()
                    yield from _within(condition.get(name), here)


def _within(value: Any, path: JsonPath) -> Iterator[tuple[JsonPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _within(one, (*path, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _within(one, (*path, place))


def _numbers(text: str) -> Iterator[int]:
    """The modules a text reads; what cannot be read at all is told of later."""
    if not has_expressions(text):
        return
    try:
        parts = parse_template(text)
    except MappingError:
        return
    for part in parts:
        if isinstance(part, Expression):
            for path in paths_in(part.node):
                if _NUMBER.fullmatch(path.step):
                    yield int(path.step)
