"""Limits as a plan meets them: the ledger is copied, and the plan counts in the copy.

What a limit would say depends on what was changed before, by the plan itself as well. So the rows
that count are copied into a database that is gone afterwards; the journal is only looked at.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Transaction, open_database
from scheduler.rails.ledger import Ledger
from scheduler.rails.rails import Rails
from scheduler.records import Execution
from scheduler.rows import insert_execution
from scheduler.schema import MIGRATIONS

__all__ = ["rails_ahead"]

#: What the ledger counts, and what tells it whether that still counts, each with its columns.
COPIED: Final = {
    "rail_change": "SELECT * FROM rail_change WHERE workspace = ?",
    "execution": (
        "SELECT DISTINCT e.* FROM execution e JOIN rail_change r ON r.execution_id = e.id"
        " WHERE r.workspace = ? AND r.state = 'reserved'"
    ),
    "operation": (
        "SELECT DISTINCT o.* FROM operation o JOIN rail_change r ON r.operation_id = o.id"
        " WHERE r.workspace = ? AND r.state = 'reserved'"
    ),
    "call": (
        "SELECT DISTINCT c.* FROM call c JOIN rail_change r ON r.operation_id = c.operation_id"
        " WHERE r.workspace = ? AND r.state = 'reserved'"
    ),
}
#: Tables are pasted in the order their rows refer to each other.
ORDER: Final = ("execution", "operation", "call", "rail_change")

Rows = dict[str, list[dict[str, Any]]]


@asynccontextmanager
async def rails_ahead(
    database: Database, clock: Clock, executions: Iterable[Execution], *, workspace: str = "local"
) -> AsyncIterator[Rails]:
    """Rails for executions that only a plan has; nothing of what they count is kept.

    Args:
        database: The journal's, with what was changed so far.
        clock: The time.
        executions: Those of the plan.
        workspace: Which workspace's rows.
    """
    rows = await database.read(lambda work: _copied(work, workspace))
    with TemporaryDirectory(prefix="adloom-plan-") as folder:
        where = Path(folder) / "rails.db"
        async with open_database(where, MIGRATIONS, set_name="journal") as scratch:
            mine = list(executions)
            await scratch.write(lambda work: _paste(work, workspace, rows, mine))
            yield Rails(Ledger(scratch, clock, workspace))


def _copied(work: Transaction, workspace: str) -> Rows:
    return {
        table: [dict(row) for row in work.run(asked, workspace)] for table, asked in COPIED.items()
    }


def _paste(work: Transaction, workspace: str, rows: Rows, executions: Sequence[Execution]) -> None:
    for table in ORDER:
        found = rows[table]
        if found:
            columns = list(found[0])
            marks = ", ".join("?" * len(columns))
            work.many(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
                [[row[name] for name in columns] for row in found],
            )
    for execution in executions:
        insert_execution(work, workspace, execution)
