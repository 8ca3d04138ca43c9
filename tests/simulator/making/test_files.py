from pathlib import PurePosixPath

import pytest

from adloom.simulator import Running
from adloom.simulator.making import uploads
from adloom.simulator.making.library import Kind
from tests.simulator.client import Client, Row
from tests.simulator.making.steps import form, jpeg, md5, png, upload
from tests.simulator.steps import rows


def info(client: Client, advertiser_id: str, kind: str, *ids: str) -> list[Row]:
    given = {f"{kind}_ids": list(ids)}
    data = client.get(f"/file/{kind}/ad/info/", advertiser_id=advertiser_id, **given)["data"]
    found: list[Row] = data["list"]
    return found


def search(client: Client, advertiser_id: str, kind: str, **params: object) -> Row:
    data: Row = client.get(f"/file/{kind}/ad/search/", advertiser_id=advertiser_id, **params)
    found: Row = data["data"]
    return found


# --- uploads ------------------------------------------------------------------------------------


def test_an_uploaded_video_comes_back_in_a_list_of_one(
    client: Client, simulator: Running, big: str
) -> None:
    found = upload(client, big, "video", b"film", file_name="Rain.mp4")["data"]

    assert isinstance(found, list)
    assert len(found) == 1
    assert (found[0]["file_name"], found[0]["size"]) == ("Rain.mp4", 4)
    assert found[0]["signature"] == md5(b"film")
    assert found[0]["create_time"] == "2026-09-01 12:00:00"
    assert simulator.effects.effective(found[0]["video_id"]) == 1


@pytest.mark.parametrize(
    ("content", "told"), [(png(), ("png", 720, 1280)), (jpeg(640, 640), ("jpeg", 640, 640))]
)
def test_an_uploaded_image_is_measured(
    client: Client, big: str, content: bytes, told: tuple[str, int, int]
) -> None:
    found = upload(client, big, "image", content)["data"]

    assert (found["format"], found["width"], found["height"]) == told
    assert found["file_name"]
    assert found["signature"] == md5(content)


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_wrong_checksum_is_40900(client: Client, simulator: Running, big: str, kind: str) -> None:
    parts = {"advertiser_id": big, f"{kind}_signature": md5(b"something else")}
    envelope = form(client, f"/file/{kind}/ad/upload/", {f"{kind}_file": png()}, **parts)

    assert envelope["code"] == 40900
    assert not simulator.effects.changes.total()


def test_a_checksum_may_be_in_capitals(client: Client, big: str) -> None:
    parts = {"advertiser_id": big, "image_signature": md5(png()).upper()}

    assert form(client, "/file/image/ad/upload/", {"image_file": png()}, **parts)["code"] == 0


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_file_is_needed_and_its_checksum_may_be_missing(
    client: Client, big: str, kind: str
) -> None:
    path = f"/file/{kind}/ad/upload/"
    without = form(client, path, {f"{kind}_file": png()}, advertiser_id=big)
    alone = form(client, path, {}, advertiser_id=big, **{f"{kind}_signature": md5(png())})
    data = without["data"][0] if kind == "video" else without["data"]

    assert data["signature"] == md5(png())
    assert alone["code"] == 40002
    assert f"{kind}_file" in alone["message"]


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("video", b"", 40906),
        ("image", b"", 40906),
        ("image", b"GIF89a", 40908),
        ("image", b"%PDF-1.7", 40908),
    ],
)
def test_files_that_are_no_use_have_codes(
    client: Client, big: str, kind: str, content: bytes, code: int
) -> None:
    assert upload(client, big, kind, content)["code"] == code


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_file_that_is_too_large_is_40907(
    client: Client, big: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(uploads.LARGEST, kind, 100)

    assert upload(client, big, kind, png().ljust(100))["code"] == 0
    assert upload(client, big, kind, png().ljust(101))["code"] == 40907


def test_videos_may_have_500_megabytes() -> None:
    assert uploads.LARGEST["video"] == 500 * 1024 * 1024


def test_a_file_name_is_taken_once_in_an_account(client: Client, big: str, small: str) -> None:
    upload(client, big, "video", b"film", file_name="Rain")

    assert upload(client, big, "video", b"other", file_name="Rain")["code"] == 40911
    assert upload(client, small, "video", b"film", file_name="Rain")["code"] == 0
    assert upload(client, big, "image", png(), file_name="Rain")["code"] == 0


def test_the_same_bytes_twice_are_two_files(client: Client, big: str) -> None:
    ids = {upload(client, big, "video", b"film")["data"][0]["video_id"] for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://media.example.com/a.mp4", 0),
        ("ftp://media.example.com/a.mp4", 40914),
        ("a.mp4", 40914),
        ("https://media.invalid/a.mp4", 40903),
    ],
)
@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_file_may_be_behind_an_address(
    client: Client, big: str, kind: str, url: str, code: int
) -> None:
    parts = {"advertiser_id": big, "upload_type": "UPLOAD_BY_URL", f"{kind}_url": url}

    assert form(client, f"/file/{kind}/ad/upload/", {}, **parts)["code"] == code


def test_a_video_goes_from_one_account_to_another_by_its_id(
    client: Client, big: str, small: str
) -> None:
    made = upload(client, big, "video", b"film")["data"][0]["video_id"]

    def copy(video_id: str) -> Row:
        parts = {"upload_type": "UPLOAD_BY_VIDEO_ID", "video_id": video_id, "file_name": "Copy"}
        return form(client, "/file/video/ad/upload/", {}, advertiser_id=small, **parts)

    assert copy("v1005700000000000000")["code"] == 40905
    assert copy(made)["data"][0]["video_id"] == made
    assert info(client, small, "video", made)[0]["file_name"] == "Copy"


# --- finding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["image", "video"])
def test_files_are_found_by_their_ids(client: Client, big: str, small: str, kind: str) -> None:
    data = upload(client, big, kind, png())["data"]
    made = data[0] if kind == "video" else data
    identity = made[f"{kind}_id"]

    assert info(client, big, kind, identity, "unknown") == [made]
    assert info(client, small, kind, identity) == []


def test_the_media_of_an_accounts_ads_are_known(client: Client, big: str) -> None:
    ad = next(row for row in rows(client, "ad", big) if row["video_id"])
    videos = info(client, big, "video", ad["video_id"])
    images = info(client, big, "image", *ad["image_ids"])

    assert [video["video_id"] for video in videos] == [ad["video_id"]]
    assert [image["image_id"] for image in images] == ad["image_ids"]
    assert videos[0]["create_time"] == ad["create_time"]


def test_a_look_up_takes_60_videos_and_100_images(client: Client, big: str) -> None:
    for kind, most in (("video", 60), ("image", 100)):
        for count, code in ((0, 40002), (most, 0), (most + 1, 40002)):
            given = {f"{kind}_ids": [str(number) for number in range(count)]}
            envelope = client.get(f"/file/{kind}/ad/info/", advertiser_id=big, **given)
            assert envelope["code"] == code


def test_a_search_lists_the_newest_upload_first(client: Client, big: str) -> None:
    names = [f"{number}.png" for number in range(3)]
    for name in names:
        upload(client, big, "image", png(), file_name=name)
    pages = [search(client, big, "image", page=page, page_size=2) for page in (1, 2, 3)]

    told = [[PurePosixPath(row["file_name"]).name for row in page["list"]] for page in pages]
    assert told == [["2.png", "1.png"], ["0.png"], []]
    assert pages[0]["page_info"] == {
        "page": 1,
        "page_size": 2,
        "total_number": 3,
        "total_page": 2,
    }


def test_a_search_filters(client: Client, big: str) -> None:
    tall = upload(client, big, "image", png(720, 1280))["data"]
    square = upload(client, big, "image", png(640, 640))["data"]

    for filtering, wanted in (
        ({"width": 720}, [tall]),
        ({"image_ids": [square["image_id"]]}, [square]),
        ({"material_ids": [tall["material_id"]]}, [tall]),
        ({"ratio": [1.0]}, [square]),
        ({"displayable": True}, [square, tall]),
        ({"displayable": False}, []),
    ):
        assert search(client, big, "image", filtering=filtering)["list"] == wanted


def test_a_page_has_at_most_100_files(client: Client, big: str) -> None:
    for kind in ("image", "video"):
        path = f"/file/{kind}/ad/search/"
        assert client.get(path, advertiser_id=big, page_size=100)["code"] == 0
        assert client.get(path, advertiser_id=big, page_size=101)["code"] == 40002
