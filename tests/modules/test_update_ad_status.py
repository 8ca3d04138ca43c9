"""Switching ads: read first, skip what is so, twenty at a time, each kind its own endpoint."""

from typing import Any

import pytest

from adloom.errors import AdloomError, InvalidParamsError, RejectedError
from adloom.fields import validate
from adloom.wire import JsonBody, Record
from modules.base import Call, Change, Done, Outcome
from modules.update_ad_status import UpdateAdStatus, UpdateAdStatusParams
from tests.modules.fake_api import FakeApi, ad_row, by_ids, context_for

ADVERTISER = "7100000000000000001"
ACTION = UpdateAdStatus()


def asked(ids: list[str], status: str = "DISABLE", **more: Any) -> UpdateAdStatusParams:
    values = {"advertiser_id": ADVERTISER, "ad_ids": ids, "status": status, **more}
    return validate(UpdateAdStatusParams, values)


async def planned(
    rows: list[Record], params: UpdateAdStatusParams
) -> tuple[list[Record], list[Call]]:
    before = await ACTION.before(params, context_for(FakeApi({"/ad/get/": by_ids(rows)})))
    return before, ACTION.calls(params, before)


def body(call: Call) -> Any:
    assert isinstance(call.request.body, JsonBody)
    return call.request.body.value


async def test_ads_that_are_already_so_are_left_out() -> None:
    rows = [ad_row(1), ad_row(2, operation_status="DISABLE")]

    _, calls = await planned(rows, asked([row["ad_id"] for row in rows]))

    assert [body(call)["ad_ids"] for call in calls] == [[rows[0]["ad_id"]]]
    assert calls[0].changes == (
        Change("ad", rows[0]["ad_id"], "Ad 1", "operation_status", "ENABLE", "DISABLE"),
    )


async def test_nothing_is_sent_when_everything_is_so() -> None:
    rows = [ad_row(1, operation_status="DISABLE")]

    _, calls = await planned(rows, asked([rows[0]["ad_id"]]))

    assert calls == []


async def test_twenty_ids_go_into_one_call() -> None:
    rows = [ad_row(number) for number in range(45)]

    _, calls = await planned(rows, asked([row["ad_id"] for row in rows]))

    assert [len(body(call)["ad_ids"]) for call in calls] == [20, 20, 5]
    assert len({call.key for call in calls}) == 3


async def test_an_id_given_twice_counts_once() -> None:
    rows = [ad_row(1)]

    before, calls = await planned(rows, asked([rows[0]["ad_id"]] * 3))

    assert len(before) == 1
    assert body(calls[0])["ad_ids"] == [rows[0]["ad_id"]]


async def test_smart_plus_ads_go_to_their_own_endpoint_by_their_own_id() -> None:
    smart = {"campaign_automation_type": "UPGRADED_SMART_PLUS", "modify_time": None}
    rows = [ad_row(1), ad_row(2, smart_plus_ad_id="1800000000000001", **smart)]

    _, calls = await planned(rows, asked([row["ad_id"] for row in rows]))

    assert [(call.request.path, body(call)) for call in calls] == [
        (
            "/ad/status/update/",
            {
                "advertiser_id": ADVERTISER,
                "ad_ids": [rows[0]["ad_id"]],
                "operation_status": "DISABLE",
            },
        ),
        (
            "/smart_plus/ad/status/update/",
            {
                "advertiser_id": ADVERTISER,
                "smart_plus_ad_ids": ["1800000000000001"],
                "operation_status": "DISABLE",
            },
        ),
    ]
    assert calls[1].changes[0].kind == "Smart+ ad"


async def test_a_smart_plus_ad_may_be_named_by_its_own_id() -> None:
    smart = {"campaign_automation_type": "UPGRADED_SMART_PLUS", "smart_plus_ad_id": "1800000001"}

    before, calls = await planned([ad_row(2, **smart)], asked(["1800000001"]))

    assert [row["ad_id"] for row in before] == [ad_row(2)["ad_id"]]
    assert body(calls[0])["smart_plus_ad_ids"] == ["1800000001"]


async def test_automated_creative_ads_are_named_in_their_own_list() -> None:
    _, calls = await planned([ad_row(3, is_aco=True)], asked([ad_row(3)["ad_id"]]))

    assert body(calls[0])["aco_ad_ids"] == [ad_row(3)["ad_id"]]


async def test_topview_ads_are_found_although_lists_leave_them_out() -> None:
    before, _ = await planned([ad_row(4, topview=True)], asked([ad_row(4)["ad_id"]]))

    assert [row["ad_id"] for row in before] == [ad_row(4)["ad_id"]]


@pytest.mark.parametrize(
    ("rows", "status", "words"),
    [
        ([], "DISABLE", "has no ad"),
        ([ad_row(1, secondary_status="AD_STATUS_DELETE")], "ENABLE", "Already deleted"),
        ([ad_row(1, secondary_status="AD_STATUS_CAMPAIGN_DELETE")], "DISABLE", "Already deleted"),
        ([ad_row(1, is_aco=True)], "DELETE", "does not delete"),
    ],
)
async def test_one_ad_that_cannot_be_changed_stops_everything(
    rows: list[Record], status: str, words: str
) -> None:
    params = asked([ad_row(1)["ad_id"]], status, allow_delete=True)

    with pytest.raises(RejectedError, match=words) as caught:
        await planned([*rows, ad_row(2)], params)

    assert "Nothing was changed" in str(caught.value)


async def test_deleting_has_to_be_allowed() -> None:
    with pytest.raises(InvalidParamsError, match="allow_delete"):
        await planned([ad_row(1)], asked([ad_row(1)["ad_id"]], "DELETE"))


async def test_deleting_what_is_deleted_is_no_change() -> None:
    rows = [ad_row(1, secondary_status="AD_STATUS_DELETE")]

    _, calls = await planned(rows, asked([rows[0]["ad_id"]], "DELETE", allow_delete=True))

    assert calls == []


@pytest.mark.parametrize("name", ["status", "operation_status", "opt_status", "opt-status"])
def test_the_old_name_of_the_status_is_understood(name: str) -> None:
    values = {"advertiser_id": ADVERTISER, "ad_id": "1", name: "DISABLE"}

    assert validate(UpdateAdStatusParams, values).status == "DISABLE"


async def test_a_look_tells_whether_a_call_took_effect() -> None:
    row = ad_row(1)
    _, [call] = await planned([row], asked([row["ad_id"]]))
    off = context_for(FakeApi({"/ad/get/": by_ids([{**row, "operation_status": "DISABLE"}])}))
    on = context_for(FakeApi({"/ad/get/": by_ids([row])}))

    assert await ACTION.look_up(call, off) is Outcome.HAPPENED
    assert await ACTION.look_up(call, on) is Outcome.NOT_HAPPENED


async def test_a_call_that_switched_only_some_has_not_happened() -> None:
    rows = [ad_row(1), ad_row(2)]
    _, [call] = await planned(rows, asked([row["ad_id"] for row in rows]))
    rows[0]["operation_status"] = "DISABLE"

    assert await ACTION.look_up(call, context_for(FakeApi({"/ad/get/": by_ids(rows)}))) is (
        Outcome.NOT_HAPPENED
    )


async def test_the_inverse_puts_every_ad_back_to_the_switch_it_had() -> None:
    rows = [ad_row(1), ad_row(2)]
    _, [call] = await planned(rows, asked([row["ad_id"] for row in rows]))

    [back] = ACTION.inverse(Done(call, Outcome.HAPPENED))

    assert body(back)["operation_status"] == "ENABLE"
    assert [(one.id, one.old, one.new) for one in back.changes] == [
        (row["ad_id"], "DISABLE", "ENABLE") for row in rows
    ]


async def test_what_tiktok_froze_only_tiktok_can_put_back() -> None:
    rows = [ad_row(1, operation_status="FROZEN")]
    _, [call] = await planned(rows, asked([rows[0]["ad_id"]]))

    with pytest.raises(RejectedError, match="FROZEN"):
        ACTION.inverse(Done(call, Outcome.HAPPENED))


async def test_a_deletion_has_no_inverse() -> None:
    _, [call] = await planned([ad_row(1)], asked([ad_row(1)["ad_id"]], "DELETE", allow_delete=True))

    with pytest.raises(AdloomError, match="cannot be brought back"):
        ACTION.inverse(Done(call, Outcome.HAPPENED))


async def test_the_result_tells_ad_by_ad_what_became_of_it() -> None:
    rows = [ad_row(1), ad_row(2, operation_status="DISABLE"), ad_row(3, is_aco=True)]
    params = asked([row["ad_id"] for row in rows])
    before, calls = await planned(rows, params)
    done = [
        Done(calls[0], Outcome.HAPPENED),
        Done(calls[1], Outcome.NOT_HAPPENED, error="TikTok refused: no (40002)"),
    ]

    told = ACTION.result(params, before, done)

    assert [(one["changed"], one["after"], one["error"]) for one in told] == [
        (True, "DISABLE", None),
        (False, "DISABLE", None),
        (False, "ENABLE", "TikTok refused: no (40002)"),
    ]
