"""What a report can be made of: types, levels, dimensions and metrics, and what is usual.

The catalogue's lists are known not to be complete, so a name that is not in them is told and sent
all the same (business_api.md §5.2, §5.3).
"""

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from adloom.catalogue import load
from modules.records.reports_dates import DAY

__all__ = [
    "NAMES_OF_IDS",
    "DataLevel",
    "Known",
    "ReportType",
    "usual_dimensions",
    "usual_metrics",
    "warnings",
]

IDS: Final = {
    "AD": "ad_id",
    "ADGROUP": "adgroup_id",
    "CAMPAIGN": "campaign_id",
    "ADVERTISER": "advertiser_id",
}
#: What people call what an id stands for.
NAMES_OF_IDS: Final = {
    "ad_id": "ad_name",
    "adgroup_id": "adgroup_name",
    "campaign_id": "campaign_name",
    "advertiser_id": "advertiser_name",
}
#: What TikTok takes where no metrics are asked for (business_api.yaml reports.params).
BARE: Final = ("spend", "impressions")
BARE_OF_SHOPS: Final = ("spend", "billed_cost")


class ReportType(StrEnum):
    """What kind of report."""

    BASIC = "BASIC"
    AUDIENCE = "AUDIENCE"
    PLAYABLE_MATERIAL = "PLAYABLE_MATERIAL"
    CATALOG = "CATALOG"
    BC = "BC"
    TT_SHOP = "TT_SHOP"

    @property
    def has_level(self) -> bool:
        """Whether it is about ads, ad groups, campaigns or accounts, as one chooses."""
        return self in (ReportType.BASIC, ReportType.AUDIENCE, ReportType.CATALOG)


class DataLevel(StrEnum):
    """What the rows are about; TikTok has retired RESERVATION."""

    AD = "AUCTION_AD"
    ADGROUP = "AUCTION_ADGROUP"
    CAMPAIGN = "AUCTION_CAMPAIGN"
    ADVERTISER = "AUCTION_ADVERTISER"
    RESERVATION_AD = "RESERVATION_AD"
    RESERVATION_ADGROUP = "RESERVATION_ADGROUP"
    RESERVATION_CAMPAIGN = "RESERVATION_CAMPAIGN"
    RESERVATION_ADVERTISER = "RESERVATION_ADVERTISER"

    @property
    def about(self) -> str:
        """`AD`, `ADGROUP`, `CAMPAIGN` or `ADVERTISER`."""
        return self.value.rpartition("_")[2]


@dataclass(frozen=True)
class Known:
    """Mark: words that are offered where the field is filled in; others are possible.

    Args:
        words: The words, asked for when a schema is written.
    """

    words: Callable[[], Sequence[str]]

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """An editor offers the words and accepts others."""
        return {"anyOf": [{"enum": list(self.words())}, handler(schema)]}


def usual_dimensions(kind: ReportType, about: str, *, by_day: bool) -> list[str]:
    """What a report is broken down by when nobody says."""
    if kind not in (ReportType.BASIC, ReportType.AUDIENCE):
        return []
    people = ["gender", "age"] if kind is ReportType.AUDIENCE else []
    return [IDS[about], *([DAY] if by_day else []), *people]


def usual_metrics(kind: ReportType, about: str, dimensions: Sequence[str]) -> list[str]:
    """What a report shows when nobody says; only what is known to work there."""
    asked = load().default_report().metrics
    if kind is ReportType.AUDIENCE:
        level = f"AUCTION_{about}"
        known = {
            metric
            for report in load().known_good_reports()
            if (report.report_type, report.data_level) == (kind, level)
            for metric in report.metrics
        }
        return [name for name in asked if name in known]
    plain = {*IDS.values(), "stat_time_day", "stat_time_hour", "country_code"}
    if kind is ReportType.BASIC and plain.issuperset(dimensions):
        return [name for name in asked if _fits(name, about)]
    if kind is ReportType.BC:
        return []
    return list(BARE_OF_SHOPS if kind is ReportType.TT_SHOP else BARE)


def _fits(name: str, about: str) -> bool:
    metric = load().metric(name)
    return metric is None or not metric.levels or about in metric.levels


def warnings(
    kind: ReportType, dimensions: Sequence[str], metrics: Sequence[str], filters: Sequence[str]
) -> Iterator[str]:
    """Say, in sentences, which names nobody knows here."""
    from modules.records.reports_filters import FIELDS

    known_metrics = [name for group in load().metrics().values() for name in group]
    for what, given, known in (
        ("dimension", dimensions, load().dimensions(kind)),
        ("metric", metrics, known_metrics),
        ("filter", filters, FIELDS),
    ):
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=2)
                meant = f" Did you mean {' or '.join(near)}?" if near else ""
                ignored = " TikTok ignores filters it does not know." if what == "filter" else ""
                yield (
                    f"{kind} reports have no {what} {name!r} that adloom knows; "
                    f"it is sent as it is.{ignored}{meant}"
                )
