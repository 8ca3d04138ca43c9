"""Reads many fields out of a record at once, by tables that are compiled once.

A record is gone through once, with a table that tells of every name what it leads to: a field of
the event, an object to go on in, or nothing. So every value that is there costs a few steps, and
those that are not cost nothing. Second choices are put aside, and taken where nothing better came.
Whatever takes more than a path comes last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final

from adloom.mapping.moment import Moment
from modules.events.paths import Get, Path, getter
from modules.events.presets.shape import Made

__all__ = ["Field", "Late", "Reader", "as_closure", "is_there"]

#: Finds a value in a record, beside what is made of it so far; the last is the present moment.
Late = Callable[[Any, Any, Moment | None], Any]
#: What a name leads to: either the rank, section and name of a field, or the table of the object
#: there and whatever else there is to do.
_Row = tuple[int, int, str, "_Table | None", "_More | None"]
_Table = dict[str, _Row]
#: All the fields a value is wanted for, and tables for single items of a list.
_More = tuple[tuple[tuple[int, int, str], ...], tuple[tuple[int, _Table], ...]]
#: A value that is not the first choice: its rank, section, name, and itself.
_Second = tuple[int, int, str, Any]
_RANK: Final = itemgetter(0)
_NUMBERS: Final = (int, float, Decimal)


@dataclass(frozen=True, slots=True)
class Field:
    """A field to be filled, and where its value may be, the best place first.

    Args:
        section: The number of the dict it goes into.
        name: Its name there.
        sources: Paths, or closures for what takes more.
    """

    section: int
    name: str
    sources: tuple[Path | Late, ...]

    @property
    def paths(self) -> list[Path]:
        """The places before any closure that can be read from a table."""
        found: list[Path] = []
        for source in self.sources:
            if not (isinstance(source, tuple) and _is_plain(source)):
                break
            found.append(source)
        return found

    @property
    def late(self) -> list[Late]:
        """How the value is found where the tables have none."""
        rest = self.sources[len(self.paths) :]
        return [as_closure(one) for one in rest]


def is_there(value: Any) -> bool:
    """Whether a value says anything: nothing, empty texts and empty lists do not; 0 does."""
    return bool(value) or isinstance(value, _NUMBERS)


def _is_plain(path: Path) -> bool:
    """Whether a path ends in a name, and leads through single items of lists at most."""
    pairs = pairwise(path)
    both = any(isinstance(one, int) and isinstance(other, int) for one, other in pairs)
    return bool(path) and isinstance(path[-1], str) and not both


def as_closure(source: Path | Late) -> Late:
    """A place as a closure, whatever it is."""
    return _reading(getter(source)) if isinstance(source, tuple) else source


def _reading(get: Get) -> Late:
    return lambda record, _, __: get(record)


@dataclass(slots=True)
class _Spot:
    """What a name in an object leads to.

    Args:
        wishes: Fields its value is for: rank, section, name; rank 0 is the first choice.
        names: What names within its value lead to, if that is an object.
        items: The same for single items, if it is a list.
    """

    wishes: list[tuple[int, int, str]] = dataclass_field(default_factory=list)
    names: dict[str, "_Spot"] = dataclass_field(default_factory=dict)
    items: dict[int, "_Spot"] = dataclass_field(default_factory=dict)

    def at(self, path: Path) -> "_Spot":
        """The spot a path leads to from here."""
        spot = self
        for part in path:
            inside: dict[Any, _Spot] = spot.items if isinstance(part, int) else spot.names
            spot = inside.setdefault(part, _Spot())
        return spot

    def table(self) -> _Table:
        """What the names in here lead to, as the reader looks at it."""
        return {name: _row(spot) for name, spot in self.names.items()}


def _row(spot: _Spot) -> _Row:
    if len(spot.wishes) == 1 and not spot.names and not spot.items:
        return (*spot.wishes[0], None, None)
    items = tuple((number, one.table()) for number, one in spot.items.items())
    more = (tuple(spot.wishes), items) if spot.wishes or items else None
    return (0, 0, "", spot.table(), more)


class Reader:
    """Fills the parts of an event from records.

    Args:
        fields: What is to be filled, from where.
    """

    __slots__ = ("_late", "_table", "has_late")

    def __init__(self, fields: Sequence[Field]) -> None:
        root = _Spot()
        for field in fields:
            for rank, path in enumerate(field.paths):
                root.at(path).wishes.append((rank, field.section, field.name))
        self._table = root.table()
        self._late = tuple((one.section, one.name, tuple(one.late)) for one in fields if one.late)
        #: Whether there is anything for `read_late` to do.
        self.has_late = bool(self._late)

    def read(self, record: dict[str, Any]) -> list[dict[str, Any]]:
        """What the tables find in a record, one dict for every part."""
        made: list[dict[str, Any]] = [{}, {}, {}, {}, {}, {}, {}, {}]
        seconds: list[_Second] = []
        _visit(record, self._table, made, seconds)
        if seconds:
            seconds.sort(key=_RANK)
            for _, section, name, value in seconds:
                made[section].setdefault(name, value)
        return made

    def read_late(self, record: Any, beside: Any, made: Made, moment: Moment | None) -> None:
        """Add what takes more than a path.

        Args:
            record: The record.
            beside: What closures are given with it.
            made: What the tables found; the rest is put there.
            moment: The present, for expressions.
        """
        for section, name, gets in self._late:
            part = made[section]
            if name not in part:
                for get in gets:
                    value = get(record, beside, moment)
                    if value or is_there(value):
                        part[name] = value
                        break


def _visit(box: dict[str, Any], table: _Table, made: Made, seconds: list[_Second]) -> None:
    """Take what is wanted out of an object and the objects in it."""
    for key, value in box.items():
        if key in table and (value or is_there(value)):
            rank, section, name, inner, more = table[key]
            if inner is not None:
                if value.__class__ is dict:
                    _visit(value, inner, made, seconds)
                if more is not None:
                    _visit_more(value, more, made, seconds)
            elif rank:
                seconds.append((rank, section, name, value))
            else:
                made[section][name] = value


def _visit_more(value: Any, more: _More, made: Made, seconds: list[_Second]) -> None:
    """Take a value for all the fields it is wanted for, and what is wanted of its items."""
    wishes, items = more
    for rank, section, name in wishes:
        if rank:
            seconds.append((rank, section, name, value))
        else:
            made[section][name] = value
    if value.__class__ is list:
        for number, table in items:
            if number < len(value) and value[number].__class__ is dict:
                _visit(value[number], table, made, seconds)
