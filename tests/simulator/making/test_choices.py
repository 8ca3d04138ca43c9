from typing import Any

from adloom.simulator import Running
from tests.simulator.client import Client, Row
from tests.simulator.steps import rows


def identities(client: Client, advertiser_id: str, **params: Any) -> list[Row]:
    data = client.get("/identity/get/", advertiser_id=advertiser_id, **params)["data"]
    found: list[Row] = data["identity_list"]
    return found


def test_an_account_has_one_identity_of_each_kind(
    client: Client, simulator: Running, big: str
) -> None:
    found = identities(client, big)

    assert [row["identity_type"] for row in found] == ["CUSTOMIZED_USER", "TT_USER", "BC_AUTH_TT"]
    assert len({row["identity_id"] for row in found}) == 3
    assert found == identities(client, big)
    name = simulator.world.accounts[big].facts.name
    assert all(name in row["display_name"] for row in found)


def test_identities_are_found_by_kind_and_name(client: Client, big: str) -> None:
    assert [row["identity_type"] for row in identities(client, big, identity_type="TT_USER")] == [
        "TT_USER"
    ]
    assert len(identities(client, big, filtering={"keyword": "fans"})) == 1
    assert identities(client, big, filtering={"keyword": "nobody"}) == []


def test_a_page_has_at_most_twenty_identities(client: Client, big: str) -> None:
    assert client.get("/identity/get/", advertiser_id=big, page_size=21)["code"] == 40002
    assert len(identities(client, big, page=2, page_size=2)) == 1


def test_the_places_of_ad_groups_are_regions(client: Client, big: str) -> None:
    params = {"objective_type": "TRAFFIC", "placements": ["PLACEMENT_TIKTOK"]}
    data = client.get("/tool/region/", advertiser_id=big, **params)["data"]
    used = {place for row in rows(client, "adgroup", big) for place in row["location_ids"]}

    assert used <= {row["location_id"] for row in data["region_info"]} == set(data["region_list"])


def test_interests_have_two_levels(client: Client, big: str) -> None:
    data = client.get("/tool/interest_category/", advertiser_id=big)["data"]
    found = {row["interest_category_id"]: row for row in data["interest_categories"]}

    for row in found.values():
        for child in row["sub_category_ids"]:
            assert (row["level"], found[child]["level"]) == (1, 2)
    assert {row["level"] for row in found.values()} == {1, 2}
