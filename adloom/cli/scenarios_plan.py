"""`adloom scenarios plan`, `plans` and `apply`: see what would happen, then do exactly that."""

import sys
from pathlib import Path
from typing import Any

import click

from adloom.cli.events_flush import flush_events
from adloom.cli.output import show_table
from adloom.cli.plan_words import write_plan
from adloom.cli.scenario_shop import Shop, open_shop, refuse_unless_agreed
from adloom.cli.scenarios_told import tell_one
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.errors import AdloomError, InvalidScenarioError, UsageError
from adloom.json_text import dump
from adloom.services import planning
from adloom.services.planning_words import say_totals
from adloom.services.scenario_files import environment_of, problems_with, text_at, texts
from adloom.services.scenario_readiness import faultless
from adloom.wire import Record
from scenarios.model import Scenario
from scenarios.problems import Severity
from scheduler.applying import Applied, Applying
from scheduler.plan_records import ScenarioPlan
from scheduler.plan_store import StoredPlan
from scheduler.reviewing import say_change

__all__ = ["apply", "make_plan", "plan", "plans"]

EXIT_FAILED = 1


@click.command()
@click.argument("name", required=False)
@click.option("--show", "shown", metavar="PLAN", help="Show a plan that was made before.")
@click.option(
    "--input", "given", metavar="FILE|JSON", help="Begin with this bundle, or these in a list."
)
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Carry at most so many bundles.")
@click.option("--no-save", is_flag=True, help="Do not keep the plan.")
@json_option
def plan(
    name: str | None,
    *,
    shown: str | None,
    given: str | None,
    limit: int | None,
    no_save: bool,
    as_json: bool,
) -> None:
    """Show what a scenario would change, and change nothing.

    NAME is a scenario of the workspace, or a file. It is walked to its end: what it would look for
    is looked for, and what it would change is shown, seen by its later steps as if it were done.
    Nothing is sent, told, moved or written, so it runs the same afterwards. The plan is kept, and
    can be applied as it stands: adloom scenarios apply.
    """

    async def work(session: Session) -> int:
        if shown is not None:
            return await _show(session, name, shown, as_json=as_json)
        if name is None:
            raise UsageError("Which scenario?", hint="See them all: adloom scenarios list")
        shop = await open_shop(session)
        bundles = None if given is None else _bundles(given)
        scenario, is_ours = await _named(shop, name)
        save = is_ours and not no_save
        if not is_ours and not no_save:
            say("A plan is kept for scenarios of the workspace only; this file is none.")
        await make_plan(shop, scenario, given=bundles, limit=limit, save=save, as_json=as_json)
        return 0

    click.get_current_context().exit(in_session(work))


async def make_plan(
    shop: Shop,
    scenario: Scenario,
    *,
    given: list[Record] | None = None,
    limit: int | None = None,
    save: bool = True,
    as_json: bool = False,
) -> ScenarioPlan:
    """Make a plan, keep it, and show it."""
    made = await planning.make_plan(shop.workshop, scenario, given=given, limit=limit, save=save)
    write_plan(made, as_json=as_json)
    if made.is_empty:
        say(f"{scenario.name} would do nothing now.")
    elif save:
        say(f"Apply it within a day: adloom scenarios apply {made.id}")
    return made


async def _show(session: Session, name: str | None, shown: str, *, as_json: bool) -> int:
    found = await (await session.workshop()).plans.load(shown)
    if name is not None and name != found.scenario:
        raise UsageError(f"Plan {found.id} is of {found.scenario}, not of {name}.")
    write_plan(found, as_json=as_json)
    return 0


async def _named(shop: Shop, name: str) -> tuple[Scenario, bool]:
    """The scenario that is meant, and whether the workspace knows it as it stands."""
    folder = shop.session.workspace.scenarios
    own, path = _place_of(name, folder)
    if path is None:
        scenario = await faultless(shop.session, own)
        return await shop.workshop.current(scenario.name), True
    text = text_at(path)
    known = [one.scenario for one in texts(folder) if one.scenario is not None]
    scenarios = [*known, text.scenario] if text.scenario else known
    clock, store = shop.session.wiring.clock, shop.session.wiring.store
    environment = await environment_of(store, scenarios, clock.now())
    faults = [one for one in problems_with(text, environment) if one.severity is Severity.ERROR]
    if faults or text.scenario is None:
        raise InvalidScenarioError(faults)
    return text.scenario, False


def _place_of(name: str, folder: Path) -> tuple[str, Path | None]:
    """What is meant: a name in the workspace, or a file that lies elsewhere."""
    path = Path(name).expanduser()
    if not path.is_file():
        return name, None
    return path.name, None if path.resolve().parent == folder.resolve() else path


def _bundles(given: str) -> list[Record]:
    """Bundles as they were typed, or as they stand in a file.

    Raises:
        UsageError: They are none.
    """
    text = given.strip()
    if text.startswith(("{", "[")):
        return planning.bundles_from(text.encode(errors="surrogatepass"), "--input")
    try:
        with Path(text).expanduser().open("rb") as file:
            content = file.read(planning.LARGEST_INPUT + 1)
    except OSError as error:
        raise UsageError(f"--input: {text} cannot be read: {error.strerror}.") from None
    return planning.bundles_from(content, "--input")


@click.command()
@click.argument("name", required=False)
@json_option
def plans(name: str | None, *, as_json: bool) -> None:
    """List the plans that were made, of all scenarios or of one."""

    async def work(session: Session) -> list[StoredPlan]:
        return await (await session.workshop()).plans.all(name)

    found = in_session(work)
    if as_json or not sys.stdout.isatty():
        for one in found:
            sys.stdout.buffer.write(dump(vars(one)) + b"\n")
        return
    if not found:
        say("There are no plans. Make one: adloom scenarios plan NAME")
        return
    titles = ["Plan", "Scenario", "Made", "Bundles", "Changes", "Stops", "Applied"]
    show_table(titles, [_row(one) for one in found])


def _row(one: StoredPlan) -> list[Any]:
    applied = f"{one.applied_at:%Y-%m-%d %H:%M}" if one.applied_at else ""
    made = f"{one.made_at:%Y-%m-%d %H:%M}"
    return [one.id, one.scenario, made, one.bundles, one.changes, one.stops or "", applied]


@click.command()
@click.argument("plan_id", metavar="PLAN")
@click.option(
    "--only-if-unchanged",
    is_flag=True,
    help="Plan once more first, and do nothing at all if anything comes out otherwise.",
)
@click.option("--scenario", metavar="NAME", help="Refuse unless it is a plan of this scenario.")
@yes_option
@json_option
def apply(
    plan_id: str, *, only_if_unchanged: bool, scenario: str | None, yes: bool, as_json: bool
) -> None:
    """Do what a plan says, and nothing else.

    The scenario runs for real, from the bundles it was planned with. What is about to be changed
    is read again: whatever would be sent that is not in the plan is held, bundle by bundle, and
    told. A plan is applied once, within a day, and only while its scenario says the same.
    """

    async def work(session: Session) -> int:
        shop = await open_shop(session)
        applying = Applying(shop.workshop)
        ready = await applying.ready(plan_id, scenario=scenario)
        for line in say_totals(ready):
            click.echo(line, err=True)
        refuse_unless_agreed(f"Apply plan {ready.id} of {ready.scenario}?", yes=yes)
        applied = await applying.apply(ready, only_if_unchanged=only_if_unchanged)
        await _tell(shop, applied, as_json=as_json)
        await flush_events(session)
        return EXIT_FAILED if applied.failed else 0

    click.get_current_context().exit(in_session(work))


async def _tell(shop: Shop, applied: Applied, *, as_json: bool) -> None:
    if applied.differences:
        for one in applied.differences:
            click.echo(f"changed since it was planned: {one}", err=True)
        raise AdloomError(
            "Nothing was done: it would not come out as it was planned any more.",
            hint=f"Make a new plan: adloom scenarios plan {applied.plan.scenario}",
        )
    for ended in applied.executions:
        await tell_one(shop, ended, as_json=as_json)
        for trouble in ended.troubles:
            say(f"{trouble.step}: {trouble.error}")
    for use in applied.left:
        said = "; ".join(say_change(change, applied.plan.names) for change in use.changes)
        click.echo(f"planned and not done ({use.step}): {said}", err=True)
