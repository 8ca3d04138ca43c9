"""Plain data in a file of tests: mappings and lists of them, or what is wrong with them."""

from typing import Any

from adloom.wire import Record
from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.section import Section
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["counted", "entries", "mapping", "read_record", "records", "texts_as_written"]

MOST: int = 1_000_000


def mapping(section: Section, name: str) -> dict[str, Any]:
    """The mapping under a key as plain data; an empty one where there is none."""
    node = section.node_of(name)
    return {} if node is None else read_record(node, (*section.path, name), section.problems) or {}


def records(section: Section, name: str) -> tuple[Record, ...] | None:
    """The list of mappings under a key; None where there is none."""
    node = section.node_of(name)
    if node is None:
        return None
    path = (*section.path, name)
    if not isinstance(node, ListNode):
        section.problems.error(node.place, path, "must be a list, each item after a dash")
        return ()
    read = (read_record(one, (*path, n), section.problems) for n, one in enumerate(node.items))
    return tuple(one for one in read if one is not None)


def read_record(node: Node, path: FieldPath, problems: Problems) -> Record | None:
    """A mapping as plain data; anything else is noted."""
    if isinstance(node, MapNode):
        return node.plain()  # type: ignore[no-any-return] # a mapping's plain data is a dict
    problems.error(node.place, path, "must be a mapping of names to values")
    return None


def entries(section: Section, name: str) -> dict[str, Node]:
    """The values of the mapping under a key, unread."""
    node = section.node_of(name)
    if node is None:
        return {}
    if isinstance(node, MapNode):
        return {key: entry.value for key, entry in node.entries.items()}
    if not (isinstance(node, ScalarNode) and node.plain() is None):
        said = "must be a mapping of names to values"
        section.problems.error(node.place, (*section.path, name), said)
    return {}


def counted(section: Section, name: str) -> int | None:
    """A number of things; None where there is none."""
    return section.whole(name, 0, 0, MOST) if name in section else None


def texts_as_written(node: MapNode, names: frozenset[str]) -> Record:
    """A mapping as plain data, where some values are the text that was written."""
    return {
        name: entry.value.text
        if name in names and isinstance(entry.value, ScalarNode)
        else entry.value.plain()
        for name, entry in node.entries.items()
    }
