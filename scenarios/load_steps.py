"""Reads the steps of a scenario: what they have in common, and those that use something."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.fields import same_name
from adloom.mapping.words import WORDS
from scenarios import load_flow, load_memory
from scenarios.load_handlers import read_epoch, read_handler
from scenarios.mappings import Mappings
from scenarios.params import written_as_text
from scenarios.places import FieldPath
from scenarios.section import Section
from scenarios.step import Step
from scenarios.steps import ModuleStep, ScenarioStep
from scenarios.yaml_nodes import ListNode, MapNode, Node

__all__ = ["COMMON", "KINDS", "RESERVED", "read_steps"]

#: What every step may have.
COMMON: Final = ("id", "title", "when", "on_error", "disabled")
#: Words that mean something else in a mapping, and the input of a called scenario.
RESERVED: Final = frozenset({"input", *WORDS})
LONGEST_TITLE: Final = 200
LONGEST_ID: Final = 60
_ID: Final = re.compile(r"[^\W\d]\w*|[0-9]+")


@dataclass(frozen=True)
class _Kind:
    """How one kind of step is read.

    Args:
        read: Makes the step; is given the section, what all steps have, and the mappings.
        beside: Keys that stand beside the kind's own.
    """

    read: Callable[[Section, dict[str, Any], Mappings], Step]
    beside: tuple[str, ...] = ()


def read_steps(node: Node | None, path: FieldPath, mappings: Mappings) -> tuple[Step, ...]:
    """Read a list of steps; what cannot be understood is noted and left out."""
    if node is None:
        return ()
    if not isinstance(node, ListNode):
        mappings.problems.error(node.place, path, "must be a list of steps, each after a dash")
        return ()
    if not node.items:
        mappings.problems.error(node.place, path, "has no steps")
    steps = (read_step(item, (*path, index), mappings) for index, item in enumerate(node.items))
    return tuple(step for step in steps if step is not None)


def read_step(node: Node, path: FieldPath, mappings: Mappings) -> Step | None:
    """Read one step; None if nobody can tell what it is meant to be."""
    present = node.entries if isinstance(node, MapNode) else {}
    chosen = [kind for kind in KINDS if kind in present]
    known = list(dict.fromkeys([*COMMON, *(chosen or KINDS)]))
    known += [name for kind in chosen or KINDS for name in KINDS[kind].beside]
    section = Section(node, path, mappings.problems, list(dict.fromkeys(known)))
    if not isinstance(node, MapNode):
        return None
    shared = _shared(section, mappings)
    if len(chosen) != 1:
        found = f"this has {' and '.join(chosen)}" if chosen else "this has none"
        text = f"must be exactly one of {', '.join(KINDS)}; {found}"
        mappings.problems.error(node.place, path, text)
        return None
    return KINDS[chosen[0]].read(section, shared, mappings)


def _shared(section: Section, mappings: Mappings) -> dict[str, Any]:
    path = section.path
    return {
        "id": _id(section),
        "title": _title(section),
        "when": mappings.condition(section.node_of("when"), (*path, "when")),
        "on_error": read_handler(section.node_of("on_error"), (*path, "on_error"), mappings),
        "disabled": section.flag("disabled", default=False),
        "path": path,
        "place": section.place,
    }


def _id(section: Section) -> str:
    section.need("id", "every step has a name that mappings can use")
    text = section.text("id") or ""
    if "id" not in section:
        return ""
    if not _ID.fullmatch(text) or len(text) > LONGEST_ID:
        said = "must be a word of letters, digits and underscores"
        section.error("id", f"{text[:40]!r} {said}, at most {LONGEST_ID} long")
    elif text in RESERVED:
        section.error("id", f"{text!r} has a meaning of its own in mappings", "choose another")
    return text


def _title(section: Section) -> str | None:
    text = section.text("title")
    if text is not None and len(text) > LONGEST_TITLE:
        section.error("title", f"is longer than {LONGEST_TITLE} characters")
    return text


def _module(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    name = same_name(section.text("module") or "")
    node = section.node_of("params")
    path = (*section.path, "params")
    given: Any = written_as_text(name, node) if isinstance(node, MapNode) else {}
    return ModuleStep(
        **shared,
        module=name,
        connection=section.text("connection"),
        params=mappings.mapping(node, path, given),
        given=given,
        start=read_epoch(section),
    )


def _scenario(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    name = section.text("scenario")
    if not name:
        section.error("scenario", "must name a scenario")
    given = mappings.mapping(section.node_of("input"), (*section.path, "input"))
    return ScenarioStep(**shared, scenario=name or "", input=given)


def _router(section: Section, shared: dict[str, Any], mappings: Mappings) -> Step:
    return load_flow.read_router(section, shared, mappings, read_steps)


#: Every kind of step by the key that makes a step one of them.
KINDS: Final[Mapping[str, _Kind]] = {
    "module": _Kind(_module, ("connection", "params", "start")),
    "router": _Kind(_router),
    "iterator": _Kind(load_flow.read_iterator),
    "aggregator": _Kind(load_flow.read_aggregator),
    "sleep": _Kind(load_flow.read_sleep),
    "set": _Kind(load_memory.read_set),
    "get": _Kind(load_memory.read_get),
    "store": _Kind(load_memory.read_store),
    "scenario": _Kind(_scenario, ("input",)),
    "return": _Kind(load_memory.read_return),
}
