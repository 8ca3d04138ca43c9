"""What rows look like."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from adloom.simulator import Options, Running
from tests.simulator.client import Client
from tests.simulator.conftest import START
from tests.simulator.reports.steps import MONTH, TODAY, ask, number, only, report, total
from tests.simulator.steps import rows

MONEY = re.compile(r"\d+\.\d\d")
COUNT = re.compile(r"\d+")


def _metrics(
    client: Client, account: str, names: Sequence[str], **more: Any
) -> list[dict[str, str]]:
    return [row["metrics"] for row in report(client, account, metrics=names, **more)]


def test_money_has_two_decimals_and_counts_none(client: Client, big: str) -> None:
    for row in _metrics(client, big, ["spend", "cpc", "cpm", "cost_per_conversion", "clicks"]):
        *money, clicks = row["spend"], row["cpc"], row["cpm"], row["clicks"]

        assert all(MONEY.fullmatch(value) for value in money)
        assert COUNT.fullmatch(clicks)


def test_rates_follow_from_the_figures_in_the_same_row(client: Client, big: str) -> None:
    names = ["spend", "impressions", "clicks", "conversion", "reach"]
    rates = ["ctr", "cpc", "cpm", "cost_per_conversion", "conversion_rate_v2", "frequency"]
    checked = 0
    for row in _metrics(client, big, [*names, *rates]):
        spend, shown, clicks, bought, reach = (int(number(row[name])) for name in names)
        if not (clicks and bought):
            continue
        checked += 1
        exact = {
            "ctr": 100 * clicks / shown,
            "cpc": spend / clicks / 100,
            "cpm": spend * 10 / shown,
            "cost_per_conversion": spend / bought / 100,
            "conversion_rate_v2": 100 * bought / shown,
            "frequency": shown / reach,
        }
        assert {name: f"{value:.2f}" for name, value in exact.items()} == {
            name: row[name] for name in rates
        }

    assert checked > 30


def test_figures_are_of_a_likely_size(client: Client, big: str) -> None:
    [row] = report(
        client,
        big,
        "advertiser",
        metrics=["spend", "ctr", "cpm", "conversion_rate_v2", "frequency", "average_video_play"],
    )
    found = {name: Decimal(value) for name, value in row["metrics"].items()}

    assert 10_000 < found["spend"] < 500_000
    assert Decimal("0.5") < found["ctr"] < 3
    assert 1 < found["cpm"] < 12
    assert 0 < found["conversion_rate_v2"] < 1
    assert 1 < found["frequency"] < 2
    assert 1 < found["average_video_play"] < 4


def test_no_two_days_are_alike(client: Client, big: str) -> None:
    ad = rows(client, "ad", big, primary_status="STATUS_DELIVERY_OK")[5]["ad_id"]
    days = report(
        client,
        big,
        "ad",
        "stat_time_day",
        filtering=only(ad_ids=[ad]),
        metrics=["spend", "ctr", "cpm"],
        end_date="2026-08-31",
        start_date="2026-08-10",
    )

    assert len(days) == 22
    assert len({row["metrics"]["spend"] for row in days}) > 15
    assert len({row["metrics"]["ctr"] for row in days}) > 5


def test_evenings_are_busier_than_nights(client: Client, big: str) -> None:
    day = {"start_date": "2026-08-31", "end_date": "2026-08-31"}
    hours = report(client, big, "advertiser", "stat_time_hour", **day)
    spend = {
        row["dimensions"]["stat_time_hour"][11:13]: number(row["metrics"]["spend"]) for row in hours
    }

    assert len(spend) == 24
    assert spend["20"] > 3 * spend["04"]


def test_days_and_hours_are_those_of_the_account(client: Client, big: str) -> None:
    # It is noon in UTC, and four in the morning where this account is.
    [today] = report(client, big, "advertiser", "stat_time_day", **TODAY)
    hours = report(client, big, "advertiser", "stat_time_hour", **TODAY)

    assert today["dimensions"]["stat_time_day"] == "2026-09-01 00:00:00"
    assert [row["dimensions"]["stat_time_hour"] for row in hours] == [
        f"2026-09-01 {hour:02}:00:00" for hour in range(4)
    ]


def test_ads_only_for_traffic_convert_nothing_and_result_in_clicks(
    client: Client, big: str
) -> None:
    filtering = only(objective_type=["TRAFFIC"], ad_status=["STATUS_ALL"])
    found = _metrics(
        client,
        big,
        ["conversion", "cost_per_conversion", "clicks", "result", "complete_payment"],
        filtering=filtering,
    )

    assert any(row["clicks"] != "0" for row in found)
    for row in found:
        assert row["conversion"] == row["complete_payment"] == "0"
        assert row["cost_per_conversion"] == "0.00"
        assert row["result"] == row["clicks"]


def test_conversions_are_called_what_they_are_and_bring_money(client: Client, big: str) -> None:
    names = ["conversion", "complete_payment", "form", "app_install", "purchase", "onsite_form"]
    whole = total(report(client, big, "advertiser", metrics=names), names)
    [row] = report(
        client,
        big,
        "advertiser",
        metrics=["spend", "complete_payment_roas", "total_complete_payment_rate"],
    )
    value, spend = (
        number(row["metrics"][name]) for name in ("total_complete_payment_rate", "spend")
    )

    assert whole["complete_payment"] > 0
    assert whole["app_install"] > 0
    assert sum(whole[name] for name in names[1:]) <= whole["conversion"]
    assert row["metrics"]["complete_payment_roas"] == f"{value / spend:.2f}"


def test_what_an_ad_cannot_have_is_a_dash(client: Client, big: str) -> None:
    names = ["secondary_goal_result", "skan_conversion", "dpa_target_audience_type"]

    assert _metrics(client, big, names)[0] == dict.fromkeys(names, "-")


def test_attributes_are_words_for_people(client: Client, big: str) -> None:
    names = ["promotion_type", "placement_type", "objective_type", "budget", "opt_status"]
    found = _metrics(client, big, names)

    assert {"Website", "App"} < {row["promotion_type"] for row in found}
    assert {row["placement_type"] for row in found} == {"Automatic Placement", "Select Placement"}
    assert "Web conversions" in {row["objective_type"] for row in found}
    assert {row["opt_status"] for row in found} == {"0", "1"}
    assert all(MONEY.fullmatch(row["budget"]) for row in found)


def test_names_are_those_of_the_listings(client: Client, big: str) -> None:
    names = ["ad_name", "ad_text", "adgroup_id", "adgroup_name", "campaign_id", "campaign_name"]
    listed = {row["ad_id"]: {name: row[name] for name in names} for row in rows(client, "ad", big)}
    reported = {
        row["dimensions"]["ad_id"]: row["metrics"] for row in report(client, big, metrics=names)
    }

    assert listed.items() <= reported.items()


def test_rare_searches_are_not_counted_exactly(client: Client, big: str) -> None:
    hour = {"start_date": "2026-08-31", "end_date": "2026-08-31"}
    found = report(
        client, big, "ad", "search_terms", "stat_time_hour", **hour, metrics=["impressions"]
    )
    shown = {row["metrics"]["impressions"] for row in found}

    assert "<5" in shown
    assert not shown & {"0", "1", "2", "3", "4"}


def test_ids_alone_give_rows_of_nothing(client: Client, big: str) -> None:
    denied = rows(client, "ad", big, secondary_status="AD_STATUS_AUDIT_DENY")[0]["ad_id"]
    filtering = only(ad_ids=[denied])
    [row] = report(client, big, filtering=filtering, query_lifetime=True)

    assert set(row["metrics"].values()) == {"0", "0.00"}
    assert report(client, big, "ad", "stat_time_day", filtering=filtering) == []
    assert report(client, big, "ad", "country_code", filtering=filtering) == []


def test_no_row_of_a_day_or_an_hour_is_empty(client: Client, big: str) -> None:
    found = report(client, big, "ad", "stat_time_day") + report(
        client, big, "ad", "stat_time_hour", **TODAY
    )

    assert all(number(row["metrics"]["impressions"]) > 0 for row in found)


def test_the_same_seed_and_start_give_the_same_figures(client: Client, big: str) -> None:
    query = {"metrics": ["spend", "clicks", "likes"], **MONTH}
    with Running(Options(port=0, speed=0, start=START)) as other:
        again = report(Client(other.url, other.token()), big, "ad", "stat_time_day", **query)
    with Running(Options(port=0, speed=0, start=START, seed=2)) as other:
        different = report(Client(other.url, other.token()), big, "ad", "stat_time_day", **query)

    assert again == report(client, big, "ad", "stat_time_day", **query)
    assert again != different


def test_parents_can_stand_beside_their_parts(client: Client, big: str) -> None:
    dimensions = ["campaign_id", "adgroup_id", "ad_id", "stat_time_day"]
    data = ask(client, big, dimensions=dimensions, metrics=["campaign_id", "adgroup_id"])["data"]
    for row in data["list"]:
        assert list(row["dimensions"]) == dimensions
        assert row["metrics"].items() <= row["dimensions"].items()


def test_what_was_never_delivered_gives_no_rows(client: Client, big: str) -> None:
    for dimension in ("room_id", "minis_id", "skan_postback_sequence", "custom_event_type"):
        data = ask(client, big, "ad", dimension, **MONTH)["data"]

        assert data["list"] == []
        assert data["page_info"]["total_number"] == 0
