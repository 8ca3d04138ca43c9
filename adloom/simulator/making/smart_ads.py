"""Upgraded Smart+ ads: one row for up to three creatives (business_api.md §5.2, §8)."""

from collections.abc import Sequence
from typing import Any

from adloom.simulator.world import Account
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.statuses import DELIVERING
from adloom.simulator.world.tables import FROZEN

__all__ = ["smart_ad_row", "speaker"]


def speaker(account: Account, creatives: Sequence[int]) -> int:
    """The creative whose status is the ad's: one that delivers, or else the most alive (assumed).

    Args:
        account: Where they are.
        creatives: The rows of all creatives of the ad.
    """
    ads = account.ads

    def lifeless(row: int) -> tuple[bool, int, int]:
        switch = ads.switch[row]
        return ads.status[row] != DELIVERING, min(switch, FROZEN), row

    return min(creatives, key=lifeless)


def smart_ad_row(account: Account, creatives: Sequence[int]) -> dict[str, Any]:
    """An ad with its creatives; its name is that of the first one."""
    rows = [ad_row(account, creative) for creative in creatives]
    first, speaking = rows[0], rows[list(creatives).index(speaker(account, creatives))]
    texts = dict.fromkeys(row["ad_text"] for row in rows)
    calls = dict.fromkeys(row.get("call_to_action") for row in rows)
    return {
        "ad_configuration": {
            "call_to_action_id": first["call_to_action_id"],
            "dark_post_status": first["dark_post_status"],
            "fallback_type": first["fallback_type"],
            "identity_id": first["identity_id"],
            "identity_type": first["identity_type"],
            "utm_params": first["utm_params"],
        },
        "ad_name": first["ad_name"],
        "ad_text_list": [{"ad_text": text} for text in texts],
        "adgroup_id": first["adgroup_id"],
        "adgroup_name": first["adgroup_name"],
        "advertiser_id": first["advertiser_id"],
        "call_to_action": [{"call_to_action": call} for call in calls if call],
        "campaign_id": first["campaign_id"],
        "campaign_name": first["campaign_name"],
        "create_time": first["create_time"],
        "creative_list": [_creative(row) for row in rows],
        "landing_page_url_list": [{"landing_page_url": row["landing_page_url"]} for row in rows],
        # Ads of this kind have none (business_api.md §8).
        "modify_time": None,
        "operation_status": speaking["operation_status"],
        "secondary_status": speaking["secondary_status"],
        "smart_plus_ad_id": first["smart_plus_ad_id"],
    }


def _creative(row: dict[str, Any]) -> dict[str, Any]:
    video = {"file_name": f"{row['video_id']}.mp4", "video_id": row["video_id"]}
    return {
        "ad_material_id": row["ad_id"],
        "creative_info": {
            "ad_format": row["ad_format"],
            "aigc_disclosure_type": row["aigc_disclosure_type"],
            "identity_id": row["identity_id"],
            "identity_type": row["identity_type"],
            "image_info": [{"web_uri": image} for image in row["image_ids"]],
            "material_name": row["ad_name"],
            "music_info": {"music_id": row["music_id"]} if row["music_id"] else None,
            "tiktok_item_id": row["tiktok_item_id"],
            "video_info": video if row["video_id"] else None,
        },
        "material_operation_status": row["operation_status"],
    }
