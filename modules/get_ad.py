"""Read one ad."""

from collections.abc import AsyncIterator

from pydantic import Field

from adloom.errors import RejectedError
from adloom.fields import Id
from adloom.wire import Page
from modules.base import Context, Params, module
from modules.records.ads import Ad, find_ads
from modules.records.listing import AdvertiserId

__all__ = ["GetAdParams", "get_ad"]


class GetAdParams(Params):
    """Which ad to read."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the ad belongs to.",
    )
    ad_id: Id = Field(
        title="Ad",
        description="Id of the ad, or of a Smart+ ad.",
    )


@module(kind="search", title="Get an ad", provider="tiktok-business", permission=220)
async def get_ad(params: GetAdParams, context: Context) -> AsyncIterator[Page[Ad]]:
    """Read one ad, whatever its state; a deleted one as well."""
    found = await find_ads(context.api, params.advertiser_id, [params.ad_id])
    if not found:
        raise RejectedError(
            f"There is no ad {params.ad_id} in account {params.advertiser_id}.",
            hint="Look for it: adloom run search-ads --advertiser-id … --primary-status STATUS_ALL",
        )
    yield Page(found, total=1)
