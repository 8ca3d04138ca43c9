"""Executions in a line each: of single modules and of scenarios."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adloom.database import Database, Row, Transaction
from adloom.json_text import parse_strict
from scheduler.records import Status

__all__ = ["OPEN", "Summary", "count_waiting", "summaries"]

#: Somebody may still have to do something about these.
OPEN: Final = (Status.RUNNING, Status.INCOMPLETE, Status.IN_DOUBT)


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
    conditions, params = ["workspace = ?"], [workspace]
    if scenario is not None:
        conditions.append("scenario = ?")
        params.append(scenario)
    if statuses:
        conditions.append(f"status IN ({', '.join('?' * len(statuses))})")
        params += [status.value for status in statuses]

    def work(work: Transaction) -> list[Summary]:
        rows = work.run(
            f"SELECT * FROM execution WHERE {' AND '.join(conditions)}"
            " ORDER BY started_at DESC, id DESC LIMIT ?",
            *params,
            limit,
        )
        return [_summary(work, row) for row in rows]

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


def _summary(work: Transaction, row: Row) -> Summary:
    modules = work.run(
        "SELECT module FROM operation WHERE execution_id = ? GROUP BY module ORDER BY MIN(id)",
        row["id"],
    )
    calls = work.run(
        "SELECT c.request FROM call c JOIN operation o ON o.id = c.operation_id"
        " WHERE o.execution_id = ?",
        row["id"],
    )
    return Summary(
        row["id"],
        Status(row["status"]),
        datetime.fromisoformat(row["started_at"]),
        datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        row["error"],
        row["scenario"],
        row["slot"],
        tuple(one["module"] for one in modules),
        sum(len(parse_strict(one["request"].encode())["changes"]) for one in calls),
    )
