from typing import Any

import pytest

from adloom.catalogue import load
from adloom.simulator import Options, Running
from tests.simulator.client import ROOT, Client
from tests.simulator.conftest import START
from tests.simulator.reports.steps import MONTH, TODAY, ask, only, params, report

GOOD: dict[str, Any] = params("ad", "stat_time_day")
FILTER = "filtering"


def _message(client: Client, account: str, **changed: Any) -> str:
    """What is said about a good request with something wrong in it."""
    given = {"advertiser_id": account, **GOOD, **changed}
    envelope = client.get(
        "/report/integrated/get/", **{name: value for name, value in given.items() if value}
    )

    assert envelope["code"] == 40002, envelope
    assert envelope["data"] == {}
    return str(envelope["message"])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"advertiser_id": None}, "advertiser_id"),
        ({"bc_id": "1"}, "bc_id"),
        ({"advertiser_ids": ["1"] * 6}, "advertiser_ids"),
        ({"report_type": None}, "report_type"),
        ({"report_type": "SUMMARY"}, "report_type"),
        ({"data_level": None}, "data_level"),
        ({"data_level": "RESERVATION_AD"}, "data_level"),
        ({"service_type": "RESERVATION"}, "service_type"),
        ({"dimensions": None}, "dimensions"),
        ({"dimensions": "[]"}, "dimensions"),
        ({"dimensions": ["stat_time_day"]}, "dimensions"),
        ({"dimensions": ["campaign_id"]}, "campaign_id"),
        ({"dimensions": ["ad_id", "weather"]}, "weather"),
        ({"dimensions": ["ad_id", "age"]}, "age"),
        ({"dimensions": ["ad_id", "ad_id_v2"]}, "ad_id_v2"),
        ({"dimensions": ["ad_id", "stat_time_day", "stat_time_hour"]}, "time"),
        ({"dimensions": ["ad_id", "country_code", "image_id"]}, "image_id"),
        ({"metrics": ["spend", "spent"]}, "Invalid metric fields"),
        ({"metrics": "spend"}, "metrics"),
        ({"start_date": None}, "start_date"),
        ({"end_date": None}, "end_date"),
        ({"start_date": "2026-8-3"}, "start_date"),
        ({"end_date": "2026-09-31"}, "end_date"),
        ({"start_date": "1026-09-01"}, "start_date"),
        ({"end_date": "2026-08-01"}, "end_date"),
        ({"start_date": "2026-08-02"}, "end_date"),
        ({"query_lifetime": True}, "dimensions"),
        ({"order_field": "campaign_name"}, "order_field"),
        ({"order_field": "beauty"}, "order_field"),
        ({"order_type": "RANDOM"}, "order_type"),
        ({"page_size": 1001}, "page_size"),
        ({FILTER: {"ad_ids": ["1"]}}, "filtering"),
        ({FILTER: only(ad_ids=["1"] * 101)}, "ad_ids"),
        ({FILTER: only(ad_ids=[])}, "ad_ids"),
        ({FILTER: only(campaign_status=["STATUS_ALL"])}, "campaign_status"),
        ({FILTER: only(ad_status=["ENABLED"])}, "ENABLED"),
        ({FILTER: [{"field_name": "ad_ids", "filter_type": "IN"}]}, "filter_value"),
        (
            {FILTER: [{"field_name": "ad_ids", "filter_type": "IN", "filter_value": "1"}]},
            "filter_value",
        ),
        (
            {FILTER: [{"field_name": "ad_ids", "filter_type": "IN", "filter_value": ["1"]}]},
            "filter_value",
        ),
        ({FILTER: [{"field_name": "x", "filter_type": "ABOUT", "filter_value": "1"}]}, "ABOUT"),
    ],
)
def test_a_bad_parameter_is_40002_and_named(
    client: Client, big: str, changed: dict[str, Any], named: str
) -> None:
    message = _message(client, big, **changed)

    assert named in message or "Not a valid choice" in message


def test_a_day_too_many_is_refused(client: Client, big: str) -> None:
    year: dict[str, Any] = {"dimensions": ["ad_id"], "end_date": "2026-09-01"}
    codes = [
        ask(client, big, **{**year, "start_date": start})["code"]
        for start in ("2025-09-02", "2025-09-01")
    ]

    assert codes == [0, 40002]
    assert ask(client, big, "ad", "stat_time_hour", **TODAY)["code"] == 0
    assert "1 day" in _message(client, big, dimensions=["ad_id", "stat_time_hour"])


def test_attributes_work_at_their_levels_only(client: Client, big: str) -> None:
    codes = {
        (level, name): ask(client, big, level, metrics=[name])["code"]
        for level in ("advertiser", "campaign", "adgroup", "ad")
        for name in ("advertiser_name", "campaign_name", "adgroup_id", "is_aco")
    }

    assert {pair for pair, code in codes.items() if code == 40002} == {
        ("advertiser", "campaign_name"),
        ("advertiser", "adgroup_id"),
        ("campaign", "adgroup_id"),
        ("adgroup", "adgroup_id"),
        ("advertiser", "is_aco"),
        ("campaign", "is_aco"),
        ("ad", "is_aco"),
    }


def test_a_filter_does_not_reach_below_its_rows(client: Client, big: str) -> None:
    envelope = ask(client, big, "campaign", filtering=only(ad_ids=["1"]))

    assert envelope["code"] == 40002
    assert "ad_ids" in envelope["message"]


def test_filters_that_nobody_knows_are_ignored(client: Client, big: str) -> None:
    plain = ask(client, big)["data"]

    assert plain == ask(client, big, filtering=only(ad_colour=["green"]))["data"]


def test_foreign_accounts_are_refused(
    client: Client, simulator: Running, big: str, small: str
) -> None:
    narrow = Client(client.url, simulator.token(advertiser_ids=[big]))

    assert ask(narrow, small)["code"] == 40001
    assert ask(narrow, big, advertiser_ids=[big, small])["code"] == 40001


@pytest.mark.parametrize("place", range(len(load().known_good_reports())))
def test_what_other_clients_ask_every_day_is_answered(client: Client, big: str, place: int) -> None:
    known = load().known_good_reports()[place]
    hourly = "stat_time_hour" in known.dimensions
    envelope = client.get(
        "/report/integrated/get/",
        advertiser_id=big,
        report_type=known.report_type,
        data_level=known.data_level,
        dimensions=known.dimensions,
        metrics=known.metrics,
        **(TODAY if hourly else MONTH),
        page_size=20,
    )

    assert envelope["code"] == 0, envelope["message"]
    rows = envelope["data"]["list"]
    assert {tuple(row["dimensions"]) for row in rows} == {known.dimensions}
    assert {frozenset(row["metrics"]) for row in rows} == {frozenset(known.metrics)}
    values = [value for row in rows for part in row.values() for value in part.values()]
    assert all(isinstance(value, str) for value in values)


def test_every_metric_has_a_value(client: Client, big: str) -> None:
    names = [
        name
        for group in load().metrics().values()
        for name in group
        if not (metric := load().metric(name)) or not metric.levels or "AD" in metric.levels
    ]
    query: dict[str, Any] = {"page_size": 1, "order_field": "spend"}
    for start in range(0, len(names), 100):
        part = names[start : start + 100]
        [row] = ask(client, big, metrics=part, **query)["data"]["list"]

        assert list(row["metrics"]) == part or set(row["metrics"]) == set(part)
        assert all(row["metrics"].values())


def test_unasked_a_report_shows_spend_and_impressions(client: Client, big: str) -> None:
    data = ask(client, big)["data"]

    assert {tuple(row["metrics"]) for row in data["list"]} == {("spend", "impressions")}
    assert len(data["list"]) == 10


def test_audience_reports_need_an_audience_and_know_no_videos(client: Client, big: str) -> None:
    audience = {"report_type": "AUDIENCE"}

    assert ask(client, big, **audience)["code"] == 40002
    assert ask(client, big, "ad", "age", "platform", **audience)["code"] == 40002
    assert ask(client, big, "ad", "age", metrics=["likes"], **audience)["code"] == 40002
    [row, *_] = ask(client, big, "ad", "age", metrics=["reach"], **audience)["data"]["list"]
    assert row["metrics"] == {"reach": "-"}


def test_a_report_is_cut_at_the_newest_objects(small: str) -> None:
    with Running(Options(port=0, speed=0, start=START, report_ids=5)) as simulator:
        client = Client(simulator.url, simulator.token())
        every = [row["ad_id"] for row in client.rows("/ad/get/", advertiser_id=small)]
        answer = client.send(
            "GET",
            f"{ROOT}/report/integrated/get/",
            query=f"advertiser_id={small}&report_type=BASIC&data_level=AUCTION_AD"
            '&dimensions=["ad_id"]&query_lifetime=true',
        )
        rows = answer.json["data"]["list"]
        few = ask(client, small, "campaign", filtering=only(campaign_ids=["1"]))

    assert [row["dimensions"]["ad_id"] for row in rows] == every[:5]
    assert answer.headers["x-tt-ads-throttle"] == "true"
    assert few["data"]["list"] == []


def test_a_whole_report_says_nothing_about_cuts(client: Client, big: str) -> None:
    answer = client.send(
        "GET",
        f"{ROOT}/report/integrated/get/",
        query=f"advertiser_id={big}&report_type=BASIC&data_level=AUCTION_AD"
        '&dimensions=["ad_id"]&query_lifetime=true',
    )

    assert "x-tt-ads-throttle" not in answer.headers
    assert len(report(client, big, query_lifetime=True)) > 200
