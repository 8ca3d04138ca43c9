"""Switch campaigns on or off, or delete them."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from adloom.wire import Record
from modules.base import Api, Params, module
from modules.bundles import Bundle, IdText
from modules.records.finding import find_campaigns, is_upgraded
from modules.records.listing import AdvertiserId, CampaignId
from modules.records.switch_fields import After, AllowDelete, Before, Changed, Switch, WhyNot
from modules.records.switching import Obstacle, Route, Switching, Wish

__all__ = [
    "CampaignStatusChange",
    "UpdateCampaignStatus",
    "UpdateCampaignStatusParams",
    "update_campaign_status",
]

ORDINARY = Route("/campaign/status/update/", "campaign_ids", "campaign_id", "campaign")
SMART_PLUS = Route(
    "/smart_plus/campaign/status/update/", "campaign_ids", "campaign_id", "Smart+ campaign"
)


class UpdateCampaignStatusParams(Params):
    """Which campaigns to switch, and how."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the campaigns belong to.",
    )
    campaign_ids: list[CampaignId] = Field(
        min_length=1,
        title="Campaigns",
        description="Ids of the campaigns; Smart+ campaigns may stand among them.",
        json_schema_extra={"aliases": ["campaign_id"]},
    )
    status: Switch
    allow_delete: AllowDelete = False


class CampaignStatusChange(Bundle):
    """What became of one campaign."""

    campaign_id: IdText = Field(title="Campaign", description="Id of the campaign.")
    campaign_name: str | None = Field(
        default=None, title="Name", description="Name of the campaign."
    )
    before: Before = None
    after: After = None
    changed: Changed = False
    error: WhyNot = None


class UpdateCampaignStatus(Switching[UpdateCampaignStatusParams, CampaignStatusChange]):
    """Switch campaigns on or off, with everything in them, or delete them."""

    key: ClassVar[str] = "campaign_id"
    name: ClassVar[str] = "campaign_name"
    kind: ClassVar[str] = "campaign"
    listing: ClassVar[str] = "list-campaigns"
    gone: ClassVar[str] = "Already deleted"

    def wish(self, params: UpdateCampaignStatusParams) -> Wish:
        """Campaigns by their ids."""
        return Wish(params.advertiser_id, params.campaign_ids, params.status, params.allow_delete)

    async def find(self, api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
        """Find the campaigns."""
        return await find_campaigns(api, advertiser_id, ids)

    def route(self, params: UpdateCampaignStatusParams, row: Record) -> Route:  # noqa: ARG002 - Switching
        """Upgraded Smart+ campaigns have an endpoint of their own (business_api.md §3.3)."""
        return SMART_PLUS if is_upgraded(row) else ORDINARY

    def obstacle(self, row: Record, wanted: str) -> Obstacle | None:  # noqa: ARG002 - Switching
        """Nothing is known to be in the way of a campaign."""
        return None


update_campaign_status = module(
    kind="action", title="Update a campaign's status", provider="tiktok-business", permission=201
)(UpdateCampaignStatus)
