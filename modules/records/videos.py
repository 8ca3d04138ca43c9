"""A creator's videos as bundles, and how to list them (open_platform_and_events.md §I.3)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import Field

from adloom.fields import ChoicesFrom, Id
from adloom.wire import JsonBody, Page, Record, Request
from modules.base import Api, Context
from modules.bundles import Bundle, IdText
from modules.records.listing import groups
from modules.records.open_platform import data_in

__all__ = ["LARGEST_PAGE", "SCOPE", "Video", "VideoId", "find_videos", "moment_of", "newest_first"]

VIDEOS: Final = "/v2/video/list/"
QUERY: Final = "/v2/video/query/"
SCOPE: Final = "video.list"
LARGEST_PAGE: Final = 20

VideoId = Annotated[Id, ChoicesFrom("list_videos", "id", "title")]


class Video(Bundle):
    """A public video of the account."""

    id: IdText = Field(title="Video", description="Id of the video.")
    create_time: int | None = Field(
        default=None, title="Created", description="When it appeared, in UNIX seconds."
    )
    created_at: str | None = Field(
        default=None, title="Created at", description="The same moment as a date, in UTC."
    )
    title: str | None = Field(
        default=None, title="Title", description="Its title, up to 150 characters."
    )
    video_description: str | None = Field(
        default=None, title="Description", description="Its caption, up to 150 characters."
    )
    share_url: str | None = Field(
        default=None, title="Address", description="Where others find it on TikTok."
    )
    cover_image_url: str | None = Field(
        default=None,
        title="Cover",
        description="Where its cover is for six hours; get-videos brings a fresh address.",
    )
    embed_link: str | None = Field(
        default=None, title="Player", description="Where it plays outside of TikTok."
    )
    embed_html: str | None = Field(
        default=None, title="Embed code", description="HTML that shows it on a web page."
    )
    duration: int | None = Field(default=None, title="Length", description="Length in seconds.")
    width: int | None = Field(default=None, title="Width", description="Width in pixels.")
    height: int | None = Field(default=None, title="Height", description="Height in pixels.")
    view_count: int | None = Field(
        default=None, title="Views", description="How often it was seen so far."
    )
    like_count: int | None = Field(
        default=None, title="Likes", description="How many liked it so far."
    )
    comment_count: int | None = Field(
        default=None, title="Comments", description="How many comments it has so far."
    )
    share_count: int | None = Field(
        default=None, title="Shares", description="How often it was shared so far."
    )
    is_aigc: bool | None = Field(
        default=None, title="Made by AI", description="Whether it is marked as made by AI."
    )


#: Everything TikTok tells about a video; the date is ours.
FIELDS: Final = tuple(name for name in Video.model_fields if name != "created_at")


async def newest_first(
    context: Context,
    *,
    page_size: int = LARGEST_PAGE,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[Page[Any]]:
    """Yield the account's public videos, the newest first.

    A page may be short, even empty, while others follow.

    Args:
        context: Where to read.
        page_size: How many to ask for at a time.
        since: Stop after the first page that reaches behind this moment; that is all of it.
        until: Leave out what is younger.
    """
    query: Record = {"fields": list(FIELDS)}
    if until is not None:
        # The cursor means everything before a moment, in milliseconds.
        query["cursor"] = (int(until.timestamp()) + 1) * 1000
    pages = context.api.pages(VIDEOS, query, key="id", page_size=page_size)
    async for page in pages:
        rows = [_dated(row) for row in page.records]
        reached = since is not None and bool(rows) and _is_before(rows[-1], since)
        yield replace(page, records=rows, has_more=page.has_more and not reached)
        if reached:
            return


async def find_videos(api: Api, ids: Sequence[str]) -> list[Record]:
    """Read the account's own videos by id, in that order; those that are not found are left out."""
    found: dict[str, Record] = {}
    for group in groups(ids, LARGEST_PAGE):
        body = JsonBody({"filters": {"video_ids": group}})
        answer = await api.read(Request("POST", QUERY, {"fields": list(FIELDS)}, body))
        found |= {str(row.get("id")): _dated(row) for row in data_in(answer).get("videos") or []}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def moment_of(seconds: Any) -> datetime | None:
    """Read one of TikTok's times: UNIX seconds."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _dated(row: Record) -> Record:
    moment = moment_of(row.get("create_time"))
    return {**Video.normalise(row), "created_at": moment.isoformat() if moment else None}


def _is_before(row: Record, moment: datetime) -> bool:
    created = moment_of(row.get("create_time"))
    return created is not None and created < moment
