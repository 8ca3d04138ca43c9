"""Uploading videos and images: checked first, sent once, found again."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import InvalidParamsError, RejectedError
from adloom.fields import validate
from adloom.wire import FileBody, JsonBody, Record
from modules.base import Call, Done, Outcome
from modules.records.uploading import MEGABYTE
from modules.upload_image import UploadImage, UploadImageParams
from modules.upload_video import UploadVideo, UploadVideoParams
from scheduler.records import call_from_json, call_to_json
from tests.modules.fake_api import FakeApi, context_for

ADVERTISER = "7100000000000000001"
VIDEOS = UploadVideo()
IMAGES = UploadImage()
CLIP = b"\x00\x00\x00\x18ftypmp42" + b"x" * 5_000
PICTURE = b"\x89PNG\r\n\x1a\n" + b"x" * 500
SEARCH = "/file/video/ad/search/"


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def library(*rows: Record) -> FakeApi:
    found = lambda _: list(rows)  # noqa: E731 - a listing without filters
    return FakeApi({SEARCH: found, "/file/image/ad/search/": found})


def in_library(number: int, **more: Any) -> Record:
    return {
        "video_id": f"v{number}",
        "file_name": f"clip {number}.mp4",
        "signature": "0" * 32,
        "create_time": f"2026-11-0{number} 00:00:00",
        **more,
    }


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "Summer sale.mp4"
    path.write_bytes(CLIP)
    return path


def asked(file: Path | None = None, **more: Any) -> UploadVideoParams:
    values = {"advertiser_id": ADVERTISER, **({"file": str(file)} if file else {}), **more}
    return validate(UploadVideoParams, values)


async def planned(
    params: UploadVideoParams, api: FakeApi | None = None, said: list[str] | None = None
) -> list[Call]:
    return VIDEOS.calls(params, await VIDEOS.before(params, context_for(api or library(), said)))


# --- what is sent -------------------------------------------------------------------------------


async def test_a_file_goes_out_in_a_form_under_a_name_made_from_its_content(clip: Path) -> None:
    [call] = await planned(asked(clip))

    mark = hashlib.sha256(CLIP).hexdigest()[:8]
    body = call.request.body
    assert isinstance(body, FileBody)
    assert call.request.path == "/file/video/ad/upload/"
    assert (body.path, body.part, body.file_name) == (
        str(clip),
        "video_file",
        f"Summer sale-{mark}.mp4",
    )
    assert dict(body.fields) == {
        "advertiser_id": ADVERTISER,
        "file_name": f"Summer sale-{mark}.mp4",
        "upload_type": "UPLOAD_BY_FILE",
        "video_signature": md5(CLIP),
    }
    assert (call.changes[0].kind, call.changes[0].name) == ("video", body.file_name)


async def test_a_large_file_may_take_longer(tmp_path: Path, clip: Path) -> None:
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.write(CLIP)
        file.truncate(100 * MEGABYTE)

    [short], [long] = await planned(asked(clip)), await planned(asked(large))

    assert 60 < short.request.patience < 61
    assert 250 < long.request.patience < 300
    assert call_from_json(call_to_json(long)) == long


async def test_an_address_is_left_for_tiktok_to_fetch() -> None:
    address = "https://videos.example.com/a/summer%20sale.mp4?size=large"

    [call] = await planned(asked(url=address))
    [again] = await planned(asked(url=address))

    assert isinstance(call.request.body, JsonBody)
    sent = call.request.body.value
    assert (sent["upload_type"], sent["video_url"]) == ("UPLOAD_BY_URL", address)
    assert sent["file_name"].startswith("summer sale-")
    assert sent["file_name"].endswith(".mp4")
    assert call == again


async def test_a_name_that_was_given_stays_as_it_is(clip: Path) -> None:
    [call] = await planned(asked(clip, file_name="Summer"))

    assert isinstance(call.request.body, FileBody)
    assert call.request.body.fields["file_name"] == "Summer"


async def test_a_long_name_is_cut_before_its_mark(tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 200}.mp4"
    path.write_bytes(CLIP)

    [call] = await planned(asked(path))

    assert len(call.changes[0].name) == 100
    assert call.changes[0].name.endswith(".mp4")


# --- what is checked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("clip.mp4", b"", "is empty"),
        ("clip.mp4", b"<html>" + b" " * 100, "holds no video"),
        ("clip.mp4", PICTURE, "holds no video"),
        ("clip.exe", CLIP, "does not end as"),
    ],
)
async def test_a_file_that_is_no_video_is_refused(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InvalidParamsError, match=words):
        await planned(asked(tmp_path / name))


async def test_a_file_beyond_the_limit_is_refused(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadVideo, "largest", 1_000)

    with pytest.raises(InvalidParamsError, match="is larger than"):
        await planned(asked(clip))


@pytest.mark.parametrize(
    "head",
    [
        CLIP,
        b"\x00\x00\x00\x08wide" + b"x" * 50,
        b"\x00\x00\x01\xba" + b"x" * 50,
        b"RIFF\x00\x00\x00\x00AVI LIST",
    ],
)
def test_videos_are_known_by_how_they_begin(head: bytes) -> None:
    assert VIDEOS.is_one(head[:32])


@pytest.mark.parametrize(
    ("head", "expected"),
    [(PICTURE, True), (b"\xff\xd8\xff\xe0", True), (b"GIF89a", False), (CLIP, False)],
)
def test_images_are_jpg_or_png(head: bytes, *, expected: bool) -> None:
    assert expected is IMAGES.is_one(head[:32])


@pytest.mark.parametrize("sources", [{}, {"file": "a.mp4", "url": "https://a.example.com/b"}])
def test_it_is_either_a_file_or_an_address(sources: dict[str, str]) -> None:
    with pytest.raises(InvalidParamsError, match="either a file or an address"):
        validate(UploadVideoParams, {"advertiser_id": ADVERTISER, **sources})


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example.com/b", "summer.mp4"])
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(InvalidParamsError, match="url"):
        asked(url=url)


# --- once ---------------------------------------------------------------------------------------


async def test_what_the_library_has_is_not_sent_again(clip: Path) -> None:
    twin = in_library(3, signature=md5(CLIP).upper())
    said: list[str] = []
    params = asked(clip)

    before = await VIDEOS.before(params, context_for(library(in_library(1), twin), said))

    assert VIDEOS.calls(params, before) == []
    assert VIDEOS.result(params, before, []) == [{**twin, "uploaded": False}]
    assert "already: v3" in said[0]


async def test_a_twin_that_ads_may_not_use_does_not_count(clip: Path) -> None:
    twin = in_library(3, signature=md5(CLIP), displayable=False)

    [call] = await planned(asked(clip), library(twin))

    assert call.known == ("v3",)


async def test_a_second_copy_can_be_asked_for(clip: Path) -> None:
    twin = in_library(3, signature=md5(CLIP))

    [call] = await planned(asked(clip, reuse=False), library(twin))

    assert call.known == ("v3",)


async def test_a_name_that_is_taken_is_told_before_anything_is_sent(clip: Path) -> None:
    with pytest.raises(RejectedError, match=r"'Summer' already.*40911") as told:
        await planned(asked(clip, file_name="Summer"), library(in_library(1, file_name="Summer")))

    assert "--file-name" in (told.value.hint or "")


async def test_a_look_finds_an_upload_by_its_content_or_its_name(clip: Path) -> None:
    [call] = await planned(asked(clip), library(in_library(1)))
    call = call_from_json(call_to_json(call))
    by_content = in_library(2, signature=md5(CLIP), file_name="renamed.mp4")
    by_name = in_library(2, signature=None, file_name=call.changes[0].name)

    async def seen(*rows: Record) -> Outcome:
        return await VIDEOS.look_up(call, context_for(library(*rows)))

    assert await seen(in_library(1)) is Outcome.NOT_HAPPENED
    assert await seen(in_library(1), by_content) is Outcome.HAPPENED
    assert await seen(by_name) is Outcome.HAPPENED


async def test_what_a_look_found_stands_for_the_answer(clip: Path) -> None:
    params = asked(clip)
    before = await VIDEOS.before(params, context_for(library()))
    [call] = VIDEOS.calls(params, before)
    row = in_library(2, signature=md5(CLIP))

    found = await VIDEOS.found(call, context_for(library(row)))

    [told] = VIDEOS.result(params, before, [Done(call, Outcome.HAPPENED, body=found)])
    assert (told["video_id"], told["uploaded"]) == ("v2", True)


async def test_the_answer_for_a_video_is_a_list_and_for_an_image_it_is_not(
    tmp_path: Path, clip: Path
) -> None:
    video = asked(clip)
    before = await VIDEOS.before(video, context_for(library()))
    done = Done(
        VIDEOS.calls(video, before)[0],
        Outcome.HAPPENED,
        200,
        body={"code": 0, "data": [{"video_id": "v9", "width": 540}]},
    )
    (tmp_path / "a.png").write_bytes(PICTURE)
    values = {"advertiser_id": ADVERTISER, "file": str(tmp_path / "a.png")}
    image = validate(UploadImageParams, values)
    noted = await IMAGES.before(image, context_for(library()))
    [call] = IMAGES.calls(image, noted)
    other = Done(call, Outcome.HAPPENED, 200, body={"code": 0, "data": {"image_id": "f/1"}})

    assert VIDEOS.result(video, before, [done])[0]["width"] == 540
    assert IMAGES.result(image, noted, [other])[0]["image_id"] == "f/1"
    assert isinstance(call.request.body, FileBody)
    assert call.request.body.fields["image_signature"] == md5(PICTURE)


async def test_the_inverse_deletes_it_from_the_library(clip: Path) -> None:
    [call] = await planned(asked(clip))

    [back] = VIDEOS.inverse(Done(call, Outcome.HAPPENED, body={"data": [{"video_id": "v9"}]}))

    assert back.request.path == "/creative/asset/delete/"
    assert isinstance(back.request.body, JsonBody)
    assert back.request.body.value == {"advertiser_id": ADVERTISER, "video_ids": ["v9"]}
