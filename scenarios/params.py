"""The parameters of a module as a scenario gives them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from adloom.errors import UnknownNameError
from adloom.fields import Field, FieldKind, fields_of, same_name, validate
from adloom.mapping.values import as_text
from modules import find_module
from modules.base import Module, Params
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["as_params", "known_module", "params_of", "written_as_text"]

#: Kinds whose values are text even where they look like numbers.
_TEXTS: Final = frozenset({
    FieldKind.TEXT,
    FieldKind.ID,
    FieldKind.CHOICE,
    FieldKind.MOMENT,
    FieldKind.DATE,
    FieldKind.FILE,
})  # fmt: skip


def known_module(name: str) -> Module | None:
    """The module of this name; None if there is none."""
    try:
        return find_module(name)
    except UnknownNameError:
        return None


def params_of(module: Module) -> Mapping[str, Field]:
    """The parameters of a module by every name that is accepted for them."""
    return _by_name(module.params)


@cache
def _by_name(params: type[Params]) -> Mapping[str, Field]:
    return {name: field for field in fields_of(params) for name in (*field.aliases, field.name)}


def written_as_text(module: str, node: MapNode) -> dict[str, Any]:
    """Params as plain data, where a number that is meant as text is the text that was written.

    So an id may stand without quotes: `0123` and `1.10` come out as they went in.
    """
    known = known_module(module)
    fields: Mapping[str, Field] = params_of(known) if known else {}
    texts = {name for name, field in fields.items() if field.kind in _TEXTS}
    return {
        name: _as_text(entry.value) if same_name(name) in texts else entry.value.plain()
        for name, entry in node.entries.items()
    }


def _as_text(node: Node) -> Any:
    value = node.plain()
    if isinstance(node, ScalarNode):
        return node.text if value is not None and not isinstance(value, bool) else value
    return [_as_text(item) for item in node.items] if isinstance(node, ListNode) else value


def as_params(module: Module, values: Mapping[str, Any]) -> Params:
    """Build a module's parameters of values that mappings gave.

    A number or a date given to a text parameter is written out, a moment given to a date loses its
    time.

    Args:
        module: Whose parameters.
        values: By name or alias.

    Raises:
        InvalidParamsError: With every fault.
    """
    fields = params_of(module)
    given = {}
    for name, value in values.items():
        field = fields.get(same_name(name))
        given[name] = _fitting(field.kind, value) if field else value
    return validate(module.params, given)


def _fitting(kind: FieldKind, value: Any) -> Any:
    if isinstance(value, list):
        return [_fitting(kind, one) for one in value]
    if kind is FieldKind.DATE and isinstance(value, datetime):
        return value.date()
    if kind in (FieldKind.TEXT, FieldKind.ID, FieldKind.FILE) and _is_written(value):
        return as_text(value)
    return value


def _is_written(value: Any) -> bool:
    return isinstance(value, int | float | Decimal | datetime) and not isinstance(value, bool)
