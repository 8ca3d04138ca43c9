"""Going on where it stopped: no row twice, none left out, another file is told."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils.db import sqlite3  # type: ignore[attr-defined] # the driver it has chosen

from adloom.errors import UsageError
from adloom.sources import BadRow, Position, Row, open_source, window
from tests.sources.reading import file_of, read, records, small_pieces

SAMPLES = {
    "a.jsonl": b'{"a":1}\n\nno\n{"a":2}\r\n' + b"x" * 40 + b'\n{"a":3}\n{"a":4}',
    "a.json": b'[{"a":1}, no, {"a":{"b":[2]}},\n"' + b"x" * 40 + b'",{"a":3}]',
    "a.csv": b'a,b\n1,2\n3\n4,"5\n6"\n7,"8\n9,x\n"' + b"x" * 40 + b'",1\n10,11\r\n12,13',
}


def flat(row: Row | BadRow) -> tuple[object, ...]:
    return (row.number, row.offset, row.length, getattr(row, "record", None))


@pytest.mark.parametrize("piece", [3, 16, 1 << 18])
@pytest.mark.parametrize("name", SAMPLES)
def test_from_every_row_on_the_rest_comes_once(
    name: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch, piece)
    path = file_of(tmp_path, name, SAMPLES[name])
    whole = [flat(row) for row in read(path, longest=30)]

    for count in range(len(whole) + 1):
        with open_source(path, longest=30) as source:
            for _, _row in zip(range(count), source, strict=False):
                pass
            note = source.position.as_note()
        with open_source(path, longest=30, start=Position.from_note(note)) as source:
            assert source.resumed
            assert whole[count:] == [flat(row) for row in source]


@settings(max_examples=150, deadline=None)
@given(
    cells=st.lists(
        st.sampled_from(["1", '"', '"x"', '"a\n b"', 'q"', "", "1,2", "\n"]), max_size=30
    ),
    count=st.integers(0, 12),
    piece=st.integers(1, 9),
)
def test_a_csv_however_broken_goes_on_like_in_one_go(
    cells: list[str], count: int, piece: int
) -> None:
    content = ("a,b\n" + ",".join(cells)).replace(",\n,", "\n").encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "PIECE", piece)
        whole = list(open_source(io.BytesIO(content), format="csv", longest=20))
        source = open_source(io.BytesIO(content), format="csv", longest=20)
        first = [row for _, row in zip(range(count), source, strict=False)]
        rest = open_source(io.BytesIO(content), format="csv", longest=20, start=source.position)

        assert rest.resumed
        assert [flat(row) for row in whole] == [flat(row) for row in [*first, *rest]]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_grew_goes_on_and_one_that_changed_begins_anew(
    name: str, tmp_path: Path
) -> None:
    path = file_of(tmp_path, name, SAMPLES[name])
    with open_source(path) as source:
        next(iter(source))
        after_one = source.position
        list(source)
        at_end = source.position
    changed = SAMPLES[name].replace(b"1", b"8", 1)

    with open_source(file_of(tmp_path, name, changed), start=after_one) as source:
        assert not source.resumed
        anew = [flat(row) for row in source]
    with open_source(file_of(tmp_path, name, changed), start=None) as source:
        assert [flat(row) for row in source] == anew
    with open_source(file_of(tmp_path, name, SAMPLES[name][:-9]), start=at_end) as source:
        assert not source.resumed
    if name != "a.json":
        grown = SAMPLES[name] + b"\n" + (b"14,15" if name == "a.csv" else b'{"a":5}')
        with open_source(file_of(tmp_path, name, grown), start=at_end) as source:
            assert source.resumed
            assert [{"a": 5}] == records(list(source)) or [{"a": "14", "b": "15"}]


@pytest.mark.parametrize("piece", [3, 1 << 18])
@pytest.mark.parametrize(
    ("content", "grown"),
    [
        (b'[{"a":1}]', b'[{"a":1},{"a":2}]'),
        (b'[\n {"a":1}\n]\n', b'[\n {"a":1},\n {"a":2}\n]\n'),
        (b'{"a":1}\n', b'{"a":1}\n{"a":2}\n'),
        (b"[]", b'[{"a":2}]'),
        (b'[{"a":1}', b'[{"a":1},{"a":2}]'),
    ],
)
def test_json_that_was_read_to_its_end_goes_on_with_what_was_added(
    content: bytes, grown: bytes, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch, piece)
    path = file_of(tmp_path, "a.json", content)
    with open_source(path, format="json") as source:
        list(source)
        at_end = source.position

    with open_source(path, format="json", start=at_end) as source:
        assert source.resumed
        assert [] == records(list(source))
    path.write_bytes(grown)
    with open_source(path, format="json", start=at_end) as source:
        assert source.resumed
        assert [{"a": 2}] == records(list(source))


def test_a_pipe_goes_on_with_the_same_bytes_and_refuses_others() -> None:
    class Pipe(io.BytesIO):
        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

    with open_source(Pipe(b'{"a":1}\n{"a":2}\n'), format="jsonl") as source:
        next(iter(source))
        start = source.position
    with open_source(Pipe(b'{"a":1}\n{"a":2}\n'), format="jsonl", start=start) as source:
        assert [{"a": 2}] == records(list(source))
    with pytest.raises(UsageError, match="begins otherwise"):
        open_source(Pipe(b'{"a":9}\n{"a":2}\n'), format="jsonl", start=start)


def test_a_table_goes_on_behind_its_last_row_and_another_one_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE orders (a INTEGER)")
    database.executemany("INSERT INTO orders VALUES (?)", [(1,), (2,)])
    database.commit()
    with open_source(path) as source:
        assert [{"a": 1}, {"a": 2}] == records(list(source))
        start = source.position

    database.execute("INSERT INTO orders VALUES (3)")
    database.commit()
    with open_source(path, start=start) as source:
        assert source.resumed
        assert [(3, {"a": 3})] == [
            (one.number, one.record) for one in source if isinstance(one, Row)
        ]
    database.execute("UPDATE orders SET a = 9 WHERE a = 2")
    database.commit()
    with open_source(path, start=start) as source:
        assert not source.resumed
        assert [{"a": 1}, {"a": 9}, {"a": 3}] == records(list(source))
    database.close()


def test_what_a_select_finds_goes_on_by_counting(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID")
    database.executemany("INSERT INTO t VALUES (?)", [(1,), (2,), (3,)])
    database.commit()
    for table in ("t", "SELECT a FROM t ORDER BY a;"):
        with open_source(path, table=table) as source:
            next(iter(source))
            start = source.position
        with open_source(path, table=table, start=start) as source:
            assert source.resumed
            assert [{"a": 2}, {"a": 3}] == records(list(source))
    with open_source(path) as source:
        list(source)
        at_end = source.position
    database.execute("DELETE FROM t WHERE a = 3")
    database.commit()
    with open_source(path, start=at_end) as source:
        assert not source.resumed
        assert [{"a": 1}, {"a": 2}] == records(list(source))
    database.close()
