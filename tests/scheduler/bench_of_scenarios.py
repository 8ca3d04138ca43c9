"""A workshop over a platform in memory: scenarios as files, watches, echoes, recovery."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from adloom.database import open_database
from adloom.wire import Answer, Request
from modules.base import ConnectionFacts
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan import Opened
from scheduler.reading import Reader
from scheduler.runs import RunResult
from scheduler.schema import MIGRATIONS
from scheduler.workshop import Workshop
from tests.scheduler.world import ADVERTISER, PlainSealer, World

__all__ = ["ADVERTISER", "DatedWorld", "ScenarioBench", "scenario_bench"]


@dataclass
class DatedWorld(World):
    """Ads whose time of change is when they were last changed."""

    async def change(self, request: Request) -> Answer:
        before = {ad["ad_id"]: ad["operation_status"] for ad in self.ads}
        answer = await super().change(request)
        for ad in self.ads:
            if ad["operation_status"] != before[ad["ad_id"]]:
                ad["modify_time"] = f"{self.clock.now():%Y-%m-%d %H:%M:%S}"
        return answer


@dataclass
class ScenarioBench:
    """A workshop with everything around it."""

    world: World
    workshop: Workshop
    folder: Path
    said: list[str]
    stopped: list[bool]

    async def put(self, text: str, name: str = "s") -> str:
        """Write a scenario file and take it over; its hash."""
        self.workshop.folder.mkdir(exist_ok=True)
        (self.workshop.folder / f"{name}.yaml").write_text(text)
        changes = await self.workshop.synchronise()
        assert {} == changes.faults
        return (await self.workshop.scenarios.load(name)).hash

    async def run(self, name: str = "s") -> RunResult:
        """Run a scenario once."""
        return await self.workshop.run(await self.workshop.current(name))


@asynccontextmanager
async def scenario_bench(folder: Path, world: World) -> AsyncIterator[ScenarioBench]:
    """A workshop in a folder; another one in the same folder finds what the first left."""
    said: list[str] = []
    stopped: list[bool] = []

    async def connect(name: str) -> Opened:
        return Opened(
            world, ConnectionFacts(name, "tiktok-business", {"permissions": [2, 44, 100]})
        )

    async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal") as database:
        with Node(folder / "locks") as node:
            workshop = Workshop(
                database,
                Reader(world.clock, connect, said.append),
                Journal(database, PlainSealer(), world.clock),
                PlainSealer(),
                world.clock,
                node,
                folder / "scenarios",
                lag=timedelta(seconds=world.visibility_lag),
                stopped=lambda: bool(stopped),
                say=said.append,
            )
            yield ScenarioBench(world, workshop, folder, said, stopped)
