"""Everything the scenarios of a workspace are run with, put together once for a process."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from adloom.clock import Clock
from adloom.database import Database
from adloom.errors import AdloomError
from adloom.wire import Record
from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scenarios.schedules import ACCOUNT
from scheduler.account_zones import AccountZones
from scheduler.conductor import Conductor
from scheduler.data_store import DataStore
from scheduler.due_store import DueStore
from scheduler.echoes import Echoes
from scheduler.engine import Engine
from scheduler.inbox import Inbox
from scheduler.incompletes import Incompletes
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan_records import ScenarioPlan
from scheduler.plan_store import PlanStore
from scheduler.planning import Planner
from scheduler.polling import Poller
from scheduler.rails.ledger import Ledger
from scheduler.rails.rails import Rails
from scheduler.reading import Reader
from scheduler.records import Execution
from scheduler.reviewing import Reviewed
from scheduler.rows import Sealer
from scheduler.runs import RunResult
from scheduler.scans import Scans
from scheduler.scenario_files import ScenarioFiles
from scheduler.scenario_store import Changes, ScenarioStore, StoredScenario
from scheduler.sending import Queue
from scheduler.stages.live import LiveStage
from scheduler.walking import Equipment
from scheduler.watch_store import WatchStore

__all__ = ["Workshop"]

#: Versions of scenarios that are kept understood.
MOST_KEPT: Final = 200


@dataclass
class Workshop:
    """What runs scenarios, and what keeps them.

    Args:
        database: The journal's.
        reader: Opens connections and reads.
        journal: Where changes are written down.
        sealer: Seals what must not be read.
        clock: The time.
        node: This process.
        folder: Where scenario files lie.
        lag: How long after its answer a change can stay out of view.
        stopped: Whether the kill switch has been pulled.
        say: Told what somebody should know.
        queue: Takes the calls that are queued.
    """

    database: Database
    reader: Reader
    journal: Journal
    sealer: Sealer
    clock: Clock
    node: Node
    folder: Path
    lag: timedelta = timedelta(seconds=5)
    stopped: Callable[[], bool] = lambda: False
    say: Callable[[str], None] = lambda _: None
    queue: Queue | None = None
    _understood: dict[str, Scenario] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        database, sealer, clock = self.database, self.sealer, self.clock
        self.scenarios = ScenarioStore(database, clock)
        self.dues = DueStore(database, clock)
        self.inbox = Inbox(database, sealer, clock)
        self.incompletes = Incompletes(database, clock)
        self.watches = WatchStore(database, sealer, clock)
        self.echoes = Echoes(database, self.lag)
        self.data = DataStore(database, clock)
        self.zones = AccountZones(self.reader)
        self.plans = PlanStore(database, sealer, clock)
        self.planner = Planner(self.reader, clock, database, sealer, self.current, self.echoes.ours)
        self.engine = Engine(
            self.reader, self.journal, self.node, stopped=self.stopped, queue=self.queue
        )
        self.files = ScenarioFiles(self.folder)
        self.rails = Rails(Ledger(database, clock))
        self.conductor = self._conductor()

    def _conductor(self) -> Conductor:
        equipment = Equipment(
            self.reader,
            self.journal,
            self.data,
            self.clock,
            self.current,
            LiveStage(self.rails),
            self.stopped,
            self.say,
            self.queue,
        )
        poller = Poller(
            self.watches,
            Scans(self.clock.monotonic),
            self.clock.now,
            ours=self.echoes.ours,
            say=self.say,
        )
        return Conductor(
            equipment,
            poller,
            self.inbox,
            self.incompletes,
            self.database,
            self.sealer,
            self.node,
            reviewed=self._reviewed,
        )

    async def _reviewed(self, execution: Execution) -> Reviewed | None:
        """What an execution was reviewed to do, if it applies a plan."""
        plan = await self.plans.of_execution(execution.id)
        return None if plan is None else Reviewed.of(plan, execution)

    async def synchronise(self) -> Changes:
        """Take over what the scenario files say now."""
        reading = self.files.read(await self.scenarios.known())
        zones = await self.zones.of(reading.changed.values())
        return await self.scenarios.synchronise(reading, lambda one: zones.get(one.name))

    async def current(self, name: str) -> Scenario:
        """A scenario in its present version.

        Raises:
            UnknownNameError: There is none of this name.
        """
        return await self.version((await self.scenarios.load(name)).hash)

    async def version(self, version: str) -> Scenario:
        """A version of a scenario, by its hash.

        Raises:
            UnknownNameError: It is not kept any more.
            InvalidScenarioError: This version of adloom does not understand it.
        """
        if version not in self._understood:
            text = await self.scenarios.load_text(version)
            if len(self._understood) >= MOST_KEPT:
                self._understood.clear()
            self._understood[version] = await self._at_home(load_scenario(text))
        return self._understood[version]

    async def _at_home(self, scenario: Scenario) -> Scenario:
        """A scenario that lives where its account does, with the zone that was found for it."""
        schedule = scenario.schedule
        if schedule is None or schedule.timezone != ACCOUNT:
            return scenario
        zone = (await self.scenarios.load(scenario.name)).zone
        return replace(scenario, schedule=replace(schedule, timezone=zone)) if zone else scenario

    async def enabled(self) -> list[tuple[StoredScenario, Scenario]]:
        """What runs by its schedule now, as far as this version of adloom understands it."""
        found = []
        for stored in await self.scenarios.all():
            if stored.enabled and stored.fault is None:
                with suppress(AdloomError):
                    found.append((stored, await self.version(stored.hash)))
        return found

    async def plan(
        self,
        scenario: Scenario,
        *,
        given: Sequence[Record] | None = None,
        limit: int | None = None,
    ) -> ScenarioPlan:
        """Work out what a scenario would do if it ran now; see `Planner.plan`."""
        await self.echoes.listen(scenario.name)
        return await self.planner.plan(scenario, given=given, limit=limit)

    async def run(self, scenario: Scenario, *, slot: str | None = None) -> RunResult:
        """Run a scenario once; what adloom changed itself is no news to its watches."""
        await self.echoes.listen(scenario.name)
        return await self.conductor.run(scenario, slot=slot)
