"""Creating campaigns and ad groups: switched off, with a budget where one is needed, once."""

from decimal import Decimal
from typing import Any

import pytest

from adloom.errors import InvalidParamsError, RejectedError
from adloom.fields import validate
from adloom.wire import JsonBody, Record
from modules.base import Call, Done, Outcome
from modules.create_ad_group import CreateAdGroup, CreateAdGroupParams
from modules.create_campaign import CreateCampaign, CreateCampaignParams
from modules.records.creating import mark_of
from scheduler.records import call_from_json, call_to_json
from tests.modules.fake_api import FakeApi, context_for
from tests.modules.objects import ADVERTISER, campaign_row, group_row, platform

CAMPAIGNS = CreateCampaign()
GROUPS = CreateAdGroup()


def campaign_asked(**more: Any) -> CreateCampaignParams:
    values = {"advertiser_id": ADVERTISER, "campaign_name": "Summer", "objective_type": "TRAFFIC"}
    return validate(CreateCampaignParams, {**values, **more})


def group_asked(**more: Any) -> CreateAdGroupParams:
    values = {
        "advertiser_id": ADVERTISER,
        "campaign_id": campaign_row()["campaign_id"],
        "adgroup_name": "Berlin",
        "optimization_goal": "CLICK",
        "billing_event": "CPC",
        "location_ids": ["6547539"],
        "budget": "20.50",
        **more,
    }
    return validate(CreateAdGroupParams, values)


async def campaign_planned(params: CreateCampaignParams, api: FakeApi | None = None) -> Call:
    before = await CAMPAIGNS.before(params, context_for(api or platform()))
    [call] = CAMPAIGNS.calls(params, before)
    return call


async def group_planned(params: CreateAdGroupParams, api: FakeApi | None = None) -> Call:
    [call] = GROUPS.calls(params, await GROUPS.before(params, context_for(api or platform())))
    return call


def body(call: Call) -> Any:
    assert isinstance(call.request.body, JsonBody)
    return call.request.body.value


def test_the_mark_of_an_operation_is_a_whole_number_of_64_bits() -> None:
    marks = {mark_of(f"operation-{number}") for number in range(1_000)}

    assert len(marks) == 1_000
    assert all(0 < int(mark) < 1 << 63 for mark in marks)
    assert mark_of("operation-1") == mark_of("operation-1")


async def test_a_new_campaign_is_switched_off_and_knows_its_request() -> None:
    call = await campaign_planned(campaign_asked(budget_mode="BUDGET_MODE_DAY", budget="100.50"))

    assert call.request.path == "/campaign/create/"
    assert body(call) == {
        "advertiser_id": ADVERTISER,
        "campaign_name": "Summer",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": Decimal("100.50"),
        "operation_status": "DISABLE",
        "request_id": mark_of("operation-1"),
    }
    assert [change.name for change in call.changes] == ["Summer"]


@pytest.mark.parametrize(
    "budget",
    [
        {"budget": "50"},
        {"budget_mode": "BUDGET_MODE_DAY"},
        {"budget_mode": "BUDGET_MODE_DAY", "budget": "0"},
    ],
)
def test_a_budget_and_its_mode_belong_together(budget: dict[str, str]) -> None:
    with pytest.raises(InvalidParamsError, match="budget"):
        campaign_asked(**budget)


async def test_a_look_finds_a_new_campaign_of_this_name() -> None:
    old = campaign_row(1, campaign_name="Summer")
    new = campaign_row(2, campaign_name="Summer", objective_type="CONVERSIONS")
    call = await campaign_planned(campaign_asked(), platform(campaigns=[campaign_row(), old]))
    call = call_from_json(call_to_json(call))

    async def seen(*rows: Record) -> Outcome:
        return await CAMPAIGNS.look_up(call, context_for(platform(campaigns=list(rows))))

    assert call.known == (old["campaign_id"],)
    assert await seen(campaign_row(), old) is Outcome.NOT_HAPPENED
    assert await seen(campaign_row(), old, new) is Outcome.HAPPENED


async def test_a_campaign_that_was_found_is_told_and_can_be_deleted() -> None:
    params = campaign_asked()
    call = await campaign_planned(params)
    new = campaign_row(2, campaign_name="Summer", operation_status="DISABLE")

    found = await CAMPAIGNS.found(call, context_for(platform(campaigns=[new])))

    done = Done(call, Outcome.HAPPENED, body=found)
    [told] = CAMPAIGNS.result(params, [], [done])
    [back] = CAMPAIGNS.inverse(done)
    assert (told["campaign_id"], told["operation_status"]) == (new["campaign_id"], "DISABLE")
    assert back.request.path == "/campaign/status/update/"
    assert body(back)["campaign_ids"] == [new["campaign_id"]]


async def test_an_ad_group_starts_a_little_ahead_and_never_ends_unless_told() -> None:
    call = await group_planned(group_asked())

    assert body(call) == {
        "advertiser_id": ADVERTISER,
        "campaign_id": campaign_row()["campaign_id"],
        "adgroup_name": "Berlin",
        "placement_type": "PLACEMENT_TYPE_AUTOMATIC",
        "location_ids": ["6547539"],
        "optimization_goal": "CLICK",
        "billing_event": "CPC",
        "pacing": "PACING_MODE_SMOOTH",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": Decimal("20.50"),
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": "2026-11-21 12:10:00",
        "operation_status": "DISABLE",
        "request_id": mark_of("operation-1"),
    }


async def test_times_are_sent_in_utc() -> None:
    call = await group_planned(
        group_asked(starts="2026-12-01T09:00+01:00", ends="2026-12-24T18:00+01:00")
    )

    sent = body(call)
    assert sent["schedule_type"] == "SCHEDULE_START_END"
    assert sent["schedule_start_time"] == "2026-12-01 08:00:00"
    assert sent["schedule_end_time"] == "2026-12-24 17:00:00"


async def test_an_ad_group_ends_after_it_starts() -> None:
    with pytest.raises(InvalidParamsError, match="ends: lies before its start"):
        await group_planned(group_asked(ends="2026-11-20"))


async def test_a_campaign_that_shares_its_budget_out_takes_no_other() -> None:
    api = platform(campaigns=[campaign_row(budget_optimize_on=True)])

    call = await group_planned(group_asked(budget=None), api)

    assert (body(call)["budget_mode"], body(call)["budget"]) == ("BUDGET_MODE_INFINITE", 0)
    with pytest.raises(InvalidParamsError, match="budget: must be left out"):
        await group_planned(group_asked(), api)
    with pytest.raises(InvalidParamsError, match="budget: is required"):
        await group_planned(group_asked(budget=None))


@pytest.mark.parametrize(
    ("campaigns", "words"),
    [
        ([], "has no campaign"),
        ([campaign_row(secondary_status="CAMPAIGN_STATUS_DELETE")], "is deleted"),
        ([campaign_row(campaign_automation_type="UPGRADED_SMART_PLUS")], "Smart+"),
    ],
)
async def test_a_campaign_that_takes_no_such_ad_groups_is_told(
    campaigns: list[Record], words: str
) -> None:
    with pytest.raises(RejectedError) as told:
        await group_planned(group_asked(), platform(campaigns=campaigns))

    assert words in str(told.value)


async def test_a_look_finds_a_new_ad_group_of_this_name_in_the_campaign() -> None:
    call = await group_planned(group_asked())
    new = group_row(5, adgroup_name="Berlin")
    elsewhere = group_row(6, adgroup_name="Berlin", campaign_id="17")

    async def seen(*rows: Record) -> Outcome:
        return await GROUPS.look_up(call, context_for(platform(groups=list(rows))))

    assert await seen(group_row(), elsewhere) is Outcome.NOT_HAPPENED
    assert await seen(group_row(), new) is Outcome.HAPPENED


async def test_the_new_ad_group_is_told_and_can_be_deleted() -> None:
    params = group_asked()
    before = await GROUPS.before(params, context_for(platform()))
    [call] = GROUPS.calls(params, before)
    done = Done(call, Outcome.HAPPENED, body={"data": group_row(5, adgroup_name="Berlin")})

    [told] = GROUPS.result(params, before, [done])
    [back] = GROUPS.inverse(done)

    assert told["adgroup_id"] == group_row(5)["adgroup_id"]
    assert body(back) == {
        "advertiser_id": ADVERTISER,
        "adgroup_ids": [group_row(5)["adgroup_id"]],
        "operation_status": "DELETE",
    }
