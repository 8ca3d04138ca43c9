"""JSON that can be trusted, read strictly or fast (reliability.md §2.3)."""

import contextlib
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.json_text import JsonError, dump, dump_lines, parse_fast, parse_strict
from adloom.secret import Secret

Reader = Callable[[bytes], Any]
READERS = [parse_strict, parse_fast]

SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@pytest.mark.parametrize("read", READERS)
@given(value=VALUES)
def test_what_was_written_is_read_again(read: Reader, value: Any) -> None:
    assert value == read(dump(value))
    assert value == read(json.dumps(value).encode())


@pytest.mark.parametrize("read", READERS)
@given(text=st.binary() | st.text().map(str.encode))
def test_no_bytes_bring_a_reader_down(read: Reader, text: bytes) -> None:
    with contextlib.suppress(JsonError):
        read(text)


@pytest.mark.parametrize("read", READERS)
@given(value=VALUES, data=st.data())
def test_no_damage_brings_a_reader_down(read: Reader, value: Any, data: st.DataObject) -> None:
    text = bytearray(dump(value))
    place = data.draw(st.integers(0, len(text) - 1))
    damage = st.binary(max_size=2) | st.sampled_from([b'"', b"[", b"\\"])
    text[place : place + 1] = data.draw(damage)
    with contextlib.suppress(JsonError):
        read(bytes(text))


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "number",
    [2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**64 + 1, -(2**63) - 1, 10**3_000],
)
def test_whole_numbers_stay_exact_however_long(read: Reader, number: int) -> None:
    text = b'{"id":%s}' % str(number).encode()

    assert {"id": number} == read(text)
    assert text == dump({"id": number}) if number < 10**100 else True


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"NaN", "NaN"),
        (b'{"spend":-Infinity}', "infinity"),
        (b"1e999", "beyond all bounds"),
        (b"[-1e999]", "beyond all bounds"),
        (b"1" * 5_000, "thousands of digits"),
        (b"-" + b"1" * 5_000, "thousands of digits"),
        (b'"\xff"', "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"", "at character 0"),
        (b"   ", "at character"),
        (b"{'a':1}", "at character 1"),
        (b"[1,]", "at character"),
        (b"[1] [2]", "at character 4"),
        (b'"a\nb"', "at character"),
        (b"01", "at character"),
        (b"\xef\xbb\xbf\xef\xbb\xbf1", "at character 0"),
        ("﻿1".encode("utf-16"), "UTF-8"),
    ],
)
def test_what_json_does_not_know_is_refused(read: Reader, text: bytes, reason: str) -> None:
    with pytest.raises(JsonError, match=reason):
        read(text)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("depth", [100, 300, 900, 1_100])
def test_depth_alone_brings_no_reader_down(read: Reader, depth: int) -> None:
    with contextlib.suppress(JsonError):
        read(b"[" * depth + b'"\\ud83d"' + b"]" * depth)


@pytest.mark.parametrize(
    "text",
    [b'{"a":1,"a":1}', b'[{"b":{"a":1,"a":2}}]', b'{"a":1,"\\u0061":2}', b'{"":1,"":1}'],
)
def test_a_key_that_stands_twice_is_refused_where_it_matters(text: bytes) -> None:
    with pytest.raises(JsonError, match="stands twice"):
        parse_strict(text)

    assert parse_fast(text)


@pytest.mark.parametrize("read", READERS)
def test_keys_that_become_the_same_are_refused_as_well(read: Reader) -> None:
    with pytest.raises(JsonError, match="stands twice"):
        read(b'{"\\ud83d":1,"\\ud83e":2}')


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'\xef\xbb\xbf{"a":1}', {"a": 1}),
        (b'"\\ud83d"', "\ufffd"),
        (b'{"a\\udc00":["\\ud83dy",{"b":"\\ude00"}]}', {"a\ufffd": ["\ufffdy", {"b": "\ufffd"}]}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\uD83D\\uDE00 \\u00e9"', "😀 é"),
        (b"-0", 0),
        (b" [1.0, 1e3] ", [1.0, 1000.0]),
        (b'{"a":"\\u0000"}', {"a": "\x00"}),
    ],
)
def test_odd_but_honest_json_is_understood(read: Reader, text: bytes, expected: Any) -> None:
    assert expected == read(text)


@pytest.mark.parametrize("read", READERS)
@given(text=st.text())
def test_a_message_never_quotes_the_text(read: Reader, text: str) -> None:
    with pytest.raises(JsonError) as caught:
        read(f"canary {text}".encode())

    assert "canary" not in str(caught.value)


def test_json_is_written_as_everybody_reads_it() -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    value = {"money": Decimal("0.10"), "at": moment, "key": Secret("0123456789abcdef"), "é": [1]}

    expected = '{"money":0.10,"at":"2026-11-21T12:00:00Z","key":"•••cdef","é":[1]}'
    assert expected.encode() == dump(value)
    assert b'{"a":1}\n{"b":2}\n' == dump_lines([{"a": 1}, {"b": 2}])
    assert b"" == dump_lines([])


def test_what_cannot_be_written_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError, match="object cannot be written"):
        dump({"x": object()})


def test_a_number_that_is_none_is_written_as_nothing() -> None:
    assert b"[null,null]" == dump([math.nan, math.inf])
