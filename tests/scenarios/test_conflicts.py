"""Steps that may change the same value of the same objects are found before they do."""

import pytest

from scenarios.conflicts import conflict_problems, conflicts_between
from scenarios.loader import load_scenario
from scenarios.model import Scenario

ONE, TWO = "7100000000000000001", "7100000000000000002"


def changing(
    name: str,
    params: str,
    *,
    module: str = "update_ad_status",
    account: str = ONE,
    limits: str = "{changes_per_run: 5}",
) -> Scenario:
    return load_scenario(
        f"""\
name: {name}
limits: {limits}
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{account}"}}
  - id: change
    module: {module}
    connection: acme
    params: {{{params}}}
"""
    )


OFF = 'advertiser_id: "{{ads.advertiser_id}}", ad_id: "{{ads.ad_id}}", status: DISABLE'
ON = OFF.replace("DISABLE", "ENABLE")
MONEY = 'advertiser_id: "{{ads.advertiser_id}}", adgroup_id: "{{ads.adgroup_id}}", budget: "%s"'


def told(one: Scenario, other: Scenario) -> list[str]:
    return [conflict.text for conflict in conflicts_between([one, other])]


def test_one_that_switches_off_what_the_other_switches_on_is_flagged() -> None:
    [conflict] = conflicts_between([changing("off", OFF), changing("on", ON)])

    assert (True, False) == (conflict.is_opposing, conflict.is_sure)
    assert (
        "off (change) and on (change) may change the switch of the same objects (ads, account"
        f" {ONE}): one lowers spending, the other raises it. Nothing keeps them apart: give both a"
        " limits.cooldown, and one a priority." == conflict.text
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(changing("a", OFF), changing("b", ON, account=TWO), id="other account"),
        pytest.param(
            changing("a", OFF.replace("{{ads.ad_id}}", "11")),
            changing("b", ON.replace("{{ads.ad_id}}", "12")),
            id="other ids",
        ),
        pytest.param(
            changing("a", OFF),
            changing("b", MONEY % "+5", module="update_ad_group_budget"),
            id="other value",
        ),
        pytest.param(
            changing("a", OFF),
            changing(
                "b",
                OFF.replace('ad_id: "{{ads.ad', 'campaign_id: "{{ads.campaign'),
                module="update_campaign_status",
            ),
            id="other kind",
        ),
    ],
)  # fmt: skip
def test_what_cannot_meet_is_not_told(one: Scenario, other: Scenario) -> None:
    assert [] == told(one, other)


def test_literal_ids_that_are_the_same_are_sure_to_meet() -> None:
    same = OFF.replace("{{ads.ad_id}}", "11")
    [conflict] = conflicts_between([changing("a", same), changing("b", same)])

    assert (True, False) == (conflict.is_sure, conflict.is_opposing)
    assert "change the switch of the same object (ads" in conflict.text
    assert "both pull the same way" in conflict.text


def test_an_account_only_a_run_can_tell_may_be_any() -> None:
    anywhere = ON.replace("{{ads.advertiser_id}}", "{{trim(ads.advertiser_id)}}")

    assert 1 == len(told(changing("a", OFF), changing("b", anywhere, account=TWO)))


@pytest.mark.parametrize(
    ("up", "down", "opposing"),
    [("+20 %", "-5", True), ("+20 %", "+5", False), ("50", "+5", True), ("50", "60", True)],
)
def test_budgets_oppose_where_one_may_go_up_and_the_other_down(
    up: str, down: str, opposing: bool
) -> None:
    money = "update_ad_group_budget"
    [conflict] = conflicts_between(
        [changing("a", MONEY % up, module=money), changing("b", MONEY % down, module=money)]
    )

    assert opposing == conflict.is_opposing


@pytest.mark.parametrize(
    ("mine", "theirs", "word"),
    [
        ("{cooldown: 1 hour}", "{changes_per_run: 5}", "give both a limits.cooldown"),
        ("{cooldown: 1 hour}", "{cooldown: 1 hour}", "whoever comes first wins its cooldown"),
        (
            "{cooldown: 1 hour, priority: 2}",
            "{cooldown: 1 hour}",
            "a has the higher priority (2 over 0): b waits out its cooldown after it",
        ),
        (
            "{cooldown: 1 hour}",
            "{changes_per_run: 5, priority: 3}",
            "b has the higher priority (3 over 0): a waits out its cooldown after it",
        ),
        (
            "{changes_per_run: 5, priority: 2}",
            "{changes_per_run: 5}",
            "without limits.cooldown b does not wait",
        ),
    ],
)
def test_who_wins_is_said(mine: str, theirs: str, word: str) -> None:
    one, other = changing("a", OFF, limits=mine), changing("b", ON, limits=theirs)

    assert word in told(one, other)[0]


def test_an_arbitrary_call_is_known_by_its_path() -> None:
    body = f'method: POST, body: {{advertiser_id: "{ONE}", ad_ids: ["11"]}}'
    calls = {
        path: changing("b", f"path: {path}, {body}", module="make_api_call")
        for path in ("/ad/status/update/", "/ad/update/", "/bc/transfer/", '"{{ads.ad_name}}"')
    }
    off = changing("a", OFF)

    assert [1, 1, 0, 1] == [len(told(off, call)) for call in calls.values()]


def test_steps_of_one_scenario_are_told_only_where_they_oppose() -> None:
    both = load_scenario(
        f"""\
name: both
limits: {{changes_per_run: 5}}
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ONE}"}}
  - id: off
    module: update_ad_status
    connection: acme
    params: {{{OFF}}}
  - id: again
    module: update_ad_status
    connection: acme
    params: {{{OFF}}}
  - id: on
    module: update_ad_status
    connection: acme
    params: {{{ON}}}
  - id: never
    disabled: true
    module: update_ad_status
    connection: acme
    params: {{{ON}}}
"""
    )

    assert ["off", "again"] == [one.one.step.id for one in conflicts_between([both])]


def test_each_pair_is_told_once_at_a_step_of_the_chosen() -> None:
    one, other = changing("a", OFF), changing("b", ON)

    assert 1 == len(conflict_problems([one, other], [one, other]))
    [problem] = conflict_problems([other], [one, other])
    assert (9, ("steps", 1, "module")) == (problem.place.line, problem.path)
    assert [] == conflict_problems([changing("c", OFF, account=TWO)], [one, other])
