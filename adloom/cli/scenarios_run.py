"""`adloom scenarios run`: one scenario once, now, and what each of its steps did."""

from datetime import datetime

import click

from adloom.cli.events_flush import flush_events
from adloom.cli.run import typed_moment
from adloom.cli.scenario_shop import (
    Shop,
    open_shop,
    refuse_unless_agreed,
)
from adloom.cli.scenarios_plan import make_plan
from adloom.cli.scenarios_told import tell_one
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.errors import UsageError
from adloom.services.scenario_readiness import changing_steps, faultless
from adloom.services.scenario_runs import run_once, say_end, say_polled, started_at
from scenarios.model import Epoch, EpochKind, Scenario
from scheduler.runs import RunResult
from scheduler.scenario_rows import RunEnd

__all__ = ["run"]

EXIT_FAILED = 1


@click.command()
@click.argument("name")
@click.option("--since", metavar="DATE", help="Let a watch that never ran start here.")
@click.option(
    "--everything", is_flag=True, help="Let a watch that never ran start at the beginning."
)
@click.option("--dry-run", is_flag=True, help="Show what it would change, as plan does.")
@yes_option
@json_option
def run(
    name: str, *, since: str | None, everything: bool, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Run a scenario once, now.

    Whatever its schedule says. Shows what each step did. A watch goes on where it stands; the
    first time it starts where the scenario says, which for most is now, or where --since or
    --everything says.
    """
    start = _start(since, everything=everything)

    async def work(session: Session) -> int:
        shop = await open_shop(session)
        # As the workspace knows it: with the zone of its account, where it lives in that.
        scenario = await shop.workshop.current((await faultless(shop.session, name)).name)
        if dry_run:
            await _plan(shop, scenario, start, as_json=as_json)
            return 0
        stored = await shop.workshop.scenarios.load(scenario.name)
        changing = await changing_steps(shop.workshop, scenario)
        if changing and not stored.enabled:
            say(f"These steps change something: {', '.join(changing)}.")
            refuse_unless_agreed(f"Run {scenario.name} now?", yes=yes)
        if start is not None:
            scenario = await started_at(shop.workshop, scenario, start)
        result, end = await run_once(shop.workshop, scenario, say)
        await _tell(shop, scenario, result, end, as_json=as_json)
        await flush_events(session)
        return EXIT_FAILED if result.failed or result.held else 0

    click.get_current_context().exit(in_session(work))


async def _plan(shop: Shop, scenario: Scenario, start: Epoch | None, *, as_json: bool) -> None:
    """Show what running it would change."""
    if start is not None:
        scenario = await started_at(shop.workshop, scenario, start)
    await make_plan(shop, scenario, as_json=as_json)


def _start(since: str | None, *, everything: bool) -> Epoch | None:
    if since and everything:
        raise UsageError("Either --since or --everything, not both.")
    if everything:
        return Epoch(EpochKind.EVERYTHING)
    moment: datetime | None = typed_moment(since)
    return Epoch(EpochKind.SINCE, moment) if moment else None


async def _tell(
    shop: Shop, scenario: Scenario, result: RunResult, end: RunEnd, *, as_json: bool
) -> None:
    for line in say_polled(scenario, result):
        say(line)
    for one in result.executions:
        await tell_one(shop, one, as_json=as_json)
    if came_to := say_end(scenario, result, end):
        say(came_to)
