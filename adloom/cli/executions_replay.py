"""`adloom executions replay`: what an execution did, walked again against its records."""

import sys
from pathlib import Path
from typing import Any

import click

from adloom.cli.execution_words import named
from adloom.cli.output import plain, show_changes
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option
from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.services.execution_data import keys_of
from adloom.services.replays import changes_left_and_new, replay_summary, todays_version
from modules.base import Change
from scenarios.loader import load_scenario_file
from scenarios.model import Scenario
from scheduler.comparing import Aspect, Difference
from scheduler.replaying import Replay, replay
from scheduler.workshop import Workshop

__all__ = ["replay_execution"]

EXIT_DIFFERS = 1
#: Differences that are shown; the rest is told as a number, and whole with --json.
MOST_SHOWN = 100


@click.command("replay")
@click.argument("execution_id")
@click.option("--today", is_flag=True, help="Walk the scenario as it is now.")
@click.option(
    "--with",
    "file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Walk the scenario of a file.",
)
@json_option
def replay_execution(execution_id: str, *, today: bool, file: Path | None, as_json: bool) -> None:
    """Walk an execution again against its records, and say what would differ.

    With the version it ran, or with another one: --today, or --with FILE. Whatever was read then
    is answered from history; nothing is asked, sent or written down. What has no record is told,
    and what depends on it is not walked. The exit code is 1 unless all of it is known and came
    to the same.
    """
    if today and file:
        raise UsageError("Either --today or --with, not both.")

    async def work(session: Session) -> int:
        workshop = await session.workshop()
        scenario = await _other(workshop, execution_id, file, today=today)
        found = await replay(workshop, execution_id, scenario)
        keys = await keys_of(workshop.database, found.execution.id)
        if as_json or not sys.stdout.isatty():
            sys.stdout.buffer.write(dump(_data(found)) + b"\n")
        else:
            _tell(found, keys)
        say(replay_summary(found))
        return 0 if found.is_same else EXIT_DIFFERS

    click.get_current_context().exit(in_session(work))


async def _other(
    workshop: Workshop, execution_id: str, file: Path | None, *, today: bool
) -> Scenario | None:
    """The version that is walked instead, if one is wished for."""
    if file is not None:
        return load_scenario_file(file)
    return await todays_version(workshop, execution_id) if today else None


def _data(found: Replay) -> dict[str, Any]:
    return {
        "execution": found.execution.id,
        "scenario": found.scenario.name,
        "scenario_hash": found.scenario.hash,
        "same_version": found.scenario.hash == found.execution.scenario_hash,
        "is_same": found.is_same,
        "same": found.same,
        "differences": [
            {
                "path": one.path,
                "step": one.step,
                **{aspect.name: {"old": aspect.old, "new": aspect.new} for aspect in one.aspects},
            }
            for one in found.differences
        ],
        "no_record": [vars(one) for one in found.missing],
        "erased_bundles": found.erased,
    }


def _tell(found: Replay, keys: dict[str, str]) -> None:
    for one in found.differences[:MOST_SHOWN]:
        click.secho(named(one.path, keys), fg="yellow", bold=True)
        _tell_one(one)
    if len(found.differences) > MOST_SHOWN:
        click.echo(f"… and {len(found.differences) - MOST_SHOWN:,} more; all of them: --json")
    for missing in found.missing[:MOST_SHOWN]:
        click.secho(f"{named(missing.path, keys)}: no record", fg="bright_black", nl=False)
        click.echo(f", it {missing.why}")


def _tell_one(difference: Difference) -> None:
    for aspect in difference.aspects:
        if aspect.name == "changes":
            _tell_changes(aspect)
        else:
            old, new = (plain(value) or "nothing" for value in (aspect.old, aspect.new))
            click.echo(f"  {aspect.name}: {old} → {new}")


def _tell_changes(aspect: Aspect) -> None:
    """Changes that would not be made any more, and those that would be made instead."""
    for said, left in zip(("no longer", "now"), changes_left_and_new(aspect), strict=True):
        if left:
            click.echo(f"  {said}:")
            show_changes([Change(**one) for one in left], err=False)
