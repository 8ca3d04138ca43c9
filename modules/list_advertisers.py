"""List the advertiser accounts a connection may use."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import Field

from adloom.errors import MissingPermissionError
from adloom.wire import Page, Record
from modules.base import Context, Params, module
from modules.bundles import Bundle, IdText, Money
from modules.records.listing import groups

__all__ = ["Advertiser", "ListAdvertisersParams", "list_advertisers"]

# Contact data stays where it is: nobody needs it to run ads.
COLUMNS = [
    "advertiser_id", "name", "company", "currency", "timezone", "display_timezone", "country",
    "status", "role", "balance", "industry", "language", "create_time",
]  # fmt: skip


class Advertiser(Bundle):
    """An advertiser account."""

    advertiser_id: IdText = Field(title="Advertiser", description="Id of the account.")
    name: str | None = Field(default=None, title="Name", description="Name of the account.")
    status: str | None = Field(
        default=None, title="Status", description="Its state, such as STATUS_ENABLE."
    )
    currency: str | None = Field(
        default=None, title="Currency", description="Currency of its budgets and reports."
    )
    timezone: str | None = Field(
        default=None, title="Time zone", description="Time zone of its reports and schedules."
    )
    display_timezone: str | None = Field(
        default=None, title="Shown time zone", description="The same zone by its place."
    )
    balance: Money | None = Field(
        default=None, title="Balance", description="Money left in the account."
    )
    company: str | None = Field(default=None, title="Company", description="Who advertises.")
    country: str | None = Field(
        default=None, title="Country", description="Country the account is registered in."
    )
    create_time: int | None = Field(
        default=None, title="Created", description="When it was created, in UNIX seconds."
    )


class ListAdvertisersParams(Params):
    """Which accounts to list."""

    name_contains: str | None = Field(
        default=None,
        title="Name contains",
        description="Keep only accounts that have this in their name, whatever the case.",
    )
    limit: int = Field(
        default=10,
        ge=0,
        title="Limit",
        description="Stop after this many; 0 means all.",
    )


@module(kind="search", title="List advertisers", provider="tiktok-business", permission=100)
async def list_advertisers(
    params: ListAdvertisersParams, context: Context
) -> AsyncIterator[Page[Advertiser]]:
    """List the accounts a connection was granted."""
    needle = (params.name_contains or "").casefold()
    granted = {
        str(row["advertiser_id"]): row
        for row in await context.api.accounts()
        if needle in str(row.get("name", "")).casefold()
    }
    wanted = list(granted)[: params.limit or None]
    for group in groups(wanted):
        details = await _details(group, context)
        rows = [Advertiser.normalise(granted[one] | details.get(one, {})) for one in group]
        yield Page(rows, total=len(granted), has_more=group[-1] != wanted[-1])


async def _details(group: list[str], context: Context) -> dict[str, Record]:
    """What TikTok tells about some accounts (business_api.md §3.6); nothing without permission."""
    query: dict[str, Any] = {"advertiser_ids": group, "fields": COLUMNS}
    try:
        answer = await context.api.get("/advertiser/info/", query)
    except MissingPermissionError as error:
        context.say(f"Only ids and names are known: {error}")
        return {}
    rows = answer.data.get("list") if isinstance(answer.data, dict) else None
    return {str(row["advertiser_id"]): row for row in rows or []}
