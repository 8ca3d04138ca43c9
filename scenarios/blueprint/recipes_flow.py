"""Nodes that steer single bundles: iterator, repeater, aggregators, sleep."""

from typing import Any, Final

from scenarios.blueprint.aliases import Alias
from scenarios.blueprint.bench import Bench
from scenarios.blueprint.coercing import as_flag, as_pairs, as_whole
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.expressions import View
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.params import said_value, translated
from scenarios.blueprint.recipes_memory import tell_others, values_of
from scenarios.blueprint.rules import feeder_of
from scenarios.load_flow import LONGEST_SLEEP

__all__ = ["aggregator", "iterator", "repeater", "sleep"]

MOST_REPEATS: Final = 100
#: Our functions of an aggregator of numbers by what Make may call them.
FUNCTIONS: Final = {
    "sum": "sum",
    "avg": "average",
    "average": "average",
    "count": "count",
    "min": "min",
    "max": "max",
}
_SEPARATORS: Final = {"\\n": "\n", "\\t": "\t", "\\r\\n": "\r\n", "newline": "\n", "tab": "\t"}
#: What Make may call handing on nothing when nothing came.
_STOPS: Final = ("stopifempty", "stopprocessingonempty", "stopprocessingafteranempty")
_AGGREGATED: Final = frozenset(
    {
        *("feeder", "groupby", *_STOPS),
        *("rowseparator", "otherrowseparator", "columnseparator", "othercolumnseparator"),
        *("aggregatefunction", "fn", "function", "value", "properties", "fields"),
        "aggregatedfields",
    }
)


def iterator(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """A bundle for every item of a list."""
    data: dict[str, Any] = {}
    draft = bench.draft(node, {"iterator": data})
    found = values_of(node)
    tell_others(found, frozenset({"array"}), draft)
    data["items"] = translated("array", found.get("array"), view, bench, draft)
    if data["items"] is None:
        draft.lose("which list it takes apart cannot be told")
    return [draft]


def repeater(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """The numbers it counts through, written out."""
    draft = bench.draft(node, {})
    found = values_of(node)
    tell_others(found, frozenset({"start", "repeats", "step"}), draft)
    start, step = as_whole(found.get("start", 1)), as_whole(found.get("step", 1))
    repeats = as_whole(found.get("repeats"))
    if start is None or step is None or repeats is None or not 1 <= repeats <= MOST_REPEATS:
        draft.lose(f"it can only be translated with 1 to {MOST_REPEATS} repeats known beforehand")
        return [draft]
    draft.data["iterator"] = {"items": [start + step * turn for turn in range(repeats)]}
    return [draft]


def sleep(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """A wait of a known length."""
    draft = bench.draft(node, {})
    found = values_of(node)
    tell_others(found, frozenset({"duration", "delay"}), draft)
    given = found.get("duration", found.get("delay"))
    seconds = as_whole(given)
    if seconds is None or not 1 <= seconds <= LONGEST_SLEEP:
        draft.lose(f"it waits {said_value(given)}; here 1 to {LONGEST_SLEEP} seconds, written out")
        return [draft]
    draft.data["sleep"] = f"{seconds} seconds"
    return [draft]


def aggregator(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """An aggregator of any kind."""
    data: dict[str, Any] = {}
    draft = bench.draft(node, {"aggregator": data})
    found = values_of(node)
    feeder = feeder_of(node)
    if feeder not in view.nodes or feeder not in bench.steps:
        draft.lose(f"module {feeder}, whose bundles it gathers, does not come before it here")
        return [draft]
    data["source"] = bench.steps[feeder]
    if alias.kind != "array":
        data["kind"] = alias.kind
        tell_others(found, _AGGREGATED, draft)
    _gathered(node, alias.kind, data, (view, bench, draft))
    if (group := found.get("groupby")) is not None:
        data["group_by"] = translated("groupBy", group, view, bench, draft)
    if any(as_flag(found.get(name, False)) for name in _STOPS):
        data["stop_if_empty"] = True
    for name in [name for name, value in data.items() if value is None]:
        del data[name]
    return [draft]


Context = tuple[View, Bench, Draft]


def _gathered(node: Node, kind: str, data: dict[str, Any], context: Context) -> None:
    """What is taken of each bundle, and how it is put together."""
    view, bench, draft = context
    found = values_of(node)
    if kind in ("array", "table"):
        data["fields"] = _fields(node, found, draft, kind)
        if data["fields"] is not None:
            data["fields"] = translated("fields", data["fields"], view, bench, draft)
    else:
        data["value"] = translated("value", found.get("value"), view, bench, draft)
    if kind == "number":
        given = found.get("aggregatefunction", found.get("fn", found.get("function", "sum")))
        function = FUNCTIONS.get(str(given).lower())
        if function is None:
            draft.gaps.append(f"it computes {said_value(given)}, which adloom does not")
        data["function"] = function
    if kind in ("text", "table"):
        data["separator"] = _separator(found, "rowseparator", "\n" if kind == "table" else "")
    if kind == "table":
        data["column_separator"] = _separator(found, "columnseparator", "\t")


def _separator(found: dict[str, Any], name: str, default: str) -> str:
    given = found.get(name, default)
    if str(given).lower() == "other":
        given = found.get(f"other{name}", "")
    return _SEPARATORS.get(str(given).lower(), str(given))


def _fields(node: Node, found: dict[str, Any], draft: Draft, kind: str) -> Any:
    """The fields of an item; a blueprint has them as properties, or right in the mapper."""
    for name in ("properties", "fields", "aggregatedfields"):
        if name in found:
            pairs = as_pairs(found[name])
            if pairs is None:
                draft.gaps.append(f"which fields it gathers is told as {said_value(found[name])}")
                return None
            return dict(pairs)
    if kind == "array" and node.mapper:
        return dict(node.mapper)
    draft.gaps.append("which fields it gathers is not told")
    return None
