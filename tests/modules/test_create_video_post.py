"""Publishing a video: what is refused, how a post begins, and how its chunks follow."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import InvalidParamsError, MissingPermissionError
from adloom.fields import validate
from adloom.wire import JsonBody, Record, SliceBody
from modules.base import Call, Done, FileFacts, Outcome
from modules.create_video_post import CreateVideoPost, CreateVideoPostParams
from modules.records.posting import CHUNK, LARGEST_FILE, content_type_of
from scheduler.records import call_from_json, call_to_json
from tests.modules.creators import CreatorApi, creator_context

POSTS = CreateVideoPost()
CREATOR = "/v2/post/publish/creator_info/query/"
STATUS = "/v2/post/publish/status/fetch/"
HEAD = b"\x00\x00\x00\x18ftypmp42"
UPLOAD = "https://upload.tiktokapis.com/video/?upload_id=1&upload_token=hidden-0123456789"
PULL = {"video_url": "https://media.example.com/clip.mp4"}


def account(**more: Any) -> CreatorApi:
    options = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    info = {"privacy_level_options": options, "max_video_post_duration_sec": 600, **more}
    return CreatorApi(data={CREATOR: [info]})


def clip(folder: Path, size: int, name: str = "Summer.mp4", head: bytes = HEAD) -> Path:
    path = folder / name
    with path.open("wb") as file:
        file.write(head)
        file.truncate(max(size, len(head)))
    return path


def asked(**values: Any) -> CreateVideoPostParams:
    return validate(CreateVideoPostParams, {name: _text(value) for name, value in values.items()})


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


async def planned(
    params: CreateVideoPostParams, api: CreatorApi | None = None, said: list[str] | None = None
) -> tuple[list[Record], Call]:
    before = await POSTS.before(params, creator_context(api or account(), said))
    [call] = POSTS.calls(params, before)
    return before, call


def body_of(call: Call) -> Record:
    assert isinstance(call.request.body, JsonBody)
    value: Record = call.request.body.value
    return value


def begun(call: Call) -> Done:
    data = {"publish_id": "v_pub_file~v2.1", "upload_url": UPLOAD}
    return Done(call, Outcome.HAPPENED, 200, body={"data": data})


async def chunks(params: CreateVideoPostParams) -> list[Call]:
    """Every chunk, each planned once those before it have arrived."""
    before, call = await planned(params)
    done = [begun(call)]
    while following := POSTS.follow_up(params, before, done):
        [chunk] = following
        done.append(Done(chunk, Outcome.HAPPENED, 206))
    return [one.call for one in done[1:]]


# --- how it begins ------------------------------------------------------------------------------


async def test_a_post_is_for_its_creator_alone_unless_told_otherwise(tmp_path: Path) -> None:
    file = clip(tmp_path, 3_000_000)

    _, call = await planned(asked(file=file, title="Now #summer"))

    assert "/v2/post/publish/video/init/" == call.request.path
    assert {
        "title": "Now #summer",
        "privacy_level": "SELF_ONLY",
        "disable_comment": False,
        "disable_duet": False,
        "disable_stitch": False,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
        "is_aigc": False,
    } == body_of(call)["post_info"]
    assert {
        "source": "FILE_UPLOAD",
        "video_size": 3_000_000,
        "chunk_size": 3_000_000,
        "total_chunk_count": 1,
    } == body_of(call)["source_info"]
    assert ("Now #summer", "post, SELF_ONLY") == (call.changes[0].name, call.changes[0].field)


async def test_an_address_is_left_for_tiktok_to_fetch() -> None:
    params = asked(**PULL, privacy_level="PUBLIC_TO_EVERYONE", cover_timestamp_ms=900, is_aigc=True)

    before, call = await planned(params)

    assert {"source": "PULL_FROM_URL", **PULL} == body_of(call)["source_info"]
    assert 900 == body_of(call)["post_info"]["video_cover_timestamp_ms"]
    done = [Done(call, Outcome.HAPPENED, 200, body={"data": {"publish_id": "v_pub_url~1"}})]
    assert not POSTS.follow_up(params, before, done)
    assert [
        {"publish_id": "v_pub_url~1", "post_ids": [], "status": "PROCESSING_DOWNLOAD"}
    ] == POSTS.result(params, before, done)


async def test_a_draft_goes_to_the_inbox_and_asks_nothing_of_the_account(tmp_path: Path) -> None:
    api = CreatorApi()

    _, call = await planned(asked(file=clip(tmp_path, 100), draft=True), api)

    assert "/v2/post/publish/inbox/video/init/" == call.request.path
    assert {"source_info"} == set(body_of(call))
    assert "Summer.mp4" == call.changes[0].name
    assert not api.asked


@pytest.mark.parametrize("more", [{"title": "x"}, {"disable_duet": True}, {"is_aigc": True}])
def test_what_a_drafts_creator_decides_is_not_taken(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidParamsError, match=f"{next(iter(more))}: a draft's creator decides"):
        asked(**PULL, draft=True, **more)


@pytest.mark.parametrize("values", [{}, {"file": "a.mp4", **PULL}])
def test_it_is_either_a_file_or_an_address(values: dict[str, str]) -> None:
    with pytest.raises(InvalidParamsError, match="either a file or an address"):
        asked(**values)


@pytest.mark.parametrize("address", ["http://media.example.com/a.mp4", "clip.mp4", "file:///etc"])
def test_tiktok_fetches_over_https_only(address: str) -> None:
    with pytest.raises(InvalidParamsError, match="video_url"):
        asked(video_url=address)


@pytest.mark.parametrize(
    ("title", "fits"), [("x" * 2200, True), ("x" * 2201, False), ("🪴" * 1101, False)]
)
def test_a_caption_is_counted_as_tiktok_counts(title: str, *, fits: bool) -> None:
    if fits:
        assert title == asked(**PULL, title=title).title
        return
    with pytest.raises(InvalidParamsError, match="2200 will do"):
        asked(**PULL, title=title)


# --- what the account allows --------------------------------------------------------------------


async def test_a_level_the_account_does_not_offer_is_refused() -> None:
    params = asked(**PULL, privacy_level="FOLLOWER_OF_CREATOR")

    with pytest.raises(InvalidParamsError, match="privacy_level: this account offers PUBLIC"):
        await planned(params)


async def test_what_the_account_has_switched_off_stays_off_and_is_told() -> None:
    said: list[str] = []

    _, call = await planned(asked(**PULL), account(duet_disabled=True), said)

    assert body_of(call)["post_info"]["disable_duet"] is True
    assert body_of(call)["post_info"]["disable_stitch"] is False
    assert "The account allows no duet." in said
    assert any("600 seconds" in text for text in said)


async def test_it_cannot_be_switched_on_against_the_account() -> None:
    params = asked(**PULL, disable_comment=False)

    with pytest.raises(InvalidParamsError, match="disable_comment: the account allows no comment"):
        await planned(params, account(comment_disabled=True))


@pytest.mark.parametrize(
    ("draft", "granted", "missing"),
    [(False, "video.upload", "video.publish"), (True, "video.publish", "video.upload")],
)
async def test_each_way_needs_a_scope_of_its_own(
    granted: str, missing: str, *, draft: bool
) -> None:
    context = creator_context(account(), scopes=[granted])

    with pytest.raises(MissingPermissionError, match=missing):
        await POSTS.before(asked(**PULL, draft=draft), context)


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("clip.avi", HEAD, "does not end as MP4, MOV and WebM"),
        ("mp4", HEAD, "does not end as"),
        ("clip.mp4", b"<html>", "holds no video"),
        ("clip.webm", HEAD, "holds no video"),
        ("clip.mp4", b"", "is empty"),
    ],
)
async def test_a_file_that_is_no_video_is_refused(
    tmp_path: Path, name: str, head: bytes, words: str
) -> None:
    file = clip(tmp_path, len(head), name, head)

    with pytest.raises(InvalidParamsError, match=f"file: .*({words})"):
        await planned(asked(file=file))


def test_four_gigabytes_are_the_most() -> None:
    facts = FileFacts("/a.mp4", "a.mp4", LARGEST_FILE, "", head=HEAD)
    larger = FileFacts("/a.mp4", "a.mp4", LARGEST_FILE + 1, "", head=HEAD)

    assert "video/mp4" == content_type_of(facts)
    with pytest.raises(InvalidParamsError, match="larger than 4 GB"):
        content_type_of(larger)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.MOV", b"\x00\x00\x00\x08wide", "video/quicktime"),
        ("a.webm", b"\x1a\x45\xdf\xa3\x01", "video/webm"),
    ],
)
async def test_each_kind_is_sent_as_what_it_is(
    tmp_path: Path, name: str, head: bytes, kind: str
) -> None:
    [chunk] = await chunks(asked(file=clip(tmp_path, 1_000, name, head)))

    assert isinstance(chunk.request.body, SliceBody)
    assert kind == chunk.request.body.content_type


# --- chunks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "lengths"),
    [
        (12, [12]),
        (CHUNK - 1, [CHUNK - 1]),
        (CHUNK, [CHUNK]),
        (2 * CHUNK - 1, [2 * CHUNK - 1]),
        (2 * CHUNK, [CHUNK, CHUNK]),
        (3 * CHUNK + 7, [CHUNK, CHUNK, CHUNK + 7]),
    ],
)
async def test_chunks_are_cut_as_tiktok_counts_them(
    tmp_path: Path, size: int, lengths: list[int]
) -> None:
    params = asked(file=clip(tmp_path, size))
    _, call = await planned(params)

    found = await chunks(params)

    source = body_of(call)["source_info"]
    assert len(lengths) == source["total_chunk_count"] == size // source["chunk_size"]
    bodies = [one.request.body for one in found if isinstance(one.request.body, SliceBody)]
    assert lengths == [body.length for body in bodies]
    assert [sum(lengths[:place]) for place in range(len(lengths))] == [
        body.offset for body in bodies
    ]


async def test_a_chunk_knows_its_place_its_content_and_its_post(tmp_path: Path) -> None:
    file = clip(tmp_path, 2 * CHUNK + 5)

    _, last = await chunks(asked(file=file))

    assert ("PUT", UPLOAD) == (last.request.method, last.request.path)
    span = f"bytes {CHUNK}-{2 * CHUNK + 4}/{2 * CHUNK + 5}"
    assert {"content-range": span} == dict(last.request.headers)
    assert isinstance(last.request.body, SliceBody)
    assert hashlib.sha256(file.read_bytes()[CHUNK:]).hexdigest() == last.request.body.sha256
    assert ("chunk 2 of 2", "v_pub_file~v2.1") == (last.key, last.changes[0].id)
    assert last.request.patience > 30
    assert last == call_from_json(call_to_json(last))


async def test_what_has_arrived_is_told(tmp_path: Path) -> None:
    params = asked(file=clip(tmp_path, 2 * CHUNK))
    before, call = await planned(params)
    first, second = await chunks(params)
    done = [begun(call), Done(first, Outcome.HAPPENED), Done(second, Outcome.UNKNOWN)]

    [row] = POSTS.result(params, before, done)

    assert (CHUNK, "PROCESSING_UPLOAD") == (row["uploaded_bytes"], row["status"])
    assert not POSTS.result(params, before, [Done(call, Outcome.NOT_HAPPENED)])


# --- when nobody knows --------------------------------------------------------------------------


async def test_a_beginning_is_repeated_only_where_bytes_have_to_follow(tmp_path: Path) -> None:
    _, upload = await planned(asked(file=clip(tmp_path, 100)))
    _, pull = await planned(asked(**PULL))
    context = creator_context(CreatorApi())

    assert Outcome.NOT_HAPPENED is await POSTS.look_up(upload, context)
    assert Outcome.UNKNOWN is await POSTS.look_up(pull, context)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 2 * CHUNK}, Outcome.HAPPENED),
        ({"status": "PROCESSING_UPLOAD", "uploaded_bytes": CHUNK}, Outcome.NOT_HAPPENED),
        ({"status": "PROCESSING_UPLOAD"}, Outcome.NOT_HAPPENED),
        ({"status": "FAILED"}, Outcome.NOT_HAPPENED),
        ({"status": "PUBLISH_COMPLETE"}, Outcome.HAPPENED),
        ({"status": "SEND_TO_USER_INBOX"}, Outcome.HAPPENED),
    ],
)
async def test_a_chunk_has_arrived_if_its_last_byte_has(
    tmp_path: Path, told: Record, expected: Outcome
) -> None:
    _, second = await chunks(asked(file=clip(tmp_path, 2 * CHUNK)))
    api = CreatorApi(data={STATUS: [told]})

    assert expected is await POSTS.look_up(second, creator_context(api))
    assert {"publish_id": "v_pub_file~v2.1"} == body_of_request(api)


def body_of_request(api: CreatorApi) -> Record:
    body = api.asked[-1].body
    assert isinstance(body, JsonBody)
    value: Record = body.value
    return value
