"""How far a post has come."""

from dataclasses import replace
from typing import Any

from adloom.fields import validate
from adloom.wire import Record
from modules import find_module
from tests.modules.creators import CreatorApi, creator_context

STATUS = "/v2/post/publish/status/fetch/"


async def status_rows(api: CreatorApi, **values: Any) -> list[Record]:
    module = find_module("get_video_post")
    assert module.search is not None
    params = validate(module.params, {"publish_id": "v_pub_file~v2.1", **values})
    context = creator_context(api)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    pages = module.search(params, replace(context, pause=pause))
    rows = [row async for page in pages for row in page.records]
    return [{**row, "paused": pauses} for row in rows]


async def test_a_status_is_told_with_ids_as_text() -> None:
    told = {
        "status": "PUBLISH_COMPLETE",
        "publicaly_available_post_id": [7_500_000_000_000_000_001],
    }

    [row] = await status_rows(CreatorApi(data={STATUS: [told]}))

    assert ("PUBLISH_COMPLETE", ["7500000000000000001"]) == (row["status"], row["post_ids"])
    assert "publicaly_available_post_id" not in row
    assert "v_pub_file~v2.1" == row["publish_id"]


async def test_it_waits_while_tiktok_is_at_work_but_not_for_ever() -> None:
    busy, done = {"status": "PROCESSING_UPLOAD"}, {"status": "FAILED", "fail_reason": "too_long"}

    [ended] = await status_rows(CreatorApi(data={STATUS: [busy, busy, done]}), wait=60)
    [given_up] = await status_rows(CreatorApi(data={STATUS: [busy]}), wait=12)

    assert ("FAILED", "too_long", [5, 5]) == (
        ended["status"],
        ended["fail_reason"],
        ended["paused"],
    )
    assert ("PROCESSING_UPLOAD", [5, 5, 2]) == (given_up["status"], given_up["paused"])
