"""Executions in a line each: of single modules and of scenarios."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from adloom.database import Database, Row, Transaction
from adloom.secret import scrub
from scheduler.records import Status
from scheduler.summary_filters import PLANNED, Cursor, Start, Wanted, start_of

__all__ = [
    "OPEN",
    "Standing",
    "Summary",
    "SummaryPage",
    "count_waiting",
    "standing",
    "summaries",
    "summary_page",
]

#: Somebody may still have to do something about these.
OPEN: Final = (Status.RUNNING, Status.INCOMPLETE, Status.IN_DOUBT)
#: Executions whose modules and changes are asked for at once.
PORTION: Final = 500
MODULES: Final = (
    "SELECT execution_id, module FROM operation WHERE execution_id IN ({})"
    " GROUP BY execution_id, module ORDER BY execution_id, MIN(id)"
)
REQUESTS: Final = (
    "SELECT o.execution_id, c.request FROM call c JOIN operation o ON o.id = c.operation_id"
    " WHERE o.execution_id IN ({})"
)


class _Request(msgspec.Struct):
    changes: list[msgspec.Raw] = []


_CHANGES: Final = msgspec.json.Decoder(_Request)


@dataclass(frozen=True)
class Summary:
    """An execution in a line.

    Args:
        id: Of the execution.
        status: Where it stands.
        started_at: When it began.
        ended_at: When it ended, or stopped.
        error: Why it did not end well.
        scenario: The scenario it ran; None for a module run by itself.
        slot: The occurrence of the schedule.
        modules: What changed something.
        changes: How many changes it planned.
        start: What it was begun by.
        undoes: The execution it takes back.
    """

    id: str
    status: Status
    started_at: datetime
    ended_at: datetime | None
    error: str | None
    scenario: str | None
    slot: str | None
    modules: tuple[str, ...]
    changes: int
    start: Start = Start.HAND
    undoes: str | None = None


@dataclass(frozen=True)
class SummaryPage:
    """Some executions of a list.

    Args:
        rows: The newest first.
        newer: Where the page of newer ones begins; None if there are none.
        older: Where the page of older ones begins; None if there are none.
    """

    rows: tuple[Summary, ...]
    newer: Cursor | None = None
    older: Cursor | None = None


@dataclass(frozen=True)
class Standing:
    """What waits for a person.

    Args:
        incomplete: Executions that stopped part-way.
        in_doubt: Executions with a change nobody knows the outcome of.
        held: Changes that a limit has parked.
    """

    incomplete: int = 0
    in_doubt: int = 0
    held: int = 0


async def summaries(
    database: Database,
    *,
    limit: int = 20,
    scenario: str | None = None,
    statuses: tuple[Status, ...] = (),
    workspace: str = "local",
) -> list[Summary]:
    """List executions, the newest first.

    Args:
        database: The journal's.
        limit: At most so many.
        scenario: Only those of this scenario.
        statuses: Only those that stand so.
        workspace: Which workspace's rows.
    """
    wanted = Wanted(scenario, statuses)
    return await database.read(lambda work: _read(work, wanted, limit, None, workspace))


async def summary_page(
    database: Database,
    wanted: Wanted,
    *,
    size: int = 50,
    cursor: Cursor | None = None,
    workspace: str = "local",
) -> SummaryPage:
    """One page of a list of executions, the newest first.

    Args:
        database: The journal's.
        wanted: Which executions.
        size: How many make a page.
        cursor: Where it begins; None is the newest.
        workspace: Which workspace's rows.
    """

    def work(work: Transaction) -> SummaryPage:
        found = _read(work, wanted, size + 1, cursor, workspace)
        more = len(found) > size
        newer = bool(cursor and cursor.is_newer)
        rows = found[-size:] if newer else found[:size]
        if not rows:
            return SummaryPage(())
        first, last = _place(rows[0], newer=True), _place(rows[-1], newer=False)
        has_newer = more if newer else cursor is not None
        has_older = True if newer else more
        return SummaryPage(tuple(rows), first if has_newer else None, last if has_older else None)

    return await database.read(work)


async def count_waiting(database: Database, *, workspace: str = "local") -> int:
    """How many executions wait for a person."""

    def work(work: Transaction) -> int:
        row = work.one(
            "SELECT COUNT(*) AS waiting FROM execution WHERE workspace = ? AND status IN (?, ?)",
            workspace,
            Status.INCOMPLETE.value,
            Status.IN_DOUBT.value,
        )
        return 0 if row is None else int(row["waiting"])

    return await database.read(work)


async def standing(database: Database, now: datetime, *, workspace: str = "local") -> Standing:
    """What waits for a person, by kind."""

    def work(work: Transaction) -> Standing:
        rows = work.run(
            "SELECT status, COUNT(*) AS waiting FROM execution WHERE workspace = ?"
            " AND status IN (?, ?) GROUP BY status",
            workspace,
            Status.INCOMPLETE.value,
            Status.IN_DOUBT.value,
        )
        count = {row["status"]: int(row["waiting"]) for row in rows}
        held = work.one(
            "SELECT COUNT(*) AS held FROM hold WHERE workspace = ? AND state = 'held'"
            " AND expires_at > ?",
            workspace,
            now.isoformat(),
        )
        return Standing(
            count.get(Status.INCOMPLETE.value, 0),
            count.get(Status.IN_DOUBT.value, 0),
            int(held["held"]) if held else 0,
        )

    return await database.read(work)


def _read(
    work: Transaction, wanted: Wanted, limit: int, cursor: Cursor | None, workspace: str
) -> list[Summary]:
    where, params = wanted.where(workspace)
    newer = cursor is not None and cursor.is_newer
    if cursor is not None:
        sign = ">" if newer else "<"
        where += f" AND (e.started_at {sign} ? OR (e.started_at = ? AND e.id {sign} ?))"
        params += [cursor.started_at, cursor.started_at, cursor.id]
    order = "ASC" if newer else "DESC"
    rows = work.run(
        f"SELECT e.*, CASE WHEN EXISTS ({PLANNED}) THEN 1 ELSE 0 END AS planned FROM execution e"
        f" WHERE {where} ORDER BY e.started_at {order}, e.id {order} LIMIT ?",
        *params,
        limit,
    )
    found = [_summary(row) for row in rows]
    if newer:
        found.reverse()
    return _with_changes(work, found)


def _with_changes(work: Transaction, found: Sequence[Summary]) -> list[Summary]:
    """The same, with what changed something: asked for many at once."""
    modules: dict[str, list[str]] = {}
    changes: dict[str, int] = {}
    for begin in range(0, len(found), PORTION):
        ids = [one.id for one in found[begin : begin + PORTION]]
        marks = ", ".join("?" * len(ids))
        for row in work.run(MODULES.format(marks), *ids):
            modules.setdefault(row["execution_id"], []).append(row["module"])
        for row in work.run(REQUESTS.format(marks), *ids):
            count = len(_CHANGES.decode(row["request"]).changes)
            changes[row["execution_id"]] = changes.get(row["execution_id"], 0) + count
    return [
        replace(one, modules=tuple(modules.get(one.id, ())), changes=changes.get(one.id, 0))
        for one in found
    ]


def _summary(row: Row) -> Summary:
    return Summary(
        row["id"],
        Status(row["status"]),
        datetime.fromisoformat(row["started_at"]),
        datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        None if row["error"] is None else scrub(row["error"]),
        row["scenario"],
        row["slot"],
        (),
        0,
        start_of(
            scenario=row["scenario"],
            slot=row["slot"],
            undoes=row["undoes"],
            plan=row["planned"],
        ),
        row["undoes"],
    )


def _place(one: Summary, *, newer: bool) -> Cursor:
    return Cursor(one.started_at.isoformat(), one.id, newer)
