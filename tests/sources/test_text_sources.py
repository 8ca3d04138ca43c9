"""JSON lines, JSON and CSV: what is a row, what is none, and that the rest goes on."""

import errno
import hashlib
import io
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import UnknownNameError, UsageError
from adloom.sources import LONGEST_ROW, BadRow, Row, open_source
from tests.sources.reading import bad, file_of, read, records, small_pieces

PIECES = pytest.mark.parametrize("piece", [1, 7, 1 << 18])

LINES = b"\n".join(
    [
        b'{"a":1}',
        b"",
        b"no json",
        b"[1]",
        b'{"a":NaN}',
        b'{"a":1,"a":2}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}\r',
        b'{"a":"\x00"}',
        b'{"id":7100000000000000001,"price":"12.50"}',
    ]
)


@PIECES
def test_a_bad_line_is_told_with_its_place_and_the_rest_goes_on(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch, piece)

    rows = read(file_of(tmp_path, "a.jsonl", LINES))

    good = [{"a": 1}, {"a": "\ufffd"}, {"id": 7100000000000000001, "price": "12.50"}]
    assert good == records(rows)
    assert {
        3: "it is not JSON: Expecting value at character 0",
        4: "it is no object with fields",
        5: "it holds NaN or an infinity",
        6: "a key stands twice in one object",
        7: "it is not UTF-8",
        9: "it is not JSON: Invalid control character at at character 6",
    } == bad(rows)
    for row in rows:
        content = LINES[row.offset : row.offset + row.length]
        digest = row.digest() if isinstance(row, Row) else row.sha256
        assert hashlib.sha256(content).hexdigest() == digest


def test_a_bad_row_never_quotes_its_content(tmp_path: Path) -> None:
    lines = b'{"email": ada@example.com}\n{"ada@example.com":1,"ada@example.com":2}\n'
    cells = b'a,b\n"ada@example.com"x,1\nada@example.com\n\xffada@example.com,2\n'

    rows = read(file_of(tmp_path, "a.jsonl", lines)) + read(file_of(tmp_path, "a.csv", cells))

    assert 5 == len(rows)
    assert [] == [row for row in rows if "ada" in repr(row)]


@PIECES
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_a_gigantic_row_is_passed_over_without_being_loaded(
    name: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch, max(piece, 4_000))
    giant = b'{"a":"' + b"x" * 30_000_000 + b'"}'
    around = {
        "a.jsonl": (b'{"a":1}\n', b'\n{"a":2}\n'),
        "a.json": (b'[{"a":1},', b',{"a":2}]'),
        "a.csv": (b"a\n1\n", b"\n2\n"),
    }
    before, after = around[name]
    path = file_of(tmp_path, name, before + giant + after)

    tracemalloc.start()
    try:
        rows = read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    first, row, last = rows
    assert isinstance(row, BadRow)
    assert (len(before), len(giant)) == (row.offset, row.length)
    assert hashlib.sha256(giant).hexdigest() == row.sha256
    assert f"it is longer than {LONGEST_ROW:,} bytes" == row.reason
    assert ["1", "2"] == [str(one["a"]) for one in records([first, last])]
    assert peak < 6_000_000


def test_a_last_line_cut_off_is_told_as_such(tmp_path: Path) -> None:
    (_, cut) = read(file_of(tmp_path, "a.jsonl", b'{"a":1}\n{"a":'))
    element, end = read(file_of(tmp_path, "a.json", b'[{"a":'))

    assert isinstance(cut, BadRow)
    assert isinstance(element, BadRow)
    assert isinstance(end, BadRow)
    assert cut.reason.endswith("the file ends within it")
    assert ("the file ends within it", "the list has no end") == (element.reason, end.reason)


@pytest.mark.parametrize(
    ("content", "open_end"), [(b'{"a":1}\n{"a":2}', True), (b'{"a":1}\n{"a":2}\n', False)]
)
def test_a_last_line_without_an_end_is_a_row_that_may_still_grow(
    content: bytes, open_end: bool, tmp_path: Path
) -> None:
    with open_source(file_of(tmp_path, "a.jsonl", content)) as source:
        rows = list(source)

        assert [{"a": 1}, {"a": 2}] == records(rows)
        assert open_end is source.open_end
        assert len(content) == source.position.offset == source.size


# --- JSON ---------------------------------------------------------------------------------------


@PIECES
@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b'[{"a":1},{"b":{"c":["]",2]}}]', {}),
        (b' [ {"a":1}\n,\n{"b":{"c":["]",2]}} ] \n', {}),
        (b'\xef\xbb\xbf[{"a":1},{"b":{"c":["]",2]}}]', {}),
        (b'{\n "a": 1\n}\n{"b":{"c":["]",2]}}', {}),
        (
            b'{"n":[{"a":9}],"x":{"data":3},"data":[{"a":1},{"b":{"c":["]",2]}}]}',
            {"records": "data"},
        ),
        (
            b'{"q":"\\"}","data":{"o":{},"list":[{"a":1},{"b":{"c":["]",2]}}],"z":[1]},"y":1}',
            {"records": "data.list"},
        ),
    ],
)
def test_records_are_found_wherever_a_json_file_has_them(
    content: bytes, options: Any, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch, piece)

    rows = read(file_of(tmp_path, "a.json", content), **options)

    assert [{"a": 1}, {"b": {"c": ["]", 2]}}] == records(rows)
    assert 2 == len(rows)
    assert [content[row.offset : row.offset + row.length] for row in rows] == [
        row.content for row in rows if isinstance(row, Row)
    ]


def test_a_bad_element_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = b'[{"a":1}, 12, "x],", {"a":NaN}, {"a":2,"a":2}, {"a":[}, {"a":3}]'
    whole = b'[{"a":1}, 12, "x],", {"a":NaN}, {"a":2,"a":2}, {"a":3}] {"a":4}'

    rows = read(file_of(tmp_path, "a.json", content))
    others = read(file_of(tmp_path, "b.json", whole))

    assert {2, 3, 4, 5, 6} <= set(bad(rows))
    assert [{"a": 1}] == records(rows)[:1]
    assert [{"a": 1}, {"a": 3}] == records(others)
    assert "its brackets do not match; what follows was not read" == bad(others)[7]


@pytest.mark.parametrize("path", ["nothing", "data", "data.list.x", "list"])
def test_a_list_that_is_not_there_is_told_with_what_there_is(path: str, tmp_path: Path) -> None:
    content = b'{"data":{"list":[{"a":1}],"page":1},"code":0}'

    with pytest.raises(UsageError, match="has no list at") as caught:
        read(file_of(tmp_path, "a.json", content), records=path)
    if path == "nothing":
        assert "There are: data, code." == caught.value.hint


def test_one_object_is_one_record_and_lines_in_a_json_file_are_lines(tmp_path: Path) -> None:
    one = read(file_of(tmp_path, "one.json", b'{\n  "a": 1\n}\n'))
    path = file_of(tmp_path, "lines.json", b'{"a":1}\n{"a":2}\n')

    assert [{"a": 1}] == records(one)
    with open_source(path) as source:
        assert ("jsonl", [{"a": 1}, {"a": 2}]) == (source.format, records(list(source)))


# --- CSV ----------------------------------------------------------------------------------------

CSV = (
    b"\xef\xbb\xbforder_id;user.email;properties.contents[1].price;properties.contents[0].price\r\n"
    b"1;ada@example.com;2,5;1,5\r\n"
    b"2;;3;\r\n"
    b"3;x\r\n"
    b'4;"y;\r\n'
    b'5;"p\r\nq";1;2\r\n'
    b"6;a;b;c;d\r\n"
    b"\r\n"
    b"7;\xff;;\r\n"
    b'8;"a"b;;\r\n'
    b"9;\x00;;\r\n"
    b'10;"say ""hi""";;'
)


@PIECES
def test_rows_of_csv_become_records_and_dotted_names_nest(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch, piece)

    rows = read(file_of(tmp_path, "a.csv", CSV))

    prices = [{"price": "1,5"}, {"price": "2,5"}]
    assert [
        {"order_id": "1", "user": {"email": "ada@example.com"}, "properties": {"contents": prices}},
        {"order_id": "2", "properties": {"contents": [{"price": "3"}]}},
        {
            "order_id": "5",
            "user": {"email": "p\r\nq"},
            "properties": {"contents": [{"price": "2"}, {"price": "1"}]},
        },
        {"order_id": "10", "user": {"email": 'say "hi"'}},
    ] == records(rows)
    assert {
        4: "it has too few cells: 2 under 4 columns",
        5: "something stands behind a closing quotation mark",
        8: "it has too many cells: 5 under 4 columns",
        10: "it is not UTF-8",
        11: "something stands behind a closing quotation mark",
        12: "it holds a NUL byte",
    } == bad(rows)
    for row in rows:
        digest = row.digest() if isinstance(row, Row) else row.sha256
        content = CSV[row.offset : row.offset + row.length]
        assert hashlib.sha256(content).hexdigest() == digest


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str, tmp_path: Path) -> None:
    text = 'a,b,c\n1,"x, y; z",3\n2,u,4\n'.replace(",", delimiter, 2).replace("1,", f"1{delimiter}")
    text = text.replace('",3', f'"{delimiter}3').replace("2,u,4", delimiter.join("2u4"))

    rows = read(file_of(tmp_path, "a.csv", text.encode()))

    assert [{"a": "1", "b": "x, y; z", "c": "3"}, {"a": "2", "b": "u", "c": "4"}] == records(rows)


def test_a_delimiter_can_be_given_and_one_column_needs_none(tmp_path: Path) -> None:
    path = file_of(tmp_path, "a.csv", b"a;b,c;d\n1;2,3;4\n")

    assert [{"a;b": "1;2", "c;d": "3;4"}] == records(read(path, delimiter=","))
    assert [{"id": "1"}, {"id": "2"}] == records(read(file_of(tmp_path, "b.csv", b"id\n1\n2\n")))


def test_names_with_dots_that_are_no_places_stay_names(tmp_path: Path) -> None:
    content = b"Total (inc. VAT),no.,a b,,a.b\n1,2,3,4,5\n"

    rows = read(file_of(tmp_path, "a.csv", content))

    expected = {"Total (inc. VAT)": "1", "no.": "2", "a b": "3", "a": {"b": "5"}}
    assert [expected] == records(rows)


def test_columns_without_a_name_are_left_out(tmp_path: Path) -> None:
    rows = read(file_of(tmp_path, "a.csv", b",id,total,\n0,7,,x\n1,8,2,\n"))

    assert [{"id": "7"}, {"id": "8", "total": "2"}] == records(rows)


@pytest.mark.parametrize(
    "header",
    [
        b"a,a",
        b"a,a.b",
        b"a.b,a",
        b"a[0],a.b",
        b"a[0],a[0]",
        b"1,2",
        b"x@example.com,b",
        b",",
        b"a,\xff",
    ],
)
def test_a_header_that_names_no_columns_or_one_place_twice_is_refused(
    header: bytes, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"columns|does not name"):
        read(file_of(tmp_path, "a.csv", header + b"\n1,2\n"))


def test_an_open_quotation_mark_takes_only_its_own_row_along(tmp_path: Path) -> None:
    content = b"a,b\n" + b'1,"open\n' + b"2,x\n" * 60_000

    rows = read(file_of(tmp_path, "a.csv", content))

    assert {2: "a cell is too long"} == bad(rows)
    assert 60_000 == len(records(rows))


# --- what is not read at all ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.jsonl", b" \n\n", "empty"),
        ("a.csv", b"\xef\xbb\xbf", "empty"),
        ("a.csv", b"PK\x03\x04\x14\x00", "ZIP"),
        ("a.jsonl", b"\x1f\x8b\x08\x00", "gzip"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "PNG"),
        ("a.json", b"%PDF-1.7", "PDF"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1", "Office"),
        ("a.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a.json", b"<html>", "web page"),
        ("a.jsonl", b'[{"a":1}]', "JSON list"),
        ("a.csv", b'{"a":1}\n', "holds JSON"),
        ("a.csv", b"SQLite format 3\0" + b"\0" * 100, "cannot be read"),
        ("a.db", b"a,b\n1,2\n", "no SQLite database"),
        ("a.csv", b"\x00\x01\x02" * 50, "no text"),
    ],
)
def test_what_is_something_else_is_told_with_what_to_do(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        read(file_of(tmp_path, name, content))

    assert 2 == caught.value.exit_code


def test_a_folder_a_missing_file_and_an_unknown_format_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder"):
        open_source(tmp_path)
    with pytest.raises(UsageError, match="No such file"):
        open_source(tmp_path / "none.csv")
    with pytest.raises(UnknownNameError) as caught:
        open_source(file_of(tmp_path, "a.csv", b"a\n1\n"), format="jsonlines")
    assert "Did you mean jsonl or json?" == caught.value.hint


def test_a_pipe_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as pipe, os.fdopen(theirs, "wb", buffering=0) as writer:
        writer.write(b'{"a":1}\n{"a":2}\n{"a"')
        with open_source(pipe, format="jsonl") as source:
            rows = iter(source)
            first = next(rows)
            assert (None, {"a": 1}) == (source.size, records([first])[0])
            writer.close()
            rest = list(rows)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))

    assert [{"a": 2}] == records(rest)
    assert bad(rest)[3].endswith("the file ends within it")
    assert [{"a": "1", "b": "2"}] == records(read(Path("-")))
    with pytest.raises(UsageError, match="pipe"):
        open_source(io.BytesIO(b"SQLite format 3\0"))


def test_a_file_that_becomes_shorter_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch, 100)
    path = file_of(tmp_path, "a.jsonl", b'{"a":1}\n' * 1_000)

    with open_source(path) as source:
        next(iter(source))
        os.truncate(path, 400)
        with pytest.raises(UsageError, match="became shorter"):
            list(source)


def test_a_disk_that_fails_is_told() -> None:
    class Broken(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(errno.EIO, "Input/output error")
            return super().read1(size)

    with open_source(Broken(b'{"a":1}\n'), format="jsonl") as source:
        rows = iter(source)
        assert [{"a": 1}] == records([next(rows)])
        with pytest.raises(UsageError, match="Input/output error"):
            next(rows)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    line = json.dumps({"id": 1, "text": "x" * 180}).encode() + b"\n"
    path = file_of(tmp_path, "a.jsonl", line * 50_000)

    tracemalloc.start()
    try:
        with open_source(path) as source:
            count = sum(1 for _ in source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 50_000 == count
    assert peak < 4_000_000
