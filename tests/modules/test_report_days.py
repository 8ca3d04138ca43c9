"""The days of a report: words, time zones, windows (business_api.md §5.1)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.records.reports_dates import (
    Days,
    days_in_words,
    longest_window,
    windows,
    words_for_days,
)

DATES = st.dates(date(2015, 1, 1), date(2035, 12, 31))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati",
         "Australia/Lord_Howe", "America/Sao_Paulo"]  # fmt: skip
#: A Wednesday.
TODAY = date(2026, 3, 11)


@given(DATES, st.integers(0, 2000), st.sampled_from([1, 7, 30, 365]))
def test_windows_cover_every_day_once_in_order_and_none_is_too_long(
    first: date, more: int, longest: int
) -> None:
    days = Days(first, first + timedelta(days=more))

    cut = list(windows(days, longest))

    covered = [window.first + timedelta(days=day) for window in cut for day in range(len(window))]
    assert [first + timedelta(days=day) for day in range(more + 1)] == covered
    assert all(1 <= len(window) <= longest for window in cut)


@given(DATES, st.integers(1, 400))
def test_halves_are_the_whole_again(first: date, more: int) -> None:
    days = Days(first, first + timedelta(days=more))
    halves = days.halves()

    assert halves is not None
    earlier, later = halves
    assert (days.first, days.last) == (earlier.first, later.last)
    assert earlier.last + timedelta(days=1) == later.first


def test_a_single_day_has_no_halves() -> None:
    assert Days(TODAY, TODAY).halves() is None


@pytest.mark.parametrize(
    ("dimensions", "longest"),
    [
        (["ad_id", "stat_time_day"], 30),
        (["ad_id", "stat_time_hour"], 1),
        (["ad_id"], 365),
        (["ad_id", "country_code"], 365),
    ],
)
def test_the_longest_window_follows_from_the_dimensions(
    dimensions: list[str], longest: int
) -> None:
    assert longest == longest_window(dimensions)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", date(2026, 3, 11), date(2026, 3, 11)),
        ("yesterday", date(2026, 3, 10), date(2026, 3, 10)),
        ("last 7 days", date(2026, 3, 4), date(2026, 3, 10)),
        ("last 1 day", date(2026, 3, 10), date(2026, 3, 10)),
        ("last 30 days", date(2026, 2, 9), date(2026, 3, 10)),
        ("this week", date(2026, 3, 9), date(2026, 3, 11)),
        ("last week", date(2026, 3, 2), date(2026, 3, 8)),
        ("this month", date(2026, 3, 1), date(2026, 3, 11)),
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_words_stand_for_days(words: str, first: date, last: date) -> None:
    assert Days(first, last) == days_in_words(words, TODAY)


@pytest.mark.parametrize("text", ["Last 7 Days", "last_7_days", "LAST-7-DAYS", "  last  7 days "])
def test_words_are_understood_however_they_are_written(text: str) -> None:
    assert words_for_days(text) == "last 7 days"


@pytest.mark.parametrize("text", ["soon", "last 0 days", "last -3 days", "last days", "", "7"])
def test_words_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="last 7 days"):
        words_for_days(text)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    st.sampled_from(ZONES),
    st.integers(1, 90),
)
def test_days_are_whole_days_of_the_account_also_where_clocks_change(
    now: datetime, zone: str, count: int
) -> None:
    there = now.astimezone(ZoneInfo(zone)).date()
    days = days_in_words(f"last {count} days", there)

    assert count == len(days)
    assert there == days.last + timedelta(days=1)


def test_the_same_moment_is_another_day_elsewhere() -> None:
    now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the night the clocks of Berlin go back

    assert date(2026, 10, 25) == now.astimezone(ZoneInfo("Europe/Berlin")).date()
    assert date(2026, 10, 24) == now.astimezone(ZoneInfo("America/New_York")).date()
