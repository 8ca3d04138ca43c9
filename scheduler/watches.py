"""What a watch is made of: where it stands, what it asks for, and what it finds."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adloom.json_text import dump
from adloom.wire import Page, Record
from modules.base import Trigger, Watching

__all__ = [
    "GLANCE",
    "MORE",
    "Ask",
    "Batch",
    "Got",
    "Item",
    "Memory",
    "Position",
    "Scan",
    "Sign",
    "View",
]


@dataclass(frozen=True)
class Scan:
    """Please list everything since a moment; None is the beginning of time."""

    since: datetime | None


@dataclass(frozen=True)
class Sign:
    """A request without arguments."""

    name: str


#: Please send the next page of the scan, or None at its end.
MORE: Final = Sign("more")
#: Please send any page, as cheaply as possible: only its date counts.
GLANCE: Final = Sign("glance")

Ask = Scan | Sign
#: A page, or None where a scan ends.
Got = Page[Any] | None


@dataclass(frozen=True)
class Memory:
    """What is remembered of one item.

    Args:
        at: When it was created or last changed, if that is known.
        digests: Of the versions of that moment that were handed on.
        record: What a comparing trigger wants to remember.
    """

    at: datetime | None = None
    digests: frozenset[str] = frozenset()
    record: Record | None = None


@dataclass(frozen=True)
class Position:
    """Where a watch stands in one source.

    Args:
        settled: Everything up to here was handed on; None is the beginning of time.
        candidate: Where `settled` may move once a second whole scan confirms it.
        polls: How many polls were committed.
        seen: Items from `settled` on, or all of them where they are compared.
    """

    settled: datetime | None = None
    candidate: datetime | None = None
    polls: int = 0
    seen: Mapping[str, Memory] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One bundle to hand on.

    Args:
        key: Unique among everything this watch ever hands on.
        at: When it was created or changed.
        bundle: The bundle.
    """

    key: str
    at: datetime | None
    bundle: Record


@dataclass(frozen=True)
class Batch:
    """What came of a poll.

    Args:
        items: To hand on, the oldest first.
        position: Where the watch stands afterwards.
        remembered: What of `position.seen` is new or different.
        forgotten: Keys that are no longer in it.
        waiting: How many more are known to wait beyond the limit, at least.
        whole: Whether the scan added up; if not, the watch did not move.
    """

    items: list[Item]
    position: Position
    remembered: Mapping[str, Memory]
    forgotten: frozenset[str]
    waiting: int = 0
    whole: bool = True


@dataclass(frozen=True)
class View:
    """How one use of a trigger looks at its items.

    Args:
        trigger: The trigger.
        params: What was asked of it.
        ours: Whether a version of an item is our own doing, and not news.
    """

    trigger: Trigger[Any, Any]
    params: Any
    ours: Callable[[Record], bool] = lambda _: False

    @property
    def watching(self) -> Watching:
        """How new is told from old."""
        return self.trigger.watching(self.params)

    def digest(self, row: Record) -> str:
        """Tell versions of one moment apart."""
        return hashlib.sha256(dump(self.trigger.watched(row))).hexdigest()[:24]
