"""`adloom scenarios check`: every fault of a scenario, with its place in the file."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from adloom.cli.session import open_connections, say, workspace_of
from adloom.cli.words import json_option
from adloom.clock import SystemClock
from adloom.json_text import dump
from adloom.services.opening import opened_database
from adloom.services.scenario_files import environment_of, find_text, problems_with, texts
from adloom.services.scenario_prospects import forecasts
from adloom.settings import Workspace
from scenarios.conflicts import conflict_problems
from scenarios.places import say_path
from scenarios.problems import Problem, Severity
from scheduler.rails.forecast import Forecast

__all__ = ["check"]

EXIT_FAULTS = 2


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def check(names: Sequence[str], *, as_json: bool) -> None:
    """Find every fault of scenarios.

    Of those that are named, or of all. Each is told with its file, line and column. Connections
    and their permissions are checked too, and whether scenarios may get in each other's way; no
    platform is asked anything. The exit code is 2 if something has to be mended. How many requests
    each is going to make is told beside it.
    """
    workspace = workspace_of(click.get_current_context())
    count, problems, prospects = asyncio.run(_check(workspace, names))
    for one in problems:
        _tell(one, as_json=as_json)
    for forecast in prospects:
        for line in (forecast.text, *forecast.warnings):
            say(line)
    faults = sum(one.severity is Severity.ERROR for one in problems)
    warnings = len(problems) - faults
    say(f"{_many(count, 'scenario')}: {_many(faults, 'fault')}, {_many(warnings, 'warning')}.")
    if faults:
        click.get_current_context().exit(EXIT_FAULTS)


async def _check(
    workspace: Workspace, names: Sequence[str]
) -> tuple[int, list[Problem], list[Forecast]]:
    found = texts(workspace.scenarios)
    chosen = [find_text(found, name) for name in names] if names else found
    scenarios = [one.scenario for one in found if one.scenario is not None]
    sound = [one.scenario for one in chosen if one.scenario is not None]
    now = SystemClock().now()
    async with open_connections(workspace) as store, opened_database(workspace, "journal") as rows:
        environment = await environment_of(store, scenarios, now)
        prospects = await forecasts(store, rows, sound, now)
    problems = [one for text in chosen for one in problems_with(text, environment)]
    return len(chosen), [*problems, *conflict_problems(sound, scenarios)], prospects


def _tell(problem: Problem, *, as_json: bool) -> None:
    if not as_json:
        click.echo(str(problem).replace(f"{Path.cwd()}/", "", 1))
        return
    told = {
        "file": str(problem.file),
        "line": problem.place.line,
        "column": problem.place.column,
        "severity": problem.severity,
        "path": say_path(problem.path),
        "text": problem.text,
        "hint": problem.hint,
    }
    sys.stdout.buffer.write(dump(told) + b"\n")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
