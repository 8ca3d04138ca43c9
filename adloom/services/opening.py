"""How the parts of a workspace are opened: its databases, its clock, its logs."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from adloom.clock import Clock, FastClock, SystemClock
from adloom.database import Database, Migration, open_database
from adloom.secret import RedactingFilter, silence_wire_logs
from adloom.settings import Workspace
from connections.store import MIGRATIONS as CONNECTION_MIGRATIONS

__all__ = ["clock_of", "guard_logs", "opened_database"]


@asynccontextmanager
async def opened_database(workspace: Workspace, which: str) -> AsyncIterator[Database]:
    """Open one of a workspace's databases: connections, journal or events."""
    path: Path = getattr(workspace, which)
    migrations: Sequence[Migration] = CONNECTION_MIGRATIONS
    # Imported here: reading needs no scenarios, and hardly anything needs events.
    if which == "journal":
        from scheduler.schema import MIGRATIONS as JOURNAL_MIGRATIONS

        migrations = JOURNAL_MIGRATIONS
    elif which == "events":
        from scheduler.outbox.schema import MIGRATIONS as EVENT_MIGRATIONS

        migrations = EVENT_MIGRATIONS
    async with open_database(path, migrations, set_name=which) as database:
        yield database


def clock_of(workspace: Workspace) -> Clock:
    """The machine's clock, or a faster one to practise with."""
    practice = workspace.settings.practice
    if practice.speed == 1 or practice.since is None:
        return SystemClock()
    return FastClock(practice.since, practice.speed)


def guard_logs() -> None:
    """No log line leaves without having been scrubbed."""
    silence_wire_logs()
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        if not any(isinstance(one, RedactingFilter) for one in handler.filters):
            handler.addFilter(RedactingFilter())
