"""What rules look at: TikTok's 32 subjects under our names, and how reports tell them.

Rates are put together here from the figures they are made of. So one without anything to divide
by has no value, and fulfils no condition; TikTok's own would be 0, and 0 is a fine cost per result.
Which report a subject is taken from is assumed: the sheets name subjects and reports, and not
which is which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scenarios.rules.words import Level

__all__ = ["METRICS", "Metric", "MetricKind", "metric_by_native", "same_metric"]


class MetricKind(StrEnum):
    """What a metric is made of.

    Args:
        COUNT: A figure of reports that adds up.
        RATE: One figure of reports divided by another.
        OWN: A rate that only TikTok can tell; of several objects it is weighted.
        SPENT: How much of a budget is spent.
        AGE: Days since the object was created.
        TEXT: What stands in the object's row, or in that of what it belongs to.
        NOTHING: No condition at all.
    """

    COUNT = "count"
    RATE = "rate"
    OWN = "own"
    SPENT = "spent"
    AGE = "age"
    TEXT = "text"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Metric:
    """One thing a condition may be about.

    Args:
        name: What rules call it.
        native: TikTok's word (`subject_type` of `/optimizer/rule/create/`).
        kind: What it is made of.
        figure: The figure of reports: itself, the dividend, or TikTok's rate.
        by: What a rate is divided by, or weighted with.
        scale: What a rate is multiplied with: 100 makes it a percentage.
        column: Of a text: the column of the row.
        told_by: Of a text: the level whose row has the column; None is the object's own.
        is_late: Whether it counts what people did after a click, which is told days later.
        not_run: Why adloom cannot work it out; it still travels from TikTok and back.
        levels: Where it makes sense.
        aliases: Other names.
    """

    name: str
    native: str
    kind: MetricKind
    figure: str = ""
    by: str = ""
    scale: int = 1
    column: str = ""
    told_by: Level | None = None
    is_late: bool = False
    not_run: str | None = None
    levels: tuple[Level, ...] = tuple(Level)
    aliases: tuple[str, ...] = ()

    @property
    def has_window(self) -> bool:
        """Whether it is about some time."""
        return self.kind in (MetricKind.COUNT, MetricKind.RATE, MetricKind.OWN)

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures of reports it takes."""
        return tuple(one for one in (self.figure, self.by) if one)

    @property
    def is_number(self) -> bool:
        """Whether it is compared with numbers."""
        return self.kind not in (MetricKind.TEXT, MetricKind.NOTHING)


def _count(name: str, native: str, figure: str, *aliases: str, late: bool = False) -> Metric:
    kind = MetricKind.COUNT
    return Metric(name, native, kind, figure, is_late=late, aliases=aliases)


def _rate(
    name: str, native: str, figure: str, by: str, scale: int, *aliases: str, late: bool = True
) -> Metric:
    return Metric(name, native, MetricKind.RATE, figure, by, scale, is_late=late, aliases=aliases)


def _own(name: str, native: str, figure: str, by: str, why_not: str | None = None) -> Metric:
    return Metric(name, native, MetricKind.OWN, figure, by, is_late=True, not_run=why_not)


_WITH_BUDGET: Final = (Level.CAMPAIGN, Level.AD_GROUP)
_ALL: Final = (
    _count("cost", "COST", "spend", "spend"),
    _count("clicks", "CLICK", "clicks"),
    _count("impressions", "IMPRESSION", "impressions"),
    _count("results", "RESULT", "result", late=True),
    _count("conversions", "NOT_REAL_TIME_CONVERSION", "conversion", late=True),
    _count("real time conversions", "CONVERSION", "real_time_conversion", late=True),
    _count("skan conversions", "CONVERSION_SKAN", "skan_conversion", late=True),
    _rate("cpc", "CPC", "spend", "clicks", 1, "cost per click", late=False),
    _rate("cpm", "CPM", "spend", "impressions", 1000, late=False),
    _rate("ctr", "CTR", "clicks", "impressions", 100, "click rate", late=False),
    _rate("cpa", "NOT_REAL_TIME_CPA", "spend", "conversion", 1, "cost per conversion"),
    _rate("real time cpa", "CPA", "spend", "real_time_conversion", 1),
    _rate("cvr", "NOT_REAL_TIME_CVR", "conversion", "clicks", 100, "conversion rate"),
    _rate("real time cvr", "CVR", "real_time_conversion", "clicks", 100),
    _rate("cvr of impressions", "CVR_IMPRESSION", "conversion", "impressions", 100),
    _rate(
        "real time cvr of impressions", "REAL_TIME_CVR_IMPRESSION",
        "real_time_conversion", "impressions", 100,
    ),
    _rate("skan cvr", "CVR_SKAN", "skan_conversion", "clicks", 100),
    _rate("cost per result", "COST_PER_RESULT", "spend", "result", 1),
    _own("result rate", "RESULT_RATE", "result_rate", "impressions"),
    _own("roas of purchases", "ROAS_PURCHASE", "total_active_pay_roas", "spend"),
    _own("roas of payments", "ROAS_COMPLETE_PAYMENT", "complete_payment_roas", "spend"),
    _own("roas of ad revenue", "ROAS_IMPRESSION_ADS", "total_ad_impression_roas", "spend"),
    _own("roas of onsite purchases", "ROAS_PURCHASES_ONSITE", "onsite_purchases_roas", "spend"),
    _own(
        "roas of skan purchases", "ROAS_PURCHASE_SKAN", "", "",
        "no report TikTok documents has the value of purchases by SKAN",
    ),
    Metric("daily budget spent", "DAILY_BUDGET_SPENDING_RATE", MetricKind.SPENT,
           "spend", levels=_WITH_BUDGET),
    Metric("lifetime budget spent", "LIFETIME_BUDGET_SPENDING_RATE", MetricKind.SPENT,
           "spend", levels=_WITH_BUDGET),
    Metric("days since creation", "DAYS_SINCE_CREATION", MetricKind.AGE, aliases=("age",)),
    Metric("name", "NAME", MetricKind.TEXT),
    Metric("objective", "OBJECTIVE", MetricKind.TEXT, column="objective_type",
           told_by=Level.CAMPAIGN),
    Metric("optimization goal", "OPTIMIZATION_GOAL", MetricKind.TEXT, column="optimization_goal",
           told_by=Level.AD_GROUP, levels=(Level.AD_GROUP, Level.AD)),
    Metric("bid strategy", "BID_STRATEGY", MetricKind.TEXT,
           not_run="TikTok does not document which words a bid strategy has in rules"),
    Metric("always", "NO_CONDITION", MetricKind.NOTHING),
)  # fmt: skip

#: Every metric by its name.
METRICS: Final[Mapping[str, Metric]] = {one.name: one for one in _ALL}
_NATIVE: Final = {one.native: one for one in _ALL}
_NAMES: Final = {name: one for one in _ALL for name in (one.name, *one.aliases)}


def metric_by_native(word: str) -> Metric | None:
    """The metric TikTok calls so."""
    return _NATIVE.get(word)


def same_metric(name: str) -> Metric | None:
    """The metric of a name, whatever its case, dashes and underscores."""
    return _NAMES.get(" ".join(name.replace("_", " ").replace("-", " ").lower().split()))
