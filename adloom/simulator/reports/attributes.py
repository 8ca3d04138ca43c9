"""Attributes: what reports tell about an object besides figures (business_api.md §5.1, §5.3).

They are words for people, not the constants of the other endpoints; most of these are assumed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.reports.metrics import NONE
from adloom.simulator.reports.subjects import NAMES, Subject

__all__ = ["attribute"]


def _words(value: Any) -> str:
    """A constant as people read it."""
    return str(value).replace("_", " ").capitalize()


def _is_automated(mode: str) -> str:
    return str(int(mode == "DYNAMIC"))


def _plain(value: Any) -> str:
    return str(value)


def _money(value: Any) -> str:
    return f"{value:.2f}"


def _or_zero(value: Any) -> str:
    return str(value or 0)


#: Words that are not simply the constant in small letters.
PROMOTIONS: Final[Mapping[str, str]] = {"APP_ANDROID": "App", "APP_IOS": "App"}
PLACEMENTS: Final[Mapping[str, str]] = {
    "PLACEMENT_TYPE_AUTOMATIC": "Automatic Placement",
    "PLACEMENT_TYPE_NORMAL": "Select Placement",
}
#: Where the listings tell an attribute, under which name, and how it is shown.
TOLD: Final[Mapping[str, tuple[str, str, Callable[[Any], str]]]] = {
    "ad_id": ("ad", "ad_id", _plain),
    "ad_id_v2": ("ad", "ad_id_v2", _plain),
    "ad_profile_image": ("ad", "profile_image_url", _plain),
    "ad_text": ("ad", "ad_text", _plain),
    "ad_url": ("ad", "landing_page_url", _plain),
    "app_promotion_type": ("campaign", "app_promotion_type", _words),
    "bid": ("adgroup", "bid_price", _money),
    "bid_strategy": ("adgroup", "bid_type", _words),
    "billing_event": ("adgroup", "billing_event", _plain),
    "budget": ("adgroup", "budget", _money),
    "call_to_action": ("ad", "call_to_action", _words),
    "campaign_automation_type": ("campaign", "campaign_automation_type", _plain),
    "campaign_budget": ("campaign", "budget", _money),
    "campaign_dedicate_type": ("campaign", "campaign_type", _words),
    "image_mode": ("ad", "ad_format", _words),
    "is_aco": ("adgroup", "creative_material_mode", _is_automated),
    "mobile_app_id": ("adgroup", "app_id", _or_zero),
    "objective_type": ("campaign", "objective_type", _words),
    # The automated-creative flag, not the switch.
    "opt_status": ("adgroup", "creative_material_mode", _is_automated),
    "placement_type": ("adgroup", "placement_type", lambda word: PLACEMENTS.get(word, str(word))),
    "pricing_category": ("adgroup", "billing_event", _plain),
    "promotion_type": (
        *("adgroup", "promotion_type"),
        lambda word: PROMOTIONS.get(word, _words(word)),
    ),
    "tt_app_id": ("adgroup", "app_id", _or_zero),
    "tt_app_name": ("adgroup", "app_id", _or_zero),
}


def attribute(name: str, subject: Subject) -> str:
    """What a report shows for an attribute; `-` where there is nothing to show."""
    facts = subject.account.facts
    own = {
        "advertiser_id": facts.advertiser_id,
        "advertiser_name": facts.name,
        "currency": facts.currency,
        "timezone": facts.timezone,
    }
    if name in own:
        return own[name]
    if name in NAMES:
        return NAMES[name](subject) or NONE
    of, told, show = TOLD.get(name, ("campaign", "", _plain))
    row = subject.row(of)
    value = row.get(told)
    if value is None and not (show is _or_zero and row):
        return NONE
    return show(value)
