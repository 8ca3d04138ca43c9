"""Forms of the steps that need no module: what they are told, declared as parameters are."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field

from adloom.errors import Fault, InvalidParamsError
from adloom.fields import fields_of
from adloom.json_text import JsonError, parse_strict
from adloom.services.editing import set_key, take_key
from adloom.services.editing_keys import opened, same
from modules.base import Params
from scenarios.places import FieldPath
from scenarios.steps import AggregatorKind, NumberFunction, StoreOperation
from scenarios.yaml_nodes import MapNode

__all__ = ["FLOW_FORMS", "FlowForm", "flow_values", "set_flow"]


class _Router(Params):
    first_match: bool = Field(
        default=False,
        title="First route only",
        description="A bundle takes the first route that fits, instead of every one that does.",
    )


class _Iterator(Params):
    items: Any = Field(
        title="List",
        description="The list each item of which becomes a bundle, for example {{ad.images}}.",
    )


class _Aggregator(Params):
    source: str = Field(
        title="Gather from",
        description="The id of the step whose bundles are gathered into one.",
    )
    kind: AggregatorKind = Field(
        default=AggregatorKind.ARRAY, title="Into", description="What they are gathered into."
    )
    fields: list[str] = Field(
        default=[],
        title="Fields",
        description="What is kept of each bundle, a line each: name = {{step.field}}.",
    )
    value: str | None = Field(
        default=None, title="Value", description="The text or number taken from each bundle."
    )
    function: NumberFunction = Field(
        default=NumberFunction.SUM, title="Calculate", description="What is made of the numbers."
    )
    separator: str | None = Field(
        default=None, title="Separator", description="What stands between rows or texts."
    )
    column_separator: str | None = Field(
        default=None, title="Column separator", description="What stands between columns."
    )
    group_by: str | None = Field(
        default=None, title="Group by", description="One bundle for each value of this."
    )
    stop_if_empty: bool = Field(
        default=False,
        title="Stop if empty",
        description="Hand nothing on where nothing was gathered.",
    )


class _Sleep(Params):
    sleep: str = Field(
        title="How long", description="A duration of five minutes at most, for example 30 seconds."
    )


class _Set(Params):
    variables: list[str] = Field(
        default=[],
        title="Values",
        description="A line each: name = {{step.field}}.",
    )
    scope: Literal["cycle", "execution"] = Field(
        default="cycle",
        title="Remembered for",
        description="The rest of this cycle, or of the whole execution.",
    )


class _Get(Params):
    variables: list[str] = Field(
        default=[], title="Values", description="The names that were set, a line each."
    )
    scope: Literal["cycle", "execution"] = Field(
        default="cycle", title="Remembered in", description="Where they were set."
    )


class _Store(Params):
    name: str = Field(title="Data store", description="Which data store.")
    operation: StoreOperation = Field(
        default=StoreOperation.GET, title="Do", description="What is done with the entry."
    )
    key: str | None = Field(
        default=None, title="Key", description="Which entry, for example {{ad.ad_id}}."
    )
    value: str | None = Field(
        default=None, title="Value", description="What is kept under the key."
    )


class _Scenario(Params):
    scenario: str = Field(title="Scenario", description="The scenario that is run.")
    input: list[str] = Field(
        default=[],
        title="Given",
        description="What it is given, a line each: name = {{step.field}}.",
    )


class _Return(Params):
    output: list[str] = Field(
        default=[],
        title="Gives back",
        description="What the calling scenario gets, a line each: name = {{step.field}}.",
    )


@dataclass(frozen=True)
class FlowForm:
    """How a kind of step is filled in.

    Args:
        params: Its fields.
        inside: Where they stand within the step; empty for the step itself.
        pairs: Fields that are names with values, a line each.
        whole: The field that is all there is, if there is only one.
    """

    params: type[Params]
    inside: str = ""
    pairs: tuple[str, ...] = ()
    whole: str = ""


FLOW_FORMS: Final[Mapping[str, FlowForm]] = {
    "router": FlowForm(_Router, "router"),
    "iterator": FlowForm(_Iterator, "iterator"),
    "aggregator": FlowForm(_Aggregator, "aggregator", pairs=("fields",)),
    "sleep": FlowForm(_Sleep),
    "set": FlowForm(_Set, "set", pairs=("variables",)),
    "get": FlowForm(_Get, "get"),
    "store": FlowForm(_Store, "store"),
    "scenario": FlowForm(_Scenario, pairs=("input",)),
    "return": FlowForm(_Return, pairs=("output",), whole="return"),
}
PAIR: Final = re.compile(r"\s*([^=]*?)\s*=\s*(.*)", re.DOTALL)
NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")
WORDS: Final = {"true": True, "false": False, "null": None}


def flow_values(text: str, path: FieldPath, kind: str) -> dict[str, Any]:
    """What a step is told, as its form shows it."""
    form = FLOW_FORMS[kind]
    found: dict[str, Any] = {}
    for field in fields_of(form.params):
        node = opened(text).look(_place(form, path, field.name))
        if node is not None:
            value = node.plain()
            is_pairs = field.name in form.pairs and isinstance(node, MapNode)
            found[field.name] = _lines(value) if is_pairs else value
    return found


def set_flow(text: str, path: FieldPath, kind: str, values: Mapping[str, Any]) -> str:
    """Tell a step what its form says; what differs changes, all else keeps its bytes.

    Raises:
        InvalidParamsError: A line is no name with a value.
        UsageError: The text is written in a way that forbids it.
    """
    form = FLOW_FORMS[kind]
    before = flow_values(text, path, kind)
    faults: list[Fault] = []
    for field in fields_of(form.params):
        place, value = _place(form, path, field.name), values.get(field.name)
        if field.name in form.pairs and isinstance(value, list):
            value = _mapping(field.name, value, faults)
            old = opened(text).look(place)
            if not same(old.plain() if old else {}, value):
                text = set_key(text, place, value)
        elif field.name not in values:
            text = take_key(text, place) if field.name in before else text
        elif not same(before.get(field.name), value):
            text = set_key(text, place, value)
    if faults:
        raise InvalidParamsError(faults)
    return text


def _place(form: FlowForm, path: FieldPath, name: str) -> FieldPath:
    if form.whole:
        return (*path, form.whole)
    return (*path, form.inside, name) if form.inside else (*path, name)


def _lines(value: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_said(one)}" for name, one in value.items()]


def _said(value: Any) -> str:
    if isinstance(value, str) and _read(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _mapping(name: str, lines: list[str], faults: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in lines:
        pair = PAIR.fullmatch(line)
        if pair is None or not pair[1]:
            faults.append(Fault(name, f"write name = value, not {line[:40]!r}"))
        else:
            found[pair[1]] = _read(pair[2])
    return found


def _read(text: str) -> Any:
    """A value as it was typed: JSON where it looks like it, else text."""
    if text in WORDS:
        return WORDS[text]
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if text[:1] in ("[", '"') or (text.startswith("{") and not text.startswith("{{")):
        try:
            return parse_strict(text.encode(errors="surrogatepass"))
        except JsonError:
            return text
    return text
