"""Finding ads: filters within TikTok's limits, names matched here, ids in canonical form."""

from collections.abc import Mapping
from typing import Any

import pytest

from adloom.errors import InvalidParamsError
from adloom.fields import validate
from adloom.wire import Record
from modules import find_module
from modules.search_ads import SearchAdsParams
from tests.modules.fake_api import FakeApi, ad_row, by_ids, context_for

ADVERTISER = "7100000000000000001"


async def search(api: FakeApi, **values: Any) -> list[Record]:
    module = find_module("search_ads")
    assert module.search is not None
    params = validate(module.params, {"advertiser_id": ADVERTISER, **values})
    return [row async for page in module.search(params, context_for(api)) for row in page.records]


async def test_asks_for_what_is_not_deleted_unless_told_otherwise() -> None:
    api = FakeApi({"/ad/get/": lambda _: []})

    await search(api)
    await search(api, status="STATUS_ALL")

    asked = [request.query["filtering"]["primary_status"] for request in api.asked]
    assert asked == ["STATUS_NOT_DELETE", "STATUS_ALL"]


async def test_a_small_limit_asks_for_a_small_page() -> None:
    api = FakeApi({"/ad/get/": lambda _: []})

    await search(api, limit=7)
    await search(api, limit=0)
    await search(api, limit=7, name_contains="x")

    assert [request.query["page_size"] for request in api.asked] == [7, 1000, 1000]


async def test_names_are_matched_whatever_their_case_and_script() -> None:
    rows = [ad_row(1, ad_name="SOMMER"), ad_row(2, ad_name="Straße"), ad_row(3, ad_name=None)]
    api = FakeApi({"/ad/get/": by_ids(rows)})

    assert [row["ad_name"] for row in await search(api, name_contains="sommer")] == ["SOMMER"]
    assert [row["ad_name"] for row in await search(api, name_contains="STRASSE")] == ["Straße"]


async def test_more_ids_than_one_call_takes_are_split_and_no_ad_comes_twice() -> None:
    rows = [ad_row(number) for number in range(250)]
    api = FakeApi({"/ad/get/": by_ids(rows)})
    ids = [row["ad_id"] for row in rows]

    found = await search(api, ad_ids=[*ids, ids[0]], limit=0)

    sizes = [len(request.query["filtering"]["ad_ids"]) for request in api.asked]
    assert sizes == [100, 100, 50]
    assert [row["ad_id"] for row in found] == ids


async def test_every_combination_of_split_id_lists_is_asked_for() -> None:
    api = FakeApi({"/ad/get/": lambda _: []})

    await search(
        api,
        campaign_ids=[str(number) for number in range(101)],
        adgroup_ids=[str(number) for number in range(150)],
    )

    sizes = [
        (len(one.query["filtering"]["campaign_ids"]), len(one.query["filtering"]["adgroup_ids"]))
        for one in api.asked
    ]
    assert sizes == [(100, 100), (100, 50), (1, 100), (1, 50)]


async def test_a_long_creation_window_is_split_without_gap_or_overlap() -> None:
    api = FakeApi({"/ad/get/": lambda _: []})

    await search(api, created_from="2025-11-21", created_to="2026-11-21")

    windows = [
        (
            request.query["filtering"]["creation_filter_start_time"],
            request.query["filtering"]["creation_filter_end_time"],
        )
        for request in api.asked
    ]
    assert windows == [
        ("2025-11-21 00:00:00", "2026-05-20 00:00:00"),
        ("2026-05-20 00:00:01", "2026-11-16 00:00:01"),
        ("2026-11-16 00:00:02", "2026-11-21 00:00:00"),
    ]


async def test_a_window_in_another_zone_is_sent_in_utc() -> None:
    api = FakeApi({"/ad/get/": lambda _: []})

    await search(api, created_from="2026-11-20T01:00+01:00", created_to="2026-11-21T00:30+01:00")

    filtering = api.asked[0].query["filtering"]
    assert filtering["creation_filter_start_time"] == "2026-11-20 00:00:00"
    assert filtering["creation_filter_end_time"] == "2026-11-20 23:30:00"


async def test_ids_sent_as_numbers_become_text_and_unknown_columns_stay() -> None:
    def rows(_: Mapping[str, Any]) -> list[Record]:
        return [ad_row(1, page_id=7348723487234872348, brand_new_column={"a": 1})]

    [row] = await search(FakeApi({"/ad/get/": rows}))

    assert row["page_id"] == "7348723487234872348"
    assert row["brand_new_column"] == {"a": 1}


async def test_chosen_columns_always_include_id_and_name() -> None:
    api = FakeApi({"/ad/get/": lambda _: []})

    await search(api, fields=["ad_text"])

    assert api.asked[0].query["fields"] == ["ad_text", "ad_id", "ad_name"]


def test_every_fault_is_told_at_once_with_its_field() -> None:
    values = {
        "advertiser_id": "71a",
        "limit": -1,
        "created_from": "2026-11-02",
        "created_to": "2026-11-01",
        "status": "STATUS_OFF",
        "add_ids": ["1"],
    }

    with pytest.raises(InvalidParamsError) as caught:
        validate(SearchAdsParams, values)

    faults = {fault.path: fault.message for fault in caught.value.faults}
    assert faults.keys() == {"advertiser_id", "limit", "created_to", "primary_status", "add_ids"}
    assert "ad_ids" in faults["add_ids"]
    assert "2026-11-02" in faults["created_to"]
