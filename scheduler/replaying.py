"""Replaying an execution against its records: what is the same, and what would differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adloom.errors import UsageError
from scenarios.model import (
    AggregatorStep,
    GetStep,
    ModuleStep,
    ReturnStep,
    Scenario,
    ScenarioStep,
    Step,
    StoreStep,
)
from scheduler.comparing import Difference, Obstacles, Side, aligned, differences, way
from scheduler.history import StepRun
from scheduler.inbox import Arrived
from scheduler.offline import Start, Walked, walk_offline
from scheduler.records import Execution
from scheduler.remembering import Records, load_records
from scheduler.runs import is_fed
from scheduler.stages.recorded import RecordedStage, changes_of
from scheduler.walker import aggregator_of
from scheduler.workshop import Workshop

__all__ = ["Missing", "Replay", "replay"]

#: Steps that are told of even where only one version has them; the others only compute.
TOLD = (ModuleStep, StoreStep, ScenarioStep, ReturnStep)


@dataclass(frozen=True)
class Missing:
    """A step of which there is no record; what depends on it was not walked.

    Args:
        path: The way to it.
        step: Its id.
        why: What it did instead.
    """

    path: str
    step: str
    why: str


@dataclass(frozen=True)
class Replay:
    """What came of a replay.

    Args:
        execution: What was replayed.
        scenario: With which version.
        same: How many steps came to the same.
        differences: What would differ.
        missing: What there is no record of.
        erased: How many bundles of the trigger are not known any more.
        stage: What answered.
        walked: The walk.
        lasting: Variables that an earlier cycle had set.
    """

    execution: Execution
    scenario: Scenario
    same: int
    differences: tuple[Difference, ...]
    missing: tuple[Missing, ...]
    erased: int
    stage: RecordedStage = field(repr=False)
    walked: Walked = field(repr=False)
    lasting: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_same(self) -> bool:
        """Whether all of it is known, and came to the same."""
        return not (self.differences or self.missing or self.erased)


async def replay(workshop: Workshop, execution_id: str, scenario: Scenario | None = None) -> Replay:
    """Walk an execution again; nothing is sent, and nothing is written down.

    Args:
        workshop: Knows what was done.
        execution_id: Which execution; the beginning of its id will do.
        scenario: Another version to walk; None is the one it ran.

    Raises:
        UsageError: There is nothing that could be replayed.
    """
    records = await load_records(workshop, execution_id)
    walked = scenario or records.scenario
    if is_fed(walked) is not is_fed(records.scenario):
        raise UsageError(
            f"{walked.name} does not begin as it did then; it cannot be replayed.",
            hint="Give it the same trigger, or none if it had none.",
        )
    stage = RecordedStage(records, _ids(walked) ^ _ids(records.scenario))
    lasting = await _lasting(workshop, records)
    start = Start(_items(records, walked), lasting=lasting)
    found = await walk_offline(stage, walked, records.execution, workshop.current, start)
    return _judged(stage, walked, found, lasting)


def _items(records: Records, scenario: Scenario) -> Sequence[Arrived] | None:
    """What is carried: all that is known, or nothing where it is gathered and some is not."""
    if not is_fed(scenario):
        return None
    is_gathered = aggregator_of(scenario.steps[0], scenario.steps[1:]) is not None
    return () if records.erased and is_gathered else records.items


async def _lasting(workshop: Workshop, records: Records) -> Mapping[str, Any]:
    """Variables that an earlier cycle had set: what is recalled without having been set here."""
    then = records.scenario
    getting = {
        step.id
        for step in then.all_steps()
        if isinstance(step, GetStep) and step.scope == "execution"
    }
    if not getting:
        return {}
    start = Start(_items(records, then))
    stage = RecordedStage(records)
    walked = await walk_offline(stage, then, records.execution, workshop.current, start)
    found: dict[str, Any] = {}
    for path, run in walked.runs.items():
        known = records.steps.get(path) if run.step in getting and "/" not in path else None
        for old, new in zip(known.output if known else (), run.output, strict=False):
            for name, value in old.items():
                if value is not None and new.get(name) is None:
                    found.setdefault(name, value)
    return found


# --- judging --------------------------------------------------------------------------------------


def _judged(
    stage: RecordedStage, scenario: Scenario, found: Walked, lasting: Mapping[str, Any]
) -> Replay:
    records = stage.records
    unknown = _unknown(stage)
    old, new = _sides(records, scenario, stage, found, unknown)
    keys = {_key(path, stage.alone, _steps(scenario)) for path in unknown}
    differing = differences(old, new, {one for one in keys if one is not None})
    steps = {path: run.step for path, run in found.runs.items()}
    others = {one.path for one in differing}
    same = sum(key not in keys and run.path not in others for key, run in new.runs.items())
    return Replay(
        records.execution,
        scenario,
        same,
        tuple(differing),
        tuple(Missing(path, steps.get(path, ""), why) for path, why in stage.missing.items()),
        len(records.erased),
        stage,
        found,
        lasting,
    )


def _unknown(stage: RecordedStage) -> set[str]:
    """Paths without a record, and those of the steps that called the scenarios they are in."""
    found = set(stage.missing)
    for path in stage.missing:
        found |= {path[:place] for place, sign in enumerate(path) if sign == "/"}
    return found


def _sides(
    records: Records,
    scenario: Scenario,
    stage: RecordedStage,
    found: Walked,
    unknown: set[str],
) -> tuple[Side, Side]:
    """Both walks, by paths that leave out the steps that only one version has."""
    gathering = {
        step.id
        for one in (records.scenario, scenario)
        for step in one.all_steps()
        if isinstance(step, AggregatorStep)
    }
    items = None if not is_fed(scenario) else {one.id for one in _items(records, scenario) or ()}
    ways = (key for one in unknown if (key := aligned(one, stage.alone)))
    obstacles = Obstacles(ways, gathering)
    old, new = _steps(records.scenario), _steps(scenario)
    handed_on = items or set()
    new_runs = {
        _key(path, stage.alone, new): run
        for path, run in found.runs.items()
        if path not in handed_on
    }
    old_runs: dict[str | None, StepRun] = {}
    for path, run in records.steps.items():
        key = _key(path, stage.alone, old)
        is_carried = items is None or (way(path)[0] in items and path not in handed_on)
        if is_carried and (key in new_runs or not obstacles.bar(key or path)):
            old_runs[key] = run
    for runs in (old_runs, new_runs):
        runs.pop(None, None)
    done = {
        path: changes_of([one.call for one in operation.calls])
        for path, operation in records.operations.items()
    }
    return (
        Side(_named(old_runs), _of(done, old_runs, stage.alone, old)),
        Side(_named(new_runs), _of(stage.changes, new_runs, stage.alone, new)),
    )


def _named(runs: Mapping[str | None, StepRun]) -> dict[str, StepRun]:
    return {key: run for key, run in runs.items() if key is not None}


def _of(
    changes: Mapping[str, Any],
    runs: Mapping[str | None, StepRun],
    alone: frozenset[str],
    steps: Mapping[str, Step],
) -> dict[str, Any]:
    keys = {path: _key(path, alone, steps) for path in changes}
    return {key: changes[path] for path, key in keys.items() if key is not None and key in runs}


def _key(path: str, alone: frozenset[str], steps: Mapping[str, Step]) -> str | None:
    """What a path is compared by; None if nobody is told of its step."""
    found = aligned(path, alone)
    if found is None and isinstance(steps.get(way(path)[-1].partition(":")[0]), TOLD):
        return path
    return found


def _steps(scenario: Scenario) -> dict[str, Step]:
    return {step.id: step for step in scenario.all_steps()}


def _ids(scenario: Scenario) -> frozenset[str]:
    return frozenset(_steps(scenario))
