"""Shopify's webhooks become events (AC-131)."""

from typing import Any

import pytest

from tests.modules.events.records import LENIENT, going_out, plain, skipped

ORDER: dict[str, Any] = {
    "id": 5123456789,
    "admin_graphql_api_id": "gid://shopify/Order/5123456789",
    "order_number": 1001,
    "financial_status": "paid",
    "cancelled_at": None,
    "test": False,
    "created_at": "2023-11-14T23:13:20+01:00",
    "currency": "EUR",
    "total_price": "25.50",
    "contact_email": "contact@example.com",
    "email": "a@example.com",
    "phone": None,
    "customer_locale": "en-GB",
    "client_details": {"browser_ip": "203.0.113.7", "user_agent": "UA/1"},
    "landing_site": "/products/shirt?ttclid=E.C.P.abc&utm_source=x",
    "referring_site": "https://www.tiktok.example/",
    "order_status_url": "https://shop.example/1/orders/abc/authenticate?key=SECRET",
    "note_attributes": [{"name": "_ttp", "value": "T"}, {"name": "gift", "value": "yes"}],
    "customer": {"id": 77, "first_name": "Jane", "last_name": "Roe", "phone": "+12133734253"},
    "billing_address": {"zip": "M5V 3L9", "city": "Toronto", "province_code": "ON",
                        "country_code": "CA", "first_name": "J.", "address1": "1 Main Street"},
    "line_items": [
        {"id": 1, "variant_id": 11, "product_id": 21, "sku": "S-1", "title": "Shirt",
         "vendor": "ACME", "price": "10.00", "quantity": 2},
        {"id": 2, "variant_id": None, "product_id": "gid://shopify/Product/22", "title": "Cap",
         "price_set": {"shop_money": {"amount": "5.50"}}, "quantity": 1},
    ],
}  # fmt: skip


def test_an_order_becomes_a_purchase_with_all_its_parts() -> None:
    assert {
        "event": "Purchase",
        "event_id": 5123456789,
        "event_time": "2023-11-14T23:13:20+01:00",
        "user": {
            "email": "a@example.com",
            "phone": "+12133734253",
            "external_id": 77,
            "first_name": "Jane",
            "last_name": "Roe",
            "zip_code": "M5V 3L9",
            "city": "Toronto",
            "state": "ON",
            "country": "CA",
            "ip": "203.0.113.7",
            "user_agent": "UA/1",
            "locale": "en-GB",
            "ttclid": "E.C.P.abc",
            "ttp": "T",
        },
        "page": {
            "url": "https://shop.example/products/shirt?ttclid=E.C.P.abc&utm_source=x",
            "referrer": "https://www.tiktok.example/",
        },
        "properties": {
            "value": "25.50",
            "currency": "EUR",
            "order_id": 5123456789,
            "status": "paid",
            "contents": [
                {
                    "content_id": 11,
                    "content_name": "Shirt",
                    "brand": "ACME",
                    "price": "10.00",
                    "quantity": 2,
                },
                {"content_id": "22", "content_name": "Cap", "price": "5.50", "quantity": 1},
            ],
        },
    } == plain(ORDER, preset="shopify")


def test_an_order_goes_out_with_numbers_and_ids_as_tiktok_wants_them() -> None:
    item = going_out(ORDER, preset="shopify", options=LENIENT)["item"]
    properties = item["properties"]

    assert ("Purchase", "5123456789", 1_700_000_000) == (
        item["event"],
        item["event_id"],
        item["event_time"],
    )
    assert (25.5, "5123456789", ["11", "22"]) == (
        properties["value"],
        properties["order_id"],
        properties["content_ids"],
    )
    assert [10.0, 5.5] == [one["price"] for one in properties["contents"]]


def test_the_key_that_opens_the_order_is_never_handed_on() -> None:
    for landing in (ORDER["landing_site"], None, ""):
        made = plain({**ORDER, "landing_site": landing}, preset="shopify")

        assert "SECRET" not in str(made)
        assert made["page"]["url"].startswith("https://shop.example/")


def test_a_landing_page_with_its_host_is_taken_as_it_is() -> None:
    record = {**ORDER, "landing_site": "https://other.example/?a=1", "order_status_url": "http://["}

    assert "https://other.example/?a=1" == plain(record, preset="shopify")["page"]["url"]


def test_without_any_host_there_is_no_page() -> None:
    record = {**ORDER, "order_status_url": None, "referring_site": ""}

    assert "page" not in plain(record, preset="shopify")


@pytest.mark.parametrize(
    ("choice", "expected"), [("default", 11), ("variant", 11), ("product", 21), ("sku", "S-1")]
)
def test_the_user_chooses_which_id_is_the_content_id(choice: str, expected: Any) -> None:
    made = plain(ORDER, preset="shopify", options={"content_id_from": choice})

    assert expected == made["properties"]["contents"][0]["content_id"]


def test_creation_and_payment_of_an_order_have_the_same_id() -> None:
    made = [
        plain({"topic": topic, "payload": ORDER}, preset="shopify")
        for topic in ("orders/create", "orders/paid")
    ]

    assert [("Purchase", 5123456789)] * 2 == [(one["event"], one["event_id"]) for one in made]


def test_an_id_of_the_newer_kind_is_its_number() -> None:
    record = {
        **ORDER,
        "id": "gid://shopify/Order/9?x=1",
        "customer": {"id": "gid://shopify/Customer/7"},
    }
    made = plain(record, preset="shopify")

    assert ("9", "9", "7") == (
        made["event_id"],
        made["properties"]["order_id"],
        made["user"]["external_id"],
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cancelled_at": "2026-11-20T10:00:00Z"}, "cancelled"),
        ({"financial_status": "refunded"}, "refund"),
        ({"financial_status": "voided"}, "refund"),
        ({"test": True}, "testing"),
        ({"refund_line_items": []}, "refund"),
        ({"topic": "orders/cancelled"}, "cancelled"),
        ({"topic": "orders/updated"}, "already"),
    ],
)
def test_what_is_no_sale_is_skipped_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    assert reason in str(skipped({**ORDER, **changes}, preset="shopify"))


def test_a_refund_is_skipped() -> None:
    refund = {"id": 1, "order_id": 5123456789, "refund_line_items": [], "transactions": []}

    assert "refund" in str(skipped(refund, preset="shopify"))


def test_a_test_order_may_be_sent_all_the_same() -> None:
    made = plain({**ORDER, "test": True}, preset="shopify", events={"orders/test": "Purchase"})

    assert "Purchase" == made["event"]


def test_topics_of_other_things_are_skipped() -> None:
    others: list[dict[str, Any]] = [
        {"topic": "products/update", "id": 1},
        {"id": 1},
        {"line_items": []},
    ]

    assert all(skipped(one, preset="shopify") for one in others)


def test_a_checkout_is_begun() -> None:
    checkout = {
        "id": 3,
        "token": "tok",
        "cart_token": "cart",
        "abandoned_checkout_url": "https://shop.example/1/checkouts/tok/recover?key=SECRET",
        "created_at": "2026-11-20T10:00:00Z",
        "email": "a@example.com",
        "total_price": "3.00",
        "currency": "EUR",
        "line_items": [{"variant_id": 11, "quantity": 1, "price": "3.00"}],
    }
    web, app = (plain(checkout, source, preset="shopify") for source in ("web", "app"))

    assert ("InitiateCheckout", "Checkout") == (web["event"], app["event"])
    assert ("tok", {"url": "https://shop.example/"}) == (web["event_id"], web["page"])
    assert "order_id" not in web["properties"]


def test_a_cart_is_filled_and_has_no_id_of_an_event() -> None:
    cart = {
        "id": "c",
        "token": "c",
        "line_items": [{"variant_id": 11}],
        "note_attributes": {"ttclid": "E.C.P.n"},
    }
    made = plain(cart, preset="shopify")

    assert ("AddToCart", {"ttclid": "E.C.P.n"}) == (made["event"], made["user"])
    assert "event_id" not in made


def test_a_new_customer_has_registered() -> None:
    customer = {"id": 77, "email": "a@example.com", "first_name": "Jane", "orders_count": 0}
    made = plain(customer, preset="shopify")

    assert ("CompleteRegistration", 77) == (made["event"], made["event_id"])
    assert {"email": "a@example.com", "external_id": 77, "first_name": "Jane"} == made["user"]


def test_the_note_beats_the_landing_page() -> None:
    notes = [{"name": "ttclid", "value": "E.C.P.note"}, "odd"]

    assert (
        "E.C.P.note"
        == (plain({**ORDER, "note_attributes": notes}, preset="shopify")["user"]["ttclid"])
    )


def test_what_is_sold_over_the_counter_is_offline_if_asked_for() -> None:
    record = {**ORDER, "source_name": "pos"}
    options = {"autodiscover_source": True}

    assert "offline" == plain(record, preset="shopify", options=options)["event_source"]
    assert "event_source" not in plain(ORDER, preset="shopify", options=options)


def test_an_order_without_anything_is_a_purchase_all_the_same() -> None:
    record: dict[str, Any] = {
        "id": 1,
        "order_number": 1,
        "line_items": [],
        "customer": None,
        "note_attributes": "x",
    }

    assert {"event": "Purchase", "event_id": 1, "properties": {"order_id": 1}} == (
        plain(record, preset="shopify")
    )
