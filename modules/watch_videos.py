"""Watch for new videos of a TikTok account."""

from collections.abc import AsyncIterator
from datetime import datetime

from pydantic import Field

from adloom.wire import Page, Record
from modules.base import Context, Params, Trigger, Watching, module
from modules.records.open_platform import need_scope
from modules.records.videos import SCOPE, Video, moment_of, newest_first

__all__ = ["WatchVideos", "WatchVideosParams", "watch_videos"]


class WatchVideosParams(Params):
    """How to watch."""

    limit: int = Field(
        default=5,
        ge=0,
        title="Limit",
        description="Hand on at most this many at a time, the rest next time; 0 means all.",
    )


class WatchVideos(Trigger[WatchVideosParams, Video]):
    """Watch for new public videos of the connected account.

    A video that is made public long after it was posted counts by the day it was posted, and may
    go unnoticed: TikTok tells nothing else.
    """

    def watching(self, params: WatchVideosParams) -> Watching:  # noqa: ARG002 - Trigger's signature
        """Every video once."""
        return Watching.CREATED

    def sources(self, params: WatchVideosParams) -> list[str]:  # noqa: ARG002 - as above
        """The one account the connection is for."""
        return ["account"]

    async def fetch(
        self,
        params: WatchVideosParams,  # noqa: ARG002 - as above
        context: Context,
        source: str,  # noqa: ARG002 - there is only one
        since: datetime | None,
        until: datetime | None = None,
    ) -> AsyncIterator[Page[Video]]:
        """List the newest videos, down to the first page that reaches behind `since`."""
        need_scope(context, SCOPE, "Watching videos")
        async for page in newest_first(context, since=since, until=until):
            yield page

    def key(self, bundle: Record) -> str:
        """Its id; two videos may share a second."""
        return str(bundle["id"])

    def at(self, params: WatchVideosParams, bundle: Record) -> datetime | None:  # noqa: ARG002 - as above
        """When it appeared."""
        return moment_of(bundle.get("create_time"))


watch_videos = module(
    kind="trigger", title="Watch TikTok video posts", provider="tiktok", permission=SCOPE
)(WatchVideos)
