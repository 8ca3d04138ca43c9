"""What is to be known of scenarios before they run: their requests, and whom they may meet."""

from collections.abc import Sequence
from datetime import datetime

import click

from adloom.cli.scenario_files import texts
from adloom.cli.session import Session
from adloom.database import Database
from connections.store import ConnectionStore
from modules import find_module
from scenarios.conflicts import conflict_problems
from scenarios.directions import Direction
from scenarios.limits import SpendRaising
from scenarios.model import ModuleStep, Scenario
from scenarios.touches import touches_of
from scheduler.rails.forecast import COUNTED, Forecast, forecast_of, measured_uses

__all__ = ["forecasts", "tell_prospects"]

#: What a connection allows that says nothing about it, requests a second (DESIGN §5).
USUAL_RATE = 8.0


async def forecasts(
    store: ConnectionStore, journal: Database, scenarios: Sequence[Scenario], now: datetime
) -> list[Forecast]:
    """Forecast the scenarios that ask anything of a platform by themselves."""
    rates = {one.name: one.settings.get("requests_per_second") for one in await store.all()}
    others = {one.name: one for one in scenarios}
    found = []
    for scenario in scenarios:
        asked = _asked(scenario)
        if not asked or scenario.schedule is None:
            continue
        known = [float(rate) for name in asked if (rate := rates.get(name))]
        rate = min(known, default=USUAL_RATE)
        uses = await measured_uses(journal, scenario)
        found.append(forecast_of(scenario, now, rate=rate, uses=uses, others=others))
    return found


async def tell_prospects(session: Session, scenario: Scenario) -> None:
    """Say what somebody should know who is about to let a scenario run by itself."""
    raising = [
        touch.step.id for touch in touches_of(scenario) if Direction.RAISES in touch.directions
    ]
    if raising and scenario.limits.spend_raising is SpendRaising.ALLOW:
        steps = ", ".join(raising)
        click.echo(f"May raise spending without asking (limits.spend_raising): {steps}", err=True)
    found = texts(session.workspace.scenarios)
    understood = [one.scenario for one in found if one.scenario is not None]
    for problem in conflict_problems([scenario], understood):
        click.secho(f"! {problem.text}", fg="yellow", err=True)
    wiring, journal = session.wiring, await session.journal_database()
    for forecast in await forecasts(wiring.store, journal, [scenario], wiring.clock.now()):
        for line in (forecast.text, *forecast.warnings):
            click.echo(line, err=True)


def _asked(scenario: Scenario) -> set[str]:
    """The connections through which a scenario asks a platform for anything."""
    uses = (step for step in scenario.all_steps() if isinstance(step, ModuleStep))
    return {
        step.connection or ""
        for step in uses
        if not step.disabled and COUNTED & set(find_module(step.module).providers)
    }
