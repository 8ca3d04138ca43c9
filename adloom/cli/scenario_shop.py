"""What every command about scenarios begins with: files taken over, names found, faults told."""

import sys
from dataclasses import dataclass

import click

from adloom.cli.session import Session
from adloom.errors import UsageError
from scheduler.workshop import Workshop

__all__ = ["Shop", "open_shop", "refuse_unless_agreed"]


@dataclass(frozen=True)
class Shop:
    """What commands about scenarios work with."""

    session: Session
    workshop: Workshop


async def open_shop(session: Session) -> Shop:
    """Take over what the files say now."""
    workshop = await session.workshop()
    changes = await workshop.synchronise()
    for name in changes.new:
        click.echo(f"· {name} is new, and disabled until you enable it.", err=True)
    for file in changes.faults:
        click.echo(f"· {file} cannot be used. See why: adloom scenarios check", err=True)
    return Shop(session, workshop)


def refuse_unless_agreed(question: str, *, yes: bool) -> None:
    """Ask before something is changed.

    Raises:
        UsageError: Nobody is there to answer.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "This changes something, and nobody is here to confirm it. Nothing was done.",
            hint="Add --yes if that is meant.",
        )
    if not click.confirm(question, err=True):
        raise click.Abort
