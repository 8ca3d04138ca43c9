"""What every command about scenarios begins with: files taken over, names found, faults told."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from adloom.catalogue import load
from adloom.cli.session import Session
from adloom.errors import InvalidScenarioError, UnknownNameError, UsageError
from adloom.fields import validate
from connections.store import ConnectionStore
from modules import MODULES, find_module
from scenarios.check import check_scenario
from scenarios.check_params import is_mapped
from scenarios.environment import Account, Environment
from scenarios.loader import load_scenario, problems_of, read_scenario_text
from scenarios.model import ModuleStep, Scenario, ScenarioStep
from scenarios.problems import Problem, Severity
from scheduler.workshop import Workshop

__all__ = [
    "Shop",
    "Text",
    "changing_steps",
    "environment_of",
    "find_text",
    "open_shop",
    "problems_with",
    "refuse_faults",
    "refuse_unless_agreed",
    "texts",
]

#: What writes here or tells somebody changes nothing that costs money.
HARMLESS: Final = frozenset({"notify", "files"})


@dataclass(frozen=True)
class Text:
    """A scenario file.

    Args:
        path: Where it lies.
        scenario: What it says; None if it cannot be understood.
        problems: What is wrong with it, as far as it says itself.
    """

    path: Path
    scenario: Scenario | None
    problems: Sequence[Problem]


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
    return Shop(session, workshop)


def texts(folder: Path) -> list[Text]:
    """Every scenario file of a folder."""
    paths = [path for ending in ("*.yaml", "*.yml") for path in folder.glob(ending)]
    return [_text(path) for path in sorted(paths) if not path.name.startswith(".")]


def _text(path: Path) -> Text:
    try:
        text = read_scenario_text(path)
    except InvalidScenarioError as error:
        found = [one for one in error.problems if isinstance(one, Problem)]
        return Text(path, None, found)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    problems = problems_of(text, path)
    if any(one.severity is Severity.ERROR for one in problems):
        return Text(path, None, problems)
    return Text(path, load_scenario(text, path), problems)


async def environment_of(
    store: ConnectionStore, scenarios: Sequence[Scenario], now: datetime
) -> Environment:
    """Where scenarios are to run: the connections there are, and each other."""
    accounts = {}
    for one in await store.all():
        accounts[one.name] = Account(one.provider, _covered(one.account.get("permissions")))
    return Environment(accounts, {one.name: one for one in scenarios}, now)


def _covered(granted: Sequence[Any] | None) -> frozenset[int | str] | None:
    """What a grant covers of all that modules need: a permission covers those below it."""
    if not granted:
        return None
    needed = {find_module(name).permission for name in MODULES}
    below = {one for one in needed if isinstance(one, int) and load().granted(granted, one)}
    return frozenset(granted) | below


def problems_with(text: Text, environment: Environment) -> Sequence[Problem]:
    """Everything that is wrong with a file where it is to run."""
    return text.problems if text.scenario is None else check_scenario(text.scenario, environment)


def find_text(found: Sequence[Text], name: str) -> Text:
    """The file of a scenario, by the scenario's name or the file's.

    Raises:
        UnknownNameError: There is none.
    """
    for text in found:
        if name in (text.path.stem, text.path.name, str(text.path)):
            return text
        if text.scenario is not None and text.scenario.name == name:
            return text
    known = [text.scenario.name if text.scenario else text.path.stem for text in found]
    raise UnknownNameError("scenario", name, known, hint="See them all: adloom scenarios list")


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
