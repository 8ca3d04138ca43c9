"""List the videos of a TikTok account."""

from collections.abc import AsyncIterator
from datetime import datetime

from pydantic import Field, ValidationInfo, field_validator

from adloom.fields import Moment
from adloom.wire import Page, Record
from modules.base import Context, Params, module
from modules.records.open_platform import need_scope
from modules.records.videos import LARGEST_PAGE, SCOPE, Video, moment_of, newest_first

__all__ = ["ListVideosParams", "list_videos"]


class ListVideosParams(Params):
    """Which videos to list."""

    created_from: Moment | None = Field(
        default=None,
        title="Created from",
        description="Keep only what was posted at this moment or later; UTC unless it says so.",
    )
    created_to: Moment | None = Field(
        default=None,
        title="Created to",
        description="Keep only what was posted at this moment or earlier; UTC unless it says so.",
    )
    limit: int = Field(
        default=10,
        ge=0,
        title="Limit",
        description="Stop after this many; 0 means all.",
    )

    @field_validator("created_to")
    @classmethod
    def _not_before(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        start = info.data.get("created_from")
        if value and start and value < start:
            raise ValueError(f"lies before created_from ({start:%Y-%m-%d %H:%M}); swap the two")
        return value


@module(kind="search", title="List TikTok video posts", provider="tiktok", permission=SCOPE)
async def list_videos(params: ListVideosParams, context: Context) -> AsyncIterator[Page[Video]]:
    """List the public videos of the connected account, the newest first."""
    need_scope(context, SCOPE, "Listing videos")
    pages = newest_first(
        context,
        page_size=min(params.limit or LARGEST_PAGE, LARGEST_PAGE),
        since=params.created_from,
        until=params.created_to,
    )
    async for page in pages:
        yield page.only(lambda row: _is_wanted(params, row))


def _is_wanted(params: ListVideosParams, row: Record) -> bool:
    """Whether a video was posted in the time asked for; of one that does not tell, nobody knows."""
    moment = moment_of(row.get("create_time"))
    if moment is None:
        return params.created_from is None and params.created_to is None
    late_enough = params.created_from is None or moment >= params.created_from
    return late_enough and (params.created_to is None or moment <= params.created_to)
