"""Ad groups as `/adgroup/get/` tells them (business_api.yaml `entities.adgroup`)."""

from typing import Any, Final

from adloom.simulator.world.account import Account
from adloom.simulator.world.growth import FOREVER
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS, GroupKind
from adloom.simulator.world.names import campaign_title
from adloom.simulator.world.pixels import pixels_of
from adloom.simulator.world.rows import stamp
from adloom.simulator.world.statuses import STATUSES
from adloom.simulator.world.tables import SWITCHES, mix
from adloom.simulator.world.words import group_name

__all__ = ["group_row"]

#: Seven days of forty-eight half hours, all on (business_api.md §3.2).
ALWAYS: Final = "1" * 336
OFFICE_HOURS: Final = ("0" * 18 + "1" * 18 + "0" * 12) * 7
NULLS: Final = dict.fromkeys(
    (
        "adgroup_app_profile_page_state",
        "app_download_url",
        "app_id",
        "brand_safety_partner",
        "conversion_window",
        "deep_bid_type",
        "delivery_mode",
        "feed_type",
        "frequency",
        "frequency_schedule",
        "keywords",
        "next_day_retention",
        "purchased_impression",
        "purchased_reach",
        "rf_estimated_cpr",
        "rf_estimated_frequency",
        "rf_purchased_type",
        "schedule_infos",
        "secondary_optimization_event",
        "statistic_type",
    )
)
EMPTY_LISTS: Final = (
    "actions",
    "audience_ids",
    "device_model_ids",
    "device_price_ranges",
    "excluded_audience_ids",
    "excluded_custom_actions",
    "included_custom_actions",
    "interest_keyword_ids",
    "network_types",
)
#: What nearly all groups have alike.
BASE: Final[dict[str, Any]] = {
    **NULLS,
    **dict.fromkeys(EMPTY_LISTS, ()),
    "auto_targeting_enabled": False,
    "bid_display_mode": "CPMV",
    "brand_safety_type": "NO_BRAND_SAFETY",
    "category_id": "0",
    "comment_disabled": False,
    "deep_cpa_bid": 0,
    "inventory_filter_enabled": False,
    "ios14_quota_type": "UNOCCUPIED",
    "is_hfss": False,
    "is_new_structure": True,
    "scheduled_budget": 0,
    "search_result_enabled": True,
    "share_disabled": False,
    "skip_learning_phase": False,
    "video_download_disabled": False,
}
AGES: Final = ("AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100")
GENDERS: Final = ("GENDER_UNLIMITED", "GENDER_FEMALE", "GENDER_MALE")
PLACES: Final = ("6252001", "2921044", "1861060", "3017382", "2635167")


def group_row(account: Account, index: int) -> dict[str, Any]:
    """One ad group with all its fields."""
    groups = account.groups
    number = groups.ids[index]
    mixed = mix(number)
    campaign = groups.campaign[index]
    campaign_id = account.campaigns.ids[campaign]
    kind_code = groups.campaign_kind[index]
    kind = GROUP_KINDS[groups.group_kind[index]]
    row = BASE | _targeting(account, mixed) | _bidding(kind, mixed)
    row |= {
        "advertiser_id": account.facts.advertiser_id,
        "adgroup_id": str(number),
        "adgroup_name": group_name(mixed),
        "campaign_id": str(campaign_id),
        "campaign_name": campaign_title(account.campaigns, campaign),
        "campaign_system_origin": CAMPAIGN_KINDS[kind_code].origin,
        "create_time": stamp(groups.created(index)),
        "dayparting": OFFICE_HOURS if mixed >> 19 & 7 == 0 else ALWAYS,
        "is_smart_performance_campaign": CAMPAIGN_KINDS[kind_code].creative_type == "SPC",
        "modify_time": stamp(groups.modified[index]),
        "operation_status": SWITCHES[groups.switch[index]],
        "pixel_id": _pixel(account, mixed)
        if kind.optimization_event and not kind.app_type
        else None,
        "schedule_end_time": stamp(groups.ends[index]),
        "schedule_start_time": stamp(groups.starts[index]),
        "schedule_type": _schedule_type(groups.starts[index], groups.ends[index]),
        "secondary_status": STATUSES["adgroup"][groups.status[index]],
    }
    return row | groups.changed.get(index, {})


def _schedule_type(starts: int, ends: int) -> str:
    return "SCHEDULE_FROM_NOW" if ends - starts >= FOREVER else "SCHEDULE_START_END"


def _pixel(account: Account, mixed: int) -> str:
    pixels = pixels_of(account.facts.advertiser_id)
    return pixels[mixed % len(pixels)].pixel_id


def _targeting(account: Account, mixed: int) -> dict[str, Any]:
    automatic = mixed >> 3 & 1
    return {
        "age_groups": AGES[mixed % 3 : mixed % 3 + 2] if mixed >> 5 & 3 else None,
        "gender": GENDERS[mixed % 3],
        "interest_category_ids": [str(10 + mixed % 20)] if mixed >> 7 & 1 else [],
        "languages": [account.facts.language] if mixed >> 8 & 1 else [],
        "location_ids": [PLACES[mixed % 5]],
        "operating_systems": [],
        "placement_type": "PLACEMENT_TYPE_AUTOMATIC" if automatic else "PLACEMENT_TYPE_NORMAL",
        "placements": None if automatic else ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"],
    }


def _bidding(kind: GroupKind, mixed: int) -> dict[str, Any]:
    bids = kind.bid_strategy in ("BID_STRATEGY_COST_CAP", "BID_STRATEGY_BID_CAP")
    price = round(0.5 + mixed % 90 / 10, 2) if bids else 0
    by_click = kind.billing_event in ("CPC", "CPM", "CPV", "GD")
    return {
        "app_type": kind.app_type,
        "bid_price": price if by_click else 0,
        "bid_type": "BID_TYPE_CUSTOM" if bids else "BID_TYPE_NO_BID",
        "billing_event": kind.billing_event,
        "budget": 20 + mixed % 60 * 5,
        "budget_mode": "BUDGET_MODE_DAY",
        "conversion_bid_price": 0 if by_click else price,
        "creative_material_mode": kind.creative_material_mode,
        "optimization_event": kind.optimization_event,
        "optimization_goal": kind.optimization_goal,
        "pacing": "PACING_MODE_SMOOTH",
        "promotion_type": kind.promotion_type,
    }
