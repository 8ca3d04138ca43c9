"""Find ads in one advertiser account."""

from collections.abc import AsyncIterator

from pydantic import Field

from adloom.fields import Id
from adloom.wire import Page
from modules.base import Context, module
from modules.records.ads import ADS, Ad
from modules.records.listing import (
    AdGroupId,
    CampaignId,
    ListingParams,
    filters_for,
    list_rows,
)

__all__ = ["SearchAdsParams", "search_ads"]


class SearchAdsParams(ListingParams):
    """Which ads to look for."""

    campaign_ids: list[CampaignId] = Field(
        default_factory=list,
        title="Campaigns",
        description="Keep only ads of these campaigns.",
        json_schema_extra={"aliases": ["campaign_id"]},
    )
    adgroup_ids: list[AdGroupId] = Field(
        default_factory=list,
        title="Ad groups",
        description="Keep only ads of these ad groups.",
        json_schema_extra={"aliases": ["adgroup_id", "ad_group_ids", "ad_group_id"]},
    )
    ad_ids: list[Id] = Field(
        default_factory=list,
        title="Ads",
        description="Keep only these ads.",
        json_schema_extra={"aliases": ["ad_id"]},
    )


@module(kind="search", title="Search ads", provider="tiktok-business", permission=220)
async def search_ads(params: SearchAdsParams, context: Context) -> AsyncIterator[Page[Ad]]:
    """Find the ads of an account that match."""
    lists = {
        "campaign_ids": params.campaign_ids,
        "adgroup_ids": params.adgroup_ids,
        "ad_ids": params.ad_ids,
    }
    filters = filters_for(params, lists, context.now)
    async for page in list_rows(
        context.api, ADS, params, filters, bundle=Ad, key="ad_id", name="ad_name"
    ):
        yield page
