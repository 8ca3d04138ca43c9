"""Incomplete executions: bundles that stopped part-way, kept until they reach their end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from adloom.clock import Clock
from adloom.database import Database, Migration, Row, Transaction
from adloom.errors import Reaction
from scheduler.records import Execution

if TYPE_CHECKING:
    from scheduler.walking import Trouble

__all__ = ["INCOMPLETE_MIGRATIONS", "Incomplete", "Incompletes"]

INCOMPLETE_MIGRATIONS: Final = (
    Migration(
        "0007 incomplete executions",
        (
            """CREATE TABLE incomplete (
                 workspace TEXT NOT NULL, execution_id TEXT NOT NULL, path TEXT NOT NULL,
                 scenario TEXT NOT NULL, step TEXT NOT NULL, reaction TEXT NOT NULL,
                 error TEXT NOT NULL, hint TEXT, attempts INTEGER NOT NULL,
                 next_at TEXT, resolved_at TEXT, created_at TEXT NOT NULL,
                 PRIMARY KEY (workspace, execution_id, path))""",
            "CREATE INDEX incomplete_due ON incomplete (workspace, resolved_at, next_at)",
        ),
    ),
)

#: When something that may work later is tried again by itself (platforms.md §1.6).
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 10, 30, 30, 30, 180, 180))


@dataclass(frozen=True)
class Incomplete:
    """A bundle that stopped part-way.

    Args:
        execution_id: Of the execution.
        path: The step it stopped at, for this bundle.
        scenario: Which scenario.
        step: The step's id.
        reaction: What kind of error it was, by what happens next.
        error: Why.
        hint: What a person can do.
        attempts: How often it was tried.
        next_at: When it is tried again by itself; None is never.
        created_at: When it first stopped.
    """

    execution_id: str
    path: str
    scenario: str
    step: str
    reaction: Reaction
    error: str
    hint: str | None
    attempts: int
    next_at: datetime | None
    created_at: datetime


class Incompletes:
    """Keeps them.

    Args:
        database: The journal's.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(self, database: Database, clock: Clock, *, workspace: str = "local") -> None:
        self._database = database
        self._clock = clock
        self._workspace = workspace

    async def settle(self, execution: Execution, troubles: "Sequence[Trouble]") -> None:
        """After a walk, keep what stopped, and note what no longer does."""
        now = self._clock.now()

        def work(work: Transaction) -> None:
            known = {row["path"]: row for row in self._rows(work, execution.id)}
            still = {trouble.path for trouble in troubles}
            for path in known.keys() - still:
                work.run(
                    "UPDATE incomplete SET resolved_at = ?, next_at = NULL"
                    " WHERE workspace = ? AND execution_id = ? AND path = ?",
                    now.isoformat(),
                    self._workspace,
                    execution.id,
                    path,
                )
            for trouble in troubles:
                self._keep(work, execution, trouble, known.get(trouble.path), now)

        await self._database.write(work)

    async def open(self, scenario: str | None = None) -> list[Incomplete]:
        """What waits, the oldest first."""
        rows = await self._database.read(
            lambda work: work.run(
                "SELECT * FROM incomplete WHERE workspace = ? AND resolved_at IS NULL"
                " AND (CAST(? AS TEXT) IS NULL OR scenario = ?) ORDER BY created_at, path",
                self._workspace,
                scenario,
                scenario,
            )
        )
        return [_incomplete(row) for row in rows]

    async def due(self, now: datetime) -> list[str]:
        """Executions with something to be tried again now."""
        rows = await self._database.read(
            lambda work: work.run(
                "SELECT DISTINCT execution_id FROM incomplete WHERE workspace = ?"
                " AND resolved_at IS NULL AND next_at <= ? ORDER BY execution_id",
                self._workspace,
                now.isoformat(),
            )
        )
        return [row["execution_id"] for row in rows]

    async def resolve(self, execution_id: str) -> None:
        """Nothing of an execution is kept any longer."""
        await self._database.write(
            lambda work: work.run(
                "UPDATE incomplete SET resolved_at = ?, next_at = NULL"
                " WHERE workspace = ? AND execution_id = ? AND resolved_at IS NULL",
                self._clock.now().isoformat(),
                self._workspace,
                execution_id,
            )
        )

    def _rows(self, work: Transaction, execution_id: str) -> list[Row]:
        return work.run(
            "SELECT * FROM incomplete WHERE workspace = ? AND execution_id = ?"
            " AND resolved_at IS NULL",
            self._workspace,
            execution_id,
        )

    def _keep(
        self,
        work: Transaction,
        execution: Execution,
        trouble: "Trouble",
        known: Row | None,
        now: datetime,
    ) -> None:
        attempts = (known["attempts"] if known else 0) + 1
        values: Mapping[str, Any] = {
            "workspace": self._workspace,
            "execution_id": execution.id,
            "path": trouble.path,
            "scenario": execution.scenario or "",
            "step": trouble.step,
            "reaction": trouble.error.reaction.value,
            "error": str(trouble.error),
            "hint": trouble.error.hint,
            "attempts": attempts,
            "next_at": _text(_next(trouble, attempts, now)),
            "resolved_at": None,
            "created_at": known["created_at"] if known else now.isoformat(),
        }
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        changes = ", ".join(f"{name} = excluded.{name}" for name in values)
        work.run(
            f"INSERT INTO incomplete ({columns}) VALUES ({marks})"
            f" ON CONFLICT (workspace, execution_id, path) DO UPDATE SET {changes}",
            *values.values(),
        )


def _next(trouble: "Trouble", attempts: int, now: datetime) -> datetime | None:
    """When it is tried again by itself: as its handler says, or as its kind of error allows."""
    if trouble.count is not None:
        if attempts > trouble.count:
            return None
        return now + timedelta(seconds=trouble.interval_seconds)
    if trouble.error.reaction is not Reaction.RETRY or attempts > len(WAITS):
        return None
    return now + WAITS[attempts - 1]


def _incomplete(row: Row) -> Incomplete:
    return Incomplete(
        execution_id=row["execution_id"],
        path=row["path"],
        scenario=row["scenario"],
        step=row["step"],
        reaction=Reaction(row["reaction"]),
        error=row["error"],
        hint=row["hint"],
        attempts=row["attempts"],
        next_at=datetime.fromisoformat(row["next_at"]) if row["next_at"] else None,
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
