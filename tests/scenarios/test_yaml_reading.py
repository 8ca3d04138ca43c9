"""YAML is read strictly: nothing is guessed, nothing explodes, everything has its place."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.places import Place
from scenarios.problems import Problems
from scenarios.yaml_nodes import MapNode, places_of
from scenarios.yaml_reading import MOST_CHARACTERS, compose
from scenarios.yaml_writing import write_block, write_inline


def read(text: str) -> Any:
    problems = Problems()
    node = compose(text, problems)

    assert [] == problems.found
    assert node is not None
    return node.plain()


def refused(text: str) -> list[str]:
    problems = Problems()
    compose(text, problems)
    return [str(one) for one in problems.in_order()]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-17", -17),
        ("1.10", Decimal("1.10")),
        ("-0.5", Decimal("-0.5")),
        ("'1'", "1"),
        ('"true"', "true"),
    ],
)
def test_true_false_null_and_plain_numbers_are_themselves(written: str, value: Any) -> None:
    assert {"a": value} == read(f"a: {written}")


@pytest.mark.parametrize(
    "written",
    [
        *("yes", "no", "on", "off", "y", "n", "YES", "On"),
        *("0o17", "017", "0x1F", "1_000", "12:30", "12:30:45", "+49", "1e5", ".5", "1.", ".inf"),
        *("-0", "-01", "00", "2026-11-21", "2026-11-21T09:30:00Z", "7100000000000000001"),
        *(".nan", "1234567890123456", "1.0000000000000001", "=", "<", "\uff11\uff12"),
    ],
)
def test_whatever_would_change_when_it_is_written_again_stays_text(written: str) -> None:
    assert {"a": written} == read(f"a: {written}")


def test_keys_are_text_whatever_they_look_like() -> None:
    assert {"on": 1, "yes": 2, "012": 3, "null": 4} == read("on: 1\nyes: 2\n012: 3\nnull: 4\n")


def test_numbers_look_the_same_when_they_are_written_again() -> None:
    value = read("a: 1.10\nb: 999999999999999\n")

    assert ["1.10", "999999999999999"] == [str(one) for one in value.values()]


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("a: &x 1", "1:4", "anchor"),
        ("a: &x [1]\nb: 1", "1:4", "anchor"),
        ("a: *x", "1:4", "alias"),
        ("a: !!int 3", "1:4", "tag"),
        ("a: ! 3", "1:4", "tag"),
        ("a: !!python/object:os.system x", "1:4", "tag"),
        ("b: 1\n<<: {a: 1}", "2:1", "merge key"),
        ("a: 1\nb: 2\na: 3", "3:1", "twice; first on line 1"),
        ("a: 1\n---\nb: 2", "2:1", "second document"),
        ("%YAML 1.1\n---\na: 1", "1:1", "directives"),
        ("? [1]\n: 2", "1:3", "for a key"),
        ('a: 1\n"": 2', "2:1", "empty key"),
        ("a:\n\tb: 1", "2:1", "blanks, not with tabs"),
        ("a: \x00", "1:4", "U+0000"),
        ("a: \ud800", "1:4", "U+D800"),
        ('a: "\\ud800"', "1:4", "surrogate"),
        ('a: "\\UFFFFFFFF"', "1:1", "out of range"),
        (f"%YAML 1.{'1' * 5000}\n---\na: 1", "1:1", "out of range"),
        ("a: 'b", "1:6", "quoted"),
        ("a: b: c", "1:5", "quotes"),
        ("text: {{ads.name}}", "1:8", 'in quotes: "{{…}}"'),
    ],
)
def test_what_is_not_allowed_is_told_with_its_place(text: str, place: str, word: str) -> None:
    first = refused(text)[0]

    assert first.startswith(f"scenario:{place}: ")
    assert word in first


def test_several_faults_are_told_at_once() -> None:
    assert 4 == len(refused("a: &x 1\nb: *x\nc: !t 1\na: 2\n"))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "a: [" + "[" * 70 + "]" * 70 + "]",
        "- a\n" * 60_000,
        "x" * (MOST_CHARACTERS + 1),
    ],
)
def test_what_is_too_deep_or_too_much_is_refused_early(text: str) -> None:
    found = refused(text)

    assert 1 == len(found)
    assert "more" in found[0] or "deeper" in found[0] or "longer" in found[0]


def test_an_alias_bomb_never_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert all("anchor" in one or "alias" in one for one in refused(bomb))


@pytest.mark.parametrize("text", ["a: " + "x" * 990_000, 'a: "' + "x" * 990_000 + '"'])
def test_a_line_of_a_megabyte_is_read(text: str) -> None:
    assert 990_000 == len(read(text)["a"])


@pytest.mark.parametrize(
    "text", ["\ufeffa: 1\nb: 2\n", "a: 1\r\nb: 2\r\n", "# c\n---\na: 1\nb: 2\n...\n"]
)
def test_byte_order_marks_windows_lines_and_document_marks_do_no_harm(text: str) -> None:
    assert {"a": 1, "b": 2} == read(text)


def test_every_value_knows_its_line_and_column() -> None:
    node = compose("a: 1\nb:\n  - c: 2\n    d: [3, 4]\n", Problems())

    assert isinstance(node, MapNode)
    places = dict(places_of(node))
    assert Place(1, 4) == places["a",]
    assert Place(3, 5) == places["b", 0]
    assert Place(4, 12) == places["b", 0, "d", 1]


DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.decimals(-1000, 1000, places=2).filter(lambda one: not one.is_zero())
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(
        ["yes", "on: 1", "a # b", "- x", "0123", "{{a.b}}", " x ", "a\nb", "a\n", ""]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), inner)
    ),
    max_leaves=12,
)


@given(DATA)
def test_data_that_is_written_is_read_back_the_same(data: Any) -> None:
    assert {"x": data} == read("x: " + write_inline(data))
    assert {"x": data} == read(write_block({"x": data}, 0) + "\n")
