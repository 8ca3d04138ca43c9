"""Edits scenario files by program: every comment and every other byte stays as it is.

An edit moves lines about or writes some anew; then the text is read again, and has to say exactly
what was intended. So an edit is made, or refused; it never does something else besides.
"""

from collections.abc import Mapping
from typing import Any

from adloom.errors import UsageError
from scenarios.places import FieldPath
from scenarios.yaml_text import Opened, checked, index_of
from scenarios.yaml_values import drop, put
from scenarios.yaml_writing import write_block

__all__ = [
    "delete_step",
    "insert_step",
    "move_step",
    "remove_value",
    "set_value",
    "update_step",
]


def move_step(text: str, path: FieldPath, to: FieldPath) -> str:
    """Move a step, with its comments, to another place of its list or of another one.

    Moving it back gives the same bytes as before.

    Args:
        text: The file.
        path: Where the step stands, for example `("steps", 2)`.
        to: Where it will stand; counted as if it had been taken out already.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """
    if path == to:
        return text

    def change(whole: str) -> str:
        block, column, rest = Opened(whole).take_out(path)
        return Opened(rest).put_in(to, block, column)

    def intend(data: Any) -> Any:
        step = _at(data, path[:-1]).pop(path[-1])
        _at(data, to[:-1]).insert(index_of(to), step)
        return data

    return checked(text, change, intend)


def insert_step(text: str, path: FieldPath, step: Mapping[str, Any]) -> str:
    """Insert a step.

    Args:
        text: The file.
        path: Where it will stand, for example `("steps", 0)` for the first place.
        step: The step, as plain data.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """

    def change(whole: str) -> str:
        opened = Opened(whole)
        written = write_block([dict(step)], 0, newline=opened.newline) + opened.newline
        return opened.put_in(path, written.splitlines(keepends=True), 0)

    def intend(data: Any) -> Any:
        _at(data, path[:-1]).insert(index_of(path), dict(step))
        return data

    return checked(text, change, intend)


def delete_step(text: str, path: FieldPath) -> str:
    """Delete a step with the comments that belong to it.

    Raises:
        UsageError: There is no such step, or the text is written in a way that forbids it.
    """

    def intend(data: Any) -> Any:
        _at(data, path[:-1]).pop(index_of(path))
        return data

    return checked(text, lambda whole: Opened(whole).take_out(path)[2], intend)


def update_step(text: str, path: FieldPath, changes: Mapping[str, Any]) -> str:
    """Change some keys of a step, or of its `params`, one after the other.

    Args:
        text: The file.
        path: Where the keys stand, for example `("steps", 2, "params")`.
        changes: The new values by key; keys that are not there yet are added.

    Raises:
        UsageError: There is no such step, or the text is written in a way that forbids it.
    """
    for name, value in changes.items():
        text = set_value(text, (*path, name), value)
    return text


def set_value(text: str, path: FieldPath, value: Any) -> str:
    """Set one value; the key is added if it is missing. Comments inside the old value may go.

    Raises:
        UsageError: There is no such place, or the text is written in a way that forbids it.
    """

    def intend(data: Any) -> Any:
        inner = _at(data, path[:-1], make=True)
        inner[path[-1]] = value
        return data

    return checked(text, lambda whole: put(Opened(whole), path, value), intend)


def remove_value(text: str, path: FieldPath) -> str:
    """Remove one key and its value.

    Raises:
        UsageError: There is no such key, or the text is written in a way that forbids it.
    """

    def intend(data: Any) -> Any:
        _at(data, path[:-1]).pop(path[-1])
        return data

    return checked(text, lambda whole: drop(Opened(whole), path), intend)


def _at(data: Any, path: FieldPath, *, make: bool = False) -> Any:
    """The data at a path; missing mappings on the way are made if that is wanted.

    Raises:
        UsageError: There is none.
    """
    outer: Any = None
    last: Any = None
    for part in path:
        outer, last = data, part
        try:
            data = data[part]
        except (LookupError, TypeError):
            data = None
        if data is None:
            if not make or not isinstance(outer, dict):
                raise UsageError("There is no such place in this scenario.")
            data = outer[last] = {}
    return data
