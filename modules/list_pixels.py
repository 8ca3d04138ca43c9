"""List the pixels of an advertiser account."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from pydantic import Field

from adloom.fields import ChoicesFrom, Id
from adloom.wire import Page, Record
from modules.base import Context, Params, module
from modules.bundles import Bundle, IdText

__all__ = ["ListPixelsParams", "PixelRow", "list_pixels"]

#: The most the platform takes in one page (open_platform_and_events.md §II.7).
PAGE_SIZE: Final = 20


class ListPixelsParams(Params):
    """Which pixels to list."""

    advertiser_id: Annotated[Id, ChoicesFrom("list_advertisers", "advertiser_id", "name")] = Field(
        title="Advertiser account", description="Id of the account the pixels belong to."
    )
    name_contains: str | None = Field(
        default=None,
        title="Name contains",
        description="Keep only pixels that have this in their name, whatever the case.",
    )
    limit: int = Field(
        default=10, ge=0, title="Limit", description="Stop after this many; 0 means all."
    )


class PixelRow(Bundle):
    """A pixel; its code is the source id of the events that are sent to it."""

    pixel_code: str = Field(title="Pixel code", description="The source id of its events.")
    pixel_id: IdText = Field(title="Pixel", description="Id of the pixel in the ads API.")
    pixel_name: str | None = Field(default=None, title="Name", description="Name of the pixel.")
    advertiser_id: IdText = Field(
        title="Advertiser account", description="The account it belongs to."
    )
    pixel_category: str | None = Field(
        default=None, title="Category", description="What its website is for."
    )
    partner_name: str | None = Field(
        default=None, title="Partner", description="Who set it up, if somebody did."
    )
    create_time: str | None = Field(default=None, title="Created", description="When it was made.")
    events: list[Record] = Field(
        default_factory=list, title="Events", description="The events that were seen from it."
    )


@module(kind="search", title="List pixels", provider="tiktok-business", permission=800)
async def list_pixels(params: ListPixelsParams, context: Context) -> AsyncIterator[Page[PixelRow]]:
    """List the pixels of an account: the code of each is what events are sent to."""
    query: dict[str, Any] = {"advertiser_id": params.advertiser_id}
    needle = (params.name_contains or "").casefold()
    pages = context.api.pages("/pixel/list/", query, key="pixel_id", page_size=PAGE_SIZE)
    async for page in pages:
        rows = [
            {**row, "advertiser_id": params.advertiser_id}
            for row in page.records
            if needle in str(row.get("pixel_name", "")).casefold()
        ]
        yield Page(
            PixelRow.normalise_all(rows), page.total, page.has_more, page.served_at, page.missing
        )
