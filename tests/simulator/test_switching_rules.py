from collections.abc import Callable

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Client, Row
from tests.simulator.conftest import START
from tests.simulator.steps import delivering, one, rows, switch


def groups(client: Client, advertiser_id: str, wanted: Callable[[Row], bool]) -> list[Row]:
    return [row for row in rows(client, "adgroup", advertiser_id) if wanted(row)]


# --- groups -------------------------------------------------------------------------------------


def test_groups_can_be_switched_as_far_as_possible(client: Client, big: str) -> None:
    good = groups(client, big, lambda row: row["operation_status"] == "ENABLE")[0]["adgroup_id"]
    ids = [good, "1234567890123456"]

    assert switch(client, "adgroup", big, ids, "DISABLE")["code"] == 40007
    assert one(client, "adgroup", big, good)["operation_status"] == "ENABLE"
    envelope = switch(client, "adgroup", big, ids, "DISABLE", allow_partial_success=True)
    assert envelope["code"] == 20001
    assert envelope["data"]["adgroup_ids"] == [good]
    assert envelope["data"]["error_list"] == [
        {
            "adgroup_id": "1234567890123456",
            "error_message": "The ad group 1234567890123456 does not exist. ",
        }
    ]
    assert one(client, "adgroup", big, good)["operation_status"] == "DISABLE"


def test_full_success_is_no_partial_success(client: Client, big: str) -> None:
    good = groups(client, big, lambda row: row["operation_status"] == "ENABLE")[0]["adgroup_id"]
    envelope = switch(client, "adgroup", big, [good], "DISABLE", allow_partial_success=True)

    assert envelope["code"] == 0
    assert "error_list" not in envelope["data"]


def test_reach_and_frequency_groups_can_only_be_deleted(client: Client, small: str) -> None:
    reserved = rows(client, "adgroup", small, buying_types=["RESERVATION_RF"])
    live = next(row for row in reserved if not row["secondary_status"].endswith("_DELETE"))
    ids = [live["adgroup_id"]]

    assert switch(client, "adgroup", small, ids, "DISABLE")["code"] == 40002
    assert switch(client, "adgroup", small, ids, "DELETE")["code"] == 0


def test_groups_of_ios14_campaigns_cannot_be_deleted_alone(client: Client, big: str) -> None:
    campaigns = rows(client, "campaign", big, campaign_type="IOS14_CAMPAIGN")
    ids = [row["campaign_id"] for row in campaigns]
    inside = rows(client, "adgroup", big, campaign_ids=ids)
    live = next(row for row in inside if not row["secondary_status"].endswith("_DELETE"))

    assert switch(client, "adgroup", big, [live["adgroup_id"]], "DELETE")["code"] == 40002
    assert switch(client, "adgroup", big, [live["adgroup_id"]], "DISABLE")["code"] == 0


def test_a_frozen_group_can_only_be_deleted(client: Client, big: str) -> None:
    frozen = groups(client, big, lambda row: row["operation_status"] == "FROZEN")[0]
    ads = rows(client, "ad", big, adgroup_ids=[frozen["adgroup_id"]])

    assert frozen["secondary_status"] == "ADGROUP_STATUS_FROZEN"
    assert "ADGROUP_STATUS_FROZEN" in {row["secondary_status"] for row in ads}
    assert switch(client, "adgroup", big, [frozen["adgroup_id"]], "ENABLE")["code"] == 40002
    assert switch(client, "adgroup", big, [frozen["adgroup_id"]], "DELETE")["code"] == 0


# --- automated creative ads and Upgraded Smart+ -------------------------------------------------


def test_automated_creative_ads_are_switched_by_their_own_list(client: Client, big: str) -> None:
    ads = delivering(client, big)
    automated = next(row["ad_id"] for row in ads if row["is_aco"])
    usual = next(row["ad_id"] for row in ads if not row["is_aco"])

    def aco(identity: str, status: str) -> Row:
        return client.post(
            "/ad/status/update/",
            advertiser_id=big,
            aco_ad_ids=[identity],
            operation_status=status,
        )

    assert aco(automated, "DISABLE")["data"] == {"aco_ad_ids": [automated], "status": "DISABLE"}
    assert aco(automated, "DELETE")["code"] == 40002
    assert aco(usual, "DISABLE")["code"] == 40002


def smart(client: Client, big: str) -> Row:
    found = rows(client, "ad", big, campaign_automation_type="UPGRADED_SMART_PLUS")
    return next(row for row in found if row["secondary_status"] == "AD_STATUS_DELIVERY_OK")


@pytest.mark.parametrize("level", ["ad", "adgroup", "campaign"])
def test_upgraded_smart_plus_objects_refuse_the_usual_endpoints(
    client: Client, big: str, level: str
) -> None:
    identity = smart(client, big)[f"{level}_id"]

    assert switch(client, level, big, [identity], "DISABLE")["code"] == 40002


def test_an_upgraded_smart_plus_ad_is_switched_with_all_its_creatives(
    client: Client, simulator: Running, big: str
) -> None:
    identity = smart(client, big)["smart_plus_ad_id"]
    body = {"advertiser_id": big, "smart_plus_ad_ids": [identity]}
    envelope = client.post("/smart_plus/ad/status/update/", **body, operation_status="DISABLE")
    creatives = rows(client, "ad", big, ad_ids_v2=[identity])

    assert envelope["data"] == {"smart_plus_ad_ids": [identity], "status": "DISABLE"}
    assert {row["operation_status"] for row in creatives} == {"DISABLE"}
    assert {row["modify_time"] for row in creatives} == {None}
    assert simulator.effects.effective(identity) == 1


def test_upgraded_smart_plus_groups_and_campaigns_have_endpoints_too(
    client: Client, big: str
) -> None:
    ad = smart(client, big)
    for level in ("adgroup", "campaign"):
        ids = [ad[f"{level}_id"]]
        envelope = client.post(
            f"/smart_plus/{level}/status/update/",
            advertiser_id=big,
            operation_status="DISABLE",
            **{f"{level}_ids": ids},
        )

        assert envelope["code"] == 0
        assert one(client, level, big, ids[0])["operation_status"] == "DISABLE"


def test_smart_plus_endpoints_refuse_everything_else(client: Client, big: str) -> None:
    ad = delivering(client, big)[0]
    group = {"advertiser_id": big, "adgroup_ids": [ad["adgroup_id"]], "operation_status": "DISABLE"}
    single = {
        "advertiser_id": big,
        "smart_plus_ad_ids": [ad["ad_id"]],
        "operation_status": "DISABLE",
    }

    assert client.post("/smart_plus/adgroup/status/update/", **group)["code"] == 40002
    assert client.post("/smart_plus/ad/status/update/", **single)["code"] == 40007


# --- accounts in trouble, late reads ------------------------------------------------------------


def test_a_limited_account_says_so_everywhere(client: Client, limited: str) -> None:
    ads = rows(client, "ad", limited)

    assert "ADVERTISER_ACCOUNT_PUNISH" in {row["secondary_status"] for row in ads}
    assert not {row["secondary_status"] for row in ads} & {"AD_STATUS_DELIVERY_OK"}


def test_reads_lag_behind_changes(big: str) -> None:
    with Running(Options(port=0, speed=0, start=START, lag=60)) as simulator:
        client = Client(simulator.url, simulator.token())
        ad = delivering(client, big)[0]
        told = switch(client, "ad", big, [ad["ad_id"]], "DISABLE")
        again = switch(client, "ad", big, [ad["ad_id"]], "DISABLE")

        assert told["data"]["status"] == "DISABLE"
        assert again["code"] == 0
        assert one(client, "ad", big, ad["ad_id"]) == ad
        assert simulator.effects.effective(ad["ad_id"]) == 1


def test_a_late_deletion_is_final_before_it_is_visible(big: str) -> None:
    with Running(Options(port=0, speed=0, start=START, lag=60)) as simulator:
        client = Client(simulator.url, simulator.token())
        ad = delivering(client, big)[0]
        switch(client, "campaign", big, [ad["campaign_id"]], "DELETE")

        assert one(client, "ad", big, ad["ad_id"]) == ad
        assert switch(client, "ad", big, [ad["ad_id"]], "DISABLE")["code"] == 40002
