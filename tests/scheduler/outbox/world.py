"""An outbox, what sends it, and a pixel on the other side, for tests."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adloom.clock import Clock, FrozenClock
from adloom.database import Database, open_database
from adloom.event_settings import EventSettings
from adloom.json_text import dump
from scheduler.nodes import Node
from scheduler.outbox.delivering import Deliverer, EventApi, Pace
from scheduler.outbox.entries import Entry, EventState, Lane, Origin
from scheduler.outbox.schema import MIGRATIONS
from scheduler.outbox.store import Outbox
from tests.seams.event_pixel import EventPixel
from tests.seams.postgres import Place, named
from tests.seams.stores import plain_vault

__all__ = [
    "FILE",
    "NOON",
    "PACE",
    "SHOP",
    "LaneClock",
    "StillClock",
    "World",
    "entries",
    "entry",
    "is_bad",
    "key",
    "opened",
    "opened_world",
    "sizes",
]

#: How long a sender waits between two looks; the clock of these tests stands still for that.
POLL = 0.123
PACE = Pace(poll=POLL)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SHOP = Lane("shop", "web", "PIXEL1")
FILE = Origin("file", "orders.jsonl")


class LaneClock(FrozenClock):
    """Moves only while lanes wait: for what is due, or for company."""

    async def sleep(self, seconds: float) -> None:
        if seconds == POLL:
            await asyncio.sleep(0.002)
        else:
            await super().sleep(seconds)


class StillClock(LaneClock):
    """Does not move by itself at all."""

    async def sleep(self, seconds: float) -> None:
        if seconds == POLL:
            await super().sleep(seconds)
        else:
            await asyncio.Event().wait()


def key(name: object) -> bytes:
    """A key for an event."""
    return hashlib.sha256(str(name).encode()).digest()[:16]


def entry(
    name: object, *, person: int | None = None, at: datetime = NOON, place: str = "", **item: Any
) -> Entry:
    """An event with this id."""
    moment = int(at.timestamp())
    content = {"event": "Purchase", "event_id": str(name), "event_time": moment, **item}
    owner = int.from_bytes(key(name)[:7], "big") if person is None else person
    return Entry(key(name), owner, "Purchase", str(name), moment, dump(content), place)


def entries(names: Iterable[object], **more: Any) -> list[Entry]:
    """Events with these ids."""
    return [entry(name, **more) for name in names]


def sizes(pixel: EventPixel) -> list[int]:
    """How many events each request brought."""
    return [len(one.ids) for one in pixel.arrivals]


def is_bad(*names: object) -> Callable[[dict[str, Any]], str | None]:
    """Says why these events are bad."""
    wrong = {str(name) for name in names}
    return lambda item: "Not a valid number." if item["event_id"] in wrong else None


@asynccontextmanager
async def opened(
    place: Place, clock: Clock | None = None, workspace: str = "main"
) -> AsyncIterator[Outbox]:
    """An outbox in a folder or a schema."""
    where = named(place, "events")
    async with open_database(where, MIGRATIONS, set_name="events") as database:
        yield Outbox(database, plain_vault(), clock or FrozenClock(NOON), workspace)


@dataclass
class World:
    """An outbox with a pixel.

    Args:
        outbox: The outbox.
        node: This process.
        clock: The time.
        locks: Where processes show that they are alive.
        pixel: The other side, unless a connection has its own.
        pixels: Other sides by connection.
        said: What was told.
        stopped: Whether the kill switch is pulled.
    """

    outbox: Outbox
    node: Node
    clock: FrozenClock
    locks: Path
    pixel: EventPixel = field(default_factory=EventPixel)
    pixels: dict[str, EventApi] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    stopped: bool = False
    opened: list[str] = field(default_factory=list)
    trouble: Callable[[str], None] = lambda _: None

    @property
    def database(self) -> Database:
        return self.outbox.database

    def deliverer(self, *, pace: Pace = PACE, **settings: Any) -> Deliverer:
        """What sends."""

        async def connect(name: str) -> EventApi:
            self.opened.append(name)
            self.trouble(name)
            return self.pixels.get(name, self.pixel)

        return Deliverer(
            self.outbox,
            connect,
            self.node,
            self.clock,
            settings=EventSettings(**{"batch_seconds": 0.0, **settings}),
            tell=self.said.append,
            stopped=lambda: self.stopped,
            pace=pace,
        )

    async def states(self, origin: Origin = FILE) -> dict[str, int]:
        """How many events stand where."""
        counts = await self.outbox.origin_counts(origin)
        return {state.value: number for state, number in counts.items() if number}

    async def reasons(self) -> dict[str, str | None]:
        """Why events are dead, by their ids."""
        held = await self.outbox.held(state=EventState.DEAD, limit=10_000)
        return {one.event_id: one.reason for one in held}


@asynccontextmanager
async def opened_world(
    place: Place, locks: Path, clock: FrozenClock | None = None
) -> AsyncIterator[World]:
    """Everything there is."""
    used = clock or LaneClock(NOON)
    with Node(locks) as node:
        async with opened(place, used) as outbox:
            yield World(outbox, node, used, locks)
