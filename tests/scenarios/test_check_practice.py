"""A scenario works with the demo account or with real ones, never with both."""

from collections.abc import Mapping

import pytest

from connections.connection import Connection
from connections.practice import MARK, practice_of
from scenarios.check import check_scenario
from scenarios.environment import Account, Environment
from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scenarios.problems import Problem

HEAD = "name: {name}\nschedule: on demand\nsteps:\n"
ADS = (
    "  - {{id: {id}, module: search_ads, connection: {connection},"
    " params: {{advertiser_id: '7'}}{more}}}\n"
)
TELL = "  - {id: tell, module: notify, connection: team, params: {text: hello}}\n"
KNOWN = {
    "demo": Account("tiktok-business", None, practice=True),
    "acme": Account("tiktok-business", None, practice=False),
    "team": Account("notify", None, practice=None),
    "screen": Account("notify", None, practice=True),
}


def scenario(*steps: str, name: str = "mixed") -> Scenario:
    return load_scenario(HEAD.format(name=name) + "".join(steps))


def ads(connection: str, more: str = "") -> str:
    return ADS.format(id=f"of_{connection}", connection=connection, more=more)


def found(one: Scenario, *others: Scenario) -> list[Problem]:
    known: Mapping[str, Scenario] = {other.name: other for other in (one, *others)}
    problems = check_scenario(one, Environment(KNOWN, known))
    return [problem for problem in problems if "demo account" in problem.text]


@pytest.mark.parametrize("order", [("demo", "acme"), ("acme", "demo")])
def test_a_demo_account_and_a_real_one_are_not_mixed(order: tuple[str, str]) -> None:
    [problem] = found(scenario(*map(ads, order)))

    assert problem.severity == "error"
    assert ("steps", 1, "connection") == problem.path
    assert 5 == problem.place.line
    assert "'demo' belongs to a demo account and 'acme' to a real one" in problem.text
    assert "real ones for all of it" in (problem.hint or "")


def test_each_kind_by_itself_is_fine_and_a_chat_goes_with_both() -> None:
    assert [] == found(scenario(ads("demo"), TELL))
    assert [] == found(scenario(ads("acme"), TELL))


def test_nobody_waits_for_messages_that_only_the_demonstration_shows() -> None:
    assert 1 == len(found(scenario(ads("acme"), TELL.replace("team", "screen"))))
    assert [] == found(scenario(ads("demo"), TELL.replace("team", "screen")))


def test_a_step_that_is_switched_off_mixes_nothing() -> None:
    assert [] == found(scenario(ads("demo"), ads("acme", ", disabled: true")))


def test_a_called_scenario_counts_as_if_its_steps_stood_here() -> None:
    inner = scenario(ads("acme"), name="inner")
    between = scenario("  - {id: c, scenario: inner}\n", name="between")
    outer = scenario(ads("demo"), "  - {id: call, scenario: between}\n")

    [problem] = found(outer, between, inner)

    assert ("steps", 1, "scenario") == problem.path
    assert [] == found(between, inner)


def test_one_connection_is_told_once() -> None:
    again = ads("acme").replace("of_acme", "again")

    assert 1 == len(found(scenario(ads("demo"), ads("acme"), again)))


@pytest.mark.parametrize(
    ("provider", "settings", "account", "is_for_practice"),
    [
        ("tiktok-business", {"host": "production"}, {}, False),
        ("tiktok-business", {"host": "sandbox"}, {}, False),
        ("tiktok-business", {"host": "http://127.0.0.1:8900"}, {}, True),
        ("tiktok-events", {"host": "http://127.0.0.1:8900"}, {}, True),
        ("notify", {}, {}, None),
        ("notify", {}, {MARK: {"seed": 7}}, True),
        ("webhook", {"signature": "none"}, {}, None),
        ("files", {"folder": None}, {}, None),
        ("web", {"base_url": "https://crm.example/api"}, {}, False),
        ("web", {"base_url": "http://127.0.0.1:9000/api"}, {}, None),
    ],
)
def test_what_is_for_practice_is_told_by_where_a_connection_leads(
    provider: str,
    settings: dict[str, object],
    account: dict[str, object],
    is_for_practice: bool | None,
) -> None:
    connection = Connection("one", provider, settings, account)

    assert practice_of(connection) is is_for_practice
