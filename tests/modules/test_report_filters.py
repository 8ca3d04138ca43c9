"""Filters of a report: the friendly form, TikTok's own, and groups of ids."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.records.reports_filters import MOST_IDS, Filter, grouped, read_filters


def wire(asked: Any, about: str = "AD") -> list[dict[str, str]]:
    return [one.wire() for one in read_filters(asked, about)]


def test_a_list_travels_as_json_inside_text() -> None:
    assert [{"field_name": "ad_ids", "filter_type": "IN", "filter_value": '["1","2"]'}] == wire(
        {"ad_ids": ["1", "2"]}
    )


def test_a_single_value_is_a_list_of_one() -> None:
    assert '["1"]' == wire({"ad_id": "1"})[0]["filter_value"]
    assert "ad_ids" == wire({"ad_id": 1})[0]["field_name"]


@pytest.mark.parametrize(
    ("about", "field"),
    [("AD", "ad_status"), ("ADGROUP", "adgroup_status"), ("CAMPAIGN", "campaign_status")],
)
def test_status_means_that_of_what_the_report_is_about(about: str, field: str) -> None:
    assert [{"field_name": field, "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}] == wire(
        {"status": "STATUS_ALL"}, about
    )


def test_another_comparison_can_be_named() -> None:
    asked = {"campaign_ids": {"not_in": ["9"]}, "spend": {"GREATER_THAN": 10}}

    assert [
        {"field_name": "campaign_ids", "filter_type": "NOT_IN", "filter_value": '["9"]'},
        {"field_name": "spend", "filter_type": "GREATER_THAN", "filter_value": "10"},
    ] == wire(asked)


@pytest.mark.parametrize("value", ['["1", "2"]', ["1", "2"], [1, 2]])
def test_tiktoks_own_form_is_taken_too(value: Any) -> None:
    asked = [{"field_name": "ad_ids", "filter_type": "IN", "filter_value": value}]

    assert '["1","2"]' == wire(asked)[0]["filter_value"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"campaign_status": "STATUS_ALL"}, "ad_status"),
        ({"ad_ids": []}, "not empty"),
        ({"ad_ids": None}, "a word"),
        ({"ad_ids": True}, "a word"),
        ({"ad_ids": {"IN": ["1"], "NOT_IN": ["2"]}}, "one comparison"),
        ([{"field_name": "ad_ids"}], "filter_value"),
        ([{"field_name": "ad_ids", "filter_type": "IN", "filter_value": "[1,"}], "not JSON"),
        ({"ad_ids": {"NOT_IN": [str(one) for one in range(101)]}}, "at most 100"),
    ],
)
def test_what_cannot_be_sent_is_refused(asked: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_filters(asked, "AD")


@given(st.lists(st.integers(1, 999), min_size=1, max_size=350), st.lists(st.integers(1, 99)))
def test_groups_hold_every_pair_of_ids_once_and_none_is_too_large(
    ads: list[int], campaigns: list[int]
) -> None:
    filters = [Filter("ad_ids", "IN", tuple(map(str, ads)))]
    if campaigns:
        filters.append(Filter("campaign_ids", "IN", tuple(map(str, campaigns))))

    found = list(grouped(filters, 60))

    pairs = [
        (ad, campaign)
        for one in found
        for ad in one[0].values
        for campaign in (one[1].values if campaigns else ("",))
    ]
    assert {(str(ad), str(campaign)) for ad in ads for campaign in (campaigns or ("",))} == set(
        pairs
    )
    assert len(pairs) == len(set(pairs))
    assert all(len(one.values) <= 60 for filters in found for one in filters)


def test_a_group_is_what_tiktok_takes() -> None:
    [first, second] = grouped([Filter("ad_ids", "IN", tuple(map(str, range(150))))])

    assert MOST_IDS == len(json.loads(first[0].wire()["filter_value"]))
    assert 50 == len(second[0].values)
