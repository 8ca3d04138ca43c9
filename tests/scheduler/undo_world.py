"""A platform in memory where campaigns are made, switched and deleted, and undos on top of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from adloom.wire import Answer, JsonBody, Record, Request
from scheduler.data_store import DataStore
from scheduler.engine import Engine
from scheduler.undo import Undo
from tests.scheduler.breaking import CrashPoints, Death, Platform, fragile, platform
from tests.scheduler.stage import ADVERTISER, Stage, stage
from tests.scheduler.world import NOW

__all__ = ["ADVERTISER", "MIX", "UndoWorld", "Undoing", "dying", "undo_world", "undoing"]

#: Two ads switched one by one, a campaign made and switched on, two keys written.
MIX: Final = f"""
name: mix
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", campaign_ids: ["1700000000000010"], limit: 0}}
  - id: pause
    module: update_ad_status
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{ads.ad_id}}}}", status: DISABLE}}
  - id: made
    when: "{{{{ads.ad_id = '1700000000000001'}}}}"
    module: create_campaign
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", campaign_name: New, objective_type: TRAFFIC}}
  - id: run
    module: update_campaign_status
    connection: acme
    params:
      advertiser_id: "{ADVERTISER}"
      campaign_id: "{{{{made.campaign_id}}}}"
      status: ENABLE
  - id: seen
    store: {{name: seen, operation: put, key: a, value: "{{{{made.campaign_id}}}}"}}
  - id: more
    store: {{name: seen, operation: add, key: b, value: 1}}
"""


@dataclass
class UndoWorld(Platform):
    """Counts what each object has met."""

    groups: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.listings["/adgroup/get/"] = lambda _: [dict(row) for row in self.groups]
        self.listings["/ad/get/"] = self._ads

    def _ads(self, query: Mapping[str, Any]) -> list[Record]:
        return sorted(super()._ads(query), key=lambda row: str(row["ad_id"]))

    async def change(self, request: Request) -> Answer:
        assert isinstance(request.body, JsonBody)
        body = request.body.value
        if request.path == "/adgroup/create/":
            made = {"adgroup_id": str(1_900_000_000_000_000 + len(self.groups))}
            self.groups.append({**body, **made})
            return Answer(200, {}, {"code": 0, "data": made}, made, NOW, 0, "r1")
        if request.path != "/campaign/status/update/":
            return await super().change(request)
        self.points.pass_by()
        self.sent.append(request)
        for row in self.campaigns:
            if row["campaign_id"] in body["campaign_ids"]:
                self._switch(row, body["operation_status"])
        answer = Answer(200, {}, {"code": 0, "data": {}}, {}, NOW, 0, "r1")
        self.points.pass_by()
        return answer

    def _switch(self, row: Record, status: str) -> None:
        if status == "DELETE":
            row["secondary_status"] = "CAMPAIGN_STATUS_DELETE"
        else:
            row["operation_status"] = status
        self.effects.append(f"{row['campaign_id']} {status}")

    def state(self) -> dict[str, str]:
        """What is there and how it is switched."""
        rows = [(row["ad_id"], row) for row in self.ads]
        rows += [(row["campaign_id"], row) for row in self.campaigns]
        return {
            identity: row["operation_status"]
            for identity, row in rows
            if not str(row.get("secondary_status")).endswith("_DELETE")
        }


def undo_world() -> UndoWorld:
    """Two ads that are on."""
    plain = platform(bundles=2, others=0)
    return UndoWorld(ads=plain.ads)


@dataclass
class Undoing:
    """A process that can run scenarios and take them back."""

    stage: Stage
    undo: Undo
    engine: Engine
    store: DataStore

    async def run(self, text: str = MIX) -> str:
        """Run a scenario once; the execution's id."""
        [ended] = (await self.stage.run(text)).executions
        return ended.execution.id

    async def held(self) -> dict[str, object]:
        """What the data store holds."""
        return {one.key: one.value for one in await self.store.list("seen")}


@asynccontextmanager
async def undoing(folder: Path, world: UndoWorld) -> AsyncIterator[Undoing]:
    """A process in a folder; another one in the same folder finds what the first left."""
    async with stage(folder, world) as here:
        equipment, node = here.conductor.equipment, here.conductor.node
        undo = Undo(
            here.journal,
            here.database,
            equipment.reader,
            equipment.store,
            node,
            lambda: bool(here.stopped),
        )
        engine = Engine(equipment.reader, here.journal, node, stopped=lambda: bool(here.stopped))
        yield Undoing(here, undo, engine, equipment.store)


@asynccontextmanager
async def dying(folder: Path, world: UndoWorld, at: int | None) -> AsyncIterator[Undoing]:
    """The same, dying at a point: just before or just after a commit, a call or a listing."""
    try:
        async with undoing(folder, world) as here:
            world.points = CrashPoints(at)
            with fragile(here.stage.database, world.points):
                yield here
    except Death:
        pass
