"""A check-up of the journal: what waits for somebody, and whether its promises hold.

The promises are those of reliability.md §3.5, asked of the rows themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adloom.database import Database, Row, Transaction
from scheduler.findings import Finding, fail, ok, warn

__all__ = ["Checkup"]

RESTORE: Final = "Keep a copy of the file, then: adloom restore, or report it"
#: An enabled scenario that is so late has nobody to run it.
LATE: Final = timedelta(minutes=10)
#: Rows of the future were written by a clock that was wrong, then or now.
AHEAD: Final = timedelta(minutes=2)
MOST_NAMED: Final = 5
SAME_WATCH: Final = (
    "w.workspace = i.workspace AND w.scenario = i.scenario AND w.step = i.step"
    " AND w.source = i.source"
)

#: What must never be there: the question, what it would mean.
BROKEN: Final = (
    (
        (
            "SELECT i.key FROM inbox i WHERE i.workspace = ? GROUP BY i.scenario, i.step, i.source,"
            " i.epoch, i.key HAVING COUNT(*) > 1"
        ),
        "bundles stand in the inbox twice",
    ),
    (
        (
            "SELECT i.key FROM inbox i LEFT JOIN execution e ON e.id = i.execution_id"
            " WHERE i.workspace = ? AND i.state IN ('taken', 'incomplete')"
            " AND (e.id IS NULL OR e.status IN ('done', 'failed', 'dropped'))"
        ),
        "bundles belong to executions that have ended without them",
    ),
    (
        "SELECT w.source FROM watch w WHERE w.workspace = ? AND w.candidate < w.settled",
        "watches stand beyond what was confirmed",
    ),
    (
        (
            "SELECT m.key FROM watch_memory m JOIN watch w ON w.workspace = m.workspace"
            " AND w.scenario = m.scenario AND w.step = m.step AND w.source = m.source"
            " WHERE m.workspace = ? AND m.at < w.settled"
        ),
        "watches remember what they have settled",
    ),
    (
        (
            "SELECT m.key FROM watch_memory m LEFT JOIN watch w ON w.workspace = m.workspace"
            " AND w.scenario = m.scenario AND w.step = m.step AND w.source = m.source"
            " WHERE m.workspace = ? AND w.source IS NULL"
        ),
        "something is remembered for watches that are not there",
    ),
    (
        (
            "SELECT c.key FROM call c JOIN operation o ON o.id = c.operation_id"
            " JOIN execution e ON e.id = o.execution_id WHERE e.workspace = ?"
            " AND c.state = 'intent' AND e.status IN ('done', 'failed', 'dropped')"
        ),
        "calls have no outcome though their executions have ended",
    ),
    (
        (
            "SELECT i.key FROM inbox i WHERE i.workspace = ? AND i.state = 'done'"
            " AND i.bundle_sealed IS NOT NULL"
        ),
        "bundles were kept though they were done with",
    ),
)
#: What was handed on and may come into view again, so it has to be remembered.
UNCOVERED: Final = (
    "SELECT i.scenario, i.step, i.source, i.key FROM inbox i"
    f" JOIN watch w ON {SAME_WATCH} AND w.epoch = i.epoch"
    " WHERE i.workspace = ? AND i.at >= w.settled"
)


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
                *self._promises(work),
                *self._executions(work),
                *self._scenarios(work),
                *self._watches(work),
                *self._clock(work),
            ]
        )

    def _promises(self, work: Transaction) -> list[Finding]:
        found = []
        for question, meaning in BROKEN:
            keys = [row[0] for row in work.run(question, self.workspace)]
            if keys:
                found.append(fail("promises", f"{len(keys)} {meaning}: {_named(keys)}", RESTORE))
        forgotten = [row["key"] for row in self._uncovered(work)]
        if forgotten:
            said = f"{len(forgotten)} bundles were handed on and forgotten: {_named(forgotten)}"
            found.append(fail("promises", said, RESTORE))
        return found or [ok("promises", "nothing is lost, nothing is there twice")]

    def _uncovered(self, work: Transaction) -> list[Row]:
        remembered = {
            tuple(row)
            for row in work.run(
                "SELECT scenario, step, source, key FROM watch_memory WHERE workspace = ?",
                self.workspace,
            )
        }
        # A version is named after its item: `17…@20261120T090000#…`.
        return [
            row
            for row in work.run(UNCOVERED, self.workspace)
            if (row["scenario"], row["step"], row["source"], row["key"].partition("@")[0])
            not in remembered
        ]

    def _executions(self, work: Transaction) -> list[Finding]:
        rows = work.run(
            "SELECT id, status, node FROM execution WHERE workspace = ?"
            " AND status IN ('running', 'incomplete', 'in doubt') ORDER BY id",
            self.workspace,
        )
        found = []
        left = [one["id"] for one in rows if one["status"] == "running" and not self._lives(one)]
        if left:
            said = f"{len(left)} were left behind by a process that died: {_named(left)}"
            advice = "adloom serve takes them up, or: adloom executions resume ID"
            found.append(warn("executions", said, advice))
        for status, advice in (
            ("in doubt", "Look at the platform, then: adloom executions resume or drop ID"),
            ("incomplete", "adloom executions show ID says why; then resume or drop it"),
        ):
            ids = [one["id"] for one in rows if one["status"] == status]
            if ids:
                found.append(warn("executions", f"{len(ids)} are {status}: {_named(ids)}", advice))
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


def _named(names: list[Any]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(map(str, names[:MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
