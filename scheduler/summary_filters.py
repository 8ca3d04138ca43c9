"""Which executions a list shows: filters as SQL, and the place where a page of it begins."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from adloom.errors import UsageError
from scheduler.due_store import BY_HAND
from scheduler.records import Status

__all__ = ["Cursor", "Start", "Wanted", "start_of"]

LONGEST_TEXT: Final = 200
PLANNED: Final = "SELECT 1 FROM plan_execution pe WHERE pe.execution_id = e.id"
#: Where a text is looked for; an object is looked for by its whole id, so that an index helps.
FOUND_IN: Final = (
    "lower(e.id) LIKE ? ESCAPE '!'",
    "lower(e.scenario) LIKE ? ESCAPE '!'",
    "lower(e.error) LIKE ? ESCAPE '!'",
    (
        "EXISTS (SELECT 1 FROM operation o WHERE o.execution_id = e.id"
        " AND lower(o.module) LIKE ? ESCAPE '!')"
    ),
)
CHANGED: Final = (
    "e.id IN (SELECT a.execution_id FROM audit a WHERE a.workspace = e.workspace"
    " AND a.object_id = ?)"
)


class Start(StrEnum):
    """What an execution was begun by.

    Args:
        SCHEDULE: An occurrence of its schedule.
        HAND: A person, or a webhook: the journal does not tell these apart.
        PLAN: A plan that was applied.
        MODULE: A single module was run.
        UNDO: It takes another one back.
    """

    SCHEDULE = "schedule"
    HAND = "by hand"
    PLAN = "plan"
    MODULE = "module"
    UNDO = "undo"


STARTS: Final = {
    Start.SCHEDULE: f"e.scenario IS NOT NULL AND e.slot NOT LIKE '{BY_HAND}%'",
    Start.HAND: "e.scenario IS NOT NULL AND e.undoes IS NULL"
    f" AND (e.slot IS NULL OR e.slot LIKE '{BY_HAND}%') AND NOT EXISTS ({PLANNED})",
    Start.PLAN: f"EXISTS ({PLANNED})",
    Start.MODULE: "e.scenario IS NULL AND e.undoes IS NULL",
    Start.UNDO: "e.undoes IS NOT NULL",
}


def start_of(*, scenario: str | None, slot: str | None, undoes: str | None, plan: Any) -> Start:
    """What an execution was begun by, told by its row."""
    if undoes is not None:
        return Start.UNDO
    if scenario is None:
        return Start.MODULE
    if plan:
        return Start.PLAN
    return Start.HAND if slot is None or slot.startswith(BY_HAND) else Start.SCHEDULE


@dataclass(frozen=True)
class Cursor:
    """A place in the list, between an execution and the one before it.

    Args:
        started_at: When the execution at it began, as it is stored.
        id: Its id.
        is_newer: Whether what is newer is wanted and not what is older.
    """

    started_at: str
    id: str
    is_newer: bool = False

    def __str__(self) -> str:
        return f"{'newer' if self.is_newer else 'older'}~{self.started_at}~{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of an address; None of an empty one.

        Raises:
            UsageError: It is none.
        """
        if not text:
            return None
        way, _, rest = text.partition("~")
        started_at, _, identity = rest.partition("~")
        if way not in ("newer", "older") or not started_at or not identity:
            raise UsageError("This is no place in the list.", hint="Begin at its first page.")
        return cls(started_at, identity, way == "newer")


@dataclass(frozen=True)
class Wanted:
    """Which executions are wanted; what is empty does not matter.

    Args:
        scenario: Of this scenario.
        statuses: That stand so.
        start: Begun by this.
        since: Begun then or later.
        until: Begun before then.
        text: Somewhere in the id, the scenario, a module or the error; or the whole id of an
            object that was changed.
        ids: Only these.
    """

    scenario: str | None = None
    statuses: tuple[Status, ...] = ()
    start: Start | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    ids: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether every execution is wanted."""
        return self == Wanted()

    def where(self, workspace: str) -> tuple[str, list[Any]]:
        """The condition on `execution e`, and its values."""
        conditions: list[str] = ["e.workspace = ?"]
        params: list[Any] = [workspace]
        for condition, value in (
            ("e.scenario = ?", self.scenario),
            ("e.started_at >= ?", self.since and self.since.isoformat()),
            ("e.started_at < ?", self.until and self.until.isoformat()),
        ):
            if value is not None:
                conditions.append(condition)
                params.append(value)
        for column, values in (("e.status", self.statuses), ("e.id", self.ids)):
            if values:
                conditions.append(f"{column} IN ({', '.join('?' * len(values))})")
                params += [str(one) for one in values]
        if self.start is not None:
            conditions.append(STARTS[self.start])
        if text := self.text.strip()[:LONGEST_TEXT]:
            conditions.append(f"({' OR '.join((*FOUND_IN, CHANGED))})")
            params += [_pattern(text)] * len(FOUND_IN) + [text]
        return " AND ".join(conditions), params


def _pattern(text: str) -> str:
    """A text as a pattern that stands for itself, anywhere."""
    escaped = text.lower()
    for sign in ("!", "%", "_"):
        escaped = escaped.replace(sign, f"!{sign}")
    return f"%{escaped}%"
