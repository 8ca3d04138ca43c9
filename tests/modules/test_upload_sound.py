"""Uploading a sound: everything is checked before anything is sent."""

import base64
import math
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import soundfile  # type: ignore[import-untyped] # it ships no types

from adloom.errors import InvalidParamsError, MissingPermissionError, UsageError
from adloom.fields import validate
from adloom.wire import FileBody
from modules.base import Call, Context, Done, OnDoubt, Outcome, SoundFacts
from modules.upload_sound import MEGABYTE, UploadSound, UploadSoundParams
from scheduler.records import call_from_json, call_to_json
from tests.modules.creators import CreatorApi, creator_context

SOUNDS = UploadSound()
RATE: Final = 8_000


def tone(seconds: float) -> bytes:
    return b"".join(
        struct.pack("<h", int(9_000 * math.sin(440 * 2 * math.pi * place / RATE)))
        for place in range(int(RATE * seconds))
    )


def write(path: Path, seconds: float, kind: str) -> Path:
    with soundfile.SoundFile(path, "w", RATE, 1, format=kind.upper(), subtype=None) as sound:
        sound.buffer_write(tone(seconds), dtype="int16")
    return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("sounds") / "Summer.flac", 12, "flac")


@pytest.fixture
def content(sound: Path) -> bytes:
    return sound.read_bytes()


async def planned(context: Context | None = None, **values: Any) -> list[Call]:
    params = validate(UploadSoundParams, values)
    before = await SOUNDS.before(params, context or creator_context(CreatorApi()))
    return SOUNDS.calls(params, before)


def hearing(**more: Any) -> Context:
    """A context in which every sound is a fine one but for what is said here."""
    facts = SoundFacts("/sounds/a.mp3", "a.mp3", "mp3", 1_000, 30.0, 30.0, "0" * 64)

    async def listen(path: str, content: bytes | None = None) -> SoundFacts:
        assert content is None
        return replace(facts, name=path, **more)

    return replace(creator_context(CreatorApi()), sound=listen)


# --- what is sent -------------------------------------------------------------------------------


async def test_a_file_goes_out_in_a_form_pinned_to_what_it_holds(sound: Path) -> None:
    [call] = await planned(file=str(sound))

    body = call.request.body
    assert isinstance(body, FileBody)
    assert ("POST", "/share/sound/upload/") == (call.request.method, call.request.path)
    assert (str(sound), "sound_file", "Summer.flac", None) == (
        body.path,
        body.part,
        body.file_name,
        body.content,
    )
    assert 64 == len(body.sha256)
    assert "12.0 s" in call.changes[0].new
    assert call == call_from_json(call_to_json(call))


async def test_data_is_sent_without_ever_lying_under_a_name(content: bytes) -> None:
    text = base64.encodebytes(content).decode()

    [call] = await planned(data=text, file_name="tone.flac")

    body = call.request.body
    assert isinstance(body, FileBody)
    assert ("", "tone.flac", content) == (body.path, body.file_name, body.content)
    assert call == call_from_json(call_to_json(call))


async def test_it_is_said_that_the_endpoint_may_be_gone(sound: Path) -> None:
    said: list[str] = []

    await planned(creator_context(CreatorApi(), said), file=str(sound))

    assert "no longer documents" in said[-1]


def test_what_became_of_it_is_only_for_a_person_to_see() -> None:
    assert OnDoubt.PARK is SOUNDS.on_doubt
    assert SOUNDS.no_inverse


async def test_its_share_is_told(sound: Path) -> None:
    params = validate(UploadSoundParams, {"file": str(sound)})
    before = await SOUNDS.before(params, creator_context(CreatorApi()))
    [call] = SOUNDS.calls(params, before)
    body = {"data": {"share_id": "share.1", "error_code": 0}, "extra": {}}

    [row] = SOUNDS.result(params, before, [Done(call, Outcome.HAPPENED, 200, body=body)])

    assert ("share.1", "Summer.flac", "flac") == (row["share_id"], row["file_name"], row["format"])
    assert pytest.approx(12.0) == row["seconds"]
    assert not SOUNDS.result(params, before, [Done(call, Outcome.UNKNOWN)])


# --- what is checked ----------------------------------------------------------------------------


async def test_a_sound_under_another_kinds_name_is_refused(content: bytes, tmp_path: Path) -> None:
    renamed = tmp_path / "tone.mp3"
    renamed.write_bytes(content)

    with pytest.raises(InvalidParamsError, match=r"file: .*is called mp3, but holds flac"):
        await planned(file=str(renamed))


@pytest.mark.parametrize("name", ["tone.ogg", "tone", "mp3"])
async def test_a_name_needs_one_of_three_endings(sound: Path, name: str) -> None:
    with pytest.raises(InvalidParamsError, match="does not end as"):
        await planned(file=str(sound), file_name=name)


async def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tone.mp3").write_bytes(b"<html>" + b" " * 500)

    with pytest.raises(UsageError, match="no mp3, wav or flac"):
        await planned(file=str(tmp_path / "tone.mp3"))


@pytest.mark.parametrize("seconds", [0.5, 10.0, 300.0, 3_000.0])
async def test_it_plays_more_than_ten_and_less_than_three_hundred_seconds(seconds: float) -> None:
    with pytest.raises(InvalidParamsError, match=f"plays {seconds:.1f} seconds"):
        await planned(hearing(seconds=seconds), file="a.mp3")


@pytest.mark.parametrize("seconds", [10.1, 299.9])
async def test_just_within_the_limits_will_do(seconds: float) -> None:
    context = hearing(seconds=seconds, size=50 * MEGABYTE - 1)

    assert 1 == len(await planned(context, file="a.mp3"))


async def test_fifty_megabytes_are_too_many() -> None:
    with pytest.raises(InvalidParamsError, match=r"50\.0 MB; TikTok takes less"):
        await planned(hearing(size=50 * MEGABYTE), file="a.mp3")


async def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidParamsError) as told:
        await planned(hearing(size=60 * MEGABYTE, seconds=1.0, kind="wav"), file="a.mp3")

    assert 3 == len(told.value.faults)


@pytest.mark.parametrize(("claimed", "told"), [(30.2, False), (31.0, True), (None, False)])
async def test_a_header_that_lies_is_told(claimed: float | None, *, told: bool) -> None:
    said: list[str] = []
    context = replace(hearing(claimed=claimed), say=said.append)

    await planned(context, file="a.mp3")

    assert told == any("claims to play" in text for text in said)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"file": "a.mp3", "data": "AAAA", "file_name": "a.mp3"},
        {"data": "AAAA"},
        {"file_name": "a.mp3"},
        {"file": "a.mp3", "file_name": "../a.mp3"},
    ],
)
def test_it_is_either_a_file_or_data_with_a_name(values: dict[str, str]) -> None:
    with pytest.raises(InvalidParamsError):
        validate(UploadSoundParams, values)


async def test_data_that_is_no_base64_is_refused() -> None:
    with pytest.raises(InvalidParamsError, match="data: is not base64"):
        await planned(data="not base64!", file_name="tone.mp3")


async def test_without_its_scope_not_even_the_file_is_looked_at() -> None:
    context = creator_context(CreatorApi(), scopes=["video.list"])

    with pytest.raises(MissingPermissionError, match=r"share\.sound\.create"):
        await planned(context, file="nowhere.mp3")
