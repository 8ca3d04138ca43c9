"""What the doctor looks at first: the machine, and the files of the workspace."""

import os
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from adloom.database.care import SQLITE_VERSION, faults_of, is_fit_for_logs, journal_mode
from adloom.errors import AdloomError
from adloom.settings import Workspace
from scheduler.findings import Finding, fail, ok, warn
from scheduler.sole_runner import runner_of

__all__ = ["look_at_files", "look_at_machine"]

#: Before this version was written no clock was right.
WRITTEN: Final = datetime(2026, 11, 1, tzinfo=UTC)
DATABASES: Final = ("connections.db", "journal.db", "events.db")
#: Bytes: less is trouble soon, less is trouble now.
SOON, NOW = 1_000_000_000, 100_000_000
OTHERS: Final = 0o077


def look_at_machine(workspace: Workspace, now: datetime) -> list[Finding]:
    """The clock, SQLite, room on the disk, the kill switch, and whether there is a runner."""
    found = [
        ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
        if now > WRITTEN
        else fail("clock", f"it shows {now:%Y-%m-%d}, which has been", "Set it"),
        ok("sqlite", f"{SQLITE_VERSION}, fit for a write-ahead log")
        if is_fit_for_logs()
        else ok("sqlite", f"{SQLITE_VERSION}; without a write-ahead log, which it has a fault in"),
        _room(workspace.path),
    ]
    if workspace.stopped:
        advice = f"Remove {workspace.path / 'STOP'} when things may be changed again"
        found.append(warn("stop", "the kill switch is pulled; nothing is changed", advice))
    return [*found, _runner(workspace)]


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:,.1f} GB free"
    if free < NOW:
        return fail("disk", said, "Make room: nothing can be written down any more soon")
    return warn("disk", said, "Make room") if free < SOON else ok("disk", said)


def _runner(workspace: Workspace) -> Finding:
    found = runner_of(workspace.locks)
    none = "there is none; schedules are kept once adloom serve runs"
    return ok("runner", found or none)


def look_at_files(workspace: Workspace) -> list[Finding]:
    """Each database from end to end, and who may read what is private."""
    databases = [workspace.path / name for name in DATABASES]
    found = [_database(path) for path in databases if path.exists()]
    private = [*workspace.path.glob("*.db*"), *workspace.locks.glob("*")]
    open_to_others = [path for path in private if _is_open(path)]
    if not open_to_others:
        return [*found, ok("files", "only you can read what is private")]
    said = "can be read by others"
    return found + [fail("files", f"{one} {said}", f"chmod 600 {one}") for one in open_to_others]


def _database(path: Path) -> Finding:
    advice = "Keep a copy of the file, then bring a backup back: adloom restore"
    try:
        faults = faults_of(path)
        mode = journal_mode(path)
    except AdloomError as error:
        return fail("database", str(error), error.hint or advice)
    if faults:
        return fail("database", f"{path.name} is damaged: {faults[0]}", advice)
    return ok("database", f"{path.name} is whole: {path.stat().st_size:,} bytes, {mode}")


def _is_open(path: Path) -> bool:
    if os.name != "posix" or not path.is_file():
        return False
    return bool(stat.S_IMODE(path.stat().st_mode) & OTHERS)
