from typing import Any

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Row
from tests.simulator.conftest import START
from tests.simulator.open_platform.open_client import (
    CREATOR_INFO,
    INIT,
    MIB,
    PHOTOS,
    PUBLIC,
    PULL,
    OpenClient,
    begun,
    code,
    photos,
    whole_file,
)

INVALID = (400, "invalid_param")


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"source": "ELSEWHERE"},
        {"source": "PULL_FROM_URL"},
        {"source": "PULL_FROM_URL", "video_url": 7},
        {"source": "FILE_UPLOAD"},
        {**whole_file(1000), "video_size": 0},
        {**whole_file(1000), "video_size": "1000"},
        {**whole_file(1000), "total_chunk_count": True},
        {**whole_file(1000), "chunk_size": 500, "total_chunk_count": 2},
        {**whole_file(65 * MIB)},
        {**whole_file(12 * MIB), "chunk_size": 4 * MIB, "total_chunk_count": 3},
        {**whole_file(12 * MIB), "chunk_size": 5 * MIB, "total_chunk_count": 3},
        {**whole_file(12 * MIB), "chunk_size": 13 * MIB, "total_chunk_count": 1},
        {**whole_file(4097 * MIB), "chunk_size": 64 * MIB, "total_chunk_count": 64},
    ],
)
def test_a_source_has_to_follow_the_rules(creator: OpenClient, source: Row) -> None:
    assert code(creator.begin(source)) == INVALID
    assert code(creator.begin_inbox(source)) == INVALID


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (1, 1, 1),
        (5 * MIB - 1, 5 * MIB - 1, 1),
        (5 * MIB, 5 * MIB, 1),
        (12 * MIB, 5 * MIB, 2),
        (64 * MIB, 64 * MIB, 1),
        (4096 * MIB, 64 * MIB, 64),
    ],
)
def test_the_last_chunk_takes_the_remainder(
    creator: OpenClient, size: int, chunk: int, count: int
) -> None:
    source = {**whole_file(size), "chunk_size": chunk, "total_chunk_count": count}

    assert code(creator.begin(source)) == (200, "ok")


@pytest.mark.parametrize(
    "post_info",
    [
        {"title": "x" * 2201},
        {"title": "🧦" * 1101},
        {"title": 7},
        {"privacy_level": "EVERYBODY"},
        {"privacy_level": None},
        {"disable_comment": "yes"},
        {"is_aigc": 1},
        {"video_cover_timestamp_ms": -1},
        {"video_cover_timestamp_ms": True},
    ],
)
def test_what_is_written_has_to_follow_the_rules(creator: OpenClient, post_info: Row) -> None:
    body = {"post_info": {"privacy_level": PUBLIC, **post_info}, "source_info": PULL}

    assert code(creator.call("POST", INIT, body=body)) == INVALID


def test_a_caption_has_2200_units_of_utf_16(creator: OpenClient) -> None:
    assert code(creator.begin(title="🧦" * 1100)) == (200, "ok")


@pytest.mark.parametrize("body", [{"source_info": PULL}, {"post_info": {}}, [], None])
def test_both_halves_of_a_direct_post_are_needed(creator: OpenClient, body: Any) -> None:
    assert code(creator.call("POST", INIT, body=body)) == INVALID


def test_a_level_that_the_account_does_not_offer_is_refused(creator: OpenClient) -> None:
    refused = (403, "privacy_level_option_mismatch")

    assert code(creator.begin(level="FOLLOWER_OF_CREATOR")) == refused


@pytest.mark.parametrize(
    "more",
    [
        {"media_type": "VIDEO"},
        {"post_mode": "LATER"},
        {"source_info": {**PHOTOS, "source": "FILE_UPLOAD"}},
        {"source_info": {**PHOTOS, "photo_images": []}},
        {"source_info": {**PHOTOS, "photo_images": PHOTOS["photo_images"] * 36}},
        {"source_info": {**PHOTOS, "photo_images": [1]}},
        {"source_info": {**PHOTOS, "photo_images": "https://media.example.com/1.webp"}},
        {"source_info": {**PHOTOS, "photo_cover_index": 1}},
        {"source_info": {**PHOTOS, "photo_cover_index": -1}},
        {"post_info": {"privacy_level": PUBLIC, "title": "x" * 91}},
        {"post_info": {"privacy_level": PUBLIC, "description": "x" * 4001}},
        {"post_info": {"privacy_level": PUBLIC, "auto_add_music": "yes"}},
    ],
)
def test_photos_have_rules_of_their_own(creator: OpenClient, more: Row) -> None:
    assert code(photos(creator, **more)) == INVALID


def test_up_to_35_photos_are_posted_without_becoming_a_video(
    creator: OpenClient, simulator: Running
) -> None:
    before = creator.all_videos()
    source = {**PHOTOS, "photo_images": PHOTOS["photo_images"] * 35, "photo_cover_index": 34}
    publish_id = begun(photos(creator, source_info=source))
    simulator.clock.move(10)

    assert creator.status(publish_id)["status"] == "PUBLISH_COMPLETE"
    assert len(creator.all_videos()) == len(before)


def test_png_pictures_fail(creator: OpenClient, simulator: Running) -> None:
    source = {**PHOTOS, "photo_images": ["https://media.example.com/1.PNG"]}
    publish_id = begun(photos(creator, source_info=source))
    foreign = {**PHOTOS, "photo_images": ["http://media.example.com/1.jpg"]}
    other = begun(photos(creator, source_info=foreign))
    simulator.clock.move(10)

    assert creator.status(publish_id)["fail_reason"] == "file_format_check_failed"
    assert creator.status(other)["fail_reason"] == "photo_pull_failed"


def test_an_unaudited_app_posts_for_oneself_alone() -> None:
    with Running(Options(port=0, speed=0, start=START, audited=False)) as running:
        creator = OpenClient(running.url)
        levels = creator.call("POST", CREATOR_INFO).json["data"]["privacy_level_options"]
        refused = (403, "unaudited_client_can_only_post_to_private_accounts")

        assert levels == ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
        assert code(creator.begin(level=PUBLIC)) == refused
        assert code(creator.begin(level="MUTUAL_FOLLOW_FRIENDS")) == refused
        assert code(photos(creator)) == refused
        assert code(creator.begin(level="SELF_ONLY")) == (200, "ok")
