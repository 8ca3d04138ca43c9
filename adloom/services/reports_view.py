"""A look at figures as its address tells it: which account, which days, by what, in which columns.

The address is the whole state, so that it can be kept, shared and gone back to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final, Self
from urllib.parse import urlencode

from adloom.catalogue import load
from adloom.services.figures_measures import PRESETS, parts_of
from modules.records.reports_dates import DAY, HOUR, Days, days_in_words
from modules.records.reports_words import ReportType

__all__ = ["ALL", "BREAKDOWNS", "CUSTOM", "LEVELS", "RANGES", "Level", "View", "before"]

#: In place of an account: all that the connection covers.
ALL: Final = "all"
CUSTOM: Final = "custom"
#: Days in words, and what people call them.
RANGES: Final = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last 7 days": "Last 7 days",
    "last 14 days": "Last 14 days",
    "last 30 days": "Last 30 days",
    "last 90 days": "Last 90 days",
    "this month": "This month",
    CUSTOM: "Custom",
}
#: What rows can be broken down by: the dimension, and the type of report that knows it (§5.2).
BREAKDOWNS: Final[Mapping[str, tuple[str, str, ReportType]]] = {
    "": ("None", "", ReportType.BASIC),
    "country": ("Country", "country_code", ReportType.BASIC),
    "placement": ("Placement", "placement", ReportType.AUDIENCE),
    "age": ("Age", "age", ReportType.AUDIENCE),
    "gender": ("Gender", "gender", ReportType.AUDIENCE),
    "platform": ("Platform", "platform", ReportType.AUDIENCE),
}
ONE: Final = timedelta(days=1)
#: Fields that are called something else in addresses.
IN_ADDRESSES: Final = {"first": "from", "last": "to"}
#: What changes nothing about what has to be fetched.
HOW_SHOWN: Final = ("sort", "page", "movers", "report")


@dataclass(frozen=True)
class Level:
    """What rows are about.

    Args:
        name: `campaign`, `adgroup` or `ad`.
        title: What people call it.
        plural: Several of them.
        below: The level of its parts; empty if it has none.
    """

    name: str
    title: str
    plural: str
    below: str = ""

    @property
    def data_level(self) -> str:
        """TikTok's word."""
        return f"AUCTION_{self.name.upper()}"

    @property
    def identity(self) -> str:
        """The dimension that names one."""
        return f"{self.name}_id"

    @property
    def called(self) -> str:
        """The attribute people know it by."""
        return f"{self.name}_name"


LEVELS: Final = {
    "campaign": Level("campaign", "Campaign", "campaigns", "adgroup"),
    "adgroup": Level("adgroup", "Ad group", "ad groups", "ad"),
    "ad": Level("ad", "Ad", "ads"),
}


@dataclass(frozen=True)
class View:
    """A look at figures.

    Args:
        connection: The connection's name.
        account: An advertiser's id, or `all`.
        level: What rows are about.
        days: Days in words, or `custom`.
        first: The first day, if custom.
        last: The last day, if custom.
        compare: `previous` or `none`.
        by: What rows are broken down by; empty is nothing.
        columns: The preset.
        metrics: The metrics, if custom.
        campaign: Only what belongs to this campaign.
        adgroup: Only what belongs to this ad group.
        sort: The column rows are in the order of; with a dash in front the largest first.
        page: Which page of rows.
        movers: The metric of the top movers.
        report: The saved report it was opened as.
    """

    connection: str
    account: str
    level: str = "campaign"
    days: str = "last 7 days"
    first: date | None = None
    last: date | None = None
    compare: str = "previous"
    by: str = ""
    columns: str = "performance"
    metrics: tuple[str, ...] = ()
    campaign: str = ""
    adgroup: str = ""
    sort: str = "-spend"
    page: int = 1
    movers: str = "spend"
    report: str = ""

    @property
    def of(self) -> Level:
        """What rows are about."""
        return LEVELS[self.level]

    @property
    def shown(self) -> tuple[str, ...]:
        """The metrics that rows show, as far as TikTok tells them for this breakdown."""
        wanted = self.metrics if self.columns == CUSTOM else PRESETS[self.columns][1]
        return tuple(name for name in wanted if self.tells(name))

    @property
    def untold(self) -> tuple[str, ...]:
        """Wanted metrics that are not told for this breakdown."""
        wanted = self.metrics if self.columns == CUSTOM else PRESETS[self.columns][1]
        return tuple(name for name in wanted if not self.tells(name))

    def tells(self, name: str) -> bool:
        """Whether a metric is known to be told for this level and breakdown.

        Audience reports know few figures, and fewer for campaigns than for ads (§5.2).
        """
        if BREAKDOWNS[self.by][2] is ReportType.BASIC:
            return True
        return name in _told_of_audiences(self.of.data_level)

    @property
    def key(self) -> "View":
        """The same for all looks at the same figures."""
        names = tuple(sorted(self.shown))
        usual: dict[str, Any] = {
            one.name: one.default for one in fields(View) if one.name in HOW_SHOWN
        }
        return replace(self, **usual, columns=CUSTOM, metrics=names)

    def period(self, today: date) -> Days:
        """The days, where it is `today`."""
        if self.days == CUSTOM and self.first and self.last:
            return Days(self.first, self.last)
        return days_in_words(self.days, today)

    def step(self, days: Days) -> str:
        """The time dimension of the trend: hours of a single day, else days."""
        return HOUR if len(days) == 1 else DAY

    def asked(self) -> list[str]:
        """The metrics to ask for rows: those shown, what their ratios need, and names."""
        wanted = (*self.shown, "spend", "impressions", "clicks", "conversion")
        names = [self.of.called]
        if self.level != "campaign":
            names.append("campaign_name")
        return [*(one for one in parts_of(wanted) if self.tells(one)), *names]

    def query(self, **other: Any) -> str:
        """The address after the question mark; what is usual is left out.

        Args:
            other: What is to be different there.
        """
        view = replace(self, **other)
        found: dict[str, Any] = {"account": f"{view.connection}/{view.account}"}
        for one in fields(View):
            value = getattr(view, one.name)
            if one.name not in ("connection", "account") and value != one.default:
                found[one.name] = ",".join(value) if isinstance(value, tuple) else value
        found = {IN_ADDRESSES.get(name, name): value for name, value in found.items()}
        return urlencode(found)

    def within(self, level: str, identity: str) -> Self:
        """The parts of one object."""
        below = LEVELS[level].below
        narrowed: dict[str, Any] = {level: identity}
        return replace(self, level=below, page=1, sort="-spend", **narrowed)


def before(days: Days) -> Days:
    """As many days right before."""
    return Days(days.first - len(days) * ONE, days.first - ONE)


def _told_of_audiences(data_level: str) -> frozenset[str]:
    """The metrics that audience reports of a level are known to answer with."""
    return frozenset(
        metric
        for report in load().known_good_reports()
        if (report.report_type, report.data_level) == (ReportType.AUDIENCE, data_level)
        for metric in report.metrics
    )
