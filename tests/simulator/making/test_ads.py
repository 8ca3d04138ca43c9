from typing import Any

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Client, Row
from tests.simulator.conftest import START
from tests.simulator.making.steps import WEB, ad, creative, jpeg, new_group, upload
from tests.simulator.steps import one, rows, switch


def update(client: Client, advertiser_id: str, adgroup_id: str, *ads: Row, **more: Any) -> Row:
    body = {"advertiser_id": advertiser_id, "adgroup_id": adgroup_id, "creatives": ads, **more}
    return client.post("/ad/update/", **body)


# --- creation -----------------------------------------------------------------------------------


def test_new_ads_are_read_back_at_once(client: Client, simulator: Running, big: str) -> None:
    parent = new_group(client, big)
    data = ad(client, big, parent, creative(), creative(ad_name="Sun"))["data"]
    found = [one(client, "ad", big, identity) for identity in data["ad_ids"]]

    assert found == data["creatives"]
    assert [row["ad_name"] for row in found] == ["Rain", "Sun"]
    assert {row["secondary_status"] for row in found} == {"AD_STATUS_AUDIT"}
    assert {row["create_time"] for row in found} == {"2026-09-01 12:00:00"}
    assert {(row["adgroup_id"], row["adgroup_name"]) for row in found} == {(parent, "Everybody")}
    assert found[0]["dark_post_status"] == "ON"
    assert found[0]["video_id"] is None
    assert all(simulator.effects.effective(identity) == 1 for identity in data["ad_ids"])


def test_new_ads_are_reviewed_and_some_are_denied(
    client: Client, simulator: Running, big: str
) -> None:
    parent = new_group(client, big)
    made = ad(client, big, parent, *[creative(ad_name=f"A {n}") for n in range(20)])["data"]
    made_too = ad(client, big, parent, *[creative(ad_name=f"B {n}") for n in range(20)])["data"]
    simulator.clock.move(1800)
    ids = {"ad_ids": made["ad_ids"] + made_too["ad_ids"]}
    found = rows(client, "ad", big, **ids)
    statuses = [row["secondary_status"] for row in found]

    assert set(statuses) == {"AD_STATUS_DELIVERY_OK", "AD_STATUS_AUDIT_DENY"}
    assert statuses.count("AD_STATUS_AUDIT_DENY") < 20
    assert {row["modify_time"] for row in found} == {"2026-09-01 12:00:00"}


def test_a_group_follows_from_its_new_ads(client: Client, simulator: Running, big: str) -> None:
    parent = new_group(client, big)
    ad(client, big, parent, creative(), creative(ad_name="Sun"), creative(ad_name="Snow"))
    before = one(client, "adgroup", big, parent)["secondary_status"]
    simulator.clock.move(1800)
    after = one(client, "adgroup", big, parent)["secondary_status"]

    assert before == "ADGROUP_STATUS_AUDIT"
    assert after in ("ADGROUP_STATUS_DELIVERY_OK", "ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK")


def test_nothing_of_the_worlds_own_life_happens_in_what_a_client_made(
    client: Client, simulator: Running, big: str
) -> None:
    parent = new_group(client, big)
    made = ad(client, big, parent)["data"]["ad_ids"]
    usual = rows(client, "adgroup", big, objective_type="TRAFFIC", promotion_type="WEBSITE")
    live = [row for row in usual if row["secondary_status"] == "ADGROUP_STATUS_DELIVERY_OK"]
    beside = [ad(client, big, row["adgroup_id"])["data"]["ad_ids"][0] for row in live[:20]]
    simulator.clock.move(9 * 86_400)

    assert [row["ad_id"] for row in rows(client, "ad", big, adgroup_ids=[parent])] == made
    found = rows(client, "ad", big, ad_ids=beside)
    assert {row["modify_time"] for row in found} == {"2026-09-01 12:00:00"}


def test_life_goes_on_the_same_whatever_a_client_makes() -> None:
    seen = []
    for busy in (False, True):
        with Running(Options(port=0, speed=0, start=START)) as simulator:
            client = Client(simulator.url, simulator.token())
            big = next(iter(simulator.world.accounts))
            if busy:
                ad(client, big, new_group(client, big))
            simulator.clock.move(86_400)
            found = rows(client, "ad", big)
            seen.append({row["ad_id"]: row["modify_time"] for row in found})

    without, with_more = seen
    assert without.items() <= with_more.items()
    assert len(with_more) == len(without) + 1


def test_an_ad_may_be_made_of_an_uploaded_video(client: Client, big: str) -> None:
    video = upload(client, big, "video", b"film")["data"][0]["video_id"]
    image = upload(client, big, "image", jpeg())["data"]["image_id"]
    wanted = creative(tiktok_item_id=None, video_id=video, image_ids=[image])
    row = ad(client, big, new_group(client, big), wanted)["data"]["creatives"][0]

    assert (row["video_id"], row["image_ids"]) == (video, [image])


def test_an_ad_may_be_made_of_the_video_of_another_ad(client: Client, big: str) -> None:
    known = next(row["video_id"] for row in rows(client, "ad", big) if row["video_id"])
    wanted = creative(tiktok_item_id=None, video_id=known)

    assert ad(client, big, new_group(client, big), wanted)["code"] == 0


def test_an_unknown_video_is_40053(client: Client, big: str, small: str) -> None:
    foreign = upload(client, small, "video", b"film")["data"][0]["video_id"]
    parent = new_group(client, big)

    for video in (foreign, "v10057g50000ffffffffffffffff", "x"):
        wanted = creative(tiktok_item_id=None, video_id=video)
        assert ad(client, big, parent, wanted)["code"] == 40053


def test_its_group_has_to_be_there(client: Client, big: str) -> None:
    gone = new_group(client, big)
    switch(client, "adgroup", big, [gone], "DELETE")
    smart = rows(
        client,
        "adgroup",
        big,
        campaign_automation_type="UPGRADED_SMART_PLUS",
        primary_status="STATUS_NOT_DELETE",
    )

    assert ad(client, big, "1234567890123457")["code"] == 40007
    assert ad(client, big, gone)["code"] == 40002
    assert ad(client, big, smart[0]["adgroup_id"])["code"] == 40002


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"ad_name": None}, "creatives.1.ad_name"),
        ({"ad_name": "☀️"}, "creatives.1.ad_name"),
        ({"ad_format": None}, "creatives.1.ad_format"),
        ({"ad_format": "PAINTING"}, "creatives.1.ad_format"),
        ({"identity_id": None}, "creatives.1.identity_id"),
        ({"ad_text": None, "tiktok_item_id": None, "video_id": "x"}, "creatives.1.ad_text"),
        ({"ad_text": "x" * 101}, "creatives.1.ad_text"),
        ({"tiktok_item_id": None}, "creatives.1.video_id"),
        ({"tiktok_item_id": None, "ad_format": "SINGLE_IMAGE"}, "creatives.1.image_ids"),
        ({"landing_page_url": None}, "creatives.1.landing_page_url"),
        ({"call_to_action": "RUN"}, "creatives.1.call_to_action"),
        ({"operation_status": "DELETE"}, "creatives.1.operation_status"),
    ],
)
def test_one_ad_that_cannot_be_refuses_all_of_them(
    client: Client, simulator: Running, big: str, asked: Row, named: str
) -> None:
    parent = new_group(client, big)
    envelope = ad(client, big, parent, creative(), creative(**asked))

    assert envelope["code"] == 40002
    assert named in envelope["message"]
    assert rows(client, "ad", big, adgroup_ids=[parent]) == []
    assert simulator.effects.changes["/ad/create/"] == 0


def test_a_call_creates_at_most_twenty_ads(client: Client, big: str) -> None:
    many = [creative(ad_name=f"A {n}") for n in range(21)]

    assert ad(client, big, new_group(client, big), *many)["code"] == 40002


def test_a_group_holds_fifty_ads_without_the_deleted_ones(client: Client, big: str) -> None:
    parent = new_group(client, big)
    made = [ad(client, big, parent, *[creative()] * 10)["data"]["ad_ids"] for _ in range(5)]

    assert ad(client, big, parent)["code"] == 40502
    switch(client, "ad", big, made[0][:1], "DELETE")
    assert ad(client, big, parent, creative(), creative())["code"] == 40502
    assert ad(client, big, parent)["code"] == 0


def test_a_shop_group_holds_twenty_ads(client: Client, big: str) -> None:
    parent = new_group(client, big, promotion_type="VIDEO_SHOPPING")
    ad(client, big, parent, *[creative()] * 20)

    assert ad(client, big, parent)["code"] == 40502


# --- updates ------------------------------------------------------------------------------------


def test_an_update_loses_what_it_does_not_send(
    client: Client, simulator: Running, big: str
) -> None:
    parent = new_group(client, big)
    full = creative(deeplink="app://open", utm_params=[{"key": "utm_source", "value": "x"}])
    made = ad(client, big, parent, full)["data"]["ad_ids"][0]
    simulator.clock.move(60)
    kept = {name: value for name, value in creative().items() if name != "call_to_action"}
    answered = update(client, big, parent, {**kept, "ad_id": made, "ad_name": "Hail"})["data"]
    row = one(client, "ad", big, made)

    assert answered["ad_ids"] == [made]
    assert answered["creatives"] == [row]
    assert (row["ad_name"], row["ad_text"], row["landing_page_url"]) == ("Hail", "Stay dry.", WEB)
    assert (row["call_to_action"], row["deeplink"], row["utm_params"]) == (None, "", [])
    assert row["modify_time"] == "2026-09-01 12:01:00"
    assert simulator.effects.effective(made) == 2


def test_a_patch_keeps_what_it_does_not_send(client: Client, big: str) -> None:
    parent = new_group(client, big)
    before = ad(client, big, parent)["data"]["creatives"][0]
    wanted = {"ad_id": before["ad_id"], "ad_text": "Dry!"}
    update(client, big, parent, wanted, patch_update=True)

    assert one(client, "ad", big, before["ad_id"]) == before | {"ad_text": "Dry!"}


def test_a_patch_does_not_reach_other_fields(client: Client, big: str) -> None:
    parent = new_group(client, big)
    before = ad(client, big, parent)["data"]["creatives"][0]
    wanted = {
        "ad_id": before["ad_id"],
        "ad_name": "Fog",
        "landing_page_url": "https://else.example",
    }
    update(client, big, parent, wanted, patch_update=True)

    assert one(client, "ad", big, before["ad_id"]) == before | {"ad_name": "Fog"}


def test_new_content_goes_to_review_again_and_a_new_name_does_not(
    client: Client, simulator: Running, big: str
) -> None:
    row = next(
        row
        for row in rows(client, "ad", big, campaign_automation_type="MANUAL")
        if row["secondary_status"] == "AD_STATUS_DELIVERY_OK"
    )

    def patched(**more: str) -> str:
        wanted = {"ad_id": row["ad_id"], **more}
        update(client, big, row["adgroup_id"], wanted, patch_update=True)
        return str(one(client, "ad", big, row["ad_id"])["secondary_status"])

    assert patched(ad_name="Fog") == "AD_STATUS_DELIVERY_OK"
    assert patched(ad_text="Dry!") == "AD_STATUS_REAUDIT"
    simulator.clock.move(1800)
    status = one(client, "ad", big, row["ad_id"])["secondary_status"]
    assert status in ("AD_STATUS_DELIVERY_OK", "AD_STATUS_AUDIT_DENY")


def test_writing_back_what_was_read_changes_nothing(
    client: Client, simulator: Running, big: str
) -> None:
    parent = new_group(client, big)
    before = ad(client, big, parent)["data"]["creatives"][0]
    sent = {name: value for name, value in before.items() if value is not None}
    simulator.clock.move(60)
    update(client, big, parent, sent)

    assert one(client, "ad", big, before["ad_id"]) == before
    assert simulator.effects.changes["/ad/update/"] == 0


def test_an_update_that_leaves_an_ad_without_its_name_is_refused(client: Client, big: str) -> None:
    parent = new_group(client, big)
    made = ad(client, big, parent)["data"]["ad_ids"][0]
    envelope = update(client, big, parent, {"ad_id": made, "ad_text": "Dry!"})

    assert envelope["code"] == 40002
    assert "creatives.0.ad_name" in envelope["message"]


def test_ads_have_to_be_in_the_group_that_is_named(client: Client, big: str) -> None:
    parent = new_group(client, big)
    other = rows(client, "ad", big, campaign_automation_type="MANUAL")
    live = next(row for row in other if not row["secondary_status"].endswith("_DELETE"))
    patch = {"patch_update": True}

    unknown = {"ad_id": "1234567890123458", "ad_name": "x"}
    assert update(client, big, parent, unknown, **patch)["code"] == 40007
    foreign = {"ad_id": live["ad_id"], "ad_name": "x"}
    assert update(client, big, parent, foreign, **patch)["code"] == 40002


def test_a_deleted_ad_cannot_be_updated(client: Client, big: str) -> None:
    parent = new_group(client, big)
    made = ad(client, big, parent)["data"]["ad_ids"][0]
    switch(client, "ad", big, [made], "DELETE")
    wanted = {"ad_id": made, "ad_name": "x"}

    assert update(client, big, parent, wanted, patch_update=True)["code"] == 40002


def test_an_update_without_anything_is_refused(client: Client, big: str) -> None:
    parent = new_group(client, big)
    made = ad(client, big, parent)["data"]["ad_ids"][0]

    assert update(client, big, parent, {"ad_id": made})["code"] == 40012
    assert update(client, big, parent)["code"] == 40002
