"""What a sound file really holds: decoded to its end, by a process that cannot do harm.

Headers lie: a cut file still claims its full length. So the whole file is decoded, in a child with
little memory and little time, since decoders are written in C and files come from anywhere
(reliability.md §4.7).
"""

import asyncio
import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from adloom.errors import UsageError
from adloom.json_text import JsonError, parse_strict

__all__ = ["SoundFacts", "kind_of", "listen_to"]

#: Seconds the child may take in all; its CPU time is limited as well.
LONGEST_LISTENING: Final = 40.0
LARGEST_REPORT: Final = 10_000
HEAD: Final = 64


@dataclass(frozen=True)
class SoundFacts:
    """A sound file that was decoded to its end.

    Args:
        path: Where it lies, absolute; where it lies nowhere, its name.
        name: Its name without folders.
        kind: `mp3`, `wav` or `flac`, by its content.
        size: Bytes.
        seconds: How long it plays, decoded.
        claimed: How long its headers say it plays; None if they do not.
        sha256: Of its content, in hex.
    """

    path: str
    name: str
    kind: str
    size: int
    seconds: float
    claimed: float | None
    sha256: str


def kind_of(head: bytes) -> str | None:
    """Tell `mp3`, `wav` and `flac` apart by a file's first bytes; None if it is none of them."""
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    # A frame of MPEG audio, layer III, begins with eleven set bits; most files begin with a tag.
    is_frame = head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2  # noqa: PLR2004 - the format's bits
    return "mp3" if head.startswith(b"ID3") or is_frame else None


async def listen_to(path: str, content: bytes | None = None) -> SoundFacts:
    """Decode a sound file to its end in a limited child.

    Args:
        path: Where it lies; or just its name, where its content is at hand.
        content: What it holds, if it lies nowhere. It is kept in a file without a name, which is
            gone when this ends.

    Raises:
        UsageError: It cannot be read, is no sound in a known format, or is broken; or what decodes
            sounds is not installed.
    """
    if find_spec("soundfile") is None:
        raise UsageError(
            "Checking a sound takes a part of adloom that is not installed.",
            hint="Install it: pip install 'adloom[sound]'",
        )
    descriptor, place = _opened(path) if content is None else _poured(path, content)
    try:
        return await _listened(descriptor, place)
    finally:
        os.close(descriptor)


def _opened(path: str) -> tuple[int, Path]:
    """One descriptor for everything: the file that is checked is the file that was opened."""
    try:
        place = Path(path).expanduser().absolute()
        return os.open(place, os.O_RDONLY), place
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (RuntimeError, ValueError) as error:  # an unknown user's home, a NUL in the name
        raise UsageError(f"{path!r} is no place for a file: {error}.") from None


def _poured(name: str, content: bytes) -> tuple[int, Path]:
    """A descriptor of a file that nobody else can open."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            return os.dup(file.fileno()), Path(Path(name).name)
    except OSError as error:
        raise UsageError(f"{name} cannot be put down to be checked: {error.strerror}.") from None


async def _listened(descriptor: int, place: Path) -> SoundFacts:
    kind, size, sha256 = await asyncio.to_thread(_looked_at, descriptor, place)
    seconds, claimed = await _decoded(descriptor, place)
    return SoundFacts(str(place), place.name, kind, size, seconds, claimed, sha256)


def _looked_at(descriptor: int, place: Path) -> tuple[str, int, str]:
    """Its kind, size and hash."""
    try:
        with os.fdopen(os.dup(descriptor), "rb") as source:
            kind = kind_of(source.read(HEAD))
            source.seek(0)
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
            size = source.seek(0, os.SEEK_END)
    except OSError as error:
        raise UsageError(f"{place} cannot be read: {error.strerror}.") from None
    if kind is None:
        raise UsageError(f"{place.name} is no mp3, wav or flac file, whatever it is called.")
    return kind, size, sha256


async def _decoded(descriptor: int, place: Path) -> tuple[float, float | None]:
    """How long it plays, and how long it claims to."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        "adloom.sound_child",
        stdin=descriptor,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # Threads of a mathematics library would each reserve more memory than the child may have.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    try:
        async with asyncio.timeout(LONGEST_LISTENING):
            report, _ = await child.communicate()
    except TimeoutError:
        raise UsageError(f"{place.name} takes too long to decode; it may be damaged.") from None
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    return _read(report, place)


def _read(report: bytes, place: Path) -> tuple[float, float | None]:
    try:
        found = parse_strict(report[:LARGEST_REPORT])
    except JsonError:
        raise UsageError(f"{place.name} cannot be decoded; the decoder gave up on it.") from None
    if problem := found.get("problem"):
        raise UsageError(f"{place.name} cannot be decoded: {problem}.")
    seconds, claimed = found["seconds"], found["claimed"]
    return float(seconds), None if claimed is None else float(claimed)
