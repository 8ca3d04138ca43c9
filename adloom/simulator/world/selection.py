"""Which rows a listing shows (business_api.md §3.1 and §3.2).

Every filter is one entry of a table; it turns its value into a mask over the rows of a level.
"""

import calendar
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from adloom.catalogue import load
from adloom.simulator.world.account import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS, CampaignKind, GroupKind
from adloom.simulator.world.masks import Rows, all_but, later_than, one_of, span
from adloom.simulator.world.statuses import STATUSES
from adloom.simulator.world.tables import ID_SHIFT, Ads, Groups, Level, Table, mix
from adloom.simulator.world.words import campaign_name, group_name

__all__ = ["BadFilterError", "rows_of"]

#: What a listing shows when it is not asked otherwise.
DEFAULTS: Final[Mapping[str, Any]] = {
    "buying_types": ["AUCTION", "RESERVATION_RF"],
    "campaign_system_origins": ["TT_ADS_PLATFORM"],
}
TOP_VIEW: Final = "RESERVATION_TOP_VIEW"
#: Two words for one objective (business_api.md §3.1).
SAME_OBJECTIVES: Final = ("WEB_CONVERSIONS", "CONVERSIONS")


class BadFilterError(ValueError):
    """A filter that cannot be applied."""


def rows_of(account: Account, level: Level, filtering: Mapping[str, Any]) -> Rows:
    """The rows that a filter leaves, the newest first.

    Args:
        account: Whose.
        level: Campaigns, ad groups or ads.
        filtering: The filter as the API takes it; what the level does not know is ignored, as
            TikTok does with wrong names (business_api.md §8).
    """
    table = account.table(level)
    given = {**DEFAULTS, **{name: value for name, value in filtering.items() if value is not None}}
    if TOP_VIEW in given["buying_types"] and len(given["buying_types"]) > 1:
        raise BadFilterError(f"filtering.buying_types: {TOP_VIEW} must be the only one.")
    masks = [_status_mask(table, given)]
    for name, value in given.items():
        if name in CAMPAIGN_FACTS:
            test = CAMPAIGN_FACTS[name]
            masks.append(_kind_mask(table.campaign_kind, CAMPAIGN_KINDS, test, value))
        elif name in GROUP_FACTS and isinstance(table, Groups | Ads):
            masks.append(_kind_mask(table.group_kind, GROUP_KINDS, GROUP_FACTS[name], value))
        elif (level, name) in NAMES:
            masks.append(NAMES[level, name](table, value))
    masks.extend(_time_masks(table, given))
    if table.hidden:
        masks.append(all_but(len(table), table.hidden))
    return Rows(len(table), masks, _asked_for(account, level, given))


# --- statuses -----------------------------------------------------------------------------------


def _status_mask(table: Table, given: Mapping[str, Any]) -> bytes:
    secondary = given.get("secondary_status")
    if secondary in load().unfilterable_statuses(table.level):
        raise BadFilterError(f"filtering.secondary_status: {secondary} cannot be filtered by.")
    primary = given.get("primary_status", "STATUS_ALL" if secondary else "STATUS_NOT_DELETE")
    words = STATUSES[table.level]
    allowed = {word for word in words if _is_primary(table.level, word, primary)}
    if secondary and not secondary.endswith("_STATUS_ALL"):
        wildcard = secondary.endswith("_STATUS_NOT_DELETE")
        allowed &= (
            {word for word in words if not word.endswith("_DELETE")} if wildcard else {secondary}
        )
    return one_of(table.status, lambda code: words[code] in allowed, len(words))


def _is_primary(level: Level, word: str, primary: str) -> bool:
    """Whether a secondary status belongs to a primary one (business_api.yaml `status_model`)."""
    of = load().secondary_statuses(level)
    if primary == "STATUS_ALL":
        return True
    if primary == "STATUS_NOT_DELETE":
        return word not in of["STATUS_DELETE"]
    return word in of.get(primary, ())


# --- facts that whole kinds share ---------------------------------------------------------------


def _same_objective(kind: CampaignKind, value: str) -> bool:
    wanted = SAME_OBJECTIVES if value in SAME_OBJECTIVES else (value,)
    return kind.objective_type in wanted


def _destination(kind: GroupKind, value: str) -> bool:
    return kind.destination.startswith("APP_") if value == "APP" else kind.destination == value


def _goal_in_campaign(kind: CampaignKind, value: str) -> bool:
    return any(GROUP_KINDS[group].optimization_goal == value for group in kind.groups)


CAMPAIGN_FACTS: Final[Mapping[str, Callable[[CampaignKind, Any], bool]]] = {
    "buying_types": lambda kind, value: kind.buying_type in value,
    "campaign_automation_type": lambda kind, value: kind.automation == value,
    "campaign_product_source": lambda kind, value: kind.product_source == value,
    "campaign_system_origins": lambda kind, value: kind.origin in value,
    "campaign_type": lambda kind, value: kind.campaign_type == value,
    "creative_campaign_type": lambda kind, value: kind.creative_type in value,
    "is_smart_performance_campaign": lambda kind, value: (kind.creative_type == "SPC") is value,
    "objective_type": _same_objective,
    "sales_destination": lambda kind, value: kind.sales_destination == value,
    "split_test_enabled": lambda kind, value: kind.split_test is value,
}
GROUP_FACTS: Final[Mapping[str, Callable[[GroupKind, Any], bool]]] = {
    "bid_strategy": lambda kind, value: kind.bid_strategy == value,
    "billing_events": lambda kind, value: kind.billing_event in value,
    "creative_material_mode": lambda kind, value: kind.creative_material_mode == value,
    "destination": _destination,
    "optimization_goal": lambda kind, value: kind.optimization_goal == value,
    "promotion_type": lambda kind, value: kind.promotion_type == value,
}


def _kind_mask(
    column: bytearray, kinds: Sequence[Any], test: Callable[[Any, Any], bool], value: Any
) -> bytes:
    return one_of(column, lambda code: test(kinds[code], value), len(kinds))


# --- names and times ----------------------------------------------------------------------------


def _campaigns_named(table: Table, text: str) -> bytes:
    wanted = text.casefold()
    names = map(campaign_name, map(mix, table.ids), table.campaign_kind)
    return _renamed(table, "campaign_name", wanted, (wanted in name.casefold() for name in names))


def _groups_named(table: Table, text: str) -> bytes:
    wanted = text.casefold()
    named = (wanted in group_name(mix(number)).casefold() for number in table.ids)
    return _renamed(table, "adgroup_name", wanted, named)


def _renamed(table: Table, field: str, wanted: str, found: Iterable[bool]) -> bytes:
    """The rows whose names fit; names that were given since count instead of the first ones."""
    mask = bytearray(found)
    for row, values in table.changed.items():
        if field in values:
            mask[row] = wanted in values[field].casefold()
    return bytes(mask)


def _with_goal(table: Table, goal: str) -> bytes:
    return _kind_mask(table.campaign_kind, CAMPAIGN_KINDS, _goal_in_campaign, goal)


#: Filters that only one level has; a name is matched anywhere in it, whatever its case.
NAMES: Final[Mapping[tuple[Level, str], Callable[[Table, str], bytes]]] = {
    ("campaign", "campaign_name"): _campaigns_named,
    ("campaign", "optimization_goal"): _with_goal,
    ("adgroup", "adgroup_name"): _groups_named,
}


def _time_masks(table: Table, given: Mapping[str, Any]) -> Iterable[bytes]:
    """The window of creation, both ends included, and what was modified after a moment."""
    first, last = given.get("creation_filter_start_time"), given.get("creation_filter_end_time")
    if first or last:
        lower = _place(table, _moment("creation_filter_start_time", first)) if first else 0
        upper = _place(table, _moment("creation_filter_end_time", last) + 1) if last else len(table)
        yield span(len(table), lower, upper)
    if table.level == "ad" and (after := given.get("modified_after")):
        yield later_than(table.modified, _moment("modified_after", after))


def _place(table: Table, moment: int) -> int:
    return bisect_left(table.ids, moment << ID_SHIFT)


def _moment(name: str, text: str) -> int:
    try:
        return max(calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")), 0)
    except ValueError:
        raise BadFilterError(
            f"filtering.{name}: Not a valid datetime, expected YYYY-MM-DD HH:MM:SS."
        ) from None


# --- ids ----------------------------------------------------------------------------------------


def _asked_for(account: Account, level: Level, given: Mapping[str, Any]) -> set[int] | None:
    """The rows that the id lists leave, or None if there are none of them."""
    lists = [
        {row for text in given[name] for row in find(account, level, text)}
        for name, find in IDS.items()
        if name in given and name in ID_LISTS[level]
    ]
    return set.intersection(*lists) if lists else None


def _by_campaign(account: Account, level: Level, text: str) -> list[int]:
    campaign = account.campaigns.find(text)
    if campaign is None:
        return []
    groups = account.campaigns.groups[campaign]
    if level == "campaign":
        return [campaign]
    return (
        groups
        if level == "adgroup"
        else [ad for group in groups for ad in account.groups.ads[group]]
    )


def _by_group(account: Account, level: Level, text: str) -> list[int]:
    group = account.groups.find(text)
    if group is None:
        return []
    return [group] if level == "adgroup" else account.groups.ads[group]


def _by_ad(account: Account, _level: Level, text: str) -> list[int]:
    ad = account.ads.find(text)
    return [] if ad is None else [ad]


def _by_ad_v2(account: Account, level: Level, text: str) -> list[int]:
    """Ids of whole ads: an Upgraded Smart+ ad stands for its creatives."""
    manual = [ad for ad in _by_ad(account, level, text) if not account.is_upgraded("ad", ad)]
    return manual or account.creatives_of(text)


IDS: Final[Mapping[str, Callable[[Account, Level, str], list[int]]]] = {
    "campaign_ids": _by_campaign,
    "adgroup_ids": _by_group,
    "ad_ids": _by_ad,
    "ad_ids_v2": _by_ad_v2,
}
ID_LISTS: Final[Mapping[Level, tuple[str, ...]]] = {
    "campaign": ("campaign_ids",),
    "adgroup": ("campaign_ids", "adgroup_ids"),
    "ad": ("campaign_ids", "adgroup_ids", "ad_ids", "ad_ids_v2"),
}
