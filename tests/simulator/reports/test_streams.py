"""The parts that figures are made of."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.simulator.reports.audiences import BREAKDOWNS, values
from adloom.simulator.reports.counting import add_up, add_up_cells
from adloom.simulator.reports.curves import DAY_WEIGHT, PROFILES, weight
from adloom.simulator.reports.figures import Figures
from adloom.simulator.reports.periods import HOUR, Period
from adloom.simulator.reports.showing import Showing
from adloom.simulator.reports.streams import EVENTS, LENGTH, STREAMS, before, places, split
from adloom.simulator.world import World
from tests.simulator.worlds import START, first

MINUTES = st.integers(29_000_000, 31_000_000)
FIGURES = Figures(("spend", "impressions", "clicks", "conversion", "result"))


def _showing(number: int, *runs: tuple[int, int]) -> Showing:
    return Showing(number, group_kind=2, rate=5 + number % 64, ahead=60, runs=runs, extras=())


@given(st.integers(0, PROFILES - 1), st.lists(MINUTES, min_size=2, max_size=20))
def test_weight_never_falls(profile: int, minutes: list[int]) -> None:
    weights = [weight(profile, minute) for minute in sorted(minutes)]

    assert sorted(weights) == weights


@pytest.mark.parametrize("profile", range(PROFILES))
def test_a_quarter_of_a_year_weighs_as_many_average_days(profile: int) -> None:
    quarter = weight(profile, 29_000_000 + 91 * 1440) - weight(profile, 29_000_000)

    assert quarter == pytest.approx(91 * DAY_WEIGHT, rel=0.02)


@given(st.integers(1 << 50, 1 << 52), MINUTES)
def test_an_hour_never_passes_without_an_impression(number: int, minute: int) -> None:
    showing = _showing(number, (0, 1 << 40))

    assert showing.number(minute) < showing.number(minute + 60)


@given(
    st.integers(1 << 50, 1 << 52),
    st.lists(MINUTES, min_size=2, max_size=8, unique=True),
    st.lists(MINUTES, min_size=2, max_size=12),
)
def test_both_ways_to_count_agree(number: int, moments: list[int], bounds: list[int]) -> None:
    moments, bounds = sorted(moments), sorted(bounds)
    runs = list(zip(moments[::2], moments[1::2], strict=False))
    showings = [_showing(number, *runs), _showing(number + 4, (moments[0], 1 << 40))]
    cells = [add_up(showings, FIGURES, low, high) for low, high in pairwise(bounds)]

    assert cells == add_up_cells(showings, FIGURES, bounds)


@given(
    st.integers(1 << 50, 1 << 52),
    st.lists(MINUTES, min_size=2, max_size=6, unique=True),
    st.lists(MINUTES, min_size=2, max_size=12, unique=True),
)
def test_the_cells_of_an_ad_are_those_with_impressions(
    number: int, moments: list[int], bounds: list[int]
) -> None:
    moments, bounds = sorted(moments), sorted(bounds)
    showing = _showing(number, *zip(moments[::2], moments[1::2], strict=False))
    shown = [
        add_up([showing], Figures(("impressions",)), low, high)[0] > 0
        for low, high in pairwise(bounds)
    ]
    found = showing.cells(bounds)

    # A cell of many minutes may have two short visits that together show something.
    assert shown == [bool(found >> place & 1) for place in range(len(shown))]


@pytest.mark.parametrize("event", list(EVENTS))
def test_an_event_is_a_part_of_another(event: str) -> None:
    parent = EVENTS[event][0]
    for stream in range(STREAMS):
        own = places(stream, event)

        assert set(own) <= set(places(stream, parent))
        assert sorted(own) == list(own)
        assert before(stream, event)[LENGTH] == len(own)


@pytest.mark.parametrize("dimension", list(BREAKDOWNS))
def test_every_impression_has_one_value(dimension: str) -> None:
    parts = split(3, "impressions", (dimension,))

    assert sum(BREAKDOWNS[dimension]) == 64
    assert sorted(place for part in parts for place in part) == list(range(LENGTH))


def test_values_have_names_in_every_account() -> None:
    for account in World(start=START).accounts.values():
        for dimension, shares in BREAKDOWNS.items():
            words = values(dimension, account.facts)
            assert len(set(words)) == len(words) == len(shares)


def test_most_people_are_where_the_account_is() -> None:
    assert values("country_code", first(World(start=START)).facts)[0] == "US"


@pytest.mark.parametrize(
    ("day", "lengths"),
    [
        (date(2026, 3, 29), [60, 60, 0, *[60] * 21]),
        (date(2026, 10, 25), [60, 60, 120, *[60] * 21]),
        (date(2026, 6, 1), [60] * 24),
    ],
)
def test_summer_time_shortens_and_lengthens_an_hour(day: date, lengths: list[int]) -> None:
    cells = Period(day, day, HOUR).cells(ZoneInfo("Europe/Berlin"), 2e9)

    assert lengths == [high - low for low, high in pairwise(cells.bounds)]
    assert [length > 0 for length in lengths] == [
        bool(cells.open >> hour & 1) for hour in range(24)
    ]
    assert cells.labels[2] == f"{day} 02:00:00"
