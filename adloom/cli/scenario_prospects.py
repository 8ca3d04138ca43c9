"""Tells what is to be known of a scenario before it runs by itself."""

import click

from adloom.cli.session import Session
from adloom.services.scenario_prospects import conflicts_of, forecasts, unasked_raises
from scenarios.model import Scenario

__all__ = ["tell_prospects"]


async def tell_prospects(session: Session, scenario: Scenario) -> None:
    """Say what somebody should know who is about to let a scenario run by itself."""
    if raising := unasked_raises(scenario):
        steps = ", ".join(raising)
        click.echo(f"May raise spending without asking (limits.spend_raising): {steps}", err=True)
    for problem in conflicts_of(session, scenario):
        click.secho(f"! {problem.text}", fg="yellow", err=True)
    wiring, journal = session.wiring, await session.journal_database()
    for forecast in await forecasts(wiring.store, journal, [scenario], wiring.clock.now()):
        for line in (forecast.text, *forecast.warnings):
            click.echo(line, err=True)
