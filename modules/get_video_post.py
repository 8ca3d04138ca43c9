"""Read how far a video post has come."""

from collections.abc import AsyncIterator
from typing import Final

from pydantic import Field

from adloom.wire import Page
from modules.base import Context, Params, module
from modules.records.posts import DIRECT_SCOPE, Status, VideoPost, post_status, told_status

__all__ = ["GetVideoPostParams", "get_video_post"]

#: Seconds between two looks; TikTok allows thirty a minute.
PAUSE: Final = 5
LONGEST_WAIT: Final = 600
ON_ITS_WAY: Final = (Status.UPLOADING, Status.DOWNLOADING)


class GetVideoPostParams(Params):
    """Which post to look at."""

    post: str = Field(
        pattern=r"^\S{1,200}$",
        title="Post",
        description="What create-video-post called it: its publish_id.",
        json_schema_extra={"aliases": ["publish_id"]},
    )
    wait: int = Field(
        default=0,
        ge=0,
        le=LONGEST_WAIT,
        title="Wait",
        description="Look again for up to this many seconds while TikTok is still at work.",
    )


@module(kind="search", title="Get a video post", provider="tiktok", permission=DIRECT_SCOPE)
async def get_video_post(
    params: GetVideoPostParams, context: Context
) -> AsyncIterator[Page[VideoPost]]:
    """Read how far a post made with create-video-post has come; drafts as well."""
    left = params.wait
    while True:
        data = await post_status(context.api, params.post)
        if data.get("status") not in ON_ITS_WAY or left <= 0:
            break
        await context.pause(min(left, PAUSE))
        left -= PAUSE
    yield Page([told_status(params.post, data)], total=1)
