"""Watch for figures of a report that cross a threshold."""

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from adloom.catalogue import load
from adloom.errors import Fault, InvalidParamsError, UnknownNameError
from adloom.wire import Page, Record
from modules.base import Context, Sight, module
from modules.records.edges import Edge
from modules.records.reports import AdReport, flat, is_figure
from modules.records.reports_asked import ReportParams
from modules.records.reports_dates import words_for_days
from modules.records.reports_parts import plan
from modules.records.reports_reading import read_part
from modules.records.reports_words import DataLevel, Known
from modules.records.watching import WatchingAccounts, WatchPartParams

__all__ = ["WatchReportMetrics", "WatchReportMetricsParams", "watch_report_metrics"]

LEVELS: Final = {
    "ad": (DataLevel.AD, "ad_id", ("ad_name", "adgroup_id", "campaign_id")),
    "ad group": (DataLevel.ADGROUP, "adgroup_id", ("adgroup_name", "campaign_id")),
    "campaign": (DataLevel.CAMPAIGN, "campaign_id", ("campaign_name",)),
    "advertiser": (DataLevel.ADVERTISER, "advertiser_id", ("currency",)),
}


def figures() -> list[str]:
    """Every metric that is a figure."""
    return sorted(name for group in load().metrics().values() for name in group if is_figure(name))


class WatchReportMetricsParams(WatchPartParams):
    """Which figure to watch, of what, and when to tell."""

    metric: Annotated[str, Known(figures)] = Field(
        title="Metric", description="Figure to watch, such as spend, ctr or cost_per_conversion."
    )
    above: Decimal | None = Field(
        default=None, title="Above", description="Tell when it rises above this."
    )
    below: Decimal | None = Field(
        default=None, title="Below", description="Tell when it falls below this."
    )
    level: Literal["ad", "ad group", "campaign", "advertiser"] = Field(
        default="ad", title="Level", description="Whose figure it is."
    )
    date_range: str = Field(
        default="today",
        title="Days in words",
        description="Such as today or last 7 days, in the account's time zone.",
    )
    at_least_spend: Decimal = Field(
        default=Decimal(0),
        ge=0,
        title="Spent at least",
        description="Leave out what has spent less: its other figures say little yet.",
    )
    slack: Decimal = Field(
        default=Decimal(10),
        ge=0,
        le=1000,
        title="Slack",
        description="Tell again only after it came back by this many percent of the threshold.",
    )
    limit: int = Field(
        default=10,
        ge=0,
        title="Limit",
        description="Hand on at most this many at a time, the rest next time; 0 means all.",
    )

    @field_validator("metric")
    @classmethod
    def _a_figure(cls, value: str) -> str:
        if not is_figure(value):
            error = UnknownNameError("figure", value, figures())
            raise ValueError(f"{error} {error.hint or ''}".strip())
        return value

    @field_validator("date_range")
    @classmethod
    def _in_words(cls, value: str) -> str:
        return words_for_days(value)

    @model_validator(mode="after")
    def _one_edge(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise InvalidParamsError([Fault("above", "say either above or below, and a number")])
        return self

    @property
    def edge(self) -> Edge:
        """Where it tells."""
        if self.above is not None:
            return Edge("above", self.above, self.slack)
        return Edge("below", self.below or Decimal(0), self.slack)

    def report(self, source: str) -> ReportParams:
        """The report the figure is in."""
        level, key, about = LEVELS[self.level]
        ids = {"campaign_ids": self.campaign_ids, "adgroup_ids": self.adgroup_ids}
        return ReportParams(
            advertiser_ids=[source],
            data_level=level,
            dimensions=[key],
            metrics=list(dict.fromkeys([self.metric, "spend", *about])),
            date_range=self.date_range,
            filtering={name: chosen for name, chosen in ids.items() if chosen} or None,
            limit=0,
        )


class WatchReportMetrics(WatchingAccounts[WatchReportMetricsParams, AdReport]):
    """Watch for figures of a report that cross a threshold.

    What is beyond it when the watch begins counts as crossing. With days that move on, such as
    today, a new day begins below every threshold above zero.
    """

    async def fetch(
        self,
        params: WatchReportMetricsParams,
        context: Context,
        source: str,
        since: datetime | None,  # noqa: ARG002 - everything is compared
        until: datetime | None = None,  # noqa: ARG002 - as above
    ) -> AsyncIterator[Page[AdReport]]:
        """Read the report."""
        report = params.report(source)
        for part in await plan(report, context):
            constants: dict[str, Any] = dict([part.account])
            async for page in read_part(part, report, context):
                rows = [flat(row, constants) for row in page.records]
                told = [row for row in rows if (row.get("spend") or 0) >= params.at_least_spend]
                yield Page(
                    told, has_more=page.has_more, served_at=page.served_at, missing=page.missing
                )

    def key(self, bundle: Record) -> str:
        """The ids in it, the finest last."""
        names = ("advertiser_id", "campaign_id", "adgroup_id", "ad_id")
        return "/".join(str(bundle[name]) for name in names if bundle.get(name))

    def compare(
        self, params: WatchReportMetricsParams, memory: Record | None, bundle: Record
    ) -> Sight:
        """Tell a figure that has just crossed the threshold."""
        value = bundle.get(params.metric)
        number = value if isinstance(value, Decimal) else None
        kept, crossed = params.edge.crossed(memory, number)
        return Sight(kept, bundle if crossed else None)


watch_report_metrics = module(
    kind="trigger", title="Watch report metrics", provider="tiktok-business", permission=44
)(WatchReportMetrics)
