"""Campaigns as `/campaign/get/` tells them (business_api.yaml `entities.campaign`)."""

from typing import Any

from adloom.simulator.world.account import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS
from adloom.simulator.world.rows import stamp
from adloom.simulator.world.statuses import STATUSES
from adloom.simulator.world.tables import SWITCHES, mix
from adloom.simulator.world.words import campaign_name

__all__ = ["campaign_row"]


def campaign_row(account: Account, index: int) -> dict[str, Any]:
    """One campaign with all its fields."""
    table = account.campaigns
    number = table.ids[index]
    mixed = mix(number)
    code = table.campaign_kind[index]
    kind = CAMPAIGN_KINDS[code]
    endless = kind.budget_mode == "BUDGET_MODE_INFINITE"
    return {
        "advertiser_id": account.facts.advertiser_id,
        "app_id": None,
        "app_promotion_type": kind.app_promotion_type,
        "bid_type": None,
        "budget": 0 if endless else 50 + mixed % 200 * 10,
        "budget_mode": kind.budget_mode,
        "budget_optimize_on": bool(mixed >> 9 & 1) and not endless,
        "campaign_app_profile_page_state": None,
        "campaign_automation_type": kind.automation,
        "campaign_id": str(number),
        "campaign_name": campaign_name(mixed, code),
        "campaign_product_source": kind.product_source,
        "campaign_system_origin": kind.origin,
        "campaign_type": kind.campaign_type,
        "catalog_enabled": kind.product_source == "CATALOG",
        "create_time": stamp(table.created(index)),
        "deep_bid_type": None,
        "is_new_structure": True,
        "is_search_campaign": kind.creative_type == "SEARCH_CAMPAIGN",
        "is_smart_performance_campaign": kind.creative_type == "SPC",
        "modify_time": stamp(table.modified[index]),
        "objective": kind.objective,
        "objective_type": kind.objective_type,
        "operation_status": SWITCHES[table.switch[index]],
        "postback_window_mode": None,
        "rf_campaign_type": kind.rf_campaign_type,
        "roas_bid": 0,
        "sales_destination": kind.sales_destination,
        "secondary_status": STATUSES["campaign"][table.status[index]],
        "special_industries": (),
    } | table.changed.get(index, {})
