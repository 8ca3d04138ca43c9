"""The ready scenario that paces budgets, tried at odd moments and with odd campaigns."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scenarios.testing.model import Answer, Case, Expected, Given
from scenarios.yaml_edit import set_value
from scheduler.testing import Happened, run_case
from tests.cli.test_budget_pacing import LEFT_ALONE, NAME, PLAN, planned
from tests.seams.checkout import ROOT

BERLIN = "Europe/Berlin"


def scenario(zone: str, *plan: Mapping[str, Any]) -> Scenario:
    """The ready scenario in a time zone, for one's own campaigns."""
    text = (ROOT / "scenarios" / "examples" / f"{NAME}.yaml").read_text()
    found = load_scenario(set_value(text, PLAN, list(plan)) if plan else text)
    assert found.schedule is not None
    return replace(found, schedule=replace(found.schedule, timezone=zone))


def campaign(budget: float = 100, **more: Any) -> dict[str, Any]:
    """A campaign as TikTok shows it; its id is that of the first one of the example."""
    return {
        "advertiser_id": "7100000000000000001",
        "campaign_id": "1700000000000001",
        "campaign_name": "Summer sale",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": budget,
        "operation_status": "ENABLE",
        **more,
    }


def happened(
    now: str,
    spend: Mapping[str, Any],
    found: Mapping[str, Any] | None,
    *,
    zone: str = "UTC",
    month: int = 3000,
    bounds: tuple[int, int] = (50, 200),
    currency: str = "EUR",
    alone: bool = False,
) -> Happened:
    """What comes of a run, for a campaign and what it spent day by day."""
    rows = tuple(
        {"campaign_id": "1700000000000001", "stat_time_day": day, "spend": amount}
        for day, amount in spend.items()
    )
    other = () if alone else (campaign(campaign_id="1700000000000009"),)
    known = (dict(found),) if found else other
    reads = {"/campaign/get/": [found], "/advertiser/info/": [{"currency": currency}]}
    answers = {
        "figures": (Answer(bundles=rows),),
        "campaigns": (Answer(bundles=known),),
        "change": (Answer(reads=reads),),
    }
    given = Given(now=datetime.fromisoformat(now), answers=answers)
    case = Case("odd", given, Expected(), ())
    tried = scenario(zone, planned("1700000000000001", month, bounds))
    return asyncio.run(run_case(case, tried, {}))


def course(done: Happened) -> Mapping[str, Any]:
    [bundle] = done.steps["course"].bundles
    return bundle


def moved(done: Happened) -> list[tuple[Any, Any]]:
    """The budgets that were changed: what they were, and what they are."""
    return [(one["old"], one["new"]) for one in done.changes]


def test_the_first_morning_of_a_month_changes_nothing_yet() -> None:
    done = happened("2026-12-01T09:00:00+00:00", {"2026-12-01": 55}, campaign(5))

    assert "36.29" == str(course(done)["should"])
    assert [] == done.changes


def test_the_last_day_of_a_month_spends_what_is_left_and_no_more() -> None:
    done = happened(
        "2026-11-30T09:00:00+00:00", {"2026-11-29": 2600, "2026-11-30": 40}, campaign(380),
        bounds=(50, 500),
    )  # fmt: skip

    assert 400 == course(done)["ideal"]
    assert [(380, 399.99)] == moved(done)


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("America/Los_Angeles", "2026-11-01", "2026-11-30"),
        ("Asia/Tokyo", "2026-12-01", "2026-12-01"),
    ],
)
def test_the_month_is_that_of_the_account(zone: str, first: str, last: str) -> None:
    done = happened("2026-12-01T02:00:00+00:00", {last: 1000}, campaign(), zone=zone)

    [given] = done.steps["figures"].given
    assert (first, last) == (str(given["start_date"]), str(given["end_date"]))


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-03-28T12:00:00+01:00", 4),  # the clocks go forward on the 29th
        ("2026-03-29T12:00:00+02:00", 3),
        ("2026-10-25T00:30:00+02:00", 7),  # and back on the 25th
        ("2026-10-24T12:00:00+02:00", 8),
        ("2028-02-28T12:00:00+01:00", 2),  # a leap year
    ],
)
def test_days_that_are_left_are_counted_right_when_the_clocks_change(now: str, days: int) -> None:
    day = now[:10]
    done = happened(now, {day: 100}, campaign(), zone=BERLIN)

    assert pytest.approx(3000 / days) == course(done)["ideal"]


def test_a_currency_without_decimals_gets_whole_amounts() -> None:
    done = happened(
        "2026-11-16T12:00:00+00:00", {"2026-11-15": 100_000}, campaign(12_347),
        month=480_000, bounds=(5_000, 40_000), currency="JPY",
    )  # fmt: skip

    assert [(12_347, 14_816)] == moved(done)
    assert "Daily budget: 12347 → 14816 JPY" in done.notices[0]["text"]


@pytest.mark.parametrize(
    ("spend", "found", "reason"),
    [
        ({"2026-11-15": "-", "2026-11-14": 900}, campaign(), "TikTok has no figure for some"),
        ({"2026-11-15": None}, campaign(), "TikTok has no figure for some"),
        ({}, None, "there is no such campaign any more"),
        ({"2026-11-15": 900}, campaign(0, budget_mode="BUDGET_MODE_INFINITE"), "its ad groups"),
        ({"2026-11-15": 900}, campaign(9000, budget_mode="BUDGET_MODE_TOTAL"), "for all its time"),
        ({"2026-11-15": 900}, campaign(9000, budget_mode=None), "no daily budget of its own"),
    ],
)
def test_what_cannot_be_paced_is_left_alone_and_told(
    spend: Mapping[str, Any], found: Mapping[str, Any] | None, reason: str
) -> None:
    done = happened("2026-11-16T12:00:00+00:00", spend, found)

    [notice] = done.notices
    assert [] == [*done.changes, *done.incomplete]
    assert LEFT_ALONE == notice["title"]
    assert reason in notice["text"]


@pytest.mark.parametrize(
    ("spend", "found"),
    [
        ({}, campaign()),
        ({"2026-11-15": "19.99"}, campaign()),
        ({"2026-11-15": 900}, campaign(operation_status="DISABLE")),
        ({"2026-11-15": 1450}, campaign()),
        ({"2026-11-15": 100}, campaign(200)),
        ({"2026-11-15": 100}, campaign(300)),
        ({"2026-11-15": 2900}, campaign(50)),
        ({"2026-11-15": 2900}, campaign(30)),
        ({"2026-11-15": 1000}, campaign(133)),
    ],
    ids=[
        "nothing was spent", "too little was spent", "it is switched off", "it is on course",
        "it is at its ceiling", "it is above its ceiling", "it is at its floor",
        "it is below its floor", "less than a percent is missing",
    ],
)  # fmt: skip
def test_who_needs_nothing_is_left_in_peace(
    spend: Mapping[str, Any], found: Mapping[str, Any]
) -> None:
    done = happened("2026-11-16T12:00:00+00:00", spend, found)

    assert ([], [], []) == (done.changes, done.notices, done.incomplete)


def test_of_an_account_without_campaigns_every_one_of_the_plan_is_told() -> None:
    done = happened("2026-11-16T12:00:00+00:00", {}, None, alone=True)

    assert [] == [*done.changes, *done.incomplete]
    assert [LEFT_ALONE] == [notice["title"] for notice in done.notices]


def test_money_that_is_used_up_lowers_the_budget_step_by_step_and_switches_nothing_off() -> None:
    done = happened("2026-11-16T12:00:00+00:00", {"2026-11-15": 3600}, campaign(120))
    low = happened("2026-11-16T12:00:00+00:00", {"2026-11-15": 3600}, campaign(55))

    assert [(120, 96)] == moved(done)
    assert [(55, 50)] == moved(low)
