"""Properties: numbers, ids, items, currencies, and what follows from them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modules.events.checks import MOST_DEPTH
from modules.events.currencies import CURRENCIES
from modules.events.options import EventSource, Options
from modules.events.problems import Problem, Severity
from modules.events.properties import PropertyReader, _Tidy

SHIRT = {"content_id": "SKU-1", "content_name": "Shirt", "price": 10.5, "quantity": 2}
CAP = {"content_id": "SKU-2", "price": 5, "quantity": 1}


def read(
    raw: Any, source: EventSource = "web", **options: Any
) -> tuple[dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    sent = PropertyReader(Options(**options), source).read(raw, problems)
    return sent, problems


def sent(raw: Any, source: EventSource = "web", **options: Any) -> dict[str, Any]:
    properties, problems = read(raw, source, **options)
    assert problems == []
    return properties


def refusal(raw: Any, **options: Any) -> str:
    _, (problem,) = read(raw, **options)
    assert problem.severity is Severity.ERROR
    return str(problem)


def warning(raw: Any, source: EventSource = "web", **options: Any) -> str:
    _, (problem,) = read(raw, source, **options)
    assert problem.severity is Severity.WARNING
    return str(problem)


def test_what_follows_from_the_items_is_filled_in() -> None:
    assert sent({"contents": [SHIRT, CAP], "currency": "EUR"}) == {
        "contents": [SHIRT, CAP],
        "content_ids": ["SKU-1", "SKU-2"],
        "content_type": "product",
        "currency": "EUR",
        "num_items": 2,
        "value": 26.0,
    }


def test_what_the_user_says_is_not_filled_in() -> None:
    said = {
        "contents": [SHIRT],
        "content_ids": ["GROUP-9"],
        "content_type": "product_group",
        "num_items": 7,
        "value": 1.5,
        "currency": "EUR",
    }

    assert sent(said) == said


def test_every_item_is_sent_with_all_it_has() -> None:
    item = {
        "content_id": "SKU-1",
        "content_name": "Shirt",
        "content_category": "Clothes",
        "content_type": "product",
        "brand": "Loom",
        "price": 10.5,
        "quantity": 2,
        "size": "XL",
    }

    assert sent({"contents": [item, item, item]})["contents"] == [item, item, item]


def test_a_single_item_needs_no_list() -> None:
    assert sent({"contents": CAP})["contents"] == [CAP]


def test_an_id_that_comes_twice_is_listed_once() -> None:
    properties = sent({"contents": [SHIRT, CAP, SHIRT]})

    assert properties["content_ids"] == ["SKU-1", "SKU-2"]
    assert properties["num_items"] == 3


def test_items_are_counted_by_lines_or_by_pieces() -> None:
    items = {"contents": [SHIRT, {"content_id": "X"}]}

    assert sent(items)["num_items"] == 2
    assert sent(items, count_items="quantities")["num_items"] == 3


def test_the_value_is_price_times_quantity() -> None:
    assert sent({"contents": [{"price": 0.1, "quantity": 3}, {"price": 1}]})["value"] == 1.3
    assert sent({"contents": [{"price": 4, "quantity": "2"}]})["value"] == 8


def test_the_value_is_not_computed_if_the_user_does_not_want_it_or_a_price_is_missing() -> None:
    assert "value" not in sent({"contents": [SHIRT]}, compute_value=False)
    assert "value" not in sent({"contents": [SHIRT, {"content_id": "X"}]})


def test_a_sum_beyond_all_bounds_is_not_sent() -> None:
    assert "value" not in sent({"contents": [{"price": 10**14, "quantity": 10**8}]})


def test_a_content_type_follows_from_items_that_agree() -> None:
    group = {"content_id": "G", "content_type": "product_group"}

    assert sent({"contents": [group, CAP]})["content_type"] == "product_group"
    assert sent({"contents": [CAP]}, content_type="product_group")["content_type"] == (
        "product_group"
    )
    assert "content_type" not in sent({"contents": [CAP]}, content_type=None)
    assert "content_type" not in sent({"value": 3})
    assert sent({"content_ids": ["A"]})["content_type"] == "product"


def test_items_that_disagree_are_warned_of_and_keep_their_types() -> None:
    group = {"content_id": "G", "content_type": "product_group"}
    product = {"content_id": "P", "content_type": "product"}

    properties, (problem,) = read({"contents": [group, product]})

    assert problem.field == "properties.content_type"
    assert problem.severity is Severity.WARNING
    assert properties["content_type"] == "product"
    assert properties["contents"] == [group, product]


@pytest.mark.parametrize("where", ["contents", "properties"])
def test_a_content_type_is_product_or_product_group(where: str) -> None:
    thing = {"content_type": "thing"}
    raw = {"contents": [CAP, thing]} if where == "contents" else thing
    path = "properties.contents[1]" if where == "contents" else "properties"

    assert refusal(raw) == f"{path}.content_type: must be product or product_group"


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        (0, "must be more than 0"),
        (-1, "must be more than 0"),
        ("0", "must be more than 0"),
        ("-2", "must be more than 0"),
        (0.0, "must be more than 0"),
        (1.5, "must be a whole number"),
        ("1.5", "must be a whole number"),
        (True, "must be a number"),
        ([2], "must be a number"),
        (10**9, "is too large"),
        (float("nan"), "must be a number"),
        (
            "two",
            "must be a number: digits, with a point before the decimals and nothing else",
        ),
    ],
)
def test_a_quantity_is_a_whole_number_above_zero(quantity: object, reason: str) -> None:
    raw = {"contents": [SHIRT, {**CAP, "quantity": quantity}]}

    assert refusal(raw) == f"properties.contents[1].quantity: {reason}"


@pytest.mark.parametrize("quantity", [3, "3", " 3 ", 3.0, "3.0", Decimal(3)])
def test_a_quantity_may_come_in_any_form_of_number(quantity: object) -> None:
    item = sent({"contents": [{**CAP, "quantity": quantity}]})["contents"][0]

    assert item["quantity"] == 3
    assert isinstance(item["quantity"], int)


@pytest.mark.parametrize(
    ("given_value", "number"),
    [
        ("12.50", 12.5),
        ("12", 12),
        (" 7.0 ", 7.0),
        ("+.5", 0.5),
        (0, 0),
        ("0", 0),
        (Decimal("12.50"), 12.5),
    ],
)
def test_numbers_may_come_as_text(given_value: object, number: float) -> None:
    assert sent({"value": given_value, "contents": [{"price": given_value}]})["value"] == number
    assert sent({"contents": [{"price": given_value}]})["contents"] == [{"price": number}]


@pytest.mark.parametrize(
    "value",
    ["1.234,50", "1,5", "1 234", "12.5 EUR", "€12", "$3", "1e3", "NaN", "inf", "0x10", "\uff11"],
)
def test_a_number_is_digits_and_a_point(value: str) -> None:
    expected = "must be a number: digits, with a point before the decimals and nothing else"

    assert refusal({"value": value}) == f"properties.value: {expected}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (-1, "must not be negative"),
        ("-0.01", "must not be negative"),
        (float("nan"), "must be a number"),
        (float("-inf"), "must be a number"),
        (Decimal("NaN"), "must be a number"),
        (Decimal("sNaN"), "must be a number"),
        (10**400, "must be a number"),
        (10**15, "is too large"),
        ("9" * 30, "is too large"),
        (True, "must be a number"),
        ([5], "must be a number"),
        ({"amount": 5}, "must be a number"),
    ],
)
@pytest.mark.parametrize("field", ["value", "price"])
def test_amounts_have_bounds(field: str, value: object, reason: str) -> None:
    raw: dict[str, Any] = {"value": value} if field == "value" else {"contents": [{"price": value}]}
    path = "properties.value" if field == "value" else "properties.contents[0].price"

    assert refusal(raw) == f"{path}: {reason}"


@pytest.mark.parametrize(("given_id", "text"), [(12345, "12345"), (12345.0, "12345"), (" A ", "A")])
def test_ids_are_text_also_where_they_came_as_numbers(given_id: object, text: str) -> None:
    properties = sent(
        {"contents": [{"content_id": given_id}], "order_id": given_id, "shop_id": given_id}
    )

    assert properties["contents"] == [{"content_id": text}]
    assert properties["content_ids"] == [text]
    assert properties["order_id"] == properties["shop_id"] == text
    assert sent({"content_ids": [given_id, "B"]})["content_ids"] == [text, "B"]


@pytest.mark.parametrize("wrong", [1.5, 2.0**53, float("nan"), True, ["A"], {"id": "A"}])
def test_an_id_that_lost_its_digits_is_refused(wrong: object) -> None:
    expected = "must be text or a whole number; write long ids as text"

    assert refusal({"contents": [{"content_id": wrong}]}) == (
        f"properties.contents[0].content_id: {expected}"
    )


def test_a_currency_is_written_in_capitals() -> None:
    assert sent({"currency": " eur ", "value": 1})["currency"] == "EUR"
    assert len(CURRENCIES) == 62


@pytest.mark.parametrize("currency", ["XXX", "BTC", "€", "EURO", 978])
def test_a_currency_tiktok_does_not_know_is_refused(currency: object) -> None:
    assert refusal({"currency": currency, "value": 1}).startswith(
        "properties.currency: is not one of the currencies TikTok takes"
    )


def test_dollars_stand_in_for_an_unknown_currency_if_the_user_wants_that() -> None:
    raw = {"currency": "ISX", "value": 9_000, "value_usd": "65.5", "contents": [SHIRT]}

    properties = sent(raw, currency_fallback=True)

    assert properties["currency"] == "USD"
    assert properties["value"] == 65.5
    assert "value_usd" not in properties
    assert "price" not in properties["contents"][0]
    assert SHIRT["price"] == 10.5


def test_without_an_amount_in_dollars_no_amount_is_sent() -> None:
    raw = {"currency": "ISX", "value": 9_000}

    properties, (problem,) = read(raw, currency_fallback=True)

    assert properties == {}
    assert problem.severity is Severity.WARNING


def test_a_known_currency_needs_no_fallback() -> None:
    raw = {"currency": "eur", "value": 9, "value_usd": 10}

    assert sent(raw, currency_fallback=True) == {"currency": "EUR", "value": 9, "value_usd": 10}


def test_what_is_searched_for_goes_by_its_new_name() -> None:
    assert sent({"query": "shoes"}) == {"search_string": "shoes"}
    assert sent({"query": "shoes", "search_string": "boots"}) == {"search_string": "boots"}


def test_plain_texts_are_kept() -> None:
    said = {"description": "Order", "status": "submitted", "shop_id": "S1", "order_id": "O-1"}

    assert sent(said) == said


def test_an_app_event_has_no_properties_of_the_web() -> None:
    raw = {
        "order_id": "O-1",
        "shop_id": "S1",
        "status": "submitted",
        "content_type": "product",
        "search_string": "shoes",
        "query": "shoes",
        "contents": [CAP],
        "description": "Order",
    }

    assert sent(raw, "app") == {
        "contents": [CAP],
        "content_ids": ["SKU-2"],
        "num_items": 1,
        "value": 5,
        "description": "Order",
    }


@pytest.mark.parametrize("empty", [None, "", "  ", [], {}, [None, ""]])
def test_what_is_empty_is_left_out(empty: object) -> None:
    fields = ["order_id", "status", "value", "currency", "content_ids", "my_field"]
    flat = [None, "", "  "]
    raw = {key: empty for key in fields if empty in flat or key in ("content_ids", "my_field")}

    assert sent({**raw, "value": 1}) == {"value": 1}


def test_blank_text_is_no_number() -> None:
    blank = {"content_id": "A", "price": " ", "quantity": " "}

    assert sent({"value": " ", "num_items": " ", "currency": " ", "contents": [blank]}) == {
        "contents": [{"content_id": "A"}],
        "content_ids": ["A"],
        "content_type": "product",
        "num_items": 1,
    }


@pytest.mark.parametrize("number", [0, 3, "3", 3.0])
def test_a_number_of_items_is_whole(number: object) -> None:
    assert sent({"num_items": number})["num_items"] == int(str(number)[0])
    assert refusal({"num_items": 1.5}) == "properties.num_items: must be a whole number"


def test_empty_items_are_left_out() -> None:
    assert sent({"contents": [None, {}, {"content_id": ""}]}) == {}
    assert sent({"contents": []}) == {}
    assert sent(None) == {}
    assert sent({}) == {}


def test_travel_vehicle_and_custom_fields_are_kept() -> None:
    said = {
        "city": "Lisbon",
        "checkin_date": "2026-12-01",
        "num_adults": 2,
        "suggested_hotels": ["A", "B"],
        "make": "Loom",
        "mileage": {"value": 12_000, "unit": "KM"},
        "preferred_price_range": [10, 20.5],
        "delivery_category": "in_store",
        "predicted_ltv": 99.5,
        "new_customer": True,
        "loyalty": False,
        "points": 0,
        "margin": -1.5,
    }

    assert sent(said) == said


def test_moments_of_a_mapping_are_written_as_iso_8601() -> None:
    moment = datetime(2026, 12, 1, 9, tzinfo=UTC)

    assert sent({"checkin_date": moment.date(), "mine": [moment]}) == {
        "checkin_date": "2026-12-01",
        "mine": ["2026-12-01T09:00:00+00:00"],
    }


def test_custom_values_lose_what_is_empty_in_them() -> None:
    assert sent({"tags": {"a": None, "b": {"c": ""}, "d": [1, None, "x"]}}) == {
        "tags": {"d": [1, "x"]}
    }


@pytest.mark.parametrize(
    "wrong", [float("nan"), [1, float("inf")], {"deep": 2**63}, Decimal("sNaN"), b"bytes", {1, 2}]
)
def test_a_custom_value_must_be_one_of_json(wrong: object) -> None:
    assert refusal({"mine": wrong}).startswith("properties.mine: must be ")


def test_a_custom_value_has_a_floor() -> None:
    value: Any = 1
    for _ in range(5_000):
        value = [value]

    assert refusal({"mine": value}) == (
        f"properties.mine: is nested more than {MOST_DEPTH} levels deep"
    )
    assert sent({"mine": [[[[[[1]]]]]]}) == {"mine": [[[[[[1]]]]]]}


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    raw = {"description": "Sh\ud800irt", "m\udc00": "x", "contents": [{"content_id": "\udfff"}]}

    properties = sent(raw)

    assert properties["description"] == "Sh\ufffdirt"
    assert properties["m\ufffd"] == "x"
    assert properties["content_ids"] == ["\ufffd"]


@pytest.mark.parametrize(
    "raw",
    [
        {"email": "jo@mail.example"},
        {"Phone_Number": "+4930123456"},
        {"customer": {"first_name": "Jo"}},
        {"people": [{"email": "x"}]},
        {"note": "write to jo.doe@mail.example"},
        {"notes": ["a", {"b": "jo.doe%40mail.example"}]},
        {"search_string": "jo.doe@mail.example"},
        {"description": "for jo.doe@mail.example"},
        {"jo.doe@mail.example": 1},
    ],
)
def test_personal_data_does_not_leave_in_properties(raw: dict[str, Any]) -> None:
    properties, (problem,) = read(raw)

    assert properties == {}
    assert problem.severity is Severity.WARNING
    assert "jo" not in str(problem)


def test_an_email_address_is_no_part_of_an_id() -> None:
    assert refusal({"order_id": "jo.doe@mail.example-17"}) == (
        "properties.order_id: must not hold an e-mail address"
    )
    assert sent({"order_id": "17@4", "description": "Lunch @ noon"})["order_id"] == "17@4"


@pytest.mark.parametrize("wrong", ["x", 7, [SHIRT], True])
def test_properties_are_an_object(wrong: object) -> None:
    assert refusal(wrong) == "properties: must be an object"


@pytest.mark.parametrize("wrong", ["SKU-1", 7, 0, True])
def test_contents_are_a_list(wrong: object) -> None:
    assert refusal({"contents": wrong}) == "properties.contents: must be a list of items"


def test_an_item_is_an_object() -> None:
    assert refusal({"contents": [SHIRT, "SKU-2"]}) == ("properties.contents[1]: must be an object")


def test_every_fault_is_told_with_its_path() -> None:
    raw = {"value": "x", "currency": "?", "contents": [{"price": -1, "quantity": 0}]}

    _, problems = read(raw)

    assert [one.field for one in problems] == [
        "properties.value",
        "properties.currency",
        "properties.contents[0].price",
        "properties.contents[0].quantity",
    ]


def test_the_users_record_is_left_as_it_was() -> None:
    raw = {"contents": [dict(SHIRT), dict(CAP)], "currency": "EUR", "query": "x"}

    read(raw)

    assert raw == {"contents": [SHIRT, CAP], "currency": "EUR", "query": "x"}


class NothingFits(_Tidy, kw_only=True, gc=False):
    """A shape no properties have."""

    missing: int


texts = st.sampled_from(
    ["", " ", "A", " A", "A ", "é", "\u00a0x", "a@b.example", "50 %", 'q"', "x\n"]
)
numbers = st.sampled_from(
    [
        Decimal("2.5"),
        Decimal("sNaN"),
        0,
        1,
        2.0,
        2.5,
        -1,
        True,
        None,
        "3",
        "x",
        float("nan"),
        10**15,
        10**9,
    ]
)
anything = st.one_of(texts, numbers, st.sampled_from([[], {}, ["A"], ["", "B"], [1], "product"]))
items = st.dictionaries(
    st.sampled_from(
        ["content_id", "content_name", "brand", "content_type", "price", "quantity", "x"]
    ),
    anything,
    max_size=4,
)
raws = st.fixed_dictionaries(
    {},
    optional={
        "contents": st.lists(items, max_size=3),
        "content_ids": anything,
        "content_type": anything,
        "currency": st.sampled_from(["EUR", "eur", "XXX", "", None]),
        "value": numbers,
        "num_items": numbers,
        "description": texts,
        "search_string": texts,
        "query": texts,
        "order_id": anything,
        "status": texts,
        "custom": anything,
    },
)


@given(raw=raws, source=st.sampled_from(["web", "app", "offline", "crm"]), fallback=st.booleans())
@example(raw={"contents": [{"quantity": 2.0}]}, source="web", fallback=False)
@example(raw={"num_items": 2.0}, source="web", fallback=False)
def test_the_short_way_and_the_long_way_lead_to_the_same(
    raw: dict[str, Any], source: EventSource, fallback: bool
) -> None:
    short, told = read(raw, source, currency_fallback=fallback)
    problems: list[Problem] = []
    reader = PropertyReader(Options(currency_fallback=fallback), source)
    reader._shape = NothingFits
    long = reader.read(raw, problems)

    assert repr(sorted(short.items())) == repr(sorted(long.items()))
    assert told == problems
