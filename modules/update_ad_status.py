"""Switch ads on or off, or delete them."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from adloom.fields import Id
from adloom.wire import Record
from modules.base import Api, Params, module
from modules.bundles import Bundle, IdText
from modules.records.ads import find_ads, is_upgraded_smart_plus, with_creatives
from modules.records.listing import AdvertiserId
from modules.records.switch_fields import After, AllowDelete, Before, Changed, Switch, WhyNot
from modules.records.switching import Obstacle, Route, Switching, Wish

__all__ = ["AdStatusChange", "UpdateAdStatus", "UpdateAdStatusParams", "update_ad_status"]

ORDINARY = Route("/ad/status/update/", "ad_ids", "ad_id", "ad")
AUTOMATED_CREATIVE = Route("/ad/status/update/", "aco_ad_ids", "ad_id", "ad")
SMART_PLUS = Route(
    "/smart_plus/ad/status/update/", "smart_plus_ad_ids", "smart_plus_ad_id", "Smart+ ad"
)


class UpdateAdStatusParams(Params):
    """Which ads to switch, and how."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the ads belong to.",
    )
    ad_ids: list[Id] = Field(
        min_length=1,
        title="Ads",
        description="Ids of the ads; Smart+ ads may stand among them.",
        json_schema_extra={"aliases": ["ad_id"]},
    )
    status: Switch
    allow_delete: AllowDelete = False


class AdStatusChange(Bundle):
    """What became of one ad."""

    ad_id: IdText = Field(title="Ad", description="Id of the ad, as it was given.")
    ad_name: str | None = Field(default=None, title="Name", description="Name of the ad.")
    before: Before = None
    after: After = None
    changed: Changed = False
    error: WhyNot = None


class UpdateAdStatus(Switching[UpdateAdStatusParams, AdStatusChange]):
    """Switch ads on or off, or delete them."""

    key: ClassVar[str] = "ad_id"
    name: ClassVar[str] = "ad_name"
    kind: ClassVar[str] = "ad"
    listing: ClassVar[str] = "search-ads"
    gone: ClassVar[str] = "Already deleted, or their ad group or campaign is"

    def wish(self, params: UpdateAdStatusParams) -> Wish:
        """Ads, by their own ids or by those of Smart+ ads."""
        return Wish(params.advertiser_id, params.ad_ids, params.status, params.allow_delete)

    async def find(self, api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
        """Find the ads, and what is switched along with them."""
        rows = await find_ads(api, advertiser_id, ids)
        return await with_creatives(api, advertiser_id, rows)

    def along(self, row: Record) -> list[Record]:
        """The other creatives of its Smart+ ad."""
        found: list[Record] = row.get("along") or []
        return found

    def names(self, row: Record) -> list[str]:
        """Its own id, and that of the Smart+ ad it is a part of."""
        return [str(row["ad_id"]), str(row.get("smart_plus_ad_id"))]

    def route(self, params: UpdateAdStatusParams, row: Record) -> Route:  # noqa: ARG002 - Switching
        """Each of the three kinds of ads is named in its own list (business_api.md §3.3)."""
        if is_upgraded_smart_plus(row):
            return SMART_PLUS
        return AUTOMATED_CREATIVE if row.get("is_aco") else ORDINARY

    def obstacle(self, row: Record, wanted: str) -> Obstacle | None:
        """Old automated-creative ads cannot be deleted (business_api.md §3.3)."""
        if wanted != "DELETE" or not row.get("is_aco"):
            return None
        return Obstacle(
            "TikTok does not delete automated-creative ads",
            hint="Switch them off, or delete their ad group.",
        )


update_ad_status = module(
    kind="action", title="Update an ad's status", provider="tiktok-business", permission=221
)(UpdateAdStatus)
