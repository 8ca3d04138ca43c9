"""Checks a scenario before its first run, without asking any platform anything."""

from collections.abc import Iterable, Mapping

from modules import MODULES
from modules.base import Module
from scenarios.check_flow import check_flow
from scenarios.check_limits import check_limits
from scenarios.check_practice import check_practice
from scenarios.check_schedule import check_schedule
from scenarios.environment import WITHOUT_ACCOUNT, Account, Environment
from scenarios.model import ModuleStep, Scenario, ScenarioStep, Step
from scenarios.params import known_module
from scenarios.problems import Problem, Problems, near

__all__ = ["check_into", "check_scenario"]


def check_scenario(scenario: Scenario, environment: Environment | None = None) -> list[Problem]:
    """Find what is wrong, or may be meant otherwise, in the order of the file.

    Args:
        scenario: What to check.
        environment: Where it is to run; without it, nothing is said about connections, other
            scenarios and the past.
    """
    problems = Problems(scenario.path)
    check_into(problems, scenario, environment)
    return problems.in_order()


def check_into(
    problems: Problems, scenario: Scenario, environment: Environment | None = None
) -> None:
    """As `check_scenario`, adding to what was found already."""
    check_schedule(problems, scenario, environment.now if environment else None)
    check_flow(problems, scenario)
    check_limits(problems, scenario)
    for step in scenario.all_steps():
        if isinstance(step, ModuleStep):
            _check_module(problems, scenario, step, environment)
        elif isinstance(step, ScenarioStep) and environment and environment.scenarios is not None:
            _check_called(problems, scenario, step, environment)
    if environment:
        check_practice(problems, scenario, environment)


def _note(
    problems: Problems, scenario: Scenario, step: Step, key: str, text: str, hint: str | None = None
) -> None:
    path = (*step.path, key)
    problems.error(scenario.place_of(path), path, text, hint)


def _check_module(
    problems: Problems, scenario: Scenario, step: ModuleStep, environment: Environment | None
) -> None:
    module = known_module(step.module)
    if module is None:
        hint = near(step.module, MODULES) or "see them all: adloom modules"
        said = f"there is no module {step.module[:60]!r}" if step.module else "must name a module"
        _note(problems, scenario, step, "module", said, hint)
    elif step.connection is None:
        # Who is told of something has a secret of its own unless a connection holds it.
        if module.instant is None and not WITHOUT_ACCOUNT & set(module.providers):
            said = f"is required: {step.module} needs a connection for {module.provider}"
            _note(problems, scenario, step, "connection", said)
    elif environment and not step.disabled and (fault := _misfit(module, step, environment)):
        _note(problems, scenario, step, "connection", *fault)


def _misfit(
    module: Module, step: ModuleStep, environment: Environment
) -> tuple[str, str | None] | None:
    """Why a connection will not do, and what to do about it; None if it will."""
    name = step.connection or ""
    account = environment.connections.get(name)
    if account is None:
        add = f"make one: adloom connections add NAME --kind {module.provider}"
        return f"there is no connection {name[:60]!r}", near(name, environment.connections) or add
    if account.provider not in module.providers:
        wanted = " or ".join(module.providers)
        usable = _usable(module, environment.connections.items())
        hint = f"of the right kind: {', '.join(usable)}" if usable else None
        return f"{name!r} is for {account.provider}, but the module needs {wanted}", hint
    lacks = module.permission is not None and account.permissions is not None
    if lacks and module.permission not in (account.permissions or ()):
        said = f"{name!r} was not granted what the module needs: {module.permission}"
        return said, f"ask its owner: adloom connections reconnect {name}"
    return None


def _usable(module: Module, connections: Iterable[tuple[str, Account]]) -> list[str]:
    return [name for name, account in connections if account.provider in module.providers]


def _check_called(
    problems: Problems, scenario: Scenario, step: ScenarioStep, environment: Environment
) -> None:
    known = environment.scenarios or {}
    if step.scenario == scenario.name:
        return
    if step.scenario not in known:
        said = f"there is no scenario {step.scenario[:60]!r}"
        _note(problems, scenario, step, "scenario", said, near(step.scenario, known))
        return
    way = _way_back(scenario.name, step.scenario, known)
    if way:
        _note(problems, scenario, step, "scenario", f"calls itself: {' → '.join(way)}")


def _way_back(home: str, first: str, known: Mapping[str, Scenario]) -> list[str]:
    """The scenarios that lead from one back home; empty if none do."""
    ways, seen = [[home, first]], {first}
    while ways:
        way = ways.pop()
        for step in known[way[-1]].all_steps() if way[-1] in known else ():
            if isinstance(step, ScenarioStep):
                if step.scenario == home:
                    return [*way, home]
                if step.scenario not in seen:
                    seen.add(step.scenario)
                    ways.append([*way, step.scenario])
    return []
