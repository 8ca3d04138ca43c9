"""Reports that come by themselves: the scenarios made from looks."""

from datetime import UTC, datetime, time

import pytest

from adloom.errors import InvalidParamsError
from adloom.services.reports_schedules import DAYS, FREQUENCIES, Wish, scenario_text, usual_days
from adloom.services.reports_view import BREAKDOWNS, LEVELS, View
from scenarios.check import check_scenario
from scenarios.environment import Account, Environment
from scenarios.loader import load_scenario
from scenarios.model import ModuleStep
from scenarios.problems import Severity

ACCOUNT = "7048218394563018753"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
THERE = Environment(
    {"acme": Account("tiktok-business", None), "team": Account("notify", None)}, {}, NOW
)


@pytest.mark.parametrize("often", FREQUENCIES)
@pytest.mark.parametrize("by", BREAKDOWNS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_look_becomes_a_scenario_without_a_fault(level: str, by: str, often: str) -> None:
    view = View("acme", ACCOUNT, level=level, by=by, columns="conversions")
    for notify, file in (("team", ""), ("", "figures.csv")):
        wish = Wish(
            "my-figures", often, time(7, 30), usual_days(view, often), notify=notify, file=file
        )
        scenario = load_scenario(scenario_text(view, [ACCOUNT], wish))
        found = check_scenario(scenario, THERE)

        assert [one for one in found if one.severity is Severity.ERROR] == []
        assert scenario.schedule is not None
        assert scenario.schedule.timezone == "account"
        assert scenario.schedule.times == (time(7, 30),)


def test_days_stay_words_and_the_narrowing_stays() -> None:
    view = View("acme", ACCOUNT, level="adgroup", campaign="1843553447571612")
    wish = Wish("x", "weekly", time(8), "last week", weekday="friday", file="x.csv")
    scenario = load_scenario(scenario_text(view, [ACCOUNT], wish))
    step = next(iter(scenario.all_steps()))

    assert isinstance(step, ModuleStep)
    assert step.given["date_range"] == "last week"
    assert step.given["filtering"] == {"campaign_ids": ["1843553447571612"]}
    assert scenario.schedule is not None
    assert scenario.schedule.days == (4,)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"often": "hourly"}, "often"),
        ({"days": "custom"}, "days"),
        ({"weekday": "caturday"}, "weekday"),
        ({"day": 31}, "day"),
        ({"file": ""}, "goes"),
        ({"notify": "team"}, "goes"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_by_field(
    wrong: dict[str, object], field: str
) -> None:
    usual: dict[str, object] = {
        "name": "x",
        "often": "daily",
        "at": time(8),
        "days": "yesterday",
        "file": "x.csv",
    }
    with pytest.raises(InvalidParamsError) as caught:
        Wish(**(usual | wrong))  # type: ignore[arg-type] # wrong on purpose

    assert [one.path for one in caught.value.faults] == [field]


def test_a_report_of_fixed_days_gets_days_that_fit_how_often_it_comes() -> None:
    view = View("acme", ACCOUNT, days="custom")

    assert [usual_days(view, often) for often in FREQUENCIES] == [
        "yesterday",
        "last 7 days",
        "last month",
    ]
    assert usual_days(View("acme", ACCOUNT, days="last 14 days"), "daily") == "last 14 days"
    assert usual_days(View("acme", ACCOUNT, days="today"), "daily") in DAYS
