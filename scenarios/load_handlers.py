"""Reads what happens when a step fails, and where a trigger starts."""

from datetime import UTC
from typing import Final

from scenarios.mappings import Mappings
from scenarios.places import FieldPath
from scenarios.problems import near
from scenarios.section import Section
from scenarios.step import Epoch, EpochKind, ErrorHandler, HandlerKind
from scenarios.times import read_moment
from scenarios.yaml_nodes import MapNode, Node, ScalarNode

__all__ = ["read_epoch", "read_handler"]

#: What a bare `retry` does; Make's figures for its Break.
ATTEMPTS: Final = 3
INTERVAL: Final = 15 * 60
MOST_ATTEMPTS: Final = 100
LONGEST_INTERVAL: Final = 7 * 86_400
#: Ways that need nothing more said.
WORDS: Final = ("ignore", "commit", "rollback", "break", "retry")
#: Ways that are told more.
TOLD: Final = ("resume", "retry", "break")


def read_handler(node: Node | None, path: FieldPath, mappings: Mappings) -> ErrorHandler | None:
    """Read an `on_error`; None if there is none, or none that can be understood."""
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        return _word(node, path, mappings)
    section = Section(node, path, mappings.problems, TOLD)
    chosen = [name for name in TOLD if name in section]
    if len(chosen) != 1:
        if isinstance(node, MapNode):
            mappings.problems.error(node.place, path, "must say one thing: resume, retry or break")
        return None
    if chosen[0] == "resume":
        substitute = mappings.mapping(section.node_of("resume"), (*path, "resume"))
        return ErrorHandler(HandlerKind.RESUME, substitute=substitute)
    return _attempts(section, chosen[0])


def _word(node: ScalarNode, path: FieldPath, mappings: Mappings) -> ErrorHandler | None:
    if node.text == "resume":
        hint = "write for example {resume: {ad_name: unknown}}"
        mappings.problems.error(node.place, path, "resume needs a substitute", hint)
        return None
    if node.text not in WORDS:
        known = (*WORDS, "resume")
        said = f"{node.text[:40]!r} must be one of {', '.join(known)}"
        mappings.problems.error(node.place, path, said, near(node.text, known))
        return None
    kind = HandlerKind(node.text)
    if kind is HandlerKind.RETRY:
        return ErrorHandler(kind, count=ATTEMPTS, interval_seconds=INTERVAL)
    return ErrorHandler(kind)


def _attempts(section: Section, name: str) -> ErrorHandler:
    inner = section.inner(name, ("count", "interval"))
    return ErrorHandler(
        HandlerKind(name),
        count=inner.whole("count", ATTEMPTS, 1, MOST_ATTEMPTS),
        interval_seconds=inner.duration("interval", INTERVAL, 1, LONGEST_INTERVAL),
    )


def read_epoch(section: Section) -> Epoch:
    """Read the `start` of a step: `now`, `everything` or `{since: 2026-11-01}`, in UTC."""
    node = section.node_of("start")
    if node is None:
        return Epoch()
    if isinstance(node, MapNode):
        inner = section.inner("start", ("since",))
        inner.need("since")
        since = inner.read("since", read_moment)
        if since is None:
            return Epoch()
        return Epoch(EpochKind.SINCE, since if since.tzinfo else since.replace(tzinfo=UTC))
    if isinstance(node, ScalarNode) and node.text in (EpochKind.NOW, EpochKind.EVERYTHING):
        return Epoch(EpochKind(node.text))
    section.error("start", "must be now, everything or {since: 2026-11-01}")
    return Epoch()
