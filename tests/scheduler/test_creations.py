"""Creations in the engine: made once, found again, and told although their answer was lost."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adloom.errors import AdloomError, RejectedError, UnknownOutcomeError
from adloom.wire import Answer, JsonBody, Request
from modules import find_module
from modules.base import Done
from scheduler.engine import Engine
from scheduler.plan import Plan
from scheduler.records import Status
from scheduler.sending import as_done
from tests.modules.fake_api import ad_row
from tests.modules.objects import ADVERTISER, campaign_row, group_row, listing
from tests.scheduler.world import NOW, World, bench

LOST = UnknownOutcomeError("No answer.")
GROUP = group_row()["adgroup_id"]


@dataclass
class Workshop(World):
    """A platform in which ads can be made; an answer may be lost before or after it took effect."""

    def __post_init__(self) -> None:
        self.listings = {
            "/campaign/get/": listing([campaign_row()]),
            "/adgroup/get/": listing([group_row()]),
            "/ad/get/": listing(self.ads),
        }

    async def change(self, request: Request) -> Answer:
        self.sent.append(request)
        raise_next(self.before)
        assert isinstance(request.body, JsonBody)
        body = request.body.value
        [creative] = body["creatives"]
        made = ad_row(10 + len(self.ads), **creative, adgroup_id=body["adgroup_id"])
        self.ads.append(made)
        raise_next(self.after)
        data = {"ad_ids": [made["ad_id"]], "creatives": [made]}
        return Answer(200, {}, {"code": 0, "data": data}, data, NOW, 0, "r1")


def raise_next(troubles: list[AdloomError | None]) -> None:
    if troubles and (trouble := troubles.pop(0)) is not None:
        raise trouble


async def planned(engine: Engine, **more: Any) -> Plan:
    values = {
        "advertiser_id": ADVERTISER,
        "adgroup_id": GROUP,
        "ad_name": "Summer",
        "identity_type": "TT_USER",
        "identity_id": "7000000000000000001",
        "video_id": "v1",
        "ad_text": "Now with cheese",
        **more,
    }
    return await engine.plan(find_module("create_ad"), values, "acme")


def twin(number: int) -> dict[str, Any]:
    return ad_row(number, adgroup_id=GROUP, ad_name="Summer", video_id="v1")


async def test_an_ad_is_made_and_told(tmp_path: Path) -> None:
    async with bench(tmp_path, Workshop()) as table:
        result = await table.engine.apply(await planned(table.engine))

    assert (result.execution.status, len(table.world.ads)) == (Status.DONE, 1)
    assert [row["ad_id"] for row in result.records] == [table.world.ads[0]["ad_id"]]


async def test_an_ad_whose_answer_was_lost_is_found_told_and_not_made_again(
    tmp_path: Path,
) -> None:
    world = Workshop(ads=[twin(1), twin(2)], after=[LOST])
    async with bench(tmp_path, world) as table:
        result = await table.engine.apply(await planned(table.engine))
        kept = await table.journal.load(result.execution.id)

    assert (result.execution.status, len(world.ads), len(world.sent)) == (Status.DONE, 3, 1)
    assert [row["ad_id"] for row in result.records] == [world.ads[2]["ad_id"]]
    done: Done = as_done(kept.operations[0].calls[0])
    action = find_module("create_ad").action
    assert action is not None
    [back] = action.inverse(done)
    assert back.changes[0].id == world.ads[2]["ad_id"]


async def test_an_ad_that_was_not_made_is_made_after_all(tmp_path: Path) -> None:
    world = Workshop(ads=[twin(1)], before=[LOST, LOST])
    async with bench(tmp_path, world) as table:
        result = await table.engine.apply(await planned(table.engine))

    assert (result.execution.status, len(world.ads), len(world.sent)) == (Status.DONE, 2, 3)
    assert [row["ad_id"] for row in result.records] == [world.ads[1]["ad_id"]]


async def test_a_patient_call_is_looked_up_only_after_its_patience(tmp_path: Path) -> None:
    """An upload may still be on its way for as long as it may take (reliability.md §0.10)."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\x00\x00\x00\x18ftypmp42")
    values = {"advertiser_id": ADVERTISER, "file": str(clip)}
    world = Workshop(before=[LOST, RejectedError("enough")])
    world.listings["/file/video/ad/search/"] = lambda _: []
    async with bench(tmp_path, world, permissions=[611]) as table:
        plan = await table.engine.plan(find_module("upload_video"), values, "acme")
        patience = plan.operation.calls[0].call.request.patience
        await table.engine.apply(plan)

    assert sum(world.clock.slept) >= patience + world.visibility_lag > world.settle_seconds
