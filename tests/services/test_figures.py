"""Figures of many rows: sums, ratios of sums, changes, movers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.services.figures import Verdict, compare, in_order, movers, total
from adloom.services.figures_measures import PRESETS, Better, adds_up, measure_of, parts_of
from adloom.wire import Record

ONE, TWO = Decimal(1), Decimal(2)
AMOUNTS = st.none() | st.decimals("0", "1000000", places=2)
ROWS = st.lists(
    st.fixed_dictionaries({"spend": AMOUNTS, "clicks": AMOUNTS, "impressions": AMOUNTS}),
    max_size=8,
)


def rows(*pairs: tuple[int | None, int | None]) -> list[Record]:
    """Rows of cost and conversions."""
    return [
        {
            "spend": None if spend is None else Decimal(spend),
            "conversion": None if count is None else Decimal(count),
        }
        for spend, count in pairs
    ]


def test_a_ratio_of_rows_is_the_ratio_of_their_sums_and_no_average() -> None:
    assert total(rows((10, 1), (10, 9)), "cost_per_conversion") == 2  # the average would be 5.6


def test_a_ratio_without_a_divisor_has_no_value() -> None:
    assert total(rows((10, 0)), "cost_per_conversion") is None
    assert total(rows((10, None)), "cost_per_conversion") is None
    assert total([], "ctr") is None


def test_a_figure_that_nobody_knows_is_not_nought() -> None:
    assert total(rows((None, None)), "spend") is None
    assert total(rows((None, 1), (5, 2)), "spend") == 5
    assert total([{"impressions": "<5"}], "impressions") is None


def test_people_are_never_added_up() -> None:
    several = [{"reach": Decimal(5)}, {"reach": Decimal(6)}]

    assert total(several, "reach") is None
    assert total(several[:1], "reach") == 5
    assert not adds_up("reach")
    assert total(several, "frequency") is None


def test_return_on_cost_is_computed_from_payments_and_their_values() -> None:
    found = [
        {
            "spend": Decimal(10),
            "complete_payment": Decimal(2),
            "value_per_complete_payment": Decimal(30),
        },
        {
            "spend": Decimal(90),
            "complete_payment": Decimal(1),
            "value_per_complete_payment": Decimal(40),
        },
    ]

    assert total(found, "complete_payment_roas") == ONE
    assert total(found, "value_per_complete_payment") == Decimal(100) / 3


@given(ROWS, ROWS)
def test_sums_of_parts_are_the_sum_of_the_whole(some: list[Record], others: list[Record]) -> None:
    parts = [one for one in (total(some, "spend"), total(others, "spend")) if one is not None]

    assert total([*some, *others], "spend") == (sum(parts, Decimal()) if parts else None)


@given(ROWS)
def test_a_ratio_of_many_rows_is_that_of_one_row_of_sums(found: list[Record]) -> None:
    summed = {name: total(found, name) for name in ("spend", "clicks", "impressions")}

    for name in ("ctr", "cpc", "cpm"):
        assert total(found, name) == total([summed], name)


@given(st.decimals("0", "1e9", places=2), st.decimals("0", "1e9", places=2))
def test_a_change_leads_from_what_was_to_what_is(now: Decimal, before: Decimal) -> None:
    delta = compare("spend", now, before)

    assert delta.change is not None
    assert delta.before is not None
    assert delta.before + delta.change == now
    assert (delta.share is None) == (before == 0)


@pytest.mark.parametrize(
    ("name", "now", "before", "verdict"),
    [
        ("conversion", TWO, ONE, Verdict.BETTER),
        ("conversion", ONE, TWO, Verdict.WORSE),
        ("cost_per_conversion", ONE, TWO, Verdict.BETTER),
        ("cost_per_conversion", TWO, ONE, Verdict.WORSE),
        ("spend", TWO, ONE, Verdict.CHANGED),
        ("ctr", ONE, ONE, Verdict.SAME),
        ("ctr", None, ONE, Verdict.UNKNOWN),
        ("ctr", ONE, None, Verdict.UNKNOWN),
    ],
)
def test_each_metric_knows_which_way_is_good(
    name: str, now: Decimal | None, before: Decimal | None, verdict: Verdict
) -> None:
    assert compare(name, now, before).verdict is verdict


def test_movers_are_those_that_changed_most_either_way() -> None:
    now = [{"ad_id": "1", "spend": Decimal(50)}, {"ad_id": "2", "spend": Decimal(10)}]
    before = [{"ad_id": "2", "spend": Decimal(90)}, {"ad_id": "3", "spend": Decimal(7)}]
    found = movers(now, before, "ad_id", "spend", most=2)

    assert [(one.key, one.delta.change) for one in found] == [
        ("2", Decimal(-80)),
        ("1", Decimal(50)),
    ]


def test_an_object_without_conversions_has_no_cost_that_could_move() -> None:
    now = [{"ad_id": "1", "spend": Decimal(50), "conversion": Decimal(0)}]
    before = [{"ad_id": "1", "spend": Decimal(50), "conversion": Decimal(5)}]

    assert movers(now, before, "ad_id", "cost_per_conversion", most=5) == []


def test_rows_without_a_value_come_last_whichever_way() -> None:
    found = rows((1, 0), (None, 1), (3, 2))

    assert [row["spend"] for row in in_order(found, "spend", falling=True)] == [3, 1, None]
    assert [row["spend"] for row in in_order(found, "spend", falling=False)] == [1, 3, None]


def test_what_ratios_need_is_asked_for_with_them() -> None:
    assert {"clicks", "impressions"} <= set(parts_of(["ctr"]))
    needed = {"spend", "complete_payment", "value_per_complete_payment"}
    assert needed <= set(parts_of(["complete_payment_roas"]))


def test_all_columns_of_presets_have_a_title_and_costs_are_better_when_lower() -> None:
    for _, names in PRESETS.values():
        for name in names:
            measure = measure_of(name)
            assert measure.title != name
            assert not name.startswith("cost_per") or measure.better is Better.LOWER
