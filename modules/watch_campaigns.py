"""Watch for campaigns that are new, or that somebody changed."""

from typing import ClassVar

from pydantic import Field

from modules.base import module
from modules.bundles import Bundle
from modules.records.campaigns import CAMPAIGNS, Campaign
from modules.records.listing import CampaignId
from modules.records.watching import ComparedParams, Comparing, News

__all__ = ["CampaignNews", "WatchCampaigns", "WatchCampaignsParams", "watch_campaigns"]


class WatchCampaignsParams(ComparedParams):
    """Which campaigns to watch, and what about them."""

    campaign_ids: list[CampaignId] = Field(
        default_factory=list,
        title="Campaigns",
        description="Watch only these campaigns.",
        json_schema_extra={"aliases": ["campaign_id"]},
    )


class CampaignNews(Campaign, News):
    """A campaign, and what is new about it."""


class WatchCampaigns(Comparing[WatchCampaignsParams, CampaignNews]):
    """Watch for campaigns that are new, or that somebody changed."""

    path: ClassVar[str] = CAMPAIGNS
    id_column: ClassVar[str] = "campaign_id"
    bundle: ClassVar[type[Bundle]] = CampaignNews
    columns: ClassVar[tuple[str, ...]] = (
        "campaign_name",
        "operation_status",
        "secondary_status",
        "budget",
        "budget_mode",
        "objective_type",
    )

    def id_lists(self, params: WatchCampaignsParams) -> dict[str, list[str]]:
        """Only some campaigns, if that was asked for."""
        return {"campaign_ids": params.campaign_ids}


watch_campaigns = module(
    kind="trigger", title="Watch campaigns", provider="tiktok-business", permission=200
)(WatchCampaigns)
