"""The objects of one account that a report has rows for, and the ads behind each of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Final

from adloom.simulator.reports.asked import Asked
from adloom.simulator.reports.deliveries import Deliveries
from adloom.simulator.reports.periods import Cells
from adloom.simulator.reports.selecting import select
from adloom.simulator.reports.showing import Showing
from adloom.simulator.reports.subjects import Subject
from adloom.simulator.world import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, CampaignKind
from adloom.simulator.world.tables import Level

__all__ = ["Source"]

TABLES: Final[Mapping[str, Level]] = {"CAMPAIGN": "campaign", "ADGROUP": "adgroup", "AD": "ad"}
#: Reports that are about some campaigns only.
ONLY: Final[Mapping[str, Callable[[CampaignKind], bool]]] = {
    "CATALOG": lambda kind: kind.product_source == "CATALOG",
    "TT_SHOP": lambda kind: kind.sales_destination == "TIKTOK_SHOP",
    "PLAYABLE_MATERIAL": lambda _: False,
}


class Source:
    """One account as far as a report covers it.

    Args:
        deliveries: What its ads delivered.
        asked: The report.
        now: Simulated UNIX seconds.
    """

    def __init__(self, deliveries: Deliveries, asked: Asked, now: float):
        self.deliveries = deliveries
        self.account: Account = deliveries.account
        zone = UTC if asked.in_utc else deliveries.zone
        self.cells: Cells = asked.period.cells(zone, now)
        self.whole: Cells = asked.period.without_steps().cells(zone, now)
        self._level = asked.divided.level
        self._identity = asked.divided.identity
        self._only = ONLY.get(asked.report_type)
        #: The creatives of each Upgraded Smart+ ad, by its first one.
        self._creatives: dict[int, list[int]] = {}
        self.rows: Sequence[int] = self._rows(asked)

    def _rows(self, asked: Asked) -> Sequence[int]:
        if self._level == "ADVERTISER":
            return (0,)
        table = TABLES[self._level]
        rows = select(self.account, table, asked.filters)
        if self._only is not None:
            codes = self.account.table(table).campaign_kind
            rows = [row for row in rows if self._only(CAMPAIGN_KINDS[codes[row]])]
        return self._whole_ads(rows) if self._identity == "ad_id_v2" else rows

    def _whole_ads(self, rows: Sequence[int]) -> list[int]:
        """The rows with the creatives of an ad taken together."""
        firsts: dict[str, int] = {}
        for row in rows:
            first = firsts.setdefault(self.identity(row), row)
            self._creatives.setdefault(first, []).append(row)
        return list(self._creatives)

    # --- one object -----------------------------------------------------------------------------

    def identity(self, row: int) -> str:
        """Its id."""
        if self._level == "ADVERTISER":
            return self.account.facts.advertiser_id
        if self._identity == "ad_id_v2" and self.account.is_upgraded("ad", row):
            return str(self.account.smart_ad_of(row))
        return str(self.account.table(TABLES[self._level]).ids[row])

    def subject(self, row: int) -> Subject:
        """It, and what it belongs to."""
        account = self.account
        if self._level == "ADVERTISER":
            return Subject(account)
        if self._level == "CAMPAIGN":
            return Subject(account, row)
        group = row if self._level == "ADGROUP" else account.ads.group[row]
        ad = row if self._level == "AD" else None
        return Subject(account, account.groups.campaign[group], group, ad)

    def ads(self, row: int) -> Sequence[int]:
        """The ads it consists of, deleted ones included."""
        account = self.account
        if self._level == "AD":
            return self._creatives.get(row, (row,))
        if self._level == "ADGROUP":
            return account.groups.ads[row]
        if self._level == "CAMPAIGN":
            groups: Sequence[int] = account.campaigns.groups[row]
            return [ad for group in groups for ad in account.groups.ads[group]]
        if self._only is None:
            return range(len(account.ads))
        codes = account.ads.campaign_kind
        return [ad for ad, code in enumerate(codes) if self._only(CAMPAIGN_KINDS[code])]

    def showings(self, row: int) -> list[Showing]:
        """Its ads with their streams."""
        showing = self.deliveries.showing
        return [showing(ad) for ad in self.ads(row)]
