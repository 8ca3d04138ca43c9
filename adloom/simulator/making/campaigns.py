"""`/campaign/create/` and `/campaign/update/` (business_api.md §1.1, §3.4)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.making.given import (
    INFINITE,
    check_budget,
    check_name,
    check_words,
    nothing_to_change,
    stored,
)
from adloom.simulator.making.once import once
from adloom.simulator.making.targets import change, find, switch_in, told
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.kinds import CampaignKind
from adloom.simulator.world.names import campaign_title
from adloom.simulator.world.tables import DELETE

__all__ = ["ENDPOINTS"]

#: A new campaign, as far as it was not asked for otherwise.
DEFAULTS: Final[Mapping[str, Any]] = {
    "app_promotion_type": None,
    "budget": 0,
    "budget_mode": INFINITE,
    "budget_optimize_on": False,
    "campaign_app_profile_page_state": "UNSET",
}
UPDATABLE: Final = ("budget", "campaign_name", "po_number", "special_industries")


def _create(call: Call) -> tuple[str, Reply]:
    params, account = call.params, call.account
    check_words(params, call.endpoint.response)
    check_name("campaign_name", params["campaign_name"])
    check_budget(params.get("budget_mode", INFINITE), params.get("budget"))
    if params.get("budget_optimize_on") and params.get("budget_mode", INFINITE) == INFINITE:
        raise bad_param("budget_optimize_on", f"{INFINITE} has no budget to optimize.")
    if not params.get("request_id"):
        _check_unique(account, params["campaign_name"])
    kind = _kind(params)
    row = call.state.world.add_campaign(
        account,
        kind=kind,
        switch=switch_in(params),
        values={**DEFAULTS, **stored("campaign", params)},
        due=call.state.visible_at(),
    )
    data = told(account, "campaign", row)
    return data["campaign_id"], Reply(data)


def _kind(params: Mapping[str, Any]) -> CampaignKind:
    """What filters look at."""
    objective = params["objective_type"]
    buying = "AUCTION"
    if objective.startswith(("RF_", "TOPVIEW_")):
        buying = "RESERVATION_RF" if objective.startswith("RF_") else "RESERVATION_TOP_VIEW"
    return CampaignKind(
        title="",
        objective_type=objective,
        groups=(),
        objective="APP" if objective in ("APP_PROMOTION", "APP_INSTALL") else "LANDING_PAGE",
        buying_type=buying,
        campaign_type=params.get("campaign_type", "REGULAR_CAMPAIGN"),
        creative_type="SEARCH_CAMPAIGN" if params.get("is_search_campaign") else "OTHER",
        sales_destination=params.get("sales_destination"),
        product_source=params.get("campaign_product_source"),
    )


def _check_unique(account: Account, name: str) -> None:
    """Refuse a name that another campaign of the account has (the code is assumed)."""
    table = account.campaigns
    for row in range(len(table)):
        taken = table.value(row, "campaign_name") or campaign_title(table, row)
        if taken == name and table.switch_of(row) != DELETE:
            raise Refusal(40002, "campaign_name: Another campaign of the account has this name.")


def _update(call: Call) -> Reply:
    params, account = call.params, call.account
    row = find(account, "campaign", params["campaign_id"])
    values = {name: params[name] for name in UPDATABLE if name in params}
    if not values:
        raise nothing_to_change()
    check_words(params, call.endpoint.response)
    now = told(account, "campaign", row)
    if "budget" in values:
        check_budget(now["budget_mode"], values["budget"])
    if values.get("campaign_name", now["campaign_name"]) != now["campaign_name"]:
        check_name("campaign_name", values["campaign_name"])
        _check_unique(account, values["campaign_name"])
    ids = [params["campaign_id"]]
    changed = change(call, "campaign", row, values)
    call.state.effects.record(
        call.path,
        ids,
        ids if changed else (),
        at=call.state.clock.now(),
        took_effect=changed,
    )
    return Reply(told(account, "campaign", row))


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/campaign/create/"): partial(once, _create),
    ("POST", "/campaign/update/"): _update,
}
