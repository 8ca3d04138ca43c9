"""Rewrites steps that stand in brackets or braces line by line, so that clicking can edit them."""

import re
from collections.abc import Iterator
from typing import Any, Final, TypeGuard

from adloom.services.editing_keys import opened
from adloom.services.editing_nodes import child, lists_in
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode
from scenarios.yaml_text import Opened, checked
from scenarios.yaml_writing import write_block

__all__ = ["is_block_style", "to_block_style"]

_COMMENT: Final = re.compile(r"#[^\r\n]*")


def is_block_style(root: Node | None) -> bool:
    """Whether every list of steps and routes is written with a dash for each item."""
    return next(_bracketed(root), None) is None


def to_block_style(text: str) -> str:
    """Write every list of steps and routes with a dash for each item; comments stay.

    Comments within brackets come to stand above the step they stood at. A text that is so already
    stays as it is, byte for byte.

    Raises:
        InvalidScenarioError: The text cannot be read.
        UsageError: It is laid out in a way that forbids it.
    """
    while (node := next(_bracketed(root := opened(text).root), None)) is not None:
        text = _rewritten(text, node, is_whole=node is root)
    return text


def _bracketed(root: Node | None) -> Iterator[Node]:
    """The outermost pieces in brackets or braces that hold steps or routes."""
    steps = child(root, "steps")
    if isinstance(root, MapNode) and root.flow:
        yield root
    elif steps is not None:
        yield from _in_list(steps)


def _in_list(node: Node) -> Iterator[Node]:
    if not isinstance(node, ListNode):
        return
    if _is_bracketed(node):
        yield node
        return
    for item in node.items:
        yield from _in_step(item)


def _is_bracketed(node: Node | None) -> TypeGuard[Node]:
    if isinstance(node, MapNode):
        return node.flow and bool(node.entries)
    return isinstance(node, ListNode) and node.flow and bool(node.items)


def _in_step(node: Node) -> Iterator[Node]:
    router = child(node, "router")
    if not isinstance(router, MapNode):
        return
    routes = child(router, "routes")
    for one in (node, router, routes):
        if _is_bracketed(one):
            yield one
            return
    for route in routes.items if isinstance(routes, ListNode) else ():
        if _is_bracketed(route):
            yield route
            return
    for _, steps in lists_in(node, ()):
        if steps is not None:
            yield from _in_list(steps)


def _rewritten(text: str, node: Node, *, is_whole: bool) -> str:
    def change(whole: str) -> str:
        found = Opened(whole)
        start, newline = node.start, found.newline
        line = found.lines.lines[found.lines.number(start)]
        indent = len(line) - len(line.lstrip(" "))
        before = whole[:start].rstrip(" ")
        # Behind a dash, or with nothing before it, it can stay where it begins.
        stays = before.endswith("-") or is_whole
        while line[indent:].startswith("- ") and not stays:
            indent += 2
        column = node.place.column - 1 if stays else indent + 2
        written = _written(node, column, found)
        if stays:
            return whole[:start] + written + whole[node.end :]
        return before + newline + " " * column + written + whole[node.end :]

    return checked(text, change, lambda data: data)


def _written(node: Node, column: int, found: Opened) -> str:
    """A piece line by line, each item below the comments that stood at it."""
    data: Any = node.plain()
    glue = found.newline + " " * column
    if not isinstance(node, ListNode):
        comments = _comments(node, node.start, node.end, found.text)
        return write_block(data, column, newline=found.newline) + "".join(
            f"{glue}{one}" for one in comments
        )
    parts, here = [], node.start
    for index, item in enumerate(node.items):
        end = node.end if index == len(node.items) - 1 else item.end
        parts += _comments(item, here, end, found.text)
        parts.append(write_block([data[index]], column, newline=found.newline))
        here = item.end
    return glue.join(parts)


def _comments(node: Node, start: int, end: int, text: str) -> list[str]:
    """The comments in a stretch of text, which stand between its single values."""
    here, found = start, []
    for scalar in _scalars(node):
        found += _COMMENT.findall(text[here : scalar.start])
        here = scalar.end
    return found + _COMMENT.findall(text[here:end])


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _scalars(item)
    elif isinstance(node, MapNode):
        for entry in node.entries.values():
            yield entry.key
            yield from _scalars(entry.value)
