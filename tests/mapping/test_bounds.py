"""Nothing in the language gets past its bounds, and nothing but its own error comes out."""

import contextlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.errors import MappingError
from adloom.mapping import FUNCTIONS, Moment, compile_condition, compile_value
from adloom.mapping.bounds import LONGEST_TEXT, MOST_WORK
from adloom.mapping.compiling import compile_node
from adloom.mapping.evaluation import Evaluation
from adloom.mapping.misfit import Source
from adloom.mapping.parsing import parse
from adloom.mapping.patterns import Pattern
from adloom.mapping.printing import print_node
from adloom.mapping.words import WORDS
from tests.mapping.seams import MOMENT, evaluate, fault

#: Fuzzing takes more examples than other tests; ADLOOM_EXAMPLES multiplies them too.
MANY = 10 * (settings.default or settings()).max_examples
BIG = {
    "text": "ab" * 400_000,
    "list": list(range(90_000)),
    "rows": [{"x": "y" * 100, "z": [1, 2]}] * 20_000,
}

FIELDS = ["a.b", "a.list", "a.rows[].x", "`a`", "a.rows[1]", "a.date", "a.nothing", "a.text"]
SCOPE = {
    "a": {
        "b": Decimal("12.30"),
        "list": [3, "x", None, [1, 2], {"k": 1.5}],
        "rows": [{"x": 1, "y": "2"}, {"x": None}],
        "date": "2026-11-20 08:00:00",
        "nothing": None,
        "text": "Hello, wörld 🎉 <b>",
        "late": datetime(9999, 12, 31, 23, tzinfo=UTC),
        "huge": 10**40,
        "nan": float("nan"),
        "endless": Decimal("Infinity"),
    }
}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{" + "1+" * 500_000 + "1}}", "100,000 characters at most"),
        ("{{" + "1+" * 6_000 + "1}}", "10,000 characters at most"),
        ("{{" + "-" * 60 + "1}}", "50 deep at most"),
        ("{{" + "lower(" * 60 + "1" + ")" * 60 + "}}", "50 deep at most"),
        ("{{" + "9" * 70 + "}}", "too long"),
        ("{{1}}" * 2_001, "too much mapped"),
        (["x{{1}}" * 1_000, "{{1}}" * 1_001], "too much mapped"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_read(text: Any, message: str) -> None:
    with pytest.raises(MappingError, match=re.escape(message)):
        compile_value(text)


def test_data_that_is_nested_without_end_is_refused() -> None:
    value: Any = "{{a.b}}"
    for _ in range(200):
        value = [value]

    with pytest.raises(MappingError, match="nested too deeply"):
        compile_value(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('replace(a.text; "a"; a.text)', "longer than 1,000,000"),
        ('replace(a.text; "/a/g"; a.text)', "longer than 1,000,000"),
        ("join(a.list; a.text)", "longer than 1,000,000"),
        ("concat(a.text; a.text)", "longer than 1,000,000"),
        ('split(a.text; "a")', "more than 100,000"),
        ('split(a.text; "")', "more than 100,000"),
        ("merge(a.list; a.list)", "more than 100,000"),
        ("flatten(add(emptyarray; a.list; a.list))", "more than 100,000"),
        ("encodeURL(escapeHTML(replace(a.text; 'a'; '<')))", "more than 1,000,000"),
        ("remove(a.list" + "; 1" * 100 + ")", "too much work"),
        ("{{a.text}}{{a.text}}", "more than 1,000,000"),
        ("length(" + "; ".join(["a.text"] * 1) + ")" + " + length(a.text)" * 30, "too much work"),
        ('replace(a.text; "/(a|b|ab)*c/"; "")', "too much work"),
    ],
)
def test_what_grows_too_large_ends_in_an_error(text: str, message: str) -> None:
    assert message in fault(text, a=BIG).message


def test_what_is_large_but_bearable_is_done() -> None:
    assert 800_000 == evaluate("length(a.text)", a=BIG)
    assert 4_049_955_000 == evaluate("sum(a.list)", a=BIG)
    assert 40_000 == len(evaluate("a.rows[].z[]", a=BIG))
    assert LONGEST_TEXT > len(evaluate('replace(a.text; "ab"; "c")', a=BIG))


@pytest.mark.parametrize("text", ["a.nan + 1", "a.endless * 2", "a.huge + 1", "<{{a.nan}}>"])
def test_what_is_no_number_does_not_become_one(text: str) -> None:
    assert fault(text, **SCOPE).message


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(a+)+$", "a" * 3_000 + "b"), ("(a|a)*c", "a" * 3_000), ("(.*)*x", "y" * 3_000)],
)
def test_no_pattern_hangs(pattern: str, text: str) -> None:
    spent: list[int] = []
    found = Pattern.of(pattern).search(text, 0, spent.append)

    assert found is None
    assert sum(spent) < 60 * len(text)


PIECES = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "^", "$", r"\b", "a|b", "1"])
PATTERNS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        inner.map("({})".format),
        st.tuples(PIECES, st.sampled_from(["*", "+", "?", "{1,2}", "*?", "+?", "??"])).map(
            lambda pair: "(?:{}){}".format(*pair)
        ),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("ab1 ", max_size=8))
@settings(max_examples=MANY)
def test_patterns_find_what_others_find(pattern: str, text: str) -> None:
    expected = re.compile(pattern).search(text)
    found = Pattern.of(pattern).search(text, 0, lambda _: None)

    assert (expected.span() if expected else None) == (found[:2] if found else None)


def tried(text: str) -> None:
    """Compile and evaluate: anything but a value or the language's own error is a fault."""
    try:
        compiled = compile_value(text)
    except MappingError:
        return
    evaluation = Evaluation(SCOPE, MOMENT)
    with contextlib.suppress(MappingError):
        compiled._make(evaluation)
    assert evaluation.left > -MOST_WORK


@given(st.text(max_size=60))
@settings(max_examples=MANY)
def test_any_text_compiles_or_tells_why_not(text: str) -> None:
    tried(text)
    tried(f"{{{{{text}}}}}")


TOKENS = st.sampled_from(
    [*"()[];.+-*/%&|=<>,!{}`\"'", "!=", ">=", "{{", "}}", "[]", "a", "1", "2.5", '"x"', "'y'"]
    + [f"{name}(" for name in FUNCTIONS]
    + [*WORDS, *FIELDS, " ", "\n", "DD", '"/a*/g"', "9" * 40, "-1"]
)


@given(st.lists(TOKENS, max_size=12).map("".join))
@settings(max_examples=MANY)
def test_any_mixture_of_the_languages_words_compiles_or_tells_why_not(text: str) -> None:
    tried(f"{{{{{text}}}}}")


ATOMS = st.one_of(
    st.sampled_from([*FIELDS, "a.late", "a.huge", "a.nan", "a.endless", *WORDS]),
    st.integers(0, 10**31).map(str),
    st.decimals(0, 10**6, places=3).map(lambda number: format(number, "f")),
    st.text(st.sampled_from("abc 1,.:/-[]é"), max_size=6).map(lambda text: f'"{text}"'),
    st.sampled_from(['"YYYY-MM-DD HH:mm"', '"days"', '"/(.)./g"', '"hex"', '"Europe/Prague"']),
)


def _called(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(list(FUNCTIONS)), st.lists(inner, min_size=1, max_size=4)).map(
        lambda pair: f"{pair[0]}({'; '.join(pair[1])})"
    )


EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        _called(inner),
        _called(inner),
        st.tuples(inner, st.sampled_from([*"=<>&|+-*/%", "!="]), inner).map(
            lambda three: f"({' '.join(three)})"
        ),
        inner.map("-{}".format),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
@settings(max_examples=MANY)
def test_any_expression_gives_plain_data_or_the_languages_own_error(text: str) -> None:
    try:
        value = compile_value(f"{{{{{text}}}}}").evaluate(SCOPE, MOMENT)
    except MappingError:
        return
    if "a.nan" not in text and "a.endless" not in text:
        assert "NaN" not in repr(value)
        assert "Infinity" not in repr(value)
    assert not isinstance(value, bytes | set)


@given(EXPRESSIONS)
@settings(max_examples=MANY // 2)
def test_a_trace_comes_to_the_same_as_the_plain_evaluation(text: str) -> None:
    try:
        condition = compile_condition(f"{{{{{text}}}}}")
        plain = condition.evaluate(SCOPE, MOMENT)
    except MappingError:
        return
    outcome, trace = condition.evaluate_traced(SCOPE, MOMENT)

    assert plain is outcome
    assert str(trace)


@given(EXPRESSIONS)
@settings(max_examples=MANY // 2)
def test_what_is_printed_reads_as_the_same_expression(text: str) -> None:
    node = parse(text)

    assert node == parse(print_node(node))


@given(EXPRESSIONS)
@settings(max_examples=MANY // 2)
def test_a_replay_gives_the_same(text: str) -> None:
    moment = Moment(MOMENT.now, "America/New_York", "e", "seed")
    try:
        make = compile_node(parse(text), Source(text))
        first = make(Evaluation(SCOPE, moment))
    except MappingError:
        return

    assert repr(first) == repr(make(Evaluation(SCOPE, moment)))
