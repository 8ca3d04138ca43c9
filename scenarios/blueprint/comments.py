"""What a person reads in an imported file: what it is, and what is to be done at which step."""

from collections.abc import Mapping, Sequence

from scenarios.blueprint.aliases import alias_of
from scenarios.blueprint.coercing import is_empty
from scenarios.blueprint.connecting import Connections
from scenarios.blueprint.credentials import BLANK, is_telling, looks_secret
from scenarios.blueprint.drafts import Draft, all_drafts
from scenarios.blueprint.nodes import Blueprint, Node
from scenarios.blueprint.params import said_value
from scenarios.blueprint.wording import line
from scenarios.blueprint.writing import Item

__all__ = ["head_of", "say_item", "say_node"]

#: Values of a node that are shown, of nodes that hold hundreds.
MOST_VALUES = 30


def say_node(node: Node) -> str:
    """A node in a few words: its number, its name, its module."""
    name = f" “{line(node.name, 80)}”" if node.name else ""
    return f"module {node.id}{name} ({line(node.module, 80)})"


def head_of(blueprint: Blueprint, drafts: Sequence[Draft], connections: Connections) -> list[str]:
    """The comment at the top of a file."""
    said = [
        f"Imported from the blueprint “{line(blueprint.name, 80) or 'without a name'}” of Make."
    ]
    said.append("It is disabled until you enable it. Before that:")
    todo = []
    if any(connections.is_open(str(one.data.get("connection"))) for one in all_drafts(drafts)):
        todo.append("put the names of your connections behind `connection:`")
    if any(one.gaps for one in all_drafts(drafts)):
        todo.append(
            "fill the gaps: steps that call a scenario “gap at module …”, which is not there"
        )
    todo.append("see what is left to do: adloom scenarios check")
    said += [f"  {number}. {one}" for number, one in enumerate(todo, 1)]
    return said


def say_item(item: Item, connections: Connections, stuck: Mapping[int, Sequence[str]]) -> list[str]:
    """The comment above a step.

    Args:
        item: The step.
        connections: Knows which names have to be replaced.
        stuck: What people wrote at nodes.
    """
    draft = item.draft
    if item.is_mark:
        return _say_mark(draft)
    said = [f"Note in Make: {one}" for one in stuck.get(draft.node.id, ()) if draft.has_entry]
    if draft.missing:
        return [*said, *_say_placeholder(draft)]
    said += [_sentence(one) for one in dict.fromkeys(draft.notes)]
    if connections.is_open(str(draft.data.get("connection"))):
        said.append("The connection is to be chosen.")
    if "start" in draft.data:
        other = "everything" if draft.data["start"] == "now" else "now"
        said.append(f"start says where it begins the first time; {other} is the other way.")
    return said


def _say_mark(draft: Draft) -> list[str]:
    said = [f"GAP: {say_node(draft.node)}, the step {draft.id}, is not translated as a whole."]
    said += [f"  - {_sentence(one)}" for one in dict.fromkeys(draft.gaps)]
    said.append("Fill in what is missing, then delete this mark.")
    return said


def _say_placeholder(draft: Draft) -> list[str]:
    said = [f"GAP: {say_node(draft.node)} is not translated."]
    said += [f"  - {_sentence(one)}" for one in dict.fromkeys(draft.gaps)]
    values = list(_values(draft.node))
    if values:
        said += ["In Make it is given:", *values]
    said.append("Put a step in place of this one; with the same id, mappings stay right.")
    return said


def _values(node: Node) -> Sequence[str]:
    found = []
    for name, value, _ in node.given():
        if not is_empty(value):
            hidden = is_telling(name) or looks_secret(value)
            found.append(f"  {line(name, 60)}: {BLANK if hidden else said_value(value)}")
    if alias_of(node).recipe in ("router", "if_else"):
        return []
    return found[:MOST_VALUES]


def _sentence(text: str) -> str:
    said = text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text
    return said if said.endswith((".", "?", "!", "…")) else f"{said}."
