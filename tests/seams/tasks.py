"""What processes of a test do: each task is a coroutine function and returns JSON data."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from itertools import count as count_from
from typing import Any, Final

from adloom.clock import SystemClock
from adloom.database import Migration, Transaction
from adloom.database import open_database as open_any
from adloom.settings import HttpSettings
from connections.api import ConnectionApi, Wiring
from connections.connection import State
from connections.limits import Limiter
from connections.refresh import Refresher
from connections.transport import Transport
from tests.seams.postgres import named, spot
from tests.seams.stores import open_database, open_store, plain_vault
from tests.seams.token_server import renew_at

__all__ = ["COUNTER", "TASKS"]

COUNTER: Final = (Migration("0001 counter", ("CREATE TABLE counter (value INTEGER NOT NULL)",)),)


async def count(*, place: str, times: int) -> int:
    """Open a database that may not exist yet, and add to a counter, reading before writing."""

    def add(work: Transaction) -> None:
        found = work.one("SELECT value FROM counter")
        if found is None:
            work.run("INSERT INTO counter VALUES (1)")
        else:
            work.run("UPDATE counter SET value = ?", found["value"] + 1)

    async with open_any(named(spot(place), "counter"), COUNTER, set_name="counter") as database:
        for _ in range(times):
            await database.write(add)
    return times


async def keep_to_the_rate(*, place: str, rate: float, times: int) -> list[float]:
    """Ask a limiter for leave, several at once; return when it was given."""
    granted = []
    async with open_database(spot(place)) as database:
        limiter = Limiter(database, SystemClock())

        async def one() -> None:
            await limiter.wait({"app": rate})
            granted.append(time.time())

        await asyncio.gather(*(one() for _ in range(times)))
    return granted


async def stay_fresh(*, place: str, address: str, generations: int) -> str:
    """Use a connection until its token has been renewed so many times."""
    async with open_store(spot(place), clock=SystemClock()) as store, Transport() as transport:
        refresher = Refresher(store, SystemClock(), renew_at(address, transport))
        while True:
            found = await refresher.fresh("acme")
            assert found.state is State.READY, found.reason
            if found.generation >= generations:
                return found.secrets["access_token"].reveal()
            await asyncio.sleep(0.01)


async def stay_in_touch(*, place: str, generations: int) -> list[int]:
    """Read until a token has been renewed so many times; return which tokens were answered."""
    async with open_store(spot(place), clock=SystemClock()) as store, Transport() as transport:
        limiter = Limiter(store.database, SystemClock())
        wiring = Wiring(transport, limiter, store, SystemClock(), HttpSettings(deadline=10))
        api = ConnectionApi(await store.load("me"), wiring)
        numbers = [0]
        while numbers[-1] < generations:
            answer = await api.get("/v2/research/")
            numbers.append(answer.data["number"])
            await asyncio.sleep(0.01)
    return numbers


async def empty_the_inbox(*, place: str, at_once: int) -> list[str]:
    """Take bundles, a few for each execution, until none wait; return their keys."""
    from scheduler.inbox import Inbox, ItemState
    from scheduler.records import Execution, Status
    from scheduler.schema import MIGRATIONS

    taken: list[str] = []
    where = named(spot(place), "journal")
    async with open_any(where, MIGRATIONS, set_name="journal") as database:
        inbox = Inbox(database, plain_vault(), SystemClock())
        for number in count_from(1):
            now, name = SystemClock().now(), f"{os.getpid()}-{number}"
            execution = Execution(name, Status.RUNNING, now, "n", scenario="pause")
            items = await inbox.take(execution, at_once)
            if not items:
                break
            taken += [item.key for item in items]
            await inbox.ended([item.id for item in items], ItemState.DONE)
            # So that the others get their turn.
            await asyncio.sleep(0.005)
    return taken


TASKS: Final[dict[str, Callable[..., Awaitable[Any]]]] = {
    task.__name__: task
    for task in (count, empty_the_inbox, keep_to_the_rate, stay_fresh, stay_in_touch)
}
