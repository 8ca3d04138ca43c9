"""`/smart_plus/{campaign,adgroup,ad}/get/`: the Upgraded Smart+ objects of the accounts.

A row has the fields that the catalogue declares for it; what the accounts know nothing of is null.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from adloom.catalogue import Param
from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.making.pages import paged
from adloom.simulator.making.smart_ads import smart_ad_row, speaker
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.campaign_rows import campaign_row
from adloom.simulator.world.group_rows import group_row
from adloom.simulator.world.selection import BadFilterError, rows_of
from adloom.simulator.world.tables import Level

__all__ = ["ENDPOINTS"]

MOST_IDS: Final = 100
ONLY: Final = {"campaign_automation_type": "UPGRADED_SMART_PLUS"}
CREATED: Final = ("creation_filter_start_time", "creation_filter_end_time")


def listed(level: Level, call: Call) -> Reply:
    """One page of an account's Upgraded Smart+ objects, the newest first."""
    filtering = call.params.get("filtering", {})
    for name, value in filtering.items():
        if name.endswith("_ids") and not 1 <= len(value) <= MOST_IDS:
            raise bad_param(f"filtering.{name}", f"Must have between 1 and {MOST_IDS} items.")
    account = call.account
    try:
        rows = _ads(account, filtering) if level == "ad" else _rows(account, level, filtering)
    except BadFilterError as error:
        raise Refusal(40002, str(error)) from None
    shape = next(field.fields for field in call.endpoint.response if field.name == "list")
    reply = paged([{"row": row} for row in rows], {**call.params, "fields": None})
    reply.data["list"] = [
        _narrowed(_shaped(BUILD[level](account, each["row"]), shape), call.params.get("fields"))
        for each in reply.data["list"]
    ]
    return reply


def _rows(account: Account, level: Level, filtering: Mapping[str, Any]) -> list[int]:
    found = rows_of(account, level, {**filtering, **ONLY})
    return found.page(1, max(found.total, 1))


def _ads(account: Account, filtering: Mapping[str, Any]) -> list[int]:
    """The first creatives of the ads that match; an ad is as the creative that speaks for it."""
    asked = {name: value for name, value in filtering.items() if name not in CREATED}
    if "smart_plus_ad_ids" in asked:
        asked["ad_ids_v2"] = asked.pop("smart_plus_ad_ids")
    window = {name: value for name, value in filtering.items() if name in CREATED}
    in_time = set(_rows(account, "ad", {**window, "primary_status": "STATUS_ALL"}))
    firsts: dict[int, None] = {}
    for creative in _rows(account, "ad", asked):
        first, siblings = _siblings(account, creative)
        if first in in_time and speaker(account, siblings) == creative:
            firsts[first] = None
    return list(firsts)


def _siblings(account: Account, creative: int) -> tuple[int, list[int]]:
    rows = account.creatives_of(str(account.smart_ad_of(creative)))
    return rows[0], rows


# --- rows ---------------------------------------------------------------------------------------


def _shaped(row: Mapping[str, Any], shape: Iterable[Param]) -> dict[str, Any]:
    return {field.name: row.get(field.name) for field in shape}


def _narrowed(row: dict[str, Any], fields: list[str] | None) -> dict[str, Any]:
    return {name: row[name] for name in fields if name in row} if fields else row


def _campaign(account: Account, index: int) -> dict[str, Any]:
    row = campaign_row(account, index)
    return row | {"current_budget": row["budget"], "smart_plus_adgroup_mode": "MULTIPLE"}


TARGETING: Final = (
    "age_groups",
    "audience_ids",
    "excluded_audience_ids",
    "gender",
    "interest_category_ids",
    "languages",
    "location_ids",
)


def _group(account: Account, index: int) -> dict[str, Any]:
    row = group_row(account, index)
    return row | {
        "current_budget": row["budget"],
        "targeting_optimization_mode": "AUTOMATIC",
        "targeting_spec": {name: row[name] for name in TARGETING},
    }


def _ad(account: Account, index: int) -> dict[str, Any]:
    return smart_ad_row(account, _siblings(account, index)[1])


BUILD: Final[Mapping[Level, Callable[[Account, int], dict[str, Any]]]] = {
    "campaign": _campaign,
    "adgroup": _group,
    "ad": _ad,
}
ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/smart_plus/ad/get/"): partial(listed, "ad"),
    ("GET", "/smart_plus/adgroup/get/"): partial(listed, "adgroup"),
    ("GET", "/smart_plus/campaign/get/"): partial(listed, "campaign"),
}
