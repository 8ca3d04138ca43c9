"""Makes parameters of our modules of those of a node, as far as their meaning is known."""

from collections.abc import Mapping
from typing import Any, Final

from adloom.fields import Field, FieldKind
from adloom.json_text import dump
from modules import find_module
from scenarios.blueprint.aliases import Alias, folded
from scenarios.blueprint.bench import Bench
from scenarios.blueprint.coercing import as_flag, as_whole, is_empty
from scenarios.blueprint.connecting import is_connection
from scenarios.blueprint.credentials import is_telling, looks_secret
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.expressions import UntranslatableError, View
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.wording import line
from scenarios.check_params import is_mapped
from scenarios.params import params_of

__all__ = ["fill", "said_value", "translated"]

SHOWN: Final = 80
#: Stands in the table for values that are only known when a step runs.
MAPPED: Final = "{{"
_TELLING: Final = "holds what looks like a credential, which does not belong into a file"


def said_value(value: Any) -> str:
    """A value in a few characters."""
    return line(value if isinstance(value, str) else dump(value).decode(), SHOWN)


def translated(name: str, value: Any, view: View, bench: Bench, draft: Draft) -> Any:
    """A value translated; None, and a gap noted, if it cannot be.

    Args:
        name: What the value is called in Make.
        value: The value.
        view: What it may read.
        bench: The translator.
        draft: The step it is for.
    """
    # A secret that another module gives is none that stands in the file.
    is_secret = is_telling(name) and not is_mapped(value) and isinstance(value, str)
    if looks_secret(value) or is_secret:
        draft.gaps.append(f"{line(name, SHOWN)} {_TELLING}")
        return None
    try:
        return bench.translator.value(value, view)
    except UntranslatableError as error:
        draft.gaps.append(f"{line(name, SHOWN)}: {error}")
        return None


def fill(
    node: Node, alias: Alias, view: View, bench: Bench, draft: Draft, *, besides: frozenset[str]
) -> dict[str, Any]:
    """The parameters for a node's module.

    Args:
        node: The node.
        alias: Its row.
        view: What it may read.
        bench: What translates.
        draft: Is told what could not be translated.
        besides: Parameters that somebody else looks after, folded.
    """
    ours = {folded(name): one for name, one in params_of(find_module(alias.module)).items()}
    filled: dict[str, Any] = {}
    for name, value, _ in node.given():
        key = folded(name)
        if is_empty(value) or is_connection(name) or key in besides:
            continue
        if key in alias.ignored:
            _tell_ignored(name, value, alias.ignored[key], draft)
        elif key in alias.refused:
            draft.gaps.append(f"{name}: {alias.refused[key]}")
        else:
            field = ours.get(folded(alias.fields.get(key, name)))
            _fill_one(name, value, field, alias, filled, (view, bench, draft))
    return filled


def _tell_ignored(name: str, value: Any, reason: str, draft: Draft) -> None:
    if reason and as_flag(value) is not False:
        draft.notes.append(reason)
    elif is_mapped(value):
        draft.notes.append(f"{name} is not taken over: {said_value(value)}")


def _fill_one(
    name: str,
    value: Any,
    field: Field | None,
    alias: Alias,
    filled: dict[str, Any],
    context: tuple[View, Bench, Draft],
) -> None:
    view, bench, draft = context
    if field is None:
        hidden = is_telling(name) or looks_secret(value)
        shown = "a value that looks like a credential" if hidden else said_value(value)
        told = draft.notes if alias.loose else draft.gaps
        said = " is not taken over" if alias.loose else ": what it means is not known"
        told.append(f"{line(name, SHOWN)}{said}; in Make it is {shown}")
        return
    if field.name in filled:
        draft.gaps.append(f"{line(name, SHOWN)}: {field.name} is given twice")
        return
    made = translated(name, value, view, bench, draft)
    if made is not None:
        fitting = _fitting(made, field, alias.values.get(field.name, {}))
        filled[field.name] = fitting
        key = MAPPED if is_mapped(fitting) else str(fitting)
        if told_of := alias.told.get(field.name, {}).get(key):
            draft.notes.append(told_of)


def _fitting(value: Any, field: Field, values: Mapping[str, str]) -> Any:
    """A value as our field takes it: numbers and flags are often written as text."""
    if is_mapped(value):
        return value
    if isinstance(value, str) and (known := values.get(value.strip().lower())) is not None:
        return known
    if field.kind is FieldKind.WHOLE and (whole := as_whole(value)) is not None:
        return whole
    if field.kind is FieldKind.FLAG and (flag := as_flag(value)) is not None:
        return flag
    if field.kind is FieldKind.ID:
        return _as_ids(value)
    return value


def _as_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_ids(one) for one in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
