"""What the journal promises, asked of its rows: nothing lost, nothing twice.

The promises are those of reliability.md §3.5.
"""

from collections.abc import Sequence
from typing import Any, Final

from adloom.database import Row, Transaction
from scheduler.findings import Finding, fail, ok

__all__ = ["look_at_promises", "named"]

RESTORE: Final = "Keep a copy of the file, then: adloom restore, or report it"
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


def look_at_promises(work: Transaction, workspace: str) -> list[Finding]:
    """Whether each of them is kept."""
    found = []
    for question, meaning in BROKEN:
        keys = [row[0] for row in work.run(question, workspace)]
        if keys:
            found.append(fail("promises", f"{len(keys)} {meaning}: {named(keys)}", RESTORE))
    forgotten = [row["key"] for row in _uncovered(work, workspace)]
    if forgotten:
        said = f"{len(forgotten)} bundles were handed on and forgotten: {named(forgotten)}"
        found.append(fail("promises", said, RESTORE))
    return found or [ok("promises", "nothing is lost, nothing is there twice")]


def _uncovered(work: Transaction, workspace: str) -> list[Row]:
    remembered = {
        tuple(row)
        for row in work.run(
            "SELECT scenario, step, source, key FROM watch_memory WHERE workspace = ?", workspace
        )
    }
    # A version is named after its item: `17…@20261120T090000#…`.
    return [
        row
        for row in work.run(UNCOVERED, workspace)
        if (row["scenario"], row["step"], row["source"], row["key"].partition("@")[0])
        not in remembered
    ]


def named(names: Sequence[Any]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - MOST_NAMED
    return ", ".join(map(str, names[:MOST_NAMED])) + (f" and {more} more" if more > 0 else "")
