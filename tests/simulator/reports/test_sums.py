"""Whatever a report is divided by, its parts add up to the whole, to the cent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.simulator import Options, Running
from tests.simulator.client import Client, Row
from tests.simulator.reports.steps import EXACT, LEVELS, MONTH, report, total

NEWEST = date(2026, 9, 1)
LIFETIME = {"query_lifetime": True}


@cache
def _running() -> Running:
    """One simulator for all of them: nothing here changes it."""
    start = datetime(2026, 9, 1, 18, 30, tzinfo=UTC)
    return Running(Options(port=0, speed=0, start=start, seed=4, ads=150)).__enter__()


@pytest.fixture(scope="module", autouse=True)
def _closed_at_the_end() -> Iterator[None]:
    yield
    _running().__exit__(None, None, None)
    _running.cache_clear()


def _all(level: str, *by: str, **more: Any) -> list[Row]:
    simulator = _running()
    client = Client(simulator.url, simulator.token())
    account = list(simulator.world.accounts)[more.pop("account", 0)]
    return report(client, account, level, *by, **more)


def _day(back: int) -> str:
    return (NEWEST - timedelta(days=back)).isoformat()


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(list(LEVELS)), st.integers(0, 60), st.integers(0, 29), st.integers(0, 1))
def test_days_add_up_to_their_range(level: str, back: int, length: int, account: int) -> None:
    dates = {"start_date": _day(back + length), "end_date": _day(back)}
    days = _all(level, "stat_time_day", account=account, **dates)
    whole = _all(level, account=account, **dates)

    assert total(whole) == total(days)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(list(LEVELS)), st.integers(0, 400), st.integers(0, 1))
def test_hours_add_up_to_their_day(level: str, back: int, account: int) -> None:
    dates = {"start_date": _day(back), "end_date": _day(back)}
    hours = _all(level, "stat_time_hour", account=account, **dates)
    day = _all(level, "stat_time_day", account=account, **dates)

    assert total(day) == total(hours)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 60), st.integers(0, 29), st.integers(0, 2))
def test_ads_add_up_to_groups_to_campaigns_to_the_account(
    back: int, length: int, account: int
) -> None:
    dates = {"start_date": _day(back + length), "end_date": _day(back)}
    totals = [total(_all(level, account=account, **dates)) for level in LEVELS]

    assert [totals[0]] * len(LEVELS) == totals


def test_each_campaign_is_the_sum_of_its_ads() -> None:
    campaigns = {
        row["dimensions"]["campaign_id"]: total([row]) for row in _all("campaign", **MONTH)
    }
    parts: dict[str, list[Row]] = {identity: [] for identity in campaigns}
    for row in _all("ad", metrics=[*EXACT, "campaign_id"]):
        parts[row["metrics"]["campaign_id"]].append(row)

    assert campaigns == {identity: total(rows) for identity, rows in parts.items()}


def test_years_add_up_to_the_lifetime() -> None:
    years = [
        total(_all("ad", start_date=f"{year}-09-02", end_date=f"{year + 1}-09-01"))
        for year in range(2024, 2026)
    ]
    lifetime = total(_all("ad", **LIFETIME))

    assert lifetime["spend"] > 0
    assert lifetime == {name: sum(year[name] for year in years) for name in EXACT}


@pytest.mark.parametrize(
    "by",
    [
        ["age"],
        ["gender"],
        ["gender", "age"],
        ["country_code"],
        ["platform"],
        ["province_id"],
        ["placement", "stat_time_day"],
        ["language"],
        ["interest_category"],
    ],
)
@pytest.mark.parametrize("level", ["ad", "advertiser"])
def test_audiences_add_up_to_everybody(level: str, by: list[str]) -> None:
    figures = ("spend", "impressions", "clicks", "conversion", "result")
    dates = {"start_date": _day(6), "end_date": _day(0)}
    audience = _all(level, *by, report_type="AUDIENCE", metrics=figures, **dates)

    assert len(audience) > len(_all(level, **dates))
    assert total(_all(level, **dates), figures) == total(audience, figures)


def test_audiences_of_days_add_up_to_the_audience() -> None:
    days = _all("ad", "age", "stat_time_day", report_type="AUDIENCE", metrics=["spend", "clicks"])
    ages = _all("ad", "age", report_type="AUDIENCE", metrics=["spend", "clicks"])

    for age in ("AGE_18_24", "AGE_55_100", "NONE"):
        wanted = [row for row in ages if row["dimensions"]["age"] == age]
        found = [row for row in days if row["dimensions"]["age"] == age]
        assert total(wanted, ["spend", "clicks"]) == total(found, ["spend", "clicks"])


def test_countries_add_up_in_basic_reports_too() -> None:
    countries = _all("adgroup", "country_code", "stat_time_day")

    assert total(_all("adgroup")) == total(countries)


def test_creatives_add_up_to_their_ad() -> None:
    whole = _all("ad", dimensions=["ad_id_v2"])
    smart = [row for row in whole if int(row["dimensions"]["ad_id_v2"]) & 1]
    creatives = _all("ad", metrics=[*EXACT, "ad_id_v2"])

    assert smart
    assert len(whole) < len(creatives)
    for row in smart:
        same = [
            one for one in creatives if one["metrics"]["ad_id_v2"] == row["dimensions"]["ad_id_v2"]
        ]
        assert total([row]) == total(same)


def test_nobody_clicks_or_buys_what_was_not_shown() -> None:
    figures = ("impressions", "clicks", "conversion")
    audience = _all(
        *("ad", "gender", "age", "stat_time_day"),
        report_type="AUDIENCE",
        metrics=figures,
        start_date=_day(4),
        end_date=_day(0),
    )
    hours = _all("ad", "stat_time_hour", start_date=_day(1), end_date=_day(1))

    for row in (*audience, *hours):
        shown, clicked, bought = (number for number in total([row], figures).values())
        assert shown >= clicked >= bought
