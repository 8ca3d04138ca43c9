from typing import Any

import pytest

from adloom.catalogue import load
from adloom.simulator import Options, Running
from tests.simulator.client import Client, Row
from tests.simulator.conftest import START
from tests.simulator.steps import rows

UPGRADED = {"campaign_automation_type": "UPGRADED_SMART_PLUS"}
ALL = {"primary_status": "STATUS_ALL"}
COMPARED = {
    "campaign": ("budget", "campaign_name", "create_time", "operation_status", "secondary_status"),
    "adgroup": ("adgroup_name", "billing_event", "budget", "create_time", "modify_time"),
}


def listed(client: Client, level: str, advertiser_id: str, **filtering: Any) -> list[Row]:
    size = 100 if level == "ad" else 1000
    given = {"advertiser_id": advertiser_id, "filtering": {**ALL, **filtering}}
    return client.rows(f"/smart_plus/{level}/get/", page_size=size, **given)


@pytest.mark.parametrize("level", ["campaign", "adgroup"])
def test_upgraded_campaigns_and_groups_are_shown_and_no_others(
    client: Client, big: str, level: str
) -> None:
    usual = {row[f"{level}_id"]: row for row in rows(client, level, big, **UPGRADED)}
    found = {row[f"{level}_id"]: row for row in listed(client, level, big)}

    assert found
    assert found.keys() == usual.keys()
    for identity, row in found.items():
        for name in COMPARED[level]:
            assert row[name] == usual[identity][name]


def test_an_ad_is_one_row_with_its_creatives(client: Client, big: str) -> None:
    creatives = rows(client, "ad", big, **UPGRADED)
    found = listed(client, "ad", big)

    assert sorted({row["smart_plus_ad_id"] for row in creatives}) == sorted(
        row["smart_plus_ad_id"] for row in found
    )
    assert sorted(row["ad_id"] for row in creatives) == sorted(
        each["ad_material_id"] for row in found for each in row["creative_list"]
    )
    assert {row["modify_time"] for row in found} == {None}


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_rows_have_the_declared_fields(client: Client, big: str, level: str) -> None:
    endpoint = load().endpoint("GET", f"/smart_plus/{level}/get/")
    assert endpoint is not None
    declared = next(field.fields for field in endpoint.response if field.name == "list")

    for row in listed(client, level, big):
        assert row.keys() == {field.name for field in declared}


def test_deleted_ads_are_hidden_unless_asked_for(client: Client, big: str) -> None:
    shown = client.rows("/smart_plus/ad/get/", advertiser_id=big, page_size=100)
    every = listed(client, "ad", big)
    gone = listed(client, "ad", big, primary_status="STATUS_DELETE")

    assert len(shown) + len(gone) == len(every)
    assert all(row["secondary_status"].endswith("_DELETE") for row in gone)


def test_filters_narrow(client: Client, big: str) -> None:
    first, *_ = listed(client, "ad", big)
    for filtering in (
        {"smart_plus_ad_ids": [first["smart_plus_ad_id"]]},
        {"campaign_ids": [first["campaign_id"]]},
        {"adgroup_ids": [first["adgroup_id"]]},
        {"secondary_status": first["secondary_status"]},
        {
            "creation_filter_start_time": first["create_time"],
            "creation_filter_end_time": first["create_time"],
        },
    ):
        assert first in listed(client, "ad", big, **filtering)
    assert listed(client, "ad", big, smart_plus_ad_ids=["1"]) == []
    assert listed(client, "ad", big, modified_after="2020-01-01 00:00:00") == []
    assert listed(client, "ad", big, objective_type="APP_PROMOTION") == []


def test_columns_can_be_narrowed(client: Client, big: str) -> None:
    path = "/smart_plus/ad/get/"
    data = client.get(path, advertiser_id=big, fields=["ad_name", "nonsense"])["data"]

    assert {tuple(row) for row in data["list"]} == {("ad_name",)}


def test_a_page_has_at_most_100_ads(client: Client, big: str) -> None:
    path = "/smart_plus/ad/get/"

    assert client.get(path, advertiser_id=big, page_size=101)["code"] == 40002
    assert client.get(path, advertiser_id=big, filtering={"campaign_ids": []})["code"] == 40002


def test_a_status_update_shows(client: Client, big: str) -> None:
    delivering = listed(client, "ad", big, primary_status="STATUS_DELIVERY_OK")
    ids = [delivering[0]["smart_plus_ad_id"]]
    body = {"advertiser_id": big, "smart_plus_ad_ids": ids, "operation_status": "DISABLE"}
    client.post("/smart_plus/ad/status/update/", **body)
    row = listed(client, "ad", big, smart_plus_ad_ids=ids)[0]

    assert row["operation_status"] == "DISABLE"
    assert row["secondary_status"] == "AD_STATUS_DISABLE"
    assert {each["material_operation_status"] for each in row["creative_list"]} == {"DISABLE"}


# --- one change in five seconds -----------------------------------------------------------------


def test_an_ad_is_changed_once_in_a_while_only(big: str) -> None:
    with Running(Options(port=0, speed=0, start=START, smart_ad_pause=60)) as simulator:
        client = Client(simulator.url, simulator.token())
        found = listed(client, "ad", big, primary_status="STATUS_NOT_DELETE")
        ids = [row["smart_plus_ad_id"] for row in found]

        def switch(identity: str, status: str) -> int:
            body = {"advertiser_id": big, "smart_plus_ad_ids": [identity]}
            path = "/smart_plus/ad/status/update/"
            return int(client.post(path, **body, operation_status=status)["code"])

        codes = [switch(ids[0], "DISABLE"), switch(ids[0], "ENABLE"), switch(ids[1], "DISABLE")]

    assert codes == [0, 40016, 0]


def test_the_pause_is_five_seconds_and_can_be_switched_off(client: Client, big: str) -> None:
    assert Options().smart_ad_pause == 5
    with Running(Options(port=0, speed=0, start=START, smart_ad_pause=0)) as simulator:
        client = Client(simulator.url, simulator.token())
        found = listed(client, "ad", big, primary_status="STATUS_NOT_DELETE")
        body = {"advertiser_id": big, "smart_plus_ad_ids": [found[0]["smart_plus_ad_id"]]}
        path = "/smart_plus/ad/status/update/"
        codes = [
            client.post(path, **body, operation_status=status)["code"]
            for status in ("DISABLE", "ENABLE")
        ]

    assert codes == [0, 0]
