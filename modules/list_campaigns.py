"""List the campaigns of an advertiser account."""

from collections.abc import AsyncIterator

from pydantic import Field

from adloom.wire import Page
from modules.base import Context, module
from modules.bundles import Bundle, IdText, Money
from modules.records.listing import (
    CampaignId,
    ListingParams,
    filters_for,
    list_rows,
)

__all__ = ["Campaign", "ListCampaignsParams", "list_campaigns"]


class Campaign(Bundle):
    """A campaign. Whatever else TikTok sends about it is kept under its own name."""

    campaign_id: IdText = Field(title="Campaign", description="Id of the campaign.")
    campaign_name: str | None = Field(
        default=None, title="Name", description="Name of the campaign."
    )
    advertiser_id: IdText | None = Field(
        default=None, title="Advertiser", description="Id of the account it belongs to."
    )
    objective_type: str | None = Field(
        default=None, title="Objective", description="What it pursues, such as TRAFFIC."
    )
    operation_status: str | None = Field(
        default=None, title="Switch", description="What the advertiser set: ENABLE or DISABLE."
    )
    secondary_status: str | None = Field(
        default=None,
        title="Status",
        description="What TikTok makes of it, such as CAMPAIGN_STATUS_ENABLE.",
    )
    budget: Money | None = Field(
        default=None, title="Budget", description="Its budget in the account's currency."
    )
    budget_mode: str | None = Field(
        default=None,
        title="Budget mode",
        description="What the budget is for: a day, the whole time, or without end.",
    )
    create_time: str | None = Field(
        default=None, title="Created", description="When it was created, in UTC."
    )
    modify_time: str | None = Field(
        default=None, title="Changed", description="When it was last changed, in UTC."
    )


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
        "/campaign/get/",
        params,
        filters,
        bundle=Campaign,
        key="campaign_id",
        name="campaign_name",
    ):
        yield page
