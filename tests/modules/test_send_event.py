"""Events as people ask for them: what is sent, what is refused, and what is written down of it."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from adloom.errors import InvalidParamsError, UsageError
from adloom.fields import fields_of, validate
from adloom.json_text import dump
from adloom.wire import JsonBody, Record
from modules import find_module
from modules.base import Call, ConnectionFacts, Context, Done, OnDoubt, Outcome
from modules.send_event import SendEvent, SendEventParams, send_event
from scenarios.check import check_scenario
from scenarios.environment import Account, Environment
from scenarios.loader import load_scenario
from tests.modules.fake_api import NOW, FakeApi, context_for

PIXEL = "C0FFEE00000000000001"
PAGE = {"url": "https://shop.example.com/thanks"}
EMAIL, PHONE = "Ada.Canary@Example.com", "+49 170 1234567"
NOON = int(NOW.timestamp())
ANSWER = {"code": 0, "message": "OK", "request_id": "20261121120000", "data": {}}

ACTION = SendEvent()


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def at_shop(said: list[str] | None = None, **settings: Any) -> Context:
    """A context with a connection for a pixel."""
    known = {"source": "web", "source_id": PIXEL, **settings}
    facts = ConnectionFacts("shop", "tiktok-events", {}, known)
    return replace(context_for(FakeApi(), said), connection=facts)


def asked(**values: Any) -> SendEventParams:
    return validate(SendEventParams, {"event": "Purchase", "page": PAGE, **values})


async def calls_of(params: SendEventParams, context: Context | None = None) -> list[Call]:
    """What goes out, after what is read before."""
    before = await ACTION.before(params, context or at_shop())
    return ACTION.calls(params, before)


def body_of(call: Call) -> Record:
    assert isinstance(call.request.body, JsonBody)
    body: Record = call.request.body.value
    return body


async def item_of(context: Context | None = None, **values: Any) -> Record:
    """The one item that goes out."""
    [call] = await calls_of(asked(**values), context)
    [item] = body_of(call)["data"]
    found: Record = item
    return found


async def fault_of(context: Context | None = None, **values: Any) -> str:
    with pytest.raises(InvalidParamsError) as caught:
        await calls_of(asked(**values), context)
    return str(caught.value)


async def test_one_event_is_one_post_with_source_and_data() -> None:
    [call] = await calls_of(asked())

    assert ("POST", "/event/track/") == (call.request.method, call.request.path)
    assert {"event_source", "event_source_id", "data"} == set(body_of(call))
    assert ("web", PIXEL, 1) == (*list(body_of(call).values())[:2], len(body_of(call)["data"]))


async def test_an_event_without_a_time_happened_now() -> None:
    assert NOON == (await item_of())["event_time"]


@pytest.mark.parametrize(
    "told",
    [
        "2026-11-20T22:13:20Z",
        "2026-11-20T22:13:20.000+0000",
        "2026-11-20T22:13:20:000+0000",
        "2026-11-20T23:13:20.000+0100",
        1_795_212_800,
        "1795212800",
        1_795_212_800_000,
    ],
)
async def test_a_time_is_told_in_every_form_people_have(told: object) -> None:
    assert 1_795_212_800 == (await item_of(event_time=told))["event_time"]


async def test_an_event_id_is_made_once_for_all_attempts_of_the_same_operation() -> None:
    first, again = await item_of(), await item_of()
    other = await item_of(replace(at_shop(), operation_id="operation-2"))

    assert first["event_id"] == again["event_id"]
    assert first["event_id"] != other["event_id"]


@pytest.mark.parametrize(("given", "sent"), [(12345, "12345"), ("S1_88231", "S1_88231")])
async def test_an_event_id_of_ones_own_goes_out_as_text(given: object, sent: str) -> None:
    assert sent == (await item_of(event_id=given))["event_id"]


async def test_any_name_goes_out_and_a_custom_one_may_stand_by_itself() -> None:
    assert "Quiz finished" == (await item_of(event="Quiz finished"))["event"]
    named = validate(SendEventParams, {"event": "custom", "custom_name": "Quiz", "page": PAGE})
    [call] = await calls_of(named)

    assert "Quiz" == body_of(call)["data"][0]["event"]


async def test_old_names_are_translated_unless_that_is_switched_off() -> None:
    old = "CompletePayment"
    as_given = {"event_names": "as given"}

    assert "Purchase" == (await item_of(event=old))["event"]
    assert old == (await item_of(event=old, options=as_given))["event"]


async def test_identifiers_are_hashed_one_or_several_of_each() -> None:
    user = {"email": [f" {EMAIL} ", "eve@example.com"], "phone": PHONE, "external_id": 4711}

    sent = (await item_of(user=user))["user"]

    assert [digest(EMAIL.lower()), digest("eve@example.com")] == sent["email"]
    assert digest("+491701234567") in sent["phone"]
    assert digest("4711") in sent["external_id"]


async def test_what_is_hashed_already_stays_so_and_must_be() -> None:
    mark = digest("someone@example.com")

    assert mark in (await item_of(user={"email": mark}))["user"]["email"]
    assert mark in (await item_of(user={"email_sha256": mark.upper()}))["user"]["email"]
    assert "user.email_sha256" in await fault_of(user={"email_sha256": "someone@example.com"})
    assert "user.email" in await fault_of(
        user={"email": "someone@example.com"}, options={"hashing": {"email": "hashed"}}
    )


async def test_what_tiktok_takes_plain_is_not_hashed() -> None:
    user = {
        "ip": "2001:db8:1111:a:b0::200",
        "user_agent": "UA/1",
        "ttclid": "E.C.P.abc",
        "ttp": "cookie",
        "locale": "de-DE",
    }

    sent = (await item_of(user=user))["user"]

    assert user == {name: sent[name] for name in user}


async def test_a_number_without_country_code_takes_the_default_country() -> None:
    options = {"default_country": "DE"}

    sent = (await item_of(user={"phone": "0170 1234567"}, options=options))["user"]

    assert digest("+491701234567") in sent["phone"]


async def test_china_s_country_code_is_left_out_on_wish() -> None:
    options = {"cn_phone_without_country_code": True}

    sent = (await item_of(user={"phone": "+86 138 0000 0000"}, options=options))["user"]

    assert digest("13800000000") in sent["phone"]


async def test_page_properties_and_contents_go_out_and_ones_own_properties_too() -> None:
    properties = {
        "contents": [
            {"content_id": 17, "content_name": "Shirt", "price": "10.00", "quantity": "2"},
            {"content_id": "18", "price": 5.5, "quantity": 1},
        ],
        "currency": "eur",
        "value": "25.50",
        "description": "An order",
        "order_id": "O-1",
        "status": "submitted",
        "loyalty_level": "gold",
    }

    item = await item_of(
        page={**PAGE, "referrer": "https://shop.example.com/cart"}, properties=properties
    )

    assert "https://shop.example.com/cart" == item["page"]["referrer"]
    sent = item["properties"]
    assert ["17", "18"] == [one["content_id"] for one in sent["contents"]] == sent["content_ids"]
    assert ("EUR", 25.5, "O-1") == (sent["currency"], sent["value"], sent["order_id"])
    assert ("submitted", "gold") == (sent["status"], sent["loyalty_level"])


async def test_what_a_mapping_found_nothing_for_is_left_out() -> None:
    item = await item_of(
        user={"email": "", "phone": [None, ""], "ip": None},
        properties={
            "contents": [{"content_id": "1", "price": ""}, {"content_id": None, "price": ""}],
            "order_id": "",
        },
        app={"app_id": ""},
    )

    assert not {"user", "app"} & item.keys()
    [content] = item["properties"]["contents"]
    assert "price" not in content
    assert "order_id" not in item["properties"]


async def test_a_search_goes_out_with_the_new_name_of_its_words() -> None:
    item = await item_of(event="Search", properties={"query": "shoes"})

    assert "shoes" == item["properties"]["search_string"]


@pytest.mark.parametrize("quantity", [0, -1])
async def test_a_quantity_is_more_than_nothing(quantity: int) -> None:
    contents = [{"content_id": "1", "quantity": quantity}]

    assert "properties.contents[0].quantity" in await fault_of(properties={"contents": contents})


async def test_an_app_event_names_its_app_and_goes_to_the_tiktok_app() -> None:
    context = at_shop(source="app", source_id="7300000000000000001")
    app = {"app_id": "com.example.shop", "app_name": "Shop", "app_version": "1.2"}
    ad = {"callback": "cb", "campaign_id": 1, "ad_id": 2, "is_retargeting": False}
    values = {"event": "Login", "app": app, "ad": ad}

    [call] = await calls_of(validate(SendEventParams, values), context)

    assert ("app", "7300000000000000001") == (
        body_of(call)["event_source"],
        body_of(call)["event_source_id"],
    )
    [item] = body_of(call)["data"]
    assert app == item["app"]
    assert {"callback": "cb", "campaign_id": "1", "ad_id": "2"}.items() <= item["ad"].items()


async def test_a_crm_event_is_about_a_lead() -> None:
    context = at_shop(source="crm", source_id="7400000000000000001")
    lead = {"lead_id": 7_012_345_678_901_234_567, "lead_event_source": "HubSpot"}

    item = await item_of(context, event="Qualified", page=None, lead=lead)

    assert {"lead_id": "7012345678901234567", "lead_event_source": "HubSpot"} == item["lead"]


async def test_a_pixel_of_the_event_s_own_beats_the_connection_s() -> None:
    [call] = await calls_of(asked(pixel_id="C0FFEE00000000000002"))

    assert "C0FFEE00000000000002" == body_of(call)["event_source_id"]


async def test_another_source_wants_an_id_of_its_own() -> None:
    assert "event_source_id" in await fault_of(event_source="offline", user={"email": EMAIL})


async def test_a_test_event_code_stands_at_the_top_and_is_told() -> None:
    said: list[str] = []

    [call] = await calls_of(asked(test_event_code="TEST12345"), at_shop(said))

    assert "TEST12345" == body_of(call)["test_event_code"]
    assert any("test_event_code: is set on a live event" in one for one in said)
    assert any("TEST12345" in one for one in said)


async def test_a_code_of_the_connection_never_goes_unsaid() -> None:
    said: list[str] = []
    context = at_shop(said, test_event_code="TEST54321")

    [unsaid] = await calls_of(asked(), context)
    [live] = await calls_of(asked(options={"environment": "live"}), context)
    [test] = await calls_of(asked(options={"environment": "test"}), context)

    assert "test_event_code" not in body_of(live)
    assert ["TEST54321"] * 2 == [body_of(one)["test_event_code"] for one in (unsaid, test)]
    assert 3 == sum("TEST54321" in one for one in said)


async def test_limited_data_use_is_told_where_it_is_asked_for() -> None:
    assert (await item_of(limited_data_use="true"))["limited_data_use"] is True
    assert "limited_data_use" not in await item_of()


async def test_every_fault_is_told_at_once_with_its_field_and_without_its_value() -> None:
    told = await fault_of(
        page=None,
        user={"att_status": "maybe", "email": "nobody-at-all"},
        properties={"currency": "MONOPOLY"},
        options={"strict": True},
    )

    assert all(field in told for field in ("page", "user.att_status", "properties.currency"))
    assert "nobody-at-all" not in told


async def test_a_warning_is_said_and_in_strict_mode_a_fault() -> None:
    said: list[str] = []
    properties = {"value": 5}

    await calls_of(asked(properties=properties), at_shop(said))

    assert any("currency" in one for one in said)
    assert "currency" in await fault_of(properties=properties, options={"strict": True})


async def test_each_of_several_events_may_use_the_other_names_of_fields() -> None:
    event = {"event": "Lead", "page": {"url": "https://shop.example/"}}
    other = {**event, "pixel_id": "C0FFEE00000000000002", "ldu": True}
    calls = await calls_of(validate(SendEventParams, {"events": [event, other]}))

    [body] = [body for body in map(body_of, calls) if body["data"][0].get("limited_data_use")]
    assert "C0FFEE00000000000002" == body["event_source_id"]
    assert 2 == len(calls)


async def test_several_events_go_out_in_one_request() -> None:
    events = [{"event": "ViewContent", "page": PAGE, "event_id": str(one)} for one in range(3)]

    [call] = await calls_of(validate(SendEventParams, {"events": events}))

    assert ["0", "1", "2"] == [item["event_id"] for item in body_of(call)["data"]]
    assert ["0", "1", "2"] == [change.id for change in call.changes]


async def test_events_without_ids_get_different_ones() -> None:
    events = [{"event": "ViewContent", "page": PAGE}] * 3

    [call] = await calls_of(validate(SendEventParams, {"events": events}))

    assert 3 == len({item["event_id"] for item in body_of(call)["data"]})


async def test_events_of_several_sources_go_out_source_by_source() -> None:
    events = [
        {"event": "ViewContent", "page": PAGE, "event_source_id": f"C0FFEE{one}"}
        for one in (1, 2, 1)
    ]

    calls = await calls_of(validate(SendEventParams, {"events": events}))

    assert [("C0FFEE1", 2), ("C0FFEE2", 1)] == [
        (body_of(call)["event_source_id"], len(body_of(call)["data"])) for call in calls
    ]
    assert 2 == len({call.key for call in calls})


async def test_one_bad_event_of_several_is_named_by_its_place() -> None:
    events = [{"event": "ViewContent", "page": PAGE}, {"event": "ViewContent"}]

    with pytest.raises(InvalidParamsError, match=r"events\[1\]\.page"):
        await calls_of(validate(SendEventParams, {"events": events}))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"event": "custom"},
        {"event": "Purchase", "custom_name": "Quiz"},
        {"event": "Purchase", "events": [{"event": "Purchase"}]},
        {"events": [{"event": "Purchase"}] * 1_001},
        {"event": "Purchase", "user": {"emial": "ada@example.com"}},
        {"event": "Purchase", "properties": {"value": "12,50"}},
        {"event": "Purchase", "properties": {"value": "NaN"}},
        {"event": "Purchase", "event_source": "tv"},
        {"event": "Purchase", "result_key": "code"},
        {"event": "Purchase", "options": {"default_country": "XX"}},
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_read(values: Record) -> None:
    with pytest.raises(InvalidParamsError):
        validate(SendEventParams, values)


async def test_a_connection_that_does_not_know_its_source_is_refused() -> None:
    with pytest.raises(UsageError, match="where its events go"):
        await ACTION.before(asked(), context_for(FakeApi()))


async def test_the_result_is_what_tiktok_answered_also_under_a_key_of_ones_own() -> None:
    params = asked(result_object_key="tt", event_id="E1")
    [call] = await calls_of(params)

    [told] = ACTION.result(params, [], [Done(call, Outcome.HAPPENED, 200, {}, ANSWER)])

    answer = {"code": 0, "message": "OK", "request_id": "20261121120000"}
    assert answer == told["tt"]
    assert {**answer, "queued": False, "event_id": "E1"}.items() <= told.items()


async def test_what_tiktok_took_only_in_part_is_told_with_what_failed() -> None:
    params = asked()
    failed = [{"order_in_batch": 0, "error": "no"}]
    body = {"code": 20001, "message": "Partly", "data": {"failed_events": failed}}
    [call] = await calls_of(params)

    [told] = ACTION.result(params, [], [Done(call, Outcome.NOT_HAPPENED, 200, {}, body)])

    assert (20001, failed) == (told["code"], told["failed_events"])


async def test_what_was_never_answered_has_no_result() -> None:
    params = asked()
    [call] = await calls_of(params)

    assert [] == ACTION.result(params, [], [Done(call, Outcome.UNKNOWN)])


async def test_a_queued_event_is_marked_so_and_shown_so() -> None:
    [call] = await calls_of(asked(delivery="queued", event_id="E1"))

    assert call.queued
    assert ("event", "E1", "Purchase") == (
        call.changes[0].kind,
        call.changes[0].id,
        call.changes[0].name,
    )
    assert "queued" in call.changes[0].new


async def test_nothing_of_a_person_is_in_what_is_written_down() -> None:
    params = asked(
        user={"email": EMAIL, "phone": PHONE, "first_name": "Adalovelace"},
        lead={"lead_id": "4711"},
        page={"url": f"https://shop.example.com/?mail={EMAIL}"},
    )
    before = await ACTION.before(params, at_shop())
    [call] = ACTION.calls(params, before)

    written = dump([ACTION.kept(params), before, vars(call.changes[0])]).decode().lower()
    assert not [word for word in ("canary", "1234567", "adalove", "4711") if word in written]
    assert "canary" not in dump(body_of(call)["data"][0]["user"]).decode().lower()
    assert call.personal


async def test_what_is_kept_of_the_parameters_is_enough_to_go_on() -> None:
    several = {"events": [{"event": "ViewContent", "page": PAGE}] * 2, "result_key": "tt"}
    for params in (asked(delivery="queued"), validate(SendEventParams, several)):
        again = validate(SendEventParams, ACTION.kept(params))

        assert (params.delivery, params.result_key) == (again.delivery, again.result_key)


def test_what_belongs_to_a_person_is_marked_so() -> None:
    personal = {field.name for field in fields_of(SendEventParams) if field.personal}

    assert {"user", "device", "page", "lead", "events"} == personal


def test_repeating_is_harmless_for_forty_seven_hours_and_there_is_no_way_back() -> None:
    assert OnDoubt.REPEAT is SendEvent.on_doubt
    assert SendEvent.repeat_within is not None
    assert 47 == SendEvent.repeat_within.total_seconds() / 3600
    assert SendEvent.no_inverse


def test_a_later_step_may_use_the_result_by_its_key() -> None:
    text = """
name: s
steps:
  - id: sent
    module: send_event
    connection: shop
    params: {event: Purchase, page: {url: "https://shop.example.com/"}, result_key: tt}
  - id: tell
    module: notify
    connection: team
    params: {text: "{{sent.tt.request_id}} {{sent.event_id}}"}
"""
    accounts = {"shop": Account("tiktok-events", None), "team": Account("notify", None)}

    assert [] == check_scenario(load_scenario(text), Environment(accounts))
    assert find_module("send-event") is send_event
