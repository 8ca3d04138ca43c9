"""From the bytes of a blueprint to its nodes, or to everything that is wrong with it."""

import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from adloom.errors import UsageError
from adloom.json_text import JsonError, parse_strict
from scenarios.blueprint.coercing import exact
from scenarios.blueprint.faults import Faults
from scenarios.blueprint.nodes import Blueprint, Filter, JsonPath, Node, Note, Way

__all__ = ["LARGEST", "MOST_NODES", "read_blueprint"]

#: What Make itself takes (platforms.md §1.9).
LARGEST: Final = 5 * 1024 * 1024
MOST_NODES: Final = 1_000
#: Routes within routes, and error handlers within these.
DEEPEST: Final = 8
#: Lists and objects within the values of a node.
DEEPEST_VALUE: Final = 30
_MODULE: Final = re.compile(r"[^\s:\x00-\x1f\x7f-\x9f]{1,100}:[^\s:\x00-\x1f\x7f-\x9f]{1,100}")
_TOP: Final = ("name", "description", "flow", "metadata", "scheduling", "interface", "io")
#: Keys of a node; what they hold besides is told of in the report.
_NODE: Final = frozenset(
    {
        *("id", "module", "version", "parameters", "mapper", "filter", "metadata", "onerror"),
        *("routes", "branches", "outputs", "filters", "listener", "disabled"),
    }
)


class _TooMuchError(Exception):
    """The rest is not read."""


def read_blueprint(content: bytes) -> Blueprint:
    """Read a blueprint.

    Args:
        content: The file: JSON in UTF-8, with or without a byte order mark.

    Raises:
        UsageError: It is none; tells every fault with its place.
    """
    if len(content) > LARGEST:
        raise UsageError(f"This file is larger than {LARGEST >> 20} MB, which no blueprint is.")
    try:
        data = exact(parse_strict(content))
    except JsonError as error:
        raise UsageError(f"This is not JSON, so it is no blueprint: {error}.") from None
    except RecursionError:
        raise UsageError("This is no blueprint: it is nested too deeply.") from None
    if not isinstance(data, dict) or not isinstance(data.get("flow"), list):
        _refuse_other(data)
    reader = _Reader()
    try:
        blueprint = reader.blueprint(data)
    except _TooMuchError:
        reader.faults.refuse()
        raise
    reader.faults.refuse()
    return blueprint


def _refuse_other(data: Any) -> NoReturn:
    said = "it has no flow" if isinstance(data, dict) else "it is no object"
    if isinstance(data, dict) and "flow" in data:
        said = "flow: must be a list of modules"
    raise UsageError(
        f"This is JSON, but no blueprint: {said}.",
        hint="In Make, open the scenario and choose “Export blueprint”.",
    )


class _Reader:
    """Reads one file, and counts its nodes."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._count = 0

    def blueprint(self, data: Mapping[str, Any]) -> Blueprint:
        metadata = self._object(data, "metadata", ())
        designer = self._object(metadata, "designer", ("metadata",))
        if not data["flow"]:
            self.faults.note(("flow",), "has no modules")
        unknown = [key for key in data if key not in _TOP]
        unknown += [key for key in ("interface", "io") if _says(data.get(key))]
        return Blueprint(
            name=self._text(data, "name", ()),
            description=self._text(data, "description", ()),
            flow=self._flow(data["flow"], ("flow",), 0),
            orphans=self._orphans(designer.get("orphans"), ("metadata", "designer", "orphans")),
            settings=self._object(metadata, "scenario", ("metadata",)),
            scheduling=self._object(data, "scheduling", ()) or None,
            instant=metadata.get("instant") is True,
            notes=self._notes(metadata.get("notes"), ("metadata", "notes")),
            unknown=tuple(unknown),
        )

    # --- nodes ----------------------------------------------------------------------------------

    def _flow(self, value: Any, path: JsonPath, depth: int) -> tuple[Node, ...]:
        if depth > DEEPEST:
            self.faults.note(path, f"is nested deeper than {DEEPEST} routes within routes")
            raise _TooMuchError
        items = self._list(value, path)
        nodes = (self._node(one, (*path, n), depth) for n, one in enumerate(items))
        return tuple(node for node in nodes if node is not None)

    def _node(self, value: Any, path: JsonPath, depth: int) -> Node | None:
        self._count += 1
        if self._count > MOST_NODES:
            self.faults.note(path, f"there are more than {MOST_NODES:,} modules")
            raise _TooMuchError
        if not isinstance(value, dict):
            self.faults.note(path, "must be an object, a module")
            return None
        metadata = self._object(value, "metadata", path)
        where = (*path, "metadata")
        inner = depth + 1
        filters = value.get("filters")
        return Node(
            id=self._id(value, path),
            module=self._module(value, path),
            path=path,
            name=self._text(self._object(metadata, "designer", where), "name", where),
            parameters=self._values(value, "parameters", path),
            mapper=self._values(value, "mapper", path),
            labels=_labels(metadata),
            filter=self._filter(value.get("filter"), (*path, "filter")),
            routes=self._ways(value.get("routes"), (*path, "routes"), inner),
            branches=self._ways(value.get("branches"), (*path, "branches"), inner),
            onerror=self._flow(value.get("onerror"), (*path, "onerror"), inner),
            merged=len(filters) if isinstance(filters, list) else None,
            disabled=value.get("disabled") is True,
            unknown=tuple(key for key in value if key not in _NODE and _says(value[key])),
        )

    def _id(self, value: Mapping[str, Any], path: JsonPath) -> int:
        number = value.get("id")
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 1 << 53:
            return number
        said = "must be a positive whole number" if "id" in value else "is missing"
        self.faults.note((*path, "id"), said)
        return -self._count

    def _module(self, value: Mapping[str, Any], path: JsonPath) -> str:
        module = value.get("module")
        if isinstance(module, str) and _MODULE.fullmatch(module):
            return module
        said = "must be app:Function" if "module" in value else "is missing"
        self.faults.note((*path, "module"), said)
        return "unknown:unknown"

    def _ways(self, value: Any, path: JsonPath, depth: int) -> tuple[Way, ...]:
        ways = []
        for number, one in enumerate(self._list(value, path)):
            here = (*path, number)
            if not isinstance(one, dict):
                self.faults.note(here, "must be an object with a flow")
                continue
            kind = one.get("type", "condition")
            if kind not in ("condition", "else"):
                self.faults.note((*here, "type"), "must be condition or else")
            condition = {"conditions": one["conditions"]} if one.get("conditions") else None
            ways.append(
                Way(
                    flow=self._flow(one.get("flow"), (*here, "flow"), depth),
                    path=here,
                    label=self._text(one, "label", here),
                    is_else=kind == "else",
                    condition=self._filter(condition, here),
                    merges=one.get("merge") is True,
                    disabled=one.get("disabled") is True,
                )
            )
        return tuple(ways)

    def _filter(self, value: Any, path: JsonPath) -> Filter | None:
        if value is None or value == []:
            return None
        if not isinstance(value, dict):
            self.faults.note(path, "must be an object with conditions")
            return None
        groups = self._list(value.get("conditions"), (*path, "conditions"))
        read = []
        for number, group in enumerate(groups):
            here = (*path, "conditions", number)
            conditions = self._list(group, here)
            read.append([self._condition(one, (*here, n)) for n, one in enumerate(conditions)])
        fallback = value.get("fallback") is True
        return Filter(self._text(value, "name", path), read, fallback, path)

    def _condition(self, value: Any, path: JsonPath) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.faults.note(path, "must be an object with a, o and b")
            return {}
        for name in ("a", "b", "o"):
            if isinstance(value.get(name), list | dict):
                self.faults.note((*path, name), "must be a single value")
        return value

    # --- beside the flow ------------------------------------------------------------------------

    def _orphans(self, value: Any, path: JsonPath) -> tuple[Node, ...]:
        """Orphans stand there one by one, or as flows."""
        nodes: list[Node] = []
        for number, one in enumerate(self._list(value, path)):
            here = (*path, number)
            inner = one.get("flow") if isinstance(one, dict) and "id" not in one else one
            if isinstance(inner, list):
                nodes += self._flow(inner, here, 1)
            elif (node := self._node(one, here, 1)) is not None:
                nodes.append(node)
        return tuple(nodes)

    def _notes(self, value: Any, path: JsonPath) -> tuple[Note, ...]:
        notes = []
        for number, one in enumerate(self._list(value, path)):
            here = (*path, number)
            if not isinstance(one, dict):
                self.faults.note(here, "must be an object with content")
                continue
            ids = self._list(one.get("moduleIds"), (*here, "moduleIds"))
            nodes = tuple(number for number in ids if isinstance(number, int))
            notes.append(Note(self._text(one, "content", here), nodes, here))
        return tuple(notes)

    # --- values ---------------------------------------------------------------------------------

    def _values(self, value: Mapping[str, Any], name: str, path: JsonPath) -> dict[str, Any]:
        values = self._object(value, name, path)
        if _depth(values) > DEEPEST_VALUE:
            self.faults.note((*path, name), "holds lists and objects nested too deeply")
            return {}
        return values

    def _object(self, value: Mapping[str, Any], name: str, path: JsonPath) -> dict[str, Any]:
        found = value.get(name)
        # An empty object is written as an empty list by some exporters.
        if found is None or found == []:
            return {}
        if isinstance(found, dict):
            return found
        self.faults.note((*path, name), "must be an object")
        return {}

    def _list(self, value: Any, path: JsonPath) -> list[Any]:
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.faults.note(path, "must be a list")
        return []

    def _text(self, value: Mapping[str, Any], name: str, path: JsonPath) -> str:
        found = value.get(name)
        if found is None or isinstance(found, str):
            return found or ""
        self.faults.note((*path, name), "must be text")
        return ""


def _labels(metadata: Mapping[str, Any]) -> dict[str, str]:
    """What the editor showed for ids: `metadata.restore.parameters.hook.label`, as exports do."""
    labels: dict[str, str] = {}
    restore = metadata.get("restore")
    for where in ("parameters", "expect"):
        shown = restore.get(where) if isinstance(restore, dict) else None
        for name, one in shown.items() if isinstance(shown, dict) else ():
            label = one.get("label") if isinstance(one, dict) else None
            if isinstance(label, str) and label:
                labels.setdefault(name, label)
    return labels


def _says(value: Any) -> bool:
    """Whether there is anything in a value, or in what it holds."""
    if isinstance(value, dict):
        return any(_says(one) for one in value.values())
    if isinstance(value, list):
        return any(_says(one) for one in value)
    return value not in (None, "", False)


def _depth(value: Any) -> int:
    """How many lists and objects are within each other; the JSON reader has a bound already."""
    deepest, left = 0, [(value, 0)]
    while left:
        one, depth = left.pop()
        deepest = max(deepest, depth)
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        left += [(each, depth + 1) for each in inner]
    return deepest
