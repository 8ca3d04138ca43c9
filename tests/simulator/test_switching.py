from typing import Any

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client
from tests.simulator.steps import delivering, one, switch


def test_an_ad_is_switched_off_and_on(client: Client, simulator: Running, big: str) -> None:
    ad = delivering(client, big)[0]
    simulator.clock.move(30)
    off = switch(client, "ad", big, [ad["ad_id"]], "DISABLE")
    after = one(client, "ad", big, ad["ad_id"])

    assert off["data"] == {"ad_ids": [ad["ad_id"]], "status": "DISABLE"}
    assert after["operation_status"] == "DISABLE"
    assert after["secondary_status"] == "AD_STATUS_DISABLE"
    assert after["modify_time"] == "2026-09-01 12:00:30"
    switch(client, "ad", big, [ad["ad_id"]], "ENABLE")
    assert one(client, "ad", big, ad["ad_id"]) == {**ad, "modify_time": "2026-09-01 12:00:30"}


def test_ads_follow_their_campaign_and_keep_their_own_switch(client: Client, big: str) -> None:
    ad = delivering(client, big)[0]
    told = switch(client, "campaign", big, [ad["campaign_id"]], "DISABLE")
    after = one(client, "ad", big, ad["ad_id"])

    assert told["data"]["status"] == "DISABLE"
    assert told["data"]["campaign_list"] == [
        {"campaign_id": ad["campaign_id"], "status": "DISABLE", "postback_window_mode": "UNSET"}
    ]
    assert after == {**ad, "secondary_status": "AD_STATUS_CAMPAIGN_DISABLE"}
    campaign = one(client, "campaign", big, ad["campaign_id"])
    assert campaign["secondary_status"] == "CAMPAIGN_STATUS_DISABLE"


def test_the_campaign_comes_before_the_group_before_the_ad(client: Client, big: str) -> None:
    ad = delivering(client, big)[0]
    seen = []
    for level in ("ad", "adgroup", "campaign"):
        assert switch(client, level, big, [ad[f"{level}_id"]], "DISABLE")["code"] == 0
        seen.append(one(client, "ad", big, ad["ad_id"])["secondary_status"])

    assert seen == ["AD_STATUS_DISABLE", "AD_STATUS_ADGROUP_DISABLE", "AD_STATUS_CAMPAIGN_DISABLE"]
    switch(client, "ad", big, [ad["ad_id"]], "DELETE")
    assert one(client, "ad", big, ad["ad_id"])["secondary_status"] == "AD_STATUS_DELETE"
    switch(client, "adgroup", big, [ad["adgroup_id"]], "DELETE")
    assert one(client, "ad", big, ad["ad_id"])["secondary_status"] == "AD_STATUS_ADGROUP_DELETE"
    switch(client, "campaign", big, [ad["campaign_id"]], "DELETE")
    assert one(client, "ad", big, ad["ad_id"])["secondary_status"] == "AD_STATUS_CAMPAIGN_DELETE"


def test_deletion_is_final(client: Client, simulator: Running, big: str) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    switch(client, "ad", big, [ad], "DELETE")

    for status in ("ENABLE", "DISABLE", "DELETE"):
        assert switch(client, "ad", big, [ad], status)["code"] == 40002
    assert simulator.effects.effective(ad) == 1


def test_an_ad_below_a_deleted_parent_cannot_be_changed(client: Client, big: str) -> None:
    ad = delivering(client, big)[0]
    switch(client, "campaign", big, [ad["campaign_id"]], "DELETE")

    assert switch(client, "ad", big, [ad["ad_id"]], "DISABLE")["code"] == 40002
    assert switch(client, "adgroup", big, [ad["adgroup_id"]], "DISABLE")["code"] == 40002


def test_a_switch_that_is_already_so_is_accepted_and_changes_nothing(
    client: Client, simulator: Running, big: str
) -> None:
    ad = delivering(client, big)[0]
    simulator.clock.move(30)
    envelope = switch(client, "ad", big, [ad["ad_id"]], "ENABLE")

    assert envelope["code"] == 0
    assert one(client, "ad", big, ad["ad_id"]) == ad
    assert simulator.effects.effective(ad["ad_id"]) == 0


def test_one_impossible_id_spoils_all(client: Client, simulator: Running, big: str) -> None:
    ad = delivering(client, big)[0]
    envelope = switch(client, "ad", big, [ad["ad_id"], "1234567890123456"], "DISABLE")

    assert envelope["code"] == 40007
    assert envelope["message"] == "The ad 1234567890123456 does not exist. "
    assert one(client, "ad", big, ad["ad_id"]) == ad
    assert not simulator.effects.changed.total()


def test_twenty_ids_are_the_most(client: Client, big: str) -> None:
    ids = [ad["ad_id"] for ad in delivering(client, big)]

    assert switch(client, "ad", big, ids[:20], "DISABLE")["code"] == 0
    assert switch(client, "ad", big, ids[:21], "DISABLE")["code"] == 40002
    assert switch(client, "ad", big, [], "DISABLE")["code"] == 40002


def test_whole_numbers_are_taken_for_ids(client: Client, big: str) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    envelope = client.post(
        "/ad/status/update/", advertiser_id=int(big), ad_ids=[int(ad)], operation_status="DISABLE"
    )

    assert envelope["data"]["ad_ids"] == [ad]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ad_ids": ["1"]}, "operation_status"),
        ({"ad_ids": ["1"], "operation_status": "PAUSE"}, "operation_status"),
        ({"ad_ids": "1", "operation_status": "ENABLE"}, "ad_ids"),
        ({"operation_status": "ENABLE"}, "ad_ids"),
        ({"ad_ids": ["1"], "aco_ad_ids": ["1"], "operation_status": "ENABLE"}, "aco_ad_ids"),
        ({"ad_ids": ["1"], "opt_status": "ENABLE"}, "operation_status"),
    ],
)
def test_a_bad_body_is_40002_and_the_field_named(
    client: Client, big: str, body: dict[str, Any], field: str
) -> None:
    envelope = client.post("/ad/status/update/", advertiser_id=big, **body)

    assert envelope["code"] == 40002
    assert field in envelope["message"]


def test_the_objects_of_another_account_do_not_exist(client: Client, big: str, small: str) -> None:
    foreign = delivering(client, small)[0]["ad_id"]

    assert switch(client, "ad", big, [foreign], "DISABLE")["code"] == 40007
