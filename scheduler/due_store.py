"""What is due: claimed by one process, ended, taken over from the dead.

Any number of runners may work on one store; an occurrence goes to one of them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Row, Transaction
from adloom.errors import AdloomError, UnknownNameError, UsageError
from scenarios.model import Overlap
from scheduler.claims import Claims
from scheduler.occurrences import Occurrence
from scheduler.scenario_rows import (
    Due,
    RunEnd,
    RunStatus,
    StoredOccurrence,
    occurrence_from,
    scenario_from,
)

__all__ = ["MOST_ATTEMPTS", "DueStore"]

#: What was reckoned this much later than now was reckoned by a clock that was set back since.
SET_BACK: Final = timedelta(seconds=30)
#: So many processes may die of an occurrence.
MOST_ATTEMPTS: Final = 3
#: How slots begin that no schedule has.
BY_HAND: Final = "by hand at "
MINE: Final = "workspace = ? AND scenario = ? AND slot = ?"
RUNNING: Final = (
    "SELECT 1 FROM occurrence WHERE workspace = ? AND scenario = ? AND status = 'running'"
)
#: What these say about a scenario's health; the others say nothing.
WENT_WELL: Final = frozenset({RunStatus.DONE, RunStatus.WARNING})
WENT_WRONG: Final = frozenset({RunStatus.FAILED, RunStatus.GIVEN_UP})


class DueStore:
    """Hands out what is due, and remembers what became of it.

    Args:
        database: The journal's, with `SCENARIO_MIGRATIONS`.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(self, database: Database, clock: Clock, *, workspace: str = "local") -> None:
        self._database = database
        self._clock = clock
        self._workspace = workspace

    async def claim_due(self, now: datetime, node: str, limit: int) -> list[Due]:
        """Claim what is due, the longest due first; nobody else gets the same.

        Args:
            now: The moment that counts.
            node: Which process claims.
            limit: At most so many scenarios are looked at.
        """
        claims = Claims(self._workspace, now)
        # Looking costs nothing; a transaction that writes is only begun when there is something.
        if limit < 1 or not await self._database.read(lambda work: claims.due(work, 1)):
            return []

        def work(work: Transaction) -> list[Due]:
            claimed = [claims.claim(work, row, node) for row in claims.due(work, limit)]
            return [due for due in claimed if due is not None]

        return await self._database.write(work)

    async def claim_now(self, name: str, node: str) -> Due:
        """Claim an occurrence outside the schedule, because somebody says so.

        Raises:
            UnknownNameError: There is no scenario of this name.
            UsageError: It cannot run, or runs already and never runs beside itself.
        """
        now = self._clock.now()
        chosen = Occurrence(now, f"{BY_HAND}{now.isoformat()}")

        def work(work: Transaction) -> Due | AdloomError:
            row = work.one(
                "SELECT * FROM scenario WHERE workspace = ? AND name = ?", self._workspace, name
            )
            if row is None:
                return UnknownNameError("scenario", name, self._names(work))
            stored = scenario_from(row)
            if stored.fault is not None:
                return UsageError(f"{name} cannot run. {stored.fault}")
            busy = work.one(RUNNING, self._workspace, name)
            claims = Claims(self._workspace, now)
            due = None
            if not busy or stored.overlap is Overlap.ALLOW:
                due = claims.occupy(work, stored, chosen, node)
            return due or UsageError(
                f"{name} is running already.", hint="Wait for it and try again."
            )

        due = await self._database.write(work)
        if isinstance(due, AdloomError):
            raise due
        return due

    async def ended(self, due: Due, end: RunEnd) -> str | None:
        """Write down how an occurrence ended.

        Returns:
            Why the scenario is disabled now, if this was one failure too many.
        """
        now = self._clock.now()
        return await self._database.write(lambda work: self._end(work, due, end, now))

    async def reclaim(
        self, node: str, is_alive: Callable[[str], bool], *, limit: int = 100
    ) -> list[Due]:
        """Take over what processes had claimed that are dead.

        What killed several processes is given up; what was asked for by hand, or belongs to a
        scenario that is disabled by now, is stopped.
        """
        rows = await self._database.read(
            lambda work: work.run(
                "SELECT o.*, s.enabled FROM occurrence o JOIN scenario s"
                " ON s.workspace = o.workspace AND s.name = o.scenario WHERE o.workspace = ?"
                " AND o.status = 'running' AND o.node <> ? ORDER BY o.claimed_at",
                self._workspace,
                node,
            )
        )
        alive = {one: is_alive(one) for one in {row["node"] for row in rows}}
        orphans = [row for row in rows if not alive[row["node"]]][: max(limit, 0)]
        if not orphans:
            return []
        now = self._clock.now()

        def work(work: Transaction) -> list[Due]:
            taken = [self._take_over(work, row, node, now) for row in orphans]
            return [due for due in taken if due is not None]

        return await self._database.write(work)

    async def recompute(self) -> list[str]:
        """Put right what was reckoned before the clock was set back; whose next time changed."""
        now = self._clock.now()
        claims = Claims(self._workspace, now)

        def work(work: Transaction) -> list[str]:
            rows = work.run(
                "SELECT * FROM scenario WHERE workspace = ? AND enabled = 1 AND reckoned_at > ?",
                self._workspace,
                (now + SET_BACK).isoformat(),
            )
            for stored in map(scenario_from, rows):
                claims.begin(work, stored)
            return [row["name"] for row in rows]

        return await self._database.write(work)

    async def occurrences(self, name: str, *, limit: int = 20) -> list[StoredOccurrence]:
        """A scenario's last occurrences, the newest first."""
        rows = await self._database.read(
            lambda work: work.run(
                "SELECT * FROM occurrence WHERE workspace = ? AND scenario = ?"
                " ORDER BY claimed_at DESC, at DESC LIMIT ?",
                self._workspace,
                name,
                limit,
            )
        )
        return [occurrence_from(row) for row in rows]

    # --- inside ---------------------------------------------------------------------------------

    def _end(self, work: Transaction, due: Due, end: RunEnd, now: datetime) -> str | None:
        """End an occurrence, unless another process has taken it over."""
        mine = work.run(
            f"UPDATE occurrence SET ended_at = ?, status = ?, error = ? WHERE {MINE}"
            " AND attempts = ? AND status = 'running' RETURNING slot",
            now.isoformat(),
            end.status.value,
            end.error,
            *self._slot(due),
            due.attempt,
        )
        return self._note_end(work, due.scenario, end, now) if mine else None

    def _note_end(self, work: Transaction, scenario: str, end: RunEnd, now: datetime) -> str | None:
        """Note how a scenario fares; why it is disabled, if it is."""
        wrong = end.status in WENT_WRONG
        rows = work.run(
            "UPDATE scenario SET last_ended_at = ?, last_status = ?, last_error = ?,"
            " last_found_at = COALESCE(?, last_found_at),"
            " errors_in_row = errors_in_row * ? + ? WHERE workspace = ? AND name = ?"
            " RETURNING enabled, errors_in_row, max_errors",
            now.isoformat(),
            end.status.value,
            end.error,
            now.isoformat() if end.found else None,
            0 if end.status in WENT_WELL else 1,
            1 if wrong else 0,
            self._workspace,
            scenario,
        )
        for row in rows:
            if wrong and row["enabled"] and 0 < row["max_errors"] <= row["errors_in_row"]:
                times = "once" if row["errors_in_row"] == 1 else f"{row['errors_in_row']} times"
                reason = f"It failed {times} in a row. The last time: {end.error or end.status}"
                Claims(self._workspace, now).disable(work, scenario, reason)
                return reason
        return None

    def _take_over(self, work: Transaction, row: Row, node: str, now: datetime) -> Due | None:
        """Claim what a dead process had claimed, unless somebody else was faster."""
        due = occurrence_from(row).due
        if not row["enabled"] or due.slot.startswith(BY_HAND):
            self._end(work, due, RunEnd(RunStatus.STOPPED, "Its process died."), now)
            return None
        if due.attempt >= MOST_ATTEMPTS:
            error = f"The process that ran it died {MOST_ATTEMPTS} times."
            self._end(work, due, RunEnd(RunStatus.GIVEN_UP, error), now)
            return None
        taken = work.run(
            f"UPDATE occurrence SET node = ?, claimed_at = ?, attempts = ? WHERE {MINE}"
            " AND attempts = ? AND status = 'running' RETURNING slot",
            node,
            now.isoformat(),
            due.attempt + 1,
            *self._slot(due),
            due.attempt,
        )
        return replace(due, attempt=due.attempt + 1) if taken else None

    def _names(self, work: Transaction) -> list[str]:
        rows = work.run("SELECT name FROM scenario WHERE workspace = ?", self._workspace)
        return [row["name"] for row in rows]

    def _slot(self, due: Due) -> tuple[Any, ...]:
        return (self._workspace, due.scenario, due.slot)
