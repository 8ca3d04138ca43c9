"""What kinds of campaigns and ad groups there are: every fact that whole kinds share.

A campaign or a group stores the number of its kind in one byte; a filter on such a fact is then
answered for a hundred thousand objects at once. The words are TikTok's enumerations
(business_api.yaml `enums`).
"""

from dataclasses import dataclass
from typing import Final, TypeVar

__all__ = ["CAMPAIGN_KINDS", "GROUP_KINDS", "CampaignKind", "GroupKind", "number_of"]

KindT = TypeVar("KindT")
#: A row stores the number of its kind in one byte.
MOST: Final = 256


@dataclass(frozen=True)
class GroupKind:
    """What ad groups of one kind have in common."""

    promotion_type: str
    optimization_goal: str
    billing_event: str
    bid_strategy: str
    creative_material_mode: str = "CUSTOM"
    destination: str = "WEBSITE"
    optimization_event: str | None = None
    app_type: str | None = None
    frozen: bool = False


@dataclass(frozen=True)
class CampaignKind:
    """What campaigns of one kind have in common.

    Args:
        title: For the campaigns' names.
        objective_type: What the campaign is for.
        groups: The kinds of its groups, by their numbers, in turn.
    """

    title: str
    objective_type: str
    groups: tuple[int, ...]
    objective: str = "LANDING_PAGE"
    automation: str = "MANUAL"
    buying_type: str = "AUCTION"
    origin: str = "TT_ADS_PLATFORM"
    campaign_type: str = "REGULAR_CAMPAIGN"
    creative_type: str = "OTHER"
    budget_mode: str = "BUDGET_MODE_DAY"
    sales_destination: str | None = None
    product_source: str | None = None
    app_promotion_type: str | None = None
    rf_campaign_type: str | None = None
    split_test: bool = False

    @property
    def is_upgraded(self) -> bool:
        """Whether it is Upgraded Smart+, which has endpoints of its own (business_api.md §3.3)."""
        return self.automation == "UPGRADED_SMART_PLUS"


_NO_CAP: Final = "BID_STRATEGY_LOWEST_COST"
_COST_CAP: Final = "BID_STRATEGY_COST_CAP"
_BID_CAP: Final = "BID_STRATEGY_BID_CAP"
_MOST: Final = "BID_STRATEGY_MAX_CONVERSION"

GROUP_KINDS: Final[list[GroupKind]] = [
    GroupKind("WEBSITE", "CLICK", "CPC", _NO_CAP),
    GroupKind("WEBSITE", "CLICK", "CPC", _BID_CAP, "DYNAMIC"),
    GroupKind("WEBSITE", "CONVERT", "OCPM", _COST_CAP, optimization_event="SHOPPING"),
    GroupKind("WEBSITE", "CONVERT", "OCPM", _MOST, "DYNAMIC", optimization_event="FORM"),
    GroupKind("WEBSITE", "VALUE", "OCPM", _NO_CAP, "SMART_CREATIVE", optimization_event="SHOPPING"),
    GroupKind(
        "APP_ANDROID", "INSTALL", "OCPM", _COST_CAP, "CUSTOM", "APP_ANDROID", None, "APP_ANDROID"
    ),
    GroupKind("APP_IOS", "INSTALL", "OCPM", _NO_CAP, "CUSTOM", "APP_IOS", None, "APP_IOS"),
    GroupKind(
        "APP_IOS", "IN_APP_EVENT", "OCPM", _MOST, "CUSTOM", "APP_IOS", "ACTIVE_PAY", "APP_IOS"
    ),
    GroupKind("WEBSITE", "REACH", "CPM", _BID_CAP),
    GroupKind("WEBSITE", "ENGAGED_VIEW", "CPV", _NO_CAP),
    GroupKind(
        "LEAD_GENERATION", "LEAD_GENERATION", "OCPM", _NO_CAP, "CUSTOM", "TIKTOK_INSTANT_PAGE"
    ),
    GroupKind("LEAD_GEN_CLICK_TO_CALL", "CONVERSATION", "OCPM", _NO_CAP, "CUSTOM", "PHONE_CALL"),
    GroupKind("VIDEO_SHOPPING", "PURCHASES", "OCPM", _NO_CAP),
    GroupKind("WEBSITE", "SHOW", "GD", _NO_CAP),
    GroupKind("WEBSITE", "FOLLOWERS", "OCPM", _NO_CAP, "CUSTOM", "SOCIAL_MEDIA_APP"),
    GroupKind("WEBSITE", "CLICK", "CPC", _NO_CAP, frozen=True),
]

_SMART: Final = "SMART_PLUS"
_UPGRADED: Final = "UPGRADED_SMART_PLUS"

CAMPAIGN_KINDS: Final[list[CampaignKind]] = [
    CampaignKind("Traffic", "TRAFFIC", (0, 1, 0)),
    CampaignKind("Conversions", "WEB_CONVERSIONS", (2, 3), sales_destination="WEBSITE"),
    CampaignKind("Sales", "CONVERSIONS", (2, 4), budget_mode="BUDGET_MODE_TOTAL"),
    CampaignKind("Smart+ sales", "WEB_CONVERSIONS", (4, 2), automation=_UPGRADED),
    CampaignKind("App", "APP_PROMOTION", (5, 6), objective="APP", app_promotion_type="APP_INSTALL"),
    CampaignKind(
        "iOS app",
        "APP_PROMOTION",
        (6, 7),
        objective="APP",
        campaign_type="IOS14_CAMPAIGN",
        app_promotion_type="APP_INSTALL",
    ),
    CampaignKind("Reach", "REACH", (8,)),
    CampaignKind("Views", "VIDEO_VIEWS", (9,), split_test=True),
    CampaignKind("Leads", "LEAD_GENERATION", (10, 11)),
    CampaignKind(
        "Catalogue",
        "PRODUCT_SALES",
        (12,),
        sales_destination="TIKTOK_SHOP",
        product_source="CATALOG",
    ),
    CampaignKind("Smart sales", "WEB_CONVERSIONS", (4,), automation=_SMART, creative_type="SPC"),
    CampaignKind(
        "Reach & frequency",
        "RF_REACH",
        (13,),
        buying_type="RESERVATION_RF",
        budget_mode="BUDGET_MODE_INFINITE",
        rf_campaign_type="STANDARD",
    ),
    CampaignKind(
        "TopView",
        "TOPVIEW_REACH",
        (13,),
        buying_type="RESERVATION_TOP_VIEW",
        budget_mode="BUDGET_MODE_INFINITE",
        rf_campaign_type="TOPVIEW",
    ),
    CampaignKind("Promote", "TRAFFIC", (0,), origin="PROMOTE", budget_mode="BUDGET_MODE_TOTAL"),
    CampaignKind("Search", "TRAFFIC", (0, 15), creative_type="SEARCH_CAMPAIGN"),
    CampaignKind("Community", "ENGAGEMENT", (14,), budget_mode="BUDGET_MODE_INFINITE"),
]


def number_of(kinds: list[KindT], kind: KindT) -> int:
    """The number of a kind that a client asked for; it joins the others at its first use."""
    if kind not in kinds:
        if len(kinds) == MOST:
            raise OverflowError(f"a simulator knows at most {MOST} kinds at a level")
        kinds.append(kind)
    return kinds.index(kind)
