"""Ids: the same event is named the same, whenever and wherever it is read again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.events.ids import event_id_for, key_of, person_of

SALE: dict[str, Any] = {
    "event": "Purchase",
    "event_time": 1_700_000_000,
    "properties": {"order_id": "A-17", "value": 5},
}
VIEW: dict[str, Any] = {
    "event": "ViewContent",
    "event_time": 1_700_000_000,
    "page": {"url": "https://shop.example/1"},
}
DIGEST = "ab" * 32


def named(item: dict[str, Any], seed: str = "file:1", **more: Any) -> str:
    return event_id_for(item, more.pop("source", "web"), more.pop("source_id", "PX1"), seed, **more)


def test_an_id_that_was_given_is_kept() -> None:
    assert named({**SALE, "event_id": "session_17"}) == "session_17"


def test_an_order_is_one_event_wherever_it_was_read() -> None:
    changed = {**SALE, "event_time": 5, "properties": {"order_id": "A-17", "value": 6}}

    assert named(SALE, "file:1") == named(changed, "hook:9", timed=True)


@pytest.mark.parametrize("name", ["Purchase", "CompletePayment", "PlaceAnOrder", "Checkout"])
def test_an_order_id_names_sales(name: str) -> None:
    item = {**SALE, "event": name}

    assert named(item, "a") == named(item, "b")


def test_an_order_id_names_nothing_but_sales() -> None:
    item = {**SALE, "event": "AddToCart"}

    assert named(item, "a") != named(item, "b")


def test_the_order_id_of_an_app_is_told_beside_the_item() -> None:
    item = {"event": "Checkout", "event_time": 1}

    assert named(item, "a", order_id="A-17") == named(item, "b", order_id="A-17")
    assert named(item, "a", order_id="A-17") != named(item, "a", order_id="A-18")


def test_an_event_with_a_time_of_its_own_is_named_by_what_it_says() -> None:
    again = dict(reversed(VIEW.items()))
    later = {**VIEW, "event_time": VIEW["event_time"] + 1}

    assert named(VIEW, "a", timed=True) == named(again, "b", timed=True)
    assert named(VIEW, "a", timed=True) != named(later, "a", timed=True)


def test_an_event_without_is_named_by_its_place() -> None:
    assert named(VIEW, "file:1") == named({**VIEW, "event_time": 9}, "file:1")
    assert named(VIEW, "file:1") != named(VIEW, "file:2")


@pytest.mark.parametrize("more", [{}, {"timed": True}])
@pytest.mark.parametrize("item", [SALE, VIEW])
def test_ids_tell_sources_and_names_apart(item: dict[str, Any], more: dict[str, Any]) -> None:
    ids = {
        named(item, **more),
        named(item, source="app", **more),
        named(item, source_id="PX2", **more),
        named({**item, "event": "PlaceAnOrder"}, **more),
    }

    assert len(ids) == 4


@pytest.mark.parametrize("more", [{}, {"timed": True}])
@pytest.mark.parametrize("item", [SALE, VIEW])
def test_a_made_id_is_short_and_can_be_printed(item: dict[str, Any], more: dict[str, Any]) -> None:
    made = named(item, **more)

    assert len(made) == 32
    assert set(made) <= set("0123456789abcdef")


def test_made_ids_are_the_same_in_every_version() -> None:
    assert named(SALE) == "2e4c58e8da2da052cf6ef128dc6917cd"
    assert named(VIEW, timed=True) == "7084be33bf17f5c525f75c0aa5082de7"
    assert named(VIEW) == "1c7c457b1ffbd66a0f8ed8bd7fa4796f"
    assert key_of("web", "PX1", "Purchase", "1").hex() == "c26c13573112c1c18714506cfbc42b92"


def test_a_key_is_that_of_tiktoks_deduplication() -> None:
    key = key_of("web", "PX1", "Purchase", "1")

    assert len(key) == 16
    assert key == key_of("web", "PX1", "Purchase", "1")
    others = {
        key_of("app", "PX1", "Purchase", "1"),
        key_of("web", "PX2", "Purchase", "1"),
        key_of("web", "PX1", "Lead", "1"),
        key_of("web", "PX1", "Purchase", "2"),
        key_of("web", "PX1P", "urchase", "1"),
    }
    assert len(others - {key}) == 5


@pytest.mark.parametrize(
    ("surest", "others"),
    [
        ({"external_id": "1" * 64}, {"email": "2" * 64, "ttp": "x"}),
        ({"email": "1" * 64}, {"phone": "2" * 64, "ip": "203.0.113.7"}),
        ({"phone": "1" * 64}, {"ttp": "x", "ttclid": "E.C.P.x"}),
        ({"ttp": "x"}, {"ttclid": "E.C.P.x"}),
        ({"ttclid": "E.C.P.x"}, {"idfa": "X"}),
        ({"idfa": "X"}, {"idfv": "Y"}),
        ({"gaid": "x"}, {"idfv": "Y"}),
    ],
)
def test_a_person_is_known_by_the_surest_identifier(
    surest: dict[str, Any], others: dict[str, Any]
) -> None:
    known = person_of({"user": surest}, "1")

    assert known == person_of({"user": {**others, **surest}}, "2")
    assert known != person_of({"user": others}, "1")


def test_a_lead_is_a_person_unless_somebody_better_known() -> None:
    lead = {"lead": {"lead_id": "71"}}

    assert person_of(lead, "1") == person_of({**lead, "user": {"ttp": "x"}}, "2")
    assert person_of(lead, "1") != person_of({**lead, "user": {"email": DIGEST}}, "1")


def test_of_several_identifiers_the_first_counts() -> None:
    several = {"user": {"email": [DIGEST, "2" * 64]}}

    assert person_of(several, "1") == person_of({"user": {"email": DIGEST}}, "2")


def test_nobodys_events_are_their_own() -> None:
    assert person_of({"user": {"ip": "203.0.113.7"}}, "1") != person_of({}, "2")
    assert person_of({"user": {"ip": "203.0.113.7"}}, "1") == person_of({}, "1")


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
@pytest.mark.parametrize("odd", ["", "-" + "a" * 63, "z" * 64, "0x" + "a" * 62, "_" * 64])
def test_a_person_is_a_number_of_63_bits(odd: str, text: str) -> None:
    for identifier in (odd or text, text):
        assert 0 <= person_of({"user": {"external_id": identifier}}, "1") < 2**63
