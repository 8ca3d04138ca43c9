"""What can be mapped is offered where it can be read; conditions fit into a form and back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adloom.mapping import FUNCTIONS, Kind, Moment, compile_value
from adloom.mapping.operators import COMPARISONS
from adloom.mapping.words import WORDS
from adloom.services.editing import (
    completions,
    language,
    preview,
    upstream_fields,
)
from scenarios.environment import Account, Environment
from scenarios.places import FieldPath
from tests.services.drafted import PAUSE, PLAIN

WAY: FieldPath = ("steps", 1)
FIRST: FieldPath = (*WAY, "router", "routes", 0)
NOW = Moment(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


# --- fields --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        (("steps", 0), []),
        (WAY, ["ads"]),
        (FIRST, ["ads"]),
        ((*FIRST, "steps", 0), ["ads"]),
        ((*FIRST, "steps", 1), ["ads", "keep"]),
        ((*FIRST, "steps", 2), ["ads", "keep", "tell"]),
        ((*WAY, "router", "routes", 1, "steps", 0), ["ads"]),
        ((*WAY, "router", "fallback", 0), ["ads"]),
        ((*WAY, "router", "fallback", 1), ["ads", "rest"]),
        (("steps", 2), ["ads", "way"]),
    ],
)
def test_a_step_sees_those_before_it_on_its_own_path(path: FieldPath, steps: list[str]) -> None:
    assert steps == [one.step for one in upstream_fields(PAUSE, path)]


def test_what_an_aggregator_has_gathered_cannot_be_seen_behind_it() -> None:
    text = PLAIN + "  - id: all\n    aggregator: {source: tell, fields: {a: 1}}\n"
    found = upstream_fields(text, ("steps", 3))

    assert ["ads", "all"] == [one.step for one in found]
    assert ["{{all.array}}", "{{all.count}}"] == [one.insert for one in found[1].fields]
    assert (True, False) == (found[0].is_open, found[1].is_open)


def test_fields_come_with_their_words_and_the_values_they_had() -> None:
    bundles = [
        {"ad_id": "17", "ad_name": None, "odd name": [{"x": Decimal("1.50")}]},
        {"ad_id": "18"},
    ]
    (ads,) = upstream_fields(PLAIN, WAY, {"ads": bundles})
    fields = {one.name: one for one in ads.fields}

    assert (2, "Look for ads") == (ads.bundles, ads.title)
    assert ("17", "{{ads.ad_id}}", Kind.TEXT) == (
        fields["ad_id"].sample,
        fields["ad_id"].insert,
        fields["ad_id"].kind,
    )
    assert fields["ad_id"].description
    assert ("", None) == (fields["ad_name"].sample, fields["campaign_id"].sample)
    assert ["{{ads.`odd name`[].x}}"] == [one.insert for one in fields["odd name"].children]
    assert ["1.5"] == [one.sample for one in fields["odd name"].children]


def test_figures_that_are_asked_for_are_offered() -> None:
    text = (
        "name: x\nsteps:\n  - id: r\n    module: list_ad_reports\n    connection: a\n"
        '    params: {advertiser_id: "7", metrics: [skan_conversion, spend]}\n'
    )
    (found,) = upstream_fields(text, ("steps", 1))

    assert {"skan_conversion", "spend"} <= {one.name for one in found.fields}


def test_a_scenario_that_is_called_sees_its_input() -> None:
    text = "name: x\nsteps:\n  - id: a\n    return: {b: '{{input.c}}'}\n"
    found = upstream_fields(text, ("steps", 0), {"input": [{"c": 5}]})

    assert [("input", ["{{input.c}}"])] == [
        (one.step, [field.insert for field in one.fields]) for one in found
    ]


def test_what_is_offered_can_be_read() -> None:
    bundle = {"ad_id": "1", "rows": [{"a b": 1}], "more": {"x": {"y": {"z": {"deep": 1}}}}}

    def check(fields: Any) -> None:
        for one in fields:
            assert compile_value(one.insert).evaluate({"ads": bundle}) is not None
            check(one.children)

    (ads,) = upstream_fields(PLAIN, WAY, {"ads": [bundle]})
    check([one for one in ads.fields if one.sample is not None])


@pytest.mark.parametrize("text", ["", "steps: [", "steps:\n  - id: a\n  - module: search_ads\n"])
def test_an_unfinished_draft_offers_what_it_has(text: str) -> None:
    assert len(upstream_fields(text, ("steps", 2))) <= 1


# --- preview -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ("plain", "plain", Kind.TEXT),
        ("{{ads.spend}}", "12.3", Kind.NUMBER),
        ("{{ads.spend > 5}}", "true", Kind.BOOLEAN),
        ("{{now}}", "2026-11-21T09:30:00Z", Kind.DATE),
        ("{{ads.tags}}", '["a"]', Kind.LIST),
        ("{{ads.none}}", "", Kind.ANY),
        ("{{ads.spend}} spent", "12.3 spent", Kind.TEXT),
    ],
)
def test_a_mapped_value_is_shown_before_it_is_used(text: str, shown: str, kind: Kind) -> None:
    found = preview(text, {"ads": {"spend": Decimal("12.30"), "tags": ["a"]}}, NOW)

    assert (shown, kind, None) == (found.text, found.kind, found.error)


def test_a_value_that_cannot_be_calculated_says_why() -> None:
    found = preview("{{ads.name + 1}}", {"ads": {"name": "x"}})

    assert (None, '"x" is no number.') == (found.text, found.error)
    assert preview("{{ad.name}}", {"ads": {}}).hint == "Did you mean ads?"
    assert preview("{{ads.", {}).error


# --- completion ----------------------------------------------------------------------------------


def test_the_language_is_told_whole() -> None:
    found = language()

    assert list(FUNCTIONS) == [one.name for one in found.functions]
    assert set(WORDS) == set(found.words)
    assert set(COMPARISONS) < set(found.operators)


def test_a_text_can_go_on_with_what_there_is() -> None:
    here = Environment({"acme": Account("tiktok-business")}, {})
    found = {
        name: {one["label"] for one in many} for name, many in completions(PAUSE, here).items()
    }

    assert {"search_ads", "notify"} <= found["modules"]
    assert {"steps", "on_error", "first_match", "changes_per_run", "advertiser_id"} <= found["keys"]
    assert {"{{ads.ad_id}}", "{{keep.odd}}", "{{now}}", "{{if(; )}}"} <= found["mappings"]
    assert {"acme"} == found["connections"]


def test_at_a_step_only_what_it_sees_is_offered() -> None:
    found = {one["label"] for one in completions(PAUSE, path=WAY)["mappings"]}

    assert "{{ads.ad_id}}" in found
    assert "{{keep.name}}" not in found


@pytest.mark.parametrize("text", ["", "steps: [", "- a"])
def test_there_is_always_something_to_go_on_with(text: str) -> None:
    assert completions(text)["keys"]
