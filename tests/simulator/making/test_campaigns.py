import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Client
from tests.simulator.conftest import START
from tests.simulator.making.steps import campaign
from tests.simulator.steps import one, rows, switch

# --- creation -----------------------------------------------------------------------------------


def test_a_new_campaign_is_read_back_at_once(client: Client, big: str) -> None:
    data = campaign(client, big, budget=80, budget_mode="BUDGET_MODE_DAY")["data"]
    row = one(client, "campaign", big, data["campaign_id"])

    assert row == data
    assert row["campaign_name"] == "Autumn"
    assert (row["budget"], row["budget_mode"]) == (80, "BUDGET_MODE_DAY")
    assert row["create_time"] == row["modify_time"] == "2026-09-01 12:00:00"
    assert row["secondary_status"] == "CAMPAIGN_STATUS_ENABLE"
    assert row["campaign_automation_type"] == "MANUAL"


def test_what_was_not_asked_for_has_a_default(client: Client, big: str) -> None:
    row = campaign(client, big)["data"]

    assert (row["budget"], row["budget_mode"]) == (0, "BUDGET_MODE_INFINITE")
    assert row["budget_optimize_on"] is False
    assert row["operation_status"] == "ENABLE"
    assert row["campaign_type"] == "REGULAR_CAMPAIGN"
    assert row["objective"] == "LANDING_PAGE"


def test_a_campaign_may_begin_switched_off(client: Client, big: str) -> None:
    row = campaign(client, big, operation_status="DISABLE")["data"]

    assert row["operation_status"] == "DISABLE"
    assert row["secondary_status"] == "CAMPAIGN_STATUS_DISABLE"


def test_its_id_holds_the_second_of_its_creation(client: Client, big: str) -> None:
    found = [campaign(client, big, campaign_name=f"C {n}")["data"] for n in range(5)]
    ids = [int(row["campaign_id"]) for row in found]

    assert {number >> 20 for number in ids} == {int(START.timestamp())}
    assert ids == sorted(set(ids))


def test_filters_find_a_new_campaign(client: Client, big: str) -> None:
    made = campaign(client, big, objective_type="REACH", campaign_name="Ünique")["data"]
    ids = [made["campaign_id"]]

    for filtering in (
        {"objective_type": "REACH"},
        {"campaign_name": "üniq"},
        {"campaign_automation_type": "MANUAL"},
        {"creation_filter_start_time": "2026-09-01 12:00:00"},
    ):
        assert ids[0] in [row["campaign_id"] for row in rows(client, "campaign", big, **filtering)]
    assert rows(client, "campaign", big, campaign_ids=ids, objective_type="TRAFFIC") == []


def test_the_newest_campaign_comes_first(client: Client, big: str) -> None:
    made = campaign(client, big)["data"]

    assert rows(client, "campaign", big)[0]["campaign_id"] == made["campaign_id"]


def test_a_creation_is_counted_once(client: Client, simulator: Running, big: str) -> None:
    data = campaign(client, big)["data"]

    assert simulator.effects.effective(data["campaign_id"]) == 1
    assert simulator.effects.changes["/campaign/create/"] == 1


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"objective_type": "WORLD_PEACE"}, "objective_type"),
        ({"campaign_name": ""}, "campaign_name"),
        ({"campaign_name": "x" * 513}, "campaign_name"),
        ({"campaign_name": "Summer 🔥"}, "campaign_name"),
        ({"budget_mode": "BUDGET_MODE_DAY"}, "budget"),
        ({"budget_mode": "BUDGET_MODE_TOTAL", "budget": 0}, "budget"),
        ({"budget_mode": "BUDGET_MODE_DAY", "budget": -5}, "budget"),
        ({"budget_mode": "BUDGET_MODE_INFINITE", "budget": 50}, "budget"),
        ({"budget": 50}, "budget"),
        ({"budget_optimize_on": True}, "budget_optimize_on"),
        ({"operation_status": "DELETE"}, "operation_status"),
        ({"request_id": "not a number"}, "request_id"),
        ({"request_id": str(1 << 64)}, "request_id"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_with_the_fields_name(
    client: Client, simulator: Running, big: str, asked: dict[str, object], named: str
) -> None:
    envelope = campaign(client, big, **asked)

    assert envelope["code"] == 40002
    assert named in envelope["message"]
    assert not simulator.effects.changes.total()


# --- names --------------------------------------------------------------------------------------


def test_two_campaigns_cannot_have_one_name(client: Client, big: str) -> None:
    campaign(client, big)
    again = campaign(client, big)

    assert again["code"] == 40002
    assert "campaign_name" in again["message"]


def test_a_request_id_allows_a_name_twice(client: Client, big: str) -> None:
    campaign(client, big)

    assert campaign(client, big, request_id="5")["code"] == 0


def test_the_name_of_a_campaign_that_came_about_by_itself_is_taken_too(
    client: Client, big: str
) -> None:
    name = rows(client, "campaign", big, primary_status="STATUS_NOT_DELETE")[0]["campaign_name"]

    assert campaign(client, big, campaign_name=name)["code"] == 40002


def test_a_deleted_campaign_frees_its_name(client: Client, big: str) -> None:
    made = campaign(client, big)["data"]["campaign_id"]
    switch(client, "campaign", big, [made], "DELETE")

    assert campaign(client, big)["code"] == 0


def test_two_accounts_may_use_one_name(client: Client, big: str, small: str) -> None:
    campaign(client, big)

    assert campaign(client, small)["code"] == 0


def test_the_same_request_id_within_ten_seconds_is_answered_alike(
    client: Client, simulator: Running, big: str
) -> None:
    first = campaign(client, big, request_id="7")["data"]
    simulator.clock.move(9)
    again = campaign(client, big, request_id="7")["data"]

    assert again == first
    assert simulator.effects.effective(first["campaign_id"]) == 1
    assert simulator.effects.requested[first["campaign_id"]]["/campaign/create/"] == 2


def test_a_request_id_belongs_to_one_account(client: Client, big: str, small: str) -> None:
    one_id = campaign(client, big, request_id="7")["data"]["campaign_id"]
    other = campaign(client, small, request_id="7")["data"]["campaign_id"]

    assert one_id != other


# --- updates ------------------------------------------------------------------------------------


def test_an_update_changes_what_was_sent_and_the_modify_time(
    client: Client, simulator: Running, big: str
) -> None:
    made = campaign(client, big, budget=80, budget_mode="BUDGET_MODE_DAY")["data"]
    simulator.clock.move(60)
    answered = client.post(
        "/campaign/update/", advertiser_id=big, campaign_id=made["campaign_id"], budget=95
    )["data"]
    row = one(client, "campaign", big, made["campaign_id"])

    assert row == answered == made | {"budget": 95, "modify_time": "2026-09-01 12:01:00"}
    assert simulator.effects.effective(made["campaign_id"]) == 2


def test_a_new_name_shows_in_groups_and_ads(client: Client, big: str) -> None:
    ad = rows(client, "ad", big, campaign_automation_type="MANUAL", objective_type="TRAFFIC")[0]
    ids = {"campaign_ids": [ad["campaign_id"]]}
    client.post(
        "/campaign/update/",
        advertiser_id=big,
        campaign_id=ad["campaign_id"],
        campaign_name="Renamed",
    )

    for level in ("campaign", "adgroup", "ad"):
        found = rows(client, level, big, **ids)
        assert {row["campaign_name"] for row in found} == {"Renamed"}
    named = rows(client, "campaign", big, campaign_name="renam")
    assert [row["campaign_id"] for row in named] == [ad["campaign_id"]]


def test_an_update_that_changes_nothing_leaves_the_modify_time(
    client: Client, simulator: Running, big: str
) -> None:
    made = campaign(client, big)["data"]
    simulator.clock.move(60)
    client.post(
        "/campaign/update/",
        advertiser_id=big,
        campaign_id=made["campaign_id"],
        campaign_name="Autumn",
    )

    assert one(client, "campaign", big, made["campaign_id"]) == made
    assert simulator.effects.effective(made["campaign_id"]) == 1
    assert simulator.effects.changes["/campaign/update/"] == 0


def test_an_update_without_anything_is_40012(client: Client, big: str) -> None:
    made = campaign(client, big)["data"]["campaign_id"]

    assert client.post("/campaign/update/", advertiser_id=big, campaign_id=made)["code"] == 40012


def test_an_unknown_a_deleted_and_an_upgraded_campaign_cannot_be_updated(
    client: Client, big: str
) -> None:
    def update(campaign_id: str) -> int:
        body = {"advertiser_id": big, "campaign_id": campaign_id, "campaign_name": "Z"}
        return int(client.post("/campaign/update/", **body)["code"])

    gone = rows(client, "campaign", big, primary_status="STATUS_DELETE")
    made = campaign(client, big)["data"]["campaign_id"]
    switch(client, "campaign", big, [made], "DELETE")
    smart = rows(client, "campaign", big, campaign_automation_type="UPGRADED_SMART_PLUS")
    live = [row for row in smart if not row["secondary_status"].endswith("_DELETE")]

    assert update("1234567890123456") == 40007
    assert update(made) == 40002
    assert {update(row["campaign_id"]) for row in gone} <= {40002}
    assert update(live[0]["campaign_id"]) == 40002


def test_a_campaign_without_a_budget_cannot_get_one(client: Client, big: str) -> None:
    made = campaign(client, big)["data"]["campaign_id"]
    body = {"advertiser_id": big, "campaign_id": made, "budget": 40}

    assert client.post("/campaign/update/", **body)["code"] == 40002


# --- late reads ---------------------------------------------------------------------------------


def test_reads_lag_behind_creations_and_updates(big: str) -> None:
    with Running(Options(port=0, speed=0, start=START, lag=60)) as simulator:
        client = Client(simulator.url, simulator.token())
        before = rows(client, "campaign", big)
        made = campaign(client, big, budget=80, budget_mode="BUDGET_MODE_DAY")["data"]
        known = next(row for row in before if row["objective_type"] == "TRAFFIC")
        answered = client.post(
            "/campaign/update/",
            advertiser_id=big,
            campaign_id=known["campaign_id"],
            campaign_name="Late",
        )
        after = rows(client, "campaign", big)

    assert answered["data"]["campaign_name"] == "Late"
    assert made["campaign_id"] not in [row["campaign_id"] for row in after]
    assert after == before


def test_a_lag_passes(big: str) -> None:
    with Running(Options(port=0, speed=0, start=START, lag=0.05)) as simulator:
        client = Client(simulator.url, simulator.token())
        made = campaign(client, big)["data"]
        body = {"advertiser_id": big, "campaign_id": made["campaign_id"]}
        client.post("/campaign/update/", **body, campaign_name="Winter")
        ids = {"campaign_ids": [made["campaign_id"]]}
        while not rows(client, "campaign", big, **ids, campaign_name="winter"):
            pass

        assert one(client, "campaign", big, made["campaign_id"])["campaign_name"] == "Winter"
