"""Campaigns as bundles (business_api.md §3.2)."""

from typing import Final

from pydantic import Field

from modules.bundles import Bundle, IdText, Money

__all__ = ["CAMPAIGNS", "Campaign"]

CAMPAIGNS: Final = "/campaign/get/"


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
