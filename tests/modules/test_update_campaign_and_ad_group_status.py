"""Switching campaigns and ad groups: what they have beyond ads."""

from typing import Any

import pytest

from adloom.errors import InvalidParamsError, RejectedError
from adloom.fields import validate
from adloom.wire import JsonBody, Record
from modules.base import Call, Done, Outcome
from modules.update_ad_group_status import UpdateAdGroupStatus, UpdateAdGroupStatusParams
from modules.update_campaign_status import UpdateCampaignStatus, UpdateCampaignStatusParams
from tests.modules.fake_api import context_for
from tests.modules.objects import ADVERTISER, campaign_row, group_row, platform

CAMPAIGNS = UpdateCampaignStatus()
GROUPS = UpdateAdGroupStatus()
SMART_PLUS: dict[str, Any] = {"campaign_automation_type": "UPGRADED_SMART_PLUS"}


def campaigns_asked(
    rows: list[Record], status: str = "DISABLE", **more: Any
) -> UpdateCampaignStatusParams:
    ids = [row["campaign_id"] for row in rows]
    values = {"advertiser_id": ADVERTISER, "campaign_ids": ids, "status": status, **more}
    return validate(UpdateCampaignStatusParams, values)


def groups_asked(
    rows: list[Record], status: str = "DISABLE", **more: Any
) -> UpdateAdGroupStatusParams:
    ids = [row["adgroup_id"] for row in rows]
    values = {"advertiser_id": ADVERTISER, "adgroup_ids": ids, "status": status, **more}
    return validate(UpdateAdGroupStatusParams, values)


async def campaigns_planned(rows: list[Record], status: str = "DISABLE") -> list[Call]:
    params = campaigns_asked(rows, status, allow_delete=True)
    before = await CAMPAIGNS.before(params, context_for(platform(campaigns=rows)))
    return CAMPAIGNS.calls(params, before)


async def groups_planned(
    rows: list[Record], status: str = "DISABLE", campaign: Record | None = None, **more: Any
) -> list[Call]:
    params = groups_asked(rows, status, allow_delete=True, **more)
    api = platform(campaigns=[campaign or campaign_row()], groups=rows)
    return GROUPS.calls(params, await GROUPS.before(params, context_for(api)))


def body(call: Call) -> Any:
    assert isinstance(call.request.body, JsonBody)
    return call.request.body.value


async def test_campaigns_that_are_already_so_are_left_out() -> None:
    rows = [campaign_row(0), campaign_row(1, operation_status="DISABLE")]

    [call] = await campaigns_planned(rows)

    assert body(call) == {
        "advertiser_id": ADVERTISER,
        "campaign_ids": [rows[0]["campaign_id"]],
        "operation_status": "DISABLE",
    }
    assert [(one.kind, one.name) for one in call.changes] == [("campaign", "Campaign 0")]


async def test_smart_plus_campaigns_go_to_their_own_endpoint() -> None:
    calls = await campaigns_planned([campaign_row(0), campaign_row(1, **SMART_PLUS)])

    assert [call.request.path for call in calls] == [
        "/campaign/status/update/",
        "/smart_plus/campaign/status/update/",
    ]
    assert calls[1].changes[0].kind == "Smart+ campaign"


async def test_twenty_campaigns_go_into_one_call() -> None:
    calls = await campaigns_planned([campaign_row(number) for number in range(41)])

    assert [len(body(call)["campaign_ids"]) for call in calls] == [20, 20, 1]


async def test_topview_campaigns_are_found_although_lists_leave_them_out() -> None:
    [call] = await campaigns_planned([campaign_row(0, rf_campaign_type="TOPVIEW")])

    assert call.changes[0].id == campaign_row()["campaign_id"]


async def test_a_campaign_that_does_not_exist_stops_everything() -> None:
    params = campaigns_asked([campaign_row(0), campaign_row(9)])

    with pytest.raises(RejectedError, match=r"has no campaign 1700000000000019\. Nothing") as told:
        await CAMPAIGNS.before(params, context_for(platform()))

    assert "list-campaigns" in (told.value.hint or "")


async def test_a_deleted_campaign_cannot_be_switched() -> None:
    gone = campaign_row(0, secondary_status="CAMPAIGN_STATUS_DELETE")

    with pytest.raises(RejectedError, match="Already deleted"):
        await campaigns_planned([gone])

    assert await campaigns_planned([gone], "DELETE") == []


async def test_deleting_a_campaign_has_to_be_allowed() -> None:
    with pytest.raises(InvalidParamsError, match="allow_delete"):
        await CAMPAIGNS.before(campaigns_asked([campaign_row()], "DELETE"), context_for(platform()))


async def test_ids_with_letters_are_refused() -> None:
    with pytest.raises(InvalidParamsError, match="campaign_ids"):
        campaigns_asked([{"campaign_id": "17abc"}])


async def test_the_campaign_tells_whether_an_ad_group_is_smart_plus() -> None:
    [call] = await groups_planned([group_row()], campaign=campaign_row(**SMART_PLUS))

    assert call.request.path == "/smart_plus/adgroup/status/update/"
    assert call.changes[0].kind == "Smart+ ad group"


@pytest.mark.parametrize("status", ["ENABLE", "DISABLE"])
async def test_reach_and_frequency_ad_groups_are_not_switched(status: str) -> None:
    booked = campaign_row(rf_campaign_type="STANDARD", objective_type="RF_REACH")
    row = group_row(operation_status="DISABLE" if status == "ENABLE" else "ENABLE")

    with pytest.raises(RejectedError, match=r"Reach & Frequency.*Nothing was changed"):
        await groups_planned([group_row(1, campaign_id="1"), row], status, booked)


async def test_reach_and_frequency_ad_groups_may_be_deleted() -> None:
    [call] = await groups_planned([group_row()], "DELETE", campaign_row(rf_campaign_type="PULSE"))

    assert body(call)["operation_status"] == "DELETE"


async def test_ad_groups_of_dedicated_campaigns_are_not_deleted_alone() -> None:
    dedicated = campaign_row(campaign_type="IOS14_CAMPAIGN")

    with pytest.raises(RejectedError, match="iOS 14"):
        await groups_planned([group_row()], "DELETE", dedicated)

    [call] = await groups_planned([group_row()], "DISABLE", dedicated)
    assert call.request.path == "/adgroup/status/update/"


async def test_an_ad_group_may_be_called_by_either_name() -> None:
    values = {"advertiser_id": ADVERTISER, "ad-group-id": "17", "opt_status": "ENABLE"}

    assert validate(UpdateAdGroupStatusParams, values).adgroup_ids == ["17"]


async def test_doing_what_can_be_done_is_asked_for_only_when_it_is_wanted() -> None:
    [whole] = await groups_planned([group_row()])
    [part] = await groups_planned([group_row()], allow_partial=True)

    assert "allow_partial_success" not in body(whole)
    assert body(part)["allow_partial_success"] is True


async def test_where_only_a_part_was_done_the_answer_tells_which() -> None:
    rows = [group_row(0), group_row(1)]
    params = groups_asked(rows, allow_partial=True)
    [call] = await groups_planned(rows, allow_partial=True)
    refused = {"adgroup_id": rows[1]["adgroup_id"], "error_message": "is frozen"}
    answer = {"code": 20001, "data": {"status": "DISABLE", "error_list": [refused]}}
    done = Done(call, Outcome.NOT_HAPPENED, 200, body=answer, error="only part of it")

    told = GROUPS.result(params, rows, [done])
    [back] = GROUPS.inverse(done)

    assert [(one["changed"], one["after"], one["error"]) for one in told] == [
        (True, "DISABLE", None),
        (False, "ENABLE", "is frozen"),
    ]
    assert body(back)["adgroup_ids"] == [rows[0]["adgroup_id"]]
    assert [change.id for change in back.changes] == [rows[0]["adgroup_id"]]


async def test_a_look_tells_whether_ad_groups_were_switched() -> None:
    rows = [group_row()]
    [call] = await groups_planned(rows)
    off = platform(groups=[group_row(operation_status="DISABLE")])

    assert await GROUPS.look_up(call, context_for(platform())) is Outcome.NOT_HAPPENED
    assert await GROUPS.look_up(call, context_for(off)) is Outcome.HAPPENED


async def test_the_inverse_switches_campaigns_back() -> None:
    [call] = await campaigns_planned([campaign_row()])

    [back] = CAMPAIGNS.inverse(Done(call, Outcome.HAPPENED))

    assert body(back)["operation_status"] == "ENABLE"
    assert (back.changes[0].old, back.changes[0].new) == ("DISABLE", "ENABLE")
