"""Reads the items of an event: the list of a record, or the one item a record is itself."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.json_text import JsonError, parse_strict
from adloom.mapping import Moment
from modules.events.paths import getter, parse_path
from modules.events.presets.reading import Field, Late, as_closure, is_there
from modules.events.problems import Problem, Severity

__all__ = ["ItemReader"]

#: What makes an object that stands for itself an item.
_NAMED_BY: Final = "content_id"
_NO_LIST: Final = Problem(
    "properties.contents", "is text and no list of items; left out", Severity.WARNING
)


class ItemReader:
    """Makes `properties.contents`.

    Args:
        sources: Paths of the list; the first that leads to an item counts.
        fields: What an item has, and where that is within it.
    """

    __slots__ = ("_closures", "_lists", "_names", "_several")

    def __init__(self, sources: Sequence[str], fields: Sequence[Field]) -> None:
        self._lists = tuple(getter(parse_path(path)) for path in sources)
        names: list[tuple[str, str]] = []
        several: list[tuple[str, tuple[str, ...]]] = []
        closures: list[tuple[str, tuple[Late, ...]]] = []
        for field in fields:
            flat = tuple(str(path[0]) for path in field.paths if len(path) == 1)
            if len(flat) < len(field.sources):
                closures.append((field.name, tuple(as_closure(one) for one in field.sources)))
            elif len(flat) == 1:
                names.append((field.name, flat[0]))
            else:
                several.append((field.name, flat))
        self._names, self._several = tuple(names), tuple(several)
        self._closures = tuple(closures)

    def read(
        self, record: Mapping[str, Any], moment: Moment | None, problems: list[Problem]
    ) -> list[dict[str, Any]] | None:
        """The items of a record; None if there are none."""
        for get in self._lists:
            found = get(record)
            if found.__class__ is str and found:
                found = _parsed(found)
                if found is None and len(self._lists) == 1:
                    problems.append(_NO_LIST)
            if found.__class__ is list and found:
                return self._all(found, record, moment, problems)
            if found.__class__ is dict and found:
                item = self._item(found, record, moment)
                if _NAMED_BY in item:
                    return [item]
        return None

    def _all(
        self,
        found: list[Any],
        record: Mapping[str, Any],
        moment: Moment | None,
        problems: list[Problem],
    ) -> list[dict[str, Any]] | None:
        items = []
        for number, one in enumerate(found):
            if one.__class__ is dict:
                items.append(self._item(one, record, moment))
            else:
                place = f"properties.contents[{number}]"
                problems.append(Problem(place, "is no object; left out", Severity.WARNING))
        return items or None

    def _item(
        self, item: dict[str, Any], record: Mapping[str, Any], moment: Moment | None
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        get = item.get
        for field, name in self._names:
            value = get(name)
            if value or (value is not None and is_there(value)):
                made[field] = value
        for field, names in self._several:
            for name in names:
                value = get(name)
                if value or (value is not None and is_there(value)):
                    made[field] = value
                    break
        for field, closures in self._closures:
            for closure in closures:
                value = closure(item, record, moment)
                if value or is_there(value):
                    made[field] = value
                    break
        return made


def _parsed(text: str) -> Any:
    """A list or an item that is written as JSON in a text, as columns of tables hold it."""
    try:
        value = parse_strict(text.encode())
    except (JsonError, ValueError):
        return None
    return value if isinstance(value, list | dict) else None
