"""What an inverse call finds in the place of what it expects, and inverses of parts of a call."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adloom.errors import RejectedError
from adloom.fields import validate
from adloom.wire import JsonBody, Record
from modules import find_module
from modules.base import Action, Call, Change, Done, Outcome
from scheduler.records import call_from_json, call_to_json
from tests.modules.fake_api import FakeApi, ad_row, by_ids, context_for
from tests.modules.objects import ADVERTISER, campaign_row, group_row, listing, platform

SMART = {"campaign_automation_type": "UPGRADED_SMART_PLUS", "smart_plus_ad_id": "18"}


def action(name: str) -> Action[Any, Any]:
    found = find_module(name).action
    assert found is not None
    return found


async def planned(name: str, api: FakeApi, **values: Any) -> Call:
    """The one call of a module, as the journal gives it back."""
    params = validate(find_module(name).params, {"advertiser_id": ADVERTISER, **values})
    before = await action(name).before(params, context_for(api))
    [call] = action(name).calls(params, before)
    return call_from_json(call_to_json(call))


def back(name: str, call: Call, *ids: str) -> Call:
    """Its inverse, for all of its changes or for some objects only."""
    changes = tuple(one for one in call.changes if not ids or one.id in ids)
    [inverse] = action(name).inverse(Done(replace(call, changes=changes), Outcome.HAPPENED))
    return inverse


async def since(name: str, call: Call, api: FakeApi) -> list[tuple[str, str, Any, Any]]:
    found = await action(name).changed_since(call, context_for(api))
    return [(one.id, one.field, one.old, one.new) for one in found]


def ads_of(*rows: Record) -> FakeApi:
    return FakeApi({"/ad/get/": by_ids(list(rows))})


# --- switches -----------------------------------------------------------------------------------


async def test_switches_that_are_as_they_were_set_are_no_news() -> None:
    rows = [ad_row(1), ad_row(2)]
    call = await planned("update_ad_status", ads_of(*rows),
                         ad_ids=[row["ad_id"] for row in rows], status="DISABLE")  # fmt: skip
    off = [ad_row(1, operation_status="DISABLE"), ad_row(2, operation_status="DISABLE")]
    gone = [off[0], ad_row(2, secondary_status="AD_STATUS_DELETE")]

    inverse = back("update_ad_status", call)

    second = rows[1]["ad_id"]
    expected = ("operation_status", "DISABLE")
    assert await since("update_ad_status", inverse, ads_of(*off)) == []
    assert await since("update_ad_status", inverse, ads_of(*gone)) == [
        (second, *expected, "DELETE")
    ]
    assert await since("update_ad_status", inverse, ads_of(off[0])) == [
        (second, *expected, "DELETE")
    ]
    assert await since("update_ad_status", inverse, ads_of(off[0], rows[1])) == [
        (second, *expected, "ENABLE")
    ]


async def test_some_of_the_switches_of_a_call_go_back_alone() -> None:
    rows = [ad_row(1), ad_row(2)]
    ids = [row["ad_id"] for row in rows]
    call = await planned("update_ad_status", ads_of(*rows), ad_ids=ids, status="DISABLE")

    inverse = back("update_ad_status", call, ids[1])

    assert isinstance(inverse.request.body, JsonBody)
    assert inverse.request.body.value["ad_ids"] == [ids[1]]
    assert [one.id for one in inverse.changes] == [ids[1]]


async def test_all_that_is_switched_along_with_a_smart_plus_ad_is_shown() -> None:
    rows = [ad_row(1, **SMART), ad_row(2, **SMART), ad_row(3, operation_status="DISABLE", **SMART)]
    api = ads_of(*rows)

    call = await planned("update_ad_status", api, ad_ids=[rows[0]["ad_id"]], status="DISABLE")

    assert [one.id for one in call.changes] == [rows[0]["ad_id"], rows[1]["ad_id"]]
    off = [{**row, "operation_status": "DISABLE"} for row in rows]
    inverse = back("update_ad_status", call)
    # The third was off before: to switch the ad on again would switch it on as well.
    assert await since("update_ad_status", inverse, ads_of(*off)) == [
        (rows[2]["ad_id"], "operation_status", "ENABLE", "DISABLE")
    ]
    assert back("update_ad_status", call, rows[1]["ad_id"]).request == inverse.request


# --- budgets ------------------------------------------------------------------------------------


async def test_budgets_are_compared_as_amounts() -> None:
    group = group_row()
    call = await planned("update_ad_group_budget", platform(), adgroup_ids=[group["adgroup_id"]],
                         budget="60")  # fmt: skip
    inverse = back("update_ad_group_budget", call)

    same = platform(groups=[group_row(budget=60.0)])
    other = platform(groups=[group_row(budget=70)])
    gone = platform(groups=[])

    assert await since("update_ad_group_budget", inverse, same) == []
    [(_, _, old, new)] = await since("update_ad_group_budget", inverse, other)
    assert (old, new) == (60, Decimal(70))
    assert [one[3] for one in await since("update_ad_group_budget", inverse, gone)] == ["DELETE"]


# --- ads ----------------------------------------------------------------------------------------


async def test_a_replacement_sees_what_else_it_would_overwrite() -> None:
    row = ad_row(1, ad_text="Old", landing_page_url="https://old.example.com/", ad_name="A")
    call = await planned("update_ad", ads_of(row), ad_id=row["ad_id"],
                         landing_page_url="https://new.example.com/")  # fmt: skip
    inverse = back("update_ad", call)
    now = {**row, "landing_page_url": "https://new.example.com/"}

    assert await since("update_ad", inverse, ads_of(now)) == []
    assert await since("update_ad", inverse, ads_of({**now, "ad_text": "Theirs"})) == [
        (row["ad_id"], "ad_text", "Old", "Theirs")
    ]
    assert [one[3] for one in await since("update_ad", inverse, ads_of())] == ["DELETE"]


async def test_one_field_of_a_patch_goes_back_alone() -> None:
    row = ad_row(1, ad_text="Old")
    call = await planned("update_ad", ads_of(row), ad_id=row["ad_id"], ad_text="New",
                         ad_name="Other")  # fmt: skip
    kept = tuple(one for one in call.changes if one.field == "ad_text")

    [inverse] = action("update_ad").inverse(Done(replace(call, changes=kept), Outcome.HAPPENED))

    assert isinstance(inverse.request.body, JsonBody)
    assert inverse.request.body.value["creatives"] == [{"ad_id": row["ad_id"], "ad_text": "Old"}]


# --- creations ----------------------------------------------------------------------------------


async def made(**more: Any) -> tuple[Call, Record]:
    """The deletion of a campaign that was made, and its row."""
    call = await planned("create_campaign", platform(), campaign_name="New",
                         objective_type="TRAFFIC", budget_mode="BUDGET_MODE_DAY",
                         budget="100.50")  # fmt: skip
    row = campaign_row(7, campaign_name="New", operation_status="DISABLE", budget=100.5, **more)
    answer = {"data": {"campaign_id": row["campaign_id"]}}
    [inverse] = action("create_campaign").inverse(Done(call, Outcome.HAPPENED, body=answer))
    return call_from_json(call_to_json(inverse)), row


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"campaign_name": "Theirs"}, "campaign_name"),
        ({"operation_status": "ENABLE"}, "operation_status"),
        ({"budget": 200}, "budget"),
        ({"secondary_status": "CAMPAIGN_STATUS_DELETE"}, "operation_status"),
    ],
)
async def test_what_was_made_is_compared_with_how_it_was_made(changed: Record, field: str) -> None:
    call, row = await made()
    name = "create_campaign"

    same = await since(name, call, platform(campaigns=[row], groups=[]))
    [found] = await since(name, call, platform(campaigns=[{**row, **changed}], groups=[]))

    assert same == []
    assert found[1] == field


async def test_what_has_come_into_it_is_told() -> None:
    call, row = await made()
    group = group_row(campaign_id=row["campaign_id"])
    api = platform(campaigns=[row])
    api.listings["/adgroup/get/"] = listing([group, group_row(1)])

    assert await since("create_campaign", call, api) == [
        (group["adgroup_id"], "operation_status", "DELETE", "ENABLE")
    ]


@pytest.mark.parametrize(
    "name", ["create_campaign", "create_ad_group", "create_ad", "upload_image"]
)
def test_a_deletion_is_not_taken_back(name: str) -> None:
    call, _ = Call("undo", None, (Change("x", "1", "", "", None, "DELETE"),)), None  # type: ignore[arg-type] # it does not come so far

    with pytest.raises(RejectedError, match="cannot be brought back"):
        action(name).inverse(Done(call, Outcome.HAPPENED))
