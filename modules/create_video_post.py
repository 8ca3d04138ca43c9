"""Publish a video on a TikTok account."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Advanced, FilePath
from adloom.wire import JsonBody, Record, Request, SliceBody
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Outcome, Params, module
from modules.records.answers import data_of
from modules.records.open_platform import need_scope
from modules.records.posting import (
    CHUNK,
    MEGABYTE,
    arrived_by,
    chunk_call,
    content_type_of,
    source_of,
)
from modules.records.posts import (
    DIRECT,
    DIRECT_SCOPE,
    INBOX,
    INBOX_SCOPE,
    Privacy,
    Status,
    VideoPost,
    creator_info,
    post_status,
)

__all__ = ["CreateVideoPost", "CreateVideoPostParams", "create_video_post"]

#: Units of UTF-16, as TikTok counts (§I.6).
LONGEST_TITLE: Final = 2200
#: What viewers can be kept from doing.
SWITCHES: Final = ("comment", "duet", "stitch")
HttpsAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^https://\S+$", max_length=2000)
]


class CreateVideoPostParams(Params):
    """What to publish, and how."""

    file: FilePath | None = Field(
        default=None,
        title="File",
        description="A video on this computer: MP4, MOV or WebM, up to 4 GB.",
    )
    video_url: HttpsAddress | None = Field(
        default=None,
        title="Address",
        description="Where TikTok fetches it instead: https, on a domain your app has verified.",
        json_schema_extra={"aliases": ["url"]},
    )
    title: str = Field(
        default="",
        title="Caption",
        description="What stands beside it, with # and @; up to 2200 characters.",
        json_schema_extra={"aliases": ["caption"]},
    )
    privacy_level: Privacy = Field(
        default=Privacy.NOBODY,
        title="Who may see it",
        description="SELF_ONLY is the safest, and all that unaudited apps may use.",
        json_schema_extra={"aliases": ["privacy"]},
    )
    disable_comment: bool | None = Field(
        default=None,
        title="No comments",
        description="Let nobody comment; without it, as the account allows.",
    )
    disable_duet: bool | None = Field(
        default=None,
        title="No duets",
        description="Let nobody make a duet of it; without it, as the account allows.",
    )
    disable_stitch: bool | None = Field(
        default=None,
        title="No stitches",
        description="Let nobody stitch it; without it, as the account allows.",
    )
    video_cover_timestamp_ms: Annotated[int | None, Advanced()] = Field(
        default=None,
        ge=0,
        title="Cover at",
        description="Which moment becomes the cover, in milliseconds from the start.",
        json_schema_extra={"aliases": ["cover_timestamp_ms"]},
    )
    brand_content_toggle: Annotated[bool, Advanced()] = Field(
        default=False,
        title="Paid partnership",
        description="It promotes somebody else's brand.",
    )
    brand_organic_toggle: Annotated[bool, Advanced()] = Field(
        default=False,
        title="Own brand",
        description="It promotes the creator's own business.",
    )
    is_aigc: Annotated[bool, Advanced()] = Field(
        default=False,
        title="Made by AI",
        description="Mark it as made by AI.",
    )
    draft: bool = Field(
        default=False,
        title="Draft",
        description="Send it to the creator's inbox, to be finished in the app, and post nothing.",
    )

    @field_validator("title")
    @classmethod
    def _short_enough(cls, value: str) -> str:
        units = len(value.encode("utf-16-le", errors="surrogatepass")) // 2
        if units > LONGEST_TITLE:
            raise ValueError(f"has {units} characters as TikTok counts; {LONGEST_TITLE} will do")
        return value

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.file is None) == (self.video_url is None):
            raise ValueError("give either a file or an address (video_url)")
        given = [
            name
            for name, info in type(self).model_fields.items()
            if name not in ("file", "video_url", "draft") and getattr(self, name) != info.default
        ]
        if self.draft and given:
            names = ", ".join(given)
            raise ValueError(f"{names}: a draft's creator decides that in the app; leave it out")
        return self


class CreateVideoPost(Action[CreateVideoPostParams, VideoPost]):
    """Publish a video, or send it to the creator's inbox as a draft.

    First the post is begun; a file then follows in chunks, each of them a call of its own in the
    journal, so that after a crash only what is missing is sent. TikTok works on the video after
    that: get-video-post tells how far it is (open_platform_and_events.md §I.6).
    """

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP
    # TikTok counts looks, thirty a minute; a chunk's answer says that it has arrived.
    answer_is_proof: ClassVar[bool] = True
    no_inverse: ClassVar[str | None] = "A post can only be deleted by its creator, in the app."

    async def before(self, params: CreateVideoPostParams, context: Context) -> list[Record]:
        """Check the file, then ask what the account's owner may post."""
        scope, what = (
            (INBOX_SCOPE, "Sending a draft") if params.draft else (DIRECT_SCOPE, "Publishing")
        )
        need_scope(context, scope, what)
        found: Record = {"file": await _looked_at(params, context)}
        if not params.draft:
            creator = await creator_info(context.api)
            found["disabled"] = _disabled(params, creator)
            if longest := creator.get("max_video_post_duration_sec"):
                context.say(f"TikTok takes videos of up to {longest} seconds from this account.")
            for name, disabled in found["disabled"].items():
                if disabled and getattr(params, f"disable_{name}") is None:
                    context.say(f"The account allows no {name}.")
        return [found]

    def calls(self, params: CreateVideoPostParams, before: Sequence[Record]) -> list[Call]:
        """Begin the post."""
        file = before[0]["file"]
        body: Record = {"source_info": source_of(file, params.video_url)}
        if not params.draft:
            body["post_info"] = _post_info(params, before[0]["disabled"])
        path = INBOX if params.draft else DIRECT
        where = "draft in the inbox" if params.draft else f"post, {params.privacy_level}"
        size = f"{file['path']} ({file['size'] / MEGABYTE:,.1f} MB)" if file else params.video_url
        name = params.title or (file["name"] if file else "without a caption")
        change = Change("video", "", name, where, None, size)
        return [Call(f"begin {path}", Request("POST", path, body=JsonBody(body)), (change,))]

    def follow_up(
        self,
        params: CreateVideoPostParams,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],
        done: Sequence[Done],
    ) -> list[Call]:
        """The next chunk, once all before it have arrived; TikTok takes them in order."""
        file, told = before[0]["file"], data_of(done[0])
        arrived = len(done) - 1
        if file is None or not told.get("upload_url") or arrived == len(file["slices"]):
            return []
        return [chunk_call(file, arrived, str(told["publish_id"]), str(told["upload_url"]))]

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """Look how many bytes have arrived.

        A beginning may be sent again where bytes have to follow: nothing is posted without them.
        Where TikTok fetches the video itself, nobody can find the post without its name.
        """
        body = call.request.body
        if isinstance(body, JsonBody):
            waits = body.value["source_info"]["source"] == "FILE_UPLOAD"
            return Outcome.NOT_HAPPENED if waits else Outcome.UNKNOWN
        assert isinstance(body, SliceBody)  # noqa: S101 - as `follow_up` made it
        told = await post_status(context.api, call.changes[0].id)
        if told.get("status") not in (Status.UPLOADING, Status.FAILED):
            return Outcome.HAPPENED
        arrived = told.get("uploaded_bytes")
        is_there = isinstance(arrived, int) and arrived >= body.offset + body.length
        return Outcome.HAPPENED if is_there else Outcome.NOT_HAPPENED

    def result(
        self,
        params: CreateVideoPostParams,
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],
    ) -> list[Record]:
        """What the post is called, and how far it has come."""
        begun, *chunks = done
        if begun.outcome is not Outcome.HAPPENED:
            return []
        told: Record = {"publish_id": data_of(begun).get("publish_id"), "post_ids": []}
        if params.file is None:
            return [{**told, "status": Status.DOWNLOADING.value}]
        arrived = sum(arrived_by(one) for one in chunks if one.outcome is Outcome.HAPPENED)
        return [{**told, "status": Status.UPLOADING.value, "uploaded_bytes": arrived}]


async def _looked_at(params: CreateVideoPostParams, context: Context) -> Record | None:
    """What identifies the file and its chunks; None if TikTok fetches it."""
    if params.file is None:
        return None
    facts = await asyncio.to_thread(context.file, params.file, slice_size=CHUNK)
    return {
        "path": facts.path,
        "name": facts.name,
        "size": facts.size,
        "content_type": content_type_of(facts),
        "slices": [{**vars(part)} for part in facts.slices],
    }


def _disabled(params: CreateVideoPostParams, creator: Record) -> dict[str, bool]:
    """What viewers are kept from doing.

    Raises:
        InvalidParamsError: The account does not allow what is asked for.
    """
    faults = []
    levels = creator.get("privacy_level_options") or []
    if params.privacy_level not in levels:
        fault = f"this account offers {', '.join(levels) or 'none'}, not {params.privacy_level}"
        faults.append(Fault("privacy_level", fault))
    disabled = {}
    for name in SWITCHES:
        asked, off = getattr(params, f"disable_{name}"), bool(creator.get(f"{name}_disabled"))
        disabled[name] = off if asked is None else asked
        if off and asked is False:
            faults.append(Fault(f"disable_{name}", f"the account allows no {name}"))
    if faults:
        raise InvalidParamsError(faults)
    return disabled


def _post_info(params: CreateVideoPostParams, disabled: dict[str, bool]) -> Record:
    told: dict[str, Any] = {
        "title": params.title,
        "privacy_level": params.privacy_level.value,
        **{f"disable_{name}": disabled[name] for name in SWITCHES},
        "brand_content_toggle": params.brand_content_toggle,
        "brand_organic_toggle": params.brand_organic_toggle,
        "is_aigc": params.is_aigc,
    }
    cover = params.video_cover_timestamp_ms
    return told if cover is None else {**told, "video_cover_timestamp_ms": cover}


create_video_post = module(
    kind="action", title="Publish a video post", provider="tiktok", permission=DIRECT_SCOPE
)(CreateVideoPost)
