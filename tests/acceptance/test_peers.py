"""What other senders can do, and this one can too (open_platform_and_events.md §III.8)."""

from typing import Any

import pytest

from adloom.fields import validate
from modules.events.asked import plain_event
from modules.send_event import SendEventParams
from tests.modules.events.records import LENIENT, going_out, plain, plains, read

PAGE = {"url": "https://loom.example/"}
TRAVEL: dict[str, Any] = {
    "city": "Lisbon",
    "region": "Lisboa",
    "country": "Portugal",
    "checkin_date": "2026-12-01",
    "checkout_date": "2026-12-05",
    "num_adults": 2,
    "num_children": 1,
    "num_infants": 0,
    "suggested_hotels": ["Azul", "Rio"],
    "departing_departure_date": "2026-12-01",
    "returning_departure_date": "2026-12-05",
    "origin_airport": "ARN",
    "destination_airport": "LIS",
    "destination_ids": ["d-1"],
    "departing_arrival_date": "2026-12-01",
    "returning_arrival_date": "2026-12-05",
    "travel_class": "eco",
    "user_score": 0.5,
    "preferred_num_stops": 0,
    "travel_start": "2026-12-01",
    "travel_end": "2026-12-05",
    "suggested_destinations": ["LIS", "OPO"],
}
VEHICLE: dict[str, Any] = {
    "make": "Loom",
    "model": "One",
    "year": 2026,
    "state_of_vehicle": "New",
    "mileage": {"value": 1200, "unit": "KM"},
    "exterior_color": "red",
    "transmission": "manual",
    "body_style": "SUV",
    "fuel_type": "electric",
    "drivetrain": "AWD",
    "preferred_price_range": [10, 20.5],
    "trim": "base",
    "vin": "LOOM0000000000001",
    "interior_color": "black",
    "condition_of_vehicle": "Good",
    "viewcontent_type": "model",
    "search_type": "used",
    "registration_type": "new",
}
EXTRAS: dict[str, Any] = {"delivery_category": "curbside", "predicted_ltv": 99.5}
GROUPS = {**TRAVEL, **VEHICLE, **EXTRAS}


def test_travel_and_vehicle_fields_go_out_as_they_were_filled_in() -> None:
    own = {"postal_code": "1100-148"}
    asked = validate(
        SendEventParams, {"event": "Search", "page": PAGE, "properties": {**GROUPS, **own}}
    )

    assert {**GROUPS, **own} == going_out(plain_event(asked))["item"]["properties"]


@pytest.mark.parametrize("preset", ["segment", "rudderstack"])
def test_travel_and_vehicle_fields_of_calls_go_out(preset: str) -> None:
    call = {"type": "track", "event": "search", "properties": {**GROUPS, "postal_code": "1"}}
    sent = going_out(call, preset=preset, options=LENIENT)["item"]["properties"]

    assert sent == GROUPS


def test_a_postal_code_of_a_call_is_a_vehicles_if_the_user_says_so() -> None:
    call = {"type": "track", "event": "search", "properties": {"postal_code": "1100-148"}}
    fields = {"properties.postal_code": "properties.postal_code"}

    assert {"postal_code": "1100-148"} == plain(call, preset="segment", fields=fields)["properties"]


def test_a_lead_is_told_by_the_crm_it_came_from() -> None:
    asked = validate(
        SendEventParams,
        {"event": "Qualified", "lead": {"lead_id": 71, "lead_event_source": "HubSpot"}},
    )
    item = going_out(plain_event(asked), "crm")["item"]

    assert {"lead_id": "71", "lead_event_source": "HubSpot"} == item["lead"]


# --- where values come from -----------------------------------------------------------------------

VALUES = {"revenue": 1, "total": 2, "value": 3, "price": 4}


@pytest.mark.parametrize("without", range(4))
def test_a_value_is_looked_for_in_the_order_somebody_wants(without: int) -> None:
    record = dict(list(VALUES.items())[without:])
    made = plain({"event": "Purchase", **record}, fields={"properties.value": list(VALUES)})

    assert without + 1 == made["properties"]["value"]


def test_the_user_chooses_which_identity_feeds_which_field() -> None:
    call = {
        "type": "track",
        "event": "Signed Up",
        "userId": "u-1",
        "context": {
            "traits": {"email": "home@mail.example", "work": "w@mail.example", "crm": "c-1"}
        },
    }
    fields = {
        "user.external_id": ["context.traits.crm", "userId"],
        "user.email": "context.traits.work",
        "user.phone": None,
    }
    made = plain(call, preset="segment", fields=fields)

    assert {"external_id": "c-1", "email": "w@mail.example"} == made["user"]


@pytest.mark.parametrize(
    ("orders", "expected"), [(1, "New Customer Purchase"), (3, "Returning Customer Purchase")]
)
def test_new_and_returning_customers_have_events_of_their_own(orders: int, expected: str) -> None:
    name = '{{if(customer.orders > 1; "Returning Customer Purchase"; "New Customer Purchase")}}'
    record = {"event": "purchase", "customer": {"orders": orders}}

    assert expected == plain(record, fields={"event": name})["event"]


def test_a_sale_may_be_two_events_one_of_them_of_ones_own() -> None:
    events = {"purchase": ["Purchase", "Subscription Purchase"]}
    made = plains({"event_name": "purchase"}, preset="ga4", events=events)

    assert ["Purchase", "Subscription Purchase"] == [one["event"] for one in made]


@pytest.mark.parametrize("preset", ["segment", "rudderstack"])
@pytest.mark.parametrize(("choice", "expected"), [("variant", "v"), ("product", "p"), ("sku", "s")])
def test_a_content_id_is_the_one_that_is_chosen(preset: str, choice: str, expected: str) -> None:
    products = [{"product_id": "p", "variant_id": "v", "sku": "s"}]
    call = {"type": "track", "event": "product added", "properties": {"products": products}}
    made = plain(call, preset=preset, options={"content_id_from": choice})

    assert [expected] == [one["content_id"] for one in made["properties"]["contents"]]


# --- parts of a server container ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"event_id": "e-1", "transaction_id": "t-1"}, "e-1"),
        ({"transaction_id": "t-1"}, "t-1"),
    ],
)
def test_an_event_id_falls_back_to_the_transactions(record: Any, expected: str) -> None:
    assert expected == plain({"event_name": "purchase", **record}, preset="ga4")["event_id"]


def test_every_kind_of_parameter_can_be_overridden() -> None:
    record = {
        "event_name": "purchase",
        "page_location": "https://loom.example/",
        "ip_override": "203.0.113.1",
        "user_data": {"email": "a@mail.example"},
        "value": 3,
        "app_id": "343200656",
        "mine": {
            "mail": "b@mail.example",
            "ip": "203.0.113.2",
            "sum": 5,
            "app": "com.example.loom",
        },
    }
    fields = {
        "user.email": "mine.mail",
        "user.ip": "mine.ip",
        "properties.value": "mine.sum",
        "properties.tier": {"value": "gold"},
        "app.app_id": "mine.app",
        "ad.callback": {"value": "cb"},
        "event": {"value": "Subscribe"},
    }
    made = plain(record, "app", preset="ga4", fields=fields)

    assert ("Subscribe", "b@mail.example", "203.0.113.2", "com.example.loom", "cb") == (
        made["event"],
        made["user"]["email"],
        made["user"]["ip"],
        made["app"]["app_id"],
        made["ad"]["callback"],
    )
    assert {"value": 5, "tier": "gold"} == made["properties"]


def test_an_event_id_may_stand_where_the_pixels_tag_left_it() -> None:
    record = {"event": "Purchase", "who": "12", "seen": {"tiktok_event_id_Purchase_12": "s-1_77"}}
    parts = 'add(emptyarray; "tiktok_event_id"; record.event; record.who)'
    fields = {"event_id": f'{{{{get(record.seen; join({parts}; "_"))}}}}'}

    assert "s-1_77" == plain(record, fields=fields)["event_id"]
    assert (
        "s-1_77"
        == (plain(record, fields={"event_id": "seen.tiktok_event_id_Purchase_12"})["event_id"])
    )


def test_a_description_that_is_mapped_beats_the_events_name() -> None:
    record = {"event_name": "purchase", "note": "Spring sale"}
    places = {"properties.description": ["note", "event_name"]}
    made = [
        plain(one, preset="commanders_act", fields=places)["properties"]["description"]
        for one in (record, {"event_name": "purchase"})
    ]

    assert ["Spring sale", "purchase"] == made


@pytest.mark.parametrize("name", ["Purchase", "CompletePayment", "PlaceAnOrder"])
@pytest.mark.parametrize("names", ["current", "as given"])
def test_a_sale_without_value_and_currency_goes_out_with_a_warning(name: str, names: str) -> None:
    options = {"event_names": names}
    reading = read({"event": name, "page": PAGE}, options=options)
    strict = read({"event": name, "page": PAGE}, options={**options, "strict": True})

    told = {one.field for one in reading.problems}
    assert {"properties.value", "properties.currency"} <= told
    assert (1, 0) == (len(reading.events), len(strict.events))
