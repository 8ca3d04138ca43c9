"""Forms made from parameter classes: what a module or a connection takes, as fields of a page.

values ─ texts_from ─► texts ─ form_of ─► Form ─ _form.html ─► page
values ◄─ values_from (or edited) ──────────── posted ◄──────── browser
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from adloom.console.form_controls import (
    ChoicesUrl,
    Making,
    MapUrl,
    basis_of,
    control_of,
    group_of,
)
from adloom.console.form_data import (
    Posted,
    edited,
    given_to,
    has_parts,
    posts_parts,
    values_from,
)
from adloom.console.form_faults import placed
from adloom.console.form_fields import Form, FormField, FormProblem, Widget, control_id
from adloom.console.form_secrets import secret_fields, secrets_from
from adloom.console.form_texts import settled, text_of
from adloom.console.phrases import faults_of, label_of, phrase
from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Field, fields_of
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
    making = Making(prefix, mappable, choices_url, map_url, samples or {}, as_text, typed)
    told, loose = placed(model, values or {}, faults, making)
    fields = _fields(model, values or {}, "", told, making)
    return Form(tuple(fields), tuple(loose), prefix)


def _fields(
    model: type[BaseModel],
    values: Mapping[str, Any],
    above: str,
    told: Mapping[str, Sequence[str]],
    making: Making,
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
            one = group_of(field, path, inner, making)
        else:
            one = control_of(field, path, _text(field, value, name, making), making)
        if field.choices_from:
            one = replace(
                one, choices_url=making.choices_url(field), basis=basis_of(field, fields, making)
            )
        made.append(replace(one, error=" ".join(dict.fromkeys(told.get(path, ())))))
    return made


def _was_typed_whole(field: Field, name: str, making: Making) -> bool:
    typed = making.typed or {}
    return name in typed and not posts_parts(field, typed, name)


def _text(field: Field, value: Any, name: str, making: Making) -> str:
    if making.typed is not None and name in making.typed:
        return settled(field, making.typed[name])
    return text_of(field, value)


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
