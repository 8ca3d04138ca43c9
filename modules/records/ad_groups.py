"""Ad groups as bundles (business_api.md §3.2)."""

from typing import Final

from pydantic import Field

from modules.bundles import Bundle, IdText, Money

__all__ = ["AD_GROUPS", "AdGroup"]

AD_GROUPS: Final = "/adgroup/get/"


class AdGroup(Bundle):
    """An ad group. Whatever else TikTok sends about it is kept under its own name."""

    adgroup_id: IdText = Field(title="Ad group", description="Id of the ad group.")
    adgroup_name: str | None = Field(
        default=None, title="Name", description="Name of the ad group."
    )
    campaign_id: IdText | None = Field(
        default=None, title="Campaign", description="Id of the campaign it belongs to."
    )
    campaign_name: str | None = Field(
        default=None, title="Campaign name", description="Name of the campaign."
    )
    advertiser_id: IdText | None = Field(
        default=None, title="Advertiser", description="Id of the account it belongs to."
    )
    operation_status: str | None = Field(
        default=None, title="Switch", description="What the advertiser set: ENABLE or DISABLE."
    )
    secondary_status: str | None = Field(
        default=None,
        title="Status",
        description="What TikTok makes of it, such as ADGROUP_STATUS_DELIVERY_OK.",
    )
    budget: Money | None = Field(
        default=None, title="Budget", description="Its budget in the account's currency."
    )
    budget_mode: str | None = Field(
        default=None,
        title="Budget mode",
        description="What the budget is for: a day, the whole time, or without end.",
    )
    bid_price: Money | None = Field(
        default=None, title="Bid", description="What a result may cost, where that is set."
    )
    schedule_start_time: str | None = Field(
        default=None, title="Starts", description="When it starts, in UTC."
    )
    schedule_end_time: str | None = Field(
        default=None, title="Ends", description="When it ends, in UTC."
    )
    create_time: str | None = Field(
        default=None, title="Created", description="When it was created, in UTC."
    )
    modify_time: str | None = Field(
        default=None, title="Changed", description="When it was last changed, in UTC."
    )
    pixel_id: IdText | None = Field(
        default=None, title="Pixel", description="Id of the pixel it optimises for."
    )
