"""Upload a sound to a TikTok account."""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, StringConstraints, model_validator

from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Advanced, FilePath
from adloom.wire import FileBody, Record, Request
from modules.base import (
    Action,
    Call,
    Change,
    Context,
    Done,
    OnDoubt,
    Outcome,
    Params,
    SoundFacts,
    module,
)
from modules.bundles import Bundle, IdText
from modules.records.answers import data_of
from modules.records.open_platform import need_scope

__all__ = ["UploadSound", "UploadSoundParams", "UploadedSound", "upload_sound"]

SOUNDS: Final = "/share/sound/upload/"
SCOPE: Final = "share.sound.create"
KINDS: Final = ("mp3", "wav", "flac")
MEGABYTE: Final = 1 << 20
#: It has to be smaller than this, longer than that, and shorter than that (§I.5).
TOO_LARGE: Final = 50 * MEGABYTE
TOO_SHORT: Final = 10
TOO_LONG: Final = 300
#: A header that is off by more than this share lies (reliability.md §4.7).
SLACK: Final = 0.01
#: Bytes a second that even a slow line manages, and what an answer may take besides.
SLOWEST: Final = 500_000
ALWAYS: Final = 60.0


class UploadSoundParams(Params):
    """Which sound to upload."""

    file: FilePath | None = Field(
        default=None,
        title="File",
        description="A sound on this computer: mp3, wav or flac, under 50 MB, 10 to 300 seconds.",
    )
    file_name: (
        Annotated[
            str, StringConstraints(strip_whitespace=True, pattern=r"^[^/\\\x00-\x1f]{1,200}$")
        ]
        | None
    ) = Field(
        default=None,
        title="File name",
        description="What TikTok is told it is called, with its ending; else the file's own name.",
    )
    data: Annotated[str | None, Advanced()] = Field(
        default=None,
        max_length=TOO_LARGE * 4 // 3 + MEGABYTE,
        title="Data",
        description="The sound itself as base64, instead of a file; it needs a file name.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (self.data is None):
            raise ValueError("give either a file, or data with a file_name")
        if self.data is not None and self.file_name is None:
            raise ValueError("file_name: data needs a name with an ending, such as tone.mp3")
        return self


class UploadedSound(Bundle):
    """A sound that TikTok took; its creator finishes the post in the app."""

    share_id: IdText | None = Field(
        default=None, title="Share", description="What TikTok calls the upload."
    )
    file_name: str | None = Field(
        default=None, title="File name", description="What TikTok was told it is called."
    )
    format: str | None = Field(
        default=None, title="Format", description="What it is: mp3, wav or flac."
    )
    seconds: float | None = Field(
        default=None, title="Length", description="How long it plays, in seconds."
    )
    size: int | None = Field(default=None, title="Size", description="Size in bytes.")


class UploadSound(Action[UploadSoundParams, UploadedSound]):
    """Upload a sound, which its creator then posts in the app; TikTok may have retired this.

    TikTok took the endpoint out of its documentation, and the one for videos beside it is switched
    off, so it may refuse whatever it is sent, or not answer at all (open_platform_and_events.md
    §I.5).

    What comes as data is never put down under a name: it is checked in a file nobody else can open,
    and stands in the journal, which only its owner can read, with the parameters and with the call.
    That takes three to four times its size there, so a file is the better way for large sounds.
    """

    # There is no list of uploads to look at.
    on_doubt: ClassVar[OnDoubt] = OnDoubt.PARK
    no_inverse: ClassVar[str | None] = (
        "TikTok has no call that takes a sound back; its creator drops it in the app."
    )

    async def before(self, params: UploadSoundParams, context: Context) -> list[Record]:
        """Check everything that can be checked here."""
        need_scope(context, SCOPE, "Uploading a sound")
        content = _content(params)
        facts = await context.sound(params.file or params.file_name or "", content)
        name = params.file_name or facts.name
        if faults := _faults(facts, name):
            field = "file" if params.data is None else "data"
            raise InvalidParamsError([Fault(field, fault) for fault in faults])
        claimed = facts.claimed
        if claimed is not None and abs(claimed - facts.seconds) > SLACK * facts.seconds:
            context.say(
                f"{name} claims to play {claimed:.1f} seconds, but plays {facts.seconds:.1f}; it "
                "may have been cut."
            )
        context.say(
            "TikTok no longer documents uploads of sounds; it may refuse this or not answer."
        )
        found = {"path": "" if content is not None else facts.path, "sha256": facts.sha256}
        told = {"format": facts.kind, "seconds": round(facts.seconds, 3), "size": facts.size}
        return [{**found, **told, "file_name": name}]

    def calls(self, params: UploadSoundParams, before: Sequence[Record]) -> list[Call]:
        """The one upload."""
        found = before[0]
        body = FileBody(
            path=found["path"],
            part="sound_file",
            file_name=found["file_name"],
            sha256=found["sha256"],
            content=_content(params),
        )
        request = Request("POST", SOUNDS, body=body, patience=ALWAYS + found["size"] / SLOWEST)
        shown = f"{found['seconds']:.1f} s, {found['size'] / MEGABYTE:,.1f} MB"
        change = Change("sound", "", found["file_name"], "upload", None, shown)
        return [Call(f"upload {SOUNDS}", request, (change,))]

    def result(
        self,
        params: UploadSoundParams,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],
        done: Sequence[Done],
    ) -> list[Record]:
        """What TikTok calls it."""
        known = {name: before[0][name] for name in ("file_name", "format", "seconds", "size")}
        return [
            UploadedSound.normalise({"share_id": data_of(one).get("share_id"), **known})
            for one in done
            if one.outcome is Outcome.HAPPENED
        ]


def _content(params: UploadSoundParams) -> bytes | None:
    """What was given as data; None if it is a file."""
    if params.data is None:
        return None
    try:
        return b64decode("".join(params.data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParamsError([Fault("data", "is not base64")]) from None


def _faults(facts: SoundFacts, name: str) -> list[str]:
    """Why TikTok would not take a sound."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    faults = []
    if ending not in KINDS:
        faults.append(f"{name} does not end as mp3, wav and flac files do")
    elif facts.kind != ending:
        faults.append(f"{name} is called {ending}, but holds {facts.kind}")
    if facts.size >= TOO_LARGE:
        faults.append(f"has {facts.size / MEGABYTE:,.1f} MB; TikTok takes less than 50 MB")
    if not TOO_SHORT < facts.seconds < TOO_LONG:
        faults.append(
            f"plays {facts.seconds:.1f} seconds; TikTok takes more than {TOO_SHORT} and less than "
            f"{TOO_LONG}"
        )
    return faults


upload_sound = module(kind="action", title="Upload a sound", provider="tiktok", permission=SCOPE)(
    UploadSound
)
