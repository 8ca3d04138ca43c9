"""Every action that has a way back leads back: the platform is as it was, value by value.

A new action with an `inverse` needs an example here the day it is added.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from adloom.cli.executions_undo import undo_of
from adloom.cli.session import Session, open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from adloom.wire import Record
from modules import all_modules, find_module
from modules.base import Action
from scheduler.records import Status
from tests.scheduler.undoing import LISTINGS, State, snapshot
from tests.scheduler.world import NOW
from tests.seams.practice import Practice, practise

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000100000001000802000000") + b"x" * 900
CLIP = b"\x00\x00\x00\x18ftypmp42" + b"x" * 2_000

Rows = Mapping[str, list[Record]]


def reversible() -> list[str]:
    """Every action that says how it is taken back."""
    return [
        one.name
        for one in all_modules()
        if one.action is not None and type(one.action).inverse is not Action.inverse
    ]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    folder = tmp_path_factory.mktemp("back") / "workspace"
    with Running(Options(port=0, ads=120, seed=11, speed=0, start=NOW)) as simulator:
        yield asyncio.run(practise(simulator, folder, deadline=3, lag=0.05))


def first(rows: list[Record], **wanted: Any) -> Record:
    return next(row for row in rows if all(row.get(name) == one for name, one in wanted.items()))


def manual(rows: Rows) -> Record:
    """An ordinary campaign with a budget of its own, that is on."""
    plain = [one for one in rows["campaign"] if one["budget"] and not one.get("rf_campaign_type")]
    return first(plain, campaign_automation_type="MANUAL", operation_status="ENABLE")


def group(rows: Rows) -> Record:
    """An ordinary ad group with a budget of its own, that is on."""
    plain = {one["campaign_id"] for one in rows["campaign"]
             if one["campaign_automation_type"] == "MANUAL" and not one.get("rf_campaign_type")
             and one["campaign_type"] == "REGULAR_CAMPAIGN"
             and not one["budget_optimize_on"]}  # fmt: skip
    found = [one for one in rows["adgroup"] if one["budget"] and one["campaign_id"] in plain]
    return first(found, operation_status="ENABLE")


def ads(rows: Rows, count: int) -> list[str]:
    """Ordinary ads that are on."""
    found = [one["ad_id"] for one in rows["ad"] if one["operation_status"] == "ENABLE"
             and not one["is_aco"] and not one.get("smart_plus_ad_id")]  # fmt: skip
    return found[:count]


#: What each of them is asked to do.
EXAMPLES: Final[Mapping[str, Callable[[Rows, Path], Record]]] = {
    "update_ad_status": lambda rows, _: {"ad_ids": ads(rows, 25), "status": "DISABLE"},
    "update_ad_group_status": lambda rows, _: {
        "adgroup_ids": [group(rows)["adgroup_id"]],
        "status": "DISABLE",
    },
    "update_campaign_status": lambda rows, _: {
        "campaign_ids": [
            manual(rows)["campaign_id"],
            first(
                rows["campaign"],
                campaign_automation_type="UPGRADED_SMART_PLUS",
                operation_status="ENABLE",
            )["campaign_id"],
        ],
        "status": "DISABLE",
    },
    "update_ad_group_budget": lambda rows, _: {
        "adgroup_ids": [group(rows)["adgroup_id"]],
        "budget": "+13.37",
    },
    "update_campaign_budget": lambda rows, _: {
        "campaign_ids": [manual(rows)["campaign_id"]],
        "budget": "+20 %",
    },
    "update_ad": lambda rows, _: {
        "ad_id": ads(rows, 1)[0],
        "ad_text": "Now with cheese",
        "landing_page_url": "https://cheese.example.com/now",
    },
    "create_campaign": lambda _rows, _: {
        "campaign_name": "There and back",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": "100.50",
    },
    "create_ad_group": lambda rows, _: {
        "campaign_id": group(rows)["campaign_id"],
        "adgroup_name": "There and back",
        "optimization_goal": "CLICK",
        "billing_event": "CPC",
        "budget": 60,
        "location_ids": ["6252001"],
        "promotion_type": "WEBSITE",
    },
    "create_ad": lambda rows, _: {
        "adgroup_id": group(rows)["adgroup_id"],
        "ad_name": "There and back",
        **{
            name: first(rows["ad"], ad_id=ads(rows, 1)[0])[name]
            for name in ("identity_type", "identity_id", "video_id", "image_ids")
        },
        "ad_text": "Hello",
        "landing_page_url": "https://cheese.example.com/",
    },
    "upload_video": lambda _rows, folder: {"file": _file(folder, "clip.mp4", CLIP)},
    "upload_image": lambda _rows, folder: {"file": _file(folder, "picture.png", PNG)},
}


def _file(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


async def everything(session: Session, practice: Practice) -> tuple[State, Rows]:
    """Every value that is compared, and the rows to choose from."""
    api = (await session.reader.open(find_module("search_ads"), "practice")).api
    state, rows = await snapshot(api, practice.advertiser_id), {}
    query: Record = {"advertiser_id": practice.advertiser_id}
    for path, (level, _) in LISTINGS.items():
        asked = {**query, "filtering": {}}
        pages = api.pages(path, asked, key=f"{level}_id", page_size=1000)
        rows[level] = [row async for page in pages for row in page.records]
    for part in ("video", "image"):
        pages = api.pages(f"/file/{part}/ad/search/", query, key=f"{part}_id", page_size=100)
        async for page in pages:
            state |= {(row[f"{part}_id"], "file_name"): row["file_name"] for row in page.records}
    return state, rows


def test_every_action_with_a_way_back_has_an_example_here() -> None:
    assert set(EXAMPLES) == set(reversible())


def test_every_action_with_a_way_back_can_tell_whether_somebody_was_there_since() -> None:
    for name in reversible():
        action = find_module(name).action
        assert action is not None
        assert type(action).changed_since is not Action.changed_since, name


@pytest.mark.parametrize("name", reversible())
async def test_the_way_back_leads_back(name: str, practice: Practice, tmp_path: Path) -> None:
    async with open_session(Workspace.open(practice.folder), tell=lambda _: None) as session:
        before, rows = await everything(session, practice)
        values = EXAMPLES[name](rows, tmp_path) | {"advertiser_id": practice.advertiser_id}
        engine, undo = await session.engine(), await undo_of(session)

        done = await engine.apply(await engine.plan(find_module(name), values, "practice"))
        between, _ = await everything(session, practice)
        undone = await undo.apply(await undo.preview(done.execution.id, allow_delete=True))
        after, _ = await everything(session, practice)

    errors = [call.error for one in undone.execution.operations for call in one.calls]
    assert (done.execution.status, undone.execution.status) == (Status.DONE, Status.DONE), errors
    assert before != between
    assert before == after
