"""What every command about scenarios begins with: files taken over, names found, faults told."""

import sys
from dataclasses import dataclass
from typing import Final

import click

from adloom.cli.scenario_files import environment_of, find_text, problems_with, texts
from adloom.cli.session import Session
from adloom.errors import InvalidScenarioError, UsageError
from adloom.fields import validate
from modules import find_module
from scenarios.check_params import is_mapped
from scenarios.model import ModuleStep, Scenario, ScenarioStep
from scenarios.problems import Severity
from scheduler.workshop import Workshop

__all__ = [
    "Shop",
    "changing_steps",
    "open_shop",
    "refuse_faults",
    "refuse_unless_agreed",
]

#: What writes here or tells somebody changes nothing that costs money.
HARMLESS: Final = frozenset({"notify", "files"})


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


async def refuse_faults(shop: Shop, name: str) -> Scenario:
    """The scenario, if it can be run where it is.

    Raises:
        InvalidScenarioError: It cannot; tells every fault.
    """
    found = texts(shop.session.workspace.scenarios)
    text = find_text(found, name)
    scenarios = [one.scenario for one in found if one.scenario is not None]
    clock = shop.session.wiring.clock
    environment = await environment_of(shop.session.wiring.store, scenarios, clock.now())
    faults = [one for one in problems_with(text, environment) if one.severity is Severity.ERROR]
    if faults or text.scenario is None:
        raise InvalidScenarioError(faults)
    return text.scenario


async def changing_steps(workshop: Workshop, scenario: Scenario) -> list[str]:
    """The steps that change something outside, in words; those of called scenarios too."""
    found: list[str] = []
    seen, left = {scenario.name}, [scenario]
    while left:
        one = left.pop()
        of = "" if one is scenario else f" of {one.name}"
        for step in one.all_steps():
            if isinstance(step, ModuleStep) and not step.disabled and _changes(step):
                title = find_module(step.module).title
                with_whom = f" with {step.connection}" if step.connection else ""
                found.append(f"{step.id}{of}: {title}{with_whom}")
            elif isinstance(step, ScenarioStep) and step.scenario not in seen:
                seen.add(step.scenario)
                left.append(await workshop.current(step.scenario))
    return found


def _changes(step: ModuleStep) -> bool:
    """Whether a step's module would change something, as far as its parameters tell."""
    module = find_module(step.module)
    if module.action is None or module.provider in HARMLESS:
        return False
    known = {name: value for name, value in step.given.items() if not is_mapped(value)}
    try:
        return module.action.changes(validate(module.params, known))
    except UsageError:
        return True


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
