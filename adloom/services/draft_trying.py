"""A draft walked as it stands, to its end or up to a step, with nothing sent, moved or written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adloom.errors import InvalidScenarioError, UsageError
from adloom.secret import redact
from adloom.services.draft_bundles import told_run
from adloom.services.draft_cutting import cut_after
from adloom.services.drafting import Drafted
from adloom.services.editing import DraftProblem
from adloom.services.editing_problems import tolerant_scenario
from adloom.services.executions_steps import Run
from adloom.wire import Record
from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scenarios.places import FieldPath
from scenarios.schedules import ACCOUNT
from scheduler.inbox import Arrived
from scheduler.plan_records import PlannedBatch, ScenarioPlan
from scheduler.planning import Planner
from scheduler.runs import is_fed, trigger_of, watched_by
from scheduler.stages.memory import MemoryHistory
from scheduler.watch_store import new_ids
from scheduler.workshop import Workshop

__all__ = ["Tried", "Wanted", "faults_before", "scenario_to_try", "try_scenario"]

ITS_FIRST: Final = "It began with what is there already, which is what a first cycle would find."
NOTHING_NEW: Final = f"Nothing is new for its watch. {ITS_FIRST}"
WAITING: Final = "It began with what has come in and waits."
NOTHING_WAITS: Final = "Nothing has come in that waits. Give it a bundle to begin with."
NEW: Final = "It began with what its watch would find now."
GIVEN: Final = "It began with what you gave it."


@dataclass(frozen=True)
class Wanted:
    """How somebody wants a draft to be tried.

    Args:
        until: The step after which it ends; empty for all of it.
        given: Bundles to begin with, instead of what its trigger would find.
        limit: Carry at most so many bundles of its trigger; None is as the scenario says.
        first: Whether its watch is to look at everything there is, as if it had never run.
    """

    until: FieldPath = ()
    given: Sequence[Record] | None = None
    limit: int | None = None
    first: bool = False


@dataclass(frozen=True)
class Tried:
    """What came of trying.

    Args:
        plan: What would be changed, what would stop, and what nobody can know before.
        runs: What every step did with every bundle, as anybody may read it.
        items: The bundles of its trigger, by the way they begin.
        began: What it began with, in a sentence; empty if its first step says it.
        until: The path of the step after which it ended; empty if it was walked to its end.
        version: The version of the draft that was tried.
    """

    plan: ScenarioPlan
    runs: tuple[Run, ...]
    items: Mapping[str, Any] = field(default_factory=dict)
    began: str = ""
    until: FieldPath = ()
    version: int = 0


def faults_before(found: Drafted, until: FieldPath = ()) -> list[DraftProblem]:
    """What keeps a draft from being tried: the errors of its steps as far as it is to be walked.

    Args:
        found: The draft.
        until: The step after which it is to end; empty for all of it.
    """
    chain = found.chain
    last = chain.step(until)
    errors = [one for one in chain.problems if one.is_error]
    if last is None:
        return errors
    behind = {one.path for one in chain.all_steps() if one.number > last.number}
    return [one for one in errors if one.step not in behind]


def scenario_to_try(found: Drafted, until: FieldPath = ()) -> Scenario:
    """A draft as it is to be walked.

    Raises:
        InvalidScenarioError: It has errors as far as it is to be walked.
        UsageError: There is no step to end after.
    """
    if until and found.chain.step(until) is None:
        raise UsageError("This step is not there any more.", hint="Load the page again.")
    if faults := faults_before(found, until):
        raise InvalidScenarioError(faults, hint="Put that right first.")
    if not any(one.is_error for one in found.chain.problems):
        whole = load_scenario(found.draft.text)
        return cut_after(whole, until) if until else whole
    unfinished = tolerant_scenario(found.draft.text)
    if unfinished is None:
        raise UsageError("The text cannot be read as steps.", hint="Put it right first.")
    return cut_after(unfinished, until)


async def try_scenario(
    workshop: Workshop,
    scenario: Scenario,
    wanted: Wanted,
    begins: Callable[[MemoryHistory], object] = lambda _: None,
) -> Tried:
    """Work out what a scenario would do, step by step and bundle by bundle.

    Args:
        workshop: What reads; nothing of it is moved or written.
        scenario: The scenario, not kept anywhere.
        wanted: How.
        begins: Told of every execution that is walked; its history grows meanwhile.

    Raises:
        UsageError: It cannot begin like that.
        AdloomError: What it would begin with cannot be read.
    """
    trial = _Trial(workshop, await _at_home(workshop, scenario), begins)
    await workshop.echoes.listen(scenario.name)
    plan, began = await trial.carry(wanted)
    found = [run for one in trial.histories for run in one.runs.values()]
    items = {item.id: item.bundle for batch in plan.batches for item in batch.items or ()}
    return Tried(
        plan,
        tuple(told_run(run, plan.names) for run in found),
        {name: redact(dict(bundle)) for name, bundle in items.items()},
        began,
        wanted.until,
    )


# --- inside ---------------------------------------------------------------------------------------


@dataclass
class _Trial:
    workshop: Workshop
    scenario: Scenario
    begins: Callable[[MemoryHistory], object]
    histories: list[MemoryHistory] = field(default_factory=list)

    async def carry(self, wanted: Wanted) -> tuple[ScenarioPlan, str]:
        """The plan, and what it began with."""
        scenario = self.scenario
        if not is_fed(scenario):
            if wanted.given is not None:
                raise UsageError("It does not begin with a trigger, so it takes no bundles.")
            return await self._plan(None), ""
        if wanted.given is not None:
            return await self._again(wanted.given), GIVEN
        if trigger_of(scenario) is None:
            plan = await self._plan(wanted.limit)
            return plan, WAITING if plan.bundles else NOTHING_WAITS
        if not wanted.first:
            plan = await self._plan(wanted.limit)
            if plan.bundles:
                return plan, NEW
        return await self._again(await self._first(wanted.limit)), (
            ITS_FIRST if wanted.first else NOTHING_NEW
        )

    async def _plan(self, limit: int | None) -> ScenarioPlan:
        return await self._planner().plan(self.scenario, limit=limit)

    async def _again(self, bundles: Sequence[Record]) -> ScenarioPlan:
        """A plan that begins with these bundles."""
        reader, now = self.workshop.reader, self.workshop.clock.now()
        items = tuple(
            Arrived(identity, f"given {identity}", "", None, bundle)
            for identity, bundle in zip(new_ids(now, len(bundles)), bundles, strict=True)
        )
        batches = (PlannedBatch(reader.new_id(), items),)
        scenario = self.scenario
        frame = ScenarioPlan(
            reader.new_id(), scenario.name, scenario.hash, now, batches=batches, given=True
        )
        return await self._planner().again(frame, scenario)

    def _planner(self) -> Planner:
        self.histories.clear()

        def watched(history: MemoryHistory) -> None:
            self.histories.append(history)
            self.begins(history)

        return replace(self.workshop.planner, watched=watched)

    async def _first(self, limit: int | None) -> list[Record]:
        """What its watch would find if it looked at everything there is."""
        reader, trigger = self.workshop.reader, trigger_of(self.scenario)
        assert trigger is not None  # noqa: S101 - others have been told apart
        watched = watched_by(self.scenario.name, trigger, self.workshop.clock.now())
        params = watched.params
        if limit is not None:
            params = params.model_copy(update={"limit": limit})
        opened = await reader.open(watched.module, watched.connection)
        since = watched.start.since
        pages = reader.found(watched.module, params, opened, reader.new_id(), since=since)
        return [row async for page in pages for row in page.records]


async def _at_home(workshop: Workshop, scenario: Scenario) -> Scenario:
    """A scenario that lives where its account does, with the zone of the account."""
    schedule = scenario.schedule
    if schedule is None or schedule.timezone != ACCOUNT:
        return scenario
    zone = (await workshop.zones.of([scenario])).get(scenario.name)
    return replace(scenario, schedule=replace(schedule, timezone=zone)) if zone else scenario
