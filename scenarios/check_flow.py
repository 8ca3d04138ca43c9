"""Walks a scenario the way a bundle does, and checks what each step can see there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from modules.base import Kind as ModuleKind
from scenarios.check_mappings import Reading
from scenarios.check_params import check_params
from scenarios.mapped import Locator
from scenarios.model import (
    AggregatorStep,
    GetStep,
    IteratorStep,
    ModuleStep,
    ReturnStep,
    RouterStep,
    Scenario,
    ScenarioStep,
    SetStep,
    Step,
    StoreStep,
)
from scenarios.params import known_module
from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.shapes import ANYTHING, Shape, shape_of

__all__ = ["INPUT", "check_flow"]

#: What a called scenario's steps know of their caller.
INPUT: Final = "input"


@dataclass(frozen=True)
class View:
    """What can be seen from one point of the scenario.

    Args:
        shapes: The bundles of the steps before, on the same path, in order.
        hidden: Steps that cannot be seen from here, and why.
    """

    shapes: Mapping[str, Shape]
    hidden: Mapping[str, str]

    def after(self, step: Step) -> "View":
        """The view behind a step."""
        if step.disabled:
            why = f"{step.id!r} is disabled, so it has no bundle"
            return replace(self, hidden={**self.hidden, step.id: why})
        shapes = dict(self.shapes)
        hidden = dict(self.hidden)
        if isinstance(step, AggregatorStep) and step.source in shapes:
            names = list(shapes)
            for name in names[names.index(step.source) :]:
                del shapes[name]
                hidden[name] = f"{name!r} cannot be seen behind the aggregator {step.id!r}"
        return View({**shapes, step.id: shape_of(step)}, hidden)


def check_flow(problems: Problems, scenario: Scenario) -> None:
    """Note whatever is wrong with the steps: their order, their mappings, what they are given."""
    _check_ids(problems, scenario)
    everywhere = {step.id: "" for step in scenario.all_steps()}
    hidden = {name: f"{name!r} comes later, or on another route" for name in everywhere}
    Walk(problems, scenario).steps(scenario.steps, View({INPUT: ANYTHING}, hidden))
    _check_variables(problems, scenario)


def _check_ids(problems: Problems, scenario: Scenario) -> None:
    seen: dict[str, Step] = {}
    for step in scenario.all_steps():
        if step.id and step.id in seen:
            path = (*step.path, "id")
            text = f"{step.id!r} is the name of another step, on line {seen[step.id].place.line}"
            problems.error(scenario.place_of(path), path, text)
        seen.setdefault(step.id, step)


def _check_variables(problems: Problems, scenario: Scenario) -> None:
    known = {
        (step.scope, name)
        for step in scenario.all_steps()
        if isinstance(step, SetStep)
        for name in step.names
    }
    getting = [step for step in scenario.all_steps() if isinstance(step, GetStep)]
    for step in getting:
        for name in step.names:
            if (step.scope, name) not in known:
                path = (*step.path, "get", "variables")
                text = f"{name!r} is set by no step for the {step.scope}, so it is null"
                hint = near(name, [one for scope, one in known if scope == step.scope])
                problems.warning(scenario.place_of(path), path, text, hint)


class Walk:
    """One walk down every path."""

    def __init__(self, problems: Problems, scenario: Scenario):
        self._problems = problems
        self._scenario = scenario
        self._locator = Locator(scenario.text, scenario.places)

    def _reading(self, view: View) -> Reading:
        return Reading(self._problems, self._locator, view.shapes, view.hidden)

    def steps(self, steps: tuple[Step, ...], view: View) -> None:
        """Check steps that follow each other."""
        for index, step in enumerate(steps):
            self._step(step, view)
            if isinstance(step, RouterStep) and not step.disabled and index + 1 < len(steps):
                text = "comes after a router, where nothing can be"
                hint = "put it into the routes, or before the router"
                self._error(steps[index + 1].path, text, hint)
            view = view.after(step)

    def _error(self, path: FieldPath, text: str, hint: str | None = None) -> None:
        self._problems.error(self._scenario.place_of(path), path, text, hint)

    def _step(self, step: Step, view: View) -> None:
        reading = self._reading(view)
        reading.condition(step.when, (*step.path, "when"))
        if step.on_error is not None:
            reading.value(step.on_error.substitute, (*step.path, "on_error", "resume"))
        match step:
            case ModuleStep():
                self._module(step, reading)
            case RouterStep():
                self._router(step, view)
            case AggregatorStep():
                self._aggregator(step, view)
            case ScenarioStep() if step.scenario == self._scenario.name:
                self._error((*step.path, "scenario"), "calls itself")
            case _:
                pass
        self._values(step, reading)

    def _values(self, step: Step, reading: Reading) -> None:
        match step:
            case IteratorStep():
                reading.listed(step.items, (*step.path, "iterator", "items"))
            case SetStep():
                reading.value(step.variables, (*step.path, "set", "variables"))
            case StoreStep():
                reading.value(step.key, (*step.path, "store", "key"))
                reading.value(step.value, (*step.path, "store", "value"))
            case ScenarioStep():
                reading.value(step.input, (*step.path, "input"))
            case ReturnStep():
                reading.value(step.output, (*step.path, "return"))
            case _:
                pass

    def _module(self, step: ModuleStep, reading: Reading) -> None:
        module = known_module(step.module)
        if module is None:
            reading.value(step.params, (*step.path, "params"))
            return
        is_trigger = module.kind is ModuleKind.TRIGGER
        if is_trigger and step.path != ("steps", 0):
            text = f"{step.module} is a trigger, which can only be the first step"
            self._error((*step.path, "module"), text)
        elif is_trigger:
            self._trigger(step)
        elif (*step.path, "start") in self._scenario.places:
            self._error((*step.path, "start"), f"is for triggers; {step.module} is none")
        reading.params(step, module)
        check_params(self._problems, self._scenario, step)

    def _trigger(self, step: ModuleStep) -> None:
        if step.when is not None:
            self._error((*step.path, "when"), "is not for triggers", "put it on the next step")
        if step.on_error is not None:
            text = "is not for triggers: what fails is watched again the next time"
            self._error((*step.path, "on_error"), text)

    def _router(self, step: RouterStep, view: View) -> None:
        for index, route in enumerate(step.routes):
            path = (*step.path, "router", "routes", index)
            self._reading(view).condition(route.when, (*path, "when"))
            self.steps(route.steps, view)
        self.steps(step.fallback, view)
        if step.fallback and any(route.when is None for route in step.routes):
            path = (*step.path, "router", "fallback")
            text = "is never reached: a route without when takes everything"
            self._problems.warning(self._scenario.place_of(path), path, text)

    def _aggregator(self, step: AggregatorStep, view: View) -> None:
        path = (*step.path, "aggregator")
        for name in ("value", "fields", "group_by"):
            self._reading(view).value(getattr(step, name), (*path, name))
        if step.source and (step.source == INPUT or step.source not in view.shapes):
            names = [name for name in view.shapes if name != INPUT]
            hint = near(step.source, names) or f"before it: {', '.join(names) or 'nothing'}"
            self._error((*path, "source"), f"{step.source!r} is no step before this one", hint)
