"""Reads mapping files: strict YAML, every fault at once with its place in the file."""

from pathlib import Path
from typing import Final

from modules.events.mapping import EventMapping, mapping_or_faults
from modules.events.presets.entry_faults import EntryFault
from scenarios.mapped import Locator
from scenarios.places import FieldPath, Place
from scenarios.problems import Problems
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode, places_of
from scenarios.yaml_reading import compose

__all__ = ["MOST_CHARACTERS", "load_event_mapping"]

#: What a mapping file may need, and then some.
MOST_CHARACTERS: Final = 200_000


def load_event_mapping(text: str, place: str) -> EventMapping:
    """Understand a mapping file.

    Args:
        text: What the file holds.
        place: What messages call it, usually its name.

    Raises:
        InvalidScenarioError: It cannot be used; tells every fault with its line.
    """
    problems = Problems(Path(place))
    mapping = _read(text, problems)
    problems.raise_errors()
    assert mapping is not None  # noqa: S101 - reading nothing notes why
    return mapping


def _read(text: str, problems: Problems) -> EventMapping | None:
    if len(text) > MOST_CHARACTERS:
        problems.error(Place(), (), f"is longer than {MOST_CHARACTERS:,} characters")
        return None
    node = compose(text, problems)
    if node is None and not problems.found:
        return EventMapping()
    if not isinstance(node, MapNode):
        if not problems.found:
            hint = "it has keys such as preset, events and fields"
            problems.error(Place(), (), "is no mapping file", hint)
        return None
    faults: list[EntryFault] = []
    mapping = mapping_or_faults(node.plain(), faults)
    locator = Locator(text, dict(places_of(node)))
    for fault in faults:
        _note(fault, node, locator, problems)
    return mapping


def _note(fault: EntryFault, node: Node, locator: Locator, problems: Problems) -> None:
    """Note a fault with its place: that of the key, of the value, or within an expression."""
    around, last = _at(node, fault.path[:-1]), fault.path[-1] if fault.path else ""
    if fault.error is not None:
        value = _at(node, fault.path)
        text = value.text if isinstance(value, ScalarNode) else ""
        place = locator.inside(fault.path, text, fault.error.line, fault.error.column)
    elif fault.is_key and isinstance(around, MapNode) and last in around.entries:
        place = around.entries[str(last)].key.place
    else:
        place = locator.around(fault.path)
    problems.error(place, fault.path, fault.reason, fault.hint)


def _at(node: Node, path: FieldPath) -> Node:
    """What stands at a path, or the nearest thing around it that is there."""
    for part in path:
        if isinstance(node, MapNode) and part in node.entries:
            node = node.entries[str(part)].value
        elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return node
    return node
