"""Names of columns with dots, such as `properties.contents[0].price`: flat rows become nested."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from adloom.errors import UsageError

__all__ = ["nesting"]

#: A name with dots that means a place; anything else, such as `Total (inc. VAT)`, is just a name.
PART: Final = r"[A-Za-z_$][\w$-]*(?:\[\d{1,4}\])*"
PLACE: Final = re.compile(rf"{PART}(?:\.{PART})*")
STEP: Final = re.compile(r"[^.\[\]]+|\[\d+\]")

#: Where a value goes: names of fields, and numbers of the items of lists.
Place = tuple[str | int, ...]
Build = Callable[[Sequence[Any]], dict[str, Any]]


def nesting(names: Sequence[str]) -> Build:
    """What makes an object of the values of a row; empty ones (None, "") are left out.

    Columns without a name are left out. Items of lists keep their order; those without any value
    leave no gap.

    Raises:
        UsageError: Two columns mean the same place, or one lies within the other.
    """
    named = [(at, name) for at, name in enumerate(names) if name]
    places = [(at, _place(name)) for at, name in named]
    _refuse_clashes([place for _, place in places])
    if all(len(place) == 1 for _, place in places):
        return _flat(names) if len(named) == len(names) else _picked(named)
    return _nested(places)


def _place(name: str) -> Place:
    if not PLACE.fullmatch(name):
        return (name,)
    return tuple(int(one[1:-1]) if one[0] == "[" else one for one in STEP.findall(name))


def _refuse_clashes(places: Sequence[Place]) -> None:
    kinds: dict[Place, str] = {}
    for place in places:
        for depth in range(1, len(place) + 1):
            inner = place[:depth]
            kind = "value" if depth == len(place) else _kind(place[depth])
            if kinds.setdefault(inner, kind) != kind or (
                kind == "value" and places.count(place) > 1
            ):
                raise UsageError(
                    f"Two columns mean the same place, {_written(inner)}.",
                    hint="Rename or remove one of them.",
                )


def _kind(step: str | int) -> str:
    return "list" if isinstance(step, int) else "object"


def _written(place: Place) -> str:
    steps = [f"[{one}]" if isinstance(one, int) else f".{one}" for one in place]
    return "".join(steps).removeprefix(".")


def _flat(names: Sequence[str]) -> Build:
    fixed = tuple(names)

    def build(values: Sequence[Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in zip(fixed, values, strict=True)
            if value is not None and value != ""
        }

    return build


def _picked(named: Sequence[tuple[int, str]]) -> Build:
    def build(values: Sequence[Any]) -> dict[str, Any]:
        return {name: values[at] for at, name in named if values[at] not in (None, "")}

    return build


def _nested(places: Sequence[tuple[int, Place]]) -> Build:
    """Lists are objects by number until the row is done."""
    lists = _lists([place for _, place in places])

    def build(values: Sequence[Any]) -> dict[str, Any]:
        root: dict[Any, Any] = {}
        for at, (*before, last) in places:
            value = values[at]
            if value is None or value == "":
                continue
            inner = root
            for step in before:
                inner = inner.setdefault(step, {})
            inner[last] = value
        for way, name in lists:
            _close(root, way, name)
        return root

    return build


def _lists(places: Sequence[Place]) -> list[tuple[Place, str | int]]:
    """Where lists are, the innermost first."""
    found = {
        place[:depth]
        for place in places
        for depth in range(1, len(place))
        if isinstance(place[depth], int)
    }
    return [(one[:-1], one[-1]) for one in sorted(found, key=len, reverse=True)]


def _close(root: dict[Any, Any], before: Place, last: str | int) -> None:
    inner: Any = root
    for step in before:
        if step not in inner:
            return
        inner = inner[step]
    if last in inner:
        inner[last] = [item for _, item in sorted(inner[last].items())]
