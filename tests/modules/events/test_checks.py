"""Checks: single values, what each source requires, ids of apps that were mistaken."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.events.checks import (
    EventChecks,
    Reader,
    Unfit,
    holds_email,
    is_empty,
    read_address,
    read_count,
    read_custom,
    read_flag,
    read_number,
    read_text,
)
from modules.events.ids import app_id_doubts, read_id
from modules.events.options import EventSource, Options
from modules.events.problems import Problem, Severity

READERS: list[Reader] = [
    read_text,
    read_id,
    read_number,
    read_count,
    read_flag,
    read_address,
    read_custom,
]


def check(item: dict[str, Any], source: EventSource, **more: Any) -> list[Problem]:
    problems: list[Problem] = []
    kind = {"purchase": more.pop("purchase", False), "product": more.pop("product", False)}
    EventChecks(Options(**more), source).check(item, problems, **kind)
    return problems


@pytest.mark.parametrize(
    ("source", "item", "field"),
    [
        ("web", {}, "page.url"),
        ("web", {"page": {"referrer": "https://a.example"}}, "page.url"),
        ("app", {}, "app.app_id"),
        ("app", {"app": {"app_name": "Loom"}}, "app.app_id"),
        ("offline", {}, "user"),
        ("offline", {"user": {"ip": "203.0.113.7", "ttclid": "E.C.P.x"}}, "user"),
        ("crm", {}, "lead.lead_id"),
        ("crm", {"lead": {"lead_event_source": "Desk"}, "user": {"ttp": "x"}}, "lead.lead_id"),
    ],
)
def test_an_event_without_what_its_source_requires_is_refused(
    source: EventSource, item: dict[str, Any], field: str
) -> None:
    (problem,) = check(item, source)
    (lenient,) = check(item, source, incomplete="send")

    assert problem.field == lenient.field == field
    assert problem.severity is Severity.ERROR
    assert lenient.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("source", "item"),
    [
        ("web", {"page": {"url": "https://a.example"}}),
        ("app", {"app": {"app_id": "com.example.loom"}}),
        ("offline", {"user": {"email": "…"}}),
        ("offline", {"user": {"phone": "…"}}),
        ("offline", {"user": {"external_id": "…"}}),
        ("crm", {"lead": {"lead_id": "71"}}),
        ("crm", {"user": {"email": "…"}}),
        ("crm", {"user": {"phone": "…"}}),
    ],
)
def test_one_way_to_meet_the_requirement_is_enough(
    source: EventSource, item: dict[str, Any]
) -> None:
    assert check(item, source) == []


PAGE = {"page": {"url": "https://a.example"}}


@pytest.mark.parametrize(
    ("properties", "purchase", "missing"),
    [
        ({"value": 5}, False, ["properties.currency"]),
        ({"currency": "EUR"}, False, []),
        ({"value": 5, "currency": "EUR"}, True, []),
        ({"currency": "EUR"}, True, ["properties.value"]),
        ({"value": 5}, True, ["properties.currency"]),
        ({}, True, ["properties.currency", "properties.value"]),
        ({}, False, []),
    ],
)
def test_a_sale_without_value_and_currency_is_warned_of(
    properties: dict[str, Any], purchase: bool, missing: list[str]
) -> None:
    problems = check({**PAGE, "properties": properties}, "web", purchase=purchase)

    assert [one.field for one in problems] == missing
    assert all(one.severity is Severity.WARNING for one in problems)


def test_a_currency_that_is_no_good_is_not_missing_besides() -> None:
    refused = Problem("properties.currency", "is not one of the currencies TikTok takes")
    problems = [refused]
    item = {**PAGE, "properties": {"value": 3}}
    EventChecks(Options(), "web").check(item, problems, purchase=True, product=True)

    assert [refused] == problems


def test_an_apps_product_event_without_a_product_is_warned_of() -> None:
    app = {"app": {"app_id": "com.example.loom"}}

    (problem,) = check(app, "app", product=True)

    assert problem.field == "properties.contents"
    assert problem.severity is Severity.WARNING
    assert check({**app, "properties": {"content_ids": ["A"]}}, "app", product=True) == []
    assert check(PAGE, "web", product=True) == []


@pytest.mark.parametrize(
    ("source_id", "app_id", "fields"),
    [
        ("7123456789012345678", "343200656", []),
        ("7123456789012345678", "com.example.loom", []),
        ("7123456789012345678", "A1B2C3D4E5.com.example.loom", []),
        ("7123456789012345678", "7123456789012345678", ["app.app_id"]),
        ("7123456789012345678", "7999999999999999999", ["app.app_id"]),
        ("com.example.loom", "com.example.loom", ["app.app_id", "event_source_id"]),
        ("com.example.loom", "343200656", ["event_source_id"]),
        (None, "343200656", []),
        (None, None, []),
    ],
)
def test_tiktoks_app_id_and_the_stores_are_told_apart(
    source_id: str | None, app_id: str | None, fields: list[str]
) -> None:
    doubts = app_id_doubts(source_id, app_id)

    assert [one.field for one in doubts] == fields
    assert all(one.severity is Severity.WARNING for one in doubts)


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0, False),
        ("true", True),
        ("False", False),
        ("yes", True),
        (" NO ", False),
        ("1", True),
        ("0", False),
    ],
)
def test_true_and_false_have_many_forms(value: object, flag: bool) -> None:
    assert read_flag(value) is flag


@pytest.mark.parametrize("value", [2, "maybe", 1.0, [True], {"a": 1}])
def test_what_is_neither_true_nor_false_is_refused(value: object) -> None:
    with pytest.raises(Unfit, match="must be true or false"):
        read_flag(value)


@pytest.mark.parametrize("value", [None, "", [], {}, ()])
def test_nothing_is_empty(value: object) -> None:
    assert is_empty(value)


@pytest.mark.parametrize("value", [0, False, 0.0, " ", [None], Decimal(0)])
def test_zero_and_false_are_not(value: object) -> None:
    assert not is_empty(value)


@pytest.mark.parametrize(
    "text",
    ["jo@mail.example", "a jo.doe+x@mail.example b", "https://a.example/?m=jo%40mail.example"],
)
def test_an_email_address_is_seen(text: str) -> None:
    assert holds_email(text)


@pytest.mark.parametrize(
    "text", ["", "5 @ 3", "@handle", "https://a.example/@jo/video/1", "a@b", "50%40"]
)
def test_other_at_signs_are_not_one(text: str) -> None:
    assert not holds_email(text)


@pytest.mark.parametrize(
    ("address", "cleaned"),
    [
        ("https://a.example/?m=jo@mail.example&n=1", "https://a.example/?m=removed&n=1"),
        ("https://a.example/?m=jo%2Bx%40mail.example", "https://a.example/?m=removed"),
        ("https://a.example/jo.doe@mail.example/x", "https://a.example/removed/x"),
    ],
)
def test_an_email_address_is_taken_out_of_the_address_of_a_page(address: str, cleaned: str) -> None:
    with pytest.raises(Unfit) as caught:
        read_address(address)

    assert caught.value.instead == cleaned
    assert caught.value.severity is Severity.WARNING


def test_the_address_of_a_page_is_sent_in_full() -> None:
    address = "https://shop.example/thanks?order=1&ttclid=E.C.P.abc#done"

    assert read_address(f" {address} ") == address


def test_half_an_address_is_sent_with_a_warning() -> None:
    with pytest.raises(Unfit) as caught:
        read_address("/thanks")

    assert caught.value.instead == "/thanks"
    assert caught.value.at("page.url") == Problem(
        "page.url", "is not a full address, with https://", Severity.WARNING
    )


def test_a_long_hostile_address_takes_no_time() -> None:
    address = "https://a.example/?" + "a" * 100_000 + "@" + "b." * 50_000

    with pytest.raises(Unfit):
        read_address(address + "@mail.example")


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals())
    | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(json_values)
def test_a_reader_returns_something_to_send_or_says_why_not(value: object) -> None:
    for read in READERS:
        try:
            sent = read(value)
        except Unfit as unfit:
            assert unfit.reason  # noqa: PT017 - either way is right
        else:
            assert sent is None or not is_empty(sent)
