"""What an ad group is like when nothing else was asked for, and what filters look at."""

from collections.abc import Mapping
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal
from adloom.simulator.making.given import moment
from adloom.simulator.world.group_rows import ALWAYS
from adloom.simulator.world.growth import FOREVER
from adloom.simulator.world.kinds import GroupKind

__all__ = ["DEFAULTS", "check_bid", "check_dayparting", "kind_of", "span_of"]

HALF_HOURS: Final = 336
APPS: Final = ("APP_ANDROID", "APP_IOS")
EMPTY_LISTS: Final = (
    "actions",
    "audience_ids",
    "device_model_ids",
    "device_price_ranges",
    "excluded_audience_ids",
    "excluded_custom_actions",
    "included_custom_actions",
    "interest_category_ids",
    "interest_keyword_ids",
    "languages",
    "location_ids",
    "network_types",
    "operating_systems",
)
#: A new ad group, as far as it was not asked for otherwise.
DEFAULTS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(EMPTY_LISTS, ()),
    "age_groups": None,
    "app_type": None,
    "auto_targeting_enabled": False,
    "bid_price": 0,
    "bid_type": "BID_TYPE_NO_BID",
    "brand_safety_type": "NO_BRAND_SAFETY",
    "comment_disabled": False,
    "conversion_bid_price": 0,
    "creative_material_mode": "CUSTOM",
    "dayparting": ALWAYS,
    "deep_cpa_bid": 0,
    "gender": "GENDER_UNLIMITED",
    "is_hfss": False,
    "optimization_event": None,
    "pixel_id": None,
    "placement_type": "PLACEMENT_TYPE_NORMAL",
    "placements": ("PLACEMENT_TIKTOK",),
    "promotion_type": "WEBSITE",
    "search_result_enabled": False,
    "share_disabled": False,
}
#: Where ads of a promotion lead; everything else leads to a website.
DESTINATIONS: Final[Mapping[str, str]] = {
    "APP_ANDROID": "APP_ANDROID",
    "APP_IOS": "APP_IOS",
    "LEAD_GENERATION": "TIKTOK_INSTANT_PAGE",
    "LEAD_GEN_CLICK_TO_CALL": "PHONE_CALL",
    "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE": "SOCIAL_MEDIA_APP",
}


def kind_of(values: Mapping[str, Any]) -> GroupKind:
    """What filters look at."""
    promotion = values["promotion_type"]
    strategy = "BID_STRATEGY_LOWEST_COST"
    if values["bid_type"] == "BID_TYPE_CUSTOM":
        capped = values["billing_event"] in ("OCPM", "OCPC")
        strategy = "BID_STRATEGY_COST_CAP" if capped else "BID_STRATEGY_BID_CAP"
    return GroupKind(
        promotion_type=promotion,
        optimization_goal=values["optimization_goal"],
        billing_event=values["billing_event"],
        bid_strategy=strategy,
        creative_material_mode=values["creative_material_mode"],
        destination=DESTINATIONS.get(promotion, "WEBSITE"),
        app_type=promotion if promotion in APPS else None,
    )


def span_of(given: Mapping[str, Any], now: int) -> tuple[int, int]:
    """When a group begins and ends, in UNIX seconds; times are UTC (business_api.md §3.2).

    Args:
        given: `schedule_type`, `schedule_start_time` and, where the type has an end,
            `schedule_end_time`.
        now: An end that has passed is refused, and so is a time ten years from here (assumed).
    """
    starts = moment("schedule_start_time", given["schedule_start_time"])
    if starts > now + FOREVER:
        raise bad_param("schedule_start_time", "Lies too far ahead.")
    if given["schedule_type"] != "SCHEDULE_START_END":
        return starts, starts + FOREVER
    if not given.get("schedule_end_time"):
        raise Refusal(40002, "Missing required field(s): schedule_end_time.")
    ends = moment("schedule_end_time", given["schedule_end_time"])
    if not max(starts, now) < ends < now + 2 * FOREVER:
        raise bad_param("schedule_end_time", "Must be later than the start and than now.")
    return starts, ends


def check_dayparting(given: Mapping[str, Any]) -> None:
    """Refuse hours that are not 336 times 0 or 1 (business_api.md §3.2)."""
    hours = given.get("dayparting")
    if hours and (len(hours) != HALF_HOURS or set(hours) - {"0", "1"}):
        raise bad_param("dayparting", f"Must be {HALF_HOURS} characters, each 0 or 1.")


def check_bid(given: Mapping[str, Any]) -> None:
    """Refuse a bid of one's own without a price (assumed)."""
    prices = (given.get("bid_price"), given.get("conversion_bid_price"), given.get("roas_bid"))
    if any(price is not None and price < 0 for price in prices):
        raise bad_param("bid_price", "Must not be negative.")
    if given.get("bid_type") == "BID_TYPE_CUSTOM" and not any(prices):
        raise Refusal(40002, "Missing required field(s): bid_price or conversion_bid_price.")
