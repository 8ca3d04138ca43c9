"""Steps are inserted, copied, deleted and moved; routes as well."""

from pathlib import Path

import pytest

from adloom.errors import UnknownNameError, UsageError
from adloom.services.editing import (
    FLOW_KINDS,
    Way,
    delete_step,
    drop_step,
    duplicate_step,
    insert_flow,
    insert_module,
    landing_place,
    move_step,
    place_towards,
    problems_of_draft,
)
from scenarios.places import FieldPath
from scenarios.problems import Severity
from tests.services.drafted import PAUSE, PLAIN, at, changed, data_of

WAY: FieldPath = ("steps", 1)
FIRST: FieldPath = (*WAY, "router", "routes", 0)
EXAMPLES = sorted(
    path
    for path in (Path(__file__).parents[2] / "scenarios" / "examples").glob("*.yaml")
    if ".test." not in path.name
)


def errors(text: str) -> list[str]:
    return [str(one) for one in problems_of_draft(text) if one.severity is Severity.ERROR]


# --- inserting -----------------------------------------------------------------------------------


def test_a_module_is_inserted_with_an_id_a_title_and_the_limits_it_has() -> None:
    after = insert_module(PLAIN, ("steps", 1), "list-campaigns", "acme")

    assert ([], [
        "  - id: campaigns",
        "    title: List campaigns",
        "    module: list_campaigns",
        "    connection: acme",
        "      limit: 10",
    ]) == changed(PLAIN, after)  # fmt: skip
    assert {
        "id": "campaigns",
        "title": "List campaigns",
        "module": "list_campaigns",
        "connection": "acme",
        "params": {"limit": 10},
    } == at(data_of(after), ("steps", 1))


@pytest.mark.parametrize(
    ("module", "name"),
    [("search_ads", "ads_2"), ("notify", "notify"), ("list_ad_reports", "ad_reports")],
)
def test_an_id_is_made_that_no_other_step_has(module: str, name: str) -> None:
    after = insert_module(PLAIN, ("steps", 0), module)

    assert name == at(data_of(after), ("steps", 0, "id"))


def test_a_step_stands_apart_by_a_blank_line_where_the_others_do() -> None:
    first, last = (insert_module(PLAIN, ("steps", place), "notify") for place in (0, 2))

    assert "steps:\n  - id: notify\n" in first
    assert "module: notify\n\n  # The first,\n" in first
    assert "# short\n\n  - id: notify\n" in last
    assert last.endswith("    module: notify\n# The end.\n")


def test_a_module_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        insert_module(PLAIN, ("steps", 0), "search_add")
    with pytest.raises(UsageError, match="no kind of step"):
        insert_flow(PLAIN, ("steps", 0), "loop")


@pytest.mark.parametrize("text", ["name: x\n", "name: x\nsteps: []   # none\n", "name: x\nsteps:"])
def test_a_scenario_without_steps_takes_its_first(text: str) -> None:
    after = insert_module(text, ("steps", 0), "notify", "team")

    assert "notify" == at(data_of(after), ("steps", 0, "module"))
    assert ("# none" in text) == ("# none" in after)


@pytest.mark.parametrize("kind", FLOW_KINDS)
def test_a_step_that_steers_can_be_run_as_it_is_inserted(kind: str) -> None:
    text = PLAIN.replace("advertiser-id", "advertiser_id").split("  - id: tell")[0]
    after = insert_flow(text, ("steps", 1), kind, named="other" if kind == "scenario" else "")

    assert kind in at(data_of(after), ("steps", 1))
    assert [] == errors(after)


def test_an_aggregator_gathers_what_the_nearest_search_yields() -> None:
    after = insert_flow(PAUSE, (*FIRST, "steps", 1), "aggregator")

    assert "ads" == at(data_of(after), (*FIRST, "steps", 1, "aggregator", "source"))


def test_what_stands_behind_a_new_router_moves_into_its_first_route() -> None:
    after = insert_flow(PLAIN, ("steps", 1), "router")
    step = at(data_of(PLAIN), ("steps", 1))
    routes = at(data_of(after), ("steps", 1, "router", "routes"))

    assert [[step], ["nothing"]] == [routes[0]["steps"], [routes[1]["steps"][0]["id"]]]
    assert "# short" in after


# --- copying and deleting ------------------------------------------------------------------------


def test_a_copy_has_ids_of_its_own_down_to_the_routes_and_reads_itself() -> None:
    after = duplicate_step(PAUSE, WAY)
    copy = at(data_of(after), ("steps", 2))
    first = copy["router"]["routes"][0]

    assert ["way_2", "keep_2", "tell_2"] == [copy["id"], *(step["id"] for step in first["steps"])]
    assert "{{keep_2.name}} of {{ads.ad_id}} and ads" == first["steps"][1]["params"]["text"]
    assert PAUSE.splitlines() == after.splitlines()[: len(PAUSE.splitlines())]


def test_a_step_goes_with_its_comments() -> None:
    gone, new = changed(PLAIN, delete_step(PLAIN, ("steps", 0)))

    assert [] == new
    assert {"  # The first,", "      # How many."} <= set(gone)
    assert "# About all of it." not in gone


def test_the_last_step_leaves_an_empty_list() -> None:
    after = delete_step(delete_step(PLAIN, ("steps", 0)), ("steps", 0))

    assert [] == at(data_of(after), ("steps",))
    assert ["steps: has no steps"] == errors(after)
    assert after.endswith("# The end.\n")


@pytest.mark.parametrize("path", [(), ("steps",), ("name",), FIRST, ("steps", 0, "params")])
def test_what_is_no_step_is_not_treated_as_one(path: FieldPath) -> None:
    for edit in (delete_step, duplicate_step):
        with pytest.raises(UsageError, match="not a step"):
            edit(PAUSE, path)


@pytest.mark.parametrize("path", [("steps", 2), (*FIRST, "steps", 2), ("steps", -1)])
def test_a_step_that_is_not_there_cannot_be_deleted(path: FieldPath) -> None:
    with pytest.raises(UsageError):
        delete_step(PAUSE, path)


# --- moving --------------------------------------------------------------------------------------

INNER: FieldPath = (*FIRST, "steps")


@pytest.mark.parametrize(
    ("path", "way", "to"),
    [
        (("steps", 0), Way.LEFT, None),
        (("steps", 0), Way.RIGHT, ("steps", 0, *FIRST[2:], "steps", 0)),
        (("steps", 0), Way.IN, ("steps", 0, *FIRST[2:], "steps", 0)),
        (("steps", 0), Way.OUT, None),
        (("steps", 0), Way.UP, None),
        (WAY, Way.LEFT, ("steps", 0)),
        (WAY, Way.RIGHT, None),
        ((*INNER, 0), Way.LEFT, WAY),
        ((*INNER, 0), Way.RIGHT, (*INNER, 1)),
        ((*INNER, 1), Way.LEFT, (*INNER, 0)),
        ((*INNER, 1), Way.RIGHT, None),
        ((*INNER, 1), Way.OUT, WAY),
        ((*INNER, 0), Way.UP, None),
        ((*INNER, 1), Way.DOWN, (*WAY, "router", "routes", 1, "steps", 1)),
        ((*WAY, "router", "routes", 1, "steps", 0), Way.DOWN, (*WAY, "router", "fallback", 0)),
        ((*WAY, "router", "fallback", 0), Way.UP, (*WAY, "router", "routes", 1, "steps", 0)),
        ((*WAY, "router", "fallback", 0), Way.DOWN, None),
        ((*WAY, "router", "fallback", 0), Way.LEFT, WAY),
    ],
)
def test_a_step_knows_where_each_way_leads(path: FieldPath, way: Way, to: FieldPath | None) -> None:
    assert to == place_towards(PAUSE, path, way)


def test_a_step_takes_its_comments_into_a_route_and_the_route_may_be_left_empty() -> None:
    after = move_step(PAUSE, (*WAY, "router", "routes", 1, "steps", 0), "up")

    assert [] == at(data_of(after), (*WAY, "router", "routes", 1, "steps"))
    assert ["other", "keep", "tell"] == [one["id"] for one in at(data_of(after), INNER)]


def test_a_way_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot go left"):
        move_step(PAUSE, ("steps", 0), "left")
    with pytest.raises(UsageError, match="no way called"):
        move_step(PAUSE, ("steps", 0), "north")


def test_a_step_cannot_be_dropped_into_itself() -> None:
    with pytest.raises(UsageError, match="own routes"):
        drop_step(PAUSE, WAY, (*INNER, 0))


@pytest.mark.parametrize(
    ("path", "before", "to"),
    [
        (("steps", 0), ("steps", 2), ("steps", 1)),
        (("steps", 2), ("steps", 0), ("steps", 0)),
        (("steps", 0), (*INNER, 1), ("steps", 0, *INNER[2:], 1)),
        ((*INNER, 0), WAY, WAY),
        (("steps", 0), ("steps", 0), ("steps", 0)),
    ],
)
def test_a_place_is_counted_as_if_the_step_had_been_taken_out(
    path: FieldPath, before: FieldPath, to: FieldPath
) -> None:
    assert to == landing_place(path, before)
