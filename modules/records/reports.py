"""Rows of a report as bundles (business_api.md §5.1).

TikTok keeps dimensions and metrics apart, all of them as text; a bundle has them side by side.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from pydantic import Field

from adloom.catalogue import load
from adloom.wire import Record
from modules.bundles import Bundle, IdText, Metric
from modules.records.reports_dates import DAY

__all__ = ["AdReport", "flat", "is_figure"]

#: What stands where a figure has no value.
NO_VALUE: Final = "-"
FIGURE: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
FIGURES: Final = ("int", "decimal")


class AdReport(Bundle):
    """One row of a report. Every dimension and metric asked for is there under its own name."""

    advertiser_id: IdText | None = Field(
        default=None, title="Advertiser", description="Id of the account."
    )
    campaign_id: IdText | None = Field(
        default=None, title="Campaign", description="Id of the campaign."
    )
    campaign_name: str | None = Field(
        default=None, title="Campaign name", description="Name of the campaign."
    )
    adgroup_id: IdText | None = Field(
        default=None, title="Ad group", description="Id of the ad group."
    )
    adgroup_name: str | None = Field(
        default=None, title="Ad group name", description="Name of the ad group."
    )
    ad_id: IdText | None = Field(default=None, title="Ad", description="Id of the ad.")
    ad_name: str | None = Field(default=None, title="Name", description="Name of the ad.")
    stat_time_day: str | None = Field(
        default=None, title="Day", description="Day as YYYY-MM-DD, in the account's time zone."
    )
    stat_time_hour: str | None = Field(
        default=None, title="Hour", description="Hour as YYYY-MM-DD HH:00:00, in that zone."
    )
    country_code: str | None = Field(
        default=None, title="Country", description="Country; background tasks say its name."
    )
    gender: str | None = Field(
        default=None, title="Gender", description="Such as FEMALE; NONE where it is not known."
    )
    age: str | None = Field(
        default=None, title="Age", description="Such as AGE_25_34; NONE where it is not known."
    )
    spend: Metric | None = Field(
        default=None, title="Spend", description="Money spent, in the account's currency."
    )
    impressions: Metric | None = Field(
        default=None, title="Impressions", description="How often it was shown; may be a text: <5."
    )
    clicks: Metric | None = Field(
        default=None, title="Clicks", description="Clicks to the destination."
    )
    ctr: Metric | None = Field(
        default=None, title="Click rate", description="Clicks per impression, in percent."
    )
    cpc: Metric | None = Field(default=None, title="CPC", description="Money spent per click.")
    cpm: Metric | None = Field(
        default=None, title="CPM", description="Money spent per thousand impressions."
    )
    reach: Metric | None = Field(
        default=None, title="Reach", description="People it was shown to; days do not add up."
    )
    frequency: Metric | None = Field(
        default=None, title="Frequency", description="How often each of them saw it."
    )
    conversion: Metric | None = Field(
        default=None, title="Conversions", description="Conversions, restated for days to come."
    )
    cost_per_conversion: Metric | None = Field(
        default=None, title="Cost per conversion", description="Money spent per conversion."
    )
    result: Metric | None = Field(
        default=None, title="Results", description="What the ad group is optimised for, counted."
    )
    cost_per_result: Metric | None = Field(
        default=None, title="Cost per result", description="Money spent per result."
    )
    total_metrics: dict[str, Any] | None = Field(
        default=None, title="Totals", description="The account's totals, where asked for."
    )


def is_figure(name: str) -> bool:
    """Whether a metric is a figure: attributes, and what nobody knows, are text."""
    metric = load().metric(name)
    return metric is not None and metric.type in FIGURES


def flat(row: Record, constants: Mapping[str, Any]) -> Record:
    """A row as a bundle, and what all rows have in common.

    Dimensions as text, days as dates, figures as Decimal; a figure that is `-` has no value.
    """
    bundle = {name: _text(value) for name, value in (row.get("dimensions") or {}).items()}
    if isinstance(day := bundle.get(DAY), str):
        bundle[DAY] = day[:10]
    for name, value in (row.get("metrics") or {}).items():
        if name not in bundle:
            bundle[name] = _kind(name)(value)
    for name, value in (*constants.items(), *row.items()):
        if name not in ("dimensions", "metrics"):
            bundle.setdefault(name, value)
    return bundle


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _number(value: Any) -> Any:
    """A figure exactly as it was written; what is no number, such as `<5`, stays text."""
    text = None if value == NO_VALUE else _text(value)
    if isinstance(text, float):
        text = repr(text)
    return Decimal(text) if isinstance(text, str) and FIGURE.fullmatch(text) else text


@lru_cache(maxsize=4096)
def _kind(name: str) -> Callable[[Any], Any]:
    return _number if is_figure(name) else _text
