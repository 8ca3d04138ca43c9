"""Ads as bundles, and how to find them by id (business_api.md §3.1)."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from pydantic import Field

from adloom.wire import Page, Record
from modules.base import Api
from modules.bundles import Bundle, IdText
from modules.records.listing import LARGEST_PAGE, PrimaryStatus, groups

__all__ = ["ADS", "Ad", "find_ads", "is_deleted", "is_upgraded_smart_plus"]

ADS = "/ad/get/"
UPGRADED = ("UPGRADED_SMART_PLUS", "UPGRADED_SMART_PLUS_CREATIVE")


class Ad(Bundle):
    """An ad. Whatever else TikTok sends about it is kept under its own name."""

    ad_id: IdText = Field(title="Ad", description="Id of the ad.")
    ad_name: str | None = Field(default=None, title="Name", description="Name of the ad.")
    adgroup_id: IdText | None = Field(
        default=None, title="Ad group", description="Id of the ad group it belongs to."
    )
    adgroup_name: str | None = Field(
        default=None, title="Ad group name", description="Name of the ad group."
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
        default=None,
        title="Switch",
        description="What the advertiser set: ENABLE, DISABLE, or FROZEN by TikTok.",
    )
    secondary_status: str | None = Field(
        default=None,
        title="Status",
        description="What TikTok makes of it, such as AD_STATUS_DELIVERY_OK.",
    )
    create_time: str | None = Field(
        default=None, title="Created", description="When it was created, in UTC."
    )
    modify_time: str | None = Field(
        default=None,
        title="Changed",
        description="When it was last changed, in UTC; Smart+ ads may have none.",
    )
    ad_format: str | None = Field(
        default=None, title="Format", description="Kind of creative, such as SINGLE_VIDEO."
    )
    ad_text: str | None = Field(default=None, title="Text", description="Text shown with it.")
    call_to_action: str | None = Field(
        default=None, title="Call to action", description="What the button says."
    )
    landing_page_url: str | None = Field(
        default=None, title="Landing page", description="Where a click leads."
    )
    identity_id: IdText | None = Field(
        default=None, title="Identity", description="Id of the identity it is shown under."
    )
    video_id: IdText | None = Field(default=None, title="Video", description="Id of its video.")
    page_id: IdText | None = Field(
        default=None, title="Instant page", description="Id of its instant page."
    )
    tracking_pixel_id: IdText | None = Field(
        default=None, title="Pixel", description="Id of the pixel that tracks it."
    )
    campaign_automation_type: str | None = Field(
        default=None, title="Automation", description="MANUAL, or a kind of Smart+."
    )
    smart_plus_ad_id: IdText | None = Field(
        default=None, title="Smart+ ad", description="Id of the Smart+ ad it is a part of."
    )


async def find_ads(api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
    """Find ads by id, whatever their state or kind; those that do not exist are left out.

    An id may be that of an ad, or of an upgraded Smart+ ad (§3.1, `ad_ids_v2`). TopView ads have
    to be asked for separately.
    """
    found: dict[str, Record] = {}
    everywhere = {"campaign_system_origins": ["TT_ADS_PLATFORM", "PROMOTE"]}
    topview = {"buying_types": ["RESERVATION_TOP_VIEW"]}
    for column, key, extra in (
        ("ad_ids", "ad_id", everywhere),
        ("ad_ids_v2", "smart_plus_ad_id", everywhere),
        ("ad_ids", "ad_id", topview),
    ):
        missing = [one for one in ids if one not in found]
        for group in groups(missing):
            async for page in _by_ids(api, advertiser_id, {column: group, **extra}):
                for row in page.records:
                    if str(row.get(key)) in group:
                        found.setdefault(str(row[key]), Ad.normalise(row))
    return [found[one] for one in dict.fromkeys(ids) if one in found]


async def with_creatives(api: Api, advertiser_id: str, rows: list[Record]) -> list[Record]:
    """Note of upgraded Smart+ ads what is switched along: `along` holds their other creatives."""
    found: dict[str, list[Record]] = {
        str(row["smart_plus_ad_id"]): [] for row in rows if is_upgraded_smart_plus(row)
    }
    for group in groups(list(found)):
        async for page in _by_ids(api, advertiser_id, {"ad_ids_v2": group}):
            for row in page.records:
                if str(row.get("smart_plus_ad_id")) in found and not is_deleted(row):
                    found[str(row["smart_plus_ad_id"])].append(Ad.normalise(row))
    for row in rows:
        if is_upgraded_smart_plus(row):
            row["along"] = [
                {name: one.get(name) for name in ("ad_id", "ad_name", "operation_status")}
                for one in found[str(row["smart_plus_ad_id"])]
                if one["ad_id"] != row["ad_id"]
            ]
    return rows


def _by_ids(api: Api, advertiser_id: str, filtering: dict[str, Any]) -> AsyncIterator[Page[Record]]:
    query = {
        "advertiser_id": advertiser_id,
        "filtering": {"primary_status": PrimaryStatus.ALL.value, **filtering},
    }
    return api.pages(ADS, query, key="ad_id", page_size=LARGEST_PAGE)


def is_deleted(ad: Record) -> bool:
    """Whether an ad, its ad group or its campaign was deleted; nothing can change it any more."""
    return str(ad.get("secondary_status") or "").endswith("_DELETE")


def is_upgraded_smart_plus(ad: Record) -> bool:
    """Whether an ad belongs to an upgraded Smart+ campaign, which has endpoints of its own."""
    return ad.get("campaign_automation_type") in UPGRADED and bool(ad.get("smart_plus_ad_id"))
