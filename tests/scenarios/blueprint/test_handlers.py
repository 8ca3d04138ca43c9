"""What happens when a module fails, and what steps are called."""

from typing import Any

import pytest

from scenarios.blueprint import Imported, Verdict, Wishes
from scenarios.loader import load_scenario
from scenarios.model import (
    ErrorHandler,
    HandlerKind,
    Step,
)
from tests.scenarios.blueprint.seams import (
    ACCOUNT,
    SEARCH,
    entry,
    imported,
    node,
    refused_where_it_runs,
    step_of,
    tell,
)

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
