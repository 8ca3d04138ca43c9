"""What nodes are called here: the ids of their steps, and the fields of their bundles."""

from collections.abc import Mapping

from scenarios.blueprint.aliases import Alias, alias_of, folded, words_of
from scenarios.blueprint.expressions import FieldNames
from scenarios.blueprint.nodes import Blueprint, Node, all_nodes
from scenarios.blueprint.recipes_memory import variables
from scenarios.blueprint.wording import free_id

__all__ = ["field_names", "step_ids"]

#: Recipes whose nodes become no step that could have an id.
_STEPLESS = frozenset({"directive", "merge"})


def step_ids(blueprint: Blueprint, taken: set[str]) -> dict[int, str]:
    """An id for the step of every node of the flow, made of its name, else of its function.

    Args:
        blueprint: Whose nodes.
        taken: Ids that are in use; these are added.
    """
    ids: dict[int, str] = {}
    handlers = {one.id for node in all_nodes(blueprint.flow) for one in all_nodes(node.onerror)}
    for node in all_nodes(blueprint.flow):
        alias = alias_of(node)
        if node.id not in handlers and alias.recipe not in _STEPLESS:
            words = "_".join(words_of(node.function))
            ids[node.id] = free_id([node.name, alias.module, words, node.function], taken)
    return ids


def field_names(blueprint: Blueprint) -> FieldNames:
    """Tells our names of the fields of nodes' bundles."""
    nodes: Mapping[int, Node] = {node.id: node for node in blueprint.all_nodes()}

    def names(number: int, name: str | None) -> tuple[str, ...] | None:
        node = nodes[number]
        return _names(node, alias_of(node), name)

    return names


def _names(node: Node, alias: Alias, name: str | None) -> tuple[str, ...] | None:
    below = alias.outputs.get("*")
    if name is None:
        # A whole bundle looks different here where its fields do.
        if below is not None:
            return (below,)
        return () if alias.others == "same" else None
    if below is not None:
        return None if name.startswith("__IMT") else (below, name)
    if alias.recipe == "get" and (own := _variable(node)):
        return (own,) if name in (own, "value") else (name,)
    known = alias.outputs.get(folded(name))
    if known is not None:
        return (known,)
    return (name,) if alias.others == "same" else None


def _variable(node: Node) -> str | None:
    """The name of the one variable a node gets, whose bundle Make calls value."""
    found = variables(node) or []
    return found[0][0] if len(found) == 1 else None
