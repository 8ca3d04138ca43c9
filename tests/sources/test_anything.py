"""Whatever a file holds, it is read to its end, and what is in order comes out as it is."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.errors import UsageError
from adloom.sources import BadRow, Row, open_source, window
from tests.sources.reading import records

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from('"\\[]{},'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
RECORDS = st.dictionaries(st.text(max_size=4), VALUES, max_size=3)
#: Bytes that mean something, more often than others.
BYTES = st.lists(
    st.sampled_from([b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"\n", b"\r", b"a", b"1",
                     b"\xff", b"\0", b";", b'{"a":1}', b"\xef\xbb\xbf"]),
    max_size=40,
).map(b"".join)  # fmt: skip


def read(content: bytes, piece: int, **options: Any) -> list[Row | BadRow]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "PIECE", piece)
        with open_source(io.BytesIO(content), **options) as source:
            return list(source)


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(RECORDS, min_size=1, max_size=6),
    indent=st.sampled_from([None, 1]),
    plain=st.booleans(),
    piece=st.integers(1, 40),
    before=RECORDS,
)
def test_a_list_comes_out_as_it_is_wherever_it_is_cut(
    values: list[Any], indent: int | None, plain: bool, piece: int, before: Any
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=plain)
    inside = json.dumps({"b": before, "in": {"list": values}, "z": before}, ensure_ascii=plain)

    assert values == records(read(text.encode(), piece, format="json"))
    assert values == records(read(inside.encode(), piece, records="in.list"))


@settings(max_examples=200, deadline=None)
@given(values=st.lists(RECORDS, min_size=1, max_size=6), piece=st.integers(1, 40))
def test_lines_come_out_as_they_are_wherever_they_are_cut(values: list[Any], piece: int) -> None:
    text = "\n".join(json.dumps(value) for value in values)

    assert values == records(read(text.encode(), piece, format="jsonl"))


@settings(max_examples=500, deadline=None)
@given(
    content=BYTES,
    piece=st.integers(1, 40),
    format_=st.sampled_from(["jsonl", "json", "csv", None]),
    longest=st.sampled_from([5, 1_000]),
)
def test_anything_is_rows_bad_rows_or_refused_as_a_whole(
    content: bytes, piece: int, format_: str | None, longest: int
) -> None:
    try:
        rows = read(content, piece, format=format_, longest=longest)
    except UsageError:
        return

    ends = [row.offset + row.length for row in rows]
    assert ends == sorted(ends)
    assert all(end <= len(content) for end in ends)
    assert len({row.number for row in rows}) == len(rows)
