"""Read some videos of a TikTok account."""

from collections.abc import AsyncIterator

from pydantic import Field

from adloom.wire import Page
from modules.base import Context, Params, module
from modules.records.open_platform import need_scope
from modules.records.videos import SCOPE, Video, VideoId, find_videos

__all__ = ["GetVideosParams", "get_videos"]


class GetVideosParams(Params):
    """Which videos to read."""

    video_ids: list[VideoId] = Field(
        min_length=1,
        title="Videos",
        description="Ids of videos of the connected account.",
        json_schema_extra={"aliases": ["video_id", "ids", "id"]},
    )


@module(kind="search", title="Get TikTok video posts", provider="tiktok", permission=SCOPE)
async def get_videos(params: GetVideosParams, context: Context) -> AsyncIterator[Page[Video]]:
    """Read videos of the connected account by id, with covers that last for another six hours."""
    need_scope(context, SCOPE, "Reading videos")
    found = await find_videos(context.api, params.video_ids)
    known = {row["id"] for row in found}
    missing = [one for one in dict.fromkeys(params.video_ids) if one not in known]
    if missing:
        context.say(
            f"Not found: {', '.join(missing)}. A video has to be public and the account's own."
        )
    yield Page(found, total=len(found))
