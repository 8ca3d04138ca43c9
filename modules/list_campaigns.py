"""List the campaigns of an advertiser account."""

from collections.abc import AsyncIterator

from pydantic import Field

from adloom.wire import Page
from modules.base import Context, module
from modules.records.campaigns import CAMPAIGNS, Campaign
from modules.records.listing import (
    CampaignId,
    ListingParams,
    filters_for,
    list_rows,
)

__all__ = ["ListCampaignsParams", "list_campaigns"]


class ListCampaignsParams(ListingParams):
    """Which campaigns to list."""

    campaign_ids: list[CampaignId] = Field(
        default_factory=list,
        title="Campaigns",
        description="Keep only these campaigns.",
        json_schema_extra={"aliases": ["campaign_id"]},
    )


@module(kind="search", title="List campaigns", provider="tiktok-business", permission=200)
async def list_campaigns(
    params: ListCampaignsParams, context: Context
) -> AsyncIterator[Page[Campaign]]:
    """List the campaigns of an account."""
    filters = filters_for(params, {"campaign_ids": params.campaign_ids}, context.now)
    async for page in list_rows(
        context.api,
        CAMPAIGNS,
        params,
        filters,
        bundle=Campaign,
        key="campaign_id",
        name="campaign_name",
    ):
        yield page
