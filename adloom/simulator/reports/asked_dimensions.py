"""The dimensions of a report (business_api.md §5.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adloom.catalogue import load
from adloom.simulator.checking import bad_param
from adloom.simulator.reports.audiences import BREAKDOWNS
from adloom.simulator.reports.periods import DAY, HOUR

__all__ = ["Divided", "read_dimensions"]

#: From the whole to its parts; the last two are two ways to look at ads.
IDS: Final[Mapping[str, str]] = {
    "bc_id": "",
    "advertiser_id": "ADVERTISER",
    "campaign_id": "CAMPAIGN",
    "adgroup_id": "ADGROUP",
    "ad_id": "AD",
    "ad_id_v2": "AD",
}
ORDER: Final = ("ADVERTISER", "CAMPAIGN", "ADGROUP", "AD")
TIMES: Final = (DAY, HOUR)
#: Types whose reports are about one kind of object (business_api.md §5.2).
BY_LEVEL: Final = ("BASIC", "AUDIENCE")
TOGETHER: Final = {"gender", "age"}


@dataclass(frozen=True)
class Divided:
    """How a report is divided.

    Args:
        dimensions: Everything asked for, in that order.
        level: What its rows are about: `ADVERTISER`, `CAMPAIGN`, `ADGROUP` or `AD`.
        identity: The dimension that names it; empty where everything is taken together.
        step: `stat_time_day`, `stat_time_hour` or empty.
        breakdowns: By whom or where something was seen.
        is_empty: Whether nothing was ever delivered to what is asked for.
    """

    dimensions: tuple[str, ...]
    level: str
    identity: str
    step: str
    breakdowns: tuple[str, ...]
    is_empty: bool


def read_dimensions(report_type: str, data_level: str, asked: Sequence[str]) -> Divided:
    """Check dimensions.

    Args:
        report_type: One of the six.
        data_level: What the rows are to be about; empty where the dimensions decide.
        asked: The dimensions.
    """
    if not asked:
        raise bad_param("dimensions", "Must not be empty.")
    known = load().dimensions(report_type)
    if report_type == "CATALOG":
        known = (*known, *IDS)
    for dimension in asked:
        if dimension not in known:
            raise bad_param("dimensions", f"Invalid dimension {dimension} for {report_type}.")
    identity = _identity(report_type, data_level, asked)
    times = [dimension for dimension in dict.fromkeys(asked) if dimension in TIMES]
    if len(times) > 1:
        raise bad_param("dimensions", "Only one time dimension is possible.")
    others = tuple(name for name in dict.fromkeys(asked) if name not in IDS and name not in times)
    _check_breakdowns(report_type, others)
    modelled = tuple(name for name in others if name in BREAKDOWNS)
    return Divided(
        dimensions=tuple(dict.fromkeys(asked)),
        level=IDS.get(identity) or "ADVERTISER",
        identity=identity,
        step=times[0] if times else "",
        breakdowns=modelled,
        is_empty=modelled != others,
    )


def _identity(report_type: str, data_level: str, asked: Sequence[str]) -> str:
    """The finest id among the dimensions, which has to be that of the level."""
    ids = [name for name in IDS if name in asked]
    if {"ad_id", "ad_id_v2"} <= set(ids):
        raise bad_param("dimensions", "ad_id and ad_id_v2 cannot be combined.")
    finest = ids[-1] if ids else ""
    if data_level and finest and IDS[finest] != data_level:
        raise bad_param("dimensions", f"{finest} does not fit data_level AUCTION_{data_level}.")
    if report_type in BY_LEVEL and not finest:
        raise bad_param("dimensions", f"The id of data_level AUCTION_{data_level} is missing.")
    return finest


def _check_breakdowns(report_type: str, others: Sequence[str]) -> None:
    if report_type == "AUDIENCE" and not others:
        raise bad_param("dimensions", "An audience dimension is missing.")
    if report_type in BY_LEVEL and len(others) > 1 and set(others) != TOGETHER:
        raise bad_param("dimensions", f"{' and '.join(others)} cannot be combined.")
