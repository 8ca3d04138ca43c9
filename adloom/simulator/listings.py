"""`/campaign/get/`, `/adgroup/get/` and `/ad/get/` (business_api.md §1.3, §3.1, §3.2)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.campaign_rows import campaign_row
from adloom.simulator.world.group_rows import group_row
from adloom.simulator.world.selection import TOP_VIEW, BadFilterError, rows_of
from adloom.simulator.world.tables import Level

__all__ = ["ENDPOINTS"]

PAGE_SIZE: Final = 10
#: TopView ad groups come in smaller pages (business_api.md §1.3).
TOP_VIEW_PAGE: Final = 100
MOST_IDS: Final = 100
ID_LISTS: Final = ("ad_ids", "ad_ids_v2", "adgroup_ids", "campaign_ids")
ROWS: Final[Mapping[Level, Callable[[Account, int], dict[str, Any]]]] = {
    "campaign": campaign_row,
    "adgroup": group_row,
    "ad": ad_row,
}


def listed(level: Level, call: Call) -> Reply:
    """One page of an account's objects, the newest first."""
    params = call.params
    page, size = params.get("page", 1), params.get("page_size", PAGE_SIZE)
    filtering = params.get("filtering", {})
    _check(level, size, filtering)
    try:
        found = rows_of(call.account, level, filtering)
    except BadFilterError as error:
        raise Refusal(40002, str(error)) from None
    build = partial(ROWS[level], call.account)
    rows = [build(row) for row in found.page(page, size)]
    page_info = {
        "page": page,
        "page_size": size,
        "total_number": found.total,
        "total_page": -(-found.total // size),
    }
    return Reply({"list": _narrowed(rows, params), "page_info": page_info})


def _check(level: Level, size: int, filtering: Mapping[str, Any]) -> None:
    """Limits that the sheets tell in words."""
    top_view = TOP_VIEW in (filtering.get("buying_types") or ())
    if level == "adgroup" and top_view and size > TOP_VIEW_PAGE:
        raise bad_param("page_size", f"Must be at most {TOP_VIEW_PAGE} for {TOP_VIEW}.")
    for name, value in filtering.items():
        if name in ID_LISTS and not 1 <= len(value) <= MOST_IDS:
            raise bad_param(f"filtering.{name}", f"Must have between 1 and {MOST_IDS} items.")


def _narrowed(
    rows: Sequence[dict[str, Any]], params: Mapping[str, Any]
) -> Sequence[dict[str, Any]]:
    """The rows with the columns asked for, and without empty ones if that was asked for."""
    if fields := params.get("fields"):
        rows = [{name: row[name] for name in fields if name in row} for row in rows]
    if params.get("exclude_field_types_in_response"):
        rows = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return rows


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/ad/get/"): partial(listed, "ad"),
    ("GET", "/adgroup/get/"): partial(listed, "adgroup"),
    ("GET", "/campaign/get/"): partial(listed, "campaign"),
}
