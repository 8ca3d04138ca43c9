"""Rows left undecoded until somebody looks."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UnusableAnswerError
from adloom.json_text import parse_fast
from adloom.rows import RawRows, column, lines, listing_decoder, take

READ = listing_decoder("list")
SIMPLE = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=5)
ROW = st.dictionaries(st.sampled_from(["ad_id", "name", "é", "x y"]), SIMPLE | st.lists(SIMPLE))
ROWS = st.lists(ROW, max_size=6)


def raw(rows: list[dict[str, Any]]) -> RawRows:
    return RawRows([msgspec.Raw(json.dumps(row, ensure_ascii=False).encode()) for row in rows])


def enveloped(rows: Any, **more: Any) -> bytes:
    told = {"code": 0, "message": "OK", "request_id": "r-1", **more}
    data = {"list": rows, "page_info": {"page": 1, "total_number": 7}}
    return json.dumps({**told, "data": data}, ensure_ascii=False).encode()


@given(ROWS)
def test_raw_rows_are_read_like_ordinary_ones(rows: list[dict[str, Any]]) -> None:
    found = READ(enveloped(rows))
    assert found is not None
    undecoded = found["data"]["list"]

    assert isinstance(undecoded, RawRows)
    assert rows == list(undecoded) == [undecoded[place] for place in range(len(rows))]
    assert rows[1:3] == list(undecoded[1:3])
    assert {**found, "data": {**found["data"], "list": rows}} == parse_fast(enveloped(rows))


@given(ROWS, st.sampled_from(["ad_id", "x y"]), st.data())
def test_columns_and_choices_are_the_same_for_both(
    rows: list[dict[str, Any]], name: str, data: st.DataObject
) -> None:
    places = data.draw(st.lists(st.integers(0, len(rows) - 1))) if rows else []

    assert [row.get(name) for row in rows] == column(rows, name) == column(raw(rows), name)
    assert [rows[place] for place in places] == take(rows, places) == list(take(raw(rows), places))


@given(ROWS)
def test_rows_become_lines_that_say_the_same(rows: list[dict[str, Any]]) -> None:
    for written in (lines(rows), lines(raw(rows))):
        assert rows == [json.loads(line) for line in written.splitlines()]
        assert len(rows) == written.count(b"\n")


@given(st.binary() | ROWS.map(enveloped))
def test_whatever_is_out_of_the_ordinary_is_left_to_the_ordinary_reader(body: bytes) -> None:
    found = READ(body)

    assert found is None or found["code"] == parse_fast(body)["code"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 100_000,
        b'{"code":0,"data":{"list":' + b"[" * 100_000,
        b'{"code":"0","data":{"list":[]}}',
        b'{"code":0,"data":{}}',
        b'{"code":0,"data":{"list":null}}',
        b'{"code":0,"data":{"list":[NaN]}}',
        b'{"code":0,"data":{"list":[{"name":"\\ud83d"}]}}',
        b'{"code":0,"data":{"list":[{"name":"\\uD83D"}]}}',
        b'{"code":0,"data":{"list":[{"name":"\xff"}]}}',
        b'{"code":0,\n"data":{"list":[]}}',
        b'{"code":0,"data":{"list":[]}} {}',
    ],
)
def test_an_answer_that_could_not_be_passed_on_as_it_is_is_not_taken(body: bytes) -> None:
    assert READ(body) is None


def test_a_cursor_is_kept() -> None:
    found = READ(b'{"code":0,"data":{"list":[],"has_more":true,"cursor":20}}')
    assert found is not None

    assert (True, 20) == (found["data"]["has_more"], found["data"]["cursor"])


@pytest.mark.parametrize("row", [b"7", b"[]", b'{"spend":1e999}', b'{"id":%s}' % (b"1" * 5_000)])
def test_a_row_that_cannot_be_used_is_found_out_by_whoever_looks(row: bytes) -> None:
    rows = RawRows([msgspec.Raw(row)])
    with pytest.raises(UnusableAnswerError, match="row of the answer"):
        list(rows)


def test_rows_are_judged_by_a_typed_decoder() -> None:
    decoder = msgspec.json.Decoder(dict[str, int])

    assert raw([{"a": 1}, {"b": 2}]).fit(decoder)
    assert not raw([{"a": 1}, {"b": "two"}]).fit(decoder)
