"""Routes, branches, lists, variables, stores and error handlers."""

from typing import Any

import pytest

from scenarios.blueprint import Imported, Verdict, What, Wishes
from scenarios.loader import load_scenario
from scenarios.model import (
    AggregatorStep,
    ErrorHandler,
    GetStep,
    HandlerKind,
    IteratorStep,
    RouterStep,
    SetStep,
    SleepStep,
    Step,
    StoreStep,
)
from tests.scenarios.blueprint.seams import (
    ACCOUNT,
    SEARCH,
    entries_of,
    entry,
    imported,
    node,
    refused_where_it_runs,
    step_of,
)


def tell(number: int, text: str = "hello", **told: Any) -> dict[str, Any]:
    return node(number, "slack:CreateMessage", mapper={"text": text}, **told)


def condition(a: str = "{{1.ad_name}}", o: str = "exist", b: str | None = None) -> dict[str, Any]:
    return {"a": a, "o": o} | ({} if b is None else {"b": b})


def filtered(name: str, *groups: list[Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "conditions": list(groups), **more}


def router_of(made: Imported, name: str = "basic_router") -> RouterStep:
    step = step_of(made, name)
    assert isinstance(step, RouterStep)
    return step


def texts_of(made: Imported) -> list[str]:
    """The lines of the file that are no comments."""
    return [one.strip() for one in made.text.split("\n") if not one.strip().startswith("#")]


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


# --- memory, waiting ------------------------------------------------------------------------------


def test_variables_keep_their_names_and_how_long_they_are_remembered() -> None:
    made = imported(
        SEARCH,
        node(2, "util:SetVariable2",
             mapper={"name": "total", "value": "{{1.ad_id}}", "scope": "roundtrip"}),
        node(3, "util:SetVariables", mapper={"scope": "execution", "variables": [
            {"name": "a", "value": "{{2.total}}"}, {"name": "b", "value": "2"}]}),
        node(4, "util:GetVariable2", mapper={"name": "a", "scope": "execution"}, name="Again"),
        node(5, "util:ComposeTransformer", mapper={"value": "{{4.value}}-{{4.a}}"}, name="Joined"),
        tell(6, "{{5.value}}"),
    )  # fmt: skip

    first, second, third = (
        step_of(made, one) for one in ("set_variable", "set_variables", "again")
    )
    assert isinstance(first, SetStep)
    assert isinstance(second, SetStep)
    assert isinstance(third, GetStep)
    assert (("total",), "cycle") == (first.names, first.scope)
    assert (("a", "b"), "execution") == (second.names, second.scope)
    assert (("a",), "execution") == (third.names, third.scope)
    assert 'value: "{{again.a}}-{{again.a}}"' in texts_of(made)
    assert () == made.gaps


def test_records_of_a_data_store_become_keys_with_values() -> None:
    restore = {"restore": {"parameters": {"datastore": {"label": "Seen ads"}}}}
    seen = {"parameters": {"datastore": 12}}
    exist = node(2, "datastore:ExistRecord", mapper={"key": "{{1.ad_id}}"}, name="Seen", **seen)
    add = node(3, "datastore:AddRecord", name="Remember", **seen, filter=filtered(
        "New", [condition("{{2.exist}}", "boolean:equal", "false")]),
        mapper={"key": "{{1.ad_id}}", "data": {"name": "{{1.ad_name}}"}, "overwrite": "true"},
    )  # fmt: skip
    for one in (exist, add):
        one["metadata"] |= restore

    made = imported(SEARCH, exist, add)

    found = [step_of(made, one) for one in ("seen", "remember")]
    stores = [one for one in found if isinstance(one, StoreStep)]
    assert [("Seen ads", "exists"), ("Seen ads", "put")] == [(s.store, s.operation) for s in stores]
    assert stores[1].value is not None
    assert {"name": "{{search_ads.ad_name}}"} == stores[1].value.value
    assert "seen.exists" in made.text
    assert ["12 “Seen ads”"] == list(entries_of(made, What.STORE))


@pytest.mark.parametrize(("given", "seconds"), [("60", 60), (300, 300), (" 1 ", 1)])
def test_a_wait_of_known_length_is_a_sleep(given: Any, seconds: int) -> None:
    step = step_of(
        imported(SEARCH, node(2, "util:FunctionSleep", mapper={"duration": given})),
        "function_sleep",
    )

    assert isinstance(step, SleepStep)
    assert seconds == step.seconds


@pytest.mark.parametrize(
    ("module", "mapper", "said"),
    [
        ("util:FunctionSleep", {"duration": "{{1.x}}"}, "1 to 300 seconds"),
        ("util:FunctionSleep", {"duration": 301}, "1 to 300 seconds"),
        ("builtin:BasicRepeater", {"repeats": "{{1.x}}"}, "known beforehand"),
        ("builtin:BasicRepeater", {"repeats": 1_000_000}, "known beforehand"),
        ("util:SetVariable2", {"name": "{{1.x}}", "value": "1"}, "cannot be the name"),
        ("util:SetVariable2", {"name": "a", "value": "1", "scope": "eternal"}, "scope is eternal"),
        ("util:FunctionIncrement", {"reset": "run"}, "counters"),
        ("json:ParseJSON", {"json": "{{1.x}}"}, "no JSON out of texts"),
        ("datastore:AddRecord", {"data": {"a": 1}}, "key is missing"),
        ("builtin:BasicFeeder", {}, "which list"),
        ("builtin:Ignore", {}, "at the end of an error route"),
        ("tiktok:watchAds", {"advertiser_ids": [ACCOUNT]}, "can only be the first step"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_here_is_a_gap_with_the_reason(
    module: str, mapper: dict[str, Any], said: str
) -> None:
    made = imported(SEARCH, node(2, module, mapper=mapper))

    assert [2] == [one.id for one in made.gaps]
    assert said in " ".join(entry(made, 2).reasons)
    assert 1 == len(refused_where_it_runs(made))


# --- error handlers -------------------------------------------------------------------------------


def handled(*route: dict[str, Any]) -> tuple[Imported, Step]:
    made = imported(SEARCH, node(2, "tiktok:getAnAd", onerror=list(route), name="Failing",
                                 mapper={"advertiser_id": ACCOUNT, "ad_id": "{{1.ad_id}}"}),
    )  # fmt: skip
    return made, step_of(made, "failing")


@pytest.mark.parametrize("name", ["Ignore", "Commit", "Rollback"])
def test_directives_become_ways_to_handle_errors(name: str) -> None:
    made, step = handled(node(3, f"builtin:{name}"))

    assert ErrorHandler(HandlerKind(name.lower())) == step.on_error
    assert (Verdict.TRANSLATED, "failing") == (entry(made, 3).verdict, entry(made, 3).step)


@pytest.mark.parametrize("retry", [True, "true", "{{true}}"])
@pytest.mark.parametrize("count", [3, "3", "3 "])
def test_a_break_keeps_how_often_it_tries_again(retry: Any, count: Any) -> None:
    mapper = {"retry": retry, "count": count, "interval": " 15"}

    _, step = handled(node(3, "builtin:Break", mapper=mapper))

    assert ErrorHandler(HandlerKind.BREAK, count=3, interval_seconds=900) == step.on_error


@pytest.mark.parametrize(
    ("mapper", "gap"),
    [({}, False), ({"retry": False, "count": 9}, False), ({"retry": "{{1.x}}"}, True),
     ({"retry": True, "count": "many"}, True), ({"retry": True, "interval": 99_999}, True)],
)  # fmt: skip
def test_a_break_that_does_not_say_how_often_waits_for_a_person(mapper: Any, *, gap: bool) -> None:
    made, step = handled(node(3, "builtin:Break", mapper=mapper))

    assert ErrorHandler(HandlerKind.BREAK) == step.on_error
    assert gap == bool(made.gaps)


def test_a_resume_goes_on_with_its_substitute() -> None:
    made, step = handled(
        node(3, "builtin:Resume", mapper={"ad_name": "unknown", "ad_id": "{{1.ad_id}}"})
    )

    assert step.on_error is not None
    assert step.on_error.substitute is not None
    expected = {"ad_name": "unknown", "ad_id": "{{search_ads.ad_id}}"}
    assert (HandlerKind.RESUME, expected) == (step.on_error.kind, step.on_error.substitute.value)
    assert () == made.gaps


def test_modules_that_ran_after_an_error_are_told_of_and_are_a_gap() -> None:
    made, step = handled(tell(3), node(6, "builtin:Ignore"))

    assert {2, 3} == {one.id for one in made.gaps}
    assert ErrorHandler(HandlerKind.IGNORE) == step.on_error
    assert 1 == len(refused_where_it_runs(made))


def test_an_error_route_that_splits_is_told_of_module_by_module() -> None:
    routes = [{"flow": [tell(5), node(6, "builtin:Ignore")]}]

    made, step = handled(tell(3), node(4, "builtin:BasicRouter", routes=routes))

    assert {2, 3, 4, 5, 6} == {one.id for one in made.gaps}
    assert step.on_error is None


def test_an_error_route_without_a_directive_is_a_gap() -> None:
    made, step = handled(tell(3))

    assert step.on_error is None
    assert {2, 3} == {one.id for one in made.gaps}


def test_a_trigger_has_no_error_handling_and_needs_none() -> None:
    made = imported(node(1, "tiktok:watchAds", parameters={"advertiser_ids": [ACCOUNT]},
                         onerror=[node(2, "builtin:Ignore")]))  # fmt: skip

    assert Verdict.LEFT_OUT is entry(made, 2).verdict
    assert () == made.gaps


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Find the ads!", "find_the_ads"),
        ("now", "now_2"),
        ("1. Schritt", "step_1_schritt"),
        ("Anzeigen für Köln", "anzeigen_für_köln"),
        ("🎬", "search_ads"),
        ("\x1b[31mred\u202e", "31mred"),
        ("x" * 500, "x" * 40),
        ("gap 1", "gap_1_2"),
        ("input", "input_2"),
    ],
)
def test_steps_are_called_what_people_called_them(name: str, expected: str) -> None:
    made = imported(node(1, "tiktok:searchAds", parameters={"advertiser_id": ACCOUNT}, name=name))

    [step] = load_scenario(made.text).steps
    assert expected == step.id.removeprefix("step_") if expected == "31mred" else step.id
    assert step.title is None or step.title.isprintable()


def test_two_of_the_same_name_are_numbered() -> None:
    made = imported(SEARCH, tell(2, name="Tell"), tell(3, name="tell"), wishes=Wishes())

    assert ["search_ads", "tell", "tell_2"] == [one.id for one in load_scenario(made.text).steps]
