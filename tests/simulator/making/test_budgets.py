from typing import Any

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client, Row
from tests.simulator.making.steps import campaign, group, new_group
from tests.simulator.steps import one, rows, switch

HOUR = 3600


def budgets(client: Client, advertiser_id: str, **more: Any) -> Row:
    return client.post("/adgroup/budget/update/", advertiser_id=advertiser_id, **more)


def now(adgroup_id: str, budget: float) -> Row:
    return {"budget": [{"adgroup_id": adgroup_id, "budget": budget}]}


def later(adgroup_id: str, budget: float) -> Row:
    return {"scheduled_budget": [{"adgroup_id": adgroup_id, "scheduled_budget": budget}]}


def test_a_budget_takes_effect_at_once(client: Client, simulator: Running, big: str) -> None:
    made = new_group(client, big)
    simulator.clock.move(60)
    envelope = budgets(client, big, **now(made, 45.5))
    row = one(client, "adgroup", big, made)

    assert envelope["data"] == {}
    assert (row["budget"], row["modify_time"]) == (45.5, "2026-09-01 12:01:00")
    assert simulator.effects.effective(made) == 2
    assert simulator.effects.changes["/adgroup/budget/update/"] == 1


def test_a_scheduled_budget_waits_for_the_accounts_midnight(
    client: Client, simulator: Running, big: str
) -> None:
    made = new_group(client, big)
    budgets(client, big, **later(made, 70))
    # The account's day begins at 08:00 UTC; it is 12:00.
    simulator.clock.move(20 * HOUR - 1)
    waiting = one(client, "adgroup", big, made)
    simulator.clock.move(1)
    row = one(client, "adgroup", big, made)

    assert (waiting["budget"], waiting["scheduled_budget"]) == (30, 70)
    assert (row["budget"], row["scheduled_budget"]) == (70, 0)


def test_the_same_budget_again_changes_nothing(
    client: Client, simulator: Running, big: str
) -> None:
    made = new_group(client, big)

    assert budgets(client, big, **now(made, 30))["code"] == 0
    assert simulator.effects.changes["/adgroup/budget/update/"] == 0


@pytest.mark.parametrize(
    ("moved", "code"),
    [(19 * HOUR + 54 * 60 + 59, 0), (19 * HOUR + 55 * 60, 40002), (20 * HOUR, 0)],
)
def test_budgets_are_locked_in_the_last_five_minutes_of_the_accounts_day(
    client: Client, simulator: Running, big: str, moved: int, code: int
) -> None:
    made = new_group(client, big)
    simulator.clock.move(moved)
    body = {"advertiser_id": big, "adgroup_id": made, "budget": 99}

    assert budgets(client, big, **now(made, 31))["code"] == code
    assert client.post("/adgroup/update/", **body)["code"] == code


def test_one_impossible_budget_changes_none(client: Client, big: str) -> None:
    made = new_group(client, big)
    entries = [*now(made, 31)["budget"], *now("1234567890123457", 31)["budget"]]

    assert budgets(client, big, budget=entries)["code"] == 40007
    assert one(client, "adgroup", big, made)["budget"] == 30


def test_a_group_without_a_budget_cannot_get_one(client: Client, big: str) -> None:
    made = new_group(client, big, budget=0, budget_mode="BUDGET_MODE_INFINITE")

    assert budgets(client, big, **now(made, 31))["code"] == 40002


def test_only_daily_budgets_can_be_scheduled(client: Client, big: str) -> None:
    made = new_group(client, big, budget_mode="BUDGET_MODE_TOTAL")

    assert budgets(client, big, **now(made, 31))["code"] == 0
    assert budgets(client, big, **later(made, 32))["code"] == 40002


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"budget": [{"adgroup_id": "1"}]},
        {"budget": [{"budget": 5}]},
        {"budget": []},
        {"budget": [{"adgroup_id": "1", "budget": 5}] * 21},
    ],
)
def test_a_request_that_names_no_group_or_too_many_is_refused(
    client: Client, big: str, body: Row
) -> None:
    assert budgets(client, big, **body)["code"] == 40002


def test_a_deleted_group_keeps_its_budget(client: Client, big: str) -> None:
    parent = campaign(client, big)["data"]["campaign_id"]
    made = group(client, big, parent)["data"]["adgroup_id"]
    switch(client, "campaign", big, [parent], "DELETE")

    assert budgets(client, big, **now(made, 31))["code"] == 40002


def test_upgraded_smart_plus_groups_have_an_endpoint_of_their_own(client: Client, big: str) -> None:
    smart = rows(
        client,
        "adgroup",
        big,
        campaign_automation_type="UPGRADED_SMART_PLUS",
        primary_status="STATUS_NOT_DELETE",
    )[0]["adgroup_id"]
    body = {"advertiser_id": big, **now(smart, 77)}

    assert budgets(client, big, **now(smart, 77))["code"] == 40002
    assert client.post("/smart_plus/adgroup/budget/update/", **body)["code"] == 0
    assert one(client, "adgroup", big, smart)["budget"] == 77
