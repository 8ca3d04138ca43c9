from itertools import pairwise
from typing import Any

import pytest

from adloom.simulator import Options, Running
from tests.simulator.conftest import START
from tests.simulator.open_platform.open_client import VIDEO, OpenClient, code

LIST = "/v2/video/list/"
HOUR = 3600


def test_every_field_of_a_video_has_its_type(creator: OpenClient) -> None:
    types = {
        "id": str,
        "create_time": int,
        "cover_image_url": str,
        "share_url": str,
        "video_description": str,
        "duration": int,
        "height": int,
        "width": int,
        "title": str,
        "embed_html": str,
        "embed_link": str,
        "like_count": int,
        "comment_count": int,
        "share_count": int,
        "view_count": int,
        "is_aigc": bool,
    }
    videos = creator.videos(query="fields=" + ",".join(types), max_count=20)["videos"]

    assert {name: type(value) for name, value in videos[0].items()} == types
    assert all(len(video["video_description"]) <= 150 for video in videos)
    assert all(int(video["id"]) >> 32 == video["create_time"] for video in videos)


@pytest.mark.parametrize(
    "body",
    [
        {"max_count": 0},
        {"max_count": 21},
        {"max_count": "10"},
        {"max_count": True},
        {"cursor": -1},
        {"cursor": "now"},
        {"cursor": 1.5},
        [],
    ],
)
def test_wrong_counts_and_cursors_are_invalid(creator: OpenClient, body: Any) -> None:
    assert code(creator.call("POST", LIST, VIDEO, body)) == (400, "invalid_params")


def test_a_body_that_is_no_json_is_invalid(creator: OpenClient) -> None:
    headers = {"Authorization": f"Bearer {creator.granted['access_token']}"}
    answer = creator.send("POST", LIST, query=VIDEO, body=b"{", headers=headers)

    assert code(answer) == (400, "invalid_params")


def test_pages_have_ten_videos_unless_told_otherwise(creator: OpenClient) -> None:
    for _ in range(10):
        creator.post_video()

    assert len(creator.videos()["videos"]) == 10
    assert len(creator.videos(max_count=3)["videos"]) == 3
    assert creator.videos(cursor=0)["cursor"] == creator.videos()["cursor"]


def test_videos_come_the_newest_first_and_each_once(creator: OpenClient) -> None:
    for size in (1, 7, 20):
        videos = creator.all_videos(max_count=size)
        times = [video["create_time"] for video in videos]

        assert times == sorted(times, reverse=True)
        assert len({video["id"] for video in videos}) == len(videos)
        assert 40 <= len(videos) < 60


def test_a_page_may_be_short_although_more_follow(creator: OpenClient) -> None:
    newest = creator.videos(max_count=20)["videos"]
    creator.control("POST", "videos/delete", {"id": newest[0]["id"]})
    creator.control("POST", "videos/hide", {"id": newest[1]["id"]})
    page = creator.videos(max_count=2)

    assert len(page["videos"]) < 2
    assert page["has_more"] is True
    assert page["cursor"] // 1000 >= newest[2]["create_time"]


def test_some_pages_are_short_without_anybody_doing_anything(creator: OpenClient) -> None:
    data = creator.videos(max_count=20)
    sizes = [len(data["videos"])]
    while data["has_more"]:
        data = creator.videos(max_count=20, cursor=data["cursor"])
        sizes.append(len(data["videos"]))

    assert min(sizes[:-1]) < 20


def test_two_videos_share_a_second_and_no_page_loses_one(creator: OpenClient) -> None:
    known = {video["id"] for video in creator.all_videos(max_count=20)}
    times = [video["create_time"] for video in creator.all_videos(max_count=1)]

    assert any(newer == older for newer, older in pairwise(times))
    assert len(times) == len(known)


def test_a_cursor_of_ones_own_means_the_videos_before_it(creator: OpenClient) -> None:
    videos = creator.all_videos(max_count=20)
    moment = videos[9]["create_time"]
    found = creator.videos(max_count=20, cursor=moment * 1000)["videos"]

    assert found[0]["create_time"] < moment
    assert found[0]["id"] == next(v["id"] for v in videos if v["create_time"] < moment)


def test_before_the_first_video_there_is_nothing(creator: OpenClient) -> None:
    assert creator.videos(cursor=1) == {"videos": [], "cursor": 1, "has_more": False}


def test_covers_are_signed_anew_each_time_and_expire_after_six_hours(
    creator: OpenClient, simulator: Running
) -> None:
    expires = int(simulator.clock.now()) + 6 * HOUR
    creator.post_video()
    video = creator.videos(max_count=1)["videos"][0]
    again = creator.queried(video["id"]).json["data"]["videos"][0]

    assert f"x-expires={expires}" in video["cover_image_url"]
    assert again["cover_image_url"] != video["cover_image_url"]


def test_a_query_finds_own_public_videos_alone(creator: OpenClient, simulator: Running) -> None:
    own, hidden, gone = (creator.post_video()["id"] for _ in range(3))
    creator.control("POST", "videos/hide", {"id": hidden})
    creator.control("POST", "videos/delete", {"id": gone})
    other = OpenClient(simulator.url, open_id="-000other").post_video(open_id="-000other")
    found = creator.queried(own, hidden, gone, other["id"], "17", "x", own).json["data"]["videos"]

    assert [video["id"] for video in found] == [own]


def test_a_query_takes_one_to_twenty_ids(creator: OpenClient) -> None:
    ids = [video["id"] for video in creator.all_videos(max_count=20)][:21]

    assert len(creator.queried(*ids[:20]).json["data"]["videos"]) == 20
    for wrong in ([], ids, [17]):
        assert code(creator.queried(*wrong)) == (400, "invalid_params")
    assert code(creator.call("POST", "/v2/video/query/", VIDEO, {"filters": 1}))[0] == 400


def test_new_videos_appear_while_time_passes(creator: OpenClient, simulator: Running) -> None:
    before = {video["id"] for video in creator.all_videos(max_count=20)}
    simulator.clock.move(48 * HOUR)
    creator.granted = creator.control("POST", "creator_token", {})
    after = creator.all_videos(max_count=20)
    new = [video for video in after if video["id"] not in before]

    assert 8 <= len(new) <= 13
    assert after[: len(new)] == new
    assert before < {video["id"] for video in after}


def test_counts_only_grow(creator: OpenClient, simulator: Running) -> None:
    fields = "fields=id,view_count,like_count,comment_count,share_count"
    before = creator.videos(query=fields, max_count=20)["videos"]
    simulator.clock.move(HOUR)
    now = {video["id"]: video for video in creator.videos(query=fields, max_count=20)["videos"]}

    for video in before[:10]:
        later = now[video.pop("id")]
        assert later["view_count"] > video["view_count"]
        assert all(later[name] >= count for name, count in video.items())


def test_the_same_seed_gives_the_same_videos_whenever_somebody_looks(simulator: Running) -> None:
    early = OpenClient(simulator.url)
    first = [video["id"] for video in early.all_videos(max_count=20)]
    simulator.clock.move(HOUR)
    early_late = [video["id"] for video in early.all_videos(max_count=20)]
    with Running(Options(port=0, speed=0, start=START)) as other:
        other.clock.move(HOUR)
        late = [video["id"] for video in OpenClient(other.url).all_videos(max_count=20)]

    assert late == early_late
    assert set(first) <= set(late)


def test_other_creators_have_other_videos(simulator: Running, creator: OpenClient) -> None:
    other = OpenClient(simulator.url, open_id="-000other")

    assert not {v["id"] for v in creator.videos()["videos"]} & {
        v["id"] for v in other.videos()["videos"]
    }
    assert len(creator.control("GET", "creators")) == 2


def test_how_many_videos_there_are_can_be_chosen() -> None:
    with Running(Options(port=0, speed=0, start=START, videos=0)) as empty:
        creator = OpenClient(empty.url)

        assert creator.videos() == {"videos": [], "cursor": 0, "has_more": False}
        assert creator.post_video()["id"] == creator.videos()["videos"][0]["id"]
