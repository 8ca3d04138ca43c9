"""Values are set where they differ, and stand where people put them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UsageError
from adloom.services.editing import (
    as_told,
    set_connection,
    set_description,
    set_disabled,
    set_key,
    set_limits,
    set_name,
    set_on_error,
    set_params,
    set_schedule,
    set_setting,
    set_start,
    set_title,
    set_when,
    take_key,
)
from adloom.services.editing_keys import same
from scenarios.places import FieldPath
from tests.services.drafted import FEW, PLAIN, changed, data_of

ADS: FieldPath = ("steps", 0)
TELL: FieldPath = ("steps", 1)


# --- parameters ----------------------------------------------------------------------------------


def test_parameters_are_told_by_their_own_names_and_as_they_were_written() -> None:
    told = as_told(PLAIN, ADS)

    assert {"advertiser_id": "7100000000000000001", "limit": 0, "ad_ids": ["1", "2"]} == told
    assert {} == as_told("steps:\n  - id: a\n    params:\n", ADS)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"advertiser_id": "7100000000000000001"},
        {"limit": 0, "ad_ids": ["1", "2"]},
        {"limit": Decimal(0)},
    ],
)
def test_what_is_said_already_keeps_every_byte(values: dict[str, Any]) -> None:
    assert PLAIN == set_params(PLAIN, ADS, values, ["nothing", "primary_status"])


def test_only_what_differs_is_written() -> None:
    after = set_params(
        PLAIN,
        ADS,
        {"advertiser_id": "7100000000000000001", "limit": 5, "ad_ids": ["1", "3"], "ad_name": "x"},
    )

    assert (
        ["      limit: 0   # all", '        - "2"'],
        ["      limit: 5   # all", '        - "3"', "      ad_name: x"],
    ) == changed(PLAIN, after)


def test_a_parameter_keeps_the_name_it_goes_by_in_the_file() -> None:
    after = set_params(PLAIN, ADS, {"advertiser_id": "{{input.account}}"})

    assert ['      advertiser-id: "{{input.account}}"   # not in quotes'] == changed(PLAIN, after)[
        1
    ]


def test_parameters_that_are_cleared_go_with_their_lines() -> None:
    after = set_params(PLAIN, ADS, {}, ["limit", "advertiser_id"])
    none = set_params(after, ADS, {}, ["ad_ids"])

    assert (
        ["      advertiser-id: 7100000000000000001   # not in quotes", "      limit: 0   # all"],
        [],
    ) == changed(PLAIN, after)
    assert "    params: {}\n      # How many.\n" in none


def test_a_step_in_braces_keeps_its_form() -> None:
    after = set_params(PLAIN, TELL, {"text": "a, b", "format": "markdown"}, ["title"])

    assert ['    params: {text: "a, b", format: markdown}   # short'] == changed(PLAIN, after)[1]


def test_a_step_without_parameters_gets_its_first() -> None:
    text = "name: x\nsteps:\n  - id: a\n    module: notify\n    on_error: ignore\n"
    after = set_params(text, ADS, {"text": "several\nlines"})

    assert (
        "    module: notify\n    params:\n      text: |-\n        several\n        lines\n"
        "    on_error: ignore\n"
    ) in after


VALUES = st.recursive(
    st.sampled_from(
        [None, True, False, 0, 1, Decimal("1.50"), "", "a", "1", "yes", "{{a.b}}", "x\ny"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)


@FEW
@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), VALUES, min_size=1, max_size=3), st.data())
def test_any_values_are_set_and_set_again_without_a_change(
    given_values: dict[str, Any], data: st.DataObject
) -> None:
    text = (
        "steps:\n  - id: a\n    module: unknown   # c1\n"
        "    params:\n      x: {a: [1, {b: 2}]}   # c2\n"
    )
    values = {name: value for name, value in given_values.items() if value is not None}
    after = set_params(text, ADS, values)
    more = {
        **values,
        data.draw(st.sampled_from("xyz")): data.draw(VALUES.filter(lambda v: v is not None)),
    }
    then = set_params(after, ADS, more)

    assert same({"x": {"a": [1, {"b": 2}]}, **values}, dict(as_told(after, ADS)))
    assert after == set_params(after, ADS, values)
    assert same({"x": {"a": [1, {"b": 2}]}, **more}, dict(as_told(then, ADS)))
    assert "# c1" in then
    assert "# c2" in then


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (1, True, False),
        (0, False, False),
        (1, Decimal(1), True),
        ("1", 1, False),
        (["a"], "a", False),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": 1}, {"a": True}, False),
        ([1, 2], [1], False),
        (None, "", False),
    ],
)
def test_values_are_the_same_only_if_they_mean_the_same(
    one: Any, other: Any, is_same: bool
) -> None:
    assert [is_same, is_same] == [same(one, other), same(other, one)]


# --- keys of a step ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "above", "line"),
    [
        (set_when(PLAIN, ADS, "{{a.b}}"), "    module: search_ads", '    when: "{{a.b}}"'),
        (
            set_disabled(PLAIN, ADS, disabled=True),
            "    title: Look for ads   # what people see",
            "    disabled: true",
        ),
        (
            set_connection(PLAIN, TELL, "team"),
            '    when: "{{ads.ad_name}}"',
            "    connection: team",
        ),
        (set_title(PLAIN, TELL, "Tell"), "  - id: tell", "    title: Tell"),
        (set_start(PLAIN, ADS, "now"), '        - "2"', "    start: now"),
        (
            set_on_error(PLAIN, TELL, "ignore"),
            '    params: {text: "{{ads.ad_name}}", title: T}   # short',
            "    on_error: ignore",
        ),
        (set_description(PLAIN, "What for."), "name: x   # its name", "description: What for."),
        (set_limits(PLAIN, {"changes_per_run": 5}), "schedule: {every: 30 minutes}", "limits:"),
        (set_setting(PLAIN, "max_errors", 5), "schedule: {every: 30 minutes}", "settings:"),
    ],
)
def test_a_new_key_stands_where_people_put_it(after: str, above: str, line: str) -> None:
    lines = after.splitlines()

    assert above == lines[lines.index(line) - 1]
    assert [] == changed(PLAIN, after)[0]


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (set_when(PLAIN, TELL, "{{a.b > 1}}"), '    when: "{{a.b > 1}}"'),
        (set_connection(PLAIN, ADS, "other"), "    connection: other   # the account"),
        (set_title(PLAIN, ADS, "Other"), "    title: Other   # what people see"),
        (set_name(PLAIN, "other"), "name: other   # its name"),
        (set_schedule(PLAIN, {"every": "1 hour"}), 'schedule: {every: "1 hour"}'),
        (set_schedule(PLAIN, "on demand"), "schedule: on demand"),
        (
            set_schedule(PLAIN, {"every": "30 minutes", "timezone": "UTC"}),
            "schedule: {every: 30 minutes, timezone: UTC}",
        ),
    ],
)
def test_a_key_that_is_there_is_changed_in_its_place(after: str, line: str) -> None:
    gone, new = changed(PLAIN, after)

    assert ([line], 1) == (new, len(gone))


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (set_when(PLAIN, TELL, None), '    when: "{{ads.ad_name}}"'),
        (set_connection(PLAIN, ADS, None), "    connection: acme   # the account"),
        (set_schedule(PLAIN, None), "schedule: {every: 30 minutes}"),
    ],
)
def test_a_key_that_is_taken_back_goes_alone(after: str, line: str) -> None:
    assert ([line], []) == changed(PLAIN, after)


def test_what_was_switched_off_and_on_is_as_it_was() -> None:
    off = set_disabled(PLAIN, ADS, disabled=True)

    assert PLAIN == set_disabled(off, ADS, disabled=False)
    assert PLAIN == set_disabled(PLAIN, ADS, disabled=False)


def test_the_last_setting_takes_its_heading_along() -> None:
    two = set_setting(set_setting(PLAIN, "max_errors", 5), "parallel", 2)
    one = set_setting(two, "max_errors", None)

    assert {"parallel": 2} == data_of(one)["settings"]
    assert PLAIN == set_setting(one, "parallel", None)
    assert PLAIN == set_setting(PLAIN, "parallel", None)


def test_limits_that_are_not_given_go_and_the_others_keep_their_bytes() -> None:
    text = PLAIN.replace(
        "schedule", "limits:\n  cooldown: 6 hours   # on\n  changes_per_run: 20   # most\nschedule"
    )
    after = set_limits(text, {"changes_per_run": 20, "budget": {"step": "25 %"}})

    assert (["  cooldown: 6 hours   # on"], ["  budget:", "    step: 25 %"]) == changed(text, after)
    assert PLAIN == set_limits(text, {})


def test_a_key_that_people_put_first_comes_first() -> None:
    text = (
        "# top\nsteps:\n  # one\n  - router:   # two\n"
        "      routes:\n        - steps: []   # three\n"
    )
    named = set_title(set_title(set_name(text, "a"), ADS, "b"), (*ADS, "router", "routes", 0), "c")

    assert (
        "# top\nname: a\nsteps:\n  # one\n  - title: b\n    router:   # two\n      routes:\n"
        "        - title: c\n          steps: []   # three\n"
    ) == named


def test_any_key_can_be_set_inside_what_is_not_there_yet() -> None:
    after = set_key("name: x\nsteps:\n  - id: a\n", (*ADS, "set", "variables", "x"), 5)

    assert {"variables": {"x": 5}} == data_of(after)["steps"][0]["set"]
    assert after == take_key(after, (*ADS, "nothing", "there"))


def test_a_place_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError):
        set_when(PLAIN, ("steps", 7), "{{a.b}}")
    with pytest.raises(UsageError):
        set_params(PLAIN, ("steps", 7), {"a": 1})


def test_windows_line_ends_stay() -> None:
    text = PLAIN.replace("\n", "\r\n")
    after = set_connection(set_params(text, ADS, {"limit": 5}), TELL, "team")

    assert after.count("\n") == after.count("\r\n") == text.count("\n") + 1
