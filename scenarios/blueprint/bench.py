"""What every recipe works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.blueprint.aliases import Alias
from scenarios.blueprint.connecting import Connections
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.expressions import FieldNames, Translator, View
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.report import Report
from scenarios.blueprint.wording import free_id, title

__all__ = ["Bench", "Recipe"]


@dataclass
class Bench:
    """What is shared while one blueprint is translated.

    Args:
        translator: Translates values.
        connections: Knows what connections are called here.
        report: Is told what becomes of everything.
        steps: The id of each node's step.
        field_names: Tells our names of the fields of bundles.
        taken: Ids that are in use.
        start: Where a trigger starts: now, or everything.
    """

    translator: Translator
    connections: Connections
    report: Report
    steps: Mapping[int, str]
    field_names: FieldNames
    taken: set[str]
    start: str

    def draft(self, node: Node, data: dict[str, Any]) -> Draft:
        """The step of a node."""
        draft = Draft(node, self.steps[node.id], data, title(node.name))
        draft.notes += [f"{name}: nobody knows what it means" for name in node.unknown]
        return draft

    def extra_id(self, stem: str) -> str:
        """An id for a step that a node needs besides."""
        return free_id([stem], self.taken)


#: Makes the steps of a node, of which the last one has the bundles that others read.
Recipe = Callable[[Node, Alias, View, Bench], list[Draft]]
