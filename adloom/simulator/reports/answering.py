"""`/report/integrated/get/` (business_api.md §5.1)."""

from collections.abc import Sequence
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Reply
from adloom.simulator.reports.asked import Asked, read
from adloom.simulator.state import Call

__all__ = ["accounts_of", "integrated"]

PAGE_SIZE: Final = 10
#: What an answer carries that was cut at 20,000 ids (business_api.md §1.2); its value is assumed.
THROTTLED: Final = {"X-Tt-Ads-Throttle": "true"}


def integrated(call: Call) -> Reply:
    """One page of a report, and the totals of all of it with the first one."""
    params = call.params
    page, size = params.get("page", 1), params.get("page_size", PAGE_SIZE)
    asked = read(params)
    totals = bool(params.get("enable_total_metrics"))
    if totals:
        _check_totals(asked)
    now = call.state.clock.now()
    plan, sheet = call.state.reports.planned(asked, accounts_of(call, asked), now)
    data: dict[str, Any] = {
        "list": list(sheet.rows(plan.places((page - 1) * size, size))),
        "page_info": {
            "page": page,
            "page_size": size,
            "total_number": plan.total,
            "total_page": -(-plan.total // size),
        },
    }
    if totals and page == 1:
        data["total_metrics"] = sheet.totals()
    return Reply(data, headers=THROTTLED if plan.is_cut else {})


def accounts_of(call: Call, asked: Asked) -> Sequence[str]:
    """The accounts of a report; a Business Center has all that the token covers (assumed)."""
    if asked.bc_id and call.grant is not None:
        return [known for known in call.grant.advertiser_ids if known in call.state.world.accounts]
    return asked.advertiser_ids


def _check_totals(asked: Asked) -> None:
    ids = [name for name in asked.divided.dimensions if name.endswith(("_id", "_id_v2"))]
    if asked.report_type != "BASIC" or len(ids) != 1 or asked.divided.breakdowns:
        raise bad_param(
            "enable_total_metrics", "Needs report_type BASIC and one id, with or without a day."
        )
