"""Rows that a run has found: kept whole, shown in part, taken along without formulas."""

import csv
import gc
import io
import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adloom.secret import Secret
from adloom.services.module_runs_rows import IN_MEMORY, KeptRows

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES = st.none() | st.booleans() | TEXTS | st.integers()
ROWS = st.lists(st.dictionaries(st.sampled_from(["id", "name", "more"]), VALUES), max_size=30)


def whole(rows: KeptRows) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(b"".join(rows.as_json()), parse_float=Decimal)
    return found


def table(rows: KeptRows) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(rows.as_csv()).decode(), newline="")))


@given(ROWS)
def test_all_rows_come_back_as_they_went_in(given_rows: list[dict[str, Any]]) -> None:
    rows = KeptRows(("name",))
    for one in given_rows:
        rows.add([one])

    assert given_rows == whole(rows)
    assert len(given_rows) == rows.count


@given(TEXTS)
def test_no_cell_is_a_formula(text: str) -> None:
    rows = KeptRows()
    rows.add([{"a": "x", "text": text}])
    [row] = table(rows)

    assert row["text"] in (text, f"'{text}") if text else "text" not in row
    assert not row.get("text", "").startswith(("=", "@", "\t", "\r"))


def test_declared_columns_come_first_and_empty_ones_are_left_out() -> None:
    rows = KeptRows(("b", "a", "never"))
    rows.add([{"odd": 1, "a": Decimal("12.10"), "b": {"x": [1]}, "never": None}])

    assert ["b", "a", "odd"] == rows.columns()
    assert [{"b": '{"x":[1]}', "a": "12.10", "odd": "1"}] == table(rows)


def test_only_the_first_rows_are_at_hand() -> None:
    rows = KeptRows(most_shown=3)
    rows.add([{"n": 1}, {"n": 2}])
    rows.add([{"n": 3}, {"n": 4}])

    assert [{"n": 1}, {"n": 2}, {"n": 3}] == rows.shown
    assert 4 == rows.count == len(whole(rows))


def test_two_may_read_at_a_time_while_more_comes() -> None:
    rows = KeptRows()
    rows.add([{"n": number, "text": "x" * 100} for number in range(2_000)])
    first, second = rows.as_json(), rows.as_json()
    pairs = [next(first) == next(second) for _ in range(100)]
    rows.add([{"n": 2_000}])

    assert all(pairs)
    assert 2_001 == 100 + sum(1 for _ in first) - 1


def test_what_does_not_fit_into_memory_is_kept_all_the_same() -> None:
    rows = KeptRows()
    rows.add([{"text": "x" * IN_MEMORY} for _ in range(3)])

    assert rows.size > IN_MEMORY
    assert 3 == len(whole(rows))
    del rows
    gc.collect()  # a file that was not closed would warn here


def test_secrets_become_dots() -> None:
    secret = Secret("sk-0123456789abcdef")
    rows = KeptRows()
    rows.add(
        [
            {
                "text": f"it is {secret.reveal()}",
                "refresh_token": "abc",
                "url": "https://a.example/?b=1&token=zzz",
            }
        ]
    )

    assert [
        {"text": "it is •••cdef", "refresh_token": "•••", "url": "https://a.example/?b=1&token=•••"}
    ] == whole(rows)
    assert whole(rows) == rows.shown


def test_what_was_dropped_is_empty_but_for_what_is_shown() -> None:
    rows = KeptRows()
    rows.add([{"n": 1}])
    rows.drop()
    rows.drop()

    assert rows.is_dropped
    assert [] == whole(rows)
    assert [{"n": 1}] == rows.shown
