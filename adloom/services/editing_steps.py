"""Inserts, duplicates, deletes and moves steps; every other byte of the file stays as it is."""

from enum import StrEnum
from typing import Any, Final

from adloom.errors import UsageError
from adloom.fields import fields_of
from adloom.services.editing_ids import check_id, fresh_id, id_for_module, rename_ids
from adloom.services.editing_keys import opened, set_key
from adloom.services.editing_lists import copy_item, delete_item, insert_item, move_items
from adloom.services.editing_nodes import child, ids_of, is_step, lists_in, step_of, text_at
from modules import find_module
from modules.base import Module
from scenarios.places import FieldPath, say_path
from scenarios.yaml_nodes import ListNode, Node
from scenarios.yaml_text import index_of

__all__ = [
    "Way",
    "delete_step",
    "drop_step",
    "duplicate_step",
    "insert_module",
    "landing_place",
    "move_step",
    "move_step_to",
    "place_towards",
    "rename_step",
]

#: Defaults that decide how much happens, so a new step shows them.
TELLING: Final = ("limit",)


class Way(StrEnum):
    """Which way a step moves.

    Args:
        LEFT: One place earlier; the first step of a route moves out of it, before the router.
        RIGHT: One place later; a step before a router moves into its first route.
        UP: Into the route above.
        DOWN: Into the route below; the last one is what no route took.
        OUT: Out of its route, before the router.
        IN: Into the first route of the router behind it.
    """

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    OUT = "out"
    IN = "in"


# --- new steps -----------------------------------------------------------------------------------


def insert_module(text: str, path: FieldPath, module: str, connection: str | None = None) -> str:
    """Insert a step that uses a module.

    Its id is made of the module's name. What the module must be given is left out, since only a
    person knows it; defaults that decide how much happens are written out.

    Args:
        text: The file.
        path: Where it will stand, for example `("steps", 0)`.
        module: The module's name.
        connection: The connection it uses.

    Raises:
        UnknownNameError: There is no such module.
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """
    known = find_module(module)
    taken = ids_of(opened(text).root)
    step: dict[str, Any] = {
        "id": fresh_id(id_for_module(known.name), taken),
        "title": known.title,
        "module": known.name,
    }
    if connection:
        step["connection"] = connection
    if params := _telling(known):
        step["params"] = params
    return insert_item(text, path, step)


def _telling(module: Module) -> dict[str, Any]:
    fields = {field.name: field for field in fields_of(module.params)}
    found = (fields[name] for name in TELLING if name in fields)
    return {field.name: field.default for field in found if field.default is not None}


def duplicate_step(text: str, path: FieldPath) -> str:
    """Put a copy of a step right behind it.

    The copy and the steps in its routes have ids of their own, and what they read of each other
    they read of the copies.

    Raises:
        UsageError: There is no such step, or the text is written in a way that forbids it.
    """
    _refuse_others(path)
    root = opened(text).root
    taken = ids_of(root)
    names = {}
    for name in ids_of(root, path):
        names[name] = fresh_id(name, taken)
        taken.append(names[name])
    behind = (*path[:-1], index_of(path) + 1)
    return rename_ids(copy_item(text, path), names, behind)


def delete_step(text: str, path: FieldPath) -> str:
    """Delete a step with its comments, and with the steps of its routes.

    Raises:
        UsageError: There is no such step, or the text is written in a way that forbids it.
    """
    _refuse_others(path)
    return delete_item(text, path)


def rename_step(text: str, path: FieldPath, name: str) -> str:
    """Give a step another id, and tell everything in the file that refers to it.

    Where two steps have the same id, what refers to it stays with the other one.

    Raises:
        UsageError: It cannot be an id or is taken, or the text is written in a way that forbids it.
    """
    _refuse_others(path)
    found = opened(text)
    old = text_at(found.find(path), "id")
    if name == old:
        return text
    check_id(name)
    ids = ids_of(found.root)
    if name in ids:
        raise UsageError(f"There is a step named {name!r} already.")
    if old is None or ids.count(old) > 1:
        return set_key(text, (*path, "id"), name)
    return rename_ids(text, {old: name})


# --- other places --------------------------------------------------------------------------------


def move_step(text: str, path: FieldPath, way: str) -> str:
    """Move a step one place; `place_towards` tells where it comes to stand.

    Raises:
        UsageError: It cannot go that way, or the text is written in a way that forbids it.
    """
    to = place_towards(text, path, way)
    if to is None:
        raise UsageError(f"{say_path(path)} cannot go {way} from here.")
    return move_items(text, path, to)


def move_step_to(text: str, path: FieldPath, to: FieldPath) -> str:
    """Move a step to a place, counted as if it had been taken out already.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """
    _refuse_others(path)
    _refuse_others(to)
    return move_items(text, path, to)


def drop_step(text: str, path: FieldPath, before: FieldPath) -> str:
    """Move a step before another one, or behind the last one of a list.

    Args:
        text: The file.
        path: The step.
        before: The place it is dropped at, counted while the step is still where it was.

    Raises:
        UsageError: It cannot go there, or the text is written in a way that forbids it.
    """
    return move_step_to(text, path, landing_place(path, before))


def landing_place(path: FieldPath, before: FieldPath) -> FieldPath:
    """Where a step that is dropped before a place comes to stand.

    Raises:
        UsageError: That place is within the step itself.
    """
    if before[: len(path)] == path and len(before) > len(path):
        raise UsageError("A step cannot go into one of its own routes.")
    last = len(path) - 1
    if before[:last] == path[:-1] and index_of(before[: last + 1]) > index_of(path):
        return (*before[:last], index_of(before[: last + 1]) - 1, *before[last + 1 :])
    return before


def place_towards(text: str, path: FieldPath, way: str) -> FieldPath | None:
    """Where a step comes to stand that moves one place; None if it cannot go that way.

    Raises:
        UsageError: There is no such step or way.
    """
    _refuse_others(path)
    if way not in list(Way):
        raise UsageError(f"There is no way called {way!r}.")
    root, index = opened(text).root, index_of(path)
    siblings = child(root, *path[:-1])
    last = len(siblings.items) - 1 if isinstance(siblings, ListNode) else 0
    match Way(way):
        case Way.LEFT:
            return (*path[:-1], index - 1) if index else _out(path)
        case Way.RIGHT:
            inside = _inside(root, path)
            return inside or ((*path[:-1], index + 1) if index < last else None)
        case Way.OUT:
            return _out(path)
        case Way.IN:
            return _inside(root, path)
        case Way.UP:
            return _beside(root, path, -1)
        case Way.DOWN:
            return _beside(root, path, 1)


def _out(path: FieldPath) -> FieldPath | None:
    """Before the router whose route this is."""
    return step_of(path[:-1]) or None


def _inside(root: Node, path: FieldPath) -> FieldPath | None:
    """The first place in the first route of the router behind a step."""
    behind = child(root, *path[:-1], index_of(path) + 1)
    first = next(lists_in(behind, path), None) if behind else None
    return (*first[0], 0) if first else None


def _beside(root: Node, path: FieldPath, by: int) -> FieldPath | None:
    """The same place in the route above or below."""
    router = step_of(path[:-1])
    found = child(root, *router) if router else None
    if found is None:
        return None
    lists = list(lists_in(found, router))
    place = [inner for inner, _ in lists].index(path[:-1]) + by
    if not 0 <= place < len(lists):
        return None
    inner, steps = lists[place]
    count = len(steps.items) if isinstance(steps, ListNode) else 0
    return (*inner, min(index_of(path), count))


def _refuse_others(path: FieldPath) -> None:
    if not is_step(path):
        raise UsageError(f"{say_path(path) or 'The whole scenario'} is not a step.")
