"""Creating an ad: switched off, looked for before and after, deleted again."""

from typing import Any

import pytest

from adloom.errors import InvalidParamsError, RejectedError
from adloom.fields import validate
from adloom.wire import JsonBody, Record
from modules.base import Call, Done, Outcome
from modules.create_ad import CreateAd, CreateAdParams
from scheduler.records import call_from_json, call_to_json
from tests.modules.fake_api import FakeApi, ad_row, context_for
from tests.modules.objects import ADVERTISER, campaign_row, group_row, listing, platform

ACTION = CreateAd()
GROUP = group_row()["adgroup_id"]


def asked(**more: Any) -> CreateAdParams:
    values = {
        "advertiser_id": ADVERTISER,
        "adgroup_id": GROUP,
        "ad_name": " Summer ",
        "identity_type": "TT_USER",
        "identity_id": "0a1b2c3d-0000-5000-8000-00000000aaaa",
        "video_id": "v10000g50000example",
        "ad_text": "Now with cheese",
        **more,
    }
    return validate(CreateAdParams, values)


def made(number: int, **more: Any) -> Record:
    """The row of an ad as `asked` would have it."""
    params = asked()
    return ad_row(
        number,
        adgroup_id=GROUP,
        ad_name=params.ad_name,
        ad_format="SINGLE_VIDEO",
        video_id=params.video_id,
        identity_id=params.identity_id,
        **more,
    )


def group_of(ads: list[Record]) -> FakeApi:
    api = platform(ads=[])
    api.listings["/ad/get/"] = listing(ads)
    return api


async def planned(params: CreateAdParams, api: FakeApi, said: list[str] | None = None) -> Call:
    before = await ACTION.before(params, context_for(api, said))
    [call] = ACTION.calls(params, before)
    return call


def creative(call: Call) -> Any:
    assert isinstance(call.request.body, JsonBody)
    [one] = call.request.body.value["creatives"]
    return one


async def test_a_new_ad_is_switched_off_unless_asked_otherwise() -> None:
    off = await planned(asked(), group_of([]))
    on = await planned(asked(operation_status="ENABLE"), group_of([]))

    assert off.request.path == "/ad/create/"
    assert creative(off) == {
        "ad_name": "Summer",
        "identity_type": "TT_USER",
        "identity_id": "0a1b2c3d-0000-5000-8000-00000000aaaa",
        "video_id": "v10000g50000example",
        "ad_text": "Now with cheese",
        "ad_format": "SINGLE_VIDEO",
        "operation_status": "DISABLE",
    }
    assert creative(on)["operation_status"] == "ENABLE"


async def test_a_creation_is_shown_as_one_change() -> None:
    call = await planned(asked(), group_of([]))

    [change] = call.changes
    assert (change.kind, change.id, change.name, change.old) == ("ad", "", "Summer", None)
    assert change.field == f"new in ad group {GROUP} “Ad group 0”"
    assert change.new["ad_text"] == "Now with cheese"


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ({"video_id": "v1"}, "SINGLE_VIDEO"),
        ({"video_id": "v1", "image_ids": ["i1"]}, "SINGLE_VIDEO"),
        ({"video_id": None, "image_ids": ["i1"]}, "SINGLE_IMAGE"),
        ({"video_id": None, "image_ids": ["i1", "i2"]}, None),
        ({"video_id": None, "image_ids": ["i1"], "ad_format": "CAROUSEL_ADS"}, "CAROUSEL_ADS"),
        ({"more": {"ad_format": "LIVE_CONTENT"}}, "LIVE_CONTENT"),
    ],
)
async def test_the_media_say_what_format_it_is(media: Any, expected: str | None) -> None:
    call = await planned(asked(**media), group_of([]))

    assert creative(call).get("ad_format") == expected


async def test_what_has_no_name_here_is_sent_under_tiktoks_name() -> None:
    said: list[str] = []

    call = await planned(
        asked(more={"dark_post_status": "OFF", "landing_page": "x"}), group_of([]), said
    )

    assert creative(call)["dark_post_status"] == "OFF"
    assert any("landing_page is not a parameter" in one for one in said)


async def test_a_button_nobody_knows_is_told_and_sent_all_the_same() -> None:
    said: list[str] = []

    call = await planned(asked(call_to_action="BUY_TWO"), group_of([]), said)

    assert creative(call)["call_to_action"] == "BUY_TWO"
    assert any("BUY_TWO" in one for one in said)


async def test_a_field_given_twice_is_refused() -> None:
    with pytest.raises(InvalidParamsError, match=r"more\.ad_text: is given twice"):
        await planned(asked(more={"ad_text": "Other"}), group_of([]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ad_name", " "),
        ("ad_text", "x" * 101),
        ("landing_page_url", "javascript:alert(1)"),
        ("call_to_action", "learn more"),
        ("video_id", "../../etc"),
        ("adgroup_id", "17a"),
        ("status", "DELETE"),
    ],
)
def test_what_no_ad_can_have_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidParamsError, match=name):
        asked(**{name: value})


@pytest.mark.parametrize(
    ("groups", "campaign", "words"),
    [
        ([], {}, f"has no ad group {GROUP}"),
        ([group_row(secondary_status="ADGROUP_STATUS_DELETE")], {}, "is deleted"),
        ([group_row()], {"campaign_automation_type": "UPGRADED_SMART_PLUS"}, "Smart+"),
    ],
)
async def test_an_ad_group_that_takes_no_such_ads_is_told(
    groups: list[Record], campaign: Record, words: str
) -> None:
    api = platform(campaigns=[campaign_row(**campaign)], groups=groups, ads=[])

    with pytest.raises(RejectedError) as told:
        await planned(asked(), api)

    assert words in str(told.value)


# --- exactly once -------------------------------------------------------------------------------


async def test_a_look_finds_a_new_ad_among_those_of_the_same_name() -> None:
    ads = [made(1), made(2, secondary_status="AD_STATUS_DELETE")]
    said: list[str] = []
    call = call_from_json(call_to_json(await planned(asked(), group_of(ads), said)))

    assert call.known == (ads[0]["ad_id"], ads[1]["ad_id"])
    assert "looks the same" in said[0]
    assert await ACTION.look_up(call, context_for(group_of(ads))) is Outcome.NOT_HAPPENED
    later = context_for(group_of([*ads, made(3)]))
    assert await ACTION.look_up(call, later) is Outcome.HAPPENED
    assert (await ACTION.found(call, later))["data"]["ad_ids"] == [made(3)["ad_id"]]


@pytest.mark.parametrize(
    "other",
    [
        {"ad_name": "Summer 2"},
        {"video_id": "v2"},
        {"ad_format": "SINGLE_IMAGE"},
        {"identity_id": "1"},
        {"adgroup_id": "17"},
    ],
)
async def test_somebody_elses_new_ad_is_not_taken_for_ours(other: Record) -> None:
    call = await planned(asked(), group_of([]))

    seen = await ACTION.look_up(call, context_for(group_of([{**made(1), **other}])))

    assert seen is Outcome.NOT_HAPPENED


async def test_an_ad_whose_text_tiktok_has_trimmed_is_still_ours() -> None:
    call = await planned(asked(), group_of([]))

    seen = await ACTION.look_up(call, context_for(group_of([{**made(1), "ad_text": "Now with"}])))

    assert seen is Outcome.HAPPENED


async def test_the_result_is_the_new_ad() -> None:
    params = asked()
    call = await planned(params, group_of([]))
    row = {**made(5), "page_id": 7_000_000_000_000_000_000}
    answer = {"code": 0, "data": {"ad_ids": [row["ad_id"]], "creatives": [row]}}

    [told] = ACTION.result(params, [], [Done(call, Outcome.HAPPENED, 200, body=answer)])

    assert (told["ad_id"], told["ad_text"]) == (row["ad_id"], "Now with cheese")
    assert told["page_id"] == "7000000000000000000"


async def test_a_creation_that_failed_yields_nothing() -> None:
    params = asked()
    call = await planned(params, group_of([]))

    assert ACTION.result(params, [], [Done(call, Outcome.NOT_HAPPENED, error="no")]) == []


async def test_the_inverse_deletes_the_new_ad() -> None:
    call = await planned(asked(), group_of([]))
    answer = {"data": {"ad_ids": ["1700000000000005"]}}

    [back] = ACTION.inverse(Done(call, Outcome.HAPPENED, body=answer))

    assert back.request.path == "/ad/status/update/"
    assert isinstance(back.request.body, JsonBody)
    assert back.request.body.value == {
        "advertiser_id": ADVERTISER,
        "ad_ids": ["1700000000000005"],
        "operation_status": "DELETE",
    }
    assert (back.changes[0].id, back.changes[0].new) == ("1700000000000005", "DELETE")


async def test_without_an_answer_nobody_knows_what_to_delete() -> None:
    call = await planned(asked(), group_of([]))

    with pytest.raises(RejectedError, match="not known"):
        ACTION.inverse(Done(call, Outcome.HAPPENED))
