"""The ids of steps: new ones that nothing else has, and others for those there are.

What refers to a step is found by the parser of the mapping language, not by looking for its name;
where a name stands in the file then follows from how often it stands in the value.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.errors import MappingError, UsageError
from adloom.mapping.inference import paths_in
from adloom.mapping.template import Expression, has_expressions, parse_template
from adloom.services.editing_nodes import child, step_nodes
from scenarios.load_steps import RESERVED
from scenarios.places import FieldPath
from scenarios.yaml_blocks import is_block, last_index
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode, scalar_value
from scenarios.yaml_text import Opened, checked
from scenarios.yaml_values import put

__all__ = ["check_id", "fresh_id", "id_for_module", "mapped_values", "rename_ids"]

_ID: Final = re.compile(r"[^\W\d]\w*|[0-9]+")
LONGEST_ID: Final = 60
#: Verbs that only say how something was found; the id is what was found.
FINDING: Final = ("watch", "search", "list", "get")
#: Where mappings stand in a step, and in a route.
MAPPED: Final[tuple[FieldPath, ...]] = (
    ("when",),
    ("on_error", "resume"),
    ("params",),
    ("iterator", "items"),
    ("aggregator", "value"),
    ("aggregator", "fields"),
    ("aggregator", "group_by"),
    ("set", "variables"),
    ("store", "key"),
    ("store", "value"),
    ("input",),
    ("return",),
)


def id_for_module(module: str) -> str:
    """What a step that uses a module is called if nothing else is: `search_ads` becomes `ads`."""
    verb, _, found = module.partition("_")
    return found if found and verb in FINDING else module


def fresh_id(wanted: str, taken: Sequence[str]) -> str:
    """An id like the one that is wanted, but of no other step: `ads`, `ads_2`, `ads_3`."""
    stem, _, number = wanted.rpartition("_")
    if not stem or not number.isdecimal():
        stem, number = wanted, "1"
    if wanted not in taken and wanted not in RESERVED:
        return wanted
    count = int(number)
    while True:
        count += 1
        tail = f"_{count}"
        if (made := stem[: LONGEST_ID - len(tail)] + tail) not in taken:
            return made


def check_id(name: str) -> None:
    """Refuse what cannot be the id of a step.

    Raises:
        UsageError: It cannot.
    """
    if not _ID.fullmatch(name) or len(name) > LONGEST_ID:
        said = f"must be a word of letters, digits and underscores, at most {LONGEST_ID} long"
        raise UsageError(f"{name[:40]!r} is no name for a step: it {said}.")
    if name in RESERVED or isinstance(scalar_value(name), bool | None):
        hint = "Choose another one."
        raise UsageError(f"{name!r} has a meaning of its own in mappings.", hint=hint)


def mapped_values(step: Node, path: FieldPath) -> Iterator[tuple[FieldPath, Node]]:
    """The values of a step, and of its routes, in which mappings may stand."""
    for way in MAPPED:
        if (found := child(step, *way)) is not None:
            yield (*path, *way), found
    routes = child(step, "router", "routes")
    for index in range(len(routes.items) if isinstance(routes, ListNode) else 0):
        way = ("router", "routes", index, "when")
        if (found := child(step, *way)) is not None:
            yield (*path, *way), found


@dataclass(frozen=True)
class _Change:
    """What becomes of one single value.

    Args:
        path: Which.
        node: As it is.
        text: What it will say.
        spans: Where the names stand in what it says now: from, to, the new name.
    """

    path: FieldPath
    node: ScalarNode
    text: str
    spans: tuple[tuple[int, int, str], ...]

    @property
    def data(self) -> Any:
        """What it will be as plain data."""
        return self.text if self.node.quoted else scalar_value(self.text)


def rename_ids(text: str, names: Mapping[str, str], path: FieldPath = ()) -> str:
    """Give steps other ids, and tell everything that refers to them.

    Args:
        text: The file.
        names: The new ids by the old ones.
        path: Only within this step; empty for everywhere.

    Raises:
        UsageError: The text is written in a way that forbids it.
    """
    found = list(_changes(Opened(text), names, path))

    def change(whole: str) -> str:
        return _apply(Opened(whole), found)

    def intend(data: Any) -> Any:
        for one in found:
            inner = data
            for part in one.path[:-1]:
                inner = inner[part]
            inner[one.path[-1]] = one.data
        return data

    return checked(text, change, intend) if found else text


def _changes(opened: Opened, names: Mapping[str, str], path: FieldPath) -> Iterator[_Change]:
    for where, step in step_nodes(opened.root, path):
        for way in (("id",), ("aggregator", "source")):
            yield from _named((*where, *way), child(step, *way), names)
        for inner, node in mapped_values(step, where):
            for last, scalar in _scalars(node, inner):
                yield from _mapped(last, scalar, names)
    if not path:
        required = ("limits", "require", "step")
        yield from _named(required, child(opened.root, *required), names)


def _scalars(node: Node, path: FieldPath) -> Iterator[tuple[FieldPath, ScalarNode]]:
    if isinstance(node, ScalarNode):
        yield path, node
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from _scalars(item, (*path, index))
    elif isinstance(node, MapNode):
        for name, entry in node.entries.items():
            yield from _scalars(entry.value, (*path, name))


def _named(path: FieldPath, node: Node | None, names: Mapping[str, str]) -> Iterator[_Change]:
    """A value that is the id of a step."""
    if isinstance(node, ScalarNode) and node.text in names:
        new = names[node.text]
        yield _Change(path, node, new, ((0, len(node.text), new),))


def _mapped(path: FieldPath, node: ScalarNode, names: Mapping[str, str]) -> Iterator[_Change]:
    """A value whose expressions read steps; one that cannot be read refers to none."""
    if not has_expressions(node.text):
        return
    try:
        parts = parse_template(node.text)
    except MappingError:
        return
    spans = []
    for part in parts:
        for one in paths_in(part.node) if isinstance(part, Expression) else ():
            if one.step in names and isinstance(part, Expression):
                start = part.source.offset + one.start
                start += node.text[start] == "`"
                spans.append((start, start + len(one.step), names[one.step]))
    if spans:
        spans.sort()
        yield _Change(path, node, _replaced(node.text, spans), tuple(spans))


def _replaced(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(spans):
        text = text[:start] + new + text[end:]
    return text


def _apply(opened: Opened, changes: Sequence[_Change]) -> str:
    """Replace the names where they stand; a value where that cannot be told is written anew."""
    spans, anew = [], []
    for one in changes:
        found = _in_file(opened, one)
        spans += found or []
        if found is None:
            anew.append(one)
    text = _replaced(opened.text, sorted(spans))
    for one in anew:
        text = put(Opened(text), one.path, one.text)
    return text


def _in_file(opened: Opened, change: _Change) -> list[tuple[int, int, str]] | None:
    """Where the names of a value stand in the file: as the first, second … of their kind."""
    node, text = change.node, opened.text
    begin, end = node.start, last_index(node, text)
    if is_block(node, text):
        begin = text.index("\n", begin)
    found = []
    for start, stop, new in change.spans:
        name = node.text[start:stop]
        shown, written = _starts(name, node.text), _starts(name, text[begin:end])
        if len(shown) != len(written) or start not in shown:
            return None
        place = begin + written[shown.index(start)]
        found.append((place, place + len(name), new))
    return found


def _starts(name: str, text: str) -> list[int]:
    """Where a name stands in a text as a word of its own."""
    return [found.start() for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
