"""Ads as `/ad/get/` tells them (business_api.yaml `entities.ad`, business_api.md §3.1)."""

from typing import Any, Final

from adloom.simulator.world.account import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS
from adloom.simulator.world.names import campaign_title, group_title
from adloom.simulator.world.rows import digits, stamp
from adloom.simulator.world.statuses import STATUSES
from adloom.simulator.world.tables import ID_SHIFT, SWITCHES, mix
from adloom.simulator.world.words import ad_name, ad_text, landing_page

__all__ = ["ad_row"]

#: What nearly all ads have alike, much of it empty.
BASE: Final[dict[str, Any]] = {
    "ad_texts": None,
    "aigc_disclosure_type": "NOT_DECLARED",
    "app_name": "",
    "brand_safety_postbid_partner": "UNSET",
    "brand_safety_vast_url": None,
    "branded_content_disabled": False,
    "call_to_action_id": None,
    "card_id": None,
    "catalog_id": None,
    "click_tracking_url": None,
    "creative_authorized": False,
    "creative_type": None,
    "dark_post_status": "ON",
    "deeplink": "",
    "deeplink_format_type": "NONE",
    "deeplink_type": "NORMAL",
    "dynamic_format": "UNSET",
    "fallback_type": "UNSET",
    "impression_tracking_url": None,
    "is_new_structure": True,
    "item_duet_status": "ENABLE",
    "item_stitch_status": "ENABLE",
    "landing_page_urls": None,
    "music_id": None,
    "page_id": None,
    "playable_url": "",
    "promotional_music_disabled": False,
    "tiktok_item_id": None,
    "tracking_app_id": None,
    "tracking_pixel_id": None,
    "utm_params": (),
    "vast_moat_enabled": False,
    "vertical_video_strategy": "UNSET",
    "viewability_postbid_partner": "UNSET",
    "viewability_vast_url": None,
}
CALLS: Final = ("LEARN_MORE", "SHOP_NOW", "SIGN_UP", "READ_MORE", "VISIT_STORE", "GET_QUOTE")
IDENTITIES: Final = ("CUSTOMIZED_USER", "BC_AUTH_TT", "TT_USER", "UNSET")


def ad_row(account: Account, index: int) -> dict[str, Any]:
    """One ad with all its fields."""
    ads = account.ads
    number = ads.ids[index]
    mixed = mix(number)
    group = ads.group[index]
    kind = GROUP_KINDS[ads.group_kind[index]]
    upgraded = CAMPAIGN_KINDS[ads.campaign_kind[index]].is_upgraded
    row = BASE | _parents(account, group)
    row |= _looks(account, mixed)
    row["ad_id"] = row["ad_id_v2"] = str(number)
    row["smart_plus_ad_id"] = None
    row["ad_name"] = ad_name(mixed)
    row["ad_text"] = ad_text(mixed)
    row["campaign_automation_type"] = CAMPAIGN_KINDS[ads.campaign_kind[index]].automation
    row["create_time"] = stamp(number >> ID_SHIFT)
    row["is_aco"] = kind.creative_material_mode == "DYNAMIC"
    row["landing_page_url"] = landing_page(mixed)
    row["modify_time"] = stamp(ads.modified[index])
    row["operation_status"] = SWITCHES[ads.switch[index]]
    row["optimization_event"] = kind.optimization_event
    row["secondary_status"] = STATUSES["ad"][ads.status[index]]
    if kind.app_type:
        row["app_name"] = f"{account.facts.name} app"
        row["tracking_app_id"] = digits(mixed)
    if upgraded:
        row["modify_time"] = None
        row["smart_plus_ad_id"] = row["ad_id_v2"] = str(account.smart_ad_of(index))
    if index in ads.changed:
        row |= ads.changed[index]
    return row


def _parents(account: Account, group: int) -> dict[str, Any]:
    groups, campaigns = account.groups, account.campaigns
    campaign = groups.campaign[group]
    kind = campaigns.campaign_kind[campaign]
    return {
        "advertiser_id": account.facts.advertiser_id,
        "adgroup_id": str(groups.ids[group]),
        "adgroup_name": group_title(groups, group),
        "campaign_id": str(campaigns.ids[campaign]),
        "campaign_name": campaign_title(campaigns, campaign),
        "campaign_system_origin": CAMPAIGN_KINDS[kind].origin,
    }


def _looks(account: Account, mixed: int) -> dict[str, Any]:
    """Pictures, videos and whom they seem to be from; a few keys are simply absent at times."""
    identity = IDENTITIES[mixed >> 5 & 3]
    icon = f"ad-site-i18n-sg/{mixed * 0x1000193:016x}{mixed:016x}"
    looks: dict[str, Any] = {
        "ad_format": "SINGLE_VIDEO",
        "avatar_icon_web_uri": icon,
        "display_name": account.facts.name,
        "identity_id": "" if identity == "UNSET" else digits(mixed ^ 0xFFFF),
        "identity_type": identity,
        "image_ids": [f"ad-site-i18n-sg/{mixed:08x}{mixed ^ 0x5BD1E995:024x}"],
        "profile_image_url": f"https://pictures.example.com/large/{icon}",
        "video_id": f"v10077g40000{mixed:08x}{mixed ^ 0x27220A95:012x}",
    }
    shape = mixed >> 17 & 7
    if shape == 0:
        looks |= {"ad_format": "SINGLE_IMAGE", "video_id": None}
    elif shape == 1:
        looks |= {"ad_format": "CAROUSEL_ADS", "video_id": None, "music_id": digits(mixed)}
        looks["image_ids"] = looks["image_ids"] * 3
    if mixed >> 13 & 7:
        looks["call_to_action"] = CALLS[mixed % 6]
    else:
        looks["call_to_action_id"] = digits(mixed ^ 0xFF)
    return looks
