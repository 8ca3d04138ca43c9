"""Segment's calls become events (AC-116 to AC-120)."""

from typing import Any

import pytest

from modules.events.mapping import EventMapping, translator_for
from tests.modules.events.records import LENIENT, going_out, plain, plains, read, skipped


def call(event: str, **parts: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "messageId": "m-1", **parts}


ORDER: dict[str, Any] = call(
    "Order Completed",
    timestamp="2023-11-14T22:13:20Z",
    userId="u-1",
    anonymousId="a-1",
    context={
        "ip": "203.0.113.7",
        "userAgent": "UA/1",
        "locale": "en-US",
        "page": {
            "url": "https://shop.example/thanks?ttclid=E.C.P.abc",
            "referrer": "https://shop.example/cart",
        },
        "traits": {
            "email": "traits@example.com",
            "phone": "+12133734253",
            "firstName": "Jane",
            "address": {"city": "Oslo", "postalCode": "0150"},
        },
    },
    properties={
        "order_id": "O-1",
        "email": "order@example.com",
        "revenue": 25.5,
        "currency": "EUR",
        "ttclid": "E.C.P.older",
        "coupon": "SUMMER",
        "products": [
            {"product_id": "p1", "sku": "s1", "name": "Shirt", "price": 10, "quantity": 2},
            {"product_id": "p2", "category": "Hats", "brand": "ACME", "price": 5.5, "quantity": 1},
        ],
    },
)


def test_an_order_becomes_an_event_with_all_its_parts() -> None:
    assert {
        "event": "CompletePayment",
        "event_id": "m-1",
        "event_time": "2023-11-14T22:13:20Z",
        "user": {
            "email": "order@example.com",
            "phone": "+12133734253",
            "external_id": "u-1",
            "first_name": "Jane",
            "city": "Oslo",
            "zip_code": "0150",
            "ttclid": "E.C.P.abc",
            "ip": "203.0.113.7",
            "user_agent": "UA/1",
            "locale": "en-US",
        },
        "page": {
            "url": "https://shop.example/thanks?ttclid=E.C.P.abc",
            "referrer": "https://shop.example/cart",
        },
        "properties": {
            "order_id": "O-1",
            "currency": "EUR",
            "value": 25.5,
            "contents": [
                {"content_id": "p1", "content_name": "Shirt", "price": 10, "quantity": 2},
                {
                    "content_id": "p2",
                    "content_category": "Hats",
                    "brand": "ACME",
                    "price": 5.5,
                    "quantity": 1,
                },
            ],
        },
    } == plain(ORDER, preset="segment")


def test_an_order_goes_out() -> None:
    item = going_out(ORDER, preset="segment", options=LENIENT)["item"]

    assert ("CompletePayment", 1_700_000_000, "m-1") == (
        item["event"],
        item["event_time"],
        item["event_id"],
    )
    assert ["p1", "p2"] == item["properties"]["content_ids"]


@pytest.mark.parametrize(
    ("incoming", "web", "app"),
    [
        ("Order Completed", "CompletePayment", "Purchase"),
        ("Callback Started", "Contact", None),
        ("Subscription Created", "Subscribe", "Subscribe"),
        ("Form Submitted", "SubmitForm", None),
        ("Product Viewed", "ViewContent", "ViewContent"),
        ("Product Clicked", "ClickButton", None),
        ("Products Searched", "Search", "Search"),
        ("Product Added to Wishlist", "AddToWishlist", "AddToWishlist"),
        ("Product Added", "AddToCart", "AddToCart"),
        ("Checkout Started", "InitiateCheckout", "Checkout"),
        ("Payment Info Entered", "AddPaymentInfo", "AddPaymentInfo"),
        ("Order Placed", "PlaceAnOrder", None),
        ("Download Link Clicked", "Download", None),
        ("Signed Up", "CompleteRegistration", "Registration"),
        ("Application Installed", None, "InstallApp"),
        ("Application Opened", None, "LaunchAPP"),
        ("Signed In", None, "Login"),
    ],
)
def test_every_event_of_the_spec_has_its_name(
    incoming: str, web: str | None, app: str | None
) -> None:
    for source, expected in (("web", web), ("offline", web), ("crm", web), ("app", app)):
        assert (expected or incoming) == plain(call(incoming), source, preset="segment")["event"]


@pytest.mark.parametrize("name", ["order completed", "ORDER_COMPLETED", "order-completed"])
def test_a_name_may_be_written_in_any_way(name: str) -> None:
    assert "CompletePayment" == plain(call(name), preset="segment")["event"]


def test_a_page_call_is_a_page_view() -> None:
    record = {"type": "page", "context": {"page": {"url": "https://shop.example/"}}}

    assert {"event": "PageView", "page": {"url": "https://shop.example/"}} == plain(
        record, preset="segment"
    )


@pytest.mark.parametrize("kind", ["identify", "alias", "group", "screen"])
def test_calls_that_are_no_events_are_skipped_with_the_reason(kind: str) -> None:
    assert f"{kind}: " in str(skipped({"type": kind}, preset="segment"))


def test_a_screen_may_be_sent_all_the_same() -> None:
    made = plain({"type": "screen"}, "app", preset="segment", events={"screen": "ViewContent"})

    assert "ViewContent" == made["event"]


def test_the_click_id_of_the_address_beats_that_of_the_call_unless_the_user_says_otherwise() -> (
    None
):
    later = {"ttclid_from_address_first": False}
    without = {**ORDER, "context": {}}
    made = plain(ORDER, preset="segment", options=later)

    assert "E.C.P.older" == made["user"]["ttclid"]
    assert "E.C.P.older" == plain(without, preset="segment")["user"]["ttclid"]


def test_a_click_id_is_never_cut() -> None:
    long = "E.C.P." + "x" * 1_000
    record = call("x", context={"page": {"url": f"https://a.example/?b=1&ttclid={long}&c=2"}})

    assert long == plain(record, preset="segment")["user"]["ttclid"]


def test_the_click_id_may_be_in_the_integration() -> None:
    record = call("x", integrations={"TikTok Conversions": {"ttclid": "E.C.P.i", "ttp": "t"}})

    assert {"ttclid": "E.C.P.i", "ttp": "t"} == plain(record, preset="segment")["user"]


def test_a_visitor_nobody_knows_has_the_anonymous_id() -> None:
    made = plain(call("x", userId=None, anonymousId="a-1"), preset="segment")

    assert "a-1" == made["user"]["external_id"]


def test_the_value_beats_the_revenue() -> None:
    both = {"value": 0, "revenue": 3}

    assert 0 == plain(call("x", properties=both), preset="segment")["properties"]["value"]


def test_a_single_product_is_the_item() -> None:
    properties = {"product_id": "p1", "name": "Shirt", "price": 10, "quantity": 1}
    made = plain(call("Product Added", properties=properties), preset="segment")

    assert [{"content_id": "p1", "content_name": "Shirt", "price": 10, "quantity": 1}] == (
        made["properties"]["contents"]
    )


def test_an_event_without_a_product_has_no_items() -> None:
    made = plain(call("Signed Up", properties={"name": "Jane", "price": 3}), preset="segment")

    assert "properties" not in made


@pytest.mark.parametrize(
    ("choice", "expected"), [("default", "p"), ("product", "p"), ("sku", "s"), ("variant", "v")]
)
def test_the_user_chooses_which_id_is_the_content_id(choice: str, expected: str) -> None:
    products = [{"product_id": "p", "sku": "s", "variant_id": "v"}]
    made = plain(
        call("x", properties={"products": products}),
        preset="segment",
        options={"content_id_from": choice},
    )

    assert expected == made["properties"]["contents"][0]["content_id"]


def test_travel_vehicle_and_further_properties_are_handed_on() -> None:
    properties = {
        "checkin_date": "2026-12-01",
        "num_adults": 2,
        "make": "ACME",
        "mileage": {"value": 10, "unit": "KM"},
        "drive_train": "AWD",
        "delivery_category": "in_store",
        "predicted_ltv": 12.5,
    }
    made = plain(call("x", properties=properties), preset="segment")["properties"]

    assert {
        **{name: value for name, value in properties.items() if name != "drive_train"},
        "drivetrain": "AWD",
    } == made


def test_a_lead_tells_of_itself() -> None:
    record = call("Qualified", properties={"lead_id": "7", "lead_event_source": "HubSpot"})
    made = plain(record, "crm", preset="segment")

    assert {"lead_id": "7", "lead_event_source": "HubSpot"} == made["lead"]


# --- apps -----------------------------------------------------------------------------------------


def in_app(system: str, version: str, *, tracking: bool | None = None) -> dict[str, Any]:
    device = {
        "type": system,
        "advertisingId": "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB",
        "id": "V1",
        **({} if tracking is None else {"adTrackingEnabled": tracking}),
    }
    app = {"namespace": "com.example.birds", "name": "Birds", "version": "1.2"}
    os = {"name": system, "version": version}
    return call("Signed In", context={"device": device, "app": app, "os": os})


@pytest.mark.parametrize(
    ("record", "status"),
    [
        (in_app("android", "14"), "NOT_APPLICABLE"),
        (in_app("ios", "13.7"), "NOT_APPLICABLE"),
        (in_app("ios", "17.1", tracking=True), "AUTHORIZED"),
        (in_app("ios", "17.1", tracking=False), "DENIED"),
        (in_app("ios", "17.1"), "NOT_DETERMINED"),
    ],
)
def test_the_permission_to_track_is_worked_out(record: dict[str, Any], status: str) -> None:
    item = going_out(record, "app", preset="segment", options=LENIENT)["item"]

    assert status == item["user"]["att_status"]


def test_an_app_event_has_its_app_and_its_devices_identifiers() -> None:
    item = going_out(in_app("ios", "17.1"), "app", preset="segment", options=LENIENT)["item"]

    assert {"app_id": "com.example.birds", "app_name": "Birds", "app_version": "1.2"} == item["app"]
    assert "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB" == item["user"]["idfa"]


def test_an_app_event_tells_of_its_advertisement() -> None:
    campaign = {"campaign_id": "1", "ad_id": "2", "creative_id": "3", "is_retargeting": True}
    record = {**in_app("ios", "17"), "properties": {"campaign": campaign}}

    assert campaign == plain(record, "app", preset="segment")["ad"]


def test_an_apps_call_is_told_from_a_pages_if_asked_for() -> None:
    options = {"autodiscover_source": True}
    made = plain(in_app("iOS", "17"), preset="segment", options=options)

    assert ("app", "Login") == (made["event_source"], made["event"])
    assert "event_source" not in plain(ORDER, preset="segment", options=options)


# --- several, and faults of peers -----------------------------------------------------------------


def test_a_batch_is_its_calls() -> None:
    batch = {"batch": [call("Signed Up"), {"type": "identify"}, call("Product Viewed")]}

    assert ["CompleteRegistration", "ViewContent"] == [
        one["event"] for one in plains(batch, preset="segment")
    ]


def test_a_batch_of_nothing_is_skipped() -> None:
    assert "it holds no events" == skipped({"batch": []}, preset="segment")


def test_what_is_no_call_in_a_batch_does_not_keep_the_others() -> None:
    translated = translator_for(EventMapping(preset="segment")).translate(
        {"batch": ["x", call("Signed Up")]}
    )

    assert ["record: is no object with fields"] == [str(one) for one in translated.problems]
    assert 1 == len(translated.events)


def test_nothing_empty_is_handed_on() -> None:
    record = call(
        "Signed Up",
        userId="",
        context={"ip": "", "page": {"url": ""}, "traits": {"email": "", "phone": None}},
        properties={"currency": "", "products": [], "order_id": None},
    )

    assert {"event": "CompleteRegistration", "event_id": "m-1"} == plain(record, preset="segment")


def test_a_telephone_without_digits_is_never_hashed() -> None:
    record = call("Signed Up", context={"traits": {"phone": "abc", "email": " A@b.example "}})
    reading = read(record, preset="segment", options=LENIENT)

    assert b'"phone"' not in reading.events[0].content


def test_a_parcel_of_the_wrong_kind_does_no_harm() -> None:
    record = call("Signed Up", context="x", properties="y", userId={"a": 1}, integrations=None)

    assert {
        "event": "CompleteRegistration",
        "event_id": "m-1",
        "user": {"external_id": {"a": 1}},
    } == (plain(record, preset="segment"))
