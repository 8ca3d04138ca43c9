"""Change the budgets of ad groups."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from adloom.wire import Record
from modules.base import Api, Context, Params, module
from modules.bundles import Bundle, IdText
from modules.records.accounts import AccountFacts, refuse_before_midnight
from modules.records.amounts import AtLeast, AtMost
from modules.records.budgets import (
    BudgetAfter,
    BudgetBefore,
    Budgeting,
    BudgetWish,
    Currency,
    NewBudget,
)
from modules.records.finding import find_ad_groups, is_upgraded
from modules.records.listing import AdGroupId, AdvertiserId
from modules.records.switch_fields import Changed, WhyNot

__all__ = [
    "AdGroupBudgetChange",
    "UpdateAdGroupBudget",
    "UpdateAdGroupBudgetParams",
    "update_ad_group_budget",
]


class UpdateAdGroupBudgetParams(Params):
    """Whose budgets to change, and to what."""

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
    budget: NewBudget
    at_least: AtLeast = None
    at_most: AtMost = None


class AdGroupBudgetChange(Bundle):
    """What became of one ad group's budget."""

    adgroup_id: IdText = Field(title="Ad group", description="Id of the ad group.")
    adgroup_name: str | None = Field(
        default=None, title="Name", description="Name of the ad group."
    )
    before: BudgetBefore = None
    after: BudgetAfter = None
    currency: Currency = None
    changed: Changed = False
    error: WhyNot = None


class UpdateAdGroupBudget(Budgeting[UpdateAdGroupBudgetParams, AdGroupBudgetChange]):
    """Set the budgets of ad groups, or raise or lower them by an amount or a percentage."""

    key: ClassVar[str] = "adgroup_id"
    name: ClassVar[str] = "adgroup_name"
    kind: ClassVar[str] = "ad group"
    listing: ClassVar[str] = "list-ad-groups"
    most: ClassVar[int] = 20
    elsewhere: ClassVar[str] = (
        "Change those of their campaigns: adloom run update-campaign-budget …"
    )

    def wish(self, params: UpdateAdGroupBudgetParams) -> BudgetWish:
        """Ad groups by their ids."""
        ids, bounds = params.adgroup_ids, (params.at_least, params.at_most)
        return BudgetWish.of(params.advertiser_id, ids, params.budget, *bounds)

    async def find(self, api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
        """Find the ad groups."""
        return await find_ad_groups(api, advertiser_id, ids)

    def check(self, account: AccountFacts, context: Context) -> None:
        """Nothing can be changed in the last minutes of the account's day."""
        refuse_before_midnight(account, context.now)

    def path(self, row: Record) -> str:
        """Those of upgraded Smart+ campaigns have an endpoint of their own."""
        return f"{'/smart_plus' if is_upgraded(row) else ''}/adgroup/budget/update/"

    def body(self, advertiser_id: str, amounts: Mapping[str, Decimal]) -> Record:
        """Up to twenty ad groups a call; the new budgets hold at once (business_api.md §3.4)."""
        budgets = [{"adgroup_id": one, "budget": amount} for one, amount in amounts.items()]
        return {"advertiser_id": advertiser_id, "budget": budgets}


update_ad_group_budget = module(
    kind="action", title="Update an ad group's budget", provider="tiktok-business", permission=211
)(UpdateAdGroupBudget)
