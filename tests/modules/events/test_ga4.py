"""Events of Google Analytics 4 become events (AC-124, AC-125)."""

from typing import Any

import pytest

from modules.events.mapping import EventMapping, translator_for
from tests.modules.events.records import LENIENT, going_out, plain, plains, skipped

PURCHASE: dict[str, Any] = {
    "event_name": "purchase",
    "transaction_id": "T-1",
    "value": 25.5,
    "currency": "EUR",
    "client_id": "c.1",
    "ip_override": "203.0.113.7",
    "user_agent": "UA/1",
    "language": "en-us",
    "page_location": "https://shop.example/thanks?ttclid=E.C.P.abc",
    "page_referrer": "https://shop.example/cart",
    "engagement_time_msec": 1200,
    "user_data": {
        "email_address": "a@example.com",
        "phone_number": "+12133734253",
        "address": {"first_name": "Jane", "last_name": "Roe", "postal_code": "M5V 3L9",
                    "city": "Toronto", "region": "ON", "country": "CA"},
    },
    "items": [
        {"item_id": "SKU1", "item_name": "Shirt", "item_brand": "ACME", "item_category": "Clothes",
         "price": 10, "quantity": 2, "index": 0},
    ],
}  # fmt: skip


def test_a_purchase_becomes_an_event_with_all_its_parts() -> None:
    assert {
        "event": "Purchase",
        "event_id": "T-1",
        "user": {
            "email": "a@example.com",
            "phone": "+12133734253",
            "external_id": "c.1",
            "first_name": "Jane",
            "last_name": "Roe",
            "zip_code": "M5V 3L9",
            "city": "Toronto",
            "state": "ON",
            "country": "CA",
            "ip": "203.0.113.7",
            "user_agent": "UA/1",
            "locale": "en-us",
            "ttclid": "E.C.P.abc",
        },
        "page": {
            "url": "https://shop.example/thanks?ttclid=E.C.P.abc",
            "referrer": "https://shop.example/cart",
        },
        "properties": {
            "value": 25.5,
            "currency": "EUR",
            "order_id": "T-1",
            "contents": [
                {
                    "content_id": "SKU1",
                    "content_name": "Shirt",
                    "brand": "ACME",
                    "content_category": "Clothes",
                    "price": 10,
                    "quantity": 2,
                }
            ],
        },
    } == plain(PURCHASE, preset="ga4")


@pytest.mark.parametrize(
    ("incoming", "expected"),
    [
        ("page_view", "PageView"),
        ("view_item", "ViewContent"),
        ("add_to_cart", "AddToCart"),
        ("add_to_wishlist", "AddToWishlist"),
        ("begin_checkout", "InitiateCheckout"),
        ("add_payment_info", "AddPaymentInfo"),
        ("generate_lead", "Lead"),
        ("sign_up", "CompleteRegistration"),
        ("search", "Search"),
        ("view_search_results", "Search"),
        ("file_download", "Download"),
        ("contact", "Contact"),
        ("gtm4wp.addProductToCartEEC", "AddToCart"),
        ("gtm4wp.productClickEEC", "ViewContent"),
        ("gtm4wp.checkoutStepEEC", "InitiateCheckout"),
        ("gtm4wp.orderCompletedEEC", "Purchase"),
        ("purchase", "Purchase"),
        ("my_own", "my_own"),
    ],
)
def test_every_event_of_a_website_has_its_name(incoming: str, expected: str) -> None:
    assert expected == plain({"event_name": incoming}, preset="ga4")["event"]


@pytest.mark.parametrize(
    ("incoming", "expected"),
    [
        ("first_open", "InstallApp"),
        ("app_open", "LaunchAPP"),
        ("login", "Login"),
        ("sign_up", "Registration"),
        ("begin_checkout", "Checkout"),
        ("in_app_purchase", "Purchase"),
        ("spend_virtual_currency", "SpendCredits"),
        ("tutorial_complete", "CompleteTutorial"),
    ],
)
def test_every_event_of_an_app_has_its_name(incoming: str, expected: str) -> None:
    assert expected == plain({"name": incoming}, "app", preset="ga4")["event"]


@pytest.mark.parametrize("incoming", ["refund", "session_start", "user_engagement", "gtm.dom"])
def test_what_tells_nothing_is_skipped(incoming: str) -> None:
    assert f"{incoming}: " in str(skipped({"event_name": incoming}, preset="ga4"))


def test_the_user_chooses_what_viewed_content_is() -> None:
    options = {"view_content_events": ["page_view"]}

    assert "ViewContent" == plain({"event": "page_view"}, preset="ga4", options=options)["event"]
    assert skipped({"event": "view_item"}, preset="ga4", options=options)


def test_a_request_of_measurement_protocol_is_its_events() -> None:
    record = {
        "client_id": "c.1",
        "user_id": "u.1",
        "timestamp_micros": 1_700_000_000_123_456,
        "user_data": {"sha256_email_address": "8" * 64, "address": [{"first_name": "Jane"}]},
        "events": [
            {"name": "add_to_cart", "params": {"currency": "EUR", "items": [{"item_id": "a"}]}},
            {"name": "purchase", "params": {"transaction_id": "T-1"}, "timestamp_micros": 5},
            {"name": "session_start"},
        ],
    }
    cart, purchase = plains(record, preset="ga4")

    assert ("AddToCart", 1_700_000_000_123_456) == (cart["event"], cart["event_time"])
    assert {"external_id": "u.1", "email_sha256": "8" * 64, "first_name": "Jane"} == cart["user"]
    assert {"currency": "EUR", "contents": [{"content_id": "a"}]} == cart["properties"]
    assert ("Purchase", "T-1", 5) == (
        purchase["event"],
        purchase["event_id"],
        purchase["event_time"],
    )


def test_what_is_no_event_in_a_request_does_not_keep_the_others() -> None:
    record = {"events": ["x", {"name": "search", "params": "odd"}]}
    translated = translator_for(EventMapping(preset="ga4")).translate(record)

    assert ["Search"] == [one["event"] for one in translated.events]
    assert ["record"] == [one.field for one in translated.problems]


def test_microseconds_are_a_time() -> None:
    record = {"event_name": "search", "timestamp_micros": 1_700_000_000_123_456}

    assert 1_700_000_000 == (going_out(record, preset="ga4", options=LENIENT)["item"]["event_time"])


def test_an_event_of_firebase_is_an_apps_if_asked_for() -> None:
    record = {"app_instance_id": "f", "events": [{"name": "sign_up", "params": {}}]}
    made = plain(record, preset="ga4", options={"autodiscover_source": True})

    assert ("app", "Registration") == (made["event_source"], made["event"])


def test_a_data_layer_has_the_sale_in_ecommerce() -> None:
    record = {
        "event": "purchase",
        "ecommerce": {
            "transaction_id": "T-1",
            "value": 3,
            "items": [{"item_id": "a", "currency": "EUR"}],
        },
    }

    assert {
        "event": "Purchase",
        "event_id": "T-1",
        "properties": {
            "value": 3,
            "currency": "EUR",
            "order_id": "T-1",
            "contents": [{"content_id": "a"}],
        },
    } == plain(record, preset="ga4")


def test_a_shop_on_wordpress_has_it_in_its_old_place() -> None:
    record = {
        "event": "gtm4wp.orderCompletedEEC",
        "ecommerce": {
            "currencyCode": "EUR",
            "purchase": {
                "actionField": {"id": "T-1", "revenue": "3.00"},
                "products": [{"id": 7, "name": "Shirt", "price": "3.00", "quantity": 1}],
            },
        },
    }
    made = plain(record, preset="ga4")

    assert ("T-1", "3.00", "EUR") == (
        made["event_id"],
        made["properties"]["value"],
        made["properties"]["currency"],
    )
    assert 7 == made["properties"]["contents"][0]["content_id"]


def test_the_currency_may_be_that_of_the_first_item() -> None:
    record = {"event_name": "purchase", "value": 3, "items": [{"item_id": "a", "currency": "SEK"}]}

    assert "SEK" == plain(record, preset="ga4")["properties"]["currency"]


def test_the_value_is_worked_out_of_the_items() -> None:
    record = {**PURCHASE, "value": None}
    item = going_out(record, preset="ga4", options=LENIENT)["item"]

    assert 20 == item["properties"]["value"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"page_location": "https://a.example/?ttclid=page"}, "page"),
        ({}, "referrer"),
        ({"page_referrer": "https://b.example/?ttclid=other"}, "cookie"),
        ({"page_referrer": "http://[", "cookies": "x=1;ttclid=text"}, "text"),
        ({"page_referrer": None, "cookies": None}, "event"),
    ],
)
def test_a_click_id_of_the_page_beats_the_referrers_the_cookies_and_the_events(
    changes: dict[str, Any], expected: str
) -> None:
    record = {
        "event_name": "search",
        "page_location": "https://a.example/",
        "page_referrer": "https://a.example/?ttclid=referrer",
        "cookies": {"ttclid": "cookie"},
        "ttclid": "event",
    }

    assert expected == plain({**record, **changes}, preset="ga4")["user"]["ttclid"]


def test_the_variant_may_be_the_content_id() -> None:
    record = {"event_name": "view_item", "items": [{"item_id": "a", "item_variant": "a-red"}]}
    made = plain(record, preset="ga4", options={"content_id_from": "variant"})

    assert [{"content_id": "a-red"}] == made["properties"]["contents"]


@pytest.mark.parametrize(
    ("told", "goes"), [("granted", True), ("GRANTED", True), ("denied", False), (None, False)]
)
def test_nothing_goes_out_without_consent(told: str | None, goes: bool) -> None:
    record = {"event_name": "search", "consent": {"ad_storage": told}}
    consent = {"field": "consent.ad_storage", "granted": ["granted"]}

    assert goes is (skipped_or_made(record, consent) != "the person has not agreed")


def skipped_or_made(record: dict[str, Any], consent: dict[str, Any]) -> Any:
    made = plains(record, preset="ga4", consent=consent)
    return made or skipped(record, preset="ga4", consent=consent)


def test_without_consent_the_person_may_be_left_out() -> None:
    record = {**PURCHASE, "ttclid": "E.C.P.x"}
    made = plain(
        record,
        preset="ga4",
        consent={"field": "ad_storage", "granted": [True], "otherwise": "without identifiers"},
    )

    assert {"locale": "en-us"} == made["user"]
    assert "https://shop.example/thanks" == made["page"]["url"]
    assert "T-1" == made["properties"]["order_id"]
