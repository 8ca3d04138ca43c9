"""A condition tells whether it holds, and why."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import MappingError, UnknownNameError
from adloom.mapping import Condition, compile_condition
from adloom.mapping.make_filters import FILTER_OPERATORS, filter_text, rename_steps
from adloom.mapping.reference import SAMPLE
from tests.mapping.seams import MOMENT, evaluate

SCOPE = SAMPLE | {"report": {"spend": Decimal("12.30"), "conversion": 0, "clicks": 4}}


def told(text: str) -> list[str]:
    """The lines of a trace, which has to come to the same as the plain evaluation."""
    condition = compile_condition(text)
    outcome, trace = condition.evaluate_traced(SCOPE, MOMENT)

    assert outcome is condition.evaluate(SCOPE, MOMENT)
    return str(trace).splitlines()


def test_a_person_sees_why_a_bundle_was_dropped() -> None:
    assert ["report.spend > 50: 12.3 > 50 is false"] == told("{{report.spend > 50}}")


def test_every_part_tells_its_values_or_that_it_was_not_looked_at() -> None:
    assert [
        'report.spend > 50 & ad.name = "x" | not(contains(ad.name; "Sum")): false',
        '  report.spend > 50 & ad.name = "x": false',
        "    report.spend > 50: 12.3 > 50 is false",
        '    ad.name = "x": not looked at',
        '  not(contains(ad.name; "Sum")): false',
        '    contains(ad.name; "Sum"): true (ad.name is "Summer sale")',
    ] == told('{{report.spend > 50 & ad.name = "x" | not(contains(ad.name; "Sum"))}}')


def test_what_was_calculated_tells_from_what() -> None:
    sides = "report.spend is 12.3, report.clicks is 4"

    assert [f"report.spend / report.clicks >= 3: 3.075 >= 3 is true ({sides})"] == told(
        "{{report.spend / report.clicks >= 3}}"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{{report.conversion}}", "report.conversion: 0 is false"),
        ("{{ad.nothing}}", "ad.nothing: nothing is false"),
        ("{{ad.tags}}", 'ad.tags: ["b","a","b"] is true'),
        ("{{true}}", "true: true"),
        ("{{lower(ad.name)}}", 'lower(ad.name): "summer sale" is true (ad.name is "Summer sale")'),
    ],
)
def test_any_value_is_read_as_yes_or_no(text: str, line: str) -> None:
    assert [line] == told(text)


def test_values_in_a_trace_are_short() -> None:
    scope = {"a": {"b": "x" * 10_000}}
    _, trace = compile_condition('{{a.b = "y"}}').evaluate_traced(scope, MOMENT)

    assert len(str(trace)) < 200


def test_chance_is_drawn_once_and_alike_with_and_without_a_trace() -> None:
    outcomes = {
        (compile_condition(f"{{{{random < 0.{n} & random < 0.9}}}}").evaluate({}, MOMENT))
        is compile_condition(f"{{{{random < 0.{n} & random < 0.9}}}}").evaluate_traced({}, MOMENT)[
            0
        ]
        for n in range(1, 10)
    }

    assert {True} == outcomes


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("ad.spend > 5", "Write {{ad.spend > 5}}."),
        ("{{ad.spend}} > 5", "Join conditions by & or |."),
        ("{{a}} {{b}}", "Join conditions by & or |."),
    ],
)
def test_a_condition_is_one_expression_and_nothing_else(text: str, hint: str) -> None:
    with pytest.raises(MappingError) as caught:
        compile_condition(text)

    assert hint == caught.value.hint
    assert "when" == caught.value.path


def test_a_condition_knows_what_it_reads() -> None:
    condition = compile_condition("{{a.b > 1 & c.d[].e}}\n")

    assert ["a.b", "c.d[].e"] == [one.text for one in condition.references]


FILTERS: list[tuple[Any, str, Any, bool]] = [
    ("{{ad.name}}", "exist", None, True),
    ("{{ad.nothing}}", "notexist", None, True),
    ("{{true}}", "boolean:equal", "true", True),
    ("{{ad.nothing}}", "boolean:notequal", True, True),
    ("{{ad.name}}", "text:equal", "Summer sale", True),
    ("{{ad.name}}!", "text:equal", "{{ad.name}}!", True),
    ("{{ad.name}}", "text:notequal:ci", "summer SALE", False),
    ("{{ad.name}}", "text:contain", "mer", True),
    ("{{ad.name}}", "text:notcontain:ci", "MER", False),
    ("{{ad.name}}", "text:startwith", "Sum", True),
    ("{{ad.name}}", "text:startswith:ci", "sUM", True),
    ("{{ad.name}}", "text:notendwith", "sale", False),
    ("{{ad.name}}", "text:endswith", "sale", True),
    ("{{ad.name}}", "text:pattern", "^S.*e$", True),
    ("{{ad.name}}", "text:notpattern:ci", "^s.*E$", False),
    ("{{ad.spend}}", "number:greater", "9", True),
    ("{{ad.spend}}", "number:equal", "12.30", True),
    ("{{ad.spend}}", "number:less", 12.3, False),
    ("{{ad.nothing}}", "number:greater", "1", False),
    ("{{ad.spend}}", "number:lessorequal", "-5", False),
    ("{{ad.created}}", "date:less", "{{now}}", True),
    ("{{ad.created}}", "date:equal", "2026-11-20T09:30:00+01:00", True),
    ("{{ad.created}}", "time:greaterorequal", "8:30", True),
    ("{{ad.tags}}", "array:contain", "a", True),
    ("{{ad.tags}}", "array:notcontain:ci", "A", False),
    ("{{ad.tags}}", "array:equal", "3", True),
    ("{{ad.tags}}", "array:greater", 3, False),
]


@pytest.mark.parametrize(("left", "operator", "right", "holds"), FILTERS)
def test_a_filter_of_make_is_translated(left: Any, operator: str, right: Any, holds: bool) -> None:
    text = filter_text([[{"a": left, "o": operator, "b": right}]])

    assert holds is compile_condition(text).evaluate(SCOPE, MOMENT)


@pytest.mark.parametrize("operator", FILTER_OPERATORS)
def test_every_operator_of_make_compiles(operator: str) -> None:
    text = filter_text([[{"a": "{{ad.x}}", "o": operator, "b": "1"}]])

    assert isinstance(compile_condition(text), Condition)


def test_filters_are_joined_as_in_make() -> None:
    yes, no = {"a": "{{ad.name}}", "o": "exist"}, {"a": "{{ad.name}}", "o": "notexist"}

    assert compile_condition(filter_text([[yes, no], [yes]])).evaluate(SCOPE)
    assert not compile_condition(filter_text([[yes, no], [no]])).evaluate(SCOPE)
    assert compile_condition(filter_text([[]])).evaluate(SCOPE)


def test_an_unknown_filter_operator_suggests_a_known_one() -> None:
    with pytest.raises(UnknownNameError) as caught:
        filter_text([[{"a": "1", "o": "text:contains", "b": "2"}]])

    assert "text:contain" in str(caught.value.hint)


def test_step_numbers_become_names() -> None:
    text = "{{1.a[2.n + 1]}} and {{if(-1.x > 2; `3`; `other step`.y & 1.z)}} {1.a}"

    assert (
        "{{ads.a[report.n + 1]}} and {{if(-ads.x > 2; `3`; `other step`.y & ads.z)}} {1.a}"
    ) == rename_steps(text, {"1": "ads", "2": "report"})


@given(st.text(max_size=30))
def test_any_operand_of_a_filter_is_taken_as_it_is(text: str) -> None:
    if "{{" not in text:
        condition = filter_text([[{"a": "{{ad.x}}", "o": "text:equal", "b": text}]])

        assert evaluate(condition, ad={"x": text}) is True
