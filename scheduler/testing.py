"""Running scenario tests: without a network, a connection or a workspace."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.errors import UnknownNameError
from adloom.wire import JsonBody, Record
from scenarios.model import Scenario
from scenarios.testing.check import trigger_module
from scenarios.testing.folder import Ready
from scenarios.testing.model import Case
from scheduler.history import StepState
from scheduler.inbox import Arrived
from scheduler.likeness import as_recorded
from scheduler.offline import Shelves, Start, Walked, walk_offline
from scheduler.records import Execution, Status
from scheduler.runs import is_fed
from scheduler.stages.scripted import Effect, ScriptedStage, Unanswered

__all__ = ["NOTIFY", "Happened", "StepHappened", "run_case", "run_ready"]

NOTIFY: Final = "notify"


@dataclass
class StepHappened:
    """What a step did, all bundles together."""

    states: Counter[StepState] = field(default_factory=Counter)
    bundles: list[Record] = field(default_factory=list)
    given: list[Record] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How often it failed, handled or not."""
        return self.states[StepState.FAILED] + self.states[StepState.INCOMPLETE]


@dataclass(frozen=True)
class Happened:
    """What came of a case.

    Args:
        steps: What steps did, by what tests call them.
        changes: Everything that was changed outside, in order.
        notices: Every message, in order.
        stores: What data stores hold afterwards.
        returned: What was returned.
        incomplete: What stopped part-way.
        error: What stopped everything, where no step did.
        unanswered: Steps that found no answer.
    """

    steps: Mapping[str, StepHappened]
    changes: Sequence[Record]
    notices: Sequence[Record]
    stores: Mapping[str, Mapping[str, Any]]
    returned: Sequence[Record]
    incomplete: Sequence[Record]
    error: str | None
    unanswered: Sequence[Unanswered]


async def run_ready(ready: Ready, case: Case) -> Happened:
    """Run a case of a file that is sound."""
    assert ready.scenario is not None  # noqa: S101 - or the file would not be sound
    return await run_case(case, ready.scenario, ready.library)


async def run_case(case: Case, scenario: Scenario, library: Mapping[str, Scenario]) -> Happened:
    """Walk through a scenario as a case says.

    Args:
        case: What is given.
        scenario: What is walked.
        library: The scenarios that can be called, by name.
    """

    async def find(name: str) -> Scenario:
        if name not in library:
            raise UnknownNameError("scenario", name, library)
        return library[name]

    given = case.given
    stage = ScriptedStage(scenario.name, given, Shelves(given.stores))
    execution = Execution(
        given.execution, Status.RUNNING, given.now, "test", scenario=scenario.name
    )
    items = None
    if is_fed(scenario):
        items = [
            Arrived(f"{number}", f"{number}", "", None, _bundle(scenario, bundle))
            for number, bundle in enumerate(given.bundles, 1)
        ]
    start = Start(items, given.input, given.variables)
    walked = await walk_offline(stage, scenario, execution, find, start)
    if walked.undone:
        stage.shelves = Shelves(given.stores)
    return _happened(scenario, stage, walked, library, items)


def _bundle(scenario: Scenario, bundle: Record) -> Record:
    """What a trigger hands on, in its canonical form."""
    module = trigger_module(scenario)
    return module.bundle.normalise(dict(bundle)) if module else dict(bundle)


def _happened(
    scenario: Scenario,
    stage: ScriptedStage,
    walked: Walked,
    library: Mapping[str, Scenario],
    items: Sequence[Arrived] | None,
) -> Happened:
    told = [effect for effect in stage.effects if effect.use.module.name != NOTIFY]
    notices = [effect for effect in stage.effects if effect.use.module.name == NOTIFY]
    steps = _steps(scenario, walked, library)
    if items is not None:
        handed_on = [as_recorded(one.bundle) for one in items]
        done = Counter({StepState.DONE: len(items)})
        steps[scenario.steps[0].id] = StepHappened(done, handed_on)
    for name, given in stage.given_to.items():
        steps.setdefault(name, StepHappened()).given = given
    kept = {str(one.error) for one in walked.troubles}
    return Happened(
        steps,
        [change for effect in told for change in _changes(effect)],
        [_notice(effect) for effect in notices],
        {store: as_recorded(values) for store, values in stage.shelves.content.items()},
        [as_recorded(one) for one in walked.returned],
        [{"step": one.step, "error": str(one.error)} for one in walked.troubles],
        None if walked.error is None or str(walked.error) in kept else str(walked.error),
        stage.unanswered,
    )


def _steps(
    scenario: Scenario, walked: Walked, library: Mapping[str, Scenario]
) -> dict[str, StepHappened]:
    """What each step did, by what tests call it."""
    found: dict[str, StepHappened] = {}
    for path, run in walked.runs.items():
        home = _home(scenario, path, library)
        name = run.step if home is scenario else f"{home.name}/{run.step}"
        step = found.setdefault(name, StepHappened())
        step.states[run.state] += 1
        step.bundles += [as_recorded(bundle) for bundle in run.output]
    return found


def _home(scenario: Scenario, path: str, library: Mapping[str, Scenario]) -> Scenario:
    """The scenario that a path ends in: each `/` leads into one that a step calls."""
    home = scenario
    for part in path.split("/")[:-1]:
        step = part.rpartition(">")[2]
        called = next(
            (getattr(one, "scenario", None) for one in home.all_steps() if one.id == step), None
        )
        home = library.get(called or "", home)
    return home


def _changes(effect: Effect) -> list[Record]:
    """Everything a use of an action would change; where that is not known, what it was given."""
    use = effect.use
    about = {"step": effect.step, "module": use.module.name, "connection": use.connection}
    given = {"given": as_recorded({**use.params.model_dump(exclude_unset=True), **use.values})}
    if effect.calls is None:
        return [{**about, **given}]
    found = []
    for call in effect.calls:
        body = call.request.body.value if isinstance(call.request.body, JsonBody) else None
        sent = {"path": call.request.path, "body": as_recorded(body)}
        shown = [as_recorded(vars(change)) for change in call.changes]
        found += [{**about, **one, **given, **sent} for one in shown or [{}]]
    return found


def _notice(effect: Effect) -> Record:
    values = effect.use.params.model_dump(mode="json")
    return {"step": effect.step, "connection": effect.use.connection, **values}
