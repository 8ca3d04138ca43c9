"""Edits by program change what they are meant to, and keep every other byte."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.errors import UsageError
from scenarios.problems import Problems
from scenarios.yaml_edit import (
    delete_step,
    insert_step,
    move_step,
    remove_value,
    set_value,
    update_step,
)
from scenarios.yaml_reading import compose
from tests.scenarios.layouts import Layout, comments_of, layouts

#: Each example is read some ten times, slowly.
FEW = settings(max_examples=max(20, settings.default.max_examples // 5) if settings.default else 20)
STEP = {"id": "new", "title": "on: 1", "set": {"variables": {"text": "a\nb", "list": [{"x": 1}]}}}


def data_of(text: str) -> Any:
    node = compose(text if text.endswith("\n") else text + "\n", Problems())
    assert node is not None
    return node.plain()


def same(text: str, other: str) -> bool:
    """Whether two texts are the same; a line end may have been added at the end of the first."""
    return text == other or (
        text.rstrip("\r\n") == other and text.count("\n") - other.count("\n") == 1
    )


@FEW
@given(layouts(), st.data())
def test_a_step_moves_with_its_comments_and_back_again(layout: Layout, data: st.DataObject) -> None:
    one = data.draw(st.integers(0, layout.steps - 1))
    other = data.draw(st.integers(0, layout.steps - 1))
    moved = move_step(layout.text, ("steps", one), ("steps", other))
    expected = data_of(layout.text)
    expected["steps"].insert(other, expected["steps"].pop(one))

    assert expected == data_of(moved)
    assert comments_of(layout.text) == comments_of(moved)
    assert sorted(layout.text.splitlines()) == sorted(moved.splitlines())
    assert same(move_step(moved, ("steps", other), ("steps", one)), layout.text)


@FEW
@given(layouts(), st.data())
def test_a_step_moves_into_a_route_and_keeps_every_comment(
    layout: Layout, data: st.DataObject
) -> None:
    before = data_of(layout.text)
    routers = [place for place, step in enumerate(before["steps"]) if "router" in step]
    if not routers:
        return
    router = data.draw(st.sampled_from(routers))
    one = data.draw(st.integers(0, layout.steps - 1).filter(lambda place: place != router))
    inner = ("steps", router - (one < router), "router", "routes", 0, "steps", 1)
    moved = move_step(layout.text, ("steps", one), inner)
    step = before["steps"].pop(one)
    before["steps"][inner[1]]["router"]["routes"][0]["steps"].insert(1, step)

    assert before == data_of(moved)
    assert comments_of(layout.text) == comments_of(moved)
    assert same(move_step(moved, inner, ("steps", one)), layout.text)


@FEW
@given(layouts(), st.data())
def test_a_step_that_is_inserted_can_be_deleted_again(layout: Layout, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, layout.steps))
    inserted = insert_step(layout.text, ("steps", place), STEP)
    expected = data_of(layout.text)
    expected["steps"].insert(place, STEP)

    assert expected == data_of(inserted)
    assert comments_of(layout.text) == comments_of(inserted)


@FEW
@given(layouts(), st.data())
def test_deleting_a_step_leaves_the_lines_of_all_others(
    layout: Layout, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, layout.steps - 1))
    deleted = delete_step(layout.text, ("steps", place))
    expected = data_of(layout.text)
    expected["steps"].pop(place)
    lines = iter(layout.text.splitlines())

    assert expected == data_of(deleted)
    assert all(line in lines for line in deleted.splitlines())


VALUE = st.sampled_from(
    [
        5,
        "text",
        "a: b # c",
        "two\nlines",
        None,
        True,
        ["a"],
        [],
        {},
        {"a": {"b": [1, {"c": 2}]}},
        "",
    ]
)


@FEW
@given(layouts(), st.data(), VALUE)
def test_setting_a_value_leaves_all_other_lines_alone(
    layout: Layout, data: st.DataObject, value: Any
) -> None:
    place = data.draw(st.integers(0, layout.steps - 1))
    name = data.draw(st.sampled_from(["id", "title", "note", "set", "deep"]))
    path = ("steps", place, "set", "variables", "two") if name == "deep" else ("steps", place, name)
    before = data_of(layout.text)
    if name == "deep" and "set" not in before["steps"][place]:
        return
    after = set_value(layout.text, path, value)
    target = before["steps"][place]
    for part in path[2:-1]:
        target = target[part]
    target[path[-1]] = value
    others = [line for line in layout.text.splitlines() if "- id" in line]

    assert before == data_of(after)
    assert name in ("id", "set", "deep") or comments_of(layout.text) == comments_of(after)
    assert name == "id" or [line for line in after.splitlines() if "- id" in line] == others


TEXT = """\
# About all of it.
name: x
steps:
  # The first.
  - id: a
    params:   # what it is given
      advertiser_id: "1"   # the account
      # How many.
      limit: 5
      ids:
        - 1   # one
        - 2
    title: A   # its name
  - {id: b, params: {x: 1, y: [2]}}   # short

  # The last.
  - id: c
    note: |
      several
      lines
"""


def changed(after: str) -> list[str]:
    """The lines that are new."""
    return [line for line in after.split("\n") if line not in TEXT.split("\n")]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (("steps", 0, "title"), "B", ["    title: B   # its name"]),
        (("steps", 0, "params", "limit"), 0, ["      limit: 0"]),
        (
            ("steps", 0, "params", "advertiser_id"),
            "{{x.y}}",
            ['      advertiser_id: "{{x.y}}"   # the account'],
        ),
        (("steps", 0, "params", "new"), {"a": 1}, ["      new:", "        a: 1"]),
        (("steps", 0, "params", "ids"), ["3"], ['      ids: ["3"]']),
        (("steps", 0, "when"), "{{a.b}}", ['    when: "{{a.b}}"']),
        (("steps", 0, "new", "deep"), 1, ["    new:", "      deep: 1"]),
        (("steps", 1, "params", "x"), "y", ['  - {id: b, params: {x: "y", y: [2]}}   # short']),
        (("steps", 1, "params", "z"), 3, ["  - {id: b, params: {x: 1, y: [2], z: 3}}   # short"]),
        (("steps", 1, "params", "y", 0), 4, ["  - {id: b, params: {x: 1, y: [4]}}   # short"]),
        (("steps", 2, "note"), "other\ntext", ["    note: |-", "      other", "      text"]),
        (("steps", 2, "note"), "short", ["    note: short"]),
        (("name",), "z", ["name: z"]),
    ],
)  # fmt: skip
def test_only_the_lines_of_a_value_change(path: Any, value: Any, lines: list[str]) -> None:
    after = set_value(TEXT, path, value)

    assert lines == changed(after)


def test_several_values_are_set_at_once() -> None:
    after = update_step(TEXT, ("steps", 0, "params"), {"limit": 1, "new": 2})

    assert ["      limit: 1", "      new: 2"] == changed(after)


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (("steps", 0, "title"), ["    title: A   # its name"]),
        (("steps", 0, "params", "limit"), ["      limit: 5"]),
        (("steps", 0, "params", "ids"), ["      ids:", "        - 1   # one", "        - 2"]),
        (("steps", 2, "note"), ["    note: |", "      several", "      lines"]),
    ],
)
def test_a_value_that_is_removed_takes_its_lines_along(path: Any, gone: list[str]) -> None:
    after = remove_value(TEXT, path)

    assert gone == [line for line in TEXT.split("\n") if line not in after.split("\n")]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("steps", 1, "id"), "  - {params: {x: 1, y: [2]}}   # short"),
        (("steps", 1, "params", "y"), "  - {id: b, params: {x: 1}}   # short"),
        (("steps", 1, "params"), "  - {id: b}   # short"),
    ],
)
def test_a_value_in_braces_is_removed_with_its_comma(path: Any, line: str) -> None:
    assert [line] == changed(remove_value(TEXT, path))


def test_the_first_key_of_a_step_leaves_its_dash_behind() -> None:
    assert ["  - note: |"] == changed(remove_value(TEXT, ("steps", 2, "id")))


def test_what_would_lose_a_comment_is_refused() -> None:
    text = "steps:\n  - id: a  # important\n    title: b\n"
    with pytest.raises(UsageError, match="comment"):
        remove_value(text, ("steps", 0, "id"))


@pytest.mark.parametrize(
    "text",
    [
        "steps: [{id: a}, {id: b}]\n",
        "steps: []\n",
        "steps:\n",
        "name: x\n",
        "steps:\n  - id: a\n",
    ],
)
def test_a_list_that_cannot_be_cut_is_left_alone(text: str) -> None:
    with pytest.raises(UsageError):
        delete_step(text, ("steps", 0))


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("steps", 9), ("steps", 0)),
        (("steps", 0), ("steps", 9)),
        (("steps",), ("steps", 0)),
        (("name",), ("steps", 0)),
        (("steps", 0), ("elsewhere", 0)),
        (("steps", 0), ("steps", -1)),
    ],
)
def test_a_place_that_does_not_exist_is_refused(path: Any, to: Any) -> None:
    with pytest.raises(UsageError):
        move_step(TEXT, path, to)


def test_blank_lines_that_belong_to_a_text_move_with_it() -> None:
    text = "steps:\n  - note: |+\n      a\n\n  - id: b\n"

    assert "steps:\n  - id: b\n  - note: |+\n      a\n\n" == move_step(
        text, ("steps", 0), ("steps", 1)
    )


def test_a_change_that_would_alter_something_else_is_refused() -> None:
    text = "steps:\n  - note: |+\n      a\n  - id: b\n\n  - id: c\n"
    with pytest.raises(UsageError, match="something else"):
        delete_step(text, ("steps", 1))
