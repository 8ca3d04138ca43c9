"""TikTok's own rules come over without loss or are told part by part, and go back the same."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from adloom.catalogue import Param, load
from adloom.errors import InvalidScenarioError
from scenarios.problems import Problems, Severity
from scenarios.rules.checking import check_rule
from scenarios.rules.expanding import expand_rule
from scenarios.rules.native_export import export_rule
from scenarios.rules.native_import import Imported, Wishes, import_rules
from scenarios.rules.native_words import VOCABULARY
from scenarios.rules.reading import load_rule
from scenarios.rules.words import Raising
from tests.scenarios.rules.bench import ACCOUNT
from tests.scenarios.rules.natives import NATIVE, plain

#: Words of the endpoint, and those that adloom does not act on or does not take at all.
WORDS = 103
NOT_RUN = 5
NOT_TAKEN = 1
WISHES = Wishes(ACCOUNT, "acme", "team")
SIMPLE: dict[str, Any] = {
    "name": "Pause costly ads",
    "tzone": "UTC",
    "apply_objects": [{"dimension": "AD", "pre_condition_type": "ALL_ACTIVE_AD"}],
    "conditions": [
        {
            "subject_type": "COST",
            "match_type": "GT",
            "values": ["50"],
            "range_type": "TODAY",
            "calculation_type": "OF_EACH_OBJECT",
        }
    ],
    "actions": [{"subject_type": "TURN_OFF"}],
    "rule_exec_info": {"exec_time_type": "PER_HALF_HOUR"},
    "notification": {"notification_type": "ANY_CHANGES"},
}


def brought(**parts: Any) -> Imported:
    [one] = import_rules({"rules": [{**SIMPLE, **parts}]}, WISHES)
    return one


def choices(params: tuple[Param, ...], path: str = "") -> dict[str, set[str]]:
    """Every field of a request that has words, and its words."""
    found: dict[str, set[str]] = {}
    for one in params:
        if one.choices:
            found[f"{path}{one.name}"] = set(one.choices)
        found |= choices(one.fields, f"{path}{one.name}.")
    return found


def test_every_word_of_the_endpoint_is_taken_or_has_a_reason() -> None:
    endpoint = load().endpoint("POST", "/optimizer/rule/create/")
    assert endpoint is not None
    known = choices(endpoint.params)

    assert {name.removeprefix("rules."): words for name, words in known.items()} == {
        name: set(words) for name, words in VOCABULARY.items()
    }
    words = [one for group in VOCABULARY.values() for one in group.values()]
    assert len(words) == WORDS
    assert sum(one.not_run is not None for one in words) == NOT_RUN
    assert sum(one.not_taken is not None for one in words) == NOT_TAKEN


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(NATIVE)
def test_a_native_rule_comes_over_and_goes_back_the_same(native: dict[str, Any]) -> None:
    [imported] = import_rules([native], WISHES)

    assert imported.lost == ()
    assert imported.rule is not None
    read = load_rule(imported.text)
    assert imported.rule == read
    exported = export_rule(replace(read, raising=Raising.ALLOW))
    assert exported.misfits == ()
    assert plain(native) == exported.native


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(NATIVE)
def test_an_imported_rule_can_be_run_or_says_why_not(native: dict[str, Any]) -> None:
    [imported] = import_rules([native], WISHES)
    assert imported.rule is not None

    problems = Problems()
    check_rule(imported.rule, problems)
    if any(one.severity is Severity.ERROR for one in problems.found):
        with pytest.raises(InvalidScenarioError):
            expand_rule(imported.rule)
        return
    expansion = expand_rule(imported.rule)

    assert [one for one in expansion.warnings if one.severity is Severity.ERROR] == []
    assert expansion.text == expand_rule(load_rule(imported.text)).text


def test_what_answers_may_be_wrapped_in_is_unwrapped() -> None:
    rows = [SIMPLE, {**SIMPLE, "name": "Another", "rule_id": "7300000000000000001"}]
    for data in (rows, {"list": rows}, {"code": 0, "data": {"list": rows, "page_info": {}}}):
        assert [one.name for one in import_rules(data)] == ["Pause costly ads", "Another"]
    assert len(import_rules(SIMPLE)) == 1


@pytest.mark.parametrize("data", [{}, [1], "rules", None, {"list": "x"}])
def test_what_holds_no_rules_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="holds no rules"):
        import_rules(data)


LOST: list[tuple[dict[str, Any], str]] = [
    ({"conditions": []}, "conditions"),
    ({"conditions": [{**SIMPLE["conditions"][0], "subject_type": "REACH"}]}, "subject_type"),
    ({"conditions": [{**SIMPLE["conditions"][0], "range_type": "PAST_MONTH"}]}, "range_type"),
    ({"conditions": [{**SIMPLE["conditions"][0], "range_type": "DEFAULT"}]}, "range_type"),
    ({"conditions": [{**SIMPLE["conditions"][0], "match_type": "CONTAINS"}]}, "match_type"),
    ({"conditions": [{**SIMPLE["conditions"][0], "values": ["much"]}]}, "values"),
    ({"conditions": [{**SIMPLE["conditions"][0], "values": ["1", "2"]}]}, "values"),
    ({"actions": [{"subject_type": "DELETE"}]}, "subject_type"),
    ({"actions": [{"subject_type": "TURN_OFF", "value": {"value": 5}}]}, "takes no value"),
    ({"actions": [{"subject_type": "BID", "action_type": "DEFAULT"}]}, "which way"),
    (
        {
            "actions": [
                {
                    "subject_type": "DAILY_BUDGET",
                    "action_type": "ADJUST_TO",
                    "value_type": "PERCENT",
                    "value": {"value": 20},
                }
            ]
        },
        "does not say of what",
    ),
    (
        {"actions": [{"subject_type": "TURN_OFF", "frequency_info": {"type": "CUSTOM"}}]},
        "frequency_info",
    ),
    (
        {"apply_objects": [{"dimension": "AD", "pre_condition_type": "SELECTED"}]},
        "dimension_ids",
    ),
    (
        {"apply_objects": [{"dimension": "AD", "pre_condition_type": "ALL_ACTIVE_CAMPAIGN"}]},
        "does not go with",
    ),
    (
        {
            "apply_objects": [
                {"dimension": "AD", "pre_condition_type": "ALL_ACTIVE_AD", "bind_type": "UNBIND"}
            ]
        },
        "bind_type",
    ),
    ({"rule_exec_info": {"exec_time_type": "HOURLY"}}, "rule_exec_info"),
    ({"rule_exec_info": {"exec_time_type": "CUSTOM"}}, "rule_exec_info"),
    ({"notification": {"notification_type": "FAX"}}, "notification_type"),
    ({"tzone": "Mars/Olympus"}, "tzone"),
]


@pytest.mark.parametrize(("parts", "named"), LOST)
def test_a_rule_that_loses_a_part_is_not_written_and_says_which(
    parts: dict[str, Any], named: str
) -> None:
    imported = brought(**parts)

    assert imported.rule is None
    assert imported.text == ""
    assert named in " ".join(imported.lost)


def test_fields_that_nobody_knows_are_told_and_left_out() -> None:
    imported = brought(status="ON", creator={"id": 5})

    assert imported.rule is not None
    assert sorted(imported.notes) == [
        "creator: is not known here, and left out.",
        "status: is not known here, and left out.",
    ]
    assert "status: is not known here" in imported.text


def test_a_name_that_files_cannot_have_is_changed_and_told() -> None:
    imported = brought(name="  Stop! <50 €> / night  ")

    assert imported.rule is not None
    assert imported.rule.name == "Stop 50 night"
    assert "It is called 'Stop 50 night' here." in imported.notes


MISFITS = [
    ("limits: {changes_per_run: 5}\n", "limits"),
    ("check: every 15 minutes\n", "half hour"),
    ("min_spend: 20\n", "min_spend"),
]


@pytest.mark.parametrize(("line", "named"), MISFITS)
def test_what_tiktok_cannot_do_is_not_exported_and_told(line: str, named: str) -> None:
    text = brought().text.replace("check: every 30 minutes\n", "")
    exported = export_rule(load_rule(text + line))

    assert exported.native is None
    assert named in " ".join(exported.misfits)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("> 50", ">= 50", "TikTok has no '>='"),
        ("turn off", "{message: Look at these}", "no text of yours"),
        ("turn off", "turn on", "raising"),
    ],
)
def test_words_tiktok_does_not_have_are_told(old: str, new: str, named: str) -> None:
    text = brought().text.replace(f"- {old}", f"- {new}").replace(old, new)
    exported = export_rule(load_rule(text))

    assert exported.native is None
    assert named in " ".join(exported.misfits)


def test_six_conditions_run_here_and_are_not_exported() -> None:
    one = SIMPLE["conditions"][0]
    imported = brought(conditions=[{**one, "values": [str(number)]} for number in range(6)])

    assert imported.rule is not None
    warnings = " ".join(str(one) for one in expand_rule(imported.rule).warnings)
    assert "more than 5 conditions" in warnings
    assert "5 conditions at most" in " ".join(export_rule(imported.rule).misfits)
