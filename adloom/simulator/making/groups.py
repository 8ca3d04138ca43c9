"""`/adgroup/create/` and `/adgroup/update/` (business_api.md §1.1, §3.2, §3.4)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from adloom.catalogue import Param, load
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.making.budgets import check_lock
from adloom.simulator.making.given import (
    check_budget,
    check_name,
    check_words,
    nothing_to_change,
    stored,
)
from adloom.simulator.making.group_facts import (
    DEFAULTS,
    check_bid,
    check_dayparting,
    kind_of,
    span_of,
)
from adloom.simulator.making.once import once
from adloom.simulator.making.targets import change, find, switch_in, told
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.kinds import GROUP_KINDS
from adloom.simulator.world.names import group_title
from adloom.simulator.world.tables import DELETE

__all__ = ["ENDPOINTS"]

SCHEDULE: Final = ("schedule_type", "schedule_start_time", "schedule_end_time")
#: What an update keeps when it is not sent: a group cannot be without it (assumed).
KEPT: Final = ("adgroup_id", "adgroup_name", "advertiser_id", "budget", "pacing", *SCHEDULE)


def _create(call: Call) -> tuple[str, Reply]:
    params, account = call.params, call.account
    campaign = find(account, "campaign", params["campaign_id"])
    check_words(params, call.endpoint.response)
    check_name("adgroup_name", params["adgroup_name"])
    check_budget(params["budget_mode"], params["budget"])
    check_dayparting(params)
    check_bid(params)
    if not params.get("request_id"):
        _check_unique(account, campaign, params["adgroup_name"])
    values = {**DEFAULTS, **_declared(call.endpoint.params), **stored("adgroup", params)}
    if values["placement_type"] == "PLACEMENT_TYPE_AUTOMATIC":
        values["placements"] = None
    kind = kind_of(values)
    row = call.state.world.add_group(
        account,
        campaign=campaign,
        kind=kind,
        span=span_of(params, call.state.world.now),
        switch=switch_in(params),
        values={**values, "app_type": kind.app_type},
        due=call.state.visible_at(),
    )
    data = told(account, "adgroup", row)
    return data["adgroup_id"], Reply(data)


def _declared(params: tuple[Param, ...]) -> dict[str, Any]:
    """The defaults that TikTok declares."""
    return stored("adgroup", {each.name: each.default for each in params if each.default})


def _check_unique(account: Account, campaign: int, name: str) -> None:
    """Refuse a name that another group of the campaign has (the code is assumed)."""
    table = account.groups
    for row in account.campaigns.groups[campaign]:
        taken = table.value(row, "adgroup_name") or group_title(table, row)
        if taken == name and table.switch_of(row) != DELETE:
            raise Refusal(40002, "adgroup_name: Another ad group of the campaign has this name.")


# --- updates ------------------------------------------------------------------------------------


def _update(call: Call) -> Reply:
    """Replace what a group is set to; what is not sent is lost (business_api.yaml `gotchas`)."""
    params, account = call.params, call.account
    row = find(account, "adgroup", params["adgroup_id"])
    if not params.keys() - {"advertiser_id", "adgroup_id"}:
        raise nothing_to_change()
    _check_update(call, row)
    now = told(account, "adgroup", row)
    values = _replaced(call)
    if any(name in params for name in SCHEDULE):
        asked = {**{name: now[name] for name in SCHEDULE}, **params}
        span = span_of(asked, call.state.world.now)
        if span != (account.groups.starts[row], account.groups.ends[row]):
            values["span"] = span
    if values["bid_type"] != now["bid_type"]:
        kind = GROUP_KINDS[account.groups.group_kind[row]]
        values["kind"] = replace(kind, bid_strategy=kind_of({**now, **values}).bid_strategy)
    ids = [params["adgroup_id"]]
    changed = change(call, "adgroup", row, values)
    call.state.effects.record(
        call.path,
        ids,
        ids if changed else (),
        at=call.state.clock.now(),
        took_effect=changed,
    )
    return Reply(told(account, "adgroup", row))


def _check_update(call: Call, row: int) -> None:
    params, account = call.params, call.account
    made = load().endpoint("POST", "/adgroup/create/")
    check_words(params, made.response if made is not None else ())
    check_dayparting(params)
    check_bid(params)
    now = told(account, "adgroup", row)
    if "budget" in params and params["budget"] != now["budget"]:
        check_budget(now["budget_mode"], params["budget"])
        check_lock(account, call.state.clock.now())
    if params.get("adgroup_name", now["adgroup_name"]) != now["adgroup_name"]:
        check_name("adgroup_name", params["adgroup_name"])
        _check_unique(account, account.groups.campaign[row], params["adgroup_name"])


def _replaced(call: Call) -> dict[str, Any]:
    """Every field that an update sets: as sent, or back to what a new group has."""
    names = [each.name for each in call.endpoint.params if each.name not in KEPT]
    fresh = stored("adgroup", {name: DEFAULTS.get(name) for name in names})
    return fresh | stored("adgroup", call.params)


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/adgroup/create/"): partial(once, _create),
    ("POST", "/adgroup/update/"): _update,
}
