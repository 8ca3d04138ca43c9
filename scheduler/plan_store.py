"""Plans that were kept: sealed as a whole, found again by their executions, applied once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Migration, Row, Transaction
from adloom.errors import UnknownNameError
from scheduler.plan_records import ScenarioPlan
from scheduler.plan_text import plan_from_text, plan_to_text
from scheduler.rows import Sealer

__all__ = ["KEPT", "PLAN_MIGRATIONS", "PlanStore", "StoredPlan"]

PLAN_MIGRATIONS: Final = (
    Migration(
        "0010 plans",
        (
            """CREATE TABLE plan (
                 workspace TEXT NOT NULL, id TEXT NOT NULL, scenario TEXT NOT NULL,
                 hash TEXT NOT NULL, made_at TEXT NOT NULL, bundles INTEGER NOT NULL,
                 changes INTEGER NOT NULL, stops INTEGER NOT NULL, content_sealed BLOB NOT NULL,
                 applied_at TEXT, PRIMARY KEY (workspace, id))""",
            "CREATE INDEX plan_scenario ON plan (workspace, scenario, made_at)",
            """CREATE TABLE plan_execution (
                 workspace TEXT NOT NULL, execution_id TEXT NOT NULL, plan_id TEXT NOT NULL,
                 PRIMARY KEY (workspace, execution_id))""",
        ),
    ),
)
#: How long plans are kept.
KEPT: Final = timedelta(days=30)
#: Plans that are too old; not those that an execution is still held to.
OLD: Final = (
    "SELECT id FROM plan p WHERE workspace = ? AND made_at < ? AND NOT EXISTS (SELECT 1"
    " FROM plan_execution pe JOIN execution e ON e.id = pe.execution_id"
    " WHERE pe.workspace = p.workspace AND pe.plan_id = p.id"
    " AND e.status IN ('running', 'incomplete', 'in doubt'))"
)


@dataclass(frozen=True)
class StoredPlan:
    """A plan as a list shows it.

    Args:
        id: Unique; begins with its date.
        scenario: Of which scenario.
        hash: Of which version of its text.
        made_at: When it was made.
        bundles: How many bundles of the trigger it carries.
        changes: How many things it would change or tell.
        stops: How many troubles and unforeseen things it has.
        applied_at: When it was applied; None if it was not.
    """

    id: str
    scenario: str
    hash: str
    made_at: datetime
    bundles: int
    changes: int
    stops: int
    applied_at: datetime | None = None


class PlanStore:
    """Keeps plans.

    Args:
        database: The journal's.
        sealer: Seals them: bundles may belong to persons.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(
        self, database: Database, sealer: Sealer, clock: Clock, *, workspace: str = "local"
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._workspace = workspace

    async def save(self, plan: ScenarioPlan) -> None:
        """Keep a plan, and forget those that are too old."""
        sealed = self._sealer.seal(plan_to_text(plan), _place(plan.id))
        before = (self._clock.now() - KEPT).isoformat()

        def work(work: Transaction) -> None:
            for row in work.run(OLD, self._workspace, before):
                self._forget(work, row["id"])
            work.run(
                "INSERT INTO plan (workspace, id, scenario, hash, made_at, bundles, changes,"
                " stops, content_sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                self._workspace,
                plan.id,
                plan.scenario,
                plan.hash,
                plan.made_at.isoformat(),
                plan.bundles,
                sum(1 for _ in plan.changes()) + len(plan.values),
                len(plan.troubles) + len(plan.unforeseen),
                sealed,
            )
            for batch in plan.batches:
                work.run(
                    "INSERT INTO plan_execution (workspace, execution_id, plan_id)"
                    " VALUES (?, ?, ?)",
                    self._workspace,
                    batch.execution,
                    plan.id,
                )

        await self._database.write(work)

    async def all(self, scenario: str | None = None) -> list[StoredPlan]:
        """List plans, the newest first."""
        rows = await self._database.read(
            lambda work: work.run(
                "SELECT * FROM plan WHERE workspace = ? AND (CAST(? AS TEXT) IS NULL"
                " OR scenario = ?) ORDER BY made_at DESC, id DESC",
                self._workspace,
                scenario,
                scenario,
            )
        )
        return [_stored(row) for row in rows]

    async def find(self, plan_id: str) -> StoredPlan:
        """A plan by its id, or by the beginning of it.

        Raises:
            UnknownNameError: There is none, or several begin so.
        """
        return _stored(await self._row(plan_id))

    async def load(self, plan_id: str) -> ScenarioPlan:
        """Everything about a plan, by its id or the beginning of it.

        Raises:
            UnknownNameError: There is none, or several begin so.
        """
        return self._opened(await self._row(plan_id))

    async def of_text(self, version: str) -> StoredPlan | None:
        """The newest plan of a version of a scenario."""
        row = await self._database.read(
            lambda work: work.one(
                "SELECT * FROM plan WHERE workspace = ? AND hash = ?"
                " ORDER BY made_at DESC, id DESC LIMIT 1",
                self._workspace,
                version,
            )
        )
        return None if row is None else _stored(row)

    async def of_execution(self, execution_id: str) -> ScenarioPlan | None:
        """The plan that an execution applies; None if it applies none."""
        row = await self._database.read(
            lambda work: work.one(
                "SELECT p.* FROM plan p JOIN plan_execution e ON e.workspace = p.workspace"
                " AND e.plan_id = p.id WHERE e.workspace = ? AND e.execution_id = ?",
                self._workspace,
                execution_id,
            )
        )
        return None if row is None else self._opened(row)

    def use_in(self, work: Transaction, plan_id: str) -> bool:
        """Note that a plan is applied, inside another transaction; whether it was not before."""
        used = work.run(
            "UPDATE plan SET applied_at = ? WHERE workspace = ? AND id = ?"
            " AND applied_at IS NULL RETURNING id",
            self._clock.now().isoformat(),
            self._workspace,
            plan_id,
        )
        return bool(used)

    # --- inside ---------------------------------------------------------------------------------

    async def _row(self, plan_id: str) -> Row:
        rows: Sequence[Any] = await self._database.read(
            lambda work: work.run(
                "SELECT * FROM plan WHERE workspace = ? AND substr(id, 1, ?) = ? LIMIT 2",
                self._workspace,
                len(plan_id),
                plan_id,
            )
        )
        if len(rows) != 1:
            known = [one.id for one in await self.all()]
            hint = "See them all: adloom scenarios plans"
            raise UnknownNameError("plan", plan_id, known[:50], hint=hint)
        return rows[0]

    def _opened(self, row: Row) -> ScenarioPlan:
        return plan_from_text(
            self._sealer.unseal(row["content_sealed"], _place(row["id"])).reveal()
        )

    def _forget(self, work: Transaction, plan_id: str) -> None:
        work.run(
            "DELETE FROM plan_execution WHERE workspace = ? AND plan_id = ?",
            self._workspace,
            plan_id,
        )
        work.run("DELETE FROM plan WHERE workspace = ? AND id = ?", self._workspace, plan_id)


def _stored(row: Row) -> StoredPlan:
    applied = row["applied_at"]
    return StoredPlan(
        row["id"],
        row["scenario"],
        row["hash"],
        datetime.fromisoformat(row["made_at"]),
        row["bundles"],
        row["changes"],
        row["stops"],
        datetime.fromisoformat(applied) if applied else None,
    )


def _place(plan_id: str) -> str:
    return f"plan/{plan_id}"
