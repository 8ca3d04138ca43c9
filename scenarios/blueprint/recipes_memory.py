"""Nodes that remember: variables, texts put together, data stores."""

from typing import Any, Final

from scenarios.blueprint.aliases import Alias, folded
from scenarios.blueprint.bench import Bench
from scenarios.blueprint.coercing import as_flag, as_pairs, is_empty
from scenarios.blueprint.connecting import is_connection
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.expressions import View
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.params import said_value, translated
from scenarios.blueprint.report import Verdict, What
from scenarios.blueprint.wording import line
from scenarios.load_memory import NAME
from scenarios.mapped import texts_in

__all__ = ["compose", "get", "json_text", "set_", "store", "tell_others", "values_of", "variables"]

#: What Make calls how long a variable is remembered, and what it is here.
SCOPES: Final = {"roundtrip": "cycle", "cycle": "cycle", "execution": "execution"}
#: What a text that was put together is called in the bundle.
VALUE: Final = "value"
JSON: Final = "json"


def values_of(node: Node) -> dict[str, Any]:
    """A node's values by folded name, without empty ones and connections."""
    return {
        folded(name): value
        for name, value, _ in node.given()
        if not is_empty(value) and not is_connection(name)
    }


def tell_others(found: dict[str, Any], known: frozenset[str], draft: Draft) -> None:
    """Note a gap for every value nobody knows the meaning of."""
    for name, value in found.items():
        if name not in known:
            said = f"{line(name, 60)}: what it means is not known; in Make it is"
            draft.gaps.append(f"{said} {said_value(value)}")


def variables(node: Node) -> list[tuple[str, Any]] | None:
    """The variables a node sets or gets, with their values; None if that cannot be read."""
    found = values_of(node)
    if "variables" in found:
        names = found["variables"]
        if isinstance(names, list) and all(isinstance(one, str) for one in names):
            return [(name, None) for name in names]
        return as_pairs(names)
    name = found.get("name")
    return [(name, found.get("value"))] if isinstance(name, str) else None


def _scope(found: dict[str, Any], data: dict[str, Any], draft: Draft) -> None:
    given = str(found.get("scope", "roundtrip")).lower()
    if given not in SCOPES:
        draft.gaps.append(f"scope is {said_value(given)}, which is not known")
    elif SCOPES[given] != "cycle":
        data["scope"] = SCOPES[given]


def set_(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """Variables that are set."""
    data: dict[str, Any] = {}
    draft = bench.draft(node, {"set": data})
    found = values_of(node)
    tell_others(found, frozenset({"name", "value", "scope", "variables"}), draft)
    pairs = variables(node)
    if not pairs or not _names_fit([name for name, _ in pairs], draft):
        draft.lose("which variables it sets cannot be read")
        return [draft]
    data["variables"] = {name: translated(name, value, view, bench, draft) for name, value in pairs}
    _scope(found, data, draft)
    return [draft]


def get(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """Variables that are recalled."""
    data: dict[str, Any] = {}
    draft = bench.draft(node, {"get": data})
    found = values_of(node)
    tell_others(found, frozenset({"name", "scope", "variables"}), draft)
    pairs = variables(node)
    if not pairs or not _names_fit([name for name, _ in pairs], draft):
        draft.lose("which variables it gets cannot be read")
        return [draft]
    data["variables"] = [name for name, _ in pairs]
    _scope(found, data, draft)
    return [draft]


def _names_fit(names: list[str], draft: Draft) -> bool:
    for name in names:
        if not NAME.fullmatch(name):
            draft.gaps.append(f"{line(name, 60)!r} cannot be the name of a variable here")
            return False
    if len(set(names)) != len(names):
        draft.gaps.append("one variable is named twice")
        return False
    return True


def compose(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """A text that is put together: a variable nobody recalls."""
    draft = bench.draft(node, {})
    found = values_of(node)
    tell_others(found, frozenset({VALUE}), draft)
    made = translated(VALUE, found.get(VALUE), view, bench, draft)
    draft.data["set"] = {"variables": {VALUE: made}}
    return [draft]


def json_text(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """A list or an object as JSON: `toString` does that."""
    draft = bench.draft(node, {})
    found = values_of(node)
    tell_others(found, frozenset({"object", "space"}), draft)
    given = found.get("object")
    inner = given.strip() if isinstance(given, str) else ""
    if not (inner.startswith("{{") and inner.endswith("}}") and inner.count("{{") == 1):
        draft.lose("object has to be a single mapping")
        return [draft]
    whole = f"{{{{toString({inner[2:-2]})}}}}"
    draft.data["set"] = {"variables": {JSON: translated("object", whole, view, bench, draft)}}
    return [draft]


# --- data stores ----------------------------------------------------------------------------------

_STORED: Final = frozenset({"key", "data", "overwrite", "returnwrapped"})


def store(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """A data store: a record is a key with an object for its value."""
    operation = alias.kind
    data: dict[str, Any] = {"name": _store_name(node, bench), "operation": operation}
    draft = bench.draft(node, {"store": data})
    found = values_of(node)
    tell_others(found, _STORED, draft)
    if operation == "add":
        overwrite = as_flag(found.get("overwrite", False))
        if overwrite is None:
            draft.gaps.append(f"overwrite is {said_value(found['overwrite'])}, neither yes nor no")
        data["operation"] = "put" if overwrite else "add"
        if not overwrite:
            draft.notes.append("a key that is there already is no error here: added is false")
    if operation != "count":
        data["key"] = translated("key", found.get("key"), view, bench, draft)
        if data["key"] is None:
            draft.lose("its key is missing; in Make a record without one gets a key by chance")
    if operation == "add":
        value = translated("data", found.get("data"), view, bench, draft)
        data["value"] = {} if value is None else value
        if any("{{erase}}" in text for text, _, _ in texts_in(value)):
            draft.notes.append("erase stores nothing, instead of the field's old value")
    return [draft]


def _store_name(node: Node, bench: Bench) -> str:
    """What the store is called: as the editor showed it, else by its number."""
    number = node.parameters.get("datastore", node.mapper.get("datastore"))
    label = line(node.labels.get("datastore", ""))
    fits = label and NAME.fullmatch(label)
    number_word = "".join(one for one in str(number) if one.isalnum() and one.isascii())[:20]
    name = label if fits else f"make-{number_word or 'store'}"
    shown = " ".join(filter(None, (said_value(number), f"“{label}”" if label else "")))
    said = f"is the store {name} here; what is in it is not carried along"
    bench.report.other(What.STORE, shown, Verdict.WARNED, said)
    return name
