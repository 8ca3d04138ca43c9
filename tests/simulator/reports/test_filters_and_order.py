import pytest

from adloom.simulator import Running
from tests.simulator.client import Client
from tests.simulator.reports.steps import EXACT, MONTH, ask, number, only, params, report, total
from tests.simulator.steps import ALL, rows, switch


def _ids(client: Client, account: str, level: str = "ad", **more: object) -> set[str]:
    found = client.rows("/report/integrated/get/", advertiser_id=account, **params(level, **more))
    return {row["dimensions"][f"{level}_id"] for row in found}


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_deleted_objects_are_left_out_unless_asked_for(
    client: Client, big: str, level: str
) -> None:
    newest = rows(client, level, big, campaign_automation_type="MANUAL")[0]
    switch(client, level, big, [newest[f"{level}_id"]], "DELETE")
    every = {row[f"{level}_id"] for row in rows(client, level, big)}
    gone = {row[f"{level}_id"] for row in rows(client, level, big, primary_status="STATUS_DELETE")}
    status = f"{level}_status"

    assert gone
    assert every - gone == _ids(client, big, level)
    assert every == _ids(client, big, level, filtering=only(**{status: ["STATUS_ALL"]}))
    assert gone == _ids(client, big, level, filtering=only(**{status: ["STATUS_DELETE"]}))


def test_several_statuses_can_be_asked_for(client: Client, big: str) -> None:
    wanted = ["STATUS_DISABLE", "STATUS_DELIVERY_OK"]
    listed = {
        row["ad_id"] for status in wanted for row in rows(client, "ad", big, primary_status=status)
    }

    assert listed == _ids(client, big, filtering=only(ad_status=wanted))


def test_an_ad_that_is_deleted_now_disappears_now(client: Client, big: str) -> None:
    ad = rows(
        client,
        "ad",
        big,
        primary_status="STATUS_DELIVERY_OK",
        campaign_automation_type="MANUAL",
    )[0]["ad_id"]
    before = _ids(client, big)
    switch(client, "ad", big, [ad], "DELETE")

    assert before - {ad} == _ids(client, big)


@pytest.mark.parametrize("name", ["campaign_id", "adgroup_id", "ad_id", "ad_id_v2"])
def test_ids_choose_rows(client: Client, big: str, name: str) -> None:
    listed = rows(client, "ad", big)
    wanted = sorted({row[name] for row in listed})[:7]
    expected = {row["ad_id"] for row in listed if row[name] in wanted}
    filtering = only(**{name.replace("_id", "_ids", 1): wanted, "ad_status": ["STATUS_ALL"]})

    assert expected == _ids(client, big, filtering=filtering)


def test_not_in_leaves_them_out(client: Client, big: str) -> None:
    listed = rows(client, "ad", big)
    campaign = listed[0]["campaign_id"]
    [without] = only(campaign_ids=[campaign])
    filtering = [{**without, "filter_type": "NOT_IN"}, *only(ad_status=["STATUS_ALL"])]

    assert {row["ad_id"] for row in listed if row["campaign_id"] != campaign} == _ids(
        client, big, filtering=filtering
    )


@pytest.mark.parametrize(
    ("name", "value", "listed"),
    [
        ("campaign_automation_type", "UPGRADED_SMART_PLUS", "campaign_automation_type"),
        ("objective_type", "TRAFFIC", "objective_type"),
        ("promotion_type", "APP_IOS", "promotion_type"),
        ("optimization_goal", "INSTALL", "optimization_goal"),
        ("creative_material_mode", "DYNAMIC", "creative_material_mode"),
    ],
)
def test_facts_choose_rows(client: Client, big: str, name: str, value: str, listed: str) -> None:
    expected = {row["ad_id"] for row in rows(client, "ad", big, **{listed: value})}

    assert expected
    assert expected == _ids(
        client, big, filtering=only(**{name: [value], "ad_status": ["STATUS_ALL"]})
    )


def test_reports_know_promote_and_top_view_too(client: Client, small: str) -> None:
    top = rows(client, "ad", small, buying_types=["RESERVATION_TOP_VIEW"], **ALL)
    promote = rows(client, "ad", small, campaign_system_origins=["PROMOTE"], **ALL)
    every = _ids(client, small, filtering=only(ad_status=["STATUS_ALL"]))
    named = only(ad_ids=[top[0]["ad_id"], promote[0]["ad_id"]], ad_status=["STATUS_ALL"])

    assert {row["ad_id"] for row in (*top, *promote)} < every
    assert len(_ids(client, small, filtering=named)) == 2


def test_the_newest_objects_come_first_day_by_day(client: Client, big: str) -> None:
    found = report(client, big, "ad", "stat_time_day")
    keys = [(-int(row["dimensions"]["ad_id"]), row["dimensions"]["stat_time_day"]) for row in found]

    assert sorted(keys) == keys


@pytest.mark.parametrize("metric", ["spend", "ctr", "cost_per_conversion", "impressions"])
@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_rows_come_in_the_order_of_a_metric(
    client: Client, big: str, metric: str, order: str
) -> None:
    found = report(
        client, big, "ad", "stat_time_day", metrics=[metric], order_field=metric, order_type=order
    )
    values = [number(row["metrics"][metric]) for row in found]

    assert sorted(values, reverse=order == "DESC") == values
    assert len(set(values)) > 10


def test_an_order_is_descending_unless_asked_otherwise(client: Client, big: str) -> None:
    plain = ask(client, big, order_field="spend")["data"]["list"]

    assert plain == ask(client, big, order_field="spend", order_type="DESC")["data"]["list"]
    # What is put in order need not be shown.
    assert ask(client, big, order_field="likes", metrics=["spend"])["code"] == 0


def test_pages_do_not_overlap_and_miss_nothing(client: Client, big: str) -> None:
    query = {"advertiser_id": big, **params("ad", "stat_time_day", order_field="clicks")}
    pages = [
        client.get("/report/integrated/get/", **query, page=page, page_size=300)["data"]
        for page in range(1, 12)
    ]
    found = [tuple(row["dimensions"].values()) for data in pages for row in data["list"]]
    info = pages[0]["page_info"]

    assert len(found) == len(set(found)) == info["total_number"]
    assert info["total_page"] == -(-info["total_number"] // 300)
    assert pages[-1]["list"] == []


def test_totals_stand_on_the_first_page(client: Client, big: str) -> None:
    query = {"metrics": EXACT, "enable_total_metrics": True, "page_size": 5}
    first, second = (
        ask(client, big, "ad", "stat_time_day", **query, page=page)["data"] for page in (1, 2)
    )
    rows_of_all = client.rows(
        "/report/integrated/get/",
        advertiser_id=big,
        **params("ad", "stat_time_day", metrics=EXACT),
    )

    assert "total_metrics" not in second
    assert total(rows_of_all) == total([{"metrics": first["total_metrics"]}])


def test_totals_need_a_simple_report(client: Client, big: str) -> None:
    for by in ("country_code", "image_id"):
        assert ask(client, big, "ad", by, enable_total_metrics=True)["code"] == 40002


def test_a_large_report_keeps_its_order_and_shows_the_present(
    client: Client, simulator: Running, big: str
) -> None:
    query = {
        **params("ad", "country_code", "stat_time_day"),
        "advertiser_id": big,
        "order_field": "spend",
        "page_size": 1000,
        **MONTH,
    }
    before = client.get("/report/integrated/get/", **query)["data"]
    simulator.clock.move(60)
    after = client.get("/report/integrated/get/", **query)["data"]

    assert before["page_info"]["total_number"] > 20_000
    assert [row["dimensions"] for row in before["list"]] == [
        row["dimensions"] for row in after["list"]
    ]
