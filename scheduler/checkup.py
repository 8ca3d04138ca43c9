"""A check-up of the journal: what waits for somebody, and whether its promises hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adloom.database import Database, Row, Transaction
from scheduler.findings import Finding, fail, ok, warn
from scheduler.promises import look_at_promises, named

__all__ = ["Checkup"]

#: An enabled scenario that is so late has nobody to run it.
LATE: Final = timedelta(minutes=10)
#: Rows of the future were written by a clock that was wrong, then or now.
AHEAD: Final = timedelta(minutes=2)


@dataclass(frozen=True)
class Checkup:
    """Looks at a journal.

    Args:
        database: The journal's.
        is_alive: Whether a process still runs, by the name it wrote down.
        now: The present.
        workspace: Which workspace's rows.
    """

    database: Database
    is_alive: Callable[[str], bool]
    now: datetime
    workspace: str = "local"

    async def all(self) -> list[Finding]:
        """Everything there is to look at."""
        return await self.database.read(
            lambda work: [
                *look_at_promises(work, self.workspace),
                *self._executions(work),
                *self._scenarios(work),
                *self._watches(work),
                *self._clock(work),
            ]
        )

    def _executions(self, work: Transaction) -> list[Finding]:
        rows = work.run(
            "SELECT id, status, node FROM execution WHERE workspace = ?"
            " AND status IN ('running', 'incomplete', 'in doubt') ORDER BY id",
            self.workspace,
        )
        found = []
        left = [one["id"] for one in rows if one["status"] == "running" and not self._lives(one)]
        if left:
            said = f"{len(left)} were left behind by a process that died: {named(left)}"
            advice = "adloom serve takes them up, or: adloom executions resume ID"
            found.append(warn("executions", said, advice))
        for status, advice in (
            ("in doubt", "Look at the platform, then: adloom executions resume or drop ID"),
            ("incomplete", "adloom executions show ID says why; then resume or drop it"),
        ):
            ids = [one["id"] for one in rows if one["status"] == status]
            if ids:
                be = "is" if len(ids) == 1 else "are"
                found.append(warn("executions", f"{len(ids)} {be} {status}: {named(ids)}", advice))
        return found or [ok("executions", "none waits for anybody")]

    def _scenarios(self, work: Transaction) -> list[Finding]:
        rows = work.run("SELECT * FROM scenario WHERE workspace = ? ORDER BY name", self.workspace)
        found = [self._scenario(row) for row in rows]
        quarantined = work.run(
            "SELECT DISTINCT scenario FROM inbox WHERE workspace = ? AND state = 'quarantined'",
            self.workspace,
        )
        for row in quarantined:
            said = f"{row[0]}: bundles that killed their process are set aside"
            found.append(warn("scenarios", said, "Look at them: adloom scenarios show NAME"))
        told = [one for one in found if one is not None]
        return told or [ok("scenarios", f"{len(rows)} known, none complains")]

    def _scenario(self, row: Row) -> Finding | None:
        name, due = row["name"], _moment(row["due_at"])
        if row["fault"]:
            return warn("scenarios", f"{name} cannot run. {row['fault']}", "adloom scenarios check")
        if row["disabled_reason"]:
            said = f"{name} was disabled. {row['disabled_reason']}"
            return warn("scenarios", said, f"When that is mended: adloom scenarios enable {name}")
        if row["errors_in_row"]:
            said = f"{name} failed {row['errors_in_row']} times in a row. {row['last_error']}"
            return warn("scenarios", said, "See its executions: adloom executions list")
        if due and self.now - due > LATE:
            said = f"{name} has been due since {due:%Y-%m-%d %H:%M} UTC and did not run"
            return warn("scenarios", said, "Is anybody there to run it? adloom serve")
        return None

    def _watches(self, work: Transaction) -> list[Finding]:
        rows = work.run(
            "SELECT * FROM watch WHERE workspace = ? ORDER BY scenario, step, source",
            self.workspace,
        )
        found = []
        for row in rows:
            place = f"{row['scenario']}, step {row['step']}, {row['source'] or 'its only source'}"
            if row["error"]:
                since = (row["polled_at"] or row["begun_at"])[:16].replace("T", " ")
                said = f"{place} has not been read since {since} UTC. {row['error']}"
                found.append(warn("watches", said, "It goes on by itself where it stopped"))
            elif (settled := _moment(row["settled"])) and settled > self.now + AHEAD:
                said = f"{place} stands in the future, at {settled:%Y-%m-%d %H:%M} UTC"
                found.append(fail("watches", said, "Put this machine's clock right"))
        return found or [ok("watches", f"{len(rows)} known, all were read without error")]

    def _clock(self, work: Transaction) -> list[Finding]:
        row = work.one(
            "SELECT MAX(started_at) AS latest FROM execution WHERE workspace = ?", self.workspace
        )
        latest = _moment(row["latest"]) if row else None
        if latest and latest > self.now + AHEAD:
            said = f"the last execution began in the future, at {latest:%Y-%m-%d %H:%M} UTC"
            return [warn("clock", said, "Put this machine's clock right")]
        return []

    def _lives(self, row: Row) -> bool:
        return self.is_alive(row["node"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
