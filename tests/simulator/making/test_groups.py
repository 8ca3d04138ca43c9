from typing import Any

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client, Row
from tests.simulator.making.steps import campaign, group, new_group
from tests.simulator.steps import one, rows, switch


def update(client: Client, advertiser_id: str, adgroup_id: str, **more: Any) -> Row:
    body = {"advertiser_id": advertiser_id, "adgroup_id": adgroup_id, **more}
    return client.post("/adgroup/update/", **body)


def test_a_new_group_is_read_back_at_once(client: Client, big: str) -> None:
    parent = campaign(client, big)["data"]
    data = group(client, big, parent["campaign_id"], gender="GENDER_MALE")["data"]
    row = one(client, "adgroup", big, data["adgroup_id"])

    assert row == data
    assert (row["campaign_id"], row["campaign_name"]) == (parent["campaign_id"], "Autumn")
    assert (row["budget"], row["budget_mode"]) == (30, "BUDGET_MODE_DAY")
    assert row["gender"] == "GENDER_MALE"
    assert row["location_ids"] == ["2921044"]
    assert row["schedule_start_time"] == "2026-09-01 00:00:00"
    assert row["schedule_type"] == "SCHEDULE_FROM_NOW"
    assert row["secondary_status"] == "ADGROUP_STATUS_CREATE"
    assert row["create_time"] == row["modify_time"] == "2026-09-01 12:00:00"


def test_what_was_not_asked_for_has_a_default(client: Client, big: str) -> None:
    row = one(client, "adgroup", big, new_group(client, big))

    assert row["placements"] == ["PLACEMENT_TIKTOK"]
    assert row["creative_material_mode"] == "CUSTOM"
    assert row["bid_type"] == "BID_TYPE_NO_BID"
    assert row["dayparting"] == "1" * 336
    assert row["brand_safety_type"] == "NO_BRAND_SAFETY"
    assert (row["age_groups"], row["interest_category_ids"]) == (None, [])


def test_filters_find_a_new_group(client: Client, big: str) -> None:
    made = new_group(
        client,
        big,
        adgroup_name="Only this",
        billing_event="OCPM",
        optimization_goal="CONVERT",
        bid_type="BID_TYPE_CUSTOM",
        conversion_bid_price=4,
    )
    for filtering in (
        {"adgroup_name": "only THIS"},
        {"billing_events": ["OCPM"]},
        {"optimization_goal": "CONVERT"},
        {"bid_strategy": "BID_STRATEGY_COST_CAP"},
        {"promotion_type": "WEBSITE"},
        {"objective_type": "TRAFFIC"},
    ):
        found = rows(client, "adgroup", big, **filtering)
        assert made in [row["adgroup_id"] for row in found]
    assert rows(client, "adgroup", big, adgroup_ids=[made], billing_events=["CPC"]) == []


def test_a_group_that_starts_later_waits_and_then_begins(
    client: Client, simulator: Running, big: str
) -> None:
    made = new_group(client, big, schedule_start_time="2026-09-01 13:00:00")
    before = one(client, "adgroup", big, made)["secondary_status"]
    simulator.clock.move(3600)

    assert before == "ADGROUP_STATUS_NOT_START"
    assert one(client, "adgroup", big, made)["secondary_status"] == "ADGROUP_STATUS_CREATE"


def test_a_group_with_an_end_is_done_then(client: Client, simulator: Running, big: str) -> None:
    made = new_group(
        client,
        big,
        schedule_type="SCHEDULE_START_END",
        schedule_end_time="2026-09-01 13:00:00",
    )
    row = one(client, "adgroup", big, made)
    simulator.clock.move(3600)

    assert row["schedule_end_time"] == "2026-09-01 13:00:00"
    assert row["schedule_type"] == "SCHEDULE_START_END"
    assert one(client, "adgroup", big, made)["secondary_status"] == "ADGROUP_STATUS_TIME_DONE"


def test_its_parent_has_to_be_there(client: Client, big: str, small: str) -> None:
    other = campaign(client, small)["data"]["campaign_id"]
    gone = campaign(client, big)["data"]["campaign_id"]
    switch(client, "campaign", big, [gone], "DELETE")
    smart = next(
        row
        for row in rows(client, "campaign", big, campaign_automation_type="UPGRADED_SMART_PLUS")
        if not row["secondary_status"].endswith("_DELETE")
    )

    assert group(client, big, "1234567890123456")["code"] == 40007
    assert group(client, big, other)["code"] == 40007
    assert group(client, big, gone)["code"] == 40002
    assert group(client, big, smart["campaign_id"])["code"] == 40002


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"budget": 0}, "budget"),
        ({"budget_mode": "BUDGET_MODE_INFINITE"}, "budget"),
        ({"budget_mode": "BUDGET_MODE_WEEK"}, "budget_mode"),
        ({"schedule_start_time": "tomorrow"}, "schedule_start_time"),
        ({"schedule_start_time": "2046-01-01 00:00:00"}, "schedule_start_time"),
        ({"schedule_type": "SCHEDULE_START_END"}, "schedule_end_time"),
        (
            {
                "schedule_type": "SCHEDULE_START_END",
                "schedule_end_time": "2026-08-01 00:00:00",
            },
            "schedule_end_time",
        ),
        ({"dayparting": "1" * 335}, "dayparting"),
        ({"dayparting": "2" * 336}, "dayparting"),
        ({"bid_type": "BID_TYPE_CUSTOM"}, "bid_price"),
        ({"bid_price": -1}, "bid_price"),
        ({"billing_event": "PER_HOUR"}, "billing_event"),
        ({"placements": ["PLACEMENT_BILLBOARD"]}, "placements"),
        ({"operation_status": "PAUSE"}, "operation_status"),
        ({"adgroup_name": "🔥"}, "adgroup_name"),
    ],
)
def test_a_group_that_cannot_be_is_refused_with_the_fields_name(
    client: Client, big: str, asked: Row, named: str
) -> None:
    parent = campaign(client, big)["data"]["campaign_id"]
    envelope = group(client, big, parent, **asked)

    assert envelope["code"] == 40002
    assert named in envelope["message"]


def test_two_groups_of_a_campaign_cannot_have_one_name(client: Client, big: str) -> None:
    parent = campaign(client, big)["data"]["campaign_id"]
    other = campaign(client, big, campaign_name="Other")["data"]["campaign_id"]
    group(client, big, parent)

    assert group(client, big, parent)["code"] == 40002
    assert group(client, big, parent, request_id="3")["code"] == 0
    assert group(client, big, other)["code"] == 0


def test_the_same_request_id_is_one_group(client: Client, simulator: Running, big: str) -> None:
    parent = campaign(client, big)["data"]["campaign_id"]
    first, again = (group(client, big, parent, request_id="3")["data"] for _ in range(2))

    assert first == again
    assert simulator.effects.changes["/adgroup/create/"] == 1


# --- updates ------------------------------------------------------------------------------------


def test_an_update_loses_what_it_does_not_send(
    client: Client, simulator: Running, big: str
) -> None:
    made = new_group(client, big, gender="GENDER_MALE", languages=["de"])
    simulator.clock.move(60)
    answered = update(client, big, made, adgroup_name="Men", gender="GENDER_MALE")["data"]
    row = one(client, "adgroup", big, made)

    assert row == answered
    assert (row["adgroup_name"], row["gender"]) == ("Men", "GENDER_MALE")
    assert (row["languages"], row["location_ids"]) == ([], [])
    assert (row["budget"], row["pacing"]) == (30, "PACING_MODE_SMOOTH")
    assert row["schedule_start_time"] == "2026-09-01 00:00:00"
    assert row["modify_time"] == "2026-09-01 12:01:00"
    assert simulator.effects.effective(made) == 2


def test_reading_and_writing_back_changes_nothing(
    client: Client, simulator: Running, big: str
) -> None:
    known = rows(
        client, "adgroup", big, objective_type="TRAFFIC", primary_status="STATUS_NOT_DELETE"
    )
    before = known[0]
    declared = set(client.get("/adgroup/get/", advertiser_id=big)["data"]["list"][0])
    sent = {name: before[name] for name in declared if before[name] not in (None, [])}
    for name in ("advertiser_id", "adgroup_id"):
        sent.pop(name)
    simulator.clock.move(1)
    update(client, big, before["adgroup_id"], **sent)

    assert one(client, "adgroup", big, before["adgroup_id"]) == before


def test_a_schedule_can_be_moved(client: Client, big: str) -> None:
    made = new_group(client, big)
    update(
        client,
        big,
        made,
        schedule_type="SCHEDULE_START_END",
        schedule_start_time="2026-09-02 00:00:00",
        schedule_end_time="2026-09-03 00:00:00",
    )
    row = one(client, "adgroup", big, made)

    assert row["schedule_start_time"] == "2026-09-02 00:00:00"
    assert row["schedule_end_time"] == "2026-09-03 00:00:00"
    assert row["secondary_status"] == "ADGROUP_STATUS_NOT_START"


def test_filters_find_a_group_by_its_new_bid(client: Client, big: str) -> None:
    made = new_group(client, big)
    update(client, big, made, bid_type="BID_TYPE_CUSTOM", bid_price=0.5)
    ids = {"adgroup_ids": [made]}

    assert len(rows(client, "adgroup", big, **ids, bid_strategy="BID_STRATEGY_BID_CAP")) == 1
    assert rows(client, "adgroup", big, **ids, bid_strategy="BID_STRATEGY_LOWEST_COST") == []


def test_an_update_without_anything_is_40012(client: Client, big: str) -> None:
    assert update(client, big, new_group(client, big))["code"] == 40012


def test_an_unknown_group_cannot_be_updated(client: Client, big: str) -> None:
    assert update(client, big, "1234567890123457", adgroup_name="x")["code"] == 40007
