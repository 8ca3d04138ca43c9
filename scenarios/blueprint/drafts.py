"""A scenario that is being put together: steps with what is to be told of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scenarios.blueprint.nodes import Node

__all__ = ["Draft", "Route", "all_drafts"]


@dataclass
class Route:
    """A route of a router that is being put together.

    Args:
        drafts: Its steps.
        title: What people call it.
        when: Which bundles take it; None lets all pass.
    """

    drafts: list["Draft"]
    title: str = ""
    when: str | None = None


@dataclass
class Draft:
    """A step that is being put together.

    Args:
        node: What it was.
        id: What mappings call it.
        data: What stands in it, besides its id, its title and its routes.
        title: What people call it.
        notes: What to know about it; they become comments.
        gaps: What a person has to fill in.
        missing: Whether there is nothing but gaps: a placeholder stands in its place.
        routes: Of a router.
        fallback: Of a router: for what no route took.
        has_entry: Whether its verdict is the verdict on its node; a node may become two steps.
    """

    node: Node
    id: str
    data: dict[str, Any]
    title: str = ""
    notes: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    missing: bool = False
    routes: list[Route] | None = None
    fallback: list["Draft"] = field(default_factory=list)
    has_entry: bool = True

    def lose(self, reason: str) -> None:
        """Note that nothing can stand here but a placeholder."""
        self.gaps.append(reason)
        self.missing = True


def all_drafts(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Every step, those of routes included."""
    for draft in drafts:
        yield draft
        for route in draft.routes or ():
            yield from all_drafts(route.drafts)
        yield from all_drafts(draft.fallback)
