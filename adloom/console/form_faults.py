"""What is wrong with a form, each fault at the nearest field."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from adloom.console.form_controls import Making
from adloom.console.form_data import given_to
from adloom.console.form_texts import settled, value_of
from adloom.console.phrases import parts_of, phrase
from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Field, fields_of, same_name
from scenarios.check_params import is_mapped

__all__ = ["placed"]


def placed(
    model: type[BaseModel], values: Mapping[str, Any], faults: Sequence[Fault], making: Making
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
    fields: Sequence[Field], below: Sequence[str | int], values: Mapping[str, Any], making: Making
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
