"""What figures are called, what they are counted in, and how they are put together again.

A ratio of many rows is the ratio of their sums, never the average of their ratios. What neither
adds up nor follows from sums (reach, conversion rates of several kinds) has no value for many rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from adloom.catalogue import load

__all__ = [
    "PAYMENTS",
    "PRESETS",
    "PRODUCTS",
    "Better",
    "Kind",
    "Measure",
    "adds_up",
    "choices",
    "measure_of",
    "parts_of",
]


class Kind(StrEnum):
    """What a figure is counted in."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    RATIO = "ratio"
    TEXT = "text"


class Better(StrEnum):
    """Which direction of a change is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class Measure:
    """One metric, for people.

    Args:
        name: TikTok's.
        title: What TikTok Ads Manager calls it.
        kind: What it is counted in.
        better: Which direction is good.
        above: For a ratio, the sum above the line.
        below: The sum below it.
        times: What the ratio is multiplied by.
    """

    name: str
    title: str
    kind: Kind = Kind.COUNT
    better: Better = Better.NEITHER
    above: str = ""
    below: str = ""
    times: int = 1


#: Sums that are no metrics: each row's product of two metrics, added up.
PAYMENTS: Final = "payments"
PRODUCTS: Final[Mapping[str, tuple[str, str]]] = {
    PAYMENTS: ("complete_payment", "value_per_complete_payment")
}
#: Amounts that add up; so do counts, except of people, who may be the same.
AMOUNTS: Final = frozenset({"spend", "cash_spend", "voucher_spend", "billed_cost", PAYMENTS})
PEOPLE: Final = frozenset({"reach", "live_unique_views"})
HUNDRED: Final = 100
THOUSAND: Final = 1000

_UP, _DOWN = Better.HIGHER, Better.LOWER


def _cost(name: str, title: str, below: str, times: int = 1) -> Measure:
    return Measure(name, title, Kind.MONEY, _DOWN, "spend", below, times)


def _count(name: str, title: str, better: Better = _UP) -> Measure:
    return Measure(name, title, Kind.COUNT, better)


_ALL: Final = (
    Measure("spend", "Cost", Kind.MONEY),
    _count("impressions", "Impressions", Better.NEITHER),
    _count("clicks", "Clicks (destination)"),
    Measure("ctr", "CTR (destination)", Kind.PERCENT, _UP, "clicks", "impressions", HUNDRED),
    _cost("cpc", "CPC (destination)", "clicks"),
    _cost("cpm", "CPM", "impressions", THOUSAND),
    _count("reach", "Reach", Better.NEITHER),
    Measure("frequency", "Frequency", Kind.RATIO),
    Measure("cost_per_1000_reached", "Cost per 1,000 people reached", Kind.MONEY, _DOWN),
    _count("conversion", "Conversions"),
    _cost("cost_per_conversion", "Cost per conversion", "conversion"),
    Measure("conversion_rate_v2", "Conversion rate (CVR)", Kind.PERCENT, _UP),
    _count("result", "Results"),
    _cost("cost_per_result", "Cost per result", "result"),
    Measure("result_rate", "Result rate", Kind.PERCENT, _UP),
    _count("complete_payment", "Payments completed"),
    _cost("cost_per_complete_payment", "Cost per payment", "complete_payment"),
    Measure(
        *("value_per_complete_payment", "Value per payment", Kind.MONEY, _UP, PAYMENTS),
        "complete_payment",
    ),
    Measure("complete_payment_roas", "Payment ROAS", Kind.RATIO, _UP, PAYMENTS, "spend"),
    _count("video_play_actions", "Video views"),
    _count("video_watched_2s", "2-second video views"),
    _count("video_watched_6s", "6-second video views"),
    _count("video_views_p25", "Video views at 25 %"),
    _count("video_views_p50", "Video views at 50 %"),
    _count("video_views_p75", "Video views at 75 %"),
    _count("video_views_p100", "Video views at 100 %"),
    Measure("average_video_play", "Average play time per view (s)", Kind.RATIO, _UP),
    _count("likes", "Paid likes"),
    _count("comments", "Paid comments"),
    _count("shares", "Paid shares"),
    _count("follows", "Paid followers"),
    _count("profile_visits", "Paid profile visits"),
    Measure("engagement_rate", "Engagement rate", Kind.PERCENT, _UP),
)
KNOWN: Final[Mapping[str, Measure]] = {one.name: one for one in _ALL}

#: Column presets with the words of TikTok Ads Manager; `custom` is chosen metric by metric.
PRESETS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "performance": (
        "Performance",
        (
            *("spend", "impressions", "clicks", "ctr", "cpc", "conversion"),
            *("cost_per_conversion", "result", "cost_per_result"),
        ),
    ),
    "delivery": (
        "Delivery",
        ("spend", "impressions", "reach", "frequency", "cpm", "cost_per_1000_reached", "clicks"),
    ),
    "conversions": (
        "Conversions",
        (
            *("spend", "conversion", "cost_per_conversion", "conversion_rate_v2"),
            *("complete_payment", "cost_per_complete_payment", "value_per_complete_payment"),
            "complete_payment_roas",
        ),
    ),
    "video": (
        "Video play",
        (
            *("spend", "impressions", "video_play_actions", "video_watched_2s"),
            *("video_watched_6s", "video_views_p25", "video_views_p50", "video_views_p75"),
            *("video_views_p100", "average_video_play"),
        ),
    ),
    "custom": ("Custom columns", ()),
}


@lru_cache(maxsize=2048)
def measure_of(name: str) -> Measure:
    """What is known of a metric; of others, what the catalogue says."""
    if name in KNOWN:
        return KNOWN[name]
    metric = load().metric(name)
    title = name.replace("_", " ").capitalize()
    if metric is None or metric.type not in ("int", "decimal"):
        return Measure(name, title, Kind.TEXT)
    return Measure(name, title, Kind.COUNT if metric.type == "int" else Kind.RATIO)


@lru_cache(maxsize=2048)
def adds_up(name: str) -> bool:
    """Whether a metric of many rows is the sum of theirs."""
    metric = load().metric(name)
    counts = metric is not None and metric.type == "int" and name not in PEOPLE
    return counts or name in AMOUNTS


def parts_of(names: Sequence[str]) -> list[str]:
    """The metrics, and those that their ratios are computed from, each once."""
    found: list[str] = []
    for name in names:
        measure = measure_of(name)
        for part in (name, measure.above, measure.below):
            found += PRODUCTS.get(part, (part,)) if part else ()
    return list(dict.fromkeys(found))


def choices() -> list[tuple[str, str]]:
    """Metrics that are offered for custom columns, with their titles."""
    return [(one.name, one.title) for one in _ALL]
