"""Switching on what changes things: somebody has seen what it would do, or says yes."""

import sys

import click

from adloom.cli.scenario_prospects import tell_prospects
from adloom.cli.scenario_shop import Shop, refuse_unless_agreed
from adloom.services.planning_words import say_totals
from adloom.services.scenario_readiness import changing_steps
from scenarios.model import Scenario
from scheduler.applying import FRESH

__all__ = ["agree_to_enable"]


async def agree_to_enable(shop: Shop, scenario: Scenario, *, yes: bool) -> None:
    """Let somebody agree to a scenario that changes something.

    A plan of this very text is summed up first, and is enough where nobody can be asked.

    Raises:
        UsageError: There is no such plan, and nobody is there to answer.
    """
    changing = await changing_steps(shop.workshop, scenario)
    if not changing:
        return
    click.echo(f"These steps of {scenario.name} change things by themselves:", err=True)
    for step in changing:
        click.echo(f"  {step}", err=True)
    await tell_prospects(shop.session, scenario)
    stored = await shop.workshop.plans.of_text(scenario.hash)
    if stored is None or shop.workshop.clock.now() - stored.made_at > FRESH:
        lately = " lately" if stored else ""
        click.echo(
            f"Nobody has seen{lately} what it would do. "
            f"To see it: adloom scenarios plan {scenario.name}",
            err=True,
        )
        refuse_unless_agreed(f"Enable {scenario.name} all the same?", yes=yes)
        return
    click.echo(f"Plan {stored.id} of {stored.made_at:%Y-%m-%d %H:%M} says:", err=True)
    for line in say_totals(await shop.workshop.plans.load(stored.id)):
        click.echo(f"  {line}", err=True)
    if sys.stdin.isatty():
        refuse_unless_agreed(f"Enable {scenario.name}?", yes=yes)
