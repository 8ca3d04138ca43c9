"""`adloom scenarios`: what runs by itself; written, checked, switched on and off, run by hand."""

import sys
from pathlib import Path
from typing import Any

import click

from adloom.cli.output import show_table
from adloom.cli.rules import COMMANDS as RULES
from adloom.cli.scenario_enabling import agree_to_enable
from adloom.cli.scenario_shop import open_shop
from adloom.cli.scenarios_check import check
from adloom.cli.scenarios_conflicts import conflicts
from adloom.cli.scenarios_import import import_scenario
from adloom.cli.scenarios_new import new
from adloom.cli.scenarios_plan import apply, plan, plans
from adloom.cli.scenarios_run import run
from adloom.cli.scenarios_show import show
from adloom.cli.scenarios_test import test
from adloom.cli.scenarios_webhook import webhook
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.json_text import dump
from adloom.services.scenario_readiness import faultless
from adloom.services.scenario_words import say_moment, say_schedule
from scheduler.scenario_store import StoredScenario

__all__ = ["scenarios"]


@click.group(no_args_is_help=True)
def scenarios() -> None:
    """Write scenarios, check them, switch them on and off, run one by hand.

    A scenario is a file in the folder scenarios of the workspace: steps, and a schedule. What is
    switched on runs by its schedule while `adloom serve` does.
    """


for command in (apply, check, conflicts, import_scenario, new, plan, plans, run, show, test):
    scenarios.add_command(command)
for command in RULES:
    scenarios.add_command(command)
scenarios.add_command(webhook)


@scenarios.command("list")
@json_option
def list_scenarios(*, as_json: bool) -> None:
    """List the scenarios.

    Tells which are on, when they run next in their own time zone, and how they fared.
    """

    async def work(session: Session) -> list[StoredScenario]:
        return await (await open_shop(session)).workshop.scenarios.all()

    found = in_session(work)
    if as_json or not sys.stdout.isatty():
        for one in found:
            sys.stdout.buffer.write(dump(_data(one)) + b"\n")
        return
    if not found:
        say("There are no scenarios yet. Make one: adloom scenarios new NAME")
        return
    titles = ["Scenario", "On", "Next run", "Last", "Result", "Errors in a row"]
    show_table(titles, [_row(one) for one in found])
    for one in found:
        if one.fault or one.disabled_reason:
            say(f"{one.name}: {one.fault or one.disabled_reason}")


def _row(one: StoredScenario) -> list[Any]:
    runs = say_moment(one.next_at, one.place) if one.enabled else ""
    if one.enabled and one.next_at is None:
        runs = say_schedule(one.schedule)
    last = say_moment(one.last_started_at, one.place)
    state = "cannot run" if one.fault else "yes" if one.enabled else "no"
    return [one.name, state, runs, last, one.last_status or "", one.errors_in_row or ""]


def _data(one: StoredScenario) -> dict[str, Any]:
    return {
        "name": one.name,
        "file": one.file,
        "enabled": one.enabled,
        "disabled_reason": one.disabled_reason,
        "fault": one.fault,
        "schedule": say_schedule(one.schedule),
        "next_at": one.next_at.astimezone(one.place) if one.next_at else None,
        "last_started_at": one.last_started_at,
        "last_ended_at": one.last_ended_at,
        "last_status": one.last_status,
        "last_error": one.last_error,
        "errors_in_row": one.errors_in_row,
    }


@scenarios.command()
@click.argument("name")
@yes_option
def enable(name: str, *, yes: bool) -> None:
    """Run a scenario by its schedule.

    It is checked first. One that changes something wants a plan of it as it stands now, which is
    summed up before it asks; or, without one, an explicit yes.
    """

    async def work(session: Session) -> None:
        shop = await open_shop(session)
        scenario = await faultless(shop.session, name)
        stored = await shop.workshop.scenarios.load(scenario.name)
        if stored.enabled:
            say(f"{scenario.name} is enabled already.")
            return
        await agree_to_enable(shop, scenario, yes=yes)
        stored = await shop.workshop.scenarios.enable(scenario.name)
        click.echo(f"{stored.name} is enabled. It runs {say_schedule(stored.schedule)}.")
        if stored.next_at:
            click.echo(f"The first time: {say_moment(stored.next_at, stored.place)}.")

    in_session(work)


@scenarios.command()
@click.argument("name")
def disable(name: str) -> None:
    """Run a scenario by its schedule no more.

    What runs at this moment ends first, and its watches stay where they stand.
    """

    async def work(session: Session) -> bool:
        return await (await open_shop(session)).workshop.scenarios.disable(name)

    click.echo(f"{name} is disabled." if in_session(work) else f"{name} was not enabled.")


@scenarios.command()
@click.option("--out", metavar="FILE", help="Write it into a file.")
def schema(out: str | None) -> None:
    """Write a schema for editors.

    With this JSON Schema of scenario files they complete and check what you type.
    """
    from scenarios.schema import schema_text

    text = schema_text()
    if out is None:
        click.echo(text, nl=False)
        return
    Path(out).expanduser().write_text(text, encoding="utf-8")
    click.echo(f"{out} is written. Put this into the first line of a scenario:")
    click.echo(f"  # yaml-language-server: $schema={out}")
