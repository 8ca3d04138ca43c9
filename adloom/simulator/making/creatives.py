"""What an ad has to have, and what it is like when nothing else was asked for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal
from adloom.simulator.world import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS
from adloom.simulator.world.tables import DELETE

__all__ = [
    "DEFAULTS",
    "PATCHABLE",
    "check_media",
    "check_room",
    "missing",
    "refuse_missing",
]

VIDEO_ID_INVALID: Final = 40053
AD_NUMBER_LIMIT: Final = 40502
MOST_ADS: Final = 50
#: In groups of Reach & Frequency, and of shops.
FEWER_ADS: Final = 20
SHOPS: Final = ("TIKTOK_SHOP", "VIDEO_SHOPPING", "LIVE_SHOPPING", "PSA_PRODUCT")
#: Objectives whose ads have to lead to the website that they promote (assumed).
LEADING: Final = ("CONVERSIONS", "TRAFFIC", "WEB_CONVERSIONS")
#: What `patch_update` covers (business_api.md §3.4).
PATCHABLE: Final = frozenset(
    {
        "ad_name",
        "ad_text",
        "identity_authorized_bc_id",
        "identity_id",
        "identity_type",
        "image_ids",
        "music_id",
        "tiktok_item_id",
        "video_id",
    }
)
#: A new ad, as far as it was not asked for otherwise; an update without `patch_update` falls back
#: to it too.
DEFAULTS: Final[Mapping[str, Any]] = {
    "ad_text": "",
    "ad_texts": None,
    "aigc_disclosure_type": "NOT_DECLARED",
    "app_name": "",
    "avatar_icon_web_uri": "",
    "brand_safety_postbid_partner": "UNSET",
    "call_to_action": None,
    "call_to_action_id": None,
    "creative_authorized": False,
    "dark_post_status": "ON",
    "deeplink": "",
    "deeplink_type": "NORMAL",
    "display_name": "",
    "dynamic_format": "UNSET",
    "fallback_type": "UNSET",
    "identity_id": "",
    "identity_type": "UNSET",
    "image_ids": (),
    "item_duet_status": "ENABLE",
    "item_stitch_status": "ENABLE",
    "landing_page_url": "",
    "music_id": None,
    "playable_url": "",
    "profile_image_url": "",
    "promotional_music_disabled": True,
    "tiktok_item_id": None,
    "tracking_app_id": None,
    "utm_params": (),
    "vertical_video_strategy": "UNSET",
    "video_id": None,
    "viewability_postbid_partner": "UNSET",
}


def missing(account: Account, group: int, creative: Mapping[str, Any]) -> list[str]:
    """What an ad lacks (business_api.md §3.4; what a format needs is assumed).

    Args:
        account: Whose it would be.
        group: The row of its group.
        creative: The ad as it would be.
    """
    needed = ["ad_name", "ad_format", "identity_type", "identity_id"]
    if not any(creative.get(name) for name in ("ad_texts", "tiktok_item_id", "catalog_id")):
        needed.append("ad_text")
    objective = CAMPAIGN_KINDS[account.groups.campaign_kind[group]].objective_type
    promotion = GROUP_KINDS[account.groups.group_kind[group]].promotion_type
    if objective in LEADING and promotion == "WEBSITE" and not creative.get("page_id"):
        needed.append("landing_page_url")
    needed += _media(creative)
    return [name for name in needed if not creative.get(name)]


def check_media(creative: Mapping[str, Any], path: str, *, is_video: Callable[[str], bool]) -> None:
    """Refuse an ad whose media do not fit, or are not there.

    Args:
        creative: The ad as it would be.
        path: Where it lies in the request.
        is_video: Whether the account has a video of this id.
    """
    if creative.get("ad_format") == "SINGLE_IMAGE" and len(creative.get("image_ids") or "x") != 1:
        raise bad_param(f"{path}.image_ids", "SINGLE_IMAGE has one image.")
    video_id = creative.get("video_id")
    if video_id and not is_video(video_id):
        raise Refusal(VIDEO_ID_INVALID, f"{path}.video_id: The video {video_id} does not exist.")


def _media(creative: Mapping[str, Any]) -> list[str]:
    """The fields of the media that a format needs; a post brings its own."""
    if creative.get("tiktok_item_id") or creative.get("catalog_id"):
        return []
    by_format = {
        "SINGLE_VIDEO": ["video_id"],
        "SINGLE_IMAGE": ["image_ids"],
        "CAROUSEL": ["image_ids"],
        "CAROUSEL_ADS": ["image_ids"],
    }
    return by_format.get(str(creative.get("ad_format")), [])


def check_room(account: Account, group: int, more: int) -> None:
    """Refuse more ads than a group holds; deleted ones do not count (assumed)."""
    kind = CAMPAIGN_KINDS[account.groups.campaign_kind[group]]
    shop = GROUP_KINDS[account.groups.group_kind[group]].promotion_type in SHOPS
    most = FEWER_ADS if shop or kind.buying_type == "RESERVATION_RF" else MOST_ADS
    live = sum(account.ads.switch_of(ad) != DELETE for ad in account.groups.ads[group])
    if live + more > most:
        raise Refusal(AD_NUMBER_LIMIT, f"The ad group holds {live} ads, and at most {most}.")


def refuse_missing(path: str, names: Sequence[str]) -> None:
    """Refuse an ad that lacks something."""
    if names:
        listed = ", ".join(f"{path}.{name}" for name in names)
        raise Refusal(40002, f"Missing required field(s): {listed}.")
