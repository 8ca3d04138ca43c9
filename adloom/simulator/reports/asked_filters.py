"""The filters of a report (business_api.md §5.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from adloom.catalogue import load
from adloom.simulator.checking import bad_param

__all__ = ["COUNTRY", "IDS", "LEVELS", "STATUSES", "Filter", "read_filters"]

#: From the whole to its parts.
LEVELS: Final = ("ADVERTISER", "CAMPAIGN", "ADGROUP", "AD")
#: Lists of ids, with the coarsest level whose rows they can choose.
IDS: Final[Mapping[str, str]] = {
    "campaign_ids": "CAMPAIGN",
    "adgroup_ids": "ADGROUP",
    "ad_ids": "AD",
    "ad_ids_v2": "AD",
}
STATUSES: Final[Mapping[str, str]] = {
    "campaign_status": "CAMPAIGN",
    "adgroup_status": "ADGROUP",
    "ad_status": "AD",
}
#: Facts about whole campaigns or groups, with the coarsest level that has them.
FACTS: Final[Mapping[str, str]] = {
    "buying_type": "CAMPAIGN",
    "campaign_automation_type": "CAMPAIGN",
    "objective_type": "CAMPAIGN",
    "creative_material_mode": "ADGROUP",
    "optimization_goal": "ADGROUP",
    "promotion_type": "ADGROUP",
}
EXCLUDING: Final = "NOT_IN"
#: Types whose values are lists; the others have one value.
LISTS: Final = ("IN", "NOT_IN", "CONTAIN_ANY_OF")
#: A filter of asynchronous reports only (business_api.md §5.4).
COUNTRY: Final = "country_code"


@dataclass(frozen=True)
class Filter:
    """What objects have to be like.

    Args:
        field: `campaign_ids`, `ad_status`, `objective_type` …
        values: One of which they have.
        excludes: Whether they must have none of them instead.
    """

    field: str
    values: tuple[str, ...]
    excludes: bool = False


def read_filters(
    report_type: str,
    level: str,
    asked: Sequence[Mapping[str, Any]],
    *,
    most_ids: int,
    with_country: bool = False,
) -> tuple[Filter, ...]:
    """Check filters; fields that nobody knows are ignored, as TikTok does (business_api.md §8).

    Args:
        report_type: One of the six.
        level: What the rows are about.
        asked: Objects with `field_name`, `filter_type` and `filter_value`.
        most_ids: How many ids a list may have.
        with_country: Whether `country_code` is a filter, too.
    """
    if asked and report_type == "TT_SHOP":
        raise bad_param("filtering", "Not for report_type TT_SHOP.")
    found = []
    for place, given in enumerate(asked):
        name, path = given.get("field_name", ""), f"filtering.{place}"
        kind = given.get("filter_type", "IN")
        values = _values(kind, given.get("filter_value", ""), f"{path}.filter_value")
        if name in IDS:
            _check_level(level, IDS[name], name, path)
            if not 1 <= len(values) <= most_ids:
                raise bad_param(path, f"{name} must have between 1 and {most_ids} items.")
        elif name in STATUSES:
            _check_status(level, name, values, path)
        elif name in FACTS:
            _check_level(level, FACTS[name], name, path)
        elif name != COUNTRY or not with_country:
            continue
        found.append(Filter(name, values, kind == EXCLUDING))
    return tuple(found)


def _values(kind: str, text: str, path: str) -> tuple[str, ...]:
    """The value of a filter, or the items of the list that its text holds."""
    if kind not in LISTS:
        return (text,)
    try:
        items = msgspec.json.decode(text, type=list[str | int])
    except msgspec.MsgspecError:
        raise bad_param(path, "Not a JSON list in a text.") from None
    return tuple(map(str, items))


def _check_level(level: str, coarsest: str, name: str, path: str) -> None:
    if LEVELS.index(level) < LEVELS.index(coarsest):
        raise bad_param(path, f"{name} does not fit data_level AUCTION_{level}.")


def _check_status(level: str, name: str, values: Sequence[str], path: str) -> None:
    if STATUSES[name] != level:
        raise bad_param(path, f"{name} does not fit data_level AUCTION_{level}.")
    for value in values:
        if value not in load().primary_statuses():
            raise bad_param(path, f"{value} is no status.")
