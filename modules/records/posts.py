"""Posts of a creator: who may see them, and how far they have come.

Facts are from open_platform_and_events.md §I.6.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from pydantic import Field

from adloom.wire import JsonBody, Record, Request
from modules.base import Api
from modules.bundles import Bundle
from modules.records.open_platform import data_in

__all__ = [
    "DIRECT",
    "DIRECT_SCOPE",
    "INBOX",
    "INBOX_SCOPE",
    "Privacy",
    "Status",
    "VideoPost",
    "creator_info",
    "post_status",
    "told_status",
]

DIRECT: Final = "/v2/post/publish/video/init/"
INBOX: Final = "/v2/post/publish/inbox/video/init/"
STATUS: Final = "/v2/post/publish/status/fetch/"
CREATOR: Final = "/v2/post/publish/creator_info/query/"
DIRECT_SCOPE: Final = "video.publish"
INBOX_SCOPE: Final = "video.upload"


class Privacy(StrEnum):
    """Who may see a post."""

    EVERYONE = "PUBLIC_TO_EVERYONE"
    FRIENDS = "MUTUAL_FOLLOW_FRIENDS"
    FOLLOWERS = "FOLLOWER_OF_CREATOR"
    NOBODY = "SELF_ONLY"


class Status(StrEnum):
    """How far a post has come."""

    UPLOADING = "PROCESSING_UPLOAD"
    DOWNLOADING = "PROCESSING_DOWNLOAD"
    IN_INBOX = "SEND_TO_USER_INBOX"
    PUBLISHED = "PUBLISH_COMPLETE"
    FAILED = "FAILED"


class VideoPost(Bundle):
    """A post, and how far it has come."""

    publish_id: str | None = Field(
        default=None, title="Post", description="What TikTok calls the post on its way."
    )
    status: str | None = Field(
        default=None,
        title="Status",
        description="PROCESSING_UPLOAD or _DOWNLOAD, SEND_TO_USER_INBOX, PUBLISH_COMPLETE, FAILED.",
    )
    fail_reason: str | None = Field(
        default=None, title="Reason", description="Why it failed, in TikTok's word."
    )
    post_ids: list[str] = Field(
        default_factory=list,
        title="Videos",
        description="Ids of the public videos that came of it; empty until they are public.",
    )
    uploaded_bytes: int | None = Field(
        default=None, title="Arrived", description="How many bytes of the file have arrived."
    )


async def creator_info(api: Api) -> Record:
    """What the account's owner may post."""
    return data_in(await api.read(Request("POST", CREATOR, body=JsonBody({}))))


async def post_status(api: Api, publish_id: str) -> Record:
    """How far a post has come, as TikTok tells it."""
    return data_in(
        await api.read(Request("POST", STATUS, body=JsonBody({"publish_id": publish_id})))
    )


def told_status(publish_id: str, data: Record) -> Record:
    """The same as a bundle."""
    return {
        **{name: value for name, value in data.items() if not name.endswith("_available_post_id")},
        "publish_id": publish_id,
        "post_ids": list(_post_ids(data)),
    }


def _post_ids(data: Record) -> Iterator[str]:
    """Ids as text; TikTok sends numbers, under a name it misspells."""
    for name, value in data.items():
        if name.endswith("_available_post_id") and isinstance(value, list):
            yield from (str(one) for one in value)
