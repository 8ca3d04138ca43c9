"""What became of a blueprint: every node, setting and note, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scenarios.blueprint.nodes import JsonPath, Node
from scenarios.blueprint.wording import line

__all__ = ["Entry", "Report", "Verdict", "What"]

#: More reasons than these say nothing new.
MOST_REASONS = 20


class Verdict(StrEnum):
    """What became of something."""

    TRANSLATED = "translated"
    WARNED = "translated with a warning"
    LEFT_OUT = "not translated"


class What(StrEnum):
    """What an entry is about."""

    NODE = "node"
    SCHEDULE = "schedule"
    START = "start"
    SETTING = "setting"
    CONNECTION = "connection"
    STORE = "data store"
    ROUTE = "route"
    NOTE = "note"
    OTHER = "other"


@dataclass(frozen=True)
class Entry:
    """One thing of the blueprint, and what became of it.

    Args:
        what: Which kind of thing.
        name: What people call it.
        verdict: What became of it.
        reasons: Why, or what to know.
        id: Of a node.
        module: Of a node: `http:MakeRequest`.
        path: Where it stands in the blueprint.
        step: The id of the step that it became, or that it is part of.
        gap: Whether a person has to fill something in before the scenario can be enabled.
    """

    what: What
    name: str
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    id: int | None = None
    module: str = ""
    path: JsonPath = ()
    step: str | None = None
    gap: bool = False


@dataclass
class Report:
    """Gathers entries, and what is to be told of nodes."""

    _nodes: dict[int, Entry] = field(default_factory=dict)
    _others: list[Entry] = field(default_factory=list)

    def node(
        self,
        node: Node,
        step: str | None,
        verdict: Verdict = Verdict.TRANSLATED,
        reasons: Sequence[str] = (),
        *,
        gap: bool = False,
    ) -> None:
        """Say what became of a node; the last word on it counts."""
        said = tuple(dict.fromkeys(line(one) for one in reasons))[:MOST_REASONS]
        self._nodes[node.id] = Entry(
            What.NODE,
            line(node.name),
            verdict,
            said,
            node.id,
            line(node.module),
            node.path,
            step,
            gap,
        )

    def other(
        self, what: What, name: str, verdict: Verdict, reason: str = "", path: JsonPath = ()
    ) -> None:
        """Say what became of something that is no node."""
        entry = Entry(what, line(name), verdict, (line(reason),) if reason else (), path=path)
        if entry not in self._others:
            self._others.append(entry)

    def of(self, node: Node) -> Entry | None:
        """What was said of a node."""
        return self._nodes.get(node.id)

    def entries(self, nodes: Sequence[Node]) -> tuple[Entry, ...]:
        """Everything, the nodes first, in the order of the blueprint."""
        return (*(self._nodes[node.id] for node in nodes), *self._others)
