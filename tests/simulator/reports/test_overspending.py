"""`POST /_simulator/spend`: an ad overspends now."""

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client
from tests.simulator.reports.steps import TODAY, only, report, spent, total
from tests.simulator.steps import delivering, rows


def test_an_amount_is_added_to_today_to_the_cent(
    client: Client, simulator: Running, big: str
) -> None:
    ad = delivering(client, big)[3]["ad_id"]
    simulator.clock.move(7200)
    before, account = spent(client, big, ad), total(report(client, big, "advertiser", **TODAY))
    told = client.control("POST", "spend", {"ad_id": ad, "amount": 250.55})
    after = total(report(client, big, "advertiser", **TODAY))

    assert told["ad_id"] == ad
    assert told["advertiser_id"] == big
    assert before + 25_055 == spent(client, big, ad)
    assert account["spend"] + 25_055 == after["spend"]
    assert account["conversion"] == after["conversion"]
    assert account["impressions"] < after["impressions"]


def test_it_can_come_with_conversions(client: Client, big: str) -> None:
    ad = delivering(client, big)[3]["ad_id"]
    filtering = only(ad_ids=[ad])
    before = total(report(client, big, filtering=filtering, **TODAY))
    client.control("POST", "spend", {"ad_id": ad, "amount": 3, "conversions": 40})
    after = total(report(client, big, filtering=filtering, **TODAY))

    assert before["conversion"] + 40 == after["conversion"]
    assert after["clicks"] >= after["conversion"]


def test_the_past_stays_and_all_parts_still_add_up(
    client: Client, simulator: Running, big: str
) -> None:
    ad = delivering(client, big)[3]["ad_id"]
    simulator.clock.move(7200)
    yesterday = {"start_date": "2026-08-31", "end_date": "2026-08-31"}
    before = total(report(client, big, **yesterday))
    client.control("POST", "spend", {"ad_id": ad, "amount": 999, "conversions": 2})
    hours = report(client, big, "ad", "stat_time_hour", **TODAY)
    figures = ["spend", "impressions", "clicks", "conversion"]
    ages = report(client, big, "ad", "age", report_type="AUDIENCE", metrics=figures, **TODAY)
    whole = total(report(client, big, **TODAY))

    assert before == total(report(client, big, **yesterday))
    assert whole == total(hours)
    assert {name: whole[name] for name in figures} == total(ages, figures)
    assert whole == total(report(client, big, "campaign", **TODAY))


def test_an_ad_that_does_not_deliver_can_overspend_as_well(
    client: Client, simulator: Running, big: str
) -> None:
    simulator.clock.move(7200)
    ad = rows(client, "ad", big, primary_status="STATUS_DISABLE")[0]["ad_id"]
    before = report(client, big, "ad", "stat_time_day", filtering=only(ad_ids=[ad]), **TODAY)
    client.control("POST", "spend", {"ad_id": ad, "amount": 12.5})
    [after] = report(client, big, "ad", "stat_time_day", filtering=only(ad_ids=[ad]), **TODAY)

    assert before == []
    assert after["metrics"]["spend"] == "12.50"


def test_the_balance_pays_for_it(client: Client, simulator: Running, big: str) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    before = simulator.world.accounts[big].money.shown
    client.control("POST", "spend", {"ad_id": ad, "amount": 100})

    assert before - 100 == pytest.approx(simulator.world.accounts[big].money.shown)


def test_the_largest_spender_comes_first_at_once(client: Client, big: str) -> None:
    ad = delivering(client, big)[9]["ad_id"]
    client.control("POST", "spend", {"ad_id": ad, "amount": 100_000})
    first = report(client, big, order_field="spend", **TODAY)[0]

    assert first["dimensions"]["ad_id"] == ad


@pytest.mark.parametrize(
    "asked",
    [{}, {"ad_id": "1", "amount": 5}, {"ad_id": "", "amount": 5}],
)
def test_an_unknown_ad_is_refused(client: Client, asked: dict[str, object]) -> None:
    assert "no ad" in client.control("POST", "spend", asked)["error"]


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": -5}, {"amount": 1, "conversions": -1}])
def test_nonsense_is_refused(client: Client, big: str, wrong: dict[str, object]) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    before = spent(client, big, ad)

    assert "error" in client.control("POST", "spend", {"ad_id": ad, **wrong})
    assert before == spent(client, big, ad)
