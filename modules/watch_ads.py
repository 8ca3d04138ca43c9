"""Watch for ads that are new, or that somebody changed."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pydantic import Field

from adloom.wire import Page, Record
from modules.base import Context, Trigger, Watching, module
from modules.records.ads import ADS, Ad
from modules.records.listing import (
    LONGEST_WINDOW,
    PrimaryStatus,
    id_filters,
    tiktok_time,
)
from modules.records.watching import WatchPartParams, listing, moment_of

__all__ = ["WatchAds", "WatchAdsParams", "watch_ads"]

#: Columns that differ from answer to answer though nobody changed the ad: signed addresses.
UNSTEADY: Final = ("modify_time", "profile_image_url", "avatar_icon_web_uri")
#: Ads that have no time of change (business_api.md §8.4).
UNDATED: Final = {"campaign_automation_type": "UPGRADED_SMART_PLUS"}


class WatchAdsParams(WatchPartParams):
    """Which ads to watch, and for what."""

    by: Literal["created", "updated"] = Field(
        default="created",
        title="By",
        description="Watch for new ads, or for every change of an ad.",
    )
    primary_status: PrimaryStatus = Field(
        default=PrimaryStatus.NOT_DELETE,
        title="Status",
        description="Watch only what is in this state; STATUS_ALL includes what was deleted.",
        json_schema_extra={"aliases": ["status"]},
    )
    limit: int = Field(
        default=2,
        ge=0,
        title="Limit",
        description="Hand on at most this many at a time, the rest next time; 0 means all.",
    )


class WatchAds(Trigger[WatchAdsParams, Ad]):
    """Watch for ads that are new, or that somebody changed."""

    def watching(self, params: WatchAdsParams) -> Watching:
        """New ones once each, or every version of each."""
        return Watching.CREATED if params.by == "created" else Watching.UPDATED

    def sources(self, params: WatchAdsParams) -> list[str]:
        """Every account by itself."""
        return list(dict.fromkeys(params.advertiser_ids))

    async def fetch(
        self,
        params: WatchAdsParams,
        context: Context,
        source: str,
        since: datetime | None,
        until: datetime | None = None,
    ) -> AsyncIterator[Page[Ad]]:
        """List the ads; Smart+ ones have no time of change, so all of them come every time."""
        lists = {"campaign_ids": params.campaign_ids, "adgroup_ids": params.adgroup_ids}
        for window in _windows(params, since, until, context.now):
            for ids in id_filters(lists):
                filtering = {"primary_status": params.primary_status.value, **ids, **window}
                async for page in listing(context, ADS, source, filtering, bundle=Ad, key="ad_id"):
                    yield page

    def key(self, bundle: Record) -> str:
        """Its id."""
        return str(bundle["ad_id"])

    def at(self, params: WatchAdsParams, bundle: Record) -> datetime | None:
        """When it was created or changed; ads that never were changed have the same time twice."""
        return moment_of(bundle.get("create_time" if params.by == "created" else "modify_time"))

    def watched(self, bundle: Record) -> Record:
        """Everything but what changes by itself."""
        return {name: value for name, value in bundle.items() if name not in UNSTEADY}


def _windows(
    params: WatchAdsParams, since: datetime | None, until: datetime | None, now: datetime
) -> Iterator[dict[str, Any]]:
    """Filters that together cover the time asked for; the last one is open unless it has an end."""
    if since is None:
        yield {"creation_filter_end_time": tiktok_time(until)} if until else {}
    elif params.by == "updated":
        yield from ({"modified_after": tiktok_time(since)}, UNDATED)
    else:
        start, last = since, until or now
        while last - start > LONGEST_WINDOW:
            end = start + LONGEST_WINDOW
            yield _window(start, end)
            start = end + timedelta(seconds=1)
        yield _window(start, until)


def _window(start: datetime, end: datetime | None) -> dict[str, Any]:
    window = {"creation_filter_start_time": tiktok_time(start)}
    return window | ({"creation_filter_end_time": tiktok_time(end)} if end else {})


watch_ads = module(kind="trigger", title="Watch ads", provider="tiktok-business", permission=220)(
    WatchAds
)
