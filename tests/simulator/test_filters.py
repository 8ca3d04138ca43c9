from typing import Any

import pytest

from tests.simulator.client import Client
from tests.simulator.steps import ALL, PATHS


def test_top_view_and_promote_ads_have_to_be_asked_for(client: Client, small: str) -> None:
    def kinds(**filtering: Any) -> set[str]:
        rows = client.rows("/campaign/get/", advertiser_id=small, filtering={**ALL, **filtering})
        return {row["campaign_name"].rpartition(" | ")[2] for row in rows}

    usual = kinds()

    assert not usual & {"TopView", "Promote"}
    assert kinds(buying_types=["RESERVATION_TOP_VIEW"]) == {"TopView"}
    assert kinds(campaign_system_origins=["PROMOTE"]) == {"Promote"}
    assert kinds(buying_types=["RESERVATION_RF"]) == {"Reach & frequency"}


def test_top_view_groups_come_in_small_pages(client: Client, small: str) -> None:
    filtering = {"buying_types": ["RESERVATION_TOP_VIEW"]}
    params = {"advertiser_id": small, "filtering": filtering}

    assert client.get("/adgroup/get/", **params, page_size=100)["code"] == 0
    assert client.get("/adgroup/get/", **params, page_size=101)["code"] == 40002


def test_both_words_for_conversions_mean_the_same(client: Client, big: str) -> None:
    def found(word: str) -> list[str]:
        rows = client.rows(
            "/campaign/get/", advertiser_id=big, filtering={**ALL, "objective_type": word}
        )
        assert {row["objective_type"] for row in rows} == {"CONVERSIONS", "WEB_CONVERSIONS"}
        return [row["campaign_id"] for row in rows]

    assert found("CONVERSIONS") == found("WEB_CONVERSIONS")


@pytest.mark.parametrize("level", ["campaign", "adgroup"])
def test_names_of_campaigns_and_groups_match_anywhere_in_any_case(
    client: Client, big: str, level: str
) -> None:
    everything = client.rows(PATHS[level], advertiser_id=big, filtering=ALL)
    part = everything[0][f"{level}_name"][2:9].upper()
    found = client.rows(PATHS[level], advertiser_id=big, filtering={**ALL, f"{level}_name": part})

    assert found == [row for row in everything if part.lower() in row[f"{level}_name"].lower()]


def test_ads_modified_after_a_moment_are_later_than_it(client: Client, big: str) -> None:
    everything = client.rows("/ad/get/", advertiser_id=big, filtering=ALL)
    moments = sorted(row["modify_time"] for row in everything if row["modify_time"])
    middle = moments[len(moments) // 2]
    found = client.rows("/ad/get/", advertiser_id=big, filtering={**ALL, "modified_after": middle})

    assert found == [row for row in everything if (row["modify_time"] or "") > middle]
    assert found


def test_the_window_of_creation_includes_both_ends(client: Client, big: str) -> None:
    everything = client.rows("/ad/get/", advertiser_id=big, filtering=ALL)
    last, first = everything[20]["create_time"], everything[60]["create_time"]
    window = {"creation_filter_start_time": first, "creation_filter_end_time": last}

    assert (
        client.rows("/ad/get/", advertiser_id=big, filtering={**ALL, **window}) == everything[20:61]
    )


def test_an_upgraded_smart_plus_ad_has_no_modify_time(client: Client, big: str) -> None:
    filtering = {"campaign_automation_type": "UPGRADED_SMART_PLUS"}
    rows = client.rows("/ad/get/", advertiser_id=big, filtering=filtering)

    assert rows
    assert {row["modify_time"] for row in rows} == {None}
    assert {row["campaign_automation_type"] for row in rows} == {"UPGRADED_SMART_PLUS"}
    assert all(row["smart_plus_ad_id"] == row["ad_id_v2"] != row["ad_id"] for row in rows)


def test_a_whole_smart_plus_ad_is_found_by_its_own_id(client: Client, big: str) -> None:
    smart = client.rows(
        "/ad/get/",
        advertiser_id=big,
        filtering={**ALL, "campaign_automation_type": "UPGRADED_SMART_PLUS"},
    )
    wanted = smart[0]["smart_plus_ad_id"]
    found = client.rows("/ad/get/", advertiser_id=big, filtering={**ALL, "ad_ids_v2": [wanted]})

    assert found == [row for row in smart if row["smart_plus_ad_id"] == wanted]


def test_manual_ads_have_one_id_under_two_names(client: Client, big: str) -> None:
    rows = client.rows(
        "/ad/get/", advertiser_id=big, filtering={"campaign_automation_type": "MANUAL"}
    )

    assert all(row["ad_id"] == row["ad_id_v2"] for row in rows)
    assert all(row["smart_plus_ad_id"] is None for row in rows)


def test_every_kind_of_campaign_filter_bites(client: Client, big: str) -> None:
    everything = client.rows("/campaign/get/", advertiser_id=big, filtering=ALL)
    for filtering, field, value in (
        ({"is_smart_performance_campaign": True}, "is_smart_performance_campaign", True),
        ({"creative_campaign_type": ["SEARCH_CAMPAIGN"]}, "is_search_campaign", True),
        ({"campaign_product_source": "CATALOG"}, "campaign_product_source", "CATALOG"),
        ({"campaign_type": "IOS14_CAMPAIGN"}, "campaign_type", "IOS14_CAMPAIGN"),
        ({"sales_destination": "TIKTOK_SHOP"}, "sales_destination", "TIKTOK_SHOP"),
        ({"split_test_enabled": True}, "objective_type", "VIDEO_VIEWS"),
        ({"optimization_goal": "REACH"}, "objective_type", "REACH"),
    ):
        found = client.rows("/campaign/get/", advertiser_id=big, filtering={**ALL, **filtering})

        assert found
        assert found == [row for row in everything if row[field] == value]


def test_every_kind_of_group_filter_bites(client: Client, big: str) -> None:
    everything = client.rows("/adgroup/get/", advertiser_id=big, filtering=ALL)
    for filtering, field, value in (
        ({"promotion_type": "APP_IOS"}, "promotion_type", "APP_IOS"),
        ({"optimization_goal": "CONVERT"}, "optimization_goal", "CONVERT"),
        ({"billing_events": ["CPV"]}, "billing_event", "CPV"),
        ({"creative_material_mode": "DYNAMIC"}, "creative_material_mode", "DYNAMIC"),
        ({"bid_strategy": "BID_STRATEGY_MAX_CONVERSION"}, "optimization_event", "FORM"),
    ):
        found = client.rows("/adgroup/get/", advertiser_id=big, filtering={**ALL, **filtering})
        expected = [row for row in everything if row[field] == value]

        assert {row["adgroup_id"] for row in expected} <= {row["adgroup_id"] for row in found}
        assert len(found) < len(everything)


def test_apps_of_both_systems_are_one_destination(client: Client, big: str) -> None:
    def found(destination: str) -> set[str]:
        rows = client.rows(
            "/ad/get/", advertiser_id=big, filtering={**ALL, "destination": destination}
        )
        return {row["ad_id"] for row in rows}

    assert found("APP") == found("APP_IOS") | found("APP_ANDROID")
    assert found("APP_IOS")
    assert found("APP_ANDROID")
