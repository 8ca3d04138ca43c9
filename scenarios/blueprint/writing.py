"""Writes drafts as a scenario file, with comments where a person has something to do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any, Final

from modules.base import Kind
from scenarios.blueprint.drafts import Draft, Route
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.wording import line
from scenarios.params import known_module
from scenarios.places import FieldPath
from scenarios.yaml_writing import write_block

__all__ = ["Item", "Page", "lay_out", "mark_id"]

WIDTH: Final = 96
#: Lines that a comment about one step may have.
MOST_LINES: Final = 60
#: What a step keeps when there is nothing else of it.
_KEPT: Final[tuple[str, ...]] = ("when", "on_error", "disabled")


@dataclass
class Item:
    """What stands in a list of steps: a draft, its placeholder, or the mark of a gap.

    Args:
        draft: What it is of.
        is_mark: Whether it only marks that a step beside it has gaps.
    """

    draft: Draft
    is_mark: bool = False

    def data(self) -> dict[str, Any]:
        """The step without its routes."""
        draft = self.draft
        node = draft.node
        gap = f"gap at module {node.id} ({line(node.module, 60)})"
        if self.is_mark:
            return {"id": mark_id(node), "title": "To be filled in", "scenario": gap}
        named: dict[str, Any] = {"id": draft.id, **({"title": draft.title} if draft.title else {})}
        if draft.missing:
            kept = {name: draft.data[name] for name in _KEPT if name in draft.data}
            return {**named, **kept, "scenario": gap}
        first = {name: draft.data[name] for name in ("when",) if name in draft.data}
        return {**named, **first, **{n: v for n, v in draft.data.items() if n not in first}}


def mark_id(node: Node) -> str:
    """The id of the step that marks a gap at a node."""
    return f"gap_{node.id}"


def lay_out(drafts: Sequence[Draft], *, top: bool = False) -> list[Item]:
    """The items of a list of steps: a mark stands in front of a step with gaps.

    Args:
        drafts: The steps.
        top: Whether the first one is the scenario's; nothing can stand in front of a trigger.
    """
    items: list[Item] = []
    for place, draft in enumerate(drafts):
        item, mark = Item(draft), Item(draft, is_mark=True)
        if not draft.gaps or draft.missing:
            items.append(item)
        else:
            items += [item, mark] if top and not place and _is_trigger(draft) else [mark, item]
    return items


def _is_trigger(draft: Draft) -> bool:
    module = known_module(str(draft.data.get("module", "")))
    return module is not None and module.kind is Kind.TRIGGER


@dataclass
class Page:
    """A scenario file in the making.

    Args:
        head: The comment at the top.
        top: Everything but the steps.
        drafts: The steps.
        comment: Tells what to write above a step.
    """

    head: Sequence[str]
    top: dict[str, Any]
    drafts: list[Draft]
    comment: Callable[[Item], Sequence[str]]
    _lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The file."""
        self._lines = [*_comment(self.head, 0), ""] if self.head else []
        for name, value in self.top.items():
            self._lines += write_block({name: value}, 0).split("\n")
        self._lines += ["", "steps:"]
        self._steps(lay_out(self.drafts, top=True), 2)
        return "\n".join(self._lines).rstrip("\n") + "\n"

    def _steps(self, items: Sequence[Item], indent: int) -> None:
        for place, item in enumerate(items):
            if place and indent == 2:  # noqa: PLR2004 - the steps themselves
                self._lines.append("")
            said = self.comment(item)
            self._lines += _comment(said, indent)
            data = item.data()
            router = data.pop("router", None)
            block = write_block(data, indent + 2).split("\n")
            self._lines.append(f"{' ' * indent}- {block[0]}")
            self._lines += block[1:]
            if router is not None:
                self._router(item.draft, router, indent + 2)

    def _router(self, draft: Draft, router: Mapping[str, Any], indent: int) -> None:
        blank = " " * indent
        self._lines.append(f"{blank}router:")
        for name, value in router.items():
            self._lines += f"{blank}  {write_block({name: value}, indent + 2)}".split("\n")
        self._lines.append(f"{blank}  routes:")
        for route in draft.routes or ():
            self._route(route, indent + 4)
        if draft.fallback:
            self._lines.append(f"{blank}  fallback:")
            self._steps(lay_out(draft.fallback), indent + 4)

    def _route(self, route: Route, indent: int) -> None:
        told = {"title": route.title, "when": route.when}
        given = {name: value for name, value in told.items() if value}
        blank = " " * indent
        if given:
            block = write_block(given, indent + 2).split("\n")
            self._lines += [f"{blank}- {block[0]}", *block[1:], f"{blank}  steps:"]
        else:
            self._lines.append(f"{blank}- steps:")
        self._steps(lay_out(route.drafts), indent + 4)

    # --- what stands where ----------------------------------------------------------------------

    def find(self, path: FieldPath) -> tuple[Item | None, FieldPath]:
        """The innermost step a path of the document leads to, and the rest of the path."""
        found: Item | None = None
        items = lay_out(self.drafts, top=True)
        rest = path[1:] if path[:1] == ("steps",) else ()
        while rest and isinstance(rest[0], int) and rest[0] < len(items):
            found, rest = items[rest[0]], rest[1:]
            inner = list(_inner(found.draft, rest))
            if not inner:
                break
            items, rest = inner[0]
        return found, rest


def _inner(draft: Draft, path: FieldPath) -> Iterator[tuple[list[Item], FieldPath]]:
    """The list of steps within a router that a path leads into, and the rest of the path."""
    match path:
        case ("router", "routes", int(place), "steps", *rest) if rest:
            yield lay_out((draft.routes or [])[place].drafts), tuple(rest)
        case ("router", "fallback", *rest) if rest:
            yield lay_out(draft.fallback), tuple(rest)
        case _:
            return


def _comment(paragraphs: Sequence[str], indent: int) -> list[str]:
    """Paragraphs as comment lines."""
    lines: list[str] = []
    for paragraph in paragraphs:
        lead = paragraph[: len(paragraph) - len(paragraph.lstrip())]
        room = max(WIDTH - indent - len(lead), 40)
        told = wrap(line(paragraph, 2_000), room, subsequent_indent="  ") or [""]
        lines += [f"{' ' * indent}# {lead}{one}".rstrip() for one in told]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"{' ' * indent}# … and more."]
    return lines
