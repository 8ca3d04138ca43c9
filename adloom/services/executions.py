"""What is known of one execution, read as anybody may read it: nothing sealed is opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adloom.database import Database, Row, Transaction
from adloom.errors import AdloomError, UnknownNameError
from scenarios.model import Scenario
from scheduler.records import Status
from scheduler.summaries import Summary, summary_page
from scheduler.summary_filters import Start, Wanted
from scheduler.workshop import Workshop

__all__ = ["OVER", "Facts", "facts_of", "version_of", "zones_of"]

OVER: Final = frozenset({Status.DONE, Status.DROPPED, Status.FAILED})


@dataclass(frozen=True)
class Facts:
    """An execution without its steps and calls.

    Args:
        summary: In a line.
        scenario_hash: The version of the scenario.
        times_taken_up: How often it was gone on with.
        zone: Where its scenario is at home; None is UTC.
        undone_by: Executions that took it back, with how they stand.
        plan_id: The plan that it applied.
        sent: How many requests that change something have left.
        is_confidential: Whether its contents are not kept.
        bundles: What its trigger handed on: how many.
    """

    summary: Summary
    scenario_hash: str | None = None
    times_taken_up: int = 0
    zone: str | None = None
    undone_by: tuple[tuple[str, str], ...] = ()
    plan_id: str | None = None
    sent: int = 0
    is_confidential: bool = False
    bundles: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.summary.status in OVER

    @property
    def due_at(self) -> datetime | None:
        """The moment of its schedule that it belongs to."""
        if self.summary.start is not Start.SCHEDULE or self.summary.slot is None:
            return None
        try:
            due = datetime.fromisoformat(self.summary.slot.partition("[")[0])
        except ValueError:
            return None
        return due if due.tzinfo else None

    def seconds(self, now: datetime) -> float:
        """How long it took, or has taken so far."""
        ended = self.summary.ended_at
        if ended is None:
            ended = now if self.summary.status is Status.RUNNING else self.summary.started_at
        return max(0.0, (ended - self.summary.started_at).total_seconds())


async def facts_of(database: Database, execution_id: str, *, workspace: str = "local") -> Facts:
    """What is known of an execution besides its steps and calls.

    Raises:
        UnknownNameError: There is none of this id.
    """
    found = await summary_page(database, Wanted(ids=(execution_id,)), workspace=workspace)
    if not found.rows:
        hint = "It may have been pruned. See those that are kept: /executions"
        raise UnknownNameError("execution", execution_id, (), hint=hint)
    summary = found.rows[0]
    return await database.read(lambda work: _facts(work, summary, workspace))


def _facts(work: Transaction, summary: Summary, workspace: str) -> Facts:
    def one(sql: str, *params: Any) -> Row | None:
        return work.one(sql, *params)

    own = one("SELECT scenario_hash, generation FROM execution WHERE id = ?", summary.id)
    zone = one(
        "SELECT zone FROM scenario WHERE workspace = ? AND name = ?", workspace, summary.scenario
    )
    undone = work.run(
        "SELECT id, status FROM execution WHERE workspace = ? AND undoes = ? ORDER BY started_at",
        workspace,
        summary.id,
    )
    plan = one("SELECT plan_id FROM plan_execution WHERE execution_id = ?", summary.id)
    sent = one(
        "SELECT SUM(c.attempts) AS sent FROM call c JOIN operation o ON o.id = c.operation_id"
        " WHERE o.execution_id = ?",
        summary.id,
    )
    sealed = one(
        "SELECT 1 FROM step_run WHERE execution_id = ? AND output IS NULL LIMIT 1", summary.id
    )
    bundles = one(
        "SELECT COUNT(*) AS bundles FROM inbox WHERE workspace = ? AND execution_id = ?",
        workspace,
        summary.id,
    )
    return Facts(
        summary,
        own["scenario_hash"] if own else None,
        int(own["generation"]) - 1 if own else 0,
        zone["zone"] if zone else None,
        tuple((row["id"], row["status"]) for row in undone),
        plan["plan_id"] if plan else None,
        int(sent["sent"] or 0) if sent else 0,
        sealed is not None,
        int(bundles["bundles"]) if bundles else 0,
    )


async def version_of(workshop: Workshop, version: str | None) -> Scenario | None:
    """The version of a scenario that was run; None if it is not kept or not understood."""
    if version is None:
        return None
    try:
        return await workshop.version(version)
    except AdloomError:
        return None


async def zones_of(database: Database, *, workspace: str = "local") -> dict[str, str]:
    """Where scenarios are at home, as far as that is known."""
    rows = await database.read(
        lambda work: work.run(
            "SELECT name, zone FROM scenario WHERE workspace = ? AND zone IS NOT NULL", workspace
        )
    )
    return {row["name"]: row["zone"] for row in rows}
