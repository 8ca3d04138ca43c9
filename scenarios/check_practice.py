"""A scenario works with the demo account or with real ones, never with both."""

from collections.abc import Iterator, Mapping

from scenarios.environment import Environment
from scenarios.model import ModuleStep, Scenario, ScenarioStep, Step
from scenarios.problems import Problems

__all__ = ["check_practice"]

#: A step, the connection it leads to, and whether that is for practice.
Use = tuple[Step, str, bool]


def check_practice(problems: Problems, scenario: Scenario, environment: Environment) -> None:
    """Note connections of the demo account that stand beside real ones, each once."""
    first: tuple[str, bool] | None = None
    told: set[str] = set()
    for step, name, practice in _uses(scenario, environment):
        first = first or (name, practice)
        if practice == first[1] or name in told:
            continue
        told.add(name)
        demo, real = (name, first[0]) if practice else (first[0], name)
        key = "connection" if isinstance(step, ModuleStep) else "scenario"
        path = (*step.path, key)
        problems.error(
            scenario.place_of(path),
            path,
            f"{demo[:60]!r} belongs to a demo account and {real[:60]!r} to a real one, which one "
            "scenario cannot mix",
            "use demo connections for all of it, or real ones for all of it",
        )


def _uses(scenario: Scenario, environment: Environment) -> Iterator[Use]:
    for step in scenario.all_steps():
        if step.disabled:
            continue
        if isinstance(step, ModuleStep):
            account = environment.connections.get(step.connection or "")
            if account is not None and account.practice is not None:
                yield step, step.connection or "", account.practice
        elif isinstance(step, ScenarioStep):
            for name, practice in _called(step.scenario, scenario.name, environment):
                yield step, name, practice


def _called(name: str, home: str, environment: Environment) -> Iterator[tuple[str, bool]]:
    """The connections of a called scenario, and of those that it calls in turn."""
    known: Mapping[str, Scenario] = environment.scenarios or {}
    seen, left = {home}, [name]
    while left:
        one = left.pop()
        if one in seen or one not in known:
            continue
        seen.add(one)
        for step in known[one].all_steps():
            if isinstance(step, ScenarioStep) and not step.disabled:
                left.append(step.scenario)
            account = environment.connections.get(getattr(step, "connection", None) or "")
            if account is not None and account.practice is not None and not step.disabled:
                yield str(getattr(step, "connection", "")), account.practice
