"""A creator's videos: watched, listed, read by id, and embedded elsewhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adloom.errors import InvalidParamsError, MissingPermissionError, RejectedError
from adloom.fields import validate
from adloom.wire import Answer, JsonBody, Page, Record
from modules import find_module
from modules.base import Watching
from modules.records.videos import FIELDS, moment_of
from modules.watch_videos import WatchVideos, WatchVideosParams
from scheduler.first_cycle import first_cycle
from tests.modules.creators import CreatorApi, creator_context, video_row
from tests.modules.fake_api import NOW, FakeApi

WATCH = WatchVideos()
QUERY = "/v2/video/query/"


def moment(number: int) -> datetime:
    return datetime.fromtimestamp(1_795_000_000 + 60 * number, UTC)


def page(*numbers: int, more: bool = False) -> Page[Any]:
    return Page([video_row(number) for number in numbers], None, more)


async def run(
    name: str, api: FakeApi, said: list[str] | None = None, **values: Any
) -> list[Record]:
    module = find_module(name)
    assert module.search is not None
    pages = module.search(validate(module.params, values), creator_context(api, said))
    return [row async for page in pages for row in page.records]


async def fetched(
    api: CreatorApi, since: datetime | None = None, until: datetime | None = None
) -> list[Page[Any]]:
    params = validate(WatchVideosParams, {})
    pages = WATCH.fetch(params, creator_context(api), "account", since, until)
    return [page async for page in pages]


def titles(rows: Any) -> list[str]:
    return [row["title"] for row in rows]


# --- watched --------------------------------------------------------------------------------------


async def test_a_first_cycle_hands_on_the_oldest_five() -> None:
    api = CreatorApi(videos=[page(7, 6, 5, 4, more=True), page(3, 2, 1)])

    cycle = first_cycle(WATCH, validate(WatchVideosParams, {}), creator_context(api), None)

    assert [f"Video {number}" for number in range(1, 6)] == titles(
        [row async for page in cycle for row in page.records]
    )


async def test_a_scan_ends_with_the_first_page_that_reaches_behind_the_start() -> None:
    api = CreatorApi(videos=[page(6, 5, more=True), page(4, 3, more=True), page(2, more=True)])

    first, second = await fetched(api, since=moment(4))

    assert (True, False) == (first.has_more, second.has_more)
    assert ["Video 4", "Video 3"] == titles(second.records)


async def test_a_video_of_the_very_second_does_not_end_the_scan() -> None:
    """Another one of that second may stand on the next page."""
    api = CreatorApi(videos=[page(6, 5, more=True), page(5, 4)])

    assert 2 == len(await fetched(api, since=moment(5)))


async def test_short_and_empty_pages_do_not_end_a_scan() -> None:
    api = CreatorApi(videos=[page(6, more=True), page(more=True), page(5)])

    assert [True, True, False] == [page.has_more for page in await fetched(api, since=moment(1))]


async def test_what_is_younger_than_the_end_is_not_asked_for() -> None:
    api = CreatorApi(videos=[page()])

    await fetched(api, until=moment(3))

    assert (1_795_000_000 + 3 * 60 + 1) * 1000 == api.asked[0].query["cursor"]


def test_a_video_is_known_by_its_id_and_dated_by_its_second() -> None:
    params = validate(WatchVideosParams, {})

    assert Watching.CREATED is WATCH.watching(params)
    assert ["account"] == WATCH.sources(params)
    assert str(7_500_000_000_000_000_003) == WATCH.key(video_row(3))
    assert moment(3) == WATCH.at(params, video_row(3))
    assert WATCH.at(params, {"id": "1"}) is None


@pytest.mark.parametrize("seconds", [None, True, "1795000000", 10**30])
def test_times_that_are_none_are_none(seconds: Any) -> None:
    assert moment_of(seconds) is None


# --- listed ---------------------------------------------------------------------------------------


async def test_every_field_is_asked_for_and_a_date_is_added() -> None:
    api = CreatorApi(videos=[page(1)])

    [row] = await run("list_videos", api)

    assert list(FIELDS) == api.asked[0].query["fields"]
    assert {"id", "cover_image_url", "embed_html", "view_count", "is_aigc"} < set(FIELDS)
    assert 10 == api.asked[0].query["page_size"]
    assert moment(1).isoformat() == row["created_at"]


@pytest.mark.parametrize(("limit", "size"), [(0, 20), (7, 7), (50, 20)])
async def test_no_more_is_asked_for_than_fits_or_is_wanted(limit: int, size: int) -> None:
    api = CreatorApi(videos=[page()])

    await run("list_videos", api, limit=limit)

    assert size == api.asked[0].query["page_size"]


async def test_videos_of_a_time_are_listed_with_both_ends() -> None:
    api = CreatorApi(videos=[page(6, 5, 4, more=True), page(3, 2, 1, more=True), page(0)])

    rows = await run("list_videos", api, created_from=moment(2), created_to=moment(5))

    assert ["Video 5", "Video 4", "Video 3", "Video 2"] == titles(rows)


async def test_a_video_without_a_date_is_listed_unless_a_time_was_asked_for() -> None:
    api = CreatorApi(videos=[Page([video_row(1, create_time=None)])])

    assert 1 == len(await run("list_videos", api))
    assert not await run("list_videos", api, created_from=NOW - timedelta(days=9_999))


def test_the_end_of_a_time_lies_after_its_start() -> None:
    with pytest.raises(InvalidParamsError, match="swap the two"):
        validate(
            find_module("list_videos").params,
            {"created_from": "2026-11-02", "created_to": "2026-11-01"},
        )


@pytest.mark.parametrize("name", ["list_videos", "get_videos"])
async def test_a_grant_that_does_not_cover_videos_is_told_before_anything_is_sent(
    name: str,
) -> None:
    api = CreatorApi()
    module = find_module(name)
    assert module.search is not None
    values = {"video_ids": ["1"]} if name == "get_videos" else {}
    context = creator_context(api, scopes=["user.info.basic"])

    with pytest.raises(MissingPermissionError, match=r"video\.list") as told:
        await anext(module.search(validate(module.params, values), context))

    assert "--scopes user.info.basic,video.list" in (told.value.hint or "")
    assert not api.asked


# --- read by id -----------------------------------------------------------------------------------


async def test_videos_are_read_by_twenty_in_the_order_asked_for() -> None:
    ids = [video_row(number)["id"] for number in range(25)]
    answers: list[Any] = [
        {"videos": [video_row(number) for number in numbers]}
        for numbers in (range(19, -1, -1), range(24, 19, -1))
    ]
    api = CreatorApi(data={QUERY: answers})

    rows = await run("get_videos", api, video_ids=[*ids, ids[0]])

    assert ids == [row["id"] for row in rows]
    bodies = [one.body for one in api.asked]
    assert [20, 5] == [
        len(body.value["filters"]["video_ids"]) for body in bodies if isinstance(body, JsonBody)
    ]


async def test_videos_that_are_not_there_are_told() -> None:
    said: list[str] = []
    api = CreatorApi(data={QUERY: [{"videos": [video_row(1)]}]})

    rows = await run("get_videos", api, said, video_ids=[video_row(1)["id"], "17"])

    assert ["Video 1"] == titles(rows)
    assert said[0].startswith("Not found: 17.")


# --- embedded -------------------------------------------------------------------------------------

ADDRESS = "https://www.tiktok.com/@ada/video/7500000000000000001"
EMBED: Record = {
    "version": "1.0",
    "type": "video",
    "title": "Summer",
    "html": '<blockquote class="tiktok-embed" data-video-id="7500000000000000001"></blockquote>',
}


def answering(**more: Any) -> FakeApi:
    data = {**EMBED, **more}
    return FakeApi(answers={"/oembed": Answer(200, {}, data, data)})


async def test_a_player_is_added_to_what_tiktok_tells() -> None:
    api = answering(embed_product_id="7500000000000000002", embed_type="video")

    [row] = await run("get_embedded_video", api, url=ADDRESS)

    assert {"url": ADDRESS} == api.asked[0].query
    assert "https://www.tiktok.com/player/v1/7500000000000000002" == row["player_url"]
    assert "Summer" == row["title"]


async def test_an_older_answer_holds_the_id_in_its_embed_code() -> None:
    [row] = await run("get_embedded_video", answering(), url=ADDRESS)

    assert "https://www.tiktok.com/player/v1/7500000000000000001" == row["player_url"]


async def test_a_profile_has_no_player() -> None:
    api = answering(html="<blockquote></blockquote>", embed_product_id="77", embed_type="profile")

    [row] = await run("get_embedded_video", api, url="https://www.tiktok.com/@77")

    assert row["player_url"] is None


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("https://vm.tiktok.com/ZMabc/", "https://vm.tiktok.com/ZMabc/"),
        ("vt.tiktok.com/ZSabc", "https://vt.tiktok.com/ZSabc"),
        (" http://m.tiktok.com/v/1.html ", "http://m.tiktok.com/v/1.html"),
        ("tiktok.com/@ada/video/1?lang=en", "https://tiktok.com/@ada/video/1?lang=en"),
    ],
)
async def test_short_and_bare_addresses_will_do(given: str, asked: str) -> None:
    api = answering()

    await run("get_embedded_video", api, url=given)

    assert {"url": asked} == api.asked[0].query


@pytest.mark.parametrize(
    "url",
    [
        "https://tiktok.com.example.com/@ada/video/1",
        "https://example.com/?https://www.tiktok.com/@ada/video/1",
        "https://www.tiktok.com@example.com/",
        "https://www.tiktok.com:8443/@ada/video/1",
        "file:///etc/passwd",
        "http://[::1",
        "7500000000000000001",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InvalidParamsError, match="url"):
        validate(find_module("get_embedded_video").params, {"url": url})


async def test_what_tiktok_does_not_show_stays_a_clear_refusal() -> None:
    api = FakeApi(answers={"/oembed": RejectedError("TikTok does not show this address.")})

    with pytest.raises(RejectedError, match="does not show"):
        await run("get_embedded_video", api, url=ADDRESS)
