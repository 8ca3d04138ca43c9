"""What is known of an execution, as data that anybody may read."""

from typing import Any

from adloom.database import Database
from adloom.json_text import parse_strict
from adloom.secret import redact
from scheduler.history import shown
from scheduler.records import Execution

__all__ = ["as_data", "keys_of", "steps_of"]


async def steps_of(database: Database, execution_id: str) -> list[dict[str, Any]]:
    """Every step of an execution as anybody may read it, in order."""
    rows = await database.read(lambda work: shown(work, execution_id))
    return [
        {
            **row,
            "given": None if row["given"] is None else parse_strict(row["given"].encode()),
            "output": parse_strict((row["output"] or "[]").encode()),
        }
        for row in rows
    ]


async def keys_of(database: Database, execution_id: str) -> dict[str, str]:
    """What the trigger called the bundles of an execution, by the way they begin in paths."""
    rows = await database.read(
        lambda work: work.run("SELECT id, key FROM inbox WHERE execution_id = ?", execution_id)
    )
    return {row["id"]: row["key"] for row in rows}


def as_data(execution: Execution) -> dict[str, Any]:
    """An execution with its operations and calls; secrets as dots."""
    return {
        "id": execution.id,
        "status": execution.status,
        "scenario": execution.scenario,
        "scenario_hash": execution.scenario_hash,
        "slot": execution.slot,
        "undoes": execution.undoes,
        "started_at": execution.started_at,
        "ended_at": execution.ended_at,
        "error": execution.error,
        "modules": [operation.module for operation in execution.operations],
        "changes": sum(len(one.call.changes) for op in execution.operations for one in op.calls),
        "operations": [
            {
                "module": operation.module,
                "connection": operation.connection,
                "path": operation.path,
                "params": redact(dict(operation.params)),
                "calls": [
                    {
                        "method": one.call.request.method,
                        "path": redact(one.call.request.path),
                        "state": one.state,
                        "attempts": one.attempts,
                        "attempted_at": one.attempted_at,
                        "changes": [vars(change) for change in one.call.changes],
                        "answer": redact(one.body),
                        "error": one.error,
                    }
                    for one in operation.calls
                ],
            }
            for operation in execution.operations
        ],
    }
