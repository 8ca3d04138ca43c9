"""Scenario files into rows: what is new, changed, broken, gone, or back again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adloom.database import Transaction
from scenarios.model import Overlap, Scenario
from scenarios.schedules import ACCOUNT, Misfire
from scheduler.claims import Claims
from scheduler.occurrences import jitter
from scheduler.scenario_files import Reading
from scheduler.scenario_rows import StoredScenario, scenario_from, schedule_text

__all__ = ["Changes", "Synchronising"]

#: Who comes back later than this has to be enabled again: it may be another scenario by that name.
LONGEST_ABSENCE: Final = timedelta(days=1)

ZoneOf = Callable[[Scenario], str | None]


@dataclass(frozen=True)
class Changes:
    """What reading the files has changed; names of scenarios, but for `faults`.

    Args:
        new: They are there for the first time, and disabled.
        changed: They have another text.
        rescheduled: Those of them whose schedule is another one.
        gone: Their file is not there any more.
        broken: Their file cannot be used any more.
        back: Their file is there again, or can be used again.
        faults: Why files cannot be used, by the name of the file.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    rescheduled: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


class Synchronising:
    """One comparison of files and rows, in one transaction.

    Args:
        work: The transaction.
        workspace: Whose rows.
        now: The moment that counts.
        zone_of: Tells the time zone of a scenario's account.
    """

    def __init__(self, work: Transaction, workspace: str, now: datetime, zone_of: ZoneOf) -> None:
        self._work = work
        self._workspace = workspace
        self._now = now
        self._zone_of = zone_of
        self._claims = Claims(workspace, now)
        self._changes = Changes()
        rows = work.run("SELECT * FROM scenario WHERE workspace = ?", workspace)
        self._stored = {one.name: one for one in map(scenario_from, rows)}

    def take(self, reading: Reading) -> Changes:
        """Bring the rows up to date."""
        self._changes.faults.update(reading.faults)
        names = {file: one.name for file, one in reading.changed.items()} | dict(reading.unchanged)
        here = set(names.values())
        for file, scenario in reading.changed.items():
            self._write(file, scenario)
        for file, name in names.items():
            self._found(file, name)
        for stored in self._stored.values():
            if stored.file is not None and stored.name not in here:
                self._missing(stored, reading.faults.get(stored.file))
        return self._changes

    def _write(self, file: str, scenario: Scenario) -> None:
        """Write a new version down; where it is in its work does not change."""
        self._work.run(
            "INSERT INTO scenario_text (workspace, hash, content) VALUES (?, ?, ?)"
            " ON CONFLICT (workspace, hash) DO NOTHING",
            self._workspace,
            scenario.hash,
            scenario.text,
        )
        stored = self._stored.get(scenario.name)
        if stored is None or stored.hash != scenario.hash:
            (self._changes.changed if stored else self._changes.new).append(scenario.name)
        schedule = schedule_text(scenario.schedule) if scenario.schedule else None
        zone = self._zone(scenario)
        now = self._now.isoformat()
        [row] = self._work.run(
            "INSERT INTO scenario (workspace, name, hash, file, schedule, zone, overlap,"
            " max_errors, enabled, errors_in_row, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?) ON CONFLICT (workspace, name) DO UPDATE"
            " SET hash = excluded.hash, file = excluded.file, schedule = excluded.schedule,"
            " zone = excluded.zone, overlap = excluded.overlap,"
            " max_errors = excluded.max_errors, updated_at = excluded.updated_at RETURNING *",
            self._workspace,
            scenario.name,
            scenario.hash,
            file,
            schedule,
            zone,
            _overlap(scenario).value,
            scenario.settings.max_errors,
            now,
        )
        written = scenario_from(row)
        if stored and (stored.schedule, stored.zone) != (written.schedule, written.zone):
            self._changes.rescheduled.append(scenario.name)
            self._claims.begin(self._work, written)
            [row] = self._work.run(
                "SELECT * FROM scenario WHERE workspace = ? AND name = ?",
                self._workspace,
                scenario.name,
            )
        self._stored[scenario.name] = scenario_from(row)

    def _zone(self, scenario: Scenario) -> str | None:
        """The schedule's time zone; None if it is not known or there is none of that name."""
        if scenario.schedule is None:
            return None
        zone: str | None = scenario.schedule.timezone
        if zone == ACCOUNT:
            zone = self._zone_of(scenario)
        try:
            return ZoneInfo(zone).key if zone else None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None

    def _found(self, file: str, name: str) -> None:
        """A scenario is there: forget why it could not run."""
        stored = self._stored[name]
        if stored.schedule is not None and stored.zone is None:
            self._hold(stored, "The time zone of its account is not known yet.")
            return
        if stored.file != file:
            self._work.run(
                "UPDATE scenario SET file = ? WHERE workspace = ? AND name = ?",
                file,
                self._workspace,
                name,
            )
        if stored.fault is not None:
            self._back(stored)

    def _missing(self, stored: StoredScenario, fault: str | None) -> None:
        """A scenario's file is gone or cannot be used: it does not run until it can."""
        text = f"{stored.file} cannot be used: {fault}" if fault else f"{stored.file} is gone."
        if stored.fault != text:
            (self._changes.broken if fault else self._changes.gone).append(stored.name)
            self._hold(stored, text)

    def _hold(self, stored: StoredScenario, fault: str) -> None:
        self._work.run(
            "UPDATE scenario SET fault = ?, fault_since = COALESCE(fault_since, ?),"
            " due_at = NULL WHERE workspace = ? AND name = ?",
            fault,
            self._now.isoformat(),
            self._workspace,
            stored.name,
        )

    def _back(self, stored: StoredScenario) -> None:
        """It goes on where it was; what it missed meanwhile is a matter of its misfire."""
        self._changes.back.append(stored.name)
        away = self._now - (stored.fault_since or self._now)
        due_at = None
        if stored.enabled and stored.next_at and stored.next_slot and stored.schedule:
            due_at = stored.next_at + jitter(stored.schedule, stored.name, stored.next_slot)
        self._work.run(
            "UPDATE scenario SET fault = NULL, fault_since = NULL, due_at = ?"
            " WHERE workspace = ? AND name = ?",
            due_at.isoformat() if due_at else None,
            self._workspace,
            stored.name,
        )
        if stored.enabled and away > LONGEST_ABSENCE:
            self._claims.disable(self._work, stored.name, "It could not run for more than a day.")


def _overlap(scenario: Scenario) -> Overlap:
    """What happens when it is due while it runs: where nothing may be left out it waits."""
    chosen, schedule = scenario.settings.overlap, scenario.schedule
    if scenario.settings.sequential and chosen is Overlap.ALLOW:
        return Overlap.WAIT
    if schedule and schedule.misfire is Misfire.ALL and chosen is Overlap.SKIP:
        return Overlap.WAIT
    return chosen
