"""Conditions fit into a form and back; what does not fit stays text."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import MappingError, UsageError
from adloom.mapping import compile_condition, compile_value
from adloom.mapping.operators import COMPARISONS
from adloom.services.editing import (
    Conditions,
    Operator,
    Test,
    ValueForm,
    as_operand,
    read_when,
    write_when,
)

FIELDS = st.sampled_from(["a.x", "a.y", "`odd step`.`odd name`", "a.rows[1].z", "toString(a.x)"])
TEXTS = st.text(st.sampled_from("ab 1-.\"'\\{}|&;\n`ü"), max_size=8).map(
    lambda text: (text, ValueForm.TEXT)
)
NUMBERS = st.sampled_from(["0", "5", "-3", "1.50", "12345678901234567"]).map(
    lambda text: (text, ValueForm.NUMBER)
)
OTHERS = st.sampled_from(["a.y", "null", "true", "a.x * 2", "-a.x", "lower(a.y)"]).map(
    lambda text: (text, ValueForm.EXPRESSION)
)


@st.composite
def single(draw: st.DrawFn) -> Test:
    operator = draw(st.sampled_from(list(Operator)))
    if not operator.takes_value:
        return Test(
            draw(FIELDS.filter(lambda field: "(" not in field or "exist" in operator)), operator
        )
    return Test(draw(FIELDS), operator, *draw(TEXTS | NUMBERS | OTHERS))


CONDITIONS = st.lists(st.lists(single(), min_size=1, max_size=3).map(tuple), max_size=3).map(
    lambda groups: Conditions(tuple(groups))
)


@given(CONDITIONS)
def test_what_a_form_shows_comes_back_from_the_text_it_makes(conditions: Conditions) -> None:
    written = write_when(conditions)

    assert conditions == read_when(written or "")


SCOPES = st.fixed_dictionaries(
    {
        "a": st.fixed_dictionaries(
            {
                "x": st.sampled_from([None, 0, 5, Decimal("1.5"), "5", "ab", "", True]),
                "y": st.sampled_from([None, "ab", "1", 5]),
                "rows": st.just([{"z": "b"}]),
            }
        ),
        "odd step": st.just({"odd name": "a 1"}),
    }
)


def value_of(text: str, scope: Any) -> Any:
    return compile_value("{{" + text + "}}").evaluate(scope)


def holds(test: Test, scope: Any) -> bool:
    """What a test means, calculated apart."""
    field = value_of(test.field, scope)
    other = test.value if test.form is ValueForm.TEXT else None
    if test.form is not ValueForm.TEXT:
        other = value_of(test.value, scope)
    signs = {
        Operator.EQUAL: "=",
        Operator.NOT_EQUAL: "!=",
        Operator.MORE: ">",
        Operator.LESS: "<",
        Operator.AT_LEAST: ">=",
        Operator.AT_MOST: "<=",
    }
    if test.operator in signs:
        return COMPARISONS[signs[test.operator]](field, other)
    yes = {
        Operator.CONTAINS: "contains(p.f; p.v)",
        Operator.STARTS_WITH: "startsWith(p.f; p.v)",
        Operator.ENDS_WITH: "endsWith(p.f; p.v)",
        Operator.MATCHES: "matches(p.f; p.v)",
        Operator.EXISTS: "exists(p.f)",
        Operator.IS_TRUE: "if(p.f; true; false)",
    }
    no = {
        Operator.NOT_CONTAINS: Operator.CONTAINS,
        Operator.NOT_STARTS_WITH: Operator.STARTS_WITH,
        Operator.NOT_ENDS_WITH: Operator.ENDS_WITH,
        Operator.NOT_MATCHES: Operator.MATCHES,
        Operator.NOT_EXISTS: Operator.EXISTS,
        Operator.IS_FALSE: Operator.IS_TRUE,
    }
    found = value_of(yes[no.get(test.operator, test.operator)], {"p": {"f": field, "v": other}})
    return bool(found) is (test.operator not in no)


@given(CONDITIONS.filter(lambda one: bool(one.groups)), SCOPES)
def test_a_condition_that_was_written_holds_when_its_tests_do(
    conditions: Conditions, scope: Any
) -> None:
    written = write_when(conditions)
    assert written is not None
    try:
        expected = any(all(holds(test, scope) for test in group) for group in conditions.groups)
        found = compile_condition(written).evaluate(scope)
    except (MappingError, ValueError):
        return

    assert expected == found


@pytest.mark.parametrize(
    "text",
    [
        "{{(a.x | a.y) & a.z}}",
        "{{a.x = (a.y > 1)}}",
        "{{not(a.x > 1)}}",
        '{{matches(a.x; "b"; true)}}',
        "{{5 > a.x}}",
        "{{true}}",
        "{{a.x}} and more",
        "{{a.x",
        "a.x > 5",
    ],
)
def test_what_does_not_fit_into_a_form_stays_text(text: str) -> None:
    assert read_when(text) is None


def test_conditions_joined_piece_by_piece_are_one_group() -> None:
    found = read_when("{{a.x > 1 & (a.y = 2 & exists(a.z))}}")

    assert found is not None
    assert ["a.x", "a.y", "a.z"] == [test.field for test in found.groups[0]]
    assert "{{a.x > 1 & a.y = 2 & exists(a.z)}}" == write_when(found)


@pytest.mark.parametrize(
    "test",
    [
        Test("", Operator.EXISTS),
        Test("a.x > 5", Operator.IS_TRUE),
        Test("a.x", Operator.MORE, "1,5", ValueForm.NUMBER),
        Test("a.x", Operator.MORE, "007", ValueForm.NUMBER),
        Test("a.x", Operator.EQUAL, "a.y | a.z", ValueForm.EXPRESSION),
        Test("a .", Operator.EXISTS),
        Test("a.x", Operator.EQUAL, "5", ValueForm.EXPRESSION),
    ],
)
def test_what_cannot_be_written_as_meant_is_refused(test: Test) -> None:
    with pytest.raises(UsageError):
        write_when(Conditions(((test,),)))


def test_an_empty_group_is_refused_and_no_group_is_no_condition() -> None:
    with pytest.raises(UsageError, match="at least one"):
        write_when(Conditions(((),)))
    assert write_when(Conditions()) is None
    assert Conditions() == read_when("  ")


@pytest.mark.parametrize(
    ("typed", "value", "form"),
    [
        ("50", "50", ValueForm.NUMBER),
        (" -1.5 ", "-1.5", ValueForm.NUMBER),
        ("007", "007", ValueForm.TEXT),
        ("{{a.x}}", "a.x", ValueForm.EXPRESSION),
        ('{{"x"}}', "x", ValueForm.TEXT),
        ("{{5}}", "5", ValueForm.NUMBER),
        ("{{a.x}} b", "{{a.x}} b", ValueForm.TEXT),
        ("{{a.", "{{a.", ValueForm.TEXT),
        (" b ", " b ", ValueForm.TEXT),
    ],
)
def test_a_value_is_what_it_looks_like(typed: str, value: str, form: ValueForm) -> None:
    assert (value, form) == as_operand(typed)
