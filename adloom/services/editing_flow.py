"""Steps that steer and remember, and the routes of routers.

What is inserted is complete as far as it can be without knowing what somebody has in mind: a
router's routes hold a step that does nothing, since a route without steps cannot be run.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.errors import UsageError
from adloom.services.editing_ids import fresh_id
from adloom.services.editing_keys import opened, set_key, take_key
from adloom.services.editing_lists import delete_item, insert_item, move_items
from adloom.services.editing_nodes import child, ids_of, step_of, text_at
from modules.base import Kind
from scenarios.params import known_module
from scenarios.places import FieldPath, say_path
from scenarios.yaml_nodes import ListNode, MapNode, Node
from scenarios.yaml_text import index_of

__all__ = [
    "FLOW_KINDS",
    "add_fallback",
    "add_route",
    "insert_flow",
    "move_route",
    "remove_fallback",
    "remove_route",
    "set_first_match",
]

Step = dict[str, Any]
#: What is taken already; grows with every id that is made.
Taken = list[str]

NOTHING: Final = "Nothing yet"


def _nothing(taken: Taken) -> Step:
    """A step that hands its bundle on and does nothing else."""
    return {"id": _id("nothing", taken), "title": NOTHING, "set": {"variables": {}}}


def _id(wanted: str, taken: Taken) -> str:
    taken.append(fresh_id(wanted, taken))
    return taken[-1]


def _route(title: str, taken: Taken) -> Step:
    return {"title": title, "steps": [_nothing(taken)]}


def _router(taken: Taken, _: str) -> Step:
    made = _id("router", taken)
    routes = [_route(f"Route {number}", taken) for number in (1, 2)]
    return {"id": made, "router": {"routes": routes}}


def _iterator(taken: Taken, _: str) -> Step:
    return {"id": _id("item", taken), "iterator": {"items": []}}


def _aggregator(taken: Taken, source: str) -> Step:
    told = {"source": source, "fields": {}} if source else {"fields": {}}
    return {"id": _id("gathered", taken), "aggregator": told}


#: The kinds of steps that need no module, each with what makes a new one.
FLOW_KINDS: Final[Mapping[str, Callable[[Taken, str], Step]]] = {
    "router": _router,
    "iterator": _iterator,
    "aggregator": _aggregator,
    "sleep": lambda taken, _: {"id": _id("wait", taken), "sleep": "10 seconds"},
    "set": lambda taken, _: {"id": _id("values", taken), "set": {"variables": {}}},
    "get": lambda taken, _: {"id": _id("recalled", taken), "get": {"variables": ["value"]}},
    "store": lambda taken, named: {
        "id": _id("stored", taken),
        "store": {"name": named or "my-store", "operation": "get", "key": ""},
    },
    "scenario": lambda taken, named: {"id": _id("called", taken), "scenario": named, "input": {}},
    "return": lambda taken, _: {"id": _id("returned", taken), "return": {}},
}


def insert_flow(text: str, path: FieldPath, kind: str, named: str = "") -> str:
    """Insert a step that needs no module.

    Nothing can follow a router, so the steps behind a new one move into its first route.

    Args:
        text: The file.
        path: Where it will stand.
        kind: One of `FLOW_KINDS`.
        named: Which scenario or data store, or which step's bundles are gathered; an aggregator
            that is not told gathers those of the nearest step that yields many.

    Raises:
        UsageError: There is no such kind or place, or the text is written in a way that forbids it.
    """
    if kind not in FLOW_KINDS:
        raise UsageError(f"There is no kind of step named {kind!r}.")
    root, index = opened(text).root, index_of(path)
    if kind == "aggregator" and not named:
        named = _source(root, path)
    step = FLOW_KINDS[kind](ids_of(root), named)
    behind = child(root, *path[:-1])
    count = len(behind.items) - index if isinstance(behind, ListNode) else 0
    if kind != "router" or count <= 0:
        return insert_item(text, path, step)
    one, other = step["router"]["routes"]
    one["steps"], other["steps"] = [], one["steps"]
    text = insert_item(text, path, step)
    first = (*path, "router", "routes", 0, "steps", 0)
    return move_items(text, (*path[:-1], index + 1), first, count)


def _source(root: Node, path: FieldPath) -> str:
    """The nearest step before a place that yields many bundles, or else just the nearest."""
    nearest = ""
    while path:
        for index in range(index_of(path) - 1, -1, -1):
            step = child(root, *path[:-1], index)
            name = text_at(step, "id") or ""
            nearest = nearest or name
            module = known_module(text_at(step, "module") or "")
            if name and (child(step, "iterator") or (module and module.kind is not Kind.ACTION)):
                return name
        path = step_of(path[:-1])
    return nearest


# --- routes --------------------------------------------------------------------------------------


def add_route(text: str, path: FieldPath, title: str | None = None, when: str | None = None) -> str:
    """Give a router one more route, behind the others.

    Args:
        text: The file.
        path: The router's step.
        title: What the route is called; None counts it.
        when: Which bundles take it; None means all.

    Raises:
        UsageError: This is no router, or the text is written in a way that forbids it.
    """
    root = opened(text).root
    _refuse_others(root, path)
    routes = child(root, *path, "router", "routes")
    count = len(routes.items) if isinstance(routes, ListNode) else 0
    route = _route(title or f"Route {count + 1}", ids_of(root))
    told = {"title": route["title"], **({"when": when} if when else {}), "steps": route["steps"]}
    return insert_item(text, (*path, "router", "routes", count), told)


def remove_route(text: str, path: FieldPath) -> str:
    """Remove a route with its steps.

    Args:
        text: The file.
        path: The route, for example `("steps", 2, "router", "routes", 0)`.

    Raises:
        UsageError: It is the only one, or the text is written in a way that forbids it.
    """
    routes = opened(text).find(path[:-1])
    if isinstance(routes, ListNode) and len(routes.items) == 1:
        hint = "Delete the router, or move its steps out first."
        raise UsageError("A router needs a route, and this is its only one.", hint=hint)
    return delete_item(text, path)


def move_route(text: str, path: FieldPath, to: int) -> str:
    """Let a route be run earlier or later.

    Args:
        text: The file.
        path: The route.
        to: Its place among the routes afterwards, counted from 0.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """
    return move_items(text, path, (*path[:-1], to))


def add_fallback(text: str, path: FieldPath) -> str:
    """Give a router a way for bundles that no route took.

    Raises:
        UsageError: This is no router, it has one, or the text is written in a way that forbids it.
    """
    root = opened(text).root
    _refuse_others(root, path)
    if child(root, *path, "router", "fallback") is not None:
        raise UsageError("This router has a way for all others already.")
    return insert_item(text, (*path, "router", "fallback", 0), _nothing(ids_of(root)))


def remove_fallback(text: str, path: FieldPath) -> str:
    """Remove that way with its steps.

    Raises:
        UsageError: This is no router, or the text is written in a way that forbids it.
    """
    _refuse_others(opened(text).root, path)
    return take_key(text, (*path, "router", "fallback"))


def set_first_match(text: str, path: FieldPath, *, first_match: bool) -> str:
    """Let a bundle take only the first route that fits, or every one."""
    _refuse_others(opened(text).root, path)
    return set_key(text, (*path, "router", "first_match"), True if first_match else None)


def _refuse_others(root: Node, path: FieldPath) -> None:
    if not isinstance(child(root, *path, "router"), MapNode):
        raise UsageError(f"{say_path(path)} is no router.")
