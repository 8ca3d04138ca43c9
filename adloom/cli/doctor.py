"""`adloom doctor`: whether everything is well, and what to do where it is not."""

import asyncio
import sys
from functools import partial
from typing import Final

import click

from adloom.cli.output import plain
from adloom.cli.session import open_session, workspace_of
from adloom.cli.words import json_option
from adloom.json_text import dump
from adloom.secret import scrub
from adloom.services.checkups import check_up
from scheduler.findings import Finding, Level

__all__ = ["doctor"]

EXIT_FAILED: Final = 1
COLOURS: Final = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@click.command()
@click.option("--online", is_flag=True, help="Also ask the platforms: the clock, each account.")
@json_option
def doctor(*, online: bool, as_json: bool) -> None:
    """Look whether everything is well, and say what to do where it is not.

    Reads the databases from end to end, tries the key, and looks at connections, watches, scenarios
    and whatever stopped part-way. Changes nothing. The exit code is 1 if something is broken.
    """
    workspace = workspace_of(click.get_current_context())
    opening = partial(open_session, workspace, tell=lambda _: None)
    found = asyncio.run(check_up(workspace, opening, online=online))
    for one in found:
        _tell(one, as_json=as_json or not sys.stdout.isatty())
    if any(one.level is Level.FAIL for one in found):
        click.get_current_context().exit(EXIT_FAILED)


def _tell(one: Finding, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(dump({**vars(one), "text": scrub(one.text)}) + b"\n")
        return
    click.secho(f"{one.level:5}", fg=COLOURS[one.level], nl=False)
    click.echo(f"{one.subject:13} {plain(scrub(one.text))}")
    if one.advice:
        click.echo(f"{'':18} → {plain(one.advice)}")
