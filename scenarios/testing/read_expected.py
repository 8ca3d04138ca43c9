"""Reads what a case is to come to."""

from typing import Any, Final

from adloom.wire import Record
from scenarios.places import FieldPath
from scenarios.section import Section
from scenarios.testing.model import Expected, StepExpected
from scenarios.testing.parts import counted, entries, read_record, texts_as_written
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["CHANGE", "EXPECT", "INCOMPLETE", "NOTICE", "STEP", "read_expected"]

EXPECT: Final = ("steps", "changes", "notices", "stores", "returned", "incomplete", "error")
STEP: Final = ("done", "dropped", "failed", "bundles", "given")
CHANGE: Final = (
    "step", "module", "connection", "given", "kind", "id", "name", "field", "old", "new", "unit",
    "path", "body",
)  # fmt: skip
NOTICE: Final = ("step", "connection", "title", "text", "format")
INCOMPLETE: Final = ("step", "error")
#: What is text, however it is written.
WRITTEN: Final = frozenset(
    {"step", "module", "connection", "kind", "id", "name", "field", "unit", "path", "title",
     "text", "error"}
)  # fmt: skip


def read_expected(section: Section) -> Expected:
    """What a case is to come to."""
    path = (*section.path, "steps")
    stores = {
        name: read_record(node, (*section.path, "stores", name), section.problems) or {}
        for name, node in entries(section, "stores").items()
    }
    return Expected(
        steps={
            name: _step(node, (*path, name), section)
            for name, node in entries(section, "steps").items()
        },
        changes=_items(section, "changes", CHANGE),
        notices=_items(section, "notices", NOTICE),
        stores=stores,
        returned=_values(section, "returned"),
        incomplete=_items(section, "incomplete", INCOMPLETE),
        error=section.text("error"),
    )


def _step(node: Node, path: FieldPath, section: Section) -> StepExpected:
    """What a step is to do; a number is for how many bundles it does its work."""
    if isinstance(node, ScalarNode):
        count = node.plain()
        if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
            return StepExpected(done=count)
        said = "must be a number of bundles, or a mapping"
        section.problems.error(node.place, path, said, f"with {', '.join(STEP)}")
        return StepExpected()
    inner = Section(node, path, section.problems, STEP)
    bundles = inner.node_of("bundles")
    is_number = isinstance(bundles, ScalarNode)
    return StepExpected(
        done=counted(inner, "done"),
        dropped=counted(inner, "dropped"),
        failed=counted(inner, "failed"),
        handed_on=counted(inner, "bundles") if is_number else None,
        bundles=None if is_number else _values(inner, "bundles"),
        given=_values(inner, "given"),
    )


def _items(section: Section, name: str, known: tuple[str, ...]) -> tuple[Record, ...]:
    """A list of mappings with these keys."""
    node = section.node_of(name)
    if node is None:
        return ()
    path = (*section.path, name)
    if not isinstance(node, ListNode):
        section.problems.error(node.place, path, "must be a list, each item after a dash")
        return ()
    found = []
    for number, one in enumerate(node.items):
        Section(one, (*path, number), section.problems, known)  # notes what does not belong there
        if isinstance(one, MapNode):
            found.append(texts_as_written(one, WRITTEN))
    return tuple(found)


def _values(section: Section, name: str) -> tuple[Any, ...] | None:
    """A list; a single value is its only item."""
    if name not in section:
        return None
    return tuple(node.plain() for _, node in section.items(name))
