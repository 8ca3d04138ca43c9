"""Which fields of a record an event was made of: found out by changing each and looking again.

So it holds for whatever made the event: a preset's computed values, expressions, conditions.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from modules.events.paths import Path, say_path
from modules.events.prepared import Reading

__all__ = ["Read", "Traced", "Used", "flat", "trace"]

#: Makes events of a record, always the same of the same record.
Read = Callable[[Mapping[str, Any]], Reading]

#: Fields of a record that are followed; an order of some lines has fewer.
MOST_FIELDS: Final = 400
DEEPEST: Final = 20
_GONE: Final = object()
_NAME: Final = "event"
_ID: Final = "event_id"
#: Ids that adloom makes follow from everything else.
_MADE: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Used:
    """One field of a record.

    Args:
        path: Where it is, as a mapping file names it.
        value: What it holds.
        becomes: The fields of the event that come from it.
        decides: Whether it decides that there is an event, or is checked.
    """

    path: str
    value: Any
    becomes: tuple[str, ...] = ()
    decides: bool = False

    @property
    def is_used(self) -> bool:
        """Whether anything comes of it."""
        return bool(self.becomes) or self.decides


@dataclass(frozen=True)
class Traced:
    """The fields of a record.

    Args:
        fields: Those that hold something, in their order.
        left: How many more there are, which were not followed.
    """

    fields: tuple[Used, ...] = ()
    left: int = 0

    @property
    def unused(self) -> list[str]:
        """Those of which nothing comes."""
        return [one.path for one in self.fields if not one.is_used]

    def sources(self, target: str) -> list[Used]:
        """Those that a field of the event comes from."""
        return [one for one in self.fields if target in one.becomes]


def trace(
    record: Mapping[str, Any],
    reading: Reading,
    read: Read,
    *,
    until: float,
    aside: str | None = None,
) -> Traced:
    """Find out what becomes of the fields of a record.

    Args:
        record: The record.
        reading: What became of it.
        read: Makes events of it.
        until: When to stop, by the monotonic clock; what is left is only counted.
        aside: A field that only decides: whatever it lets through does not come from it.
    """
    base = _Outcome.of(reading)
    leaves = list(_leaves(record, ()))
    found = []
    for path, value in leaves[:MOST_FIELDS]:
        if time.monotonic() > until:
            break
        others = [_Outcome.of(read(_with(record, path, one))) for one in (_GONE, _other(value))]
        targets = dict.fromkeys(name for one in others for name in base.differs(one))
        decides = any(one.rest != base.rest for one in others)
        becomes = _own(targets, value, base)
        if say_path(path) == aside:
            becomes, decides = (), True
        found.append(Used(say_path(path), value, becomes, decides))
    return Traced(tuple(found), len(leaves) - len(found))


@dataclass(frozen=True)
class _Outcome:
    """What came of a record, to be compared."""

    fields: Mapping[str, Any]
    rest: tuple[Any, ...]

    @classmethod
    def of(cls, reading: Reading) -> "_Outcome":
        fields: dict[str, Any] = {}
        for number, one in enumerate(reading.events):
            before = f"{number + 1}: " if len(reading.events) > 1 else ""
            item = msgspec.json.decode(one.content)
            fields |= {before + name: value for name, value in flat(item)}
        told = tuple((one.field, one.reason) for one in reading.problems)
        return cls(fields, (len(reading.events), reading.skipped, told))

    def differs(self, other: "_Outcome") -> Iterator[str]:
        """The fields that are others; none where there is no event to compare with."""
        if not (other.fields and self.fields):
            return
        # Where there are more events, or fewer, it is because they are called otherwise.
        same = self.rest[0] == other.rest[0]
        for name, value in self.fields.items():
            if other.fields.get(name, _GONE) != value and (same or name.endswith(_NAME)):
                yield name


def flat(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The single values in an event, each with its path; lists count from 0, as problems do."""
    for path, one in _leaves(item, ()):
        said = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        yield said[1:], one


def _own(targets: Mapping[str, None], value: Any, base: _Outcome) -> tuple[str, ...]:
    """Without the event id where it only follows from the rest."""
    ids = [name for name in targets if name.endswith(_ID)]
    others = [name for name in targets if name not in ids]
    own = [
        name
        for name in ids
        if not others
        or base.fields.get(name) == str(value)
        or not _MADE.fullmatch(str(base.fields.get(name)))
    ]
    return (*own, *others)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The single values that hold something."""
    inner: Sequence[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        inner = [(str(name), one) for name, one in value.items()]
    elif isinstance(value, list):
        inner = list(enumerate(value))
    elif value is not None and value != "" and path:
        yield path, value
    if len(path) < DEEPEST:
        for step, one in inner:
            yield from _leaves(one, (*path, step))


def _other(value: Any) -> Any:
    """A value of the same kind that is another one."""
    match value:
        case bool():
            return not value
        case str():
            return f"{value}1" if value[-1:].isdigit() else f"{value}x"
        case _:
            return value + 1


def _with(value: Any, path: Path, new: Any) -> Any:
    """The same data with another value at a path; what is not on the way there is shared."""
    step, *rest = path
    if isinstance(value, list):
        assert isinstance(step, int)  # noqa: S101 - the path was found in it
        inner = [_with(value[step], tuple(rest), new)] if rest else [new] * (new is not _GONE)
        return [*value[:step], *inner, *value[step + 1 :]]
    if not rest and new is _GONE:
        return {name: one for name, one in value.items() if name != step}
    return {**value, step: _with(value[step], tuple(rest), new) if rest else new}
