"""Campaigns and ad groups by id, whatever their state or kind (business_api.md §3.1, §3.2)."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from adloom.errors import RejectedError
from adloom.wire import Record
from modules.base import Api, Change
from modules.bundles import Bundle
from modules.records.ad_groups import AD_GROUPS, AdGroup
from modules.records.ads import ADS, UPGRADED, is_deleted
from modules.records.campaigns import CAMPAIGNS, Campaign
from modules.records.listing import (
    LARGEST_PAGE,
    MOST_IDS_PER_FILTER,
    PrimaryStatus,
    groups,
)

__all__ = [
    "campaigns_of",
    "find_ad_groups",
    "find_campaigns",
    "inside",
    "is_reach_and_frequency",
    "is_upgraded",
    "refuse_missing",
]

#: What a listing leaves out unless it is asked: promoted posts, and TopView, which has to be asked
#: for alone (business_api.md §3.1).
EVERYWHERE: Final[tuple[dict[str, Any], ...]] = (
    {"campaign_system_origins": ["TT_ADS_PLATFORM", "PROMOTE"]},
    {"buying_types": ["RESERVATION_TOP_VIEW"]},
)
#: What only a campaign tells about its ad groups.
INHERITED: Final = (
    "campaign_automation_type",
    "campaign_type",
    "objective_type",
    "rf_campaign_type",
)
RESERVED: Final = ("STANDARD", "PULSE")


async def find_campaigns(api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
    """Find campaigns by id; those that do not exist are left out."""
    return await _find(api, CAMPAIGNS, advertiser_id, "campaign_id", ids, Campaign)


async def find_ad_groups(api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
    """Find ad groups by id, with what their campaigns tell; those that do not exist are left out.

    Whether an ad group is Smart+, Reach & Frequency or of a dedicated campaign, only its campaign
    says.
    """
    rows = await _find(api, AD_GROUPS, advertiser_id, "adgroup_id", ids, AdGroup)
    campaigns = await campaigns_of(api, advertiser_id, rows)
    for row in rows:
        campaign = campaigns.get(str(row.get("campaign_id")), {})
        for name in INHERITED:
            row.setdefault(name, campaign.get(name))
    return rows


async def campaigns_of(api: Api, advertiser_id: str, rows: Iterable[Record]) -> dict[str, Record]:
    """The campaigns that ads or ad groups belong to, by their ids."""
    ids = [str(row["campaign_id"]) for row in rows if row.get("campaign_id")]
    found = await find_campaigns(api, advertiser_id, ids)
    return {str(campaign["campaign_id"]): campaign for campaign in found}


def is_upgraded(row: Record) -> bool:
    """Whether a campaign is upgraded Smart+, or an ad group belongs to one that is."""
    return row.get("campaign_automation_type") in UPGRADED


def is_reach_and_frequency(row: Record) -> bool:
    """Whether a campaign was booked, or an ad group belongs to one that was: Reach & Frequency."""
    return row.get("rf_campaign_type") in RESERVED or row.get("objective_type") == "RF_REACH"


def refuse_missing(kind: str, ids: Collection[str], advertiser_id: str, listing: str) -> None:
    """Refuse everything if some of what was named does not exist.

    Args:
        kind: What people call it.
        ids: Those that were not found.
        advertiser_id: Where they were looked for.
        listing: The command that lists those there are.

    Raises:
        RejectedError: There are such ids.
    """
    if ids:
        raise RejectedError(
            f"Account {advertiser_id} has no {kind} {', '.join(sorted(ids)[:10])}. "
            "Nothing was changed.",
            hint=f"Look for them: adloom run {listing} --primary-status STATUS_ALL …",
        )


async def inside(
    api: Api, path: str, bundle: type[Bundle], advertiser_id: str, within: Record
) -> list[Change]:
    """What stands in a campaign or an ad group and would be deleted along with it.

    Args:
        api: Reads.
        path: The listing of what may stand in it.
        bundle: What that listing yields.
        advertiser_id: Account.
        within: The listing's filter, with the one id of what is looked into.

    Returns:
        Each of them, expected to be deleted, with the status it has.
    """
    kind, level = ("ad", "ad") if path == ADS else ("ad group", "adgroup")
    [(column, [identity])] = within.items()
    query = {"advertiser_id": advertiser_id, "filtering": within}
    found = [
        bundle.normalise(row)
        async for page in api.pages(path, query, key=f"{level}_id", page_size=LARGEST_PAGE)
        for row in page.records
        if str(row.get(column.removesuffix("s"))) == identity and not is_deleted(row)
    ]
    return [
        Change(
            kind,
            str(row[f"{level}_id"]),
            str(row.get(f"{level}_name") or ""),
            "operation_status",
            "DELETE",
            row.get("operation_status"),
        )
        for row in found
    ]


async def _find(
    api: Api,
    path: str,
    advertiser_id: str,
    key: str,
    ids: Sequence[str],
    bundle: type[Bundle],
) -> list[Record]:
    found: dict[str, Record] = {}
    for extra in EVERYWHERE:
        missing = [one for one in ids if one not in found]
        for group in groups(missing):
            filtering = {"primary_status": PrimaryStatus.ALL.value, f"{key}s": group, **extra}
            query = {"advertiser_id": advertiser_id, "filtering": filtering}
            async for page in api.pages(path, query, key=key, page_size=MOST_IDS_PER_FILTER):
                for row in page.records:
                    # A filter that is not understood is ignored without a word (§8.2).
                    if str(row.get(key)) in group:
                        found.setdefault(str(row[key]), bundle.normalise(row))
    return [found[one] for one in dict.fromkeys(ids) if one in found]
