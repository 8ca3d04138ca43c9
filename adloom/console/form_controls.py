"""One field of a form: which control shows it, and how."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from adloom.console.form_data import Posted
from adloom.console.form_fields import FormField, Widget, control_id
from adloom.console.form_texts import LEFT_OUT, picked, settled, text_of
from adloom.console.phrases import label_of
from adloom.fields import Field, FieldKind, fields_of
from modules import find_module
from scenarios.check_params import is_mapped

__all__ = ["ChoicesUrl", "Making", "MapUrl", "basis_of", "control_of", "group_of"]

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
class Making:
    """What holds for a whole form while it is made; the words are those of `form_of`."""

    prefix: str
    mappable: bool
    choices_url: ChoicesUrl
    map_url: MapUrl
    samples: Mapping[str, str]
    as_text: Collection[str]
    typed: Posted | None


def group_of(field: Field, path: str, inner: Sequence[FormField], making: Making) -> FormField:
    """A field that is shown as its parts."""
    return replace(
        _bare(field, path, Widget.GROUP, making),
        children=tuple(inner),
        is_changed=any(one.is_changed for one in inner),
        map_url=making.map_url(path) if making.mappable else None,
    )


def control_of(field: Field, path: str, text: str, making: Making) -> FormField:
    """A field that is shown as one control, with the text that stands in it."""
    usual = text_of(field, LEFT_OUT)
    if field.kind is FieldKind.FLAG and not text.strip() and not field.many:
        text = usual
    mapped = is_mapped(text)
    widget = _widget(field, text, as_text=mapped or path in making.as_text)
    chosen = _is_chosen(field)
    bare = _bare(field, path, widget, making)
    return replace(
        bare,
        text=picked(text) if widget is Widget.MOMENT else text,
        options=_options(field, text, widget),
        is_changed=settled(field, [text]) != usual,
        is_mapped=mapped,
        attrs=_attrs(field, widget, text),
        map_url=making.map_url(path) if making.mappable and chosen else None,
        is_text=chosen and widget in (Widget.TEXT, Widget.AREA, Widget.LIST, Widget.JSON),
        sample=making.samples.get(path),
        unit="UTC" if widget is Widget.MOMENT else "",
    )


def _is_chosen(field: Field) -> bool:
    """Whether there is a control to choose with, so that a mapping needs another one."""
    if field.many:
        return field.kind is FieldKind.CHOICE and len(field.choices) <= _MOST_BOXES
    return field.kind in _CHOSEN or field.model is not None


def _bare(field: Field, path: str, widget: Widget, making: Making) -> FormField:
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
        known = set(filter(None, text.split("\n"))) <= set(field.choices)
        return Widget.MULTI if _is_chosen(field) and known and not as_text else Widget.LIST
    if "\n" in text:
        return Widget.AREA
    chosen = None if as_text else _chosen(field, text)
    return chosen or _typing(field, as_text=as_text)


def _chosen(field: Field, text: str) -> Widget | None:
    """The control to choose with, if what stands there fits into it."""
    match field.kind:
        case FieldKind.CHOICE:
            return Widget.SELECT
        case FieldKind.FLAG if text in ("", "true", "false"):
            return Widget.SWITCH if isinstance(field.default, bool) else Widget.SELECT
        case FieldKind.DATE if _is_day(text):
            return Widget.DATE
        case FieldKind.MOMENT if not text or picked(text):
            return Widget.MOMENT
        case _:
            return None


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
        attrs["step"] = "1" if len(picked(text)) > len("2026-11-21T09:30") else "60"
    if widget in (Widget.AREA, Widget.LIST, Widget.JSON):
        attrs["rows"] = str(min(max(text.count("\n") + 2, 2), 14))
    return attrs


def basis_of(field: Field, fields: Sequence[Field], making: Making) -> tuple[str, ...]:
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
