"""Changing an ad: what is not named stays, however TikTok takes the change."""

from typing import Any

import pytest

from adloom.errors import InvalidParamsError, RejectedError
from adloom.fields import validate
from adloom.wire import JsonBody, Record
from modules.base import Call, Change, Done, Outcome
from modules.update_ad import UpdateAd, UpdateAdParams
from scheduler.records import call_from_json, call_to_json
from tests.modules.fake_api import ad_row, context_for
from tests.modules.objects import ADVERTISER, platform

ACTION = UpdateAd()


def row(**more: Any) -> Record:
    """An ad as TikTok lists it: with nothing written in five different ways."""
    return ad_row(
        1,
        ad_format="SINGLE_VIDEO",
        ad_text="Old text",
        call_to_action="LEARN_MORE",
        landing_page_url="https://shop.example.com/a",
        identity_type="TT_USER",
        identity_id="7000000000000000009",
        video_id="v1",
        image_ids=["i1"],
        music_id=None,
        deeplink="",
        fallback_type="UNSET",
        utm_params=[],
        page_id=7_100_000_000_000_000_123,
        tracking_pixel_id=0,
        promotional_music_disabled=False,
        **more,
    )


def asked(**more: Any) -> UpdateAdParams:
    values = {"advertiser_id": ADVERTISER, "ad_id": row()["ad_id"], **more}
    return validate(UpdateAdParams, values)


async def planned(
    params: UpdateAdParams, ad: Record | None = None, said: list[str] | None = None
) -> list[Call]:
    api = platform(ads=[row() if ad is None else ad])
    return ACTION.calls(params, await ACTION.before(params, context_for(api, said)))


def body(call: Call) -> Any:
    assert isinstance(call.request.body, JsonBody)
    return call.request.body.value


async def test_what_a_patch_covers_is_sent_alone() -> None:
    [call] = await planned(asked(ad_text="New text", ad_name="Ad 1"))

    assert call.request.path == "/ad/update/"
    assert body(call) == {
        "advertiser_id": ADVERTISER,
        "adgroup_id": row()["adgroup_id"],
        "patch_update": True,
        "creatives": [{"ad_id": row()["ad_id"], "ad_text": "New text"}],
    }
    assert call.changes == (
        Change("ad", row()["ad_id"], "Ad 1", "ad_text", "Old text", "New text"),
    )


async def test_what_it_does_not_cover_is_sent_with_everything_the_ad_is() -> None:
    said: list[str] = []

    [call] = await planned(asked(call_to_action="SHOP_NOW"), said=said)

    assert body(call)["patch_update"] is False
    assert body(call)["creatives"] == [
        {
            "ad_id": row()["ad_id"],
            "ad_format": "SINGLE_VIDEO",
            "ad_name": "Ad 1",
            "ad_text": "Old text",
            "call_to_action": "SHOP_NOW",
            "identity_id": "7000000000000000009",
            "identity_type": "TT_USER",
            "image_ids": ["i1"],
            "landing_page_url": "https://shop.example.com/a",
            "page_id": 7_100_000_000_000_000_123,
            "promotional_music_disabled": False,
            "video_id": "v1",
        }
    ]
    assert [change.field for change in call.changes] == ["call_to_action"]
    assert "replaces the whole ad" in said[0]


async def test_what_an_update_cannot_carry_along_is_told() -> None:
    said: list[str] = []

    await planned(asked(call_to_action="SHOP_NOW"), row(catalog_id="17", phone_number=""), said)

    assert "does not take catalog_id; look" in said[1]


async def test_what_is_so_already_is_not_sent() -> None:
    params = asked(ad_text="Old text", image_ids=["i1"], more={"page_id": "7100000000000000123"})

    assert await planned(params) == []


async def test_a_field_can_be_emptied_by_leaving_it_out_of_the_whole() -> None:
    [call] = await planned(asked(more={"page_id": None}))

    assert body(call)["patch_update"] is False
    assert "page_id" not in body(call)["creatives"][0]


def test_nothing_to_change_is_a_fault() -> None:
    with pytest.raises(InvalidParamsError, match="at least one thing"):
        asked()


@pytest.mark.parametrize(
    ("ads", "words"),
    [
        ([], "has no ad"),
        ([row(secondary_status="AD_STATUS_ADGROUP_DELETE")], "is deleted"),
        ([row(is_aco=True)], "automated creative"),
        (
            [row(campaign_automation_type="UPGRADED_SMART_PLUS", smart_plus_ad_id="18")],
            "Smart+",
        ),
    ],
)
async def test_an_ad_that_cannot_be_changed_is_told(ads: list[Record], words: str) -> None:
    with pytest.raises(RejectedError) as told:
        await ACTION.before(asked(ad_name="New"), context_for(platform(ads=ads)))

    assert words in str(told.value)


async def test_a_look_compares_the_fields_that_were_to_change() -> None:
    [call] = await planned(asked(ad_text="New text", image_ids=["i2"]))
    call = call_from_json(call_to_json(call))
    half = {**row(), "ad_text": "New text"}

    def seen(ads: list[Record]) -> Any:
        return ACTION.look_up(call, context_for(platform(ads=ads)))

    assert await seen([{**half, "image_ids": ["i2"]}]) is Outcome.HAPPENED
    assert await seen([half]) is Outcome.NOT_HAPPENED
    assert await seen([]) is Outcome.NOT_HAPPENED


async def test_the_inverse_of_a_patch_is_a_patch() -> None:
    [call] = await planned(asked(ad_text="New text"))

    [back] = ACTION.inverse(Done(call_from_json(call_to_json(call)), Outcome.HAPPENED))

    assert body(back)["creatives"] == [{"ad_id": row()["ad_id"], "ad_text": "Old text"}]
    assert (back.changes[0].old, back.changes[0].new) == ("New text", "Old text")


async def test_the_inverse_of_a_replacement_is_a_replacement() -> None:
    [call] = await planned(asked(call_to_action="SHOP_NOW", more={"deeplink": "app://a"}))
    [same] = await planned(asked(call_to_action="SHOP_NOW"))

    [back] = ACTION.inverse(Done(call_from_json(call_to_json(call)), Outcome.HAPPENED))

    whole = {**body(same)["creatives"][0], "call_to_action": "LEARN_MORE"}
    assert body(back)["creatives"] == [whole]


async def test_what_a_patch_filled_it_cannot_empty() -> None:
    [call] = await planned(asked(more={"music_id": "17"}))

    with pytest.raises(RejectedError, match="music_id"):
        ACTION.inverse(Done(call, Outcome.HAPPENED))


async def test_the_result_tells_what_it_was_and_what_it_is() -> None:
    params = asked(ad_name="New", ad_text="Old text")
    [call] = await planned(params)

    [told] = ACTION.result(params, [row()], [Done(call, Outcome.HAPPENED)])
    [failed] = ACTION.result(params, [row()], [Done(call, Outcome.NOT_HAPPENED, error="no")])

    assert (told["changed"], told["ad_name"], told["after"]["ad_name"]) == (True, "New", "New")
    assert told["before"] == {"ad_name": "Ad 1", "ad_text": "Old text"}
    assert (failed["changed"], failed["after"]["ad_name"], failed["error"]) == (False, "Ad 1", "no")
