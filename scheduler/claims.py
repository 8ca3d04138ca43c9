"""Claiming: what is due becomes an occurrence that belongs to one process, in one transaction.

Two things keep an occurrence from happening twice, even with many runners: a scenario moves on
only from the slot it was read at, and a slot can be written down only once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from adloom.database import Row, Transaction
from scenarios.model import Overlap
from scenarios.schedules import Misfire
from scheduler.occurrences import (
    Occurrence,
    follows_elapsed_time,
    jitter,
    missed,
    next_occurrence,
)
from scheduler.scenario_rows import Due, RunStatus, StoredScenario, scenario_from

__all__ = ["Claims"]

INSTANT: Final = timedelta(microseconds=1)
#: What is due and may run: whoever waits for his own last run is not looked at.
DUE: Final = (
    "SELECT s.*, EXISTS (SELECT 1 FROM occurrence o WHERE o.workspace = s.workspace"
    " AND o.scenario = s.name AND o.status = 'running') AS busy"
    " FROM scenario s WHERE s.workspace = ? AND s.due_at <= ?"
    " AND (s.overlap <> 'wait' OR NOT EXISTS (SELECT 1 FROM occurrence o"
    " WHERE o.workspace = s.workspace AND o.scenario = s.name AND o.status = 'running'))"
    " ORDER BY s.due_at, s.name LIMIT ?"
)


@dataclass(frozen=True)
class Claims:
    """What a transaction does with scenarios that are due.

    Args:
        workspace: Whose rows.
        now: The moment that counts.
    """

    workspace: str
    now: datetime

    def due(self, work: Transaction, limit: int) -> list[Row]:
        """The rows of scenarios that are due, the longest due first."""
        return work.run(DUE, self.workspace, self.now.isoformat(), limit)

    def claim(self, work: Transaction, row: Row, node: str) -> Due | None:
        """Claim a scenario's occurrence and move it on; None if there is nothing to run."""
        stored = scenario_from(row)
        if stored.schedule is None or stored.next_at is None:
            return None
        chosen = self._to_run(work, stored)
        is_one_of_many = chosen and stored.schedule.misfire is Misfire.ALL
        after = chosen.at if chosen and is_one_of_many else self.now
        if not self.move(work, stored, self.first_free(work, stored, after)) or chosen is None:
            return None
        left_out = bool(row["busy"]) and stored.overlap is Overlap.SKIP
        return self.occupy(work, stored, chosen, node, left_out=left_out)

    def first_free(
        self, work: Transaction, stored: StoredScenario, after: datetime
    ) -> Occurrence | None:
        """A scenario's first occurrence after a moment that has not happened yet.

        It may have, if the clock was set back since.
        """
        while stored.schedule and (found := next_occurrence(stored.schedule, after, stored.place)):
            if free := self._free(work, stored, found):
                return free
            after = found.at
        return None

    def move(self, work: Transaction, stored: StoredScenario, to: Occurrence | None) -> bool:
        """Move a scenario on, unless somebody else has."""
        return self._set_next(work, stored, to, " AND next_slot = ?", stored.next_slot)

    def begin(self, work: Transaction, stored: StoredScenario) -> None:
        """Let an enabled scenario be due from now on, whatever was before."""
        self._set_next(work, stored, self.first_free(work, stored, self.now))

    def disable(self, work: Transaction, name: str, reason: str | None) -> bool:
        """Stop running a scenario by its schedule; whether it was enabled."""
        return bool(
            work.run(
                "UPDATE scenario SET enabled = 0, disabled_reason = ?, next_at = NULL,"
                " next_slot = NULL, due_at = NULL WHERE workspace = ? AND name = ?"
                " AND enabled = 1 RETURNING name",
                reason,
                self.workspace,
                name,
            )
        )

    def occupy(
        self,
        work: Transaction,
        stored: StoredScenario,
        chosen: Occurrence,
        node: str,
        *,
        left_out: bool = False,
    ) -> Due | None:
        """Write an occurrence down; None if it has been, or if it is left out."""
        now = self.now.isoformat()
        status = RunStatus.SKIPPED if left_out else RunStatus.RUNNING
        written = work.run(
            "INSERT INTO occurrence (workspace, scenario, slot, at, hash, node, attempts,"
            " claimed_at, ended_at, status) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?)"
            " ON CONFLICT (workspace, scenario, slot) DO NOTHING RETURNING slot",
            self.workspace,
            stored.name,
            chosen.slot,
            chosen.at.isoformat(),
            stored.hash,
            node,
            now,
            now if left_out else None,
            status.value,
        )
        if not written or left_out:
            return None
        work.run(
            "UPDATE scenario SET last_started_at = ? WHERE workspace = ? AND name = ?",
            now,
            self.workspace,
            stored.name,
        )
        return Due(stored.name, chosen.slot, chosen.at, stored.hash)

    def _set_next(
        self,
        work: Transaction,
        stored: StoredScenario,
        to: Occurrence | None,
        condition: str = "",
        *params: str | None,
    ) -> bool:
        due_at = None
        if to and stored.schedule and stored.fault is None:
            due_at = to.at + jitter(stored.schedule, stored.name, to.slot)
        return bool(
            work.run(
                "UPDATE scenario SET next_at = ?, next_slot = ?, due_at = ?, reckoned_at = ?"
                f" WHERE workspace = ? AND name = ? AND enabled = 1{condition} RETURNING name",
                to.at.isoformat() if to else None,
                to.slot if to else None,
                due_at.isoformat() if due_at else None,
                self.now.isoformat(),
                self.workspace,
                stored.name,
                *params,
            )
        )

    def _to_run(self, work: Transaction, stored: StoredScenario) -> Occurrence | None:
        """Which of the occurrences that have come is run, as the schedule's misfire says."""
        if stored.schedule is None or stored.next_at is None or stored.next_slot is None:
            return None
        since = stored.next_at - INSTANT
        found = missed(stored.schedule, since, self.now, stored.place, limit=1)
        if found and found[0].at == stored.next_at:
            return replace(found[0], slot=stored.next_slot)
        return self._free(work, stored, found[0]) if found else None

    def _free(
        self, work: Transaction, stored: StoredScenario, found: Occurrence
    ) -> Occurrence | None:
        """The occurrence, if it has not happened; elapsed time comes again under another name."""
        if not self._has_been(work, stored, found.slot):
            return found
        if stored.schedule is None or not follows_elapsed_time(stored.schedule):
            return None
        again = (f"{found.slot}#{number}" for number in count(2))
        return replace(found, slot=next(s for s in again if not self._has_been(work, stored, s)))

    def _has_been(self, work: Transaction, stored: StoredScenario, slot: str) -> bool:
        known = "SELECT 1 FROM occurrence WHERE workspace = ? AND scenario = ? AND slot = ?"
        return work.one(known, self.workspace, stored.name, slot) is not None
