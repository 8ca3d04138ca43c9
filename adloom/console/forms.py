"""Forms made from parameter classes: what a module or a connection takes, as fields of a page.

values ─ texts_from ─► texts ─ form_of ─► Form ─ _form.html ─► page
values ◄─ values_from (or edited) ──────────── posted ◄──────── browser
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from pydantic import BaseModel

from adloom.console.form_data import (
    Posted,
    edited,
    given_to,
    has_parts,
    posts_parts,
    values_from,
)
from adloom.console.form_fields import Form, FormField, FormProblem, Widget, control_id
from adloom.console.form_texts import LEFT_OUT, settled, text_of, value_of
from adloom.console.phrases import faults_of, label_of, parts_of, phrase
from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Field, FieldKind, fields_of, same_name
from adloom.secret import Secret
from modules import find_module
from scenarios.check_params import is_mapped

__all__ = [
    "ChoicesUrl",
    "Form",
    "FormField",
    "FormProblem",
    "MapUrl",
    "Posted",
    "Widget",
    "control_id",
    "edited",
    "faults_of",
    "form_of",
    "label_of",
    "phrase",
    "secret_fields",
    "secrets_from",
    "toggled",
    "values_from",
]

#: Where the words come from that a field offers; None if from nowhere.
ChoicesUrl = Callable[[Field], str | None]
#: Where the field of this path is turned into text, or back; None if nowhere.
MapUrl = Callable[[str], str | None]

#: Texts that may be longer get several lines.
_LONG: Final = 10_000
#: Names of texts that are usually long.
_LONG_NAMES: Final = frozenset({"text"})
#: More words than these are offered instead of shown as boxes.
_MOST_BOXES: Final = 8
_FLAGS: Final = (("true", "Yes"), ("false", "No"))
#: Kinds that are chosen, so that mapping one takes a button.
_CHOSEN: Final = frozenset({FieldKind.CHOICE, FieldKind.FLAG, FieldKind.DATE, FieldKind.MOMENT})


@dataclass(frozen=True)
class _Making:
    """What holds for a whole form while it is made."""

    prefix: str
    mappable: bool
    choices_url: ChoicesUrl
    map_url: MapUrl
    samples: Mapping[str, str]
    as_text: Collection[str]
    typed: Posted | None


def form_of(
    model: type[BaseModel],
    values: Mapping[str, Any] | None,
    *,
    faults: Sequence[Fault] = (),
    prefix: str = "",
    mappable: bool = False,
    choices_url: ChoicesUrl = lambda _: None,
    map_url: MapUrl = lambda _: None,
    samples: Mapping[str, str] | None = None,
    as_text: Collection[str] = (),
    typed: Posted | None = None,
) -> Form:
    """The form of a parameter class.

    Args:
        model: The parameter class.
        values: What is filled in, by name or alias; None is a new form.
        faults: What is wrong, as `faults_of` tells it.
        prefix: What stands before the names of the controls.
        mappable: Whether values may be mappings; faults about mapped ones are dropped then.
        choices_url: Where a field's words come from.
        map_url: Where a field comes from when it is turned into text, or back.
        samples: What mappings came to last time, by path.
        as_text: Paths of fields that are shown as text although they could be chosen.
        typed: What a refused form posted; it is shown as it was typed, whatever `values` say.
    """
    making = _Making(prefix, mappable, choices_url, map_url, samples or {}, as_text, typed)
    told, loose = _placed(model, values or {}, faults, making)
    fields = _fields(model, values or {}, "", told, making)
    return Form(tuple(fields), tuple(loose), prefix)


def _fields(
    model: type[BaseModel],
    values: Mapping[str, Any],
    above: str,
    told: Mapping[str, Sequence[str]],
    making: _Making,
) -> list[FormField]:
    fields = fields_of(model)
    made = []
    for field in fields:
        _, value = given_to(field, values)
        path = above + field.name
        name = making.prefix + path
        whole = path in making.as_text or _was_typed_whole(field, name, making)
        if field.model and has_parts(field, value) and not whole:
            parts = value if isinstance(value, Mapping) else {}
            inner = _fields(field.model, parts, f"{path}.", told, making)
            one = _group(field, path, inner, making)
        else:
            one = _control(field, path, _text(field, value, name, making), making)
        if field.choices_from:
            one = replace(
                one, choices_url=making.choices_url(field), basis=_basis(field, fields, making)
            )
        made.append(replace(one, error=" ".join(dict.fromkeys(told.get(path, ())))))
    return made


def _was_typed_whole(field: Field, name: str, making: _Making) -> bool:
    typed = making.typed or {}
    return name in typed and not posts_parts(field, typed, name)


def _text(field: Field, value: Any, name: str, making: _Making) -> str:
    if making.typed is not None and name in making.typed:
        return settled(field, making.typed[name])
    return text_of(field, value)


# --- one field ------------------------------------------------------------------------------------


def _group(field: Field, path: str, inner: Sequence[FormField], making: _Making) -> FormField:
    return replace(
        _bare(field, path, Widget.GROUP, making),
        children=tuple(inner),
        is_changed=any(one.is_changed for one in inner),
        map_url=making.map_url(path) if making.mappable else None,
    )


def _control(field: Field, path: str, text: str, making: _Making) -> FormField:
    usual = text_of(field, LEFT_OUT)
    if field.kind is FieldKind.FLAG and not text.strip() and not field.many:
        text = usual
    mapped = is_mapped(text)
    widget = _widget(field, text, as_text=mapped or path in making.as_text)
    chosen = field.kind in _CHOSEN or field.model is not None
    bare = _bare(field, path, widget, making)
    return replace(
        bare,
        text=_picked(text) if widget is Widget.MOMENT else text,
        options=_options(field, text, widget),
        is_changed=settled(field, [text]) != usual,
        is_mapped=mapped,
        attrs=_attrs(field, widget, text),
        map_url=making.map_url(path) if making.mappable and chosen else None,
        is_text=chosen and widget in (Widget.TEXT, Widget.AREA, Widget.LIST, Widget.JSON),
        sample=making.samples.get(path),
        unit="UTC" if widget is Widget.MOMENT else "",
    )


def _bare(field: Field, path: str, widget: Widget, making: _Making) -> FormField:
    return FormField(
        name=making.prefix + path,
        path=path,
        title=field.title,
        description=field.description,
        widget=widget,
        kind=field.kind.name.lower(),
        many=field.many,
        required=field.required,
        advanced=field.advanced,
        personal=field.personal,
        is_mappable=making.mappable,
    )


def _widget(field: Field, text: str, *, as_text: bool) -> Widget:
    if field.kind is FieldKind.DATA:
        return Widget.JSON
    if field.many:
        boxes = field.kind is FieldKind.CHOICE and len(field.choices) <= _MOST_BOXES
        known = set(filter(None, text.split("\n"))) <= set(field.choices)
        return Widget.MULTI if boxes and known and not as_text else Widget.LIST
    if "\n" in text:
        return Widget.AREA
    chosen = None if as_text else _chosen(field, text)
    return chosen or _typing(field, as_text=as_text)


def _chosen(field: Field, text: str) -> Widget | None:
    """The control to choose with, if what stands there fits into it."""
    fits = {
        FieldKind.CHOICE: lambda: Widget.SELECT,
        FieldKind.FLAG: lambda: _flag(field) if text in ("", "true", "false") else None,
        FieldKind.DATE: lambda: Widget.DATE if _is_day(text) else None,
        FieldKind.MOMENT: lambda: Widget.MOMENT if not text or _picked(text) else None,
    }
    return fits[field.kind]() if field.kind in fits else None


def _flag(field: Field) -> Widget:
    return Widget.SWITCH if isinstance(field.default, bool) else Widget.SELECT


def _typing(field: Field, *, as_text: bool) -> Widget:
    match field.kind:
        case FieldKind.ID:
            return Widget.ID
        case FieldKind.WHOLE | FieldKind.NUMBER:
            return Widget.NUMBER
        case FieldKind.FILE:
            return Widget.FILE
        case FieldKind.TEXT if not as_text and _is_long(field):
            return Widget.AREA
        case _:
            return Widget.TEXT


def _is_long(field: Field) -> bool:
    return (field.longest or 0) >= _LONG or field.name in _LONG_NAMES


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _picked(text: str) -> str:
    """A moment as a browser's own control holds it: in UTC; empty if it names another zone."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    if value.tzinfo is not None or value.microsecond:
        return ""
    return value.isoformat(timespec="seconds" if value.second else "minutes")


def _options(field: Field, text: str, widget: Widget) -> tuple[tuple[str, str], ...]:
    """Words and labels; a word that stands there and is not known is among them."""
    labelled = tuple((word, label_of(word)) for word in field.choices)
    if widget is not Widget.SELECT:
        return labelled or tuple((word, word) for word in field.examples)
    labelled = _FLAGS if field.kind is FieldKind.FLAG else labelled
    if text and text not in dict(labelled):
        labelled += ((text, text),)
    if field.required:
        return (("", "Choose…"), *labelled)
    return labelled if field.default is not None else (("", "Not set"), *labelled)


def _attrs(field: Field, widget: Widget, text: str) -> dict[str, str]:
    attrs = {}
    if widget in (Widget.ID, Widget.NUMBER, Widget.FILE, Widget.JSON, Widget.LIST):
        attrs["spellcheck"] = "false"
    if widget is Widget.ID and not field.letters:
        attrs["inputmode"] = "numeric"
    if widget is Widget.NUMBER:
        attrs["inputmode"] = "numeric" if field.kind is FieldKind.WHOLE else "decimal"
    if widget is Widget.MOMENT:
        attrs["step"] = "1" if len(_picked(text)) > len("2026-11-21T09:30") else "60"
    if widget in (Widget.AREA, Widget.LIST, Widget.JSON):
        attrs["rows"] = str(min(max(text.count("\n") + 2, 3), 14))
    return attrs


def _basis(field: Field, fields: Sequence[Field], making: _Making) -> tuple[str, ...]:
    """The controls beside a field that decide about its words: ids its list is asked for with."""
    if field.choices_from is None:
        return ()
    asked = fields_of(find_module(field.choices_from.module).params)
    ids = {name for one in asked if one.kind is FieldKind.ID for name in (one.name, *one.aliases)}
    return tuple(
        control_id(making.prefix + one.name)
        for one in fields
        if one.name != field.name and not ids.isdisjoint((one.name, *one.aliases))
    )


# --- what is wrong --------------------------------------------------------------------------------


def _placed(
    model: type[BaseModel], values: Mapping[str, Any], faults: Sequence[Fault], making: _Making
) -> tuple[dict[str, list[str]], list[str]]:
    """Faults as sentences: by the path of the nearest field, and those of no field."""
    told: dict[str, list[str]] = {}
    loose: list[str] = []
    for fault in faults:
        first, _, rest = fault.message.partition(": ")
        if not fault.path and rest and _named(model, first):
            fault = Fault(first, rest)  # noqa: PLW2901 - a class's own check names its field so
        fields, below = _nearest(model, parts_of(fault.path))
        if not fields:
            lead = f"{fault.path}: " if fault.path else ""
            loose.append(phrase(Fault("", lead + fault.message)))
        elif not (making.mappable and is_mapped(_value_at(fields, below, values, making))):
            path = ".".join(one.name for one in fields)
            inner = ".".join(map(str, [fields[-1].name, *below]))
            told.setdefault(path, []).append(phrase(Fault(inner, fault.message)))
    return told, loose


def _named(model: type[BaseModel], name: str) -> Field | None:
    names = {name: field for field in fields_of(model) for name in (*field.aliases, field.name)}
    return names.get(same_name(name))


def _nearest(
    model: type[BaseModel], parts: Sequence[str | int]
) -> tuple[list[Field], list[str | int]]:
    """The fields a path leads through, and what of it is left."""
    fields: list[Field] = []
    left = list(parts)
    while left:
        field = _named(model, str(left[0]))
        if field is None:
            break
        fields.append(field)
        left.pop(0)
        if field.model is None or field.many:
            break
        model = field.model
    return fields, left


def _value_at(
    fields: Sequence[Field], below: Sequence[str | int], values: Mapping[str, Any], making: _Making
) -> Any:
    """What stands where a fault points to, or as near to it as there is something."""
    value: Any = values
    name = making.prefix
    for field in fields:
        name += field.name
        if making.typed is not None and name in making.typed:
            value = _typed_value(field, settled(field, making.typed[name]))
        else:
            value = given_to(field, value)[1] if isinstance(value, Mapping) else value
        name += "."
    for part in below:
        match value:
            case list() if isinstance(part, int) and part < len(value):
                value = value[part]
            case dict() if str(part) in value:
                value = value[str(part)]
            case _:
                break
    return value


def _typed_value(field: Field, text: str) -> Any:
    try:
        return value_of(field, text)
    except InvalidParamsError:
        return text


# --- one field anew -------------------------------------------------------------------------------


def toggled(
    model: type[BaseModel],
    path: str,
    posted: Posted,
    *,
    to_text: bool,
    prefix: str = "",
    choices_url: ChoicesUrl = lambda _: None,
    map_url: MapUrl = lambda _: None,
    samples: Mapping[str, str] | None = None,
) -> FormField:
    """A field that is turned into text, so that it can be mapped, or back into what it was.

    What was chosen is kept as text; going back, a mapping is dropped.

    Args:
        model: The parameter class.
        path: The field's.
        posted: What its controls hold now.
        to_text: Which way.
        prefix: What stands before the names of the controls.
        choices_url: As for `form_of`.
        map_url: As for `form_of`.
        samples: As for `form_of`.

    Raises:
        KeyError: There is no such field.
    """
    values, raw = _readable(model, posted, prefix)
    whole = prefix + path
    if not to_text and is_mapped(list(posted.get(whole, ()))):
        raw.pop(whole, None)
        values = values_from(model, raw, prefix)
    form = form_of(
        model,
        values,
        prefix=prefix,
        mappable=True,
        choices_url=choices_url,
        map_url=map_url,
        samples=samples,
        as_text={path} if to_text else (),
    )
    return form.at(path)


def _readable(
    model: type[BaseModel], posted: Posted, prefix: str
) -> tuple[dict[str, Any], dict[str, Sequence[str]]]:
    """What of a form can be read."""
    raw = dict(posted)
    try:
        return values_from(model, raw, prefix), raw
    except InvalidParamsError as error:
        for fault in error.faults:
            raw.pop(prefix + fault.path, None)
        return values_from(model, raw, prefix), raw


# --- secrets --------------------------------------------------------------------------------------


def secret_fields(
    titles: Mapping[str, str],
    *,
    known: Collection[str] = (),
    faults: Sequence[Fault] = (),
    prefix: str = "secret.",
) -> Form:
    """The form of what a connection has to be told in secret; it never holds what is known.

    Args:
        titles: Labels by name, as `Provider.secrets_for` has them.
        known: Names of those that are kept already.
        faults: What is wrong.
        prefix: What stands before the names of the controls.
    """
    told: dict[str, list[str]] = {}
    for fault in faults:
        told.setdefault(fault.path if fault.path in titles else "", []).append(phrase(fault))
    fields = [
        FormField(
            name=prefix + name,
            path=name,
            title=title,
            description="Set. Leave it empty to keep it." if name in known else "Kept sealed.",
            widget=Widget.SECRET,
            kind="secret",
            required=name not in known,
            error=" ".join(told.get(name, ())),
            attrs={"autocomplete": "new-password", "spellcheck": "false"},
        )
        for name, title in titles.items()
    ]
    return Form(tuple(fields), tuple(told.get("", ())), prefix)


def secrets_from(
    titles: Mapping[str, str], posted: Posted, prefix: str = "secret."
) -> dict[str, Secret]:
    """The secrets that were typed; those left empty are not among them."""
    typed = {name: "".join(posted.get(prefix + name, ())[-1:]).strip() for name in titles}
    return {name: Secret(text) for name, text in typed.items() if text}
