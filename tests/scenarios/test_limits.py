"""Limits are read as they are written, and what makes no sense in them is told with its line."""

from decimal import Decimal

import pytest

from scenarios.check_limits import is_conversion
from scenarios.limits import (
    Breaker,
    BudgetLimits,
    Limits,
    Listed,
    OnLimit,
    Requirement,
    SpendRaising,
)
from scenarios.load_limits import BREAKER, BUDGET, LIMITS, LISTED, REQUIRE
from scenarios.loader import load_scenario
from scenarios.schema import scenario_schema
from tests.scenarios.json_schema import fits
from tests.scenarios.test_schema import data_of
from tests.scenarios.texts import ACCOUNT, ADS, faults, scenario_of

PAUSE = f"""\
  - id: pause
    module: update_ad_status
    connection: acme
    params: {{advertiser_id: {ACCOUNT}, ad_id: "{{{{ads.ad_id}}}}", status: DISABLE}}
"""
REPORT = f"""\
  - id: report
    module: list_ad_reports
    connection: acme
    params:
      advertiser_id: {ACCOUNT}
      metrics: [spend, conversion]
      date_range: %s
      filtering: {{ad_ids: ["{{{{ads.ad_id}}}}"]}}
"""
WHOLE = """\
limits:
  changes_per_run: 20
  changes_per_day: 100
  changes_per_object_per_day: 2
  share_of_active_ads: 30 %
  cooldown: 6 hours
  own_cooldown: 1 day
  budget:
    step: 20 %
    step_amount: 50
    per_day: 50%
    per_day_amount: 99.50
    floor: 20
    ceiling: 500
    raise_per_run: 200
    raise_per_day: 1000
  spend_raising: hold
  allow_delete: true
  only: {advertisers: "7100000000000000001", ids: [11, "0012"]}
  never: {ids: 13}
  require: {step: ads, min_spend: 20, min_clicks: 5}
  ignore_newest: 3 days
  on_limit: skip
  hold_for: 2 days
  priority: 7
  circuit_breaker: {errors: 25 %, of: 8}
"""


def limited(limits: str, steps: str = ADS + PAUSE) -> str:
    return scenario_of(steps, top=f"limits: {limits}\n" if limits else "")


def test_all_that_is_written_is_read() -> None:
    expected = Limits(
        changes_per_run=20,
        changes_per_day=100,
        changes_per_object_per_day=2,
        share_of_active_ads=Decimal(30),
        cooldown_seconds=6 * 3600,
        own_cooldown_seconds=86_400,
        budget=BudgetLimits(
            Decimal(20), Decimal(50), Decimal(50), Decimal("99.50"), Decimal(20), Decimal(500),
            Decimal(200), Decimal(1000),
        ),
        spend_raising=SpendRaising.HOLD,
        allow_delete=True,
        only=Listed(frozenset({"7100000000000000001"}), frozenset({"11", "0012"})),
        never=Listed(ids=frozenset({"13"})),
        require=Requirement("ads", (("spend", Decimal(20)), ("clicks", Decimal(5)))),
        ignore_newest_days=3,
        on_limit=OnLimit.SKIP,
        hold_seconds=2 * 86_400,
        priority=7,
        breaker=Breaker(Decimal(25), 8),
    )  # fmt: skip
    found = load_scenario(scenario_of(ADS + PAUSE, top=WHOLE))

    assert expected == found.limits


def test_without_limits_nothing_is_deleted_and_failures_stop_it() -> None:
    limits = load_scenario(scenario_of()).limits

    assert not limits.allow_delete
    assert Breaker(Decimal(50), 20) == limits.breaker
    assert (OnLimit.STOP, SpendRaising.ALLOW, 0) == (
        limits.on_limit,
        limits.spend_raising,
        limits.priority,
    )
    assert not limits.counts_changes


@pytest.mark.parametrize(
    ("limits", "line", "word"),
    [
        ("[]", 2, "must be a mapping"),
        ("{changes_per_rum: 2}", 2, "did you mean changes_per_run"),
        ("{changes_per_run: 0}", 2, "would let nothing through"),
        ("{changes_per_day: -1}", 2, "whole number from 1"),
        ("{share_of_active_ads: 30}", 2, "write for example 20 %"),
        ("{share_of_active_ads: 130 %}", 2, "more than all of them"),
        ("{share_of_active_ads: 0 %}", 2, "is no share"),
        ("{cooldown: 6}", 2, "write for example 30 minutes"),
        ("{cooldown: 91 days}", 2, "must be from 1 second to 90 days"),
        ("{budget: {}}", 2, "says nothing"),
        ("{budget: {floor: -1}}", 2, "is no amount"),
        ("{budget: {floor: 50, ceiling: 20}}", 2, "no budget could be changed at all"),
        ("{budget: {step: 60 %, per_day: 50 %}}", 2, "so it is never reached"),
        ("{budget: {raise_per_run: 60, raise_per_day: 50}}", 2, "so it is never reached"),
        ("{changes_per_run: 60, changes_per_day: 50}", 2, "so it is never reached"),
        ("{cooldown: 2 days, own_cooldown: 1 day}", 2, "counts these changes too"),
        ("{spend_raising: alow}", 2, "did you mean allow"),
        ("{on_limit: park}", 2, "must be one of stop, skip, hold"),
        ("{allow_delete: yes}", 2, "true or false"),
        ("{only: {}}", 2, "names nothing"),
        ("{only: {ids: []}}", 2, "names nothing"),
        ("{never: {ids: [summer]}}", 2, "ids are digits"),
        ("{only: {ids: [1]}, never: {ids: [1, 2]}}", 2, "nothing can be changed"),
        ("{only: {ids: [1, 3]}, never: {ids: [1]}}", 2, "1 stands in never as well"),
        (f"{{never: {{advertisers: {ACCOUNT}}}}}", 8, "which limits.never rules out"),
        ("{only: {advertisers: 12}}", 8, "which is not in limits.only"),
        ("{require: {min_spend: 20}}", 2, "step: is required"),
        ("{require: {step: ads}}", 2, "asks for no figure"),
        ("{require: {step: adds, min_spend: 20}}", 2, "did you mean ads"),
        ("{ignore_newest: 90 minutes}", 2, "must be whole days"),
        ("{priority: 101}", 2, "0 to 100"),
        ("{circuit_breaker: {errors: 0 %}}", 2, "is no share"),
        ("", 5, "no limit says how many at most (write for example limits: {changes_per_run"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_with_its_line(limits: str, line: int, word: str) -> None:
    found = [one for one in faults(limited(limits)) if word in one]

    assert found, faults(limited(limits))
    assert f"scenario:{line}:" in found[0]


def test_deleting_wants_a_word_of_its_own() -> None:
    steps = ADS + PAUSE.replace("DISABLE", "DELETE, allow_delete: true")
    without = faults(limited("{changes_per_run: 2}", steps))
    by_call = f"""\
  - id: gone
    module: make_api_call
    connection: acme
    params:
      path: /ad/status/update/
      method: POST
      body: {{advertiser_id: {ACCOUNT}, ad_ids: ["1"], operation_status: DELETE}}
"""

    assert "limits.allow_delete does not say so" in without[0]
    assert [] == faults(limited("{changes_per_run: 2, allow_delete: true}", steps))
    assert "allow_delete" in faults(limited("{changes_per_run: 2}", by_call))[0]


def test_what_stands_in_the_file_needs_no_limit() -> None:
    steps = ADS + PAUSE.replace('"{{ads.ad_id}}"', '"1700000000000001"')

    assert [] == faults(limited("", steps))
    assert [] == faults(limited("", ADS))


@pytest.mark.parametrize(
    ("days", "metric", "limits", "warned"),
    [
        ("today", "conversion", "", True),
        ("yesterday", "conversion", "", True),
        ("last 7 days", "conversion", "", False),
        ("last 1 days", "conversion", "", True),
        ("last week", "conversion", "", False),
        ("today", "spend", "", False),
        ("today", "conversion", ", ignore_newest: 0 days", False),
        ("yesterday", "conversion", ", ignore_newest: 1 day", False),
        ("last 2 days", "conversion", ", ignore_newest: 3 days", True),
    ],
)
def test_decisions_by_conversions_that_still_come_in_are_warned_of(
    days: str, metric: str, limits: str, warned: bool
) -> None:
    decided = PAUSE.replace("    module", f'    when: "{{{{report.{metric} = 0}}}}"\n    module', 1)
    text = limited(f"{{changes_per_run: 9{limits}}}", ADS + REPORT % days + decided)

    found = [one for one in faults(text) if "still coming in" in one]
    assert warned == bool(found)


def test_what_the_required_figures_come_from_has_to_be_before_every_change() -> None:
    limits = "{changes_per_run: 9, require: {step: report, min_spend: 5, min_impressions: 9}}"
    found = faults(limited(limits, ADS + REPORT % "last week" + PAUSE))
    late = faults(limited(limits, ADS + PAUSE + REPORT % "last week"))

    assert "asks for impressions, which the step 'report' does not read" in found[0]
    assert "'report' is no step whose bundles 'pause' sees" in late[0]


@pytest.mark.parametrize(
    ("metric", "late"),
    [
        ("conversion", True), ("cost_per_result", True), ("complete_payment_roas", True),
        ("value_per_complete_payment", True), ("spend", False), ("clicks", False), ("ctr", False),
        ("impressions", False), ("reach", False),
    ],
)  # fmt: skip
def test_figures_of_what_people_did_later_come_in_late(metric: str, late: bool) -> None:
    assert late == is_conversion(metric)


def test_every_key_has_a_description_in_the_schema_and_the_whole_fits() -> None:
    schema = scenario_schema()
    limits = schema["$defs"]["limits"]
    parts = limits["properties"]
    known = {
        "budget": BUDGET, "only": LISTED, "never": LISTED, "require": REQUIRE,
        "circuit_breaker": BREAKER,
    }  # fmt: skip

    assert set(LIMITS) == set(parts)
    assert all(part["description"].endswith((".", "more.")) for part in parts.values())
    for name, keys in known.items():
        assert set(keys) == set(parts[name]["properties"])
        assert all(one["description"] for one in parts[name]["properties"].values())
    assert fits(data_of(scenario_of(ADS + PAUSE, top=WHOLE)), schema, schema)
    assert not fits(data_of(limited("{changes_per_run: 0}")), schema, schema)
