"""Values with mappings in them keep their kinds and their exactness."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import MappingError, UsageError
from adloom.json_text import parse_fast
from adloom.mapping import Kind, Moment, Reference, compile_value
from tests.mapping.seams import MOMENT, evaluate, fault


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ad.id", "1790000000000000017"),
        ("ad.spend", Decimal("12.30")),
        ("ad.tags", ["b", "a", "b"]),
        ("ad.nothing", None),
        ("ad.not_there", None),
        ("ad.name.deeper", None),
        ("ad.info.country", "CZ"),
        ("ad.rows[2].id", "22"),
        ("ad.rows[9].id", None),
        ("ad.rows[length(ad.rows)].id", "22"),
        ("ad.rows[].cost", [5, 7]),
        ("ad.rows[].nowhere", []),
        ("`ad`.`name`", "Summer sale"),
        ("`ad`.info", {"country": "CZ", "age": "25-34"}),
        ("true", True),
        ("5", 5),
        ("1.50", Decimal("1.50")),
        ('"a \\"b\\" \\\\ \\d"', 'a "b" \\ \\d'),
        ("'}}'", "}}"),
        ('"{{"', "{{"),
        ("emptyarray", []),
        ("now", MOMENT.now),
        ("timestamp", 1795176000),
        ("executionId", "e-1"),
    ],
)
def test_a_whole_expression_keeps_the_kind_of_its_value(text: str, value: Any) -> None:
    assert value == evaluate(text)
    assert type(value) is type(evaluate(text))


def test_the_whole_bundle_stands_in_back_ticks() -> None:
    assert {"x": 1} == evaluate("`a`", a={"x": 1})
    assert 'Write "a" for the text' in str(fault("a").hint)


def test_a_step_may_be_called_by_a_number_as_in_make() -> None:
    steps: dict[str, Any] = {"1": {"b": [{"c": 7}]}, "12": {"x": "y"}}

    assert [7, "y"] == [evaluate("1.b[1].c", **steps), evaluate("12.x", **steps)]


def test_lists_within_lists_are_laid_out() -> None:
    rows = {"b": [{"c": [{"d": 1}, {"d": 2}]}, {"c": None}, {"c": [{"d": 3}, {}]}]}

    assert [1, 2, 3] == evaluate("a.b[].c[].d", a=rows)
    assert [1, 3] == evaluate("a.b[].c[1].d", a=rows)


def test_mixed_text_writes_values_out() -> None:
    text = "{{ad.spend}}|{{ad.tags}}|{{ad.nothing}}|{{now}}|{{true}}|{{ad.id}}|{{ad.info}}"

    assert (
        '12.3|["b","a","b"]||2026-11-20T12:00:00Z|true|1790000000000000017|'
        '{"country":"CZ","age":"25-34"}'
    ) == evaluate(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("100.0"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.00"), "0"),
        (Decimal("0.10"), "0.1"),
        (12.5, "12.5"),
        (2**70, "1180591620717411303424"),
        (Decimal("1E-7"), "0.0000001"),
    ],
)
def test_numbers_in_text_have_no_trailing_zeros(number: Any, text: str) -> None:
    assert f"<{text}>" == evaluate("<{{a.x}}>", a={"x": number})


def test_lists_and_objects_are_filled_in_where_they_hold_templates() -> None:
    params = {"filter": {"ids": ["{{ad.id}}", "7"], "n": 5}, "text": "{{ad.name}}!", "on": True}

    assert {
        "filter": {"ids": ["1790000000000000017", "7"], "n": 5},
        "text": "Summer sale!",
        "on": True,
    } == evaluate(params)


def test_ignore_leaves_a_field_out_and_erase_clears_it() -> None:
    value = {"a": "{{if(false; 1; ignore)}}", "b": "{{erase}}", "c": ["{{ignore}}", 1]}

    assert {"b": None, "c": [1]} == evaluate(value)
    assert evaluate("ignore") is None
    assert "<>" == evaluate("<{{ignore}}>")


def test_what_is_plain_stays_as_it_is() -> None:
    value = {"a": [1, Decimal("2.5"), None, "}} text {", ""], "b": {}}
    compiled = compile_value(value)

    assert value == compiled.evaluate({})
    assert compiled.constant
    assert Kind.OBJECT is compiled.kind


@given(st.integers(min_value=0, max_value=10**30 - 1))
def test_an_id_of_any_length_stays_exact(number: int) -> None:
    bundle = parse_fast(f'{{"text": "{number}", "whole": {number}}}'.encode())

    assert str(number) == evaluate("a.text", a=bundle)
    assert number == evaluate("a.whole", a=bundle)
    assert f"#{number}" == evaluate("#{{a.whole}}", a=bundle)
    assert evaluate("a.text = a.whole", a=bundle)
    assert not evaluate("a.text = a.whole + 1", a=bundle)


def test_chance_is_the_same_in_a_replay_and_differs_within_one_value() -> None:
    value = compile_value(["{{uuid}}", "{{uuid}}", "{{random}}", "{{shuffle(ad.list)}}"])
    scope = {"ad": {"list": list(range(50))}}
    first, again = value.evaluate(scope, MOMENT), value.evaluate(scope, MOMENT)
    other = value.evaluate(scope, Moment(MOMENT.now, seed="op-2"))

    assert first == again
    assert first[0] != first[1]
    assert 0 <= first[2] < 1
    assert sorted(first[3]) == list(range(50))
    assert all(one != two for one, two in zip(first, other, strict=True))


def test_references_tell_what_is_read_and_where() -> None:
    compiled = compile_value(
        {"ids": ["x\n{{sum(report.rows[].spend) + sum(ads.x; `my ad`.y[1])}}"]}, "p"
    )

    assert (
        Reference(
            "report",
            ("rows", None, "spend"),
            "report.rows[].spend",
            each=True,
            parameter="p.ids[0]",
            line=2,
            column=7,
        ),
        Reference("ads", ("x",), "ads.x", each=False, parameter="p.ids[0]", line=2, column=34),
        Reference(
            "my ad",
            ("y", None),
            "`my ad`.y[1]",
            each=False,
            parameter="p.ids[0]",
            line=2,
            column=41,
        ),
    ) == compiled.references


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{{a.b}}", Kind.ANY),
        ("{{a.b[].c}}", Kind.LIST),
        ("{{a.b + 1}}", Kind.NUMBER),
        ("{{a.b > 1}}", Kind.BOOLEAN),
        ("{{now}}", Kind.DATE),
        ("{{lower(a.b)}}", Kind.TEXT),
        ("{{if(a.b; 1; 2)}}", Kind.NUMBER),
        ('{{if(a.b; 1; "x")}}', Kind.ANY),
        ("{{keys(a.b)}}", Kind.LIST),
        ("<{{a.b}}>", Kind.TEXT),
        ("plain", Kind.TEXT),
    ],
)
def test_the_kind_is_known_before_any_data(text: str, kind: Kind) -> None:
    assert kind is compile_value(text).kind


def test_the_kind_is_better_known_once_the_kinds_of_fields_are() -> None:
    compiled = compile_value({"a": "{{ad.tags}}", "b": ["{{ad.tags}} text"]})

    assert {"a": Kind.LIST, "b[0]": Kind.TEXT} == compiled.kinds(lambda _: Kind.LIST)


@pytest.mark.parametrize(
    ("text", "kinds", "message"),
    [
        ("{{a.b + 1}}", Kind.LIST, "a.b is a list, and a number is needed here."),
        ("{{addDays(a.b; 1)}}", Kind.BOOLEAN, "a.b is a boolean, and a date is needed here."),
        ("{{first(a.b)}}", Kind.TEXT, "a.b is a text, and a list is needed here."),
        ("{{keys(a.b)}}", Kind.LIST, "a.b is a list, and an object is needed here."),
    ],
)
def test_kinds_that_never_fit_are_told_before_any_data(
    text: str, kinds: Kind, message: str
) -> None:
    with pytest.raises(MappingError) as caught:
        compile_value(text).kinds(lambda _: kinds)

    assert message == caught.value.message


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("{{formtDate(now)}}", (1, 3), "no function named 'formtDate'", "formatDate"),
        ("x\ny {{nwo}}", (2, 5), "nwo alone means nothing", "Did you mean now"),
        ("{{adds.x}}", (1, 3), "There is no step 'adds'", "Did you mean ad?"),
        ("{{ad.rows.id}}", (1, 3), "'id' is asked of a list", "[1].id for the first"),
        ("{{ad.rows[0]}}", (1, 3), "counted from 1", "last(…)"),
        ("{{ad.rows[-1]}}", (1, 3), "counted from 1", "last(…)"),
        ("{{ad.name[1]}}", (1, 3), "is no list", "a list only"),
        ("{{lower(ad.x; 1)}}", (1, 3), "lower was given 2 arguments", "lower(text: text)"),
        ("{{round(ad.name)}}", (1, 9), '"Summer sale" is no number', "parseNumber"),
        ('{{round("x")}}', (1, 9), '"x" is no number', "parseNumber"),
        ("{{ad.nothing + 1}}", (1, 3), "there is nothing", "ifempty"),
        ("{{1 / 0}}", (1, 3), "divides by zero", "Ask first"),
        ("{{now + 1}}", (1, 3), "now is a date", None),
        ("{{a,b}}", (1, 4), "',' does not belong here", "separated by ;"),
        ("{{a.b == 1}}", (1, 8), "'=' does not belong here", "one ="),
        ("{{a.b && c.d}}", (1, 8), "'&' does not belong here", "one &"),
        ("{{a.b < 1 < 2}}", (1, 11), "'<' does not belong here", "joined by"),
        ("{{lower(}}", (1, 9), "ends too early", None),
        ("{{}}", (1, 3), "nothing between", None),
        ("a {{b", (1, 3), "This {{ is never closed", None),
        ('{{"b}}', (1, 3), 'This " is never closed', None),
        ("{{switch(1; 2)}}", (1, 3), "switch was given 2 arguments", None),
        ("{{9999999999999999999 * 9999999999999}}", (1, 3), "beyond 10^30", None),
        ('{{formatDate(now; "YYYY"; "Mars/Base")}}', (1, 3), "no time zone", "Europe/Prague"),
        ("{{toBinary(1)}}", (1, 3), "Bytes are no value", "base64"),
    ],
)
def test_errors_tell_the_place_and_what_to_write(
    text: str, place: tuple[int, int], message: str, hint: str | None
) -> None:
    error = fault(text)

    assert place == (error.line, error.column)
    assert message in error.message
    assert hint is None or hint in str(error.hint)
    assert str(error).startswith(f"line {place[0]}, column {place[1]}: ")


def test_every_fault_of_a_value_is_told_at_once() -> None:
    error = fault({"a": ["{{x}}", "{{"], "b": "{{if(1)}}", "{{c}}": 1})

    assert isinstance(error, UsageError)
    assert ["a[0]", "a[1]", "b", "{{c}}"] == [one.path for one in error.each]
    assert 4 == len(str(error).splitlines())


def test_what_needs_the_present_says_so_where_there_is_none() -> None:
    with pytest.raises(MappingError, match="present moment is not known"):
        evaluate("now", None)

    assert 3 == evaluate("1 + 2", None)


def test_the_present_needs_its_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment(MOMENT.now.replace(tzinfo=None))
