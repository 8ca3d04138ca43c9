"""Routes come and go, steps get other names, and layouts that forbid edits are rewritten first."""

from pathlib import Path

import pytest

from adloom.errors import InvalidScenarioError, UsageError
from adloom.services.editing import (
    add_fallback,
    add_route,
    delete_step,
    duplicate_step,
    insert_module,
    move_route,
    problems_of_draft,
    remove_fallback,
    remove_route,
    rename_step,
    set_first_match,
    set_when,
    to_block_style,
)
from scenarios.places import FieldPath
from tests.services.drafted import FLOW, PAUSE, PLAIN, at, changed, data_of

WAY: FieldPath = ("steps", 1)
FIRST: FieldPath = (*WAY, "router", "routes", 0)
EXAMPLES = sorted(
    path
    for path in (Path(__file__).parents[2] / "scenarios" / "examples").glob("*.yaml")
    if ".test." not in path.name
)


def errors(text: str) -> list[str]:
    return [str(one) for one in problems_of_draft(text) if one.is_error]


# --- names ---------------------------------------------------------------------------------------


def test_a_renamed_step_is_renamed_where_it_is_read_and_nowhere_else() -> None:
    gone, new = changed(PAUSE, rename_step(PAUSE, ("steps", 0), "found"))

    assert [
        "  - id: found",
        "          when: \"{{found.ad_name != 'ads.ad_name'}}\"",
        '              set: {variables: {name: "{{found.ad_name}}", odd: "{{`found`}}"}}',
        "                  {{found.ad_id}} and ads",
        '          set: {variables: {a: "{{found.ad_id}}"}}',
    ] == new
    assert len(gone) == len(new)


def test_an_aggregator_and_the_limits_follow_a_renamed_step() -> None:
    text = (
        "name: x\nlimits: {require: {step: r, min_spend: 1}}\nsteps:\n"
        "  - {id: r, sleep: 1 second}\n"
        "  - id: all\n    aggregator: {source: r, fields: {x: 1}}\n"
    )
    data = data_of(rename_step(text, ("steps", 0), "report"))

    assert "report" == data["limits"]["require"]["step"]
    assert "report" == data["steps"][1]["aggregator"]["source"]


def test_what_refers_to_one_of_two_steps_of_a_name_stays_with_the_other() -> None:
    text = PLAIN.replace("id: tell", "id: ads")
    after = rename_step(text, ("steps", 1), "told")

    assert ([], ["  - id: told"]) == changed(text, after)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tell", "already"),
        ("now", "meaning"),
        ("a b", "no name"),
        ("", "no name"),
        ("a" * 61, "name"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        rename_step(PLAIN, ("steps", 0), name)


# --- routes --------------------------------------------------------------------------------------


def test_routes_come_go_and_change_places() -> None:
    more = add_route(PAUSE, WAY, "Third", "{{ads.ad_id}}")
    routes = at(data_of(more), (*WAY, "router", "routes"))

    assert ["title", "when", "steps"] == list(routes[2])
    assert "nothing" == routes[2]["steps"][0]["id"]
    assert PAUSE == remove_route(more, (*WAY, "router", "routes", 2))
    assert ["No", "Yes"] == [
        one["title"] for one in at(data_of(move_route(PAUSE, FIRST, 1)), FIRST[:-1])
    ]


def test_a_router_keeps_its_only_route() -> None:
    text = remove_route(PAUSE, (*WAY, "router", "routes", 1))

    with pytest.raises(UsageError, match="its only one"):
        remove_route(text, FIRST)


def test_a_way_for_all_others_can_be_added_once_and_removed() -> None:
    without = remove_fallback(PAUSE, WAY)

    assert "fallback" not in data_of(without)["steps"][1]["router"]
    assert "nothing" == at(
        data_of(add_fallback(without, WAY)), (*WAY, "router", "fallback", 0, "id")
    )
    with pytest.raises(UsageError, match="already"):
        add_fallback(PAUSE, WAY)


def test_what_is_no_router_has_no_routes() -> None:
    for edit in (add_route, add_fallback, remove_fallback):
        with pytest.raises(UsageError, match="no router"):
            edit(PAUSE, ("steps", 0))


def test_a_router_takes_the_first_match_or_every_one() -> None:
    first = set_first_match(PAUSE, WAY, first_match=True)

    assert ([], ["      first_match: true"]) == changed(PAUSE, first)
    assert PAUSE == set_first_match(first, WAY, first_match=False)


def test_a_route_has_a_condition() -> None:
    after = set_when(PAUSE, (*WAY, "router", "routes", 1), "{{ads.ad_id}}")

    assert '        - title: No\n          when: "{{ads.ad_id}}"\n          steps:' in after


# --- layouts that forbid it ----------------------------------------------------------------------


def test_steps_in_brackets_are_refused_until_they_are_written_line_by_line() -> None:
    with pytest.raises(UsageError, match="brackets") as caught:
        delete_step(FLOW, ("steps", 0))
    written = to_block_style(FLOW)

    assert "line by line" in str(caught.value.hint)
    assert data_of(FLOW) == data_of(written)
    assert all(f"# c{number}" in written for number in range(1, 9))
    assert ["b"] == [step["id"] for step in data_of(delete_step(written, ("steps", 0)))["steps"]]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "x", "steps": [{"id": "a", "sleep": "5 seconds"}, {"id": "b", "return": {}}]}',
        "name: x\nsteps:\n  [{id: a, sleep: 1 second}]\nlimits: {changes_per_run: 1}\n",
        "name: x\nsteps:\n- {id: a, router: {routes: [{steps: [{id: b, return: {}}]}]}}   # one\n",
        "name: x\r\nsteps:\r\n  - router: {routes: [{steps: [{id: b}]}]}\r\n    id: a\r\n",
        "name: x\nsteps:\n  - id: a\n    router:\n      routes:\n        - {steps: [{id: b}]}\n",
        "name: x\nsteps:\n  - id: a\n    router: {routes: [], fallback: [{id: b, return: {}}]}\n",
    ],
)
def test_any_brackets_around_steps_can_be_written_line_by_line(text: str) -> None:
    written = to_block_style(text)
    assert data_of(text) == data_of(written)
    assert written == to_block_style(written)

    after = insert_module(written, ("steps", 0), "notify")
    assert "notify" == data_of(after)["steps"][0]["id"]


@pytest.mark.parametrize("text", ["a: &x 1\nsteps: *x\n", "a: 1\na: 2\n", "steps: [\n", ""])
def test_what_cannot_be_read_is_not_edited(text: str) -> None:
    with pytest.raises(InvalidScenarioError):
        insert_module(text, ("steps", 0), "notify")
    with pytest.raises(InvalidScenarioError):
        to_block_style(text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_ready_scenarios_can_be_edited_everywhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    count = len(data_of(text)["steps"])
    for place in range(count):
        where = ("steps", place)
        copied = duplicate_step(text, where)
        renamed = rename_step(text, where, "quite_other")

        assert text == delete_step(copied, ("steps", place + 1))
        assert [] == errors(renamed)
        assert text == rename_step(renamed, where, data_of(text)["steps"][place]["id"])
