"""Scenarios and their occurrences as rows, and back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from adloom.database import Migration, Row
from scenarios.model import Overlap
from scenarios.schedules import Schedule

__all__ = [
    "SCENARIO_MIGRATIONS",
    "Due",
    "RunEnd",
    "RunStatus",
    "StoredOccurrence",
    "StoredScenario",
    "occurrence_from",
    "scenario_from",
    "schedule_text",
]

SCENARIO_MIGRATIONS: Final = (
    Migration(
        "0004 scenarios",
        (
            # `due_at` is null unless the scenario may be claimed, so that one index tells.
            """CREATE TABLE scenario (
                 workspace TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, file TEXT,
                 schedule TEXT, zone TEXT, overlap TEXT NOT NULL, max_errors INTEGER NOT NULL,
                 enabled INTEGER NOT NULL, disabled_reason TEXT, fault TEXT, fault_since TEXT,
                 next_at TEXT, next_slot TEXT, due_at TEXT, reckoned_at TEXT,
                 errors_in_row INTEGER NOT NULL, last_started_at TEXT, last_ended_at TEXT,
                 last_status TEXT, last_error TEXT, last_found_at TEXT, updated_at TEXT NOT NULL,
                 PRIMARY KEY (workspace, name))""",
            "CREATE INDEX scenario_due ON scenario (workspace, due_at)",
            """CREATE TABLE scenario_text (
                 workspace TEXT NOT NULL, hash TEXT NOT NULL, content TEXT NOT NULL,
                 PRIMARY KEY (workspace, hash))""",
            """CREATE TABLE occurrence (
                 workspace TEXT NOT NULL, scenario TEXT NOT NULL, slot TEXT NOT NULL,
                 at TEXT NOT NULL, hash TEXT NOT NULL, node TEXT NOT NULL,
                 attempts INTEGER NOT NULL, claimed_at TEXT NOT NULL, ended_at TEXT,
                 status TEXT NOT NULL, error TEXT, PRIMARY KEY (workspace, scenario, slot))""",
            "CREATE INDEX occurrence_status ON occurrence (workspace, status, scenario)",
            "CREATE INDEX occurrence_claimed ON occurrence (workspace, scenario, claimed_at)",
        ),
    ),
)


class RunStatus(StrEnum):
    """What became of an occurrence.

    Args:
        RUNNING: It was claimed and has not ended; so it stays if its process dies.
        DONE: It went well.
        WARNING: Not all went well, but it does not count as failed.
        FAILED: It failed; so many in a row disable the scenario.
        STOPPED: Somebody stopped it.
        SKIPPED: It was left out, because the one before was still running.
        GIVEN_UP: The process that ran it died every time.
    """

    RUNNING = "running"
    DONE = "done"
    WARNING = "warning"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    GIVEN_UP = "given up"


@dataclass(frozen=True)
class Due:
    """An occurrence that this process has claimed: it runs it, and nobody else does.

    Args:
        scenario: The scenario's name.
        slot: What names the occurrence among the scenario's.
        at: When it was due, in UTC; jitter not counted.
        hash: The version of the scenario.
        attempt: Counts the processes that claimed it: more than 1 means that others died of it.
    """

    scenario: str
    slot: str
    at: datetime
    hash: str
    attempt: int = 1


@dataclass(frozen=True)
class RunEnd:
    """How running an occurrence ended.

    Args:
        status: What became of it.
        error: Why it failed.
        found: Whether its trigger or search found anything.
    """

    status: RunStatus = RunStatus.DONE
    error: str | None = None
    found: bool = False


@dataclass(frozen=True)
class StoredOccurrence:
    """An occurrence as it was written down.

    Args:
        due: What was claimed.
        node: By which process.
        claimed_at: When.
        ended_at: When it ended, if it has.
        status: What became of it.
        error: Why it failed.
    """

    due: Due
    node: str
    claimed_at: datetime
    ended_at: datetime | None
    status: RunStatus
    error: str | None


@dataclass(frozen=True)
class StoredScenario:
    """A scenario as the store knows it.

    Args:
        name: What it is called.
        hash: Its version.
        file: The name of its file in the workspace's folder, if it has one.
        schedule: When it runs.
        zone: The schedule's time zone, an IANA name; None if it is not known.
        overlap: What happens when it is due while it runs.
        max_errors: After how many failures in a row it is disabled; 0 means never.
        enabled: Whether it runs by its schedule.
        disabled_reason: Why adloom disabled it; None if a person did.
        fault: Why it cannot run for now.
        fault_since: Since when.
        next_at: Its next occurrence; jitter not counted.
        next_slot: What names it.
        due_at: When that starts; None while it cannot.
        errors_in_row: How often it failed since it last went well.
        last_started_at: When it last started.
        last_ended_at: When it last ended.
        last_status: What came of it.
        last_error: Why it failed.
        last_found_at: When it last found something new.
    """

    name: str
    hash: str
    file: str | None
    schedule: Schedule | None
    zone: str | None
    overlap: Overlap
    max_errors: int
    enabled: bool
    disabled_reason: str | None
    fault: str | None
    fault_since: datetime | None
    next_at: datetime | None
    next_slot: str | None
    due_at: datetime | None
    errors_in_row: int
    last_started_at: datetime | None
    last_ended_at: datetime | None
    last_status: RunStatus | None
    last_error: str | None
    last_found_at: datetime | None

    @property
    def place(self) -> ZoneInfo:
        """The schedule's time zone."""
        return ZoneInfo(self.zone or "UTC")


def scenario_from(row: Row) -> StoredScenario:
    """Read a row of `scenario`."""
    return StoredScenario(
        name=row["name"],
        hash=row["hash"],
        file=row["file"],
        schedule=None if row["schedule"] is None else _schedule(row["schedule"]),
        zone=row["zone"],
        overlap=Overlap(row["overlap"]),
        max_errors=row["max_errors"],
        enabled=bool(row["enabled"]),
        disabled_reason=row["disabled_reason"],
        fault=row["fault"],
        fault_since=_moment(row["fault_since"]),
        next_at=_moment(row["next_at"]),
        next_slot=row["next_slot"],
        due_at=_moment(row["due_at"]),
        errors_in_row=row["errors_in_row"],
        last_started_at=_moment(row["last_started_at"]),
        last_ended_at=_moment(row["last_ended_at"]),
        last_status=RunStatus(row["last_status"]) if row["last_status"] else None,
        last_error=row["last_error"],
        last_found_at=_moment(row["last_found_at"]),
    )


def occurrence_from(row: Row) -> StoredOccurrence:
    """Read a row of `occurrence`."""
    at = datetime.fromisoformat(row["at"])
    return StoredOccurrence(
        due=Due(row["scenario"], row["slot"], at, row["hash"], row["attempts"]),
        node=row["node"],
        claimed_at=datetime.fromisoformat(row["claimed_at"]),
        ended_at=_moment(row["ended_at"]),
        status=RunStatus(row["status"]),
        error=row["error"],
    )


def schedule_text(schedule: Schedule) -> str:
    """Write a schedule as JSON; equal schedules give equal texts."""
    return msgspec.json.encode(schedule, order="deterministic").decode()


@lru_cache(maxsize=20_000)
def _schedule(text: str) -> Schedule:
    return msgspec.json.decode(text, type=Schedule)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
