"""Change the budgets of campaigns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from adloom.wire import Record
from modules.base import Api, Params, module
from modules.bundles import Bundle, IdText
from modules.records.amounts import AtLeast, AtMost
from modules.records.budgets import (
    BudgetAfter,
    BudgetBefore,
    Budgeting,
    BudgetWish,
    Currency,
    NewBudget,
)
from modules.records.finding import find_campaigns, is_upgraded
from modules.records.listing import AdvertiserId, CampaignId
from modules.records.switch_fields import Changed, WhyNot

__all__ = [
    "CampaignBudgetChange",
    "UpdateCampaignBudget",
    "UpdateCampaignBudgetParams",
    "update_campaign_budget",
]


class UpdateCampaignBudgetParams(Params):
    """Whose budgets to change, and to what."""

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
    budget: NewBudget
    at_least: AtLeast = None
    at_most: AtMost = None


class CampaignBudgetChange(Bundle):
    """What became of one campaign's budget."""

    campaign_id: IdText = Field(title="Campaign", description="Id of the campaign.")
    campaign_name: str | None = Field(
        default=None, title="Name", description="Name of the campaign."
    )
    before: BudgetBefore = None
    after: BudgetAfter = None
    currency: Currency = None
    changed: Changed = False
    error: WhyNot = None


class UpdateCampaignBudget(Budgeting[UpdateCampaignBudgetParams, CampaignBudgetChange]):
    """Set the budgets of campaigns, or raise or lower them by an amount or a percentage."""

    key: ClassVar[str] = "campaign_id"
    name: ClassVar[str] = "campaign_name"
    kind: ClassVar[str] = "campaign"
    listing: ClassVar[str] = "list-campaigns"
    most: ClassVar[int] = 1
    elsewhere: ClassVar[str] = (
        "Change those of their ad groups: adloom run update-ad-group-budget …"
    )

    def wish(self, params: UpdateCampaignBudgetParams) -> BudgetWish:
        """Campaigns by their ids."""
        ids, bounds = params.campaign_ids, (params.at_least, params.at_most)
        return BudgetWish.of(params.advertiser_id, ids, params.budget, *bounds)

    async def find(self, api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
        """Find the campaigns."""
        return await find_campaigns(api, advertiser_id, ids)

    def path(self, row: Record) -> str:
        """What a call does not name stays as it is (business_api.yaml `/campaign/update/`)."""
        return "/smart_plus/campaign/update/" if is_upgraded(row) else "/campaign/update/"

    def body(self, advertiser_id: str, amounts: Mapping[str, Decimal]) -> Record:
        """One campaign a call."""
        [(campaign_id, amount)] = amounts.items()
        return {"advertiser_id": advertiser_id, "campaign_id": campaign_id, "budget": amount}


update_campaign_budget = module(
    kind="action", title="Update a campaign's budget", provider="tiktok-business", permission=201
)(UpdateCampaignBudget)
