"""Watch for ad groups that are new, or that somebody changed."""

from typing import ClassVar

from pydantic import Field

from modules.base import module
from modules.bundles import Bundle
from modules.records.ad_groups import AD_GROUPS, AdGroup
from modules.records.listing import AdGroupId, CampaignId
from modules.records.watching import ComparedParams, Comparing, News

__all__ = ["AdGroupNews", "WatchAdGroups", "WatchAdGroupsParams", "watch_ad_groups"]


class WatchAdGroupsParams(ComparedParams):
    """Which ad groups to watch, and what about them."""

    campaign_ids: list[CampaignId] = Field(
        default_factory=list,
        title="Campaigns",
        description="Watch only ad groups of these campaigns.",
        json_schema_extra={"aliases": ["campaign_id"]},
    )
    adgroup_ids: list[AdGroupId] = Field(
        default_factory=list,
        title="Ad groups",
        description="Watch only these ad groups.",
        json_schema_extra={"aliases": ["adgroup_id", "ad_group_ids", "ad_group_id"]},
    )


class AdGroupNews(AdGroup, News):
    """An ad group, and what is new about it."""


class WatchAdGroups(Comparing[WatchAdGroupsParams, AdGroupNews]):
    """Watch for ad groups that are new, or that somebody changed."""

    path: ClassVar[str] = AD_GROUPS
    id_column: ClassVar[str] = "adgroup_id"
    bundle: ClassVar[type[Bundle]] = AdGroupNews
    columns: ClassVar[tuple[str, ...]] = (
        "adgroup_name",
        "operation_status",
        "secondary_status",
        "budget",
        "budget_mode",
        "bid_price",
        "schedule_start_time",
        "schedule_end_time",
    )

    def id_lists(self, params: WatchAdGroupsParams) -> dict[str, list[str]]:
        """Only some ad groups, if that was asked for."""
        return {"campaign_ids": params.campaign_ids, "adgroup_ids": params.adgroup_ids}


watch_ad_groups = module(
    kind="trigger", title="Watch ad groups", provider="tiktok-business", permission=210
)(WatchAdGroups)
