"""Checks a file of tests against the scenario it is for: steps, parameters, shapes of bundles."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from adloom.fields import same_name
from adloom.wire import Record
from modules.base import Kind, Module
from scenarios.model import ModuleStep, Scenario, ScenarioStep, Step, StoreStep
from scenarios.params import known_module, params_of
from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.testing.model import Answer, Case, Script

__all__ = ["check_script", "trigger_module", "way_round"]

#: Platforms whose codes say what kind of error they are.
CODED: Final = frozenset({"tiktok-business", "tiktok-events"})


def check_script(
    problems: Problems, script: Script, scenario: Scenario, library: Mapping[str, Scenario]
) -> None:
    """Note whatever of a file of tests does not belong to its scenario.

    Args:
        problems: Takes it.
        script: The tests.
        scenario: What they are for.
        library: The scenarios that can be called, by name.
    """
    if way := way_round(scenario, library):
        problems.error(script.place_of(()), (), f"its scenario calls itself: {' → '.join(way)}")
        return
    checking = _Checking(problems, script, _Reach(scenario, library))
    for case in script.cases:
        checking.case(case)


def way_round(scenario: Scenario, library: Mapping[str, Scenario]) -> list[str]:
    """A way on which scenarios call each other in a circle; empty if there is none."""
    over: set[str] = set()

    def walk(one: Scenario, way: list[str]) -> list[str]:
        for step in one.all_steps():
            if not isinstance(step, ScenarioStep) or step.scenario in over:
                continue
            if step.scenario in way:
                return [*way, step.scenario]
            called = library.get(step.scenario)
            if called is not None and (found := walk(called, [*way, step.scenario])):
                return found
        over.add(one.name)
        return []

    return walk(scenario, [scenario.name])


def trigger_module(scenario: Scenario) -> Module | None:
    """The module that hands bundles to a scenario, if there is one."""
    first = scenario.steps[0]
    module = known_module(first.module) if isinstance(first, ModuleStep) else None
    return module if module is not None and module.kind is Kind.TRIGGER else None


class _Reach:
    """The steps that a test can speak of, by what it calls them."""

    def __init__(self, scenario: Scenario, library: Mapping[str, Scenario]) -> None:
        self.trigger = trigger_module(scenario)
        self.scenario = scenario
        self.library = library
        self.steps: dict[str, Step] = {step.id: step for step in scenario.all_steps()}
        left, seen = [scenario], {scenario.name}
        while left:
            for step in left.pop().all_steps():
                called = library.get(step.scenario) if isinstance(step, ScenarioStep) else None
                if called is not None and called.name not in seen:
                    seen.add(called.name)
                    left.append(called)
                    self.steps |= {f"{called.name}/{one.id}": one for one in called.all_steps()}

    @property
    def stores(self) -> set[str]:
        """The data stores there are."""
        return {step.store for step in self.steps.values() if isinstance(step, StoreStep)}

    @property
    def connections(self) -> set[str]:
        """The connections there are."""
        uses = [step for step in self.steps.values() if isinstance(step, ModuleStep)]
        return {step.connection for step in uses if step.connection}

    def module(self, name: str) -> Module | None:
        """The module of a step."""
        step = self.steps.get(name)
        return known_module(step.module) if isinstance(step, ModuleStep) else None


@dataclass(frozen=True)
class _Checking:
    problems: Problems
    script: Script
    reach: _Reach

    def case(self, case: Case) -> None:
        """Check one test."""
        given, path = case.given, (*case.path, "given")
        if given.bundles and self.reach.trigger is None:
            hint = "give its steps answers, or an input"
            self._error((*path, "bundles"), "are for a trigger, and it begins with none", hint)
        self._fit(given.bundles, (*path, "bundles"), self.reach.trigger)
        for name, answers in given.answers.items():
            module = self._answered(name, (*path, "answers", name))
            for answer in answers if module else ():
                self._answer(answer, module)
        self._known(given.stores, (*path, "stores"), self.reach.stores, "data store")
        self._known(given.connections, (*path, "connections"), self.reach.connections, "connection")
        self._expected(case, (*case.path, "expect"))

    def _expected(self, case: Case, path: FieldPath) -> None:
        expected = case.expected
        self._known(expected.stores, (*path, "stores"), self.reach.stores, "data store")
        for name, step in expected.steps.items():
            here = (*path, "steps", name)
            if self._is_step(name, here):
                for number, one in enumerate(step.given or ()):
                    self._params(one, (*here, "given", number), self.reach.module(name))
        lists = {
            "changes": expected.changes,
            "notices": expected.notices,
            "incomplete": expected.incomplete,
        }
        for kind, items in lists.items():
            for number, item in enumerate(items):
                here = (*path, kind, number)
                named = item.get("step")
                if named is not None and not self._is_step(named, (*here, "step")):
                    continue
                module = known_module(item["module"]) if "module" in item else None
                module = module or self.reach.module(named or "")
                self._params(item.get("given"), (*here, "given"), module)

    # --- answers --------------------------------------------------------------------------------

    def _answered(self, name: str, path: FieldPath) -> Module | None:
        """The module of a step that is answered."""
        if not self._is_step(name, path):
            return None
        step, module = self.reach.steps[name], self.reach.module(name)
        if module is None:
            said = "uses no module, so it finds nothing outside"
            self._error(path, said, "say what is expected of it under expect.steps")
        elif step is self.reach.scenario.steps[0] and module is self.reach.trigger:
            self._error(path, "is the trigger", "what it hands on stands under given.bundles")
            return None
        return module

    def _answer(self, answer: Answer, module: Module | None) -> None:
        if module is None:
            return
        self._params(answer.when, (*answer.path, "when"), module)
        plain = (*answer.path, "bundles")
        path = plain if plain in self.script.places else answer.path
        self._fit(answer.bundles or (), path, module)
        if module.action is None:
            for name in ("before", "data", "unchanged"):
                if getattr(answer, name) not in (None, False):
                    said = f"is for actions; {module.name} changes nothing"
                    self._error((*answer.path, name), said)
        if answer.error and answer.error.kind is None and module.provider not in CODED:
            said = f"is required: codes of {module.provider} do not tell what happens next"
            self._error((*answer.path, "error", "kind"), said)

    def _params(self, given: Any, path: FieldPath, module: Module | None) -> None:
        """Names of parameters have to be those of the module."""
        if module is None or not isinstance(given, Mapping):
            return
        known = params_of(module)
        for name in given:
            if same_name(name) not in known:
                said = f"{module.name} has no such parameter"
                self._error((*path, name), said, near(name, known))

    def _fit(self, bundles: Iterable[Record], path: FieldPath, module: Module | None) -> None:
        """Bundles have to look like those of the module."""
        for number, bundle in enumerate(bundles):
            for where, said, is_error in _misfits(bundle, module) if module else ():
                here = (*path, number, *where)
                hint = near(str(where[0]), module.bundle.model_fields) if where and module else None
                note = self.problems.error if is_error else self.problems.warning
                note(self.script.place_of(here), here, said, hint)

    # --- names ----------------------------------------------------------------------------------

    def _is_step(self, name: str, path: FieldPath) -> bool:
        if name in self.reach.steps:
            return True
        known = ", ".join(list(self.reach.steps)[:20])
        hint = near(name, self.reach.steps) or f"there are {known}"
        self._error(path, f"{self.reach.scenario.name} has no step {name[:60]!r}", hint)
        return False

    def _known(self, names: Iterable[str], path: FieldPath, known: set[str], what: str) -> None:
        for name in names:
            if name not in known:
                said = f"{self.reach.scenario.name} uses no such {what}"
                self._error((*path, name), said, near(name, known))

    def _error(self, path: FieldPath, text: str, hint: str | None = None) -> None:
        self.problems.error(self.script.place_of(path), path, text, hint)


def _misfits(bundle: Record, module: Module) -> Iterator[tuple[FieldPath, str, bool]]:
    """What keeps a bundle from being one of a module's: where, why, and whether it is an error."""
    known = module.bundle.model_fields
    try:
        module.bundle.model_validate(module.bundle.normalise(dict(bundle)))
    except ValidationError as error:
        for one in error.errors(include_url=False):
            where = tuple(one["loc"])
            if one["type"] == "missing":
                yield (), f"has no {where[0]}, which every bundle of {module.name} has", False
            else:
                said = one["msg"][:1].lower() + one["msg"][1:]
                yield where, f"does not fit bundles of {module.name}: {said}", True
    for name in bundle:
        if name not in known and near(name, known):
            yield (name,), f"is no field that {module.name} declares", False
