"""Sounds are believed only as far as they can be decoded (reliability.md §4.7)."""

import math
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
import soundfile  # type: ignore[import-untyped] # it ships no types

from adloom.errors import UsageError
from adloom.sound import kind_of, listen_to

RATE: Final = 8_000
SECONDS: Final = 12
SOUND: Final = b"".join(
    struct.pack("<h", int(9_000 * math.sin(440 * 2 * math.pi * place / RATE)))
    for place in range(RATE * SECONDS)
)

Made = Callable[[str], Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Write twelve seconds of a tone in a format, named after it."""

    def make(kind: str) -> Path:
        path = tmp_path / f"tone.{kind}"
        with soundfile.SoundFile(path, "w", RATE, 1, format=kind.upper(), subtype=None) as sound:
            sound.buffer_write(SOUND, dtype="int16")
        return path

    return make


@pytest.mark.parametrize("kind", ["mp3", "wav", "flac"])
async def test_a_whole_sound_plays_as_long_as_it_says(made: Made, kind: str) -> None:
    facts = await listen_to(str(made(kind)))

    assert kind == facts.kind
    assert SECONDS == pytest.approx(facts.seconds, abs=0.2)
    assert facts.claimed == pytest.approx(facts.seconds, rel=0.01)


async def test_a_cut_mp3_plays_only_what_is_left_of_it(made: Made) -> None:
    path = made("mp3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])

    facts = await listen_to(str(path))

    assert facts.seconds < SECONDS / 2
    assert facts.claimed == pytest.approx(SECONDS, abs=0.2)


async def test_a_lying_length_in_a_wav_is_not_believed(made: Made) -> None:
    path = made("wav")
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", 0x7FFF_FFFF)
    path.write_bytes(content)

    facts = await listen_to(str(path))

    assert SECONDS == pytest.approx(facts.seconds, abs=0.2)


async def test_a_cut_flac_is_refused(made: Made) -> None:
    path = made("flac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])

    with pytest.raises(UsageError, match=r"tone\.flac cannot be decoded"):
        await listen_to(str(path))


async def test_noise_that_begins_like_an_mp3_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(b"ID3" + os.urandom(50_000))

    with pytest.raises(UsageError, match="cannot be decoded"):
        await listen_to(str(path))


@pytest.mark.parametrize("content", [b"", b"<html>no</html>", b"OggS" + b"\0" * 60])
async def test_what_is_no_sound_is_refused_whatever_it_is_called(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(content)

    with pytest.raises(UsageError, match="no mp3, wav or flac"):
        await listen_to(str(path))


@pytest.mark.parametrize("name", ["missing.mp3", "nul\0.mp3", "~nobody-here/x.mp3"])
async def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be read|no place for a file"):
        await listen_to(name if name.startswith("~") else str(tmp_path / name))


async def test_a_folder_is_no_sound(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        await listen_to(str(tmp_path))


@pytest.mark.parametrize("kind", ["mp3", "flac"])
async def test_content_that_lies_nowhere_is_heard_like_a_file(made: Made, kind: str) -> None:
    path = made(kind)
    from_file = await listen_to(str(path))

    facts = await listen_to("folder/tone.x", path.read_bytes())

    assert ("tone.x", "tone.x") == (facts.path, facts.name)
    assert (from_file.seconds, from_file.sha256) == (facts.seconds, facts.sha256)


async def test_without_the_decoder_the_missing_part_is_named(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made("wav")
    monkeypatch.setattr("adloom.sound.find_spec", lambda _: None)

    with pytest.raises(UsageError) as caught:
        await listen_to(str(path))

    assert "adloom[sound]" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xfb\x90", "mp3"),
        (b"\xff\xf1\x50", None),
        (b"ID3\x04", "mp3"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\0\0\0\0AVI ", None),
        (b"fLaC", "flac"),
        (b"\xff", None),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(head: bytes, kind: str | None) -> None:
    assert kind == kind_of(head)
