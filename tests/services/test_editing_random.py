"""Any sequence of edits of any text: no comment is lost, and the data is what was intended."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adloom.services.editing import (
    Way,
    add_route,
    delete_step,
    drop_step,
    duplicate_step,
    insert_flow,
    insert_module,
    landing_place,
    move_step_to,
    place_towards,
    set_connection,
    set_disabled,
    set_on_error,
    set_when,
    to_block_style,
)
from adloom.services.editing_nodes import child, lists_in, step_nodes
from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.yaml_reading import compose
from tests.scenarios.layouts import Layout, layouts
from tests.services.drafted import FEW, at, bare, comments, data_of, paths_of, root_of

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Edit:
    """An edit, and what it should make of the data."""

    name: str
    do: Callable[[str], str]
    intend: Change
    keeps: bool = True


def put(path: FieldPath, key: str, value: Any) -> Change:
    def intend(data: Any) -> Any:
        if value is None:
            at(data, path).pop(key, None)
        else:
            at(data, path)[key] = value
        return data

    return intend


def moved(path: FieldPath, to: FieldPath) -> Change:
    def intend(data: Any) -> Any:
        step = at(data, path[:-1]).pop(path[-1])
        at(data, to[:-1]).insert(to[-1], step)
        return data

    return intend


def values(draw: st.DrawFn, path: FieldPath) -> Edit:
    text = draw(st.sampled_from(["{{a.b > 1}}", "{{a.b = ': # no'}}", None]))
    handler = draw(st.sampled_from(["ignore", {"retry": {"count": 3}}, None]))
    edits = [
        Edit("when", lambda whole: set_when(whole, path, text), put(path, "when", text)),
        Edit(
            "connection",
            lambda whole: set_connection(whole, path, "my account"),
            put(path, "connection", "my account"),
        ),
        Edit(
            "on_error",
            lambda whole: set_on_error(whole, path, handler),
            put(path, "on_error", handler),
        ),
        Edit(
            "disabled",
            lambda whole: set_disabled(whole, path, disabled=True),
            put(path, "disabled", value=True),
        ),
        Edit(
            "enabled",
            lambda whole: set_disabled(whole, path, disabled=False),
            put(path, "disabled", None),
        ),
    ]
    return draw(st.sampled_from(edits))


def placed(draw: st.DrawFn, text: str, path: FieldPath) -> Edit:
    ways = [place_towards(text, path, way) for way in Way]
    found = [one for one in ways if one is not None]
    others = [one for one in paths_of(text) if one[: len(path)] != path]
    if others and draw(st.sampled_from(["drop", "step"])) == "drop":
        before = draw(st.sampled_from(others))
        to = landing_place(path, before)
        return Edit("drop", lambda whole: drop_step(whole, path, before), moved(path, to))
    to = draw(st.sampled_from(found)) if found else path
    return Edit("move", lambda whole: move_step_to(whole, path, to), moved(path, to))


def inserted(draw: st.DrawFn, path: FieldPath) -> Edit:
    """An edit whose data is looked at apart, since it makes up an id."""
    kind = draw(st.sampled_from(["notify", "search_ads", "sleep", "set", "store"]))
    if kind in ("notify", "search_ads"):
        return Edit("insert", lambda whole: insert_module(whole, path, kind, "acme"), list)
    return Edit("insert", lambda whole: insert_flow(whole, path, kind), list)


@st.composite
def edits(draw: st.DrawFn, text: str) -> Edit:
    path = draw(st.sampled_from(paths_of(text)))
    match draw(st.sampled_from(["value", "place", "insert", "copy", "delete", "route"])):
        case "value":
            return values(draw, path)
        case "place":
            return placed(draw, text, path)
        case "insert":
            return inserted(draw, path)
        case "copy":
            return Edit("copy", lambda whole: duplicate_step(whole, path), list)
        case "route" if child(root_of(text), *path, "router") is not None:
            return Edit("route", lambda whole: add_route(whole, path, "new"), list)
        case _:

            def gone(data: Any) -> Any:
                at(data, path[:-1]).pop(path[-1])
                return data

            return Edit("delete", lambda whole: delete_step(whole, path), gone, keeps=False)


def lacking(text: str) -> list[Any]:
    """The steps without what is made up for them, to compare insertions and copies."""
    return [node.plain() for _, node in step_nodes(root_of(text))]


@FEW
@given(layouts(), st.data())
def test_any_edits_keep_every_comment_and_change_nothing_else(
    layout: Layout, data: st.DataObject
) -> None:
    text = layout.text
    for _ in range(data.draw(st.integers(1, 6))):
        if not paths_of(text):
            break
        edit = data.draw(edits(text))
        after = edit.do(text)
        if edit.intend is list:
            kept = [step for step in lacking(text) if "router" not in step]
            assert all(step in lacking(after) for step in kept)
            assert len(lacking(after)) > len(lacking(text))
            assert set(comments(text)) <= set(comments(after))
        else:
            assert edit.intend(copy.deepcopy(data_of(text))) == data_of(after)
        if edit.keeps and edit.intend is not list:
            lost = set(comments(text)) - set(comments(after))
            assert not lost or (edit.name in ("on_error", "when", "enabled") and len(lost) == 1)
        text = after


@FEW
@given(layouts(), st.data())
def test_a_step_can_be_moved_anywhere(layout: Layout, data: st.DataObject) -> None:
    paths = paths_of(layout.text)
    path = data.draw(st.sampled_from(paths))
    before = data.draw(st.sampled_from([one for one in paths if one[: len(path)] != path]))
    to = landing_place(path, before)
    there = move_step_to(layout.text, path, to)
    expected = moved(path, to)(copy.deepcopy(data_of(layout.text)))

    assert expected == data_of(there)
    assert comments(layout.text) == comments(there)
    assert at(data_of(layout.text), path) == at(data_of(there), to)
    assert sorted(bare(layout.text)) == sorted(bare(there.replace("steps: []", "steps:")))


@FEW
@given(layouts(), st.data())
def test_every_way_has_a_way_back(layout: Layout, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths_of(layout.text)))
    way, back = data.draw(st.sampled_from(WAYS))
    to = place_towards(layout.text, path, way)
    there = layout.text if to is None else move_step_to(layout.text, path, to)
    # Who leaves a route from its middle, or passes a router, comes back to its first place.
    if to is None or place_towards(there, to, back) != path:
        return

    assert bare(layout.text) == bare(move_step_to(there, to, path))


WAYS = [
    (Way.LEFT, Way.RIGHT),
    (Way.RIGHT, Way.LEFT),
    (Way.OUT, Way.IN),
    (Way.IN, Way.OUT),
    (Way.UP, Way.DOWN),
    (Way.DOWN, Way.UP),
]


@FEW
@given(layouts())
def test_a_text_without_brackets_stays_as_it_is(layout: Layout) -> None:
    assert layout.text == to_block_style(layout.text)


@FEW
@given(layouts(), st.data())
def test_an_emptied_list_can_be_filled_again(layout: Layout, data: st.DataObject) -> None:
    root = compose(layout.text if layout.text.endswith("\n") else layout.text + "\n", Problems())
    routers = [found for path, node in step_nodes(root) for found in lists_in(node, path)]
    if not routers:
        return
    inner, node = data.draw(st.sampled_from(routers))
    text = layout.text
    for _ in range(len(node.plain()) if node else 0):
        text = delete_step(text, (*inner, 0))

    assert [] == at(data_of(text), inner)
    again = insert_module(text, (*inner, 0), "notify", "team")
    assert "notify" == at(data_of(again), inner)[0]["module"]
    assert comments(text) == comments(again)
