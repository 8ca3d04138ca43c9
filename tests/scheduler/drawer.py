"""A journal's database with nothing in it, on either kind of database, and what is found in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adloom.clock import FrozenClock
from adloom.database import Database, Transaction, open_database
from scheduler.records import Execution, Status
from scheduler.rows import insert_execution
from scheduler.schema import MIGRATIONS
from tests.scheduler.world import NOW
from tests.seams.postgres import Place, named

__all__ = ["CANARY", "Drawer", "drawer", "execution"]

CANARY: Final = "canary-7d1e44c0b2"


@dataclass(frozen=True)
class Drawer:
    """A database and a clock."""

    database: Database
    clock: FrozenClock

    async def begin(self, *executions: Execution) -> None:
        """Write executions down."""

        def work(work: Transaction) -> None:
            for one in executions:
                insert_execution(work, "local", one)

        await self.database.write(work)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """Everything in a table."""
        select = f"SELECT * FROM {table}"  # noqa: S608 - a test's own name
        found = await self.database.read(lambda work: work.run(select))
        return [dict(row) for row in found]

    async def shows(self, table: str, secret: str) -> bool:
        """Whether somebody who looks at a table can read a secret."""
        values = [value for row in await self.rows(table) for value in row.values()]
        texts = [value for value in values if isinstance(value, str)]
        content = [value for value in values if isinstance(value, bytes)]
        assert values
        return secret in " ".join(texts) or secret.encode() in b" ".join(content)


@asynccontextmanager
async def drawer(place: Place) -> AsyncIterator[Drawer]:
    """Open it; what was left in it is there."""
    async with open_database(named(place, "journal"), MIGRATIONS, set_name="journal") as database:
        yield Drawer(database, FrozenClock(NOW))


def execution(number: int = 1, *, scenario: str = "pause", at: datetime = NOW) -> Execution:
    """One of a scenario."""
    return Execution(f"20261121-{number:04}", Status.RUNNING, at, "n1", scenario=scenario)
