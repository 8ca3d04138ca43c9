"""Looks at figures: addresses, days in account zones, trends, saved reports."""

from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UnknownNameError
from adloom.services.figures_measures import PRESETS
from adloom.services.reports_accounts import Account, chosen
from adloom.services.reports_address import ReadView, read_view
from adloom.services.reports_definitions import definition_of, view_of
from adloom.services.reports_fetching import AccountFigures, Fetched
from adloom.services.reports_pacing import elapsed, paces_of
from adloom.services.reports_questions import questions_of
from adloom.services.reports_sheets import sheets_of
from adloom.services.reports_trend import buckets, spark
from adloom.services.reports_view import BREAKDOWNS, LEVELS, RANGES, View, before
from modules.records.reports_dates import DAY, HOUR, Days

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT = "7048218394563018753"
BERLIN = Account(ACCOUNT, "Kontor", "EUR", "Europe/Berlin", "Europe/Berlin")
TOKYO = Account("7048218394563018754", "Kumo", "JPY", "Asia/Tokyo")
VIEW = View("acme", ACCOUNT)


def read(query: str, now: datetime = NOW) -> ReadView:
    """What an address says."""
    return read_view(dict(parse_qsl(query)), tuple(parse_qs(query).get("metrics", ())), now)


@st.composite
def looks(draw: st.DrawFn) -> View:
    days = draw(st.sampled_from(list(RANGES)))
    first = draw(st.dates(date(2026, 1, 1), date(2026, 6, 1))) if days == "custom" else None
    columns = draw(st.sampled_from(list(PRESETS)))
    names = st.lists(st.sampled_from(["spend", "ctr", "likes", "engaged_view"]), min_size=1)
    level = draw(st.sampled_from(list(LEVELS)))
    return View(
        "acme",
        ACCOUNT,
        level=level,
        days=days,
        first=first,
        last=first,
        compare=draw(st.sampled_from(["previous", "none"])),
        by=draw(st.sampled_from(list(BREAKDOWNS))),
        columns=columns,
        metrics=tuple(dict.fromkeys(draw(names))) if columns == "custom" else (),
        campaign="12" if level != "campaign" and draw(st.booleans()) else "",
        sort=draw(st.sampled_from(["-spend", "spend", "-clicks"])),
        movers=draw(st.sampled_from(["spend", "cost_per_conversion"])),
    )


@given(looks())
def test_an_address_tells_the_whole_look(view: View) -> None:
    assert ReadView(view, {}) == read(view.query())


@given(looks())
def test_a_saved_look_comes_back_as_it_was(view: View) -> None:
    saved = definition_of(view, [ACCOUNT])
    found = view_of(saved, "mine")

    if not view.shown:  # nothing of it is told for such a breakdown
        assert found is None
        return
    assert found is not None
    assert found.key == view.key
    assert (found.compare, found.sort, found.movers) == (view.compare, view.sort, view.movers)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("level=galaxy", "level"),
        ("days=custom&from=2026-11-01", "to"),
        ("days=custom&from=soon&to=2026-11-01", "from"),
        ("days=custom&from=2026-11-02&to=2026-11-01", "to"),
        ("days=custom&from=2024-01-01&to=2026-11-01", "to"),
        ("days=custom&from=2026-11-01&to=2026-12-24", "to"),
        ("by=star_sign", "by"),
        ("columns=custom", "metrics"),
        ("columns=custom&metrics=spend,wisdom", "metrics"),
        ("compare=neighbours", "compare"),
    ],
)
def test_what_makes_no_sense_in_an_address_is_told_by_field(query: str, field: str) -> None:
    assert list(read(query).faults) == [field]


def test_narrowing_is_forgotten_with_another_account() -> None:
    assert read(f"account=acme/{ACCOUNT}&of={ACCOUNT}&campaign=5").view.campaign == "5"
    assert read(f"account=acme/{ACCOUNT}&of=1&campaign=5").view.campaign == ""
    assert read(f"account=acme/{ACCOUNT}&campaign=x5").view.campaign == ""


# --- days ---------------------------------------------------------------------------------------


def test_days_are_those_of_the_account() -> None:
    late = datetime(2026, 11, 21, 16, tzinfo=UTC)

    assert Days(date(2026, 11, 20), date(2026, 11, 20)) == View("a", "b", days="yesterday").period(
        BERLIN.today(late)
    )
    assert date(2026, 11, 22) == TOKYO.today(late)


@pytest.mark.parametrize(
    ("moment", "today"),
    [
        # Summer time ends on 2026-10-25 at 01:00 UTC, begins on 2026-03-29 at 01:00 UTC.
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_midnight_is_where_the_account_is_also_when_clocks_change(
    moment: datetime, today: date
) -> None:
    assert today == BERLIN.today(moment)


def test_an_unknown_zone_is_utc_and_says_so() -> None:
    odd = Account("1", "x", zone="Mars/Olympus")

    assert NOW.date() == odd.today(NOW)
    assert "not known" in Account("1", "x").zone_told


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(1, 365))
def test_the_period_before_is_as_long_and_ends_right_before(first: date, length: int) -> None:
    days = Days(first, date.fromordinal(first.toordinal() + length - 1))
    earlier = before(days)

    assert len(days) == len(earlier)
    assert first.toordinal() - 1 == earlier.last.toordinal()


def test_each_account_is_asked_for_its_own_days() -> None:
    late = datetime(2026, 11, 21, 16, tzinfo=UTC)
    view = View("acme", "all", days="today")
    asked = [
        {one.name: one.values["start_date"] for one in questions_of(view, account, late)}
        for account in (BERLIN, TOKYO)
    ]

    assert asked[0]["rows"] == date(2026, 11, 21)
    assert asked[1]["rows"] == date(2026, 11, 22)
    assert asked[1]["rows before"] == date(2026, 11, 21)


def test_every_day_has_its_place_also_without_figures() -> None:
    days = Days(date(2026, 11, 1), date(2026, 11, 3))
    rows = [{DAY: "2026-11-01", "spend": Decimal(4)}, {DAY: "2026-11-03", "spend": Decimal(2)}]
    found = buckets(DAY, days, rows, (before(days), [{DAY: "2026-10-29", "spend": Decimal(1)}]))

    assert [one.key for one in found] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert [len(one.rows) for one in found] == [1, 0, 1]
    assert [len(one.before) for one in found] == [1, 0, 0]


def test_hours_end_with_the_present_and_an_hour_that_comes_twice_is_one() -> None:
    day = Days(date(2026, 10, 25), date(2026, 10, 25))
    twice = [{HOUR: "2026-10-25 02:00:00", "spend": Decimal(1)} for _ in range(2)]
    found = buckets(HOUR, day, twice, None, hours=5)

    assert [one.label for one in found] == ["00:00", "01:00", "02:00", "03:00", "04:00"]
    assert len(found[2].rows) == 2


def test_a_small_line_breaks_where_there_are_no_figures() -> None:
    days = Days(date(2026, 11, 1), date(2026, 11, 5))
    rows = [
        {DAY: f"2026-11-0{day}", "spend": Decimal(value)}
        for day, value in ((1, 0), (2, 10), (4, 5), (5, 5))
    ]
    lines = spark(buckets(DAY, days, rows, None), "spend")

    assert ["2.0,26.0 31.0,2.0", "89.0,14.0 118.0,14.0"] == lines
    assert spark(buckets(DAY, days, rows[:1], None), "spend") == []


# --- sheets -------------------------------------------------------------------------------------


def answered(account: Account, spend: int, **answers: list[dict[str, object]]) -> AccountFigures:
    row = {"campaign_id": "1", "campaign_name": "One", "spend": Decimal(spend)}
    trend = {DAY: "2026-11-20", "spend": Decimal(spend), "clicks": Decimal(2)}
    return AccountFigures(account, {"rows": [row], "trend": [trend], **answers})


def test_different_currencies_are_never_added_up() -> None:
    euros = Account("9", "Zweig", "EUR", "Europe/Berlin")
    fetched = Fetched([answered(BERLIN, 5), answered(TOKYO, 700), answered(euros, 6)], NOW)
    sheets = sheets_of(fetched, View("acme", "all"))

    assert [("EUR", Decimal(11)), ("JPY", Decimal(700))] == [
        (one.currency, one.tiles[0].delta.now) for one in sheets
    ]


def test_accounts_of_unknown_currency_stand_alone() -> None:
    fetched = Fetched([answered(Account("1", "a"), 5), answered(Account("2", "b"), 6)], NOW)

    assert len(sheets_of(fetched, View("acme", "all"))) == 2


def test_today_is_compared_with_the_same_hours_of_yesterday() -> None:
    # At 12:00 UTC it is 13:59 at most in Berlin, so the hours from 14:00 on do not count.
    hours = [{HOUR: f"2026-11-20 {hour:02}:00:00", "spend": Decimal(1)} for hour in range(24)]
    figures = AccountFigures(BERLIN, {"rows": [], "trend": [], "trend before": hours})
    (sheet,) = sheets_of(Fetched([figures], NOW), View("acme", ACCOUNT, days="today"))

    assert sheet.tiles[0].delta.before == 14
    assert len(sheet.trend) == 14
    assert sheet.movers == ()


def test_budgets_are_set_against_the_day_where_the_account_is() -> None:
    budgets = [
        {"campaign_id": "1", "campaign_name": "A", "budget": 100, "budget_mode": "BUDGET_MODE_DAY"},
        {"campaign_id": "2", "budget": 100, "budget_mode": "BUDGET_MODE_TOTAL"},
        {"campaign_id": "3", "budget": 0, "budget_mode": "BUDGET_MODE_DAY"},
        {"campaign_id": "4", "budget": 50, "budget_mode": "BUDGET_MODE_DAY"},
    ]
    today = [{"campaign_id": "1", "spend": Decimal(80)}]
    figures = AccountFigures(BERLIN, {"today": today}, budgets)
    found = paces_of(figures, VIEW, NOW)

    assert [("A", "fast"), ("4", "slow")] == [(one.name, one.word) for one in found]
    assert Decimal(13 * 60) / 1440 == found[0].day
    assert elapsed(datetime(2026, 11, 21, 0, 0, tzinfo=UTC)) == 0


def test_an_account_that_is_not_covered_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        chosen(View("acme", "5"), [BERLIN])
    assert chosen(View("acme", "all"), [BERLIN, TOKYO]) == [BERLIN, TOKYO]
