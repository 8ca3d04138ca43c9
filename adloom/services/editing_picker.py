"""What can be mapped into a step: the fields of the steps before it, with values they had."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from adloom.errors import MappingError
from adloom.fields import Field, fields_of
from adloom.mapping import Kind, Moment, compile_value
from adloom.mapping.inference import kind_of_value
from adloom.mapping.misfit import MisfitError
from adloom.mapping.printing import print_node
from adloom.mapping.syntax import Each, Path, Tail
from adloom.mapping.syntax import Field as FieldTail
from adloom.mapping.values import as_text
from adloom.services.editing_problems import tolerant_scenario
from scenarios.check_flow import INPUT, View
from scenarios.model import ModuleStep, ReturnStep, RouterStep, Scenario, Step
from scenarios.params import known_module
from scenarios.places import FieldPath
from scenarios.shapes import ANYTHING, shape_of

__all__ = [
    "Preview",
    "Upstream",
    "UpstreamField",
    "fields_of_steps",
    "preview",
    "upstream_fields",
]

LONGEST_SAMPLE: Final = 200
#: How deep the fields of a sample are told, and how many of each.
DEEPEST: Final = 4
MOST_FIELDS: Final = 200
#: Parameters by which columns are asked for.
ASKING: Final = ("metrics", "dimensions", "fields")


@dataclass(frozen=True)
class UpstreamField:
    """A field that can be mapped.

    Args:
        name: Its name.
        title: Its label.
        description: One sentence, if there is one.
        kind: The kind of its values.
        insert: What to put into a text: `{{ads.ad_id}}`.
        sample: A value it had, as text; None if none is known.
        personal: Whether it belongs to a person, so that a face may cover it.
        children: The fields within it, as far as the sample shows them.
    """

    name: str
    title: str
    description: str
    kind: Kind
    insert: str
    sample: str | None = None
    personal: bool = False
    children: tuple["UpstreamField", ...] = ()


@dataclass(frozen=True)
class Upstream:
    """A step whose bundles can be read.

    Args:
        step: Its id.
        path: Where it stands; empty for the input of a scenario that is called.
        title: What people call it.
        fields: What its bundles have.
        is_open: Whether they may have others.
        bundles: How many bundles it had in the sample.
    """

    step: str
    path: FieldPath
    title: str
    fields: tuple[UpstreamField, ...]
    is_open: bool
    bundles: int = 0


def upstream_fields(
    text: str, path: FieldPath, samples: Mapping[str, Sequence[Any]] | None = None
) -> list[Upstream]:
    """What can be read at a place: the steps before it on the same path, in their order.

    Args:
        text: The draft.
        path: A step, a place a step may be inserted at, or a route.
        samples: Bundles of the last execution by step id; the first of each is shown.
    """
    scenario = tolerant_scenario(text)
    if scenario is None:
        return []
    known = {step.id: step for step in scenario.all_steps()}
    seen = samples or {}
    view = _view(scenario.steps, ("steps",), path, View({INPUT: ANYTHING}, {}))
    found = [_upstream(known[name], seen.get(name, ())) for name in view.shapes if name in known]
    if _is_called(scenario) or INPUT in seen:
        given = seen.get(INPUT, ())
        told = _sampled(INPUT, _first(given))
        title = "What the calling scenario gives"
        found.insert(0, Upstream(INPUT, (), title, tuple(told), is_open=True, bundles=len(given)))
    return found


def fields_of_steps(text: str) -> list[Upstream]:
    """The fields of every step there is, wherever they may be read."""
    scenario = tolerant_scenario(text)
    return [_upstream(step, ()) for step in scenario.all_steps()] if scenario else []


def _is_called(scenario: Scenario) -> bool:
    """Whether a scenario looks like one that others call: it returns something, or reads input."""
    returns = any(isinstance(step, ReturnStep) for step in scenario.all_steps())
    return returns or f"{INPUT}." in scenario.text


def _view(steps: Sequence[Step], inner: FieldPath, path: FieldPath, view: View) -> View:
    """What is seen at a place; `inner` is the path of the list of steps."""
    for step in steps:
        here = path[: len(step.path)]
        if here == step.path and len(path) > len(step.path):
            return _within(step, path, view)
        if here[: len(inner)] == inner and here >= step.path and here != step.path:
            view = view.after(step)
    return view


def _within(step: Step, path: FieldPath, view: View) -> View:
    for index, route in enumerate(step.routes if isinstance(step, RouterStep) else ()):
        inner = (*step.path, "router", "routes", index, "steps")
        if path[: len(inner)] == inner:
            return _view(route.steps, inner, path, view)
    inner = (*step.path, "router", "fallback")
    if isinstance(step, RouterStep) and path[: len(inner)] == inner:
        return _view(step.fallback, inner, path, view)
    return view


# --- fields --------------------------------------------------------------------------------------


def _upstream(step: Step, bundles: Sequence[Any]) -> Upstream:
    shape = shape_of(step)
    first = _first(bundles)
    module = known_module(step.module) if isinstance(step, ModuleStep) else None
    declared = {one.name: one for one in fields_of(module.bundle)} if module else {}
    names = [*shape.fields, *(name for name in _asked(step) if name not in shape.fields)]
    told = [
        _declared(step.id, name, shape.fields.get(name, Kind.ANY), declared.get(name), first)
        for name in names
    ]
    own = {one.name for one in told}
    more = () if shape.closed else _sampled(step.id, first)
    title = step.title or (module.title if module else step.id)
    fields = (*told, *(one for one in more if one.name not in own))
    return Upstream(
        step.id, step.path, title, fields, is_open=not shape.closed, bundles=len(bundles)
    )


def _first(bundles: Sequence[Any]) -> Any:
    return bundles[0] if bundles else None


def _asked(step: Step) -> list[str]:
    """Columns a step asks for by name, which its bundles then have."""
    given = step.given if isinstance(step, ModuleStep) else {}
    lists = (given.get(name) for name in ASKING)
    return [
        name
        for one in lists
        if isinstance(one, list)
        for name in one
        if isinstance(name, str) and name.isidentifier()
    ]


def _declared(step: str, name: str, kind: Kind, field: Field | None, bundle: Any) -> UpstreamField:
    has = isinstance(bundle, Mapping) and name in bundle
    made = _field(step, (FieldTail(name),), name, bundle[name] if has else None, 1)
    return replace(
        made,
        title=field.title if field else _title(name),
        description=field.description if field else "",
        kind=kind if kind is not Kind.ANY else made.kind,
        sample=made.sample if has else None,
        personal=bool(field and field.personal),
    )


def _sampled(step: str, value: Any) -> Iterator[UpstreamField]:
    """The fields a bundle has, whether anybody declared them or not."""
    for name, one in list(value.items())[:MOST_FIELDS] if isinstance(value, Mapping) else ():
        yield _field(step, (FieldTail(str(name)),), str(name), one, 1)


def _field(step: str, tails: tuple[Tail, ...], name: str, value: Any, depth: int) -> UpstreamField:
    return UpstreamField(
        name=name,
        title=_title(name),
        description="",
        kind=kind_of_value(value),
        insert="{{" + print_node(Path(step, tails)) + "}}",
        sample=_said(value),
        children=tuple(_children(step, tails, value, depth)) if depth < DEEPEST else (),
    )


def _children(
    step: str, tails: tuple[Tail, ...], value: Any, depth: int
) -> Iterator[UpstreamField]:
    """The fields of an object, or of the first object of a list, read of every item."""
    inner: Any = value
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        inner, tails = value[0], (*tails, Each())
    for name, one in list(inner.items())[:MOST_FIELDS] if isinstance(inner, Mapping) else ():
        yield _field(step, (*tails, FieldTail(str(name))), str(name), one, depth + 1)


def _title(name: str) -> str:
    return name.replace("_", " ").strip().capitalize() or name


def _said(value: Any) -> str:
    try:
        text = as_text(value)
    except MisfitError:
        return ""
    return text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + "…"


# --- preview -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What a mapped value becomes.

    Args:
        text: The value as text; empty if it is nothing. None if it cannot be calculated.
        kind: The kind of the value.
        error: Why it cannot be calculated.
        hint: What to write instead.
    """

    text: str | None
    kind: Kind = Kind.ANY
    error: str | None = None
    hint: str | None = None


def preview(text: str, bundles: Mapping[str, Any], moment: Moment | None = None) -> Preview:
    """Fill in a mapped value with sample bundles.

    Args:
        text: What stands in a field; a whole `{{…}}` keeps its kind.
        bundles: A bundle for each step that is read, by step id.
        moment: The present; without it, what depends on it cannot be calculated.
    """
    try:
        value = compile_value(text).evaluate(bundles, moment)
    except MappingError as error:
        return Preview(None, error=error.message, hint=error.hint)
    kind = Kind.DATE if hasattr(value, "isoformat") else kind_of_value(value)
    return Preview(_said(value), kind)
