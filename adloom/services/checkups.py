"""A check-up of a workspace: everything the doctor looks at, in its order."""

import asyncio
import platform
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from typing import Final

from adloom import VERSION
from adloom.errors import AdloomError
from adloom.secret import scrub
from adloom.services.doctor_accounts import look_at_accounts, look_at_platforms
from adloom.services.doctor_audit import look_at_audit
from adloom.services.doctor_machine import look_at_files, look_at_machine
from adloom.services.session import Session
from adloom.settings import Workspace
from scheduler.findings import Finding, Level, fail, ok, warn
from scheduler.nodes import Node

__all__ = ["check_up", "diagnostics"]

Look = Callable[[Session], Awaitable[list[Finding]]]
Opening = Callable[[], AbstractAsyncContextManager[Session]]


async def check_up(
    workspace: Workspace,
    opening: Opening,
    *,
    online: bool,
    say: Callable[[str], object] = lambda _: None,
) -> list[Finding]:
    """Look at the files first: what cannot be opened keeps the rest from being looked at.

    Args:
        workspace: Which.
        opening: Opens it; what it says no with is a finding.
        online: Whether the platforms are asked too.
        say: Told what is being looked at.
    """
    say("Looking at the files …")
    found = await asyncio.to_thread(_look_at_outside, workspace)
    if any(one.level is Level.FAIL and one.subject == "database" for one in found):
        return found
    async with AsyncExitStack() as stack:
        try:
            session = await stack.enter_async_context(opening())
        except AdloomError as error:
            return [*found, fail("key", str(error), error.hint)]
        found.append(ok("key", f"{session.vault.source.title} opens what is sealed"))
        found += await _look_at_workspace(session, online, say)
    return found


def _look_at_outside(workspace: Workspace) -> list[Finding]:
    return look_at_machine(workspace, datetime.now(UTC)) + look_at_files(workspace)


async def _look_at_workspace(
    session: Session, online: bool, say: Callable[[str], object]
) -> list[Finding]:
    looks: list[tuple[str, Look]] = [
        ("connections", look_at_accounts),
        ("journal", _look_at_journal),
        ("audit", look_at_audit),
        ("scenarios", _look_at_scenarios),
        ("events", _look_at_events),
    ]
    if online:
        looks.append(("platforms", look_at_platforms))
    found: list[Finding] = []
    for name, look in looks:
        say(f"Looking at {name} …")
        found += await _looked(look, session)
    return found


async def _looked(look: Look, session: Session) -> list[Finding]:
    try:
        return await look(session)
    except AdloomError as error:
        return [fail("doctor", str(error), error.hint)]


async def _look_at_journal(session: Session) -> list[Finding]:
    from scheduler.checkup import Checkup

    alive = Node(session.workspace.locks).is_alive
    database = await session.journal_database()
    return await Checkup(database, alive, session.wiring.clock.now()).all()


async def _look_at_scenarios(session: Session) -> list[Finding]:
    """Files that cannot be used; what is known of the others, the journal tells."""
    from adloom.services.scenario_files import texts

    return [
        warn("scenarios", f"{one.path.name} cannot be used", "See why: adloom scenarios check")
        for one in texts(session.workspace.scenarios)
        if one.scenario is None
    ]


async def _look_at_events(session: Session) -> list[Finding]:
    """Only where there are any: looking makes no database for them."""
    if not session.workspace.events.exists() and not session.workspace.settings.events.intake:
        return []
    from adloom.services.doctor_events import look_at_addresses, look_at_events

    return [*await look_at_events(session), *await look_at_addresses(session)]


# --- for a bug report -----------------------------------------------------------------------------

HEADING: Final = "adloom doctor"


def diagnostics(workspace: Workspace, found: Sequence[Finding], now: datetime) -> str:
    """What was found, as a text for a bug report, without secrets and without the user's name.

    Args:
        workspace: Of which.
        found: The findings.
        now: When.
    """
    lines = [
        f"{HEADING}, {now:%Y-%m-%d %H:%M} UTC",
        f"adloom {VERSION}, Python {platform.python_version()}, {sys.platform}",
        "",
    ]
    for one in found:
        lines.append(f"{one.level:5}{one.subject:13} {one.text}")
        if one.advice:
            lines.append(f"{'':18} -> {one.advice}")
    text = scrub("\n".join(lines)) + "\n"
    return text.replace(str(workspace.path), "WORKSPACE")
