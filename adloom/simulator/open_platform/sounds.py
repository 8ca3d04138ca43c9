"""Uploading a sound, as the first API did it (open_platform_and_events.md §I.5).

The codes of refusals are assumed, and so is that they come with HTTP 200.
"""

from typing import Final
from urllib.parse import parse_qsl

from adloom.simulator.creator_tokens import Holder
from adloom.simulator.envelope import NOT_FOUND, Plain
from adloom.simulator.open_platform.envelope import SoundReply
from adloom.simulator.open_platform.paths import SOUND
from adloom.simulator.state import Attached, Incoming, State

__all__ = ["upload_sound"]

PART: Final = "sound_file"
#: The documentation itself spelt it in two ways.
SCOPES: Final = ("share.sound.create", "sound.share.create")
ENDINGS: Final = (".mp3", ".wav", ".flac")
#: A file has to be smaller than this many bytes (a megabyte of 2^20 is assumed).
TOO_LARGE: Final = 50 * 2**20
BAD_PARAMS: Final = 10002
BAD_TOKEN: Final = 10008
NO_SCOPE: Final = 10009
BAD_FILE: Final = 10010

#: A code and what it says.
Fault = tuple[int, str]


def upload_sound(state: State, incoming: Incoming) -> SoundReply | Plain:
    """`POST /share/sound/upload/`; HTTP 404 if it is switched off."""
    if not state.options.sounds:
        return NOT_FOUND
    given = dict(parse_qsl(incoming.query))
    holder = state.creators.holder_of(given.get("access_token", ""))
    fault = _grant_fault(holder, given.get("open_id", ""))
    fault = fault or _file_fault(incoming.files.get(PART))
    if fault is not None:
        return SoundReply({}, *fault)
    share_id = f"share.{state.open_platform.mint('sound')[:19]}"
    state.effects.record(SOUND, (share_id,), (share_id,), at=state.clock.now())
    return SoundReply({"share_id": share_id})


def _grant_fault(holder: Holder | None, open_id: str) -> Fault | None:
    """What is wrong with whoever asks."""
    if holder is None:
        return BAD_TOKEN, "access_token is invalid or expired"
    if holder.open_id != open_id:
        return BAD_PARAMS, "open_id does not belong to the access_token"
    if not set(SCOPES) & set(holder.scopes):
        return NO_SCOPE, "scope share.sound.create is not authorized"
    return None


def _file_fault(sound: Attached | None) -> Fault | None:
    """What is wrong with the file; how long it plays is not looked at."""
    if sound is None:
        return BAD_PARAMS, f"the part {PART} is missing"
    if not sound.name.lower().endswith(ENDINGS):
        return BAD_FILE, "the sound is not mp3, wav or flac"
    if not sound.content:
        return BAD_FILE, "the sound is empty"
    too_large = len(sound.content) >= TOO_LARGE
    return (BAD_FILE, "the sound is 50 MB or larger") if too_large else None
