from collections import Counter
from typing import Any

import pytest

from adloom.simulator import Running
from adloom.simulator.world.words import AWKWARD_NAMES
from tests.simulator.client import Client
from tests.simulator.steps import ALL, PATHS


def statuses(client: Client, advertiser_id: str, **filtering: Any) -> Counter[str]:
    rows = client.rows("/ad/get/", advertiser_id=advertiser_id, filtering=filtering)
    return Counter(row["secondary_status"] for row in rows)


def test_ten_rows_come_when_nobody_says_how_many(client: Client, big: str) -> None:
    data = client.get("/ad/get/", advertiser_id=big)["data"]

    assert len(data["list"]) == 10
    assert data["page_info"]["page"] == 1
    assert data["page_info"]["page_size"] == 10
    assert data["page_info"]["total_page"] == -(-data["page_info"]["total_number"] // 10)


@pytest.mark.parametrize("level", PATHS)
def test_pages_show_every_object_once_the_newest_first(
    client: Client, big: str, level: str
) -> None:
    rows = client.rows(PATHS[level], advertiser_id=big, filtering=ALL, page_size=7)
    ids = [int(row[f"{level}_id"]) for row in rows]

    assert sorted(set(ids), reverse=True) == ids


def test_the_large_account_has_as_many_ads_as_was_asked_for(client: Client, big: str) -> None:
    assert statuses(client, big, **ALL).total() == 240


def test_deleted_ads_are_hidden_unless_asked_for(client: Client, big: str) -> None:
    gone = {"AD_STATUS_DELETE", "AD_STATUS_ADGROUP_DELETE", "AD_STATUS_CAMPAIGN_DELETE"}
    everything = statuses(client, big, **ALL)
    deleted = statuses(client, big, primary_status="STATUS_DELETE")

    assert set(deleted) <= gone
    assert deleted.total() > 0
    assert everything - deleted == statuses(client, big)


def test_a_wildcard_as_secondary_status_shows_deleted_ads_too(client: Client, big: str) -> None:
    assert statuses(client, big, secondary_status="AD_STATUS_ALL") == statuses(client, big, **ALL)
    assert statuses(client, big, secondary_status="AD_STATUS_NOT_DELETE") == statuses(client, big)


def test_a_secondary_status_alone_finds_deleted_ads(client: Client, big: str) -> None:
    everything = statuses(client, big, **ALL)

    assert statuses(client, big, secondary_status="AD_STATUS_DELETE") == Counter(
        AD_STATUS_DELETE=everything["AD_STATUS_DELETE"]
    )


def test_some_statuses_cannot_be_filtered_by(client: Client, big: str) -> None:
    filtering = {"secondary_status": "AD_STATUS_TRANSCODING_FAIL"}

    assert client.get("/ad/get/", advertiser_id=big, filtering=filtering)["code"] == 40002


def test_one_ad_is_found_by_its_id_and_an_unknown_one_is_an_empty_list(
    client: Client, big: str
) -> None:
    wanted = client.get("/ad/get/", advertiser_id=big)["data"]["list"][3]
    known = {"ad_ids": [wanted["ad_id"]], **ALL}
    unknown = {"ad_ids": ["1234567890123456", "x", "9" * 5000], **ALL}

    assert client.get("/ad/get/", advertiser_id=big, filtering=known)["data"]["list"] == [wanted]
    assert client.get("/ad/get/", advertiser_id=big, filtering=unknown)["data"] == {
        "list": [],
        "page_info": {"page": 1, "page_size": 10, "total_number": 0, "total_page": 0},
    }


def test_an_ad_of_another_account_is_not_found(client: Client, big: str, small: str) -> None:
    foreign = client.get("/ad/get/", advertiser_id=small)["data"]["list"][0]["ad_id"]
    data = client.get("/ad/get/", advertiser_id=big, filtering={"ad_ids": [foreign], **ALL})["data"]

    assert data["list"] == []


def test_a_page_past_the_end_is_an_empty_list(client: Client, big: str) -> None:
    envelope = client.get("/ad/get/", advertiser_id=big, page=99, page_size=1000)

    assert envelope["code"] == 0
    assert envelope["data"]["list"] == []


def test_columns_are_narrowed_and_unknown_ones_ignored(client: Client, big: str) -> None:
    fields = ["ad_id", "modify_time", "no_such_field"]
    rows = client.get("/ad/get/", advertiser_id=big, fields=fields)["data"]["list"]

    assert {tuple(sorted(row)) for row in rows} == {("ad_id", "modify_time")}


def test_null_fields_are_left_out_on_request(client: Client, big: str) -> None:
    full = client.get("/ad/get/", advertiser_id=big)["data"]["list"]
    short = client.get(
        "/ad/get/", advertiser_id=big, exclude_field_types_in_response=["NULL_FIELD"]
    )["data"]["list"]

    assert any(value is None for row in full for value in row.values())
    assert short == [
        {name: value for name, value in row.items() if value is not None} for row in full
    ]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"page_size": 1001}, "page_size"),
        ({"page_size": 0}, "page_size"),
        ({"page": 0}, "page"),
        ({"page": "first"}, "page"),
        ({"filtering": "ad_ids=1"}, "filtering"),
        ({"filtering": "[]"}, "filtering"),
        ({"fields": "ad_id"}, "fields"),
        ({"filtering": {"ad_ids": ["1"] * 101}}, "filtering.ad_ids"),
        ({"filtering": {"ad_ids_v2": ["1"] * 101}}, "filtering.ad_ids_v2"),
        ({"filtering": {"ad_ids": []}}, "filtering.ad_ids"),
        ({"filtering": {"ad_ids": "1"}}, "filtering.ad_ids"),
        ({"filtering": {"ad_ids": [{}]}}, "filtering.ad_ids.0"),
        ({"filtering": {"primary_status": "ENABLED"}}, "filtering.primary_status"),
        ({"filtering": {"modified_after": "2026-09-01"}}, "filtering.modified_after"),
        (
            {"filtering": {"buying_types": ["AUCTION", "RESERVATION_TOP_VIEW"]}},
            "filtering.buying_types",
        ),
        ({"exclude_field_types_in_response": ["NULL"]}, "exclude_field_types_in_response"),
    ],
)
def test_a_bad_parameter_is_40002_and_named(
    client: Client, big: str, params: dict[str, Any], field: str
) -> None:
    envelope = client.get("/ad/get/", advertiser_id=big, **params)

    assert envelope["code"] == 40002
    assert field in envelope["message"]


def test_a_missing_parameter_is_40002_and_named(client: Client) -> None:
    envelope = client.get("/ad/get/")

    assert envelope["code"] == 40002
    assert envelope["message"] == "Missing required field(s): advertiser_id."


def test_wrong_names_are_ignored(client: Client, big: str) -> None:
    plain = client.get("/ad/get/", advertiser_id=big)["data"]
    odd = client.get(
        "/ad/get/", advertiser_id=big, filters={"ad_ids": ["1"]}, filtering={"ad_name": "nothing"}
    )["data"]

    assert plain == odd


def test_names_that_break_things_are_there(client: Client, big: str) -> None:
    names = {row["ad_name"] for row in client.rows("/ad/get/", advertiser_id=big)}

    assert set(AWKWARD_NAMES) <= names


def test_rows_are_as_wide_as_real_ones(client: Client, big: str) -> None:
    body = client.send(
        "GET", "/open_api/v1.3/ad/get/", query=f"advertiser_id={big}&page_size=200"
    ).body

    assert 1700 < len(body) / 200 < 2300


def test_an_account_tells_its_facts(client: Client, simulator: Running) -> None:
    ids = list(simulator.world.accounts)
    rows = client.get("/advertiser/info/", advertiser_ids=ids)["data"]["list"]

    assert [row["advertiser_id"] for row in rows] == ids
    assert [row["currency"] for row in rows] == ["USD", "EUR", "JPY"]
    assert [row["status"] for row in rows] == ["STATUS_ENABLE", "STATUS_ENABLE", "STATUS_LIMIT"]
    assert len({row["timezone"] for row in rows}) == 3
    assert all(row["create_time"] == int(row["advertiser_id"]) >> 32 for row in rows)


def test_account_facts_are_narrowed_like_everything(client: Client, big: str) -> None:
    data = client.get("/advertiser/info/", advertiser_ids=[big], fields=["currency"])["data"]

    assert data == {"list": [{"currency": "USD"}]}


def test_creation_times_stand_in_the_ids(client: Client, big: str) -> None:
    rows = client.rows("/ad/get/", advertiser_id=big, filtering=ALL)
    earliest = min(rows, key=lambda row: int(row["ad_id"]))

    assert min(row["create_time"] for row in rows) == earliest["create_time"]
