"""The tables of rails, and what stands in their rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from adloom.database import Migration, Row
from adloom.json_text import parse_strict
from adloom.wire import Record

__all__ = ["HOLDS", "RAIL_MIGRATIONS", "Hold", "HoldState", "Reserved", "hold_from", "settled"]

RAIL_MIGRATIONS: Final = (
    Migration(
        "0013 rails",
        (
            # One row for each value of each object that a call changes, for each scenario whose
            # limits hold for it.
            """CREATE TABLE rail_change (
                 workspace TEXT NOT NULL, operation_id TEXT NOT NULL, call_key TEXT NOT NULL,
                 number INTEGER NOT NULL, scenario TEXT NOT NULL, execution_id TEXT NOT NULL,
                 run TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL,
                 object_id TEXT NOT NULL, field TEXT NOT NULL, direction TEXT NOT NULL,
                 old TEXT, new TEXT, unit TEXT NOT NULL, counts INTEGER NOT NULL,
                 priority INTEGER NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
                 PRIMARY KEY (workspace, operation_id, call_key, number, scenario))""",
            "CREATE INDEX rail_change_day ON rail_change (workspace, scenario, at)",
            "CREATE INDEX rail_change_run ON rail_change (workspace, scenario, run)",
            "CREATE INDEX rail_change_object ON rail_change (workspace, object_id, at)",
            "CREATE INDEX rail_change_state ON rail_change (workspace, state)",
            """CREATE TABLE rail_active (
                 workspace TEXT NOT NULL, run TEXT NOT NULL, account TEXT NOT NULL,
                 ads TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (workspace, run, account))""",
            """CREATE TABLE hold (
                 workspace TEXT NOT NULL, operation_id TEXT NOT NULL, execution_id TEXT NOT NULL,
                 path TEXT NOT NULL, scenario TEXT NOT NULL, step TEXT NOT NULL,
                 rail TEXT NOT NULL, reason TEXT NOT NULL, changes TEXT NOT NULL,
                 state TEXT NOT NULL, held_at TEXT NOT NULL, expires_at TEXT NOT NULL,
                 decided_at TEXT, PRIMARY KEY (workspace, operation_id))""",
            "CREATE INDEX hold_state ON hold (workspace, state, held_at)",
        ),
    ),
)
#: What every hold is read by.
HOLDS: Final = "SELECT * FROM hold WHERE workspace = ?"


class Reserved(StrEnum):
    """What a row of the ledger says about its change.

    Args:
        RESERVED: It may be sent, or may have been: it counts.
        DONE: It happened, or nobody can rule that out any more: it counts.
        FAILED: It was tried and did not happen.
        RELEASED: It was never sent.
    """

    RESERVED = "reserved"
    DONE = "done"
    FAILED = "failed"
    RELEASED = "released"


class HoldState(StrEnum):
    """How a parked change stands."""

    HELD = "held"
    RELEASED = "released"
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    PASSED = "passed"


@dataclass(frozen=True)
class Hold:
    """A change that is parked until a person lets it through or drops it.

    Args:
        operation_id: What is parked.
        execution_id: What it is part of.
        path: The step, for this bundle.
        scenario: Whose limit it was.
        step: The step's id.
        rail: Which limit.
        reason: What was counted.
        changes: What it would change, as data of `Change`.
        state: How it stands.
        held_at: Since when.
        expires_at: When it is dropped by itself.
        decided_at: When somebody decided.
    """

    operation_id: str
    execution_id: str
    path: str
    scenario: str
    step: str
    rail: str
    reason: str
    changes: tuple[Record, ...]
    state: HoldState
    held_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None


def hold_from(row: Row) -> Hold:
    """Read a row."""
    return Hold(
        row["operation_id"],
        row["execution_id"],
        row["path"],
        row["scenario"],
        row["step"],
        row["rail"],
        row["reason"],
        tuple(parse_strict(row["changes"].encode())),
        HoldState(row["state"]),
        datetime.fromisoformat(row["held_at"]),
        datetime.fromisoformat(row["expires_at"]),
        datetime.fromisoformat(row["decided_at"]) if row["decided_at"] else None,
    )


def settled(
    call: str | None, execution: str | None, *, attempted: bool, answered: bool
) -> Reserved:
    """What has become of a reserved change, told by the journal alone.

    So it needs nobody to give it back: whoever comes next finds out, whatever process died.

    Args:
        call: How its call stands; None if it was never planned.
        execution: How its execution stands; None if that is forgotten.
        attempted: Whether the call ever left, or was about to.
        answered: Whether an answer to it is kept.
    """
    match call:
        case "done":
            return Reserved.DONE
        case "intent" | "in doubt":
            return Reserved.RESERVED
        case "failed":  # an answer is only kept of what was done in part
            return Reserved.DONE if answered else Reserved.FAILED
        case "dropped":  # given up by a person who may not have known whether it happened
            return Reserved.DONE if attempted else Reserved.RELEASED
        case _:
            return Reserved.RESERVED if execution == "running" else Reserved.RELEASED
