"""Automated rules: kept as they were created, and told."""

from typing import Any

from tests.simulator.client import Client, Row

RULE: Row = {
    "name": "Pause costly ads",
    "apply_objects": [{"dimension": "AD", "pre_condition_type": "ALL_ACTIVE_AD"}],
    "conditions": [{"subject_type": "NO_CONDITION"}],
    "actions": [{"subject_type": "TURN_OFF"}],
    "rule_exec_info": {"exec_time_type": "PER_HALF_HOUR"},
    "notification": {"notification_type": "ANY_CHANGES"},
}


def create(client: Client, advertiser_id: str, *rules: Row) -> Row:
    return client.post("/optimizer/rule/create/", advertiser_id=advertiser_id, rules=list(rules))


def listed(client: Client, advertiser_id: str, **params: Any) -> Row:
    data: Row = client.get("/optimizer/rule/list/", advertiser_id=advertiser_id, **params)["data"]
    return data


def test_rules_are_told_as_they_were_created(client: Client, big: str, small: str) -> None:
    made = create(client, big, RULE, {**RULE, "name": "Another"})["data"]["rule_ids"]
    found = listed(client, big)

    assert [{**RULE, "rule_id": made[0]}, {**RULE, "name": "Another", "rule_id": made[1]}] == found[
        "list"
    ]
    assert [] == listed(client, small)["list"]


def test_some_of_them_are_found_by_id(client: Client, big: str) -> None:
    first, _ = create(client, big, RULE, RULE)["data"]["rule_ids"]
    data = client.get("/optimizer/rule/get/", advertiser_id=big, rule_ids=[first, "73"])["data"]

    assert [first] == [one["rule_id"] for one in data["list"]]


def test_a_long_list_comes_in_pages(client: Client, big: str) -> None:
    create(client, big, *[RULE] * 3)

    assert 1 == len(listed(client, big, page=2, page_size=2)["list"])


def test_six_conditions_and_words_nobody_knows_are_refused(client: Client, big: str) -> None:
    six = {**RULE, "conditions": RULE["conditions"] * 6}
    unknown = {**RULE, "actions": [{"subject_type": "DELETE"}]}

    assert [40002, 40002] == [create(client, big, one)["code"] for one in (six, unknown)]
    assert [] == listed(client, big)["list"]
