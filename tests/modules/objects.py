"""Campaigns, ad groups and accounts in memory, as TikTok lists them."""

from collections.abc import Mapping
from typing import Any

from adloom.wire import Answer, Record
from tests.modules.fake_api import NOW, FakeApi, Rows, ad_row, by_ids

__all__ = ["ADVERTISER", "account", "campaign_row", "group_row", "listing", "platform"]

ADVERTISER = "7100000000000000001"
ID_COLUMNS = {
    "campaign_ids": "campaign_id",
    "adgroup_ids": "adgroup_id",
    "ad_ids": "ad_id",
}


def campaign_row(number: int = 0, **more: Any) -> Record:
    """A row as `/campaign/get/` sends it, cut to what the tests look at."""
    return {
        "campaign_id": str(1_700_000_000_000_010 + number),
        "campaign_name": f"Campaign {number}",
        "advertiser_id": ADVERTISER,
        "objective_type": "TRAFFIC",
        "campaign_type": "REGULAR_CAMPAIGN",
        "campaign_automation_type": "MANUAL",
        "rf_campaign_type": None,
        "budget": 100,
        "budget_mode": "BUDGET_MODE_DAY",
        "budget_optimize_on": False,
        "operation_status": "ENABLE",
        "secondary_status": "CAMPAIGN_STATUS_ENABLE",
        **more,
    }


def group_row(number: int = 0, **more: Any) -> Record:
    """A row as `/adgroup/get/` sends it; it does not tell what kind of campaign it is in."""
    return {
        "adgroup_id": str(1_700_000_000_000_100 + number),
        "adgroup_name": f"Ad group {number}",
        "advertiser_id": ADVERTISER,
        "campaign_id": campaign_row()["campaign_id"],
        "budget": 50,
        "budget_mode": "BUDGET_MODE_DAY",
        "operation_status": "ENABLE",
        "secondary_status": "ADGROUP_STATUS_DELIVERY_OK",
        **more,
    }


def listing(rows: list[Record]) -> Rows:
    """A listing that honours the id filters and leaves TopView out unless asked, as TikTok does."""

    def answer(query: Mapping[str, Any]) -> list[Record]:
        filtering = query.get("filtering") or {}
        found = rows
        for name, column in ID_COLUMNS.items():
            if name in filtering:
                found = [row for row in found if str(row.get(column)) in filtering[name]]
        topview = "RESERVATION_TOP_VIEW" in filtering.get("buying_types", [])
        return [row for row in found if (row.get("rf_campaign_type") == "TOPVIEW") == topview]

    return answer


def account(currency: str = "EUR", timezone: str = "Europe/Berlin") -> Answer:
    """What `/advertiser/info/` answers."""
    row = {"advertiser_id": ADVERTISER, "currency": currency, "timezone": timezone}
    data = {"list": [row]}
    return Answer(200, {}, {"code": 0, "data": data}, data, NOW, 0)


def platform(
    campaigns: list[Record] | None = None,
    groups: list[Record] | None = None,
    ads: list[Record] | None = None,
) -> FakeApi:
    """One campaign, one ad group and one ad, unless others are given."""
    return FakeApi(
        {
            "/campaign/get/": listing([campaign_row()] if campaigns is None else campaigns),
            "/adgroup/get/": listing([group_row()] if groups is None else groups),
            "/ad/get/": by_ids([ad_row(1)] if ads is None else ads),
        },
        answers={"/advertiser/info/": account()},
    )
