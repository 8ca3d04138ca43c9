"""A small platform in memory whose answers can be made to go wrong, and an engine on top of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adloom.clock import FrozenClock
from adloom.database import open_database
from adloom.errors import AdloomError
from adloom.secret import Secret
from adloom.wire import Answer, JsonBody, Record, Request
from modules import find_module
from modules.base import ConnectionFacts
from scheduler.engine import Engine
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan import Opened, Plan
from scheduler.reading import Reader
from scheduler.schema import MIGRATIONS
from tests.modules.fake_api import FakeApi, ad_row, by_ids
from tests.seams.postgres import Place, named

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ADVERTISER = "7100000000000000001"

Trouble = Callable[[], None]


class PlainSealer:
    """Seals nothing, but remembers the place."""

    def seal(self, text: str, place: str) -> bytes:
        return f"{place}|{text}".encode()

    def unseal(self, sealed: bytes, place: str) -> Secret:
        found, _, text = sealed.decode().partition("|")
        assert place == found
        return Secret(text)


@dataclass
class World(FakeApi):
    """Ads that can be switched; every change is counted; troubles come before or after it."""

    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOW))
    ads: list[Record] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    before: list[AdloomError | None] = field(default_factory=list)
    after: list[AdloomError | None] = field(default_factory=list)
    partial: bool = False
    blind: bool = False
    settle_seconds: float = 35.0
    visibility_lag: float = 5.0

    def __post_init__(self) -> None:
        self.listings["/ad/get/"] = by_ids(self.ads)

    def changes(self, request: Request) -> bool:
        return request.method != "GET"

    async def change(self, request: Request) -> Answer:
        self.sent.append(request)
        _raise_next(self.before)
        body = request.body.value if isinstance(request.body, JsonBody) else {}
        for ad in self.ads:
            if ad["ad_id"] in body.get("ad_ids", []) and not self.blind:
                ad["operation_status"] = body["operation_status"]
                self.effects.append(ad["ad_id"])
        if not body.get("ad_ids"):
            self.effects.append(request.path)
        _raise_next(self.after)
        return Answer(200, {}, {"code": 0, "data": {"ok": True}}, {}, NOW, 0, "r1", self.partial)


def _raise_next(troubles: list[AdloomError | None]) -> None:
    if troubles and (trouble := troubles.pop(0)) is not None:
        raise trouble


@dataclass
class Bench:
    """An engine with everything around it."""

    world: World
    reader: Reader
    engine: Engine
    journal: Journal
    node: Node
    folder: Path
    said: list[str]
    stopped: list[bool]

    async def plan(self, ids: list[str] | None = None, status: str = "DISABLE") -> Plan:
        values: dict[str, Any] = {
            "advertiser_id": ADVERTISER,
            "ad_ids": ids or [ad["ad_id"] for ad in self.world.ads],
            "status": status,
        }
        return await self.engine.plan(find_module("update_ad_status"), values, "acme")

    async def plan_call(self, path: str = "/campaign/create/", **body: Any) -> Plan:
        values = {"path": path, "method": "POST", "body": body}
        return await self.engine.plan(find_module("make_api_call"), values, "acme")


@asynccontextmanager
async def bench(
    folder: Path,
    world: World | None = None,
    *,
    permissions: list[int] | None = None,
    place: Place | None = None,
) -> AsyncIterator[Bench]:
    """An engine in a folder; its journal lies there too, or in a place of its own."""
    world = world or World(ads=[ad_row(1), ad_row(2)])
    said: list[str] = []
    stopped: list[bool] = []
    facts = ConnectionFacts("acme", "tiktok-business", {"permissions": permissions or [2]})

    async def connect(name: str) -> Opened:
        assert name == "acme"
        return Opened(world, facts)

    where = named(place or folder, "journal")
    async with open_database(where, MIGRATIONS, set_name="journal") as database:
        journal = Journal(database, PlainSealer(), world.clock)
        with Node(folder / "locks") as node:
            reader = Reader(world.clock, connect, said.append)
            engine = Engine(reader, journal, node, stopped=lambda: bool(stopped))
            yield Bench(world, reader, engine, journal, node, folder, said, stopped)
