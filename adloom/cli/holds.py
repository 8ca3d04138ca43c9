"""`adloom executions holds|release|dismiss`: what limits have parked, and what becomes of it."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from adloom.cli.output import show_table
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.services.holding import go_on, hold_data, hold_lines, holds_of
from scheduler.rails.tables import Hold

__all__ = ["dismiss", "holds", "release"]


@click.command()
@json_option
def holds(*, as_json: bool) -> None:
    """Show what limits have parked.

    Each is a change that waits for you: let it through with release, drop it with dismiss. What
    nobody decides about is dropped when its time is over.
    """

    async def work(session: Session) -> list[Hold]:
        return await (await holds_of(session)).open()

    found = in_session(work)
    if as_json or not sys.stdout.isatty():
        for one in found:
            sys.stdout.buffer.write(dump(hold_data(one)) + b"\n")
        return
    if not found:
        say("Nothing is parked.")
        return
    titles = ["Parked", "Scenario", "Change", "Limit", "Why", "Until (UTC)"]
    show_table(titles, [_row(one) for one in found])
    say("Let one through: adloom executions release NAME. Drop it: adloom executions dismiss NAME")


@click.command()
@click.argument("name")
@yes_option
def release(name: str, *, yes: bool) -> None:
    """Let through what a limit has parked.

    NAME is what `adloom executions holds` shows, or an execution: then everything parked in it.
    It is changed exactly as it was parked; where that would be another change by now, it is
    parked again.
    """
    _decide(name, "Let through", yes=yes)


@click.command()
@click.argument("name")
@yes_option
def dismiss(name: str, *, yes: bool) -> None:
    """Drop what a limit has parked.

    NAME is what `adloom executions holds` shows, or an execution: then everything parked in it.
    Its bundles go no further.
    """
    _decide(name, "Drop", yes=yes)


def _decide(name: str, verb: str, *, yes: bool) -> None:
    """Show what is meant, ask, write the decision down, and go on with the execution."""

    async def work(session: Session) -> None:
        parked = await holds_of(session)
        meant = [one for one in await parked.open() if one.operation_id.startswith(name)]
        for one in meant:
            for line in hold_lines(one):
                click.echo(f"  {line}", err=True)
        if not yes and meant:
            _confirm(f"{verb} {len(meant)} of what is parked?")
        decided = await (parked.release(name) if verb == "Let through" else parked.dismiss(name))
        await _resume(session, decided)

    in_session(work)


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "Nobody is here to confirm it. Nothing was decided.", hint="Add --yes if it is meant."
        )
    if not click.confirm(question, err=True):
        raise click.Abort


async def _resume(session: Session, decided: Sequence[Hold]) -> None:
    """Go on with the execution, so that the decision has its effect at once."""
    resumed = await go_on(session, decided)
    for step, error in resumed.troubles:
        say(f"{step}: {error}")
    click.echo(f"{resumed.execution.id} is {resumed.execution.status}.")


def _row(one: Hold) -> list[Any]:
    changes = "\n".join(hold_lines(one))
    until = f"{one.expires_at:%Y-%m-%d %H:%M}"
    return [one.operation_id, one.scenario, changes, one.rail, one.reason, until]
