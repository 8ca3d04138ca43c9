"""Steps that read each other go on doing so when they are renamed or copied."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import MappingError
from adloom.mapping import compile_value
from adloom.services.editing import delete_step, duplicate_step, rename_step
from adloom.services.editing_ids import mapped_values
from adloom.services.editing_nodes import ids_of, step_nodes
from scenarios.places import FieldPath
from scenarios.yaml_nodes import Node
from tests.scenarios.layouts import Layout
from tests.services.drafted import (
    FEW,
    at,
    bare,
    comments,
    data_of,
    linked,
    paths_of,
    root_of,
    same_but,
)


def mapped_texts(text: str) -> list[str]:
    found: list[str] = []

    def gather(value: Any) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                gather(one)

    for path, node in step_nodes(root_of(text)):
        for _, value in mapped_values(node, path):
            gather(value.plain())
    return found


def outcome(text: str, scope: dict[str, Any]) -> Any:
    try:
        return compile_value(text).evaluate(scope)
    except MappingError as error:
        return error.message


@FEW
@given(linked(), st.data())
def test_a_renamed_step_is_read_as_before(layout: Layout, data: st.DataObject) -> None:
    ids = ids_of(root_of(layout.text))
    path = data.draw(st.sampled_from(paths_of(layout.text)))
    old = at(data_of(layout.text), path)["id"]
    after = rename_step(layout.text, path, "renamed")
    scope = {name: {"a": name, "x": number, "y": 0, name: 7} for number, name in enumerate(ids, 1)}
    other = {("renamed" if name == old else name): one for name, one in scope.items()}

    assert ["renamed" if name == old else name for name in ids] == ids_of(root_of(after))
    assert comments(layout.text) == comments(after)
    for before, now in zip(mapped_texts(layout.text), mapped_texts(after), strict=True):
        assert outcome(before, scope) == outcome(now, other)
        assert {one.step for one in compile_value(now).references} == {
            "renamed" if one.step == old else one.step for one in compile_value(before).references
        }
    assert len(bare(layout.text)) == len(bare(after))


@FEW
@given(linked(), st.data())
def test_a_copy_reads_itself_and_the_original_does_not_change(
    layout: Layout, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(paths_of(layout.text)))
    after = duplicate_step(layout.text, path)
    copied = (*path[:-1], int(path[-1]) + 1)
    root = root_of(after)
    ids, own = ids_of(root), ids_of(root, copied)

    assert len(ids) == len(set(ids))
    assert at(data_of(layout.text), path) == at(data_of(after), path)
    inner = {one for text in texts_below(root, copied) for one in references(text)}
    assert not inner & set(ids_of(root, path))
    assert len(own) == len(ids_of(root, path))
    assert same_but(layout.text, delete_step(after, copied)) or "\n\n" in after.replace("\r", "")


def texts_below(root: Node, path: FieldPath) -> list[str]:
    return [
        text
        for where, node in step_nodes(root, path)
        for _, value in mapped_values(node, where)
        for text in flat(value.plain())
    ]


def flat(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [
            one
            for inner in (value.values() if isinstance(value, dict) else value)
            for one in flat(inner)
        ]
    return [value] if isinstance(value, str) else []


def references(text: str) -> set[str]:
    return {one.step for one in compile_value(text).references}
