"""Scenarios as a list shows them: how each fares, what waits, what needs somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from adloom.database import Row, Transaction
from adloom.services.scenario_list_facts import Facts, facts_of, learn_facts
from adloom.services.scenario_list_faults import FaultyFile, look_at_files
from adloom.services.scenario_words import say_schedule
from adloom.services.session import Session
from connections.connection import Connection
from scheduler.records import Status
from scheduler.scenario_rows import RunStatus
from scheduler.scenario_store import StoredScenario
from scheduler.workshop import Workshop

__all__ = ["Listed", "Scenarios", "Show", "scenario_list", "until"]

WAITING: Final = (
    "SELECT scenario, status, COUNT(*) AS waiting FROM execution WHERE workspace = ?"
    " AND scenario IS NOT NULL AND status IN (?, ?) GROUP BY scenario, status"
)
HELD: Final = (
    "SELECT scenario, COUNT(*) AS waiting FROM hold WHERE workspace = ? AND state = 'held'"
    " AND expires_at > ? GROUP BY scenario"
)
LATEST: Final = (
    "SELECT s.name, (SELECT e.id FROM execution e WHERE e.workspace = s.workspace"
    " AND e.scenario = s.name ORDER BY e.started_at DESC LIMIT 1) AS id"
    " FROM scenario s WHERE s.workspace = ?"
)
UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


class Show(StrEnum):
    """Which scenarios are shown."""

    ALL = "all"
    ON = "on"
    OFF = "off"
    ATTENTION = "attention"
    FAULTY = "faulty"


@dataclass(frozen=True)
class Listed:
    """A scenario as a list shows it.

    Args:
        stored: As the journal knows it.
        facts: What it says of itself.
        connections: Those it names that there are.
        missing: The names of those that there are not.
        incomplete: Executions that stopped part-way.
        in_doubt: Executions with a change nobody knows the outcome of.
        held: Changes that a limit has parked.
        execution: The id of its latest execution.
    """

    stored: StoredScenario
    facts: Facts
    connections: tuple[Connection, ...] = ()
    missing: tuple[str, ...] = ()
    incomplete: int = 0
    in_doubt: int = 0
    held: int = 0
    execution: str | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.stored.name

    @property
    def needs(self) -> list[str]:
        """Why it needs somebody, a reason each; empty if it does not."""
        stored, found = self.stored, list[str]()
        if stored.fault:
            found.append(stored.fault)
        if stored.disabled_reason:
            found.append(f"Switched off by adloom. {stored.disabled_reason}")
        found += [f"There is no connection “{one}”." for one in self.missing]
        if stored.last_status in (RunStatus.FAILED, RunStatus.GIVEN_UP) and not found:
            found.append(stored.last_error or "Its last run failed.")
        return found

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.needs or self.incomplete or self.in_doubt or self.held)

    @property
    def says(self) -> str:
        """When it runs, in words."""
        return say_schedule(self.stored.schedule)


@dataclass(frozen=True)
class Scenarios:
    """The scenarios of a workspace.

    Args:
        rows: Those that need attention first, then by name.
        faulty: Files that cannot be used.
        total: How many there are before any filter.
    """

    rows: Sequence[Listed]
    faulty: Sequence[FaultyFile]
    total: int

    def only(self, text: str, show: Show) -> "Scenarios":
        """Those that hold a text, and stand as is asked for."""
        words = text.lower().split()
        rows = [one for one in self.rows if _is_shown(one, show) and _holds(_said(one), words)]
        some = show in (Show.ALL, Show.FAULTY, Show.ATTENTION)
        files = [one for one in self.faulty if some and _holds(f"{one.file} {one.text}", words)]
        return replace(self, rows=rows, faulty=files)


async def scenario_list(session: Session, workshop: Workshop) -> Scenarios:
    """Everything there is to list, as it is known now."""
    stored = await workshop.scenarios.all()
    known = {one.name: one for one in await session.wiring.store.all()}
    counts = await _counts(workshop, session.wiring.clock.now())
    await learn_facts(workshop, [one.hash for one in stored])
    texts = {one.hash: one.name for one in stored}
    faulty, here = look_at_files(session.workspace.scenarios, texts)
    told_as_files = {one.file for one in faulty}
    rows = []
    for one in stored:
        # A file that cannot be used is told as such; one that was deleted is no scenario any more.
        row = _listed(one, await facts_of(workshop, one.hash), known, counts)
        waits = one.enabled or row.incomplete or row.in_doubt or row.held
        if one.name in here or (waits and one.file not in told_as_files):
            rows.append(row)
    rows.sort(key=lambda row: (not row.needs_attention, row.name.lower()))
    return Scenarios(rows, faulty, len(rows))


def until(moment: datetime | None, now: datetime) -> str:
    """How long it is until something, roughly."""
    if moment is None:
        return ""
    seconds = int(max(moment - now, timedelta()).total_seconds())
    for size, unit in UNITS:
        if seconds >= size:
            count = round(seconds / size)
            return f"in {count} {unit}{'' if count == 1 else 's'}"
    return "within a minute"


# --- inside ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Counts:
    executions: Mapping[tuple[str, str], int]
    held: Mapping[str, int]
    latest: Mapping[str, str | None]


async def _counts(workshop: Workshop, now: datetime) -> _Counts:
    def work(work: Transaction) -> _Counts:
        place = "local"
        waiting: list[Row] = work.run(
            WAITING, place, Status.INCOMPLETE.value, Status.IN_DOUBT.value
        )
        return _Counts(
            {(row["scenario"], row["status"]): int(row["waiting"]) for row in waiting},
            {
                row["scenario"]: int(row["waiting"])
                for row in work.run(HELD, place, now.isoformat())
            },
            {row["name"]: row["id"] for row in work.run(LATEST, place)},
        )

    return await workshop.database.read(work)


def _listed(
    stored: StoredScenario, facts: Facts, known: Mapping[str, Connection], counts: _Counts
) -> Listed:
    named = facts.connections
    return Listed(
        stored,
        facts,
        tuple(known[name] for name in named if name in known),
        tuple(name for name in named if name not in known),
        counts.executions.get((stored.name, Status.INCOMPLETE.value), 0),
        counts.executions.get((stored.name, Status.IN_DOUBT.value), 0),
        counts.held.get(stored.name, 0),
        counts.latest.get(stored.name),
    )


def _is_shown(one: Listed, show: Show) -> bool:
    match show:
        case Show.ON:
            return one.stored.enabled
        case Show.OFF:
            return not one.stored.enabled
        case Show.ATTENTION:
            return one.needs_attention
        case Show.FAULTY:
            return bool(one.stored.fault or one.missing)
        case Show.ALL:
            return True


def _said(one: Listed) -> str:
    modules = " ".join(name.replace("_", " ") for name in one.facts.modules)
    parts = (one.name, one.facts.description, one.says, *one.facts.connections, modules)
    return " ".join(parts)


def _holds(text: str, words: Sequence[str]) -> bool:
    lower = text.lower()
    return all(word in lower for word in words)
