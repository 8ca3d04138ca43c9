"""Several accounts, Business Centers, catalogues, shops, and balances."""

from typing import Any

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client, Row
from tests.simulator.reports.steps import MONTH, number, params, report, total


def _rows(client: Client, **given: Any) -> list[Row]:
    return client.rows("/report/integrated/get/", **{**MONTH, **given})


def test_several_accounts_come_with_currency_and_whole_money(
    client: Client, simulator: Running
) -> None:
    accounts = list(simulator.world.accounts)
    found = _rows(
        client, **params("advertiser", metrics=["spend", "clicks"]), advertiser_ids=accounts
    )

    assert [row["dimensions"]["advertiser_id"] for row in found] == accounts
    assert [row["metrics"]["currency"] for row in found] == ["USD", "EUR", "JPY"]
    assert len({row["metrics"]["timezone"] for row in found}) == 3
    assert [row["metrics"]["advertiser_id"] for row in found] == accounts
    for row in found:
        [alone] = report(client, row["dimensions"]["advertiser_id"], "advertiser")
        assert abs(int(row["metrics"]["spend"]) * 100 - number(alone["metrics"]["spend"])) <= 50


def test_several_accounts_outrank_one(client: Client, big: str, small: str) -> None:
    found = _rows(client, **params("advertiser"), advertiser_ids=[small], advertiser_id=big)

    assert [row["dimensions"]["advertiser_id"] for row in found] == [small]


def test_days_of_several_accounts_can_be_those_of_utc(client: Client, big: str) -> None:
    given = {"advertiser_ids": [big], "metrics": ["impressions"]}
    local, utc = (
        _rows(
            client,
            **params("advertiser", "stat_time_day"),
            **given,
            multi_adv_report_in_utc_time=in_utc,
        )[0]
        for in_utc in (False, True)
    )

    assert local["dimensions"] == utc["dimensions"]
    assert local["metrics"]["impressions"] != utc["metrics"]["impressions"]


def test_a_business_center_has_all_accounts_of_the_token(
    client: Client, simulator: Running
) -> None:
    accounts = list(simulator.world.accounts)
    by_account = _rows(client, report_type="BC", bc_id="77", dimensions=["bc_id", "advertiser_id"])
    together = _rows(client, report_type="BC", bc_id="77", dimensions=["bc_id", "stat_time_day"])

    assert [row["dimensions"] for row in by_account] == [
        {"bc_id": "77", "advertiser_id": known} for known in accounts
    ]
    assert "frequency" in by_account[0]["metrics"]
    assert total(by_account, ["impressions"]) == total(together, ["impressions"])


def test_a_catalogue_report_is_about_catalogue_campaigns(client: Client, big: str) -> None:
    catalogue = {"report_type": "CATALOG", "data_level": "AUCTION_CAMPAIGN"}
    products = _rows(
        client, advertiser_id=big, **catalogue, dimensions=["catalog_id", "product_id"]
    )
    campaigns = _rows(
        client, advertiser_id=big, **catalogue, dimensions=["campaign_id", "product_id"]
    )
    shop = _rows(client, advertiser_id=big, report_type="TT_SHOP", dimensions=["store_id"])

    assert {row["dimensions"]["product_id"] for row in products} == {
        row["dimensions"]["product_id"] for row in campaigns
    }
    assert total(products, ["spend"])["spend"] == total(campaigns, ["spend"])["spend"] > 0
    assert shop[0]["metrics"]["spend"] == shop[0]["metrics"]["billed_cost"] != "0.00"


def test_nobody_plays_with_ads_here(client: Client, big: str) -> None:
    found = _rows(
        client, advertiser_id=big, report_type="PLAYABLE_MATERIAL", dimensions=["playable_id"]
    )

    assert found == []


@pytest.mark.parametrize("path", ["/advertiser/balance/get/", "/bc/advertiser/balance/get/"])
def test_balances_fall_by_the_minute(
    client: Client, simulator: Running, small: str, path: str
) -> None:
    def balance() -> float:
        found = client.get(path, bc_id="77")["data"]["advertiser_account_list"]
        [row] = [row for row in found if row["advertiser_id"] == small]
        [info] = client.get("/advertiser/info/", advertiser_ids=[small])["data"]["list"]

        assert row["account_balance"] == row["cash_balance"] == info["balance"]
        return float(row["account_balance"])

    before = balance()
    simulator.clock.move(3600)

    assert balance() < before


def test_balances_are_filtered_and_paged(client: Client, simulator: Running, limited: str) -> None:
    path = "/bc/advertiser/balance/get/"
    accounts = list(simulator.world.accounts)
    page = client.get(path, bc_id="77", page=2, page_size=2)["data"]
    named = client.get(path, bc_id="77", filtering={"keyword": "MORGEN"})["data"]
    bad = client.get(path, bc_id="77", filtering={"advertiser_status": ["STATUS_LIMIT"]})["data"]
    narrow = client.get(path, bc_id="77", fields=["currency", "nothing"])["data"]
    few = Client(client.url, simulator.token(advertiser_ids=[limited]))

    assert page["page_info"] == {
        "page": 2,
        "page_size": 2,
        "total_number": 3,
        "total_page": 2,
    }
    assert [row["advertiser_id"] for row in page["advertiser_account_list"]] == accounts[2:]
    assert [row["advertiser_id"] for row in named["advertiser_account_list"]] == accounts[1:2]
    assert [row["advertiser_id"] for row in bad["advertiser_account_list"]] == [limited]
    assert narrow["advertiser_account_list"] == [
        {"currency": code} for code in ("USD", "EUR", "JPY")
    ]
    assert few.get(path, bc_id="77")["data"]["page_info"]["total_number"] == 1
    assert client.get("/advertiser/balance/get/")["code"] == 40002
