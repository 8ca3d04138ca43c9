"""Watch for ads that TikTok's review rejects."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from adloom.wire import Page, Record
from modules.base import Context, Sight, module
from modules.records.ads import ADS, Ad
from modules.records.listing import id_filters
from modules.records.watching import WatchingAccounts, WatchPartParams, listing

__all__ = ["WatchAdReviews", "WatchAdReviewsParams", "watch_ad_reviews"]

#: What a refusal by the review looks like (business_api.yaml status_model).
REJECTED: Final = (
    "AD_STATUS_AUDIT_DENY",
    "AD_STATUS_ADGROUP_AUDIT_DENY",
    "AD_STATUS_ADGROUP_INDUSTRY_QUALIFICATION_DENY",
    "AD_STATUS_ADVERTISER_AUDIT_DENY",
)

Status = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,80}$")]


class WatchAdReviewsParams(WatchPartParams):
    """Which ads to watch."""

    statuses: list[Status] = Field(
        default=list(REJECTED),
        min_length=1,
        title="Statuses",
        description="States to hear of; by default every kind of rejection.",
        json_schema_extra={"aliases": ["secondary_status"]},
    )
    limit: int = Field(
        default=10,
        ge=0,
        title="Limit",
        description="Hand on at most this many at a time, the rest next time; 0 means all.",
    )


class WatchAdReviews(WatchingAccounts[WatchAdReviewsParams, Ad]):
    """Watch for ads that TikTok's review rejects.

    A verdict leaves an ad's time of change alone, so ads are asked for by their state. One that
    is no longer rejected is forgotten, and told again when it is rejected once more.
    """

    async def fetch(
        self,
        params: WatchAdReviewsParams,
        context: Context,
        source: str,
        since: datetime | None,  # noqa: ARG002 - everything is compared
        until: datetime | None = None,  # noqa: ARG002 - as above
    ) -> AsyncIterator[Page[Ad]]:
        """List the ads in each of the states; a filter takes one state only."""
        lists = {"campaign_ids": params.campaign_ids, "adgroup_ids": params.adgroup_ids}
        for status in dict.fromkeys(params.statuses):
            for ids in id_filters(lists):
                filtering = {"secondary_status": status, **ids}
                async for page in listing(context, ADS, source, filtering, bundle=Ad, key="ad_id"):
                    # Filters can be ignored silently (business_api.md §8.2).
                    yield replace(page, records=_in_state(page.records, status))

    def key(self, bundle: Record) -> str:
        """Its id."""
        return str(bundle["ad_id"])

    def compare(
        self,
        params: WatchAdReviewsParams,  # noqa: ARG002 - Trigger's signature
        memory: Record | None,
        bundle: Record,
    ) -> Sight:
        """Tell an ad whose state is another than the one remembered."""
        present = {"secondary_status": bundle["secondary_status"]}
        return Sight(present, None if present == memory else bundle)


def _in_state(rows: Sequence[Record], status: str) -> list[Record]:
    return [row for row in rows if row.get("secondary_status") == status]


watch_ad_reviews = module(
    kind="trigger", title="Watch ad reviews", provider="tiktok-business", permission=220
)(WatchAdReviews)
