"""List the ad groups of an advertiser account."""

from collections.abc import AsyncIterator

from pydantic import Field

from adloom.wire import Page
from modules.base import Context, module
from modules.records.ad_groups import AD_GROUPS, AdGroup
from modules.records.listing import (
    AdGroupId,
    CampaignId,
    ListingParams,
    filters_for,
    list_rows,
)

__all__ = ["ListAdGroupsParams", "list_ad_groups"]


class ListAdGroupsParams(ListingParams):
    """Which ad groups to list."""

    campaign_ids: list[CampaignId] = Field(
        default_factory=list,
        title="Campaigns",
        description="Keep only ad groups of these campaigns.",
        json_schema_extra={"aliases": ["campaign_id"]},
    )
    adgroup_ids: list[AdGroupId] = Field(
        default_factory=list,
        title="Ad groups",
        description="Keep only these ad groups.",
        json_schema_extra={"aliases": ["adgroup_id", "ad_group_ids", "ad_group_id"]},
    )


@module(kind="search", title="List ad groups", provider="tiktok-business", permission=210)
async def list_ad_groups(
    params: ListAdGroupsParams, context: Context
) -> AsyncIterator[Page[AdGroup]]:
    """List the ad groups of an account."""
    lists = {"campaign_ids": params.campaign_ids, "adgroup_ids": params.adgroup_ids}
    filters = filters_for(params, lists, context.now)
    async for page in list_rows(
        context.api,
        AD_GROUPS,
        params,
        filters,
        bundle=AdGroup,
        key="adgroup_id",
        name="adgroup_name",
    ):
        yield page
