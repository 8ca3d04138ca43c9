"""What every listing of ads, ad groups and campaigns has in common (business_api.md §3.1, §3.2)."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, product
from typing import Annotated, Any, Final

from pydantic import Field, ValidationInfo, field_validator

from adloom.fields import Advanced, ChoicesFrom, Id, Moment
from adloom.wire import Page, Record
from modules.base import Api, Params
from modules.bundles import Bundle

__all__ = [
    "LARGEST_PAGE",
    "LONGEST_WINDOW",
    "AdGroupId",
    "AdvertiserId",
    "CampaignId",
    "ListingParams",
    "PrimaryStatus",
    "created_filters",
    "filters_for",
    "groups",
    "id_filters",
    "list_rows",
    "page_size_for",
    "tiktok_time",
]

LARGEST_PAGE: Final = 1000
MOST_IDS_PER_FILTER: Final = 100
#: Creation windows longer than about half a year are answered poorly (§3.1).
LONGEST_WINDOW: Final = timedelta(days=180)

AdvertiserId = Annotated[Id, ChoicesFrom("list_advertisers", "advertiser_id", "name")]
CampaignId = Annotated[Id, ChoicesFrom("list_campaigns", "campaign_id", "campaign_name")]
AdGroupId = Annotated[Id, ChoicesFrom("list_ad_groups", "adgroup_id", "adgroup_name")]


class PrimaryStatus(StrEnum):
    """Delivery states as TikTok groups them; a filter only, never in a row (§3.5)."""

    ALL = "STATUS_ALL"
    NOT_DELETE = "STATUS_NOT_DELETE"
    NOT_DELIVERY = "STATUS_NOT_DELIVERY"
    DELIVERY_OK = "STATUS_DELIVERY_OK"
    DISABLE = "STATUS_DISABLE"
    DELETE = "STATUS_DELETE"
    TIME_DONE = "STATUS_TIME_DONE"
    RF_CLOSED = "STATUS_RF_CLOSED"
    FROZEN = "STATUS_FROZEN"
    DELIVERY_PARTIAL = "STATUS_DELIVERY_PARTIAL"
    DELIVERY_CATALOG = "STATUS_DELIVERY_CATALOG"


class ListingParams(Params):
    """What can be asked of a listing of ads, ad groups or campaigns."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account that is looked at.",
    )
    primary_status: PrimaryStatus = Field(
        default=PrimaryStatus.NOT_DELETE,
        title="Status",
        description="Keep only what is in this state; STATUS_ALL includes what was deleted.",
        json_schema_extra={"aliases": ["status"]},
    )
    secondary_status: str | None = Field(
        default=None,
        title="Exact status",
        description="Keep only what is in exactly this state, such as AD_STATUS_AUDIT_DENY.",
        pattern=r"^[A-Z][A-Z0-9_]{2,80}$",
    )
    objective_type: str | None = Field(
        default=None,
        title="Objective",
        description="Keep only what pursues this objective, such as TRAFFIC.",
        pattern=r"^[A-Z][A-Z0-9_]{2,80}$",
        json_schema_extra={"aliases": ["objective"]},
    )
    name_contains: str | None = Field(
        default=None,
        title="Name contains",
        description="Keep only what has this in its name, whatever the case.",
    )
    created_from: Moment | None = Field(
        default=None,
        title="Created from",
        description="Keep only what was created at this moment or later; UTC unless it says so.",
    )
    created_to: Moment | None = Field(
        default=None,
        title="Created to",
        description="Keep only what was created at this moment or earlier; UTC unless it says so.",
    )
    limit: int = Field(
        default=10,
        ge=0,
        title="Limit",
        description="Stop after this many; 0 means all.",
    )
    fields: Annotated[list[str], Advanced()] = Field(
        default_factory=list,
        title="Columns",
        description="Ask only for these columns; without any, TikTok sends them all.",
    )

    @field_validator("created_to")
    @classmethod
    def _not_before(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        start = info.data.get("created_from")
        if value and start and value < start:
            raise ValueError(f"lies before created_from ({start:%Y-%m-%d %H:%M}); swap the two")
        return value


def tiktok_time(moment: datetime) -> str:
    """Write a moment the way TikTok's filters want it: UTC, without a zone mark (§3.1)."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def groups(ids: Sequence[str], size: int = MOST_IDS_PER_FILTER) -> Iterator[list[str]]:
    """Split ids into groups that one call takes; doubles are dropped."""
    unique = iter(dict.fromkeys(ids))
    while group := list(islice(unique, size)):
        yield group


def id_filters(lists: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """Yield the filters that together cover every combination of these id lists."""
    chosen = {name: list(groups(ids)) for name, ids in lists.items() if ids}
    for combination in product(*chosen.values()):
        yield dict(zip(chosen, combination, strict=True))


def created_filters(params: ListingParams, now: datetime) -> Iterator[dict[str, str]]:
    """Yield creation windows short enough for TikTok, in order."""
    if params.created_from is None:
        end = params.created_to
        yield {"creation_filter_end_time": tiktok_time(end)} if end else {}
        return
    start, last = params.created_from, params.created_to or max(now, params.created_from)
    while start <= last:
        end = min(start + LONGEST_WINDOW, last)
        yield {
            "creation_filter_start_time": tiktok_time(start),
            "creation_filter_end_time": tiktok_time(end),
        }
        start = end + timedelta(seconds=1)


def filters_for(
    params: ListingParams, lists: Mapping[str, Sequence[str]], now: datetime
) -> Iterator[dict[str, Any]]:
    """Yield the filters that together cover what was asked, each within TikTok's limits."""
    for window in created_filters(params, now):
        for ids in id_filters(lists):
            yield ids | window


def page_size_for(params: ListingParams) -> int:
    """Ask for no more than is wanted, unless the wanted ones have to be looked for."""
    if params.limit == 0 or params.name_contains:
        return LARGEST_PAGE
    return min(params.limit, LARGEST_PAGE)


async def list_rows(
    api: Api,
    path: str,
    params: ListingParams,
    filters: Iterator[dict[str, Any]],
    *,
    bundle: type[Bundle],
    key: str,
    name: str,
) -> AsyncIterator[Page[Any]]:
    """Yield the rows of a listing that match, in canonical form.

    Args:
        api: Where to read.
        path: The listing.
        params: What was asked.
        filters: Filters whose answers together are the whole, without overlap.
        bundle: The type of the rows.
        key: The column that tells rows apart.
        name: The column that holds the name.
    """
    needle = (params.name_contains or "").casefold()
    columns = [*dict.fromkeys([*params.fields, key, name])] if params.fields else None
    # The filters never overlap: their ids and their creation windows are disjoint.
    for filtering in filters:
        query = {
            "advertiser_id": params.advertiser_id,
            "filtering": filtering | _asked(params) or None,
            "fields": columns,
        }
        size = page_size_for(params)
        pages = api.pages(path, query, key=key, page_size=size, shape=bundle.canonical)
        async for page in pages:
            rows = bundle.normalise_all(page.records)
            if needle:
                rows = [row for row in rows if needle in str(row.get(name) or "").casefold()]
            yield replace(page, records=rows)


def _asked(params: ListingParams) -> Record:
    asked = {
        "primary_status": params.primary_status.value,
        "secondary_status": params.secondary_status,
        "objective_type": params.objective_type,
    }
    return {name: value for name, value in asked.items() if value is not None}
