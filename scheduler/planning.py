"""Planning: a whole scenario walked without anything being sent, moved or written down."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database
from adloom.errors import AdloomError, LimitExceededError, UsageError
from adloom.mapping import Moment
from adloom.wire import Record
from modules import find_module
from modules.base import Instant
from scenarios.model import ModuleStep, Scenario
from scenarios.params import as_params
from scheduler.carrying import Carrier
from scheduler.inbox import Arrived, Inbox, ItemState
from scheduler.journal import Journal
from scheduler.peeking import Glimpse, Peeker
from scheduler.plan import Opened
from scheduler.plan_records import PlannedBatch, ScenarioPlan
from scheduler.plan_telling import Walked, told
from scheduler.polling import Polled, Watched
from scheduler.rails_ahead import rails_ahead
from scheduler.reading import Reader
from scheduler.records import Execution, Status
from scheduler.rows import Sealer
from scheduler.runs import is_fed, trigger_of, watched_by
from scheduler.stages.memory import MemoryHistory, ReadOnly
from scheduler.stages.planned_data import PlannedData
from scheduler.stages.planning import PlanningStage
from scheduler.walking import Equipment, HaltError, Review, Walk
from scheduler.watch_store import new_ids

__all__ = ["Planner", "Reviewing"]

NODE: Final = "plan"


@dataclass(frozen=True)
class Reviewing:
    """A moment that a walk takes for the present."""

    moment: datetime

    def check(self, operation: Any) -> None:
        """Nothing is held by a plan."""


class PeekedInbox(Inbox):
    """An inbox whose bundles stay where they are."""

    def post_begun(self, item: Arrived) -> None:
        """Nobody begins anything."""

    def ending(self, item: Arrived, state: ItemState) -> Callable[[Any], object]:  # noqa: ARG002 - Inbox's signature
        """Nothing ends."""
        return lambda _: None


@dataclass(frozen=True)
class Feed:
    """What a plan begins with."""

    batches: tuple[PlannedBatch, ...] = ()
    glimpses: tuple[Glimpse, ...] = ()
    polled: Polled = field(default_factory=Polled)
    given: bool = False


@dataclass(frozen=True)
class Planner:
    """Makes plans. It holds what reads, and nothing that could send.

    Args:
        reader: Opens connections and reads.
        clock: The time.
        database: The journal's; it is only looked at.
        sealer: Opens what is sealed there.
        library: Finds a scenario by its name.
        ours: Says which versions of items are our own doing.
        watched: Told of each execution as it begins; its history grows while it is walked.
    """

    reader: Reader
    clock: Clock
    database: Database
    sealer: Sealer
    library: Callable[[str], Awaitable[Scenario]]
    ours: Callable[[Watched], Callable[[Any], bool]] = lambda _: lambda _: False
    watched: Callable[[MemoryHistory], object] = lambda _: None

    async def plan(
        self,
        scenario: Scenario,
        *,
        given: Sequence[Record] | None = None,
        limit: int | None = None,
    ) -> ScenarioPlan:
        """Work out what a scenario would do if it ran now.

        Args:
            scenario: The scenario.
            given: Bundles to begin with, instead of what its trigger would be told.
            limit: Carry at most so many bundles; None is as the scenario says, 0 is all.

        Raises:
            UsageError: Its bundles cannot be given, or have no limit.
        """
        notes: list[str] = []
        moment = self.clock.now()
        feed = await self._feed(scenario, given, limit, notes)
        return await self._walk(scenario, feed, moment, self.reader.new_id(), notes)

    async def again(self, plan: ScenarioPlan, scenario: Scenario) -> ScenarioPlan:
        """Make a plan once more from the bundles and the moment it began with."""
        feed = Feed(plan.batches, plan.glimpses, Polled(begun=plan.begun), plan.given)
        return await self._walk(scenario, feed, plan.made_at, plan.id, [])

    # --- what it begins with --------------------------------------------------------------------

    async def _feed(
        self,
        scenario: Scenario,
        given: Sequence[Record] | None,
        limit: int | None,
        notes: list[str],
    ) -> Feed:
        if not is_fed(scenario):
            if given is not None or limit is not None:
                raise UsageError(f"{scenario.name} does not begin with a trigger.")
            return Feed((PlannedBatch(self.reader.new_id()),))
        first = scenario.steps[0]
        assert isinstance(first, ModuleStep)  # noqa: S101 - what is fed begins with a module
        trigger = trigger_of(scenario)
        if given is not None:
            if trigger is not None:
                raise UsageError(f"{scenario.name} looks for its bundles itself.")
            return Feed((self._given(first, given),), given=True)
        size = (
            0
            if trigger is None
            else watched_by(scenario.name, trigger, self.clock.now()).params.limit
        )
        most = size * scenario.settings.cycles if limit is None else limit
        waiting = await Inbox(ReadOnly(self.database), self.sealer, self.clock).peek(
            scenario.name, most
        )
        polled, glimpses = Polled(), list[Glimpse]()
        if trigger is not None and not (most and len(waiting) >= most):
            polled, glimpses = await self._peeked(
                scenario, trigger, most and most - len(waiting), notes
            )
        found_now = [item for one in glimpses for item in one.arrived()]
        items = sorted([*waiting, *found_now], key=lambda item: item.id)
        found = tuple(one for one in glimpses if one.ids)
        return Feed(tuple(self._batches(items, size)), found, polled)

    def _batches(self, items: Sequence[Arrived], size: int) -> list[PlannedBatch]:
        step = size or len(items) or 1
        return [
            PlannedBatch(self.reader.new_id(), tuple(items[start : start + step]))
            for start in range(0, len(items), step)
        ]

    def _given(self, first: ModuleStep, given: Sequence[Record]) -> PlannedBatch:
        module = find_module(first.module)
        assert module.instant is not None  # noqa: S101 - others have been refused
        params = as_params(module, first.params.evaluate({}, Moment(self.clock.now())))
        ids = new_ids(self.clock.now(), len(given))
        items = [
            Arrived(identity, _key(module.instant, params, bundle, identity), "", None, bundle)
            for identity, bundle in zip(ids, given, strict=True)
        ]
        return PlannedBatch(self.reader.new_id(), tuple(items))

    async def _peeked(
        self, scenario: Scenario, step: ModuleStep, limit: int, notes: list[str]
    ) -> tuple[Polled, list[Glimpse]]:
        watched = watched_by(scenario.name, step, self.clock.now())
        try:
            opened = await self.reader.open(watched.module, watched.connection)
        except AdloomError as error:
            return Polled(errors=(("", error),)), []
        context = replace(self.reader.context(opened, self.reader.new_id()), say=notes.append)
        peeker = Peeker(self.database, self.sealer, self.clock, self.ours, notes.append)
        return await peeker.peek(watched, context, limit=limit)

    # --- walking --------------------------------------------------------------------------------

    async def _walk(
        self, scenario: Scenario, feed: Feed, moment: datetime, identity: str, notes: list[str]
    ) -> ScenarioPlan:
        executions = [self._execution(scenario, one, moment, identity) for one in feed.batches]
        stage = PlanningStage(PlannedData(self.database, self.clock))
        equipment = self._equipment(stage, notes.append)
        lasting: dict[str, Any] = {}
        walked: list[Walked] = []
        async with rails_ahead(self.database, self.clock, executions) as rails:
            stage.rails = rails
            for batch, execution in zip(feed.batches, executions, strict=True):
                walked.append(await self._carry(scenario, batch, execution, equipment, lasting))
                halt = walked[-1].halt
                if halt is not None and halt.undo:
                    stage.data.undo(batch.execution)
                if halt is not None and halt.error is not None:
                    break
        frame = ScenarioPlan(
            identity,
            scenario.name,
            scenario.hash,
            moment,
            batches=feed.batches,
            glimpses=feed.glimpses,
            given=feed.given,
            begun=feed.polled.begun,
        )
        errors = [f"{source}: {error}" if source else str(error) for source, error in
                  feed.polled.errors]  # fmt: skip
        return told(frame, stage, walked, [*errors, *notes])

    def _equipment(self, stage: PlanningStage, say: Callable[[str], None]) -> Equipment:
        """What a walk on this stage works with: none of it can write or send."""

        async def connect(name: str) -> Opened:
            return stage.look_through(await self.reader.connect(name))

        return Equipment(
            Reader(self.clock, connect, say),
            Journal(ReadOnly(self.database), self.sealer, self.clock),
            stage.data,
            self.clock,
            self.library,
            stage,
            say=say,
        )

    def _execution(
        self, scenario: Scenario, batch: PlannedBatch, moment: datetime, identity: str
    ) -> Execution:
        """An execution that only the plan has; those of one plan are one run for its limits."""
        return Execution(
            batch.execution,
            Status.RUNNING,
            moment,
            NODE,
            scenario=scenario.name,
            scenario_hash=scenario.hash,
            slot=f"plan {identity}",
        )

    async def _carry(
        self,
        scenario: Scenario,
        batch: PlannedBatch,
        execution: Execution,
        equipment: Equipment,
        lasting: dict[str, Any],
    ) -> Walked:
        """Walk one execution to its end; one bundle after the other, so that it comes out alike."""
        database = ReadOnly(self.database)
        history = MemoryHistory(database, self.sealer, batch.execution)
        self.watched(history)
        alone = replace(scenario, settings=replace(scenario.settings, parallel=1))
        review: Review = Reviewing(execution.started_at)
        walk = Walk(equipment, alone, execution, history, lasting=lasting, review=review)
        inbox = PeekedInbox(database, self.sealer, self.clock)
        halt: HaltError | None = None
        try:
            async with asyncio.timeout(scenario.settings.budget.time_seconds):
                await Carrier(inbox, walk, resumed=False).carry(batch.items)
        except HaltError as stop:
            halt = stop
        except TimeoutError:
            halt = HaltError(LimitExceededError("Planning took longer than the scenario may."))
        return Walked(batch, history, tuple(walk.troubles), halt)


def _key(instant: Instant[Any, Any], params: Any, bundle: Record, identity: str) -> str:
    """What a bundle is known by; one that was made up may lack what tells that."""
    try:
        return instant.key(params, bundle)
    except LookupError:
        return f"given {identity}"
