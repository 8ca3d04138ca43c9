"""Triggers: what they list, what they tell apart, and what a first cycle hands on."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import InvalidParamsError
from adloom.fields import validate
from adloom.wire import Answer, Record
from modules import find_module
from modules.base import Module, Trigger, Watching
from modules.records.edges import Edge
from modules.records.watching import differences, moment_of
from scheduler.first_cycle import first_cycle
from tests.modules.fake_api import NOW, FakeApi, Rows, ad_row, context_for

ONE, TWO = "7100000000000000001", "7100000000000000002"


def trigger_of(name: str) -> tuple[Module, Trigger[Any, Any]]:
    module = find_module(name)
    assert module.trigger is not None
    return module, module.trigger


async def cycle(
    name: str, api: FakeApi, since: datetime | None = None, **values: Any
) -> list[Record]:
    """What a first cycle hands on."""
    module, trigger = trigger_of(name)
    params = validate(module.params, {"advertiser_ids": [ONE], **values})
    context = context_for(api)
    return [
        row async for page in first_cycle(trigger, params, context, since) for row in page.records
    ]


def always(*rows: Record) -> Rows:
    return lambda _: list(rows)


def created(number: int, moment: str, **more: Any) -> Record:
    return ad_row(number, create_time=moment, modify_time=moment, **more)


# --- ads ---


async def test_new_ads_come_oldest_first_and_two_at_a_time() -> None:
    rows = always(
        created(3, "2026-11-03 00:00:00"),
        created(1, "2026-11-01 00:00:00"),
        created(2, "2026-11-02 00:00:00"),
    )

    found = await cycle("watch_ads", FakeApi({"/ad/get/": rows}))

    assert ["Ad 1", "Ad 2"] == [row["ad_name"] for row in found]


async def test_the_limit_is_shared_by_all_accounts() -> None:
    def rows(query: Any) -> list[Record]:
        day = "02" if query["advertiser_id"] == ONE else "01"
        return [created(int(day), f"2026-11-{day} 00:00:00")]

    found = await cycle(
        "watch_ads", FakeApi({"/ad/get/": rows}), advertiser_ids=[ONE, TWO], limit=1
    )

    assert ["Ad 1"] == [row["ad_name"] for row in found]


async def test_a_row_older_than_the_start_is_left_out_even_if_the_platform_sends_it() -> None:
    rows = always(created(1, "2026-11-01 00:00:00"), created(2, "2026-11-02 00:00:00"))
    since = datetime(2026, 11, 2, tzinfo=UTC)

    found = await cycle("watch_ads", FakeApi({"/ad/get/": rows}), since, limit=0)

    assert ["Ad 2"] == [row["ad_name"] for row in found]


async def test_new_ads_are_asked_for_in_windows_of_half_a_year_the_last_one_open() -> None:
    api = FakeApi({"/ad/get/": always()})

    await cycle("watch_ads", api, NOW - timedelta(days=400))

    windows = [request.query["filtering"] for request in api.asked]
    assert 3 == len(windows)
    assert all("creation_filter_end_time" in window for window in windows[:-1])
    assert "creation_filter_end_time" not in windows[-1]


async def test_updates_are_asked_for_by_their_time_and_smart_plus_ads_beside_them() -> None:
    api = FakeApi({"/ad/get/": always()})

    await cycle("watch_ads", api, NOW, by="updated", campaign_ids=["17"])

    first, second = (request.query["filtering"] for request in api.asked)
    assert "2026-11-21 12:00:00" == first["modified_after"]
    assert "UPGRADED_SMART_PLUS" == second["campaign_automation_type"]
    assert [["17"], ["17"]] == [first["campaign_ids"], second["campaign_ids"]]


async def test_an_ad_without_a_time_of_change_breaks_nothing() -> None:
    rows = always(ad_row(1, modify_time=None), ad_row(2, modify_time="2026-11-20 00:00:00"))
    since = datetime(2026, 11, 19, tzinfo=UTC)

    api = FakeApi({"/ad/get/": rows})
    found = await cycle("watch_ads", api, since, by="updated", limit=0)
    everything = await cycle("watch_ads", api, by="updated", limit=0)

    assert ["Ad 2"] == [row["ad_name"] for row in found]
    assert ["Ad 2", "Ad 1"] == [row["ad_name"] for row in everything]


async def test_only_the_newest_version_of_an_ad_counts() -> None:
    def rows(query: Any) -> list[Record]:
        smart = "campaign_automation_type" in query["filtering"]
        return [ad_row(1, modify_time=f"2026-11-20 00:00:0{1 if smart else 2}", seen=smart)]

    found = await cycle("watch_ads", FakeApi({"/ad/get/": rows}), NOW - timedelta(3), by="updated")

    assert [False] == [row["seen"] for row in found]


def test_a_signed_address_is_no_change_of_an_ad() -> None:
    _, trigger = trigger_of("watch_ads")

    assert trigger.watched({"ad_id": "1", "profile_image_url": "a"}) == {"ad_id": "1"}


def test_an_ad_is_dated_by_what_is_watched() -> None:
    module, trigger = trigger_of("watch_ads")
    new = validate(module.params, {"advertiser_ids": [ONE]})
    changed = validate(module.params, {"advertiser_ids": [ONE], "by": "updated"})
    row = ad_row(1)

    assert Watching.CREATED == trigger.watching(new)
    assert Watching.UPDATED == trigger.watching(changed)
    assert "2026-11-01" == str(trigger.at(new, row))[:10]
    assert "2026-11-02" == str(trigger.at(changed, row))[:10]


# --- by comparison ---


def campaign(number: int, **more: Any) -> Record:
    return {
        "campaign_id": str(number),
        "campaign_name": f"Campaign {number}",
        "operation_status": "ENABLE",
        "budget": 50.0,
        "modify_time": "2026-11-02 00:00:00",
        **more,
    }


@pytest.mark.parametrize(
    ("name", "path", "row"),
    [
        ("watch_campaigns", "/campaign/get/", campaign(1)),
        ("watch_ad_groups", "/adgroup/get/", {"adgroup_id": "1", "adgroup_name": "Group"}),
    ],
)
async def test_a_first_cycle_tells_everything_as_new(name: str, path: str, row: Record) -> None:
    found = await cycle(name, FakeApi({path: always(row)}))

    assert [True] == [one["is_new"] for one in found]


async def test_new_ones_are_left_out_on_request() -> None:
    api = FakeApi({"/campaign/get/": always(campaign(1))})

    assert not await cycle("watch_campaigns", api, tell_new=False)


def test_a_change_is_told_with_its_old_and_new_value() -> None:
    module, trigger = trigger_of("watch_campaigns")
    params = validate(module.params, {"advertiser_ids": [ONE]})
    before = trigger.compare(params, None, campaign(1, budget=Decimal("50.0"))).memory

    sight = trigger.compare(params, before, campaign(1, budget=Decimal("60.0")))

    assert sight.bundle is not None
    assert [{"field": "budget", "old": "50.0", "new": "60.0"}] == sight.bundle["changes"]


def test_what_is_not_watched_is_no_change() -> None:
    module, trigger = trigger_of("watch_campaigns")
    params = validate(module.params, {"advertiser_ids": [ONE], "columns": ["budget"]})
    before = trigger.compare(params, None, campaign(1)).memory

    sight = trigger.compare(params, before, campaign(1, campaign_name="Another"))

    assert sight.bundle is None
    assert {"budget": "50.0"} == sight.memory


async def test_rejected_ads_are_asked_for_state_by_state() -> None:
    def rows(query: Any) -> list[Record]:
        denied = query["filtering"]["secondary_status"] == "AD_STATUS_AUDIT_DENY"
        return [ad_row(1, secondary_status="AD_STATUS_AUDIT_DENY")] if denied else []

    api = FakeApi({"/ad/get/": rows})
    found = await cycle("watch_ad_reviews", api)

    assert ["Ad 1"] == [row["ad_name"] for row in found]
    assert 4 == len(api.asked)


async def test_a_filter_that_the_platform_ignores_does_not_make_every_ad_rejected() -> None:
    found = await cycle("watch_ad_reviews", FakeApi({"/ad/get/": always(ad_row(1))}))

    assert not found


def test_a_rejection_is_told_once() -> None:
    module, trigger = trigger_of("watch_ad_reviews")
    params = validate(module.params, {"advertiser_ids": [ONE]})
    row = ad_row(1, secondary_status="AD_STATUS_AUDIT_DENY")

    first = trigger.compare(params, None, row)
    second = trigger.compare(params, first.memory, row)

    assert row == first.bundle
    assert second.bundle is None


async def test_an_account_that_runs_out_of_money_is_told() -> None:
    def answer(balance: float) -> Answer:
        data = {"list": [{"advertiser_id": ONE, "name": "Acme", "balance": balance}]}
        return Answer(200, {}, {}, data)

    low = FakeApi(answers={"/advertiser/info/": answer(9.5)})
    high = FakeApi(answers={"/advertiser/info/": answer(10.0)})

    assert [Decimal("9.5")] == [
        row["balance"] for row in await cycle("watch_balances", low, below="10")
    ]
    assert not await cycle("watch_balances", high, below="10")


# --- edges ---


def told(values: list[Any], direction: Literal["above", "below"], slack: int) -> list[int]:
    """Which of these values, one after the other, are told."""
    edge = Edge(direction, Decimal(100), Decimal(slack))
    memory: Record | None = None
    found = []
    for place, value in enumerate(values):
        memory, crossed = edge.crossed(memory, None if value is None else Decimal(value))
        if crossed:
            found.append(place)
    return found


def test_a_value_that_trembles_around_its_threshold_is_told_once() -> None:
    assert [0] == told([101, 99, 101, 95, 101], "above", 10)
    assert [0] == told([99, 101, 99, 105, 99], "below", 10)


def test_a_value_that_came_back_is_told_again() -> None:
    assert [1, 3] == told([100, 101, 89, 101], "above", 10)
    assert [1, 3] == told([100, 99, 111, 99], "below", 10)


def test_no_value_changes_nothing() -> None:
    assert [0] == told([101, None, 101], "above", 10)


@given(st.lists(st.integers(0, 200)), st.sampled_from(["above", "below"]), st.integers(0, 50))
def test_between_two_edges_it_came_back(
    values: list[int], direction: Literal["above", "below"], slack: int
) -> None:
    found = told(values, direction, slack)

    for first, second in itertools.pairwise(found):
        between = values[first:second]
        back = (
            any(value < 100 - slack or value <= 100 - slack == 100 for value in between)
            if direction == "above"
            else any(value > 100 + slack or value >= 100 + slack == 100 for value in between)
        )
        assert back


def test_times_that_are_none_are_none() -> None:
    assert moment_of(None) is None
    assert moment_of("soon") is None
    assert datetime(2026, 11, 1, 2, 3, 4, tzinfo=UTC) == moment_of("2026-11-01 02:03:04")


def test_differences_name_what_came_and_what_went() -> None:
    assert [
        {"field": "a", "old": 1, "new": None},
        {"field": "b", "old": None, "new": 2},
    ] == differences({"a": 1, "c": 3}, {"b": 2, "c": 3})


# --- figures ---


def figures(*rows: tuple[str, str, str]) -> Rows:
    """Rows of a report: an ad, its spend, its conversions."""
    return lambda _: [
        {"dimensions": {"ad_id": ad}, "metrics": {"spend": spend, "conversion": results}}
        for ad, spend, results in rows
    ]


def accounts() -> dict[str, Answer]:
    facts = {"list": [{"advertiser_id": ONE, "timezone": "Etc/UTC"}]}
    return {"/advertiser/info/": Answer(200, {}, {}, facts)}


async def test_a_figure_beyond_its_threshold_is_told_unless_too_little_was_spent() -> None:
    api = FakeApi(
        {
            "/report/integrated/get/": figures(
                ("1", "60.00", "0"), ("2", "40.00", "0"), ("3", "2.00", "0")
            )
        },
        answers=dict(accounts()),
    )

    spend = await cycle("watch_report_metrics", api, metric="spend", above="50")
    poor = await cycle(
        "watch_report_metrics", api, metric="conversion", below="1", at_least_spend="10"
    )

    assert ["1"] == [row["ad_id"] for row in spend]
    assert ["1", "2"] == [row["ad_id"] for row in poor]


async def test_a_report_is_asked_for_by_day_in_words_and_for_the_chosen_campaigns() -> None:
    api = FakeApi({"/report/integrated/get/": figures()}, answers=dict(accounts()))

    await cycle("watch_report_metrics", api, metric="ctr", above="1", campaign_ids=["17"])

    [asked] = [one.query for one in api.asked if one.path == "/report/integrated/get/"]
    assert ("2026-11-21", "2026-11-21") == (asked["start_date"], asked["end_date"])
    assert "17" in str(asked["filtering"])


def test_the_same_ad_is_known_by_its_ids() -> None:
    _, trigger = trigger_of("watch_report_metrics")

    assert "71/17" == trigger.key({"advertiser_id": "71", "ad_id": "17", "spend": Decimal(1)})


@pytest.mark.parametrize(
    "values",
    [
        {"metric": "spend"},
        {"metric": "spend", "above": 1, "below": 2},
        {"metric": "ad_name", "above": 1},
        {"metric": "spent", "above": 1},
        {"metric": "spend", "above": 1, "date_range": "some day"},
    ],
)
def test_a_threshold_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    module, _ = trigger_of("watch_report_metrics")

    with pytest.raises(InvalidParamsError):
        validate(module.params, {"advertiser_ids": [ONE], **values})
