"""Where the steps of a scenario's text are, read without asking whether they are right."""

from collections.abc import Iterator
from typing import Any, Final

from scenarios.load_steps import KINDS
from scenarios.places import FieldPath
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = [
    "Lists",
    "child",
    "ids_of",
    "is_step",
    "kind_of_step",
    "lists_in",
    "number_of_steps",
    "step_nodes",
    "step_of",
    "text_at",
]

#: Lists of steps with their paths; None stands for one that is not there yet.
Lists = Iterator[tuple[FieldPath, Node | None]]

#: How long the way is from a step to one of a route, and to one of the fallback.
_ROUTE: Final = ("router", "routes", int, "steps", int)
_FALLBACK: Final = ("router", "fallback", int)


def child(node: Node | None, *path: str | int) -> Node | None:
    """The value below a node, if there is one."""
    for part in path:
        if isinstance(node, MapNode) and isinstance(part, str) and part in node.entries:
            node = node.entries[part].value
        elif isinstance(node, ListNode) and isinstance(part, int) and 0 <= part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def text_at(node: Node | None, *path: str | int) -> str | None:
    """The text of a single value below a node, as it was written; None if it says nothing."""
    found = child(node, *path)
    return (found.text or None) if isinstance(found, ScalarNode) else None


def kind_of_step(node: Node) -> str | None:
    """Which kind of step this is, by the key that makes it one; None if nobody can tell."""
    present = node.entries if isinstance(node, MapNode) else {}
    return next((kind for kind in KINDS if kind in present), None)


def lists_in(node: Node, path: FieldPath) -> Lists:
    """The lists of steps directly within a step: those of its routes, and its fallback."""
    routes = child(node, "router", "routes")
    for index, route in enumerate(routes.items if isinstance(routes, ListNode) else ()):
        yield (*path, "router", "routes", index, "steps"), child(route, "steps")
    if (fallback := child(node, "router", "fallback")) is not None:
        yield (*path, "router", "fallback"), fallback


def step_nodes(root: Node | None, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Node]]:
    """Every step below a place with its path, in reading order.

    Args:
        root: The whole document.
        path: Only this step and those within it; empty for all.
    """
    if path:
        if (node := child(root, *path)) is not None:
            yield from _step(node, path)
        return
    yield from _steps(child(root, "steps"), ("steps",))


def _steps(node: Node | None, path: FieldPath) -> Iterator[tuple[FieldPath, Node]]:
    for index, item in enumerate(node.items if isinstance(node, ListNode) else ()):
        yield from _step(item, (*path, index))


def _step(node: Node, path: FieldPath) -> Iterator[tuple[FieldPath, Node]]:
    yield path, node
    for inner, found in lists_in(node, path):
        yield from _steps(found, inner)


def ids_of(root: Node | None, path: FieldPath = ()) -> list[str]:
    """The ids of the steps below a place, in reading order, those that are there twice included."""
    found = (text_at(node, "id") for _, node in step_nodes(root, path))
    return [one for one in found if one]


def number_of_steps(data: Any) -> int:
    """How many steps a list of plain data has."""
    return len(data) if isinstance(data, list) else 0


def step_of(path: FieldPath) -> FieldPath:
    """The path of the innermost step a place belongs to; empty if it belongs to none."""
    here = 2 if _fits(path[:2], ("steps", int)) else 0
    while here:
        for way in (_ROUTE, _FALLBACK):
            if _fits(path[here : here + len(way)], way):
                here += len(way)
                break
        else:
            break
    return path[:here]


def is_step(path: FieldPath) -> bool:
    """Whether a path is one of a step."""
    return bool(path) and step_of(path) == path


def _fits(path: FieldPath, way: tuple[Any, ...]) -> bool:
    if len(path) != len(way):
        return False
    return all(
        isinstance(part, int) if wanted is int else part == wanted
        for part, wanted in zip(path, way, strict=True)
    )
