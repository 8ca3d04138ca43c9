"""Switch ad groups on or off, or delete them."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from adloom.fields import Advanced
from adloom.wire import Record
from modules.base import Api, Params, module
from modules.bundles import Bundle, IdText
from modules.records.finding import find_ad_groups, is_reach_and_frequency, is_upgraded
from modules.records.listing import AdGroupId, AdvertiserId
from modules.records.switch_fields import After, AllowDelete, Before, Changed, Switch, WhyNot
from modules.records.switching import Obstacle, Route, Switching, Wish

__all__ = [
    "AdGroupStatusChange",
    "UpdateAdGroupStatus",
    "UpdateAdGroupStatusParams",
    "update_ad_group_status",
]

ORDINARY = Route("/adgroup/status/update/", "adgroup_ids", "adgroup_id", "ad group")
WHERE_POSSIBLE = Route(
    "/adgroup/status/update/", "adgroup_ids", "adgroup_id", "ad group",
    {"allow_partial_success": True},
)  # fmt: skip
SMART_PLUS = Route(
    "/smart_plus/adgroup/status/update/", "adgroup_ids", "adgroup_id", "Smart+ ad group"
)


class UpdateAdGroupStatusParams(Params):
    """Which ad groups to switch, and how."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the ad groups belong to.",
    )
    adgroup_ids: list[AdGroupId] = Field(
        min_length=1,
        title="Ad groups",
        description="Ids of the ad groups; Smart+ ad groups may stand among them.",
        json_schema_extra={"aliases": ["adgroup_id", "ad_group_ids", "ad_group_id"]},
    )
    status: Switch
    allow_delete: AllowDelete = False
    allow_partial: Annotated[bool, Advanced()] = Field(
        default=False,
        title="Switch what can be",
        description="Where TikTok refuses some of them, switch the others all the same.",
        json_schema_extra={"aliases": ["allow_partial_success"]},
    )


class AdGroupStatusChange(Bundle):
    """What became of one ad group."""

    adgroup_id: IdText = Field(title="Ad group", description="Id of the ad group.")
    adgroup_name: str | None = Field(
        default=None, title="Name", description="Name of the ad group."
    )
    before: Before = None
    after: After = None
    changed: Changed = False
    error: WhyNot = None


class UpdateAdGroupStatus(Switching[UpdateAdGroupStatusParams, AdGroupStatusChange]):
    """Switch ad groups on or off, with every ad in them, or delete them."""

    key: ClassVar[str] = "adgroup_id"
    name: ClassVar[str] = "adgroup_name"
    kind: ClassVar[str] = "ad group"
    listing: ClassVar[str] = "list-ad-groups"
    gone: ClassVar[str] = "Already deleted, or their campaign is"

    def wish(self, params: UpdateAdGroupStatusParams) -> Wish:
        """Ad groups by their ids."""
        return Wish(params.advertiser_id, params.adgroup_ids, params.status, params.allow_delete)

    async def find(self, api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
        """Find the ad groups."""
        return await find_ad_groups(api, advertiser_id, ids)

    def route(self, params: UpdateAdGroupStatusParams, row: Record) -> Route:
        """Those of upgraded Smart+ campaigns have an endpoint of their own."""
        if is_upgraded(row):
            return SMART_PLUS
        return WHERE_POSSIBLE if params.allow_partial else ORDINARY

    def obstacle(self, row: Record, wanted: str) -> Obstacle | None:
        """Some kinds cannot be switched, others not be deleted (business_api.md §3.3)."""
        if wanted != "DELETE" and is_reach_and_frequency(row):
            return Obstacle("TikTok switches no Reach & Frequency ad groups on or off")
        if wanted == "DELETE" and row.get("campaign_type") == "IOS14_CAMPAIGN":
            return Obstacle(
                "TikTok does not delete single ad groups of iOS 14 Dedicated Campaigns",
                hint="Delete the campaign: adloom run update-campaign-status …",
            )
        return None


update_ad_group_status = module(
    kind="action", title="Update an ad group's status", provider="tiktok-business", permission=211
)(UpdateAdGroupStatus)
