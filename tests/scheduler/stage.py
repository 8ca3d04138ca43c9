"""A stage for scenarios: a platform in memory, an empty workspace, and everything in between."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adloom.database import Database, open_database
from adloom.wire import Record
from modules.base import ConnectionFacts
from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scheduler.conductor import Conductor
from scheduler.data_store import DataStore
from scheduler.history import History, StepRun
from scheduler.inbox import Inbox
from scheduler.incompletes import Incompletes
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan import Opened
from scheduler.polling import Poller
from scheduler.rails.ledger import Ledger
from scheduler.rails.rails import Rails
from scheduler.reading import Reader
from scheduler.runs import Ended, RunResult
from scheduler.scans import Scans
from scheduler.schema import MIGRATIONS
from scheduler.stages.live import LiveStage
from scheduler.walking import Equipment
from scheduler.watch_store import WatchStore
from tests.modules.fake_api import ad_row
from tests.scheduler.world import ADVERTISER, PlainSealer, World

__all__ = ["ADVERTISER", "Stage", "ad_row", "stage"]


@dataclass
class Stage:
    """Runs scenarios against a platform in memory."""

    world: World
    database: Database
    journal: Journal
    conductor: Conductor
    said: list[str]
    stopped: list[bool]
    library: dict[str, Scenario] = field(default_factory=dict)

    def load(self, text: str) -> Scenario:
        """Read a scenario, so that others can call it too."""
        scenario = load_scenario(text)
        self.library[scenario.name] = scenario
        return scenario

    async def run(self, text: str) -> RunResult:
        """Run a scenario once."""
        return await self.conductor.run(self.load(text))

    async def resume(self, ended: Ended, text: str | None = None) -> Ended:
        """Resume an execution, perhaps with the text of then."""
        scenario = self.load(text) if text else self.library[str(ended.execution.scenario)]
        execution = await self.journal.load(ended.execution.id)
        again = await self.conductor.resume(execution, scenario)
        assert again is not None
        return again

    async def steps(self, ended: Ended) -> dict[str, StepRun]:
        """What history says about an execution, by path."""
        return await History(self.database, PlainSealer(), ended.execution.id).known()


@asynccontextmanager
async def stage(
    folder: Path, world: World | None = None, *, node: Callable[[Path], Node] = Node
) -> AsyncIterator[Stage]:
    """Set a stage up in a folder; another one in the same folder finds what the first left."""
    world = world or World()
    said: list[str] = []
    stopped: list[bool] = []
    library: dict[str, Scenario] = {}

    async def connect(name: str) -> Opened:
        return Opened(world, ConnectionFacts(name, "tiktok-business", {"permissions": [2, 44]}))

    async def find(name: str) -> Scenario:
        return library[name]

    async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal") as database:
        clock, sealer = world.clock, PlainSealer()
        journal = Journal(database, sealer, clock)
        reader = Reader(clock, connect, said.append)
        equipment = Equipment(
            reader,
            journal,
            DataStore(database, clock),
            clock,
            find,
            LiveStage(Rails(Ledger(database, clock))),
            lambda: bool(stopped),
            said.append,
        )
        with node(folder / "locks") as here:
            conductor = Conductor(
                equipment,
                Poller(
                    WatchStore(database, sealer, clock),
                    Scans(clock.monotonic, fresh=0),
                    clock.now,
                    say=said.append,
                ),
                Inbox(database, sealer, clock),
                Incompletes(database, clock),
                database,
                sealer,
                here,
            )
            yield Stage(world, database, journal, conductor, said, stopped, library)


def bundles(ended: Ended, steps: dict[str, StepRun], step: str) -> list[Record]:
    """Everything a step handed on, in order."""
    del ended
    return [bundle for run in steps.values() if run.step == step for bundle in run.output]


def rows(*rows: Record) -> Callable[[Any], list[Record]]:
    """A listing that is always the same."""
    return lambda _: [dict(row) for row in rows]
