"""Records become plain events as the user's mapping says (AC-008, AC-020, AC-023, AC-024)."""

import copy
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from modules.events.mapping import EventMapping, Translator, read_event_mapping, translator_for
from modules.events.options import Options
from modules.events.paths import parse_path
from modules.events.presets import PRESETS
from modules.events.presets.reading import Field, Reader
from modules.events.presets.shape import SECTIONS
from modules.events.presets.sources import compile_sources
from modules.events.problems import Problem
from tests.modules.events.records import (
    CLOCK,
    LENIENT,
    PIXEL,
    going_out,
    plain,
    plains,
    read,
    skipped,
)

PLAIN = {"event": "Purchase", "user": {"email": "a@example.com"}, "properties": {"value": 3}}


def problems(record: Any, now: int | None = None, **mapping: Any) -> list[str]:
    translated = translator_for(read_event_mapping(mapping)).translate(record, now=now)

    assert not translated.events
    return [str(one) for one in translated.problems]


# --- without a preset -----------------------------------------------------------------------------


def test_without_a_preset_a_record_is_a_plain_event_itself() -> None:
    assert PLAIN == plain(PLAIN)
    assert {"event": "spun", "odd": 1} == plain({"event": "spun", "odd": 1})


def test_a_mapping_is_merged_over_a_plain_event() -> None:
    record = {**PLAIN, "event_id": "e-1", "total": 7, "ignored": True}

    assert {
        "event": "Purchase",
        "event_id": "e-1",
        "user": {"email": "a@example.com", "external_id": 7},
        "properties": {"value": 7},
    } == plain(record, fields={"properties.value": "total", "user.external_id": "total"})
    assert {"email": "a@example.com"} == record["user"]


def test_a_field_may_be_left_out_of_a_plain_event() -> None:
    record = {**PLAIN, "event_id": "e-1"}

    assert {"event": "Purchase", "user": {}, "properties": {"value": 3}} == plain(
        record, fields={"user.email": None, "event_id": None, "page.url": None}
    )


def test_the_rows_of_an_order_file_become_purchases() -> None:
    record = {
        "order_no": "O-1",
        "mail": "a@example.com",
        "total": "25.50",
        "lines": [{"code": "S1", "unit": 10, "n": 2}, {"code": "S2", "unit": 5.5}],
    }
    made = plain(
        record,
        fields={
            "event": {"value": "Purchase"},
            "event_id": "order_no",
            "user.email": ["missing", "mail"],
            "properties.currency": {"value": "EUR"},
            "properties.value": "total",
        },
        items={
            "from": "lines",
            "fields": {"content_id": "code", "price": "unit", "quantity": ["n", {"value": 1}]},
        },
    )

    assert {
        "event": "Purchase",
        "event_id": "O-1",
        "user": {"email": "a@example.com"},
        "properties": {
            "currency": "EUR",
            "value": "25.50",
            "contents": [
                {"content_id": "S1", "price": 10, "quantity": 2},
                {"content_id": "S2", "price": 5.5, "quantity": 1},
            ],
        },
    } == made


def test_a_row_may_be_the_one_item_itself() -> None:
    made = plain(
        {"event": "AddToCart", "code": "S1", "unit": 10},
        items={"from": ".", "fields": {"content_id": "code", "price": "unit"}},
    )

    assert [{"content_id": "S1", "price": 10}] == made["properties"]["contents"]


def test_items_may_stand_in_a_column_as_json() -> None:
    items = {"from": "lines", "fields": {"content_id": "code"}}
    one = {"event": "AddToCart", "lines": '{"code": "S1"}'}
    several = {"event": "AddToCart", "lines": ' [{"code": "S1"}, {"code": "S2"}]'}

    assert [{"content_id": "S1"}] == plain(one, items=items)["properties"]["contents"]
    assert [{"content_id": "S1"}, {"content_id": "S2"}] == plain(several, items=items)[
        "properties"
    ]["contents"]


@pytest.mark.parametrize("text", ["2 x S1", '[{"code": 1', "17", "x\ud800"])
def test_text_in_the_place_of_items_is_told_and_left_out(text: str) -> None:
    mapping = read_event_mapping({"items": {"from": "lines", "fields": {"content_id": "code"}}})
    translated = translator_for(mapping).translate({"event": "AddToCart", "lines": text})

    assert ["AddToCart"] == [one["event"] for one in translated.events]
    assert ["properties.contents: is text and no list of items; left out"] == [
        str(one) for one in translated.problems
    ]


def test_items_have_the_names_of_tiktok_unless_the_mapping_says_otherwise() -> None:
    record = {"event": "AddToCart", "lines": [{"content_id": "a", "brand": "B", "unit": 3, "x": 1}]}
    made = plain(record, items={"from": "lines", "fields": {"price": "unit", "brand": None}})

    assert [{"content_id": "a", "price": 3}] == made["properties"]["contents"]


# --- names ----------------------------------------------------------------------------------------


def test_an_event_may_be_renamed_become_several_or_be_dropped() -> None:
    events = {"Order Placed": "Purchase", "quote": ["Lead", "my quote"], "noise": None}

    assert "Purchase" == plain({"event": "order_placed"}, events=events)["event"]
    assert ["Lead", "my quote"] == [
        one["event"] for one in plains({"event": "QUOTE"}, events=events)
    ]
    assert "noise: is left out by the mapping" == skipped({"event": "noise"}, events=events)


def test_the_users_names_beat_the_presets() -> None:
    record = {"event_name": "purchase"}

    assert "Lead" == plain(record, preset="ga4", events={"Purchase": "Lead"})["event"]
    assert skipped(record, preset="ga4", events={"purchase": None})


def test_an_event_without_a_mapping_is_sent_skipped_or_refused() -> None:
    record = {"event_name": "spun_the_wheel"}

    assert "spun_the_wheel" == plain(record, preset="ga4")["event"]
    assert "its event has no mapping" == skipped(record, preset="ga4", unmapped="skip")
    assert ["event: has no mapping, and events without one are refused"] == (
        problems(record, preset="ga4", unmapped="error")
    )


def test_tiktoks_own_names_need_no_mapping() -> None:
    for mapping in ({"preset": "ga4"}, {}):
        for name in ("Purchase", "CompletePayment"):
            made = plain({"event": name}, **mapping, unmapped="error")

            assert name == made["event"]


def test_a_plain_events_own_spelling_is_not_mended() -> None:
    assert "purchase" == plain({"event": "purchase"})["event"]


def test_a_custom_name_may_be_a_number_and_is_never_missing() -> None:
    assert 404 == plain({"event": 404})["event"]
    assert "Lead" == plain({"event": 404}, events={"404": "Lead"})["event"]
    assert ["event: is missing: nothing in the record names the event"] == problems({"user": {}})
    assert problems({"event": ""}) == problems({"event": None})


def test_the_name_may_be_looked_for_elsewhere() -> None:
    record = {"what": {"kind": "purchase"}}

    assert "Purchase" == plain(record, preset="ga4", fields={"event": "what.kind"})["event"]


# --- fields ---------------------------------------------------------------------------------------

TRACK: dict[str, Any] = {
    "event": "Order Completed",
    "userId": "u",
    "context": {"ip": "203.0.113.7", "traits": {"email": "a@example.com", "crm": 9}},
    "properties": {"value": 3, "total": 5, "coupon": "SUMMER"},
}


def test_a_field_of_the_mapping_is_read_from_there_only() -> None:
    made = plain(TRACK, preset="segment", fields={"user.email": "context.traits.mail"})

    assert "email" not in made["user"]
    assert (
        9
        == (
            plain(TRACK, preset="segment", fields={"user.external_id": "context.traits.crm"})[
                "user"
            ]["external_id"]
        )
    )


def test_a_field_may_be_left_out() -> None:
    made = plain(TRACK, preset="segment", fields={"user.ip": None, "properties.value": None})

    assert {"email": "a@example.com", "external_id": "u"} == made["user"]
    assert "properties" not in made


def test_properties_of_the_users_own_are_made() -> None:
    fields = {"properties.coupon": "properties.coupon", "properties.shop": {"value": "berlin"}}
    made = plain(TRACK, preset="segment", fields=fields)

    assert {"value": 3, "coupon": "SUMMER", "shop": "berlin"} == made["properties"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (["x", "properties.total", "properties.value"], 5),
        (["{{ifempty(properties.x; ignore)}}", "properties.value"], 3),
        (["x", {"value": 7}], 7),
        ([{"value": 7}, "properties.value"], 7),
        (["x", "y.z[3]"], None),
        ({"value": 0}, 0),
        ({"value": False}, False),
        ({"value": ["a", 1]}, ["a", 1]),
    ],
)
def test_the_first_place_that_has_a_value_counts(place: Any, expected: Any) -> None:
    made = plain(TRACK, preset="segment", fields={"properties.value": place})

    assert expected == made.get("properties", {}).get("value")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{properties.total - properties.value}}", 2),
        ("{{properties.total / 2}}", 2.5),
        ("{{record.userId}}", "u"),
        ("{{lower(properties.coupon)}}-{{properties.value}}", "summer-3"),
        ("{{nowhere.at.all}}", None),
        ("{{if(record.missing; 1; 2)}}", 2),
        ("{{properties.total = 5}}", True),
        ("{{pick(`properties`; coupon; value)}}", {"coupon": "SUMMER", "value": 3}),
    ],
)
def test_expressions_read_the_record(text: str, expected: Any) -> None:
    made = plain(TRACK, preset="segment", fields={"properties.result": text})

    assert expected == made["properties"].get("result")


def test_expressions_calculate_with_the_numbers_of_json() -> None:
    made = plain({**TRACK, "properties": {"a": 0.1, "b": 0.2}}, preset="segment",
                 fields={"properties.value": "{{properties.a + properties.b}}"})  # fmt: skip

    assert 0.3 == made["properties"]["value"]


def test_expressions_of_items_read_the_item_and_the_record() -> None:
    record = {"event": "Purchase", "rate": 2, "lines": [{"cents": 1050}, {"cents": 50}]}
    items = {
        "from": "lines",
        "fields": {
            "price": "{{item.cents / 100 * record.rate}}",
            "content_name": "{{record.event}}",
        },
    }
    made = plain(record, items=items)["properties"]["contents"]

    assert [21, 1] == [one["price"] for one in made]
    assert ["Purchase"] * 2 == [one["content_name"] for one in made]


def test_an_expression_that_cannot_be_filled_in_quotes_nothing_of_the_data() -> None:
    record = {**TRACK, "properties": {"total": "jane@example.com"}}
    found = problems(
        record, preset="segment", fields={"properties.value": "{{properties.total * 2}}"}
    )

    assert [
        "properties.value: the expression cannot be filled in with this record (character 3)"
    ] == (found)


def test_the_present_is_known_to_expressions_if_it_is_told() -> None:
    fields = {"event_time": "{{now}}", "properties.day": "{{formatDate(now; YYYY-MM-DD)}}"}
    translator = translator_for(read_event_mapping({"fields": fields}))
    (made,) = translator.translate({"event": "x"}, now=CLOCK, seed="s").events

    assert "2023-11-14" == made["properties"]["day"]
    assert "2023-11-14T22:33:54+00:00" == made["event_time"]
    assert translator.translate({"event": "x"}).problems


def test_all_digits_of_a_long_id_stay() -> None:
    record = {"event": "x", "id": 71234567890123456789}

    assert 71234567890123456789 == plain(record, fields={"event_id": "{{record.id}}"})["event_id"]


def test_several_fields_may_have_the_same_place() -> None:
    fields = {
        "event_id": "userId",
        "user.external_id": "userId",
        "properties.who": ["x", "userId"],
    }
    made = plain(TRACK, preset="segment", fields=fields)

    assert ("u", "u", "u") == (
        made["event_id"],
        made["user"]["external_id"],
        made["properties"]["who"],
    )


def test_a_value_and_what_is_in_it_may_both_be_wanted() -> None:
    fields = {"properties.mileage": "car.mileage", "properties.km": "car.mileage.value",
              "properties.first": "car.owners[1].name"}  # fmt: skip
    record = {"event": "x", "car": {"mileage": {"value": 7}, "owners": [{"name": "A"}]}}

    assert {"mileage": {"value": 7}, "km": 7, "first": "A"} == (
        plain(record, fields=fields)["properties"]
    )


def test_a_record_with_many_more_fields_is_read_alike() -> None:
    wide = {f"column{number}": number for number in range(500)} | {"event": "x", "value": 5}

    assert {"value": 5} == plain(wide, fields={"properties.value": "value"})["properties"]


def test_a_third_choice_waits_for_the_second_wherever_it_stands() -> None:
    sources = compile_sources(["a", "b.x", "c", "d"], "properties.value")
    reader = Reader([Field(3, "value", sources)])

    assert {"value": 2} == reader.read({"d": 4, "c": 3, "b": {"x": 2}})[3]
    assert {"value": 3} == reader.read({"d": 4, "c": 3, "b": {"x": ""}})[3]
    assert {"value": 1} == reader.read({"d": 4, "b": {"x": 2}, "a": 1})[3]


def test_the_whole_record_may_be_a_value() -> None:
    made = plain({"event": "x", "a": 1}, fields={"properties.raw": "."})

    assert {"event": "x", "a": 1} == made["properties"]["raw"]


@pytest.mark.parametrize(
    "address", ["http://[?a", "nowhere", None, 5, "https://a.example/?xttclid=E"]
)
def test_an_address_without_a_click_id_has_none(address: Any) -> None:
    page = {"url": address, "referrer": "https://b.example/?ttclid=E"}

    assert "user" not in plain({"event": "x", "context": {"page": page}}, preset="segment")


def test_a_click_id_is_read_as_it_was_meant() -> None:
    page = {"url": "https://a.example/?ttclid=E.C%2EP.x%2B#part"}

    assert (
        "E.C.P.x+"
        == (plain({"event": "x", "context": {"page": page}}, preset="segment")["user"]["ttclid"])
    )


# --- which records --------------------------------------------------------------------------------


def test_only_what_meets_the_condition_is_sent() -> None:
    mapping: dict[str, Any] = {"only_when": "{{record.total > 10 & user.email != ''}}"}

    assert "only_when does not hold for it" == skipped({**PLAIN, "total": 5}, **mapping)
    assert plain({**PLAIN, "total": 50}, **mapping)
    assert ["only_when: the expression cannot be filled in with this record (character 3)"] == (
        problems({**PLAIN, "total": "much"}, **mapping)
    )


def test_one_record_may_hold_several() -> None:
    record = {"data": {"rows": [PLAIN, {"event": "Lead"}, 5]}}
    translated = translator_for(EventMapping(records="data.rows")).translate(record)

    assert ["Purchase", "Lead"] == [one["event"] for one in translated.events]
    assert ("record: is no object with fields",) == tuple(map(str, translated.problems))
    assert problems({"data": 1}, records="data.rows")


def test_reasons_to_skip_are_told_once_where_all_are_skipped() -> None:
    mapping = {"records": "rows", "events": {"a": None, "b": None}}

    assert "a: is left out by the mapping; b: is left out by the mapping" == skipped(
        {"rows": [{"event": "a"}, {"event": "b"}, {"event": "a"}]}, **mapping
    )
    assert plain({"rows": [{"event": "a"}, {"event": "c"}]}, **mapping)


@pytest.mark.parametrize("record", [None, 5, "x", [], [PLAIN]])
def test_what_is_no_record_is_told(record: Any) -> None:
    assert ["record: is no object with fields"] == problems(record)


def test_a_record_may_be_any_mapping() -> None:
    assert PLAIN == plain(MappingProxyType(PLAIN))


# --- consent --------------------------------------------------------------------------------------

CONSENT = {"field": "agreed", "granted": ["YES", 1, "marketing"]}


@pytest.mark.parametrize("told", ["yes", " Yes ", "1", 1, "marketing", ["other", "Marketing"]])
def test_consent_may_be_a_word_a_number_or_one_of_a_list(told: Any) -> None:
    assert plain({**PLAIN, "agreed": told}, consent=CONSENT)


@pytest.mark.parametrize(
    "told", [None, "", "no", 0, True, False, [], ["other"], {"yes": True}, 1.0]
)
def test_whatever_is_not_named_is_no_consent(told: Any) -> None:
    assert "the person has not agreed" == skipped({**PLAIN, "agreed": told}, consent=CONSENT)


def test_an_event_without_its_person_tells_nobody_who_it_was() -> None:
    record = {
        **PLAIN,
        "user": {"email": "a@example.com", "ip": "203.0.113.7", "locale": "en", "ttclid": "E"},
        "device": {"advertising_id": "x"},
        "ad": {"callback": "E"},
        "lead": {"lead_id": "7"},
        "page": {
            "url": "https://a.example/?ttclid=E&ttclid=F&b=1",
            "referrer": "https://a.example/?b=1&ttclid=E#x",
        },
    }
    consent = {**CONSENT, "otherwise": "without identifiers"}

    assert {
        "event": "Purchase",
        "user": {"locale": "en"},
        "properties": {"value": 3},
        "page": {"url": "https://a.example/?b=1", "referrer": "https://a.example/?b=1#x"},
    } == plain(record, consent=consent)
    agreed = {**record, "agreed": "yes"}

    assert agreed == plain(agreed, consent=consent)


def test_an_event_that_tells_nothing_of_anybody_goes_out_without_consent_as_it_is() -> None:
    consent = {**CONSENT, "otherwise": "without identifiers"}
    record = {"event": "Lead", "user": {"email": "a@example.com"}, "page": {"url": 5}}

    assert {"event": "Lead", "page": {"url": 5}} == plain(record, consent=consent)
    assert {"event": "Lead"} == plain({"event": "Lead"}, consent=consent)


# --- where it happened ----------------------------------------------------------------------------


def test_an_event_of_another_source_than_the_connections_says_so() -> None:
    made = plain({"event": "Login"}, "web", source="app")

    assert "app" == made["event_source"]
    assert "event_source" not in plain({"event": "Login"}, "app", source="app")


def test_a_source_that_is_none_is_told_and_not_taken() -> None:
    translated = translator_for(EventMapping(preset="rudderstack"), "app").translate(
        {"event": "search", "properties": {"event_source": "TV"}}
    )

    assert ["event_source: must be web, app, offline or crm; taken for app"] == [
        str(one) for one in translated.problems
    ]
    assert "Search" == translated.events[0]["event"]


@pytest.mark.parametrize("place", [{"value": "APP"}, "{{record.kind}}", ["x", "kind"]])
def test_the_source_may_be_anywhere(place: Any) -> None:
    record = {"event": "Signed Up", "kind": "app"}
    made = plain(record, preset="segment", fields={"event_source": place})

    assert ("app", "Registration") == (made["event_source"], made["event"])


def test_an_event_goes_to_the_id_of_its_own_source() -> None:
    out = going_out({"event": "Login"}, "web", source="app", options=LENIENT)

    assert ("app", "TTAPP1") == (out["event_source"], out["event_source_id"])


def test_the_events_own_pixel_beats_the_connections() -> None:
    out = going_out(
        {"event": "Lead", "pixel": "PIXEL2"},
        fields={"event_source_id": "pixel"},
        options=LENIENT,
    )

    assert "PIXEL2" == out["event_source_id"]


def test_an_event_may_bring_its_own_test_code() -> None:
    (event,) = read({"event": "Purchase", "test_event_code": "TEST12345"}, options=LENIENT).events

    assert (PIXEL, "TEST12345") == (event.source_id, event.test_event_code)


def test_the_callback_of_older_senders_is_the_click_id() -> None:
    out = going_out(
        {"event": "Lead", "callback": "E.C.P.abc"},
        fields={"user.ttclid": "callback"},
        options=LENIENT,
    )

    assert "E.C.P.abc" == out["item"]["user"]["ttclid"]


def test_an_item_that_is_none_is_told_and_left_out() -> None:
    record = {"event_name": "purchase", "items": ["x", {"item_id": "a"}, None]}
    translated = translator_for(EventMapping(preset="ga4")).translate(record)

    assert [{"content_id": "a"}] == translated.events[0]["properties"]["contents"]
    assert ["properties.contents[0]", "properties.contents[2]"] == [
        one.field for one in translated.problems
    ]
    assert all(isinstance(one, Problem) for one in translated.problems)


def test_records_are_not_changed() -> None:
    record = {"events": [{"name": "search", "params": {"search_term": "x"}}], "client_id": "c"}
    before = repr(record)
    plains(record, preset="ga4", events={"search": ["Search", "Lead"]})

    assert before == repr(record)


# --- whatever there is ----------------------------------------------------------------------------

#: Every name that some preset looks for.
KNOWN_NAMES = sorted(
    {
        str(part)
        for preset in PRESETS.values()
        for places in (*preset.fields.values(), *preset.items.fields.values())
        for place in places
        if isinstance(place, str)
        for part in parse_path(place)
    }
    | {"type", "batch", "events", "params", "name", "payload", "line_items", "note_attributes"}
)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(KNOWN_NAMES) | some.text(max_size=5), inner, max_size=5
        )
    ),
    max_leaves=25,
)
RECORDS = some.dictionaries(some.sampled_from(KNOWN_NAMES), VALUES, max_size=12)
NAMED = [
    translator_for(EventMapping(preset=name, options=Options(autodiscover_source=True)))
    for name in PRESETS
]


@pytest.mark.parametrize("translator", NAMED, ids=list(PRESETS))
@given(record=RECORDS)
def test_no_record_is_too_odd_and_nothing_empty_is_made(
    translator: Translator, record: dict[str, Any]
) -> None:
    before = copy.deepcopy(record)
    named = {"event_name": "search", "event": "search", "type": "track", **record}

    for given_record in (record, named):
        for event in translator.translate(given_record).events:
            parts = [event, *(event[section] for section in SECTIONS if section in event)]

            assert not [value for part in parts for value in part.values() if value in EMPTY]
    assert repr(before) == repr(record)


EMPTY: tuple[Any, ...] = (None, "", [], {})
