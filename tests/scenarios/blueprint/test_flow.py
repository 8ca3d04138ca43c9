"""Routes, branches, lists, variables, stores and error handlers."""

from typing import Any

import pytest

from scenarios.blueprint import Imported, Verdict, What
from scenarios.loader import load_scenario
from scenarios.model import (
    AggregatorStep,
    IteratorStep,
    RouterStep,
)
from tests.scenarios.blueprint.seams import (
    SEARCH,
    condition,
    entries_of,
    entry,
    filtered,
    imported,
    node,
    refused_where_it_runs,
    step_of,
    tell,
)


def router_of(made: Imported, name: str = "basic_router") -> RouterStep:
    step = step_of(made, name)
    assert isinstance(step, RouterStep)
    return step


# --- filters and routes ---------------------------------------------------------------------------


def test_a_filter_becomes_a_condition() -> None:
    given = filtered(
        "Expensive", [condition(o="number:greater", b="50"), condition()], [condition("x")]
    )

    made = imported(SEARCH, tell(2, filter=given))

    when = step_of(made, "notify").when
    assert when is not None
    assert (
        '{{((parseNumber(search_ads.ad_name) > parseNumber("50")) & (exists(search_ads.ad_name)))'
        ' | (exists("x"))}}'
    ) == when.compiled.value


@pytest.mark.parametrize(
    "given",
    [
        condition(o="text:resembles"),
        condition("{{nope(1.x)}}"),
        condition(o="text:equal", b="Bearer 0123456789abcdef"),
    ],
)
def test_a_filter_that_cannot_be_translated_is_a_gap_in_front_of_its_step(given: Any) -> None:
    made = imported(SEARCH, tell(2, filter=filtered("Odd", [given])))

    ids = [step.id for step in load_scenario(made.text).steps]
    assert ["search_ads", "gap_2", "notify"] == ids
    assert 1 == len(refused_where_it_runs(made))


def test_filters_of_routes_are_their_conditions_and_the_fallback_comes_last() -> None:
    made = imported(
        SEARCH,
        node(2, "builtin:BasicRouter", mapper=None, routes=[
            {"flow": [tell(3, filter=filtered("Named", [condition()]))]},
            {"flow": [tell(4, filter=filtered("Else", fallback=True))]},
            {"flow": []},
            {"flow": [tell(5)], "disabled": True},
        ]),
    )  # fmt: skip

    router = router_of(made)
    conditions = [route.when.compiled.value if route.when else None for route in router.routes]
    assert ["{{exists(search_ads.ad_name)}}", "{{false}}"] == conditions
    assert "Named" == router.routes[0].title
    assert ["notify_2"] == [step.id for step in router.fallback]
    assert not router.first_match
    assert 2 == len(entries_of(made, What.ROUTE))


def test_a_condition_of_a_route_that_cannot_be_translated_keeps_the_router_from_running() -> None:
    odd = filtered("Odd", [condition(o="text:resembles")])
    routes = [{"flow": [tell(3, filter=odd)]}, {"flow": [tell(4)]}]

    made = imported(SEARCH, node(2, "builtin:BasicRouter", routes=routes))

    assert [2] == [one.id for one in made.gaps]
    assert "Odd" in entry(made, 2).reasons[0]
    assert 2 == len(router_of(made).routes)
    assert 1 == len(refused_where_it_runs(made))


def test_routes_do_not_see_each_other() -> None:
    routes = [{"flow": [tell(3)]}, {"flow": [tell(4, "{{3.sent}}")]}]

    made = imported(SEARCH, node(2, "builtin:BasicRouter", routes=routes))

    assert [4] == [one.id for one in made.gaps]
    assert "stands on another route" in " ".join(entry(made, 4).reasons)


def branches(*, merges: bool = False) -> dict[str, Any]:
    return node(2, "builtin:BasicIfElse", branches=[
        {"type": "condition", "label": "Big", "merge": merges, "flow": [tell(3)],
         "conditions": [[condition(o="number:greater", b="9")]]},
        {"type": "else", "label": "Small", "merge": merges, "flow": [tell(4)]},
    ])  # fmt: skip


def test_an_if_else_is_a_router_whose_bundles_take_the_first_route_that_fits() -> None:
    made = imported(SEARCH, branches())

    router = router_of(made, "basic_if_else")
    assert router.first_match
    assert ["Big"] == [route.title for route in router.routes]
    assert ["notify_2"] == [step.id for step in router.fallback]
    assert () == made.gaps


def test_a_merge_at_the_end_is_where_the_branches_end() -> None:
    made = imported(
        SEARCH, branches(merges=True), node(5, "builtin:BasicMerge", filters=[None, None])
    )

    assert Verdict.TRANSLATED is entry(made, 5).verdict
    assert () == made.gaps


def test_what_follows_a_merge_is_told_of_and_is_a_gap() -> None:
    after = tell(6, onerror=[tell(7), node(8, "builtin:Ignore")])

    made = imported(SEARCH, branches(merges=True), node(5, "builtin:BasicMerge"), after)

    assert {5, 6, 7, 8, 2} == {one.id for one in made.gaps}
    assert "modules 6 follow a merge" in entry(made, 2).reasons[0]
    assert 1 == len(refused_where_it_runs(made))


def test_modules_beside_the_flow_are_told_of_and_left_out() -> None:
    routes = [{"flow": [tell(31)]}]
    orphans = [[tell(30), node(32, "builtin:BasicRouter", routes=routes)], tell(33)]

    made = imported(SEARCH, metadata={"designer": {"orphans": orphans}})

    verdicts = {one: entry(made, one).verdict for one in (30, 31, 32, 33)}
    assert {Verdict.LEFT_OUT} == set(verdicts.values())
    assert () == made.gaps


def test_routes_of_a_module_nobody_knows_are_a_gap() -> None:
    made = imported(SEARCH, node(2, "fancy:Splitter", routes=[{"flow": [tell(3)]}]))

    assert {2, 3} == {one.id for one in made.gaps}


def test_a_module_that_is_switched_off_stays_switched_off() -> None:
    made = imported(SEARCH, tell(2, disabled=True))

    assert step_of(made, "notify").disabled


# --- one to many, many to one ---------------------------------------------------------------------


def test_an_iterator_and_a_repeater_make_bundles_of_items() -> None:
    made = imported(
        SEARCH,
        node(2, "builtin:BasicFeeder", mapper={"array": "{{1.tags}}"}, name="Tags"),
        node(3, "builtin:BasicRepeater", mapper={"start": "2", "repeats": "3 ", "step": 5}),
        tell(4, "{{2.value}} {{3.i}}"),
    )

    tags, numbers = step_of(made, "tags"), step_of(made, "basic_repeater")
    assert isinstance(tags, IteratorStep)
    assert isinstance(numbers, IteratorStep)
    assert ("{{search_ads.tags}}", [2, 7, 12]) == (tags.items.value, numbers.items.value)
    assert "{{tags.value}} {{basic_repeater.value}}" in made.text


def aggregated(module: str, parameters: dict[str, Any], mapper: Any, text: str) -> Imported:
    return imported(
        SEARCH,
        node(2, "builtin:BasicFeeder", mapper={"array": "{{1.tags}}"}, name="Tags"),
        node(3, module, parameters={"feeder": "2", **parameters}, mapper=mapper, name="All"),
        tell(4, text),
    )


@pytest.mark.parametrize(
    ("module", "parameters", "mapper", "expected"),
    [
        ("builtin:BasicAggregator", {"groupBy": "{{2.a}}"}, {"name": "{{2.value}}"},
         {"kind": "array", "group_by": "{{tags.a}}", "fields": {"name": "{{tags.value}}"}}),
        ("builtin:BasicAggregator", {"stopIfEmpty": True}, {"properties": {"a": "{{2.a}}"}},
         {"stop_if_empty": True, "fields": {"a": "{{tags.a}}"}}),
        ("util:TextAggregator", {"rowSeparator": "\\n"}, {"value": "{{2.value}}"},
         {"kind": "text", "separator": "\n", "value": "{{tags.value}}"}),
        ("util:TextAggregator", {"rowSeparator": "other", "otherRowSeparator": "; "},
         {"value": "{{2.value}}"}, {"separator": "; "}),
        ("util:NumericalAggregator", {"aggregateFunction": "avg"}, {"value": "{{2.value}}"},
         {"kind": "number", "function": "average"}),
        ("util:TableAggregator", {}, {"fields": [{"name": "a", "value": "{{2.a}}"}]},
         {"kind": "table", "fields": {"a": "{{tags.a}}"}}),
    ],
)  # fmt: skip
def test_aggregators_gather_what_their_feeder_hands_on(
    module: str, parameters: dict[str, Any], mapper: Any, expected: dict[str, Any]
) -> None:
    made = aggregated(module, parameters, mapper, "x")

    step = step_of(made, "all")
    assert isinstance(step, AggregatorStep)
    assert "tags" == step.source
    found = {name: getattr(step, name) for name in expected}
    assert expected == {name: getattr(one, "value", one) for name, one in found.items()} | {
        name: str(found[name]) for name in ("kind", "function") if name in found
    }
    assert () == made.gaps


def test_what_was_gathered_cannot_be_read_behind_the_aggregator() -> None:
    made = aggregated(
        "builtin:BasicAggregator", {}, {"a": "{{2.value}}"}, "{{3.array}} {{2.value}}"
    )

    assert [4] == [one.id for one in made.gaps]
    assert "gathered by an aggregator" in " ".join(entry(made, 4).reasons)


@pytest.mark.parametrize(
    ("parameters", "mapper"),
    [({}, {}), ({"aggregateFunction": "median"}, {"value": "1"}), ({"odd": 1}, {"value": "1"})],
)
def test_an_aggregator_that_does_something_else_is_a_gap(parameters: Any, mapper: Any) -> None:
    made = aggregated("util:NumericalAggregator", parameters, mapper, "x")

    assert [3] == [one.id for one in made.gaps]


def test_an_aggregator_of_another_route_is_a_gap() -> None:
    feeding = node(4, "builtin:BasicAggregator", parameters={"feeder": 3}, mapper={"a": "1"})
    routes = [{"flow": [tell(3)]}, {"flow": [feeding]}]

    made = imported(SEARCH, node(2, "builtin:BasicRouter", routes=routes))

    assert [4] == [one.id for one in made.gaps]
