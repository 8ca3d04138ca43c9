"""Rule files: what is wrong is told with its line and a way out; what is written is read back."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from adloom.errors import InvalidScenarioError
from scenarios.problems import Problems, Severity
from scenarios.rules.checking import check_rule
from scenarios.rules.model import Rule
from scenarios.rules.native_import import import_rules
from scenarios.rules.reading import load_rule, load_rule_file
from scenarios.rules.reference import with_tables
from scenarios.rules.schema import rule_schema, rule_schema_text
from scenarios.rules.writing import write_rule
from scenarios.yaml_reading import compose
from tests.scenarios.json_schema import fits
from tests.scenarios.rules.bench import rule_text
from tests.scenarios.rules.natives import NATIVE
from tests.seams.checkout import ROOT

SCHEMA = rule_schema()
EXAMPLES = sorted((ROOT / "scenarios" / "rules" / "examples").glob("*.yaml"))
GROUP = "{level: ad group}"

UNREADABLE = [
    ({"when": '[{metric: cots, is: "> 5", over: today}]'}, "did you mean cost"),
    ({"when": '[{metric: frequency, is: "> 5", over: today}]'}, "known here"),
    ({"when": '[{metric: cost, is: "> 5"}]'}, "over: is required"),
    ({"when": '[{metric: cost, is: "> 5", over: past 4 days}]'}, "or past 3 days"),
    ({"when": '[{metric: cost, is: "contains 5", over: today}]'}, "does not go with cost"),
    ({"when": '[{metric: cost, is: "> much", over: today}]'}, "takes a number"),
    ({"when": '[{metric: cost, is: "between 20 and 10", over: today}]'}, "swap the two"),
    ({"when": '[{metric: name, is: "> 5"}]'}, "does not go with name"),
    ({"when": '[{metric: name, is: "contains x", over: today}]'}, "name has no days"),
    ({"when": '[{metric: name, is: "contains x", of: all}]'}, "told of each object"),
    ({"when": '[{metric: cost, is: "> 5", over: today, off: all}]'}, "there is no such key"),
    ({"when": '[{metric: always, is: "> 5"}]'}, "always is no comparison"),
    ({"when": "[]"}, "has no condition"),
    ({"then": "[]"}, "does nothing"),
    ({"then": "[turn of]"}, "did you mean turn off"),
    ({"then": "[delete]"}, "there is no action"),
    ({"then": "[daily budget]"}, "does not say what becomes of the daily budget"),
    ({"then": "[{daily_budget: {increase: much}}]"}, "is no amount"),
    ({"then": "[{daily_budget: {set: 20 %}}]"}, "is a share of nothing"),
    ({"then": "[{daily_budget: {decrease: 100 %}}]"}, "would leave nothing"),
    ({"then": "[{daily_budget: {increase: 5, at_least: 3}}]"}, "does not go with increase"),
    ({"then": "[{daily_budget: {increase: 5, at_most: 10 %}}]"}, "is a share"),
    ({"then": "[{daily_budget: {increase: 5, decrease: 5}}]"}, "must say one of"),
    ({"then": "[{turn off: now}]"}, "takes nothing but a frequency"),
    ({"then": "[{turn off: , message: x}]"}, "must be one action"),
    ({"apply_to": "{level: advert}"}, "one of campaign, ad group, ad"),
    ({"apply_to": "{level: ad grup}"}, "did you mean ad group"),
    ({"apply_to": "{level: ad, which: some}"}, "there is no which 'some'"),
    ({"apply_to": "{level: ad, which: selected}"}, "is required for selected"),
    ({"apply_to": '{level: ad, which: selected, ids: ["17x"]}'}, "is no id"),
    ({"apply_to": '{level: ad, which: all active, ids: ["17"]}'}, "does not go with all active"),
    ({"apply_to": '{level: ad, under: {campaigns: ["1"], ad_groups: ["2"]}}'}, "must have one of"),
    ({"apply_to": '{level: campaign, under: {campaigns: ["1"]}}'}, "belong to no campaigns"),
    ({"apply_to": '{level: ad group, under: {ad_groups: ["1"]}}'}, "belong to no ad groups"),
    ({"account": '"71 00"'}, "is no id"),
    ({"frequency": "often"}, "is no frequency"),
    ({"frequency": "500 times in 1 day"}, "must be 1 to 100 times"),
    ({"check": "now and then"}, "does not say when"),
    ({"check": "every 10 seconds"}, "from 5 minutes"),
    ({"check": "at 25:00"}, "is no date"),
    ({"check": '{every: 1 hour, during: [{weekdays: [mnday], from: "9:00", to: "10:00"}]}'},
     "is no weekday"),
    ({"check": '{custom: [{month_days: [32], from: "9:00", to: "10:00"}]}'}, "is no day"),
    ({"timezone": "Mars"}, "is no time zone"),
    ({"notify": "sometimes"}, "must be one of"),
    ({"min_spend": "little"}, "is no amount"),
    ({"raising": "maybe"}, "must be one of"),
    ({"limits": "{changes_per_run: 0}"}, "would let nothing through"),
    ({"rule": '"a/b"'}, "letters, digits"),
    ({"rule": ""}, "rule: is required"),
    ({"colour": "red"}, "there is no such key"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "said"), UNREADABLE)
def test_what_cannot_be_understood_is_told_with_a_way_out(parts: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidScenarioError) as caught:
        load_rule(rule_text(**parts))

    assert said in str(caught.value)


IMPOSSIBLE = [
    ({"account": ""}, "account: is required"),
    ({"connection": ""}, "connection: is required"),
    ({"tell": ""}, "tell: is required"),
    ({"then": "[{daily_budget: {set: 5}}]"}, "ads have no budget of their own"),
    ({"then": "[{bid: {set: 5}}]"}, "ads have no bid of their own"),
    ({"when": '[{metric: daily budget spent, is: "> 80"}]'}, "ads have no budget"),
    ({"when": "[{metric: optimization goal, is: CLICK}]", "apply_to": "{level: campaign}"},
     "campaigns have no optimization goal"),
    ({"when": "[{metric: bid strategy, is: COST_CAP}]"}, "cannot be worked out"),
    ({"when": '[{metric: roas of skan purchases, is: "> 1", over: today}]'},
     "cannot be worked out"),
    ({"then": "[turn on, turn off]"}, "on and off"),
    ({"then": "[turn off, turn off]"}, "stands there twice"),
    ({"then": "[{budget: {set: 5}}, {daily_budget: {set: 5}}]", "apply_to": GROUP},
     "moves the same budgets twice"),
    ({"when": "[{metric: always}, {metric: name, is: x}]"}, "has always among"),
    ({"when": '[{metric: cpa, is: "> 5", over: past 7 days}]', "min_spend": ""},
     "min_spend: is required"),
    ({"apply_to": "[{level: ad}, {level: ad, which: all inactive}]"}, "several groups"),
    ({"apply_to": '{level: ad, under: {parents: ["1"]}}'}, "does not say what the ids are of"),
    ({"check": '{custom: [{month_days: 1, from: "9:00", to: "9:30"}, {from: "9:00", to: "9:30"}]}'},
     "make two rules"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "said"), IMPOSSIBLE)
def test_what_cannot_be_run_is_told_before_it_is_expanded(parts: dict[str, str], said: str) -> None:
    problems = checked(load_rule(rule_text(**parts)))

    assert said in " ".join(str(one) for one in problems.found if one.severity is Severity.ERROR)


WARNED = [
    ({"when": '[{metric: conversions, is: "< 1", over: today}]'}, "still coming in"),
    ({"then": "[{daily_budget: {increase: 5}}]", "apply_to": GROUP}, "repeated at every check"),
    ({"apply_to": "{level: ad, which: all inactive}"}, "are so already"),
    ({"email": "{mute: true}"}, "is not sent"),
    ({"check": '{custom: [{day_numbers: [3], from: "9:00", to: "10:00"}]}'}, "every day is taken"),
]


@pytest.mark.parametrize(("parts", "said"), WARNED)
def test_what_may_be_meant_otherwise_is_warned_of(parts: dict[str, str], said: str) -> None:
    problems = checked(load_rule(rule_text(**parts)))

    assert [] == [one for one in problems.found if one.severity is Severity.ERROR]
    assert said in " ".join(map(str, problems.found))


def checked(rule: Rule) -> Problems:
    problems = Problems()
    check_rule(rule, problems)
    return problems


def test_every_fault_is_told_at_once_with_its_line() -> None:
    text = rule_text(when="[{metric: cots}]", then="[turn of]", notify="loud")
    with pytest.raises(InvalidScenarioError) as caught:
        load_rule(text, Path("mine.yaml"))

    found = [str(one) for one in caught.value.problems]
    assert 3 == len(found)
    assert found[0].startswith("mine.yaml:5:")


@pytest.mark.parametrize("text", ["", "- a", "5", "rule: [", "rule: a\nrule: b", "&a x: 1"])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(InvalidScenarioError):
        load_rule(text)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_ready_rules_are_sound_and_fit_the_schema(file: Path) -> None:
    node = compose(file.read_text(), Problems())
    assert node is not None

    assert [] == checked(load_rule_file(file)).found
    assert fits(node.plain(), SCHEMA, SCHEMA)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(NATIVE)
def test_what_is_written_is_read_back_and_fits_the_schema(native: dict[str, object]) -> None:
    [imported] = import_rules([native])
    assert imported.rule is not None
    text = write_rule(imported.rule)
    node = compose(text, Problems())
    assert node is not None

    assert imported.rule == load_rule(text)
    assert text == write_rule(load_rule(text))
    assert fits(node.plain(), SCHEMA, SCHEMA)


def test_the_schema_knows_no_other_keys() -> None:
    node = compose(rule_text(colour="red"), Problems())
    assert node is not None

    assert not fits(node.plain(), SCHEMA, SCHEMA)


def test_what_lies_beside_the_documents_is_what_is_made() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    schema = (ROOT / "docs" / "rule.schema.json").read_text(encoding="utf-8")

    assert rule_schema_text() == schema, "run docs/make_rule_schema.py"
    assert with_tables(page) == page, "run docs/make_rule_schema.py"
    assert load_rule(page.split("```yaml\n")[1].split("```")[0]).name == "pause-costly-ads"
