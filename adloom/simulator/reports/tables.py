"""Reports as text with commas (business_api.md §5.4)."""

import csv
import io
from collections.abc import Mapping
from typing import Final

from adloom.simulator.reports.asked import Asked
from adloom.simulator.reports.audiences import COUNTRIES
from adloom.simulator.reports.plans import Plan
from adloom.simulator.reports.rows import Row, Sheet

__all__ = ["table"]

#: Titles that are not simply the name of the column (assumed).
TITLES: Final[Mapping[str, str]] = {
    "ad_id": "Ad ID",
    "ad_id_v2": "Ad ID",
    "adgroup_id": "Ad group ID",
    "adgroup_name": "Ad group name",
    "advertiser_id": "Account ID",
    "campaign_id": "Campaign ID",
    "clicks": "Clicks (destination)",
    "conversion": "Conversions",
    "country_code": "Country/Region",
    "cpc": "CPC (destination)",
    "cpm": "CPM",
    "ctr": "CTR (destination)",
    "result": "Results",
    "spend": "Cost",
    "stat_time_day": "By Day",
    "stat_time_hour": "By Hour",
}
COUNTRY: Final = "country_code"


def table(asked: Asked, plan: Plan, sheet: Sheet, *, titles: bool) -> bytes:
    """The whole report, with a line of column names.

    Args:
        asked: The report.
        plan: Which rows it has.
        sheet: Who builds them.
        titles: Whether the columns have titles for people instead of their names.
    """
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    names = [*asked.divided.dimensions, *(name for name in asked.metrics)]
    lines.writerow([_title(name) if titles else name for name in names])
    for row in sheet.rows(plan.places(0, plan.total)):
        lines.writerow(_cells(asked, row))
    return written.getvalue().encode()


def _cells(asked: Asked, row: Row) -> list[str]:
    dimensions = row["dimensions"]
    if COUNTRY in dimensions:
        code = dimensions[COUNTRY]
        dimensions = {**dimensions, COUNTRY: COUNTRIES.get(code, code)}
    return [*dimensions.values(), *(row["metrics"][name] for name in asked.metrics)]


def _title(name: str) -> str:
    return TITLES.get(name, name.replace("_", " ").capitalize())
