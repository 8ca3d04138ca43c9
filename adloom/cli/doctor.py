"""`adloom doctor`: whether everything is well, and what to do where it is not."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final

import click

from adloom.cli.output import plain
from adloom.cli.session import Session, open_session, workspace_of
from adloom.cli.words import json_option
from adloom.errors import AdloomError
from adloom.json_text import dump
from adloom.secret import scrub
from adloom.services.doctor_accounts import look_at_accounts, look_at_platforms
from adloom.services.doctor_audit import look_at_audit
from adloom.services.doctor_machine import look_at_files, look_at_machine
from adloom.settings import Workspace
from scheduler.findings import Finding, Level, fail, ok, warn
from scheduler.nodes import Node

__all__ = ["doctor"]

EXIT_FAILED: Final = 1
COLOURS: Final = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}

Look = Callable[[Session], Awaitable[list[Finding]]]


@click.command()
@click.option("--online", is_flag=True, help="Also ask the platforms: the clock, each account.")
@json_option
def doctor(*, online: bool, as_json: bool) -> None:
    """Look whether everything is well, and say what to do where it is not.

    Reads the databases from end to end, tries the key, and looks at connections, watches, scenarios
    and whatever stopped part-way. Changes nothing. The exit code is 1 if something is broken.
    """
    workspace = workspace_of(click.get_current_context())
    found = asyncio.run(_look(workspace, online=online))
    for one in found:
        _tell(one, as_json=as_json or not sys.stdout.isatty())
    if any(one.level is Level.FAIL for one in found):
        click.get_current_context().exit(EXIT_FAILED)


async def _look(workspace: Workspace, *, online: bool) -> list[Finding]:
    """Look at the files first: what cannot be opened keeps the rest from being looked at."""
    found = look_at_machine(workspace, datetime.now(UTC)) + look_at_files(workspace)
    if any(one.level is Level.FAIL and one.subject == "database" for one in found):
        return found
    async with AsyncExitStack() as stack:
        opening = open_session(workspace, tell=lambda _: None)
        try:
            session = await stack.enter_async_context(opening)
        except AdloomError as error:
            return [*found, fail("key", str(error), error.hint)]
        found.append(ok("key", f"{session.vault.source.title} opens what is sealed"))
        looks: list[Look] = [
            look_at_accounts,
            _look_at_journal,
            look_at_audit,
            _look_at_scenarios,
            _look_at_events,
        ]
        for look in [*looks, look_at_platforms] if online else looks:
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


def _tell(one: Finding, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(dump({**vars(one), "text": scrub(one.text)}) + b"\n")
        return
    click.secho(f"{one.level:5}", fg=COLOURS[one.level], nl=False)
    click.echo(f"{one.subject:13} {plain(scrub(one.text))}")
    if one.advice:
        click.echo(f"{'':18} → {plain(one.advice)}")
