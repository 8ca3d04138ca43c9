"""Counts what the ledger holds, inside the transaction that reserves."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from adloom.database import Row, Transaction
from scenarios.limits import Limits
from scheduler.rails.active import ActiveAds
from scheduler.rails.asking import BUDGET, STATUS, Asked
from scheduler.rails.judging import Facts
from scheduler.rails.money import Moves

__all__ = ["Counting"]

DAY: Final = timedelta(days=1)
#: What may have happened, or may still.
COUNTED: Final = "state IN ('reserved', 'done')"


@dataclass(frozen=True)
class Counting:
    """Looks into the ledger; what a scenario's limits do not ask for is not counted.

    Args:
        work: The transaction.
        workspace: Whose rows.
        now: The present.
    """

    work: Transaction
    workspace: str
    now: datetime

    def facts(
        self,
        scenario: str,
        limits: Limits,
        run: str,
        asked: Sequence[Asked],
        active: Mapping[str, ActiveAds],
    ) -> Facts:
        """Everything that is to be known to judge what is asked."""
        mine, since = (self.workspace, scenario), (self.now - DAY).isoformat()
        tried, failed = self._ends(*mine, run)
        own = limits.own_cooldown_seconds
        return Facts(
            now=self.now,
            run=self._sum("scenario = ? AND run = ?", scenario, run)
            if limits.changes_per_run is not None
            else 0,
            day=self._sum("scenario = ? AND at > ?", scenario, since)
            if limits.changes_per_day is not None
            else 0,
            of_object=self._of_objects(scenario, since, asked)
            if limits.changes_per_object_per_day is not None
            else {},
            changed_at=self._changed("priority >= ?", limits.priority, asked)
            if limits.cooldown_seconds is not None
            else {},
            own_changed_at=self._changed("scenario = ?", scenario, asked)
            if own is not None
            else {},
            moves=self._moves(scenario, run, since, asked) if limits.budget.is_set else Moves(),
            switched_off=self._switched_off(scenario, run)
            if limits.share_of_active_ads is not None
            else {},
            active=active,
            tried=tried,
            failed=failed,
        )

    def _sum(self, condition: str, *values: Any) -> int:
        row = self.work.one(
            f"SELECT COALESCE(SUM(counts), 0) AS changes FROM rail_change WHERE workspace = ?"
            f" AND {COUNTED} AND {condition}",
            self.workspace,
            *values,
        )
        return int(row["changes"]) if row else 0

    def _ends(self, workspace: str, scenario: str, run: str) -> tuple[int, int]:
        """How many changes of a run have come to an end, and how many of them failed."""
        rows = self.work.run(
            "SELECT state, SUM(counts) AS changes FROM rail_change WHERE workspace = ?"
            " AND scenario = ? AND run = ? AND state IN ('done', 'failed') GROUP BY state",
            workspace,
            scenario,
            run,
        )
        found = {row["state"]: int(row["changes"]) for row in rows}
        return sum(found.values()), found.get("failed", 0)

    def _of_objects(self, scenario: str, since: str, asked: Sequence[Asked]) -> dict[str, int]:
        condition = "scenario = ? AND object_id = ? AND at > ?"
        return {one: self._sum(condition, scenario, one, since) for one in _ids(asked)}

    def _changed(
        self, condition: str, value: Any, asked: Sequence[Asked]
    ) -> dict[tuple[str, str], datetime]:
        found: dict[tuple[str, str], datetime] = {}
        for identity in _ids(asked):
            rows = self.work.run(
                "SELECT field, MAX(at) AS last FROM rail_change WHERE workspace = ?"
                f" AND object_id = ? AND {COUNTED} AND {condition} GROUP BY field",
                self.workspace,
                identity,
                value,
            )
            for row in rows:
                found[identity, row["field"]] = datetime.fromisoformat(row["last"])
        return found

    def _moves(self, scenario: str, run: str, since: str, asked: Sequence[Asked]) -> Moves:
        """How budgets were moved; rows are read and added up here, exactly."""
        columns = "SELECT DISTINCT operation_id, call_key, number, object_id, old, new, unit"
        budgets = (
            f"{columns} FROM rail_change WHERE workspace = ? AND field = '{BUDGET}' AND {COUNTED}"
            " AND old IS NOT NULL AND new IS NOT NULL"
        )
        of_object = {
            identity: sum(
                (_move(row) for row in self._run(f"{budgets} AND object_id = ? AND at > ?",
                                                 identity, since)),
                Decimal(0),
            )
            for identity in _ids(asked)
        }  # fmt: skip
        return Moves(
            of_object,
            _raised(self._run(f"{budgets} AND scenario = ? AND run = ?", scenario, run)),
            _raised(self._run(f"{budgets} AND scenario = ? AND at > ?", scenario, since)),
        )

    def _switched_off(self, scenario: str, run: str) -> dict[str, AbstractSet[str]]:
        rows = self._run(
            "SELECT account, object_id FROM rail_change WHERE workspace = ? AND scenario = ?"
            f" AND run = ? AND field = '{STATUS}' AND direction = 'lowers' AND {COUNTED}",
            scenario,
            run,
        )
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["account"], set()).add(row["object_id"])
        return dict(found)

    def _run(self, sql: str, *values: Any) -> list[Row]:
        return self.work.run(sql, self.workspace, *values)


def _ids(asked: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(one.id for one in asked if one.id))


def _move(row: Row) -> Decimal:
    return Decimal(row["new"]) - Decimal(row["old"])


def _raised(rows: Sequence[Row]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row["unit"]] = found.get(row["unit"], Decimal(0)) + max(_move(row), Decimal(0))
    return found
