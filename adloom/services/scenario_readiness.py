"""What is to be known of a scenario before it runs: its faults, and what it changes by itself."""

from typing import Final

from adloom.errors import InvalidScenarioError, UsageError
from adloom.fields import validate
from adloom.services.scenario_files import environment_of, find_text, problems_with, texts
from adloom.services.session import Session
from modules import find_module
from scenarios.check_params import is_mapped
from scenarios.model import ModuleStep, Scenario, ScenarioStep
from scenarios.problems import Severity
from scheduler.workshop import Workshop

__all__ = ["changing_steps", "faultless"]

#: What writes here or tells somebody changes nothing that costs money.
HARMLESS: Final = frozenset({"notify", "files"})


async def faultless(session: Session, name: str) -> Scenario:
    """The scenario, if it can be run where it is.

    Raises:
        InvalidScenarioError: It cannot; tells every fault.
    """
    found = texts(session.workspace.scenarios)
    text = find_text(found, name)
    scenarios = [one.scenario for one in found if one.scenario is not None]
    clock = session.wiring.clock
    environment = await environment_of(session.wiring.store, scenarios, clock.now())
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
