"""What we changed ourselves does not come back as news (platforms.md §6.10).

A watch for changes sees adloom's own too. A version of an item counts as ours if one of our calls
set one of its fields to the value it has, and the platform dates the version to the time between
that call's departure and the moment its effect had to be in view.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from adloom.database import Database
from adloom.json_text import parse_strict
from adloom.wire import Record
from scheduler.polling import OVERLAP, Watched

__all__ = ["Echoes", "OwnChange"]

#: Platforms date to the second, by clocks of their own.
SKEW: Final = timedelta(seconds=2)


@dataclass(frozen=True)
class OwnChange:
    """A field that one of our calls has set.

    Args:
        id: Of the object.
        field: Which field.
        new: The value it was given.
        left_at: When the call left.
        answered_at: When its answer was there.
    """

    id: str
    field: str
    new: Any
    left_at: datetime
    answered_at: datetime


@dataclass
class Echoes:
    """Tells versions of items that are our own doing.

    Args:
        database: The journal's.
        lag: How long after its answer a change can stay out of view.
        workspace: Which workspace's rows.
    """

    database: Database
    lag: timedelta
    workspace: str = "local"
    _recent: dict[str, Mapping[str, list[OwnChange]]] = field(default_factory=dict)

    async def listen(self, scenario: str) -> None:
        """Recall what was changed since the watches of a scenario were last settled."""
        row = await self.database.read(
            lambda work: work.one(
                "SELECT MIN(COALESCE(settled, polled_at, begun_at)) AS since FROM watch"
                " WHERE workspace = ? AND scenario = ?",
                self.workspace,
                scenario,
            )
        )
        found: dict[str, list[OwnChange]] = {}
        if row and row["since"]:
            since = datetime.fromisoformat(row["since"]) - OVERLAP
            for change in await self.changes(since):
                found.setdefault(change.id, []).append(change)
        self._recent[scenario] = found

    async def changes(self, since: datetime) -> list[OwnChange]:
        """What was changed since a moment, the oldest first."""
        rows = await self.database.read(
            lambda work: work.run(
                "SELECT c.request, c.attempted_at, c.finished_at FROM call c"
                " JOIN operation o ON o.id = c.operation_id"
                " JOIN execution e ON e.id = o.execution_id WHERE e.workspace = ?"
                " AND c.state = 'done' AND c.attempted_at >= ? ORDER BY c.attempted_at",
                self.workspace,
                since.isoformat(),
            )
        )
        return [
            OwnChange(
                str(change["id"]),
                change["field"],
                change["new"],
                datetime.fromisoformat(row["attempted_at"]),
                datetime.fromisoformat(row["finished_at"]),
            )
            for row in rows
            for change in parse_strict(row["request"].encode())["changes"]
        ]

    def ours(self, watched: Watched) -> Callable[[Any], bool]:
        """What says of a version of an item whether it is our own doing."""
        recent = self._recent.get(watched.scenario, {})

        def is_ours(bundle: Record) -> bool:
            changes = recent.get(watched.trigger.key(bundle), ())
            at = watched.trigger.at(watched.params, bundle) if changes else None
            return any(self._made(one, bundle, at) for one in changes)

        return is_ours

    def _made(self, change: OwnChange, bundle: Record, at: datetime | None) -> bool:
        if change.field not in bundle or not _same(change.new, bundle[change.field]):
            return False
        until = change.answered_at + self.lag + SKEW
        return at is None or change.left_at - SKEW <= at <= until


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same, however they are written: 50, 50.0 and `50.00` are."""
    if one == other:
        return True
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False
