"""The ads of an account that were being delivered when a run began to change things."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from modules.base import Api
from modules.records.ads import ADS
from modules.records.listing import LARGEST_PAGE, PrimaryStatus

__all__ = ["ActiveAds", "count_active"]

COLUMNS: Final = ("ad_id", "smart_plus_ad_id", "adgroup_id", "campaign_id")
#: Each ad's own id, and those it goes off with.
Row = Sequence[str]


@dataclass(frozen=True)
class ActiveAds:
    """Ads that are enabled and being delivered.

    Args:
        rows: For each ad its id, then those of its Smart+ ad, ad group and campaign.
    """

    rows: Sequence[Row] = field(default=())

    def __len__(self) -> int:
        return len(self.rows)

    def among(self, ids: Iterable[str]) -> frozenset[str]:
        """The ads that go off if these objects do: themselves, or all below them."""
        return frozenset(ad for one in ids for ad in self._below.get(one, ()))

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        below: dict[str, set[str]] = {}
        for row in self.rows:
            for identity in row:
                if identity:
                    below.setdefault(identity, set()).add(row[0])
        return below


async def count_active(api: Api, account: str) -> ActiveAds:
    """Read which ads of an account are enabled and being delivered now (business_api.md §3.1).

    Raises:
        AdloomError: They cannot be read; then nobody knows what share something is.
    """
    query = {
        "advertiser_id": account,
        "filtering": {"primary_status": PrimaryStatus.DELIVERY_OK.value},
    }
    rows: list[Row] = []
    async for page in api.pages(ADS, query, key="ad_id", page_size=LARGEST_PAGE):
        rows += [
            tuple(str(row.get(name) or "") for name in COLUMNS)
            for row in page.records
            if row.get("operation_status") == "ENABLE"
        ]
    return ActiveAds(tuple(rows))
