"""Faults that change accounts or consents between two requests."""

from typing import Any

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Client, Row
from tests.simulator.conftest import START
from tests.simulator.making.steps import png, upload
from tests.simulator.steps import ads, delivering, hurt, switch


def ids(rows: list[Row], name: str = "ad_id") -> list[str]:
    return [str(row[name]) for row in rows]


def page(client: Client, advertiser_id: str, number: int, **params: Any) -> list[Row]:
    found: list[Row] = ads(client, advertiser_id, page=number, page_size=20, **params)["list"]
    return found


# --- consent ------------------------------------------------------------------------------------


def test_consent_may_end_between_pages(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "revoke_consent", after=1)
    codes = [client.get("/ad/get/", advertiser_id=big, page=number)["code"] for number in (1, 2, 3)]
    simulator.faults.clear()

    assert codes == [0, 0, 40105]
    assert client.get("/ad/get/", advertiser_id=big)["code"] == 40105


def test_consent_may_end_before_a_change(client: Client, simulator: Running, big: str) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    hurt(simulator, "revoke_consent", when="before", method="POST")
    answer = switch(client, "ad", big, [ad], "DISABLE")

    assert answer["code"] == 40105
    assert simulator.effects.effective(ad) == 0


def test_an_account_may_be_lost_between_pages(
    client: Client, simulator: Running, big: str, small: str
) -> None:
    hurt(simulator, "shrink_consent", times=1)
    codes = [client.get("/ad/get/", advertiser_id=big)["code"] for _ in range(2)]
    info = client.get("/advertiser/info/", advertiser_ids=[big])["code"]

    assert codes == [0, 40001]
    assert info == 40001
    assert client.get("/ad/get/", advertiser_id=small)["code"] == 0


def test_several_accounts_may_be_lost_at_once(
    client: Client, simulator: Running, big: str, small: str
) -> None:
    hurt(simulator, "shrink_consent", times=1)
    client.get("/advertiser/info/", advertiser_ids=[big, small])
    codes = [client.get("/ad/get/", advertiser_id=known)["code"] for known in (big, small)]

    assert codes == [40001, 40001]


def test_an_account_that_a_form_names_may_be_lost(
    client: Client, simulator: Running, big: str
) -> None:
    hurt(simulator, "shrink_consent", when="before", path="/file/*")
    answer = upload(client, big, "image", png())

    assert answer["code"] == 40001


def test_a_creator_may_withdraw_between_pages(client: Client, simulator: Running) -> None:
    token = client.control("POST", "creator_token", {"scopes": ["video.list"]})["access_token"]
    hurt(simulator, "revoke_consent", path="/v2/*", times=1)
    statuses = [
        client.send(
            "POST",
            "/v2/video/list/",
            query="fields=id",
            headers={"Authorization": f"Bearer {token}"},
        ).status
        for _ in range(2)
    ]

    assert statuses == [200, 401]


def test_requests_without_a_token_lose_nothing(client: Client, simulator: Running) -> None:
    nobody = Client(client.url)
    hurt(simulator, "revoke_consent")
    nobody.send("GET", "/nowhere")
    hurt(simulator, "shrink_consent")
    nobody.send("POST", "/open_api/v1.3/oauth2/access_token/", body=b"[")
    simulator.faults.clear()

    assert client.get("/user/info/")["code"] == 0


# --- items that come, go and change -------------------------------------------------------------


def test_a_new_item_pushes_the_last_of_a_page_to_the_next_one(
    client: Client, simulator: Running, big: str
) -> None:
    hurt(simulator, "new_item", times=1)
    first, second = page(client, big, 1), page(client, big, 2)

    assert ids(second)[0] == ids(first)[-1]


def test_a_new_item_may_come_before_the_first_page(
    client: Client, simulator: Running, big: str
) -> None:
    right = page(client, big, 1)
    hurt(simulator, "new_item", when="before", times=1, number=2)
    found = page(client, big, 1)

    assert ids(found)[2:] == ids(right)[:-2]


@pytest.mark.parametrize("level", ["campaign", "adgroup"])
def test_new_items_come_at_every_level(
    client: Client, simulator: Running, big: str, level: str
) -> None:
    def total() -> int:
        data = client.get(f"/{level}/get/", advertiser_id=big)["data"]
        return int(data["page_info"]["total_number"])

    before = total()
    hurt(simulator, "new_item", times=1)
    total()

    assert total() == before + 1


def test_a_deleted_item_lets_the_next_page_begin_too_late(
    client: Client, simulator: Running, big: str
) -> None:
    right = page(client, big, 1) + page(client, big, 2)
    hurt(simulator, "deleted_item", times=1)
    found = page(client, big, 1) + page(client, big, 2)

    assert sorted(set(ids(right)) - set(ids(found))) == [ids(right)[20]]


def test_a_deleted_item_can_no_longer_be_changed(
    client: Client, simulator: Running, big: str
) -> None:
    hurt(simulator, "deleted_item", times=1)
    filtering = {"campaign_automation_type": "MANUAL"}
    ad = page(client, big, 1, filtering=filtering)[0]["ad_id"]

    assert switch(client, "ad", big, [ad], "DISABLE")["code"] == 40002


def test_an_updated_item_appears_among_the_changed_ones(
    client: Client, simulator: Running, big: str
) -> None:
    filtering = {"modified_after": "2026-09-01 11:59:59"}
    before = page(client, big, 1, filtering=filtering)
    hurt(simulator, "updated_item", times=1, number=3)
    page(client, big, 1, filtering=filtering)
    after = page(client, big, 1, filtering=filtering)

    assert len(after) > len(before)
    assert {row["modify_time"] for row in after} == {"2026-09-01 12:00:00"}


def test_times_may_be_equal_across_pages(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "equal_times", when="before", times=1)
    filtering = {"modified_after": "2026-09-01 11:59:59"}
    first, second = (page(client, big, number, filtering=filtering) for number in (1, 2))

    assert len(first) == 20
    assert len(second) >= 5
    assert {row["modify_time"] for row in first + second} == {"2026-09-01 12:00:00"}


def test_other_requests_meddle_with_nothing(client: Client, simulator: Running, big: str) -> None:
    right = page(client, big, 1)
    for kind in ("new_item", "updated_item", "deleted_item", "equal_times"):
        hurt(simulator, kind, when="before")
        client.get("/user/info/")
        client.get("/ad/get/", advertiser_id="1")
        simulator.faults.clear()

        assert page(client, big, 1) == right


def test_a_refused_listing_meddles_without_falling_over(
    client: Client, simulator: Running, big: str
) -> None:
    hurt(simulator, "deleted_item")

    assert client.get("/ad/get/", advertiser_id=big, filtering="{", page="x")["code"] == 40002


# --- replicas -----------------------------------------------------------------------------------


def test_a_stale_replica_shows_the_accounts_as_they_were(
    client: Client, simulator: Running, big: str
) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    hurt(simulator, "stale_replica", method="GET")
    changed = switch(client, "ad", big, [ad], "DISABLE")
    filtering = {"ad_ids": [ad]}
    stale = page(client, big, 1, filtering=filtering)[0]
    simulator.faults.clear()
    fresh = page(client, big, 1, filtering=filtering)[0]

    assert changed["code"] == 0
    assert stale["operation_status"] == "ENABLE"
    assert fresh["operation_status"] == "DISABLE"


def test_a_stale_replica_lets_changes_through(client: Client, simulator: Running, big: str) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    hurt(simulator, "stale_replica")
    switch(client, "ad", big, [ad], "DISABLE")

    assert simulator.effects.effective(ad) == 1


def test_half_of_the_reads_may_be_stale(client: Client, simulator: Running, big: str) -> None:
    ad = delivering(client, big)[0]["ad_id"]
    hurt(simulator, "stale_replica", method="GET", probability=0.5)
    switch(client, "ad", big, [ad], "DISABLE")
    seen = {
        page(client, big, 1, filtering={"ad_ids": [ad]})[0]["operation_status"] for _ in range(20)
    }

    assert seen == {"ENABLE", "DISABLE"}


def test_a_replica_from_the_start_is_as_old_as_the_simulator() -> None:
    rule = {"kind": "stale_replica", "path": "/ad/get/"}
    with Running(Options(port=0, speed=0, start=START, faults=[rule])) as simulator:
        client = Client(simulator.url, simulator.token())
        big = next(iter(simulator.world.accounts))
        before = client.get("/ad/get/", advertiser_id=big)["data"]
        client.control("POST", "clock", {"move": 86_400})

        assert client.get("/ad/get/", advertiser_id=big)["data"] == before
        client.control("DELETE", "faults")
        assert client.get("/ad/get/", advertiser_id=big)["data"] != before


# --- partly done --------------------------------------------------------------------------------


def test_every_other_item_of_a_change_may_fail(
    client: Client, simulator: Running, big: str
) -> None:
    wanted = ids(delivering(client, big))[:4]
    hurt(simulator, "partial_failure")
    answer = switch(client, "ad", big, wanted, "DISABLE")

    assert answer["code"] == 20001
    assert answer["data"]["ad_ids"] == [wanted[0], wanted[2]]
    assert [row["ad_id"] for row in answer["data"]["error_list"]] == [wanted[1], wanted[3]]
    assert [simulator.effects.effective(ad) for ad in wanted] == [1, 0, 1, 0]


def test_the_only_item_of_a_change_may_fail(client: Client, simulator: Running, big: str) -> None:
    wanted = ids(delivering(client, big))[:1]
    hurt(simulator, "partial_failure")
    answer = switch(client, "ad", big, wanted, "DISABLE")

    assert answer["code"] == 20001
    assert answer["data"]["ad_ids"] == []
    assert simulator.effects.effective(wanted[0]) == 0


def test_a_rule_says_how_many_items_fail(client: Client, simulator: Running, big: str) -> None:
    wanted = ids(delivering(client, big))[:4]
    hurt(simulator, "partial_failure", number=1)
    answer = switch(client, "ad", big, wanted, "DISABLE")

    assert answer["data"]["ad_ids"] == wanted[:3]


def test_what_has_no_items_is_done_wholly(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "partial_failure")

    assert client.get("/ad/get/", advertiser_id=big)["code"] == 0
    assert client.post("/user/info/")["code"] == 0


def test_every_other_event_may_fail(client: Client, simulator: Running) -> None:
    token = {"event_source": "offline", "event_source_id": "7300000000000000777"}
    events = [
        {"event": "Purchase", "event_time": int(START.timestamp()), "event_id": f"order {number}"}
        for number in range(3)
    ]
    hurt(simulator, "partial_failure", times=1)
    partly = client.post("/event/track/", **token, data=events)
    nothing = client.post("/event/track/", **token, data=[])

    assert partly["code"] == 20001
    assert partly["data"]["partial_failure"] is True
    assert [failed["order_in_batch"] for failed in partly["data"]["failed_events"]] == [1]
    assert nothing["code"] == 40002


def test_a_refused_change_is_refused_wholly(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "partial_failure")

    assert switch(client, "ad", big, ["1", "2"], "DISABLE")["code"] == 40007
