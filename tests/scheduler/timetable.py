"""A workspace with scenario files, a journal, and a clock that is moved by hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adloom.clock import FrozenClock
from adloom.database import Database, open_database
from scenarios.model import Scenario
from scheduler.due_store import DueStore
from scheduler.scenario_files import ScenarioFiles
from scheduler.scenario_rows import Due
from scheduler.scenario_store import Changes, ScenarioStore, StoredScenario
from scheduler.schema import MIGRATIONS
from tests.scheduler.schedules import at
from tests.seams.postgres import Place, named

__all__ = ["NOON", "Timetable", "scenario_text", "timetable"]

NOON = at(2026, 11, 21, 12)


def scenario_text(
    name: str, schedule: str = "{every: 15 minutes}", settings: str = "{}", seconds: int = 1
) -> str:
    return (
        f"name: {name}\nschedule: {schedule}\nsettings: {settings}\n"
        f"steps: [{{id: wait, sleep: {seconds} seconds}}]\n"
    )


@dataclass
class Timetable:
    """What the tests work with."""

    folder: Path
    clock: FrozenClock
    database: Database
    scenarios: ScenarioStore
    dues: DueStore
    files: ScenarioFiles

    def write(self, name: str, *args: Any, file: str | None = None, **more: Any) -> Path:
        path = self.folder / (file or f"{name}.yaml")
        path.write_text(scenario_text(name, *args, **more))
        return path

    async def synchronise(
        self, zone_of: Callable[[Scenario], str | None] = lambda _: None
    ) -> Changes:
        reading = self.files.read(await self.scenarios.known())
        return await self.scenarios.synchronise(reading, zone_of)

    async def enabled(self, name: str, *args: Any, **more: Any) -> StoredScenario:
        """A scenario that is there and enabled."""
        self.write(name, *args, **more)
        await self.synchronise()
        return await self.scenarios.enable(name)

    async def claim(self, node: str = "n1", limit: int = 100) -> list[Due]:
        return await self.dues.claim_due(self.clock.now(), node, limit)

    async def slots(self, node: str = "n1") -> list[str]:
        return [due.slot for due in await self.claim(node)]

    async def next_at(self, name: str) -> datetime | None:
        return (await self.scenarios.load(name)).next_at


@asynccontextmanager
async def timetable(
    folder: Path, place: Place | None = None, now: datetime = NOON
) -> AsyncIterator[Timetable]:
    scenarios = folder / "scenarios"
    scenarios.mkdir(exist_ok=True)
    clock = FrozenClock(now)
    where = named(place or folder, "journal")
    async with open_database(where, MIGRATIONS, set_name="journal") as database:
        yield Timetable(
            scenarios,
            clock,
            database,
            ScenarioStore(database, clock),
            DueStore(database, clock),
            ScenarioFiles(scenarios),
        )
