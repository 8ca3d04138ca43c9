"""The quick reading of one record is as strict as the strict one."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adloom.json_text import JsonError, parse_strict
from adloom.sources.json_records import DEEPEST, record_of

#: Texts in which marks, escapes and backslashes are frequent.
TEXTS = st.text(st.sampled_from('"\\u0022ab{}[]:,\x00\ud800é\U0001f600\n'), max_size=8) | st.text()
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


class Twice(dict[str, Any]):
    """An object that is written with some of its keys twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs

    def items(self) -> Any:
        return self.pairs


PAIRS = st.lists(st.tuples(st.sampled_from(['"', "a", "\\", "u0022"]) | TEXTS, VALUES), max_size=5)
OBJECTS = PAIRS.map(Twice)


def told(text: bytes, reader: Any) -> Any:
    """What a reader makes of a text; numbers and their kinds, too."""
    try:
        return json.dumps(reader(text))
    except JsonError:
        return JsonError


def strictly(text: bytes) -> Any:
    value = parse_strict(text)
    if not isinstance(value, dict):
        raise JsonError("no object")
    return value


def encoded(value: Any, *, ascii_only: bool, loose: bool, marks: bool) -> bytes:
    text = json.dumps(
        value, ensure_ascii=ascii_only, separators=(" ,\t", " : ") if loose else (",", ":")
    )
    if marks:
        text = text.replace('\\"', "\\u0022")
    return text.encode(errors="surrogatepass")


@settings(max_examples=600, deadline=None)
@given(value=OBJECTS | VALUES, ascii_only=st.booleans(), loose=st.booleans(), marks=st.booleans())
@example(value=Twice([("a", 1), ("a", 2)]), ascii_only=True, loose=False, marks=False)
@example(value=Twice([("a", ""), ("a", '"')]), ascii_only=True, loose=False, marks=True)
@example(value=Twice([("a", 1), ("a", '""')]), ascii_only=True, loose=False, marks=True)
def test_it_reads_and_refuses_what_the_strict_reader_does(
    value: Any, ascii_only: bool, loose: bool, marks: bool
) -> None:
    text = encoded(value, ascii_only=ascii_only, loose=loose, marks=marks)

    assert told(text, strictly) == told(text, record_of)


@settings(max_examples=600, deadline=None)
@given(
    value=OBJECTS,
    cuts=st.lists(st.tuples(st.integers(0, 60), st.binary(max_size=3)), min_size=1, max_size=3),
)
def test_damage_anywhere_changes_nothing_about_that(
    value: Any, cuts: list[tuple[int, bytes]]
) -> None:
    text = json.dumps(value).encode()
    for at, piece in cuts:
        text = text[:at] + piece + text[at + len(piece) :]

    assert told(text, strictly) == told(text, record_of)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":"\\u0022\\u0022","a":1}',
        b'{"a":1,"\\u0061":2}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":"\xff"}',
        b'{"\xed\xa0\x80":1}',
        b'{"a":"\x00"}',
        b'{"a":' + b"1" * 5_000 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b"[]",
        b"1",
        b'"a"',
        b"{",
        b"",
    ],
)
def test_what_cannot_be_trusted_is_refused(text: bytes) -> None:
    with pytest.raises(JsonError):
        record_of(text)


def test_ids_stay_exact_texts_stay_texts_and_half_a_pair_is_replaced() -> None:
    text = (
        b'\xef\xbb\xbf{"id":7100000000000000001,"big":123456789012345678901234567890,"n":"12.50"}'
    )

    assert {
        "id": 7100000000000000001,
        "big": 123456789012345678901234567890,
        "n": "12.50",
    } == record_of(text)
    assert {"a": "\ufffd"} == record_of(b'{"a":"\\ud800"}')


def test_a_record_may_be_as_deep_as_that() -> None:
    text = b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST

    assert json.loads(text) == record_of(text)
