"""One scenario checked where it is to run, without understanding every other file of the folder."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from adloom.errors import AdloomError, InvalidScenarioError, UnknownNameError
from adloom.services.editing_saving import hash_of
from adloom.services.scenario_files import Text, environment_of, problems_with, text_at
from adloom.services.scenario_list_facts import facts_of, learn_facts
from adloom.services.session import Session
from modules import MODULES, find_module
from scenarios.conflicts import conflict_problems
from scenarios.loader import read_scenario_text
from scenarios.model import Scenario, ScenarioStep
from scenarios.problems import Problem, Severity
from scheduler.scenario_store import StoredScenario
from scheduler.workshop import Workshop

__all__ = ["conflicts_with", "problems_here", "runnable"]


async def runnable(session: Session, workshop: Workshop, name: str) -> Scenario:
    """A scenario as the workspace knows it, if it can be run where it is.

    Raises:
        UnknownNameError: There is none of this name, or its file is gone.
        InvalidScenarioError: It cannot be run; tells every fault.
    """
    stored = await workshop.scenarios.load(name)
    if stored.file is None or not (session.workspace.scenarios / stored.file).is_file():
        raise UnknownNameError("file of the scenario", name, [], hint="It may have been deleted.")
    problems = await problems_here(session, workshop, stored)
    faults = [one for one in problems if one.severity is Severity.ERROR]
    if faults:
        raise InvalidScenarioError(faults)
    return await workshop.current(name)


async def problems_here(
    session: Session, workshop: Workshop, stored: StoredScenario
) -> Sequence[Problem]:
    """Everything that is wrong with a scenario's file where it is to run."""
    path = session.workspace.scenarios / (stored.file or "")
    if stored.file is None or not path.is_file():
        return ()
    text = await _text(workshop, stored, path)
    known = await _called(workshop, text.scenario) if text.scenario else []
    now = session.wiring.clock.now()
    return problems_with(text, await environment_of(session.wiring.store, known, now))


async def conflicts_with(workshop: Workshop, scenario: Scenario) -> list[str]:
    """Whom else of the workspace a scenario may meet at the same objects, in sentences.

    Only those are understood that change something through one of its connections.
    """
    stored = [one for one in await workshop.scenarios.all() if one.fault is None]
    await learn_facts(workshop, [one.hash for one in stored])
    mine = set((await facts_of(workshop, scenario.hash)).connections)
    others = [scenario]
    for one in stored:
        facts = await facts_of(workshop, one.hash)
        if one.name != scenario.name and mine & set(facts.connections) and _acts(facts.modules):
            with suppress(AdloomError):
                others.append(await workshop.version(one.hash))
    return [one.text for one in conflict_problems([scenario], others)]


def _acts(modules: Sequence[str]) -> bool:
    names = (name.replace("-", "_") for name in modules)
    return any(name in MODULES and find_module(name).action is not None for name in names)


async def _text(workshop: Workshop, stored: StoredScenario, path: Path) -> Text:
    """What a file says; where that is the known version, it is not understood once more."""
    with suppress(AdloomError, OSError):
        if hash_of(read_scenario_text(path)) == stored.hash:
            return Text(path, await workshop.version(stored.hash), ())
    return text_at(path)


async def _called(workshop: Workshop, scenario: Scenario) -> list[Scenario]:
    """A scenario and those it calls, however far down; others are not looked at."""
    found, left = {scenario.name: scenario}, [scenario]
    while left:
        for step in left.pop().all_steps():
            if isinstance(step, ScenarioStep) and step.scenario not in found:
                with suppress(AdloomError):
                    found[step.scenario] = await workshop.current(step.scenario)
                    left.append(found[step.scenario])
    return list(found.values())
