"""The pipeline: records of the user's become events that are ready to go out."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from modules.events.ids import key_of, person_of
from modules.events.mapping import EventMapping
from modules.events.options import Options
from modules.events.pipeline import MOST_BYTES, Pipeline
from modules.events.prepared import Prepared, Reading
from modules.events.problems import Severity

NOW = 1_700_000_000
PAGE = {"url": "https://shop.example/thanks"}
SALE: dict[str, Any] = {
    "event": "Purchase",
    "event_time": NOW - 60,
    "user": {"email": "jo.doe@mail.example", "phone": "+49 30 1234567", "external_id": "u-1"},
    "page": PAGE,
    "properties": {"order_id": "A-17", "value": 5, "currency": "EUR"},
}
SEARCH: dict[str, Any] = {"event": "Search", "page": PAGE}


def pipeline(
    mapping: EventMapping | None = None,
    *,
    source: str = "web",
    test_event_code: str | None = None,
    **options: Any,
) -> Pipeline:
    return Pipeline(
        mapping,
        source=source,
        source_id="7000000000000000001",
        test_event_code=test_event_code,
        options=Options(**options) if options or mapping is None else None,
    )


def read(record: Any, seed: str = "file:1", now: int = NOW, **more: Any) -> Reading:
    return pipeline(**more).read(record, now=now, seed=seed)


def one(record: Any, seed: str = "file:1", now: int = NOW, **more: Any) -> Prepared:
    reading = read(record, seed, now, **more)
    assert len(reading.events) == 1, reading.problems
    return reading.events[0]


def test_a_plain_event_is_ready_to_go_out() -> None:
    event = one({**SALE, "event_id": 17})

    item = msgspec.json.decode(event.content)
    assert event.event == item["event"] == "Purchase"
    assert event.event_id == item["event_id"] == "17"
    assert event.event_time == item["event_time"] == NOW - 60
    assert (event.source, event.source_id) == ("web", "7000000000000000001")
    assert event.test_event_code is None
    assert event.key == key_of("web", "7000000000000000001", "Purchase", "17")
    assert event.person == person_of(item, "17")


def test_no_personal_value_is_in_what_goes_out() -> None:
    event = one(SALE)

    for value in (b"jo.doe", b"mail.example", b"1234567", b"u-1"):
        assert value not in event.content


def test_the_same_order_gets_the_same_id_from_any_place() -> None:
    again = one({**SALE, "event_time": NOW - 30}, "hook:2", NOW + 5)

    assert one(SALE).event_id == again.event_id
    assert one(SALE).key == again.key


@pytest.mark.parametrize("order_id", [17, "17", 17.0])
def test_an_apps_order_gets_the_same_id_though_it_is_not_sent(order_id: object) -> None:
    plain = {
        "event": "Checkout",
        "app": {"app_id": "com.example.loom"},
        "properties": {"order_id": order_id},
    }
    wanted = {**plain, "properties": {"order_id": "17"}}

    event = one(plain, "a", source="app")

    assert event.event_id == one(wanted, "b", source="app").event_id
    assert "properties" not in msgspec.json.decode(event.content)


@pytest.mark.parametrize("odd", [True, 1.5, None, "", [1]])
def test_an_apps_odd_order_id_names_nothing(odd: object) -> None:
    plain = {
        "event": "Checkout",
        "app": {"app_id": "com.example.loom"},
        "properties": {"order_id": odd},
    }

    assert one(plain, "a", source="app").event_id != one(plain, "b", source="app").event_id


def test_an_event_with_a_time_of_its_own_is_named_by_what_it_says() -> None:
    timed = {**SEARCH, "event_time": NOW - 5}

    assert one(timed, "a", NOW).event_id == one(timed, "b", NOW + 60).event_id
    assert one(timed).event_id != one({**SEARCH, "event_time": NOW - 6}).event_id


def test_an_event_that_names_nothing_is_named_by_its_place() -> None:
    assert one(SEARCH, "file:1", NOW).event_id == one(SEARCH, "file:1", NOW + 60).event_id
    assert one(SEARCH, "file:1").event_id != one(SEARCH, "file:2").event_id


def test_several_events_of_one_record_are_told_apart() -> None:
    mapping = EventMapping(events={"order": ["Purchase", "Contact"]})
    record = {**SEARCH, "event": "order"}

    reading = read(record, mapping=mapping)

    assert [event.event for event in reading.events] == ["Purchase", "Contact"]
    assert len({event.event_id for event in reading.events}) == 2
    assert reading == read(record, mapping=mapping)


def test_a_record_of_a_preset_goes_the_whole_way() -> None:
    mapping = EventMapping(preset="commanders_act")
    record = {
        "event_name": "purchase",
        "id": "A-17",
        "context": {"event_timestamp": NOW, "page": PAGE},
        "user": {"email": "jo.doe@mail.example"},
        "items": [{"id": "SKU-1", "quantity": "2", "product": {"price": 4.5}}],
        "currency": "eur",
    }

    event = one(record, mapping=mapping)

    item = msgspec.json.decode(event.content)
    assert (event.event, event.event_id) == ("Purchase", "A-17")
    assert item["properties"]["value"] == 9.0
    assert item["properties"]["content_ids"] == ["SKU-1"]
    assert item["properties"]["description"] == "purchase"
    assert "jo.doe" not in str(item)


def test_the_options_of_a_mapping_hold_unless_others_are_given() -> None:
    mapping = EventMapping(options=Options(never=["Search"]))

    assert read(SEARCH, mapping=mapping).skipped == "Search events are never sent"
    assert read(SEARCH, mapping=mapping, strict=True).events


def test_what_is_skipped_says_why() -> None:
    reading = read(SEARCH, only=["Purchase"])

    assert reading == Reading(skipped="Search is not among the events that are sent")


def test_nothing_is_skipped_where_something_goes_out() -> None:
    mapping = EventMapping(
        events={"order": ["Purchase", "Contact"]}, options=Options(never=["Contact"])
    )

    reading = read({**SALE, "event": "order"}, mapping=mapping)

    assert len(reading.events) == 1
    assert reading.skipped is None


def test_a_fault_keeps_the_event_back_and_says_where() -> None:
    reading = read({**SALE, "properties": {"contents": [{"quantity": 0}]}})

    assert reading.events == ()
    assert "properties.contents[0].quantity: must be more than 0" in map(str, reading.problems)


def test_a_warning_goes_along_with_the_event() -> None:
    reading = read({**SEARCH, "properties": {"value": 5}})

    assert len(reading.events) == 1
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING]


def test_strict_keeps_back_what_the_translation_doubts() -> None:
    mapping = EventMapping(preset="commanders_act", options=Options(incomplete="send", strict=True))
    record = {"event_name": "search", "partners": {"tiktok": {"event_source": "tv"}}}

    reading = read(record, mapping=mapping)

    assert reading.events == ()
    assert {problem.severity for problem in reading.problems} == {Severity.ERROR}


def test_an_event_of_another_source_needs_an_id_of_it() -> None:
    login = {"event": "Login", "app": {"app_id": "com.example.loom"}, "event_source": "app"}

    (problem,) = read(login).problems
    known = one(login, source_ids={"app": "7000000000000000009"})
    own = one({**login, "event_source_id": "7000000000000000008"}, source_ids={"app": "1"})

    assert str(problem) == "event_source_id: is missing: no id is known for app events"
    assert (known.source, known.source_id) == ("app", "7000000000000000009")
    assert (own.source, own.source_id) == ("app", "7000000000000000008")


def test_an_events_own_id_beats_the_connections() -> None:
    event = one({**SALE, "event_source_id": "PX-2"})

    assert event.source_id == "PX-2"
    assert event.key != one(SALE).key


def test_the_connections_test_code_goes_out_unless_the_environment_is_live() -> None:
    unsaid = pipeline(test_event_code="TEST1")
    live = pipeline(test_event_code="TEST1", environment="live")
    tested = pipeline(test_event_code="TEST1", environment="test")

    assert unsaid.read(SALE, now=NOW, seed="a").events[0].test_event_code == "TEST1"
    assert ["is on, so these are tests"] == [note.reason.split(";")[0] for note in unsaid.notes]
    assert live.read(SALE, now=NOW, seed="a").events[0].test_event_code is None
    assert live.read(SALE, now=NOW, seed="a").problems == ()
    assert [note.field for note in live.notes] == ["test_event_code"]
    assert tested.read(SALE, now=NOW, seed="a").events[0].test_event_code == "TEST1"
    assert tested.notes == ()


def test_an_events_own_test_code_beats_the_connections() -> None:
    event = one({**SALE, "test_event_code": "TEST2"}, test_event_code="TEST1", environment="test")

    assert event.test_event_code == "TEST2"


def test_an_event_that_is_too_heavy_is_refused() -> None:
    heavy = {**SEARCH, "properties": {"description": "x" * MOST_BYTES}}

    (problem,) = read(heavy).problems

    assert str(problem) == "event: takes more than 131,072 bytes as JSON"
    assert one({**SEARCH, "properties": {"description": "x" * 100_000}}).event == "Search"


@pytest.mark.parametrize("record", [None, 7, "text", [SALE], True])
def test_a_record_is_an_object(record: object) -> None:
    (problem,) = read(record).problems

    assert str(problem) == "record: must be an object with fields"


def test_a_record_may_be_any_mapping() -> None:
    record: Mapping[str, Any] = MappingProxyType(SEARCH)

    assert one(record) == one(SEARCH)


def test_what_json_cannot_say_does_not_stop_the_pipeline() -> None:
    record = {
        "event": "Search",
        "page": {"url": "https://shop.example/\ud800"},
        "user": {"external_id": "u\udc00", "user_agent": "A\ud83d"},
        "properties": {
            "contents": [{"content_id": "\ud800", "price": Decimal("1.5")}],
            "mine": {"\udfff": Decimal("2.5")},
        },
    }

    item = msgspec.json.decode(one(record).content)

    assert item["page"] == {"url": "https://shop.example/\ufffd"}
    assert item["properties"]["value"] == 1.5
    assert item["properties"]["mine"] == {"\ufffd": 2.5}
