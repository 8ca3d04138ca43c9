"""RudderStack's track calls become events (AC-121 to AC-123)."""

from typing import Any

import pytest

from modules.events.mapping import EventMapping, translator_for
from tests.modules.events.records import LENIENT, going_out, plain, plains, skipped


def call(event: str, **parts: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "messageId": "m-1", **parts}


@pytest.mark.parametrize(
    ("incoming", "expected"),
    [
        ("product added to wishlist", "AddToWishlist"),
        ("product added", "AddToCart"),
        ("checkout started", "InitiateCheckout"),
        ("payment info entered", "AddPaymentInfo"),
        ("checkout step completed", "CompletePayment"),
        ("order completed", "PlaceAnOrder"),
        ("viewcontent", "ViewContent"),
        ("clickbutton", "ClickButton"),
        ("search", "Search"),
        ("contact", "Contact"),
        ("download", "Download"),
        ("submitform", "SubmitForm"),
        ("completeregistration", "CompleteRegistration"),
        ("subscribe", "Subscribe"),
        ("purchase", "Purchase"),
        ("lead", "Lead"),
        ("customizeproduct", "CustomizeProduct"),
        ("findlocation", "FindLocation"),
        ("schedule", "Schedule"),
        ("application approval", "ApplicationApproval"),
        ("submit application", "SubmitApplication"),
        ("start trial", "StartTrial"),
    ],
)
def test_every_event_has_its_name_however_it_is_written(incoming: str, expected: str) -> None:
    for name in (incoming, incoming.title(), incoming.replace(" ", "_").upper()):
        assert expected == plain(call(name), preset="rudderstack")["event"]


def test_one_event_may_become_several() -> None:
    made = plains(
        call("Order Completed", properties={"value": 3}),
        preset="rudderstack",
        events={"order completed": ["Purchase", "Subscribe", "Purchase"]},
    )

    assert ["Purchase", "Subscribe"] == [one["event"] for one in made]
    assert ["m-1", "m-1"] == [one["event_id"] for one in made]


def test_only_track_calls_are_events() -> None:
    for kind in ("identify", "page", "screen", "group", "alias"):
        assert skipped({"type": kind}, preset="rudderstack")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [({"eventId": "e1", "event_id": "e2"}, "e1"), ({"event_id": "e2"}, "e2"), ({}, "m-1")],
)
def test_the_id_of_the_properties_beats_the_messages(
    properties: dict[str, Any], expected: str
) -> None:
    assert expected == plain(call("x", properties=properties), preset="rudderstack")["event_id"]


def test_who_it_was_is_looked_for_from_the_properties_outwards() -> None:
    record = call(
        "x",
        traits={"email": "traits@example.com", "phone": "+1"},
        context={
            "externalId": [{"type": "other", "id": "o"}, {"type": "tiktokExternalId", "id": "t-1"}],
            "traits": {"email": "context@example.com", "address": {"city": "Oslo"}},
        },
        properties={
            "context": {"user": {"email": "inner@example.com"}, "ad": {"callback": "E.C.P.a"}},
            "email": "own@example.com",
        },
    )

    assert {
        "email": "inner@example.com",
        "phone": "+1",
        "external_id": "t-1",
        "city": "Oslo",
        "ttclid": "E.C.P.a",
    } == plain(record, preset="rudderstack")["user"]


@pytest.mark.parametrize("ids", [None, "x", [], ["x"], [{"type": "other", "id": "o"}]])
def test_ids_of_another_kind_are_not_taken(ids: Any) -> None:
    record = call("x", context={"externalId": ids})

    assert "user" not in plain(record, preset="rudderstack")


def test_the_page_is_looked_for_from_the_properties_outwards() -> None:
    record = call(
        "x",
        context={"page": {"url": "https://c.example/", "referrer": "https://d.example/"}},
        properties={"url": "https://b.example/"},
    )

    assert {"url": "https://b.example/", "referrer": "https://d.example/"} == (
        plain(record, preset="rudderstack")["page"]
    )


def test_contents_beat_products_and_their_ids_are_spelt_right() -> None:
    both = {"contents": [{"content_id": "c"}], "products": [{"product_id": 7, "price": 2}]}
    one = {"products": both["products"], "query": "shoes"}
    first = plain(call("x", properties=both), preset="rudderstack")
    item = going_out(call("ViewContent", properties=one), preset="rudderstack", options=LENIENT)

    assert [{"content_id": "c"}] == first["properties"]["contents"]
    assert "contents_ids" not in item["item"]["properties"]
    assert (["7"], 1, "shoes") == (
        item["item"]["properties"]["content_ids"],
        item["item"]["properties"]["num_items"],
        item["item"]["properties"]["search_string"],
    )


def test_a_hash_is_not_hashed_again() -> None:
    digest = "848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f"
    record = call("Contact", traits={"email": digest})

    assert (
        digest
        == (going_out(record, preset="rudderstack", options=LENIENT)["item"]["user"]["email"])
    )


def test_properties_may_have_humps() -> None:
    properties = {"orderId": "O", "shopId": "S", "contentType": "product_group", "numItems": 2}

    assert {"order_id": "O", "shop_id": "S", "content_type": "product_group", "num_items": 2} == (
        plain(call("x", properties=properties), preset="rudderstack")["properties"]
    )


@pytest.mark.parametrize("name", ["eventSource", "event_source"])
def test_an_event_may_name_its_source(name: str) -> None:
    made = plain(call("x", properties={name: "crm", "leadId": "7"}), preset="rudderstack")

    assert ("crm", {"lead_id": "7"}) == (made["event_source"], made["lead"])


@pytest.mark.parametrize(
    ("system", "left"), [("iOS", {"idfa", "idfv"}), ("Android", {"gaid"}), ("watchOS 9", set())]
)
def test_a_device_has_its_own_identifiers_only(system: str, left: set[str]) -> None:
    device = {"advertisingId": "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB", "id": "V1"}
    record = call("Search", context={"os": {"name": system}, "device": device})
    item = going_out(record, "app", preset="rudderstack", options=LENIENT)["item"]

    assert left == set(item.get("user", {}))


def test_the_app_is_looked_for_in_the_properties_first() -> None:
    record = call(
        "Search",
        context={"app": {"name": "Birds", "version": "1", "namespace": "com.example.birds"}},
        properties={"appId": "343200656", "adId": "5"},
    )
    made = plain(record, "app", preset="rudderstack")

    assert {"app_id": "343200656", "app_name": "Birds", "app_version": "1"} == made["app"]
    assert {"ad_id": "5"} == made["ad"]


def test_a_batch_is_its_calls() -> None:
    assert 2 == len(plains({"batch": [call("a"), call("b")]}, preset="rudderstack"))


def test_a_name_without_a_mapping_may_be_refused() -> None:
    translated = translator_for(EventMapping(preset="rudderstack", unmapped="error")).translate(
        call("My own")
    )

    assert not translated.events
    assert ["event"] == [one.field for one in translated.problems]
