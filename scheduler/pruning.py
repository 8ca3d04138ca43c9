"""Pruning: what has ended long ago is forgotten, what waits for somebody never is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adloom.database import Database, Transaction
from adloom.database.care import used_bytes
from scheduler.rails.ledger import forget_in
from scheduler.scenario_store import ScenarioStore

__all__ = ["Pruned", "Pruning"]

#: So many executions are forgotten in one transaction.
BATCH: Final = 200
#: What belongs to an execution, the innermost first.
PARTS: Final = (
    "DELETE FROM call WHERE operation_id IN (SELECT id FROM operation WHERE execution_id = ?)",
    "DELETE FROM operation WHERE execution_id = ?",
    "DELETE FROM step_run WHERE execution_id = ?",
    "DELETE FROM data_change WHERE execution_id = ?",
    "DELETE FROM incomplete WHERE execution_id = ?",
    "DELETE FROM execution WHERE id = ?",
)
ENDED: Final = (
    "SELECT id FROM execution WHERE workspace = ? AND status IN ('done', 'failed', 'dropped')"
    " AND ended_at < ? ORDER BY ended_at LIMIT ?"
)
#: A bundle that was carried to its end and cannot come into view again.
PAST: Final = (
    "DELETE FROM inbox WHERE workspace = ? AND state = 'done' AND arrived_at < ?"
    " AND NOT EXISTS (SELECT 1 FROM watch w WHERE w.workspace = inbox.workspace"
    " AND w.scenario = inbox.scenario AND w.step = inbox.step AND w.source = inbox.source"
    " AND (w.settled IS NULL OR w.settled <= inbox.at)) RETURNING id"
)


@dataclass(frozen=True)
class Pruned:
    """What was forgotten.

    Args:
        executions: How many executions, with all their steps and calls.
        bundles: How many keys of bundles.
        occurrences: How many occurrences of schedules.
    """

    executions: int = 0
    bundles: int = 0
    occurrences: int = 0


@dataclass(frozen=True)
class Pruning:
    """Forgets what has ended.

    Args:
        database: The journal's.
        scenarios: Forgets occurrences and versions.
        days: How long executions that have ended are kept.
        megabytes: How large the journal may be before the oldest of them go.
        workspace: Which workspace's rows.
    """

    database: Database
    scenarios: ScenarioStore
    days: int
    megabytes: int
    workspace: str = "local"

    async def prune(self, now: datetime) -> Pruned:
        """Forget what is too old, then what is too much."""
        before = now - timedelta(days=self.days)
        executions = await self._forget_all(before)
        bundles = await self.database.write(
            lambda work: work.run(PAST, self.workspace, before.isoformat())
        )
        named = await self.database.read(
            lambda work: work.run(
                "SELECT DISTINCT scenario_hash FROM execution WHERE workspace = ?", self.workspace
            )
        )
        occurrences, _ = await self.scenarios.prune(before, [row[0] for row in named if row[0]])
        await self.database.write(lambda work: forget_in(work, self.workspace, now))
        executions += await self._shrink(now)
        return Pruned(executions, len(bundles), occurrences)

    async def _forget_all(self, before: datetime) -> int:
        count = 0
        while found := await self._forget(before):
            count += found
        return count

    async def _shrink(self, now: datetime) -> int:
        """Forget the oldest executions until what is left has room."""
        count = 0
        while await used_bytes(self.database) > self.megabytes * 1_000_000:
            found = await self._forget(now)
            if not found:
                break
            count += found
        return count

    async def _forget(self, before: datetime) -> int:
        """Forget a batch of the oldest executions that ended before a moment."""

        def work(work: Transaction) -> int:
            rows = work.run(ENDED, self.workspace, before.isoformat(), BATCH)
            _forget(work, [row["id"] for row in rows])
            return len(rows)

        return await self.database.write(work)


def _forget(work: Transaction, ids: Sequence[str]) -> None:
    for identity in ids:
        for statement in PARTS:
            work.run(statement, identity)
