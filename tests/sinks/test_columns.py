"""Rows decoded straight into columns give what reading them one by one gives."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.sinks.columns import Columns
from adloom.wire import Record
from tests.sinks.reports import COLUMNS, nested, wire_row

FIGURES = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.integers(-(10**6), 10**6).map(str),
    st.just("-"),
    st.just("<5"),
    st.none(),
    st.integers(0, 9),
    st.floats(-1e6, 1e6),
)
TEXTS = st.one_of(st.text(st.characters(codec="utf-8")), st.just("-"), st.just('"-"'), st.none())
ROWS = st.builds(
    wire_row,
    ad_id=st.one_of(st.integers(1, 10**19), st.integers(1, 10**19).map(str)),
    ad_name=TEXTS,
    spend=FIGURES,
    ctr=FIGURES,
)


def one_by_one(rows: list[Record], *, exact: bool) -> list[list[Any]]:
    """The plain way, by way of bundles."""

    def value(found: Any, name: str) -> Any:
        if name in ("spend", "ctr") and isinstance(found, Decimal | int | float) and not exact:
            return float(found)
        return None if found is None else str(found)

    bundles = list(nested(*rows))
    return [[value(one.get(column.name), column.name) for one in bundles] for column in COLUMNS]


@given(st.lists(st.lists(ROWS, min_size=1, max_size=6), min_size=1, max_size=4), st.booleans())
def test_columns_hold_what_the_bundles_hold(pages: list[list[Record]], exact: bool) -> None:
    columns = Columns(COLUMNS, exact=exact)

    for rows in pages:
        assert one_by_one(rows, exact=exact) == [list(one) for one in columns.of(nested(*rows))]


def test_a_dash_that_turns_up_late_is_noticed() -> None:
    columns = Columns(COLUMNS, exact=False)
    found = [
        columns.of(nested(wire_row(spend="1"), wire_row(spend=spend, ctr=ctr)))[4:]
        for spend, ctr in (("2", "3"), ("-", "3"), ("2", "-"), ("2", "3"))
    ]

    assert [
        [[1.0, 2.0], [0.25, 3.0]],
        [[1.0, None], [0.25, 3.0]],
        [[1.0, 2.0], [0.25, None]],
        [[1.0, 2.0], [0.25, 3.0]],
    ] == found


def test_figures_stay_the_text_they_came_as_where_that_is_wished() -> None:
    columns = Columns(COLUMNS, exact=True).of(nested(wire_row(spend="20.000", ctr="-")))

    assert [["20.000"], [None]] == columns[4:]


def test_a_column_that_no_row_has_is_empty() -> None:
    row = {"dimensions": {"ad_id": "1"}, "metrics": {}}

    assert [["1"], [None], ["71"], [None], [None], [None]] == Columns(COLUMNS, exact=False).of(
        nested(row)
    )


@pytest.mark.parametrize("rows", [[{"dimensions": None, "metrics": None}], [{}]])
def test_a_row_without_objects_has_no_values(rows: list[Record]) -> None:
    found = Columns(COLUMNS, exact=False).of(nested(*rows))

    assert [[None], [None], ["71"], [None], [None], [None]] == found
