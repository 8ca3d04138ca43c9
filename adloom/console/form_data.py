"""Values of a parameter class as the texts of a form, and a posted form as values."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from adloom.console.form_texts import LEFT_OUT, settled, text_of, value_of
from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Field, fields_of, same_name

__all__ = ["Posted", "edited", "given_to", "has_parts", "posts_parts", "texts_from", "values_from"]

#: What a browser posts: every name with its texts, in their order.
Posted = Mapping[str, Sequence[str]]


def given_to(field: Field, values: Mapping[str, Any]) -> tuple[str | None, Any]:
    """What was given to a field, and under which of its names; `(None, LEFT_OUT)` if nothing."""
    names = (field.name, *field.aliases)
    for name, value in values.items():
        if same_name(name) in names:
            plain = (
                value.model_dump(mode="json", exclude_unset=True)
                if isinstance(value, BaseModel)
                else value
            )
            return name, plain
    return None, LEFT_OUT


def has_parts(field: Field, value: Any) -> bool:
    """Whether a value can be shown as the parts of its class, without losing anything."""
    if field.model is None or field.many:
        return False
    if value is LEFT_OUT or value is None:
        return True
    return isinstance(value, Mapping) and field.model.model_fields.keys() >= value.keys()


def texts_from(
    model: type[BaseModel], values: Mapping[str, Any] | None, prefix: str = ""
) -> dict[str, str]:
    """What stands in every control of a form that nobody has touched, by its HTML name."""
    texts: dict[str, str] = {}
    for field in fields_of(model):
        _, value = given_to(field, values or {})
        name = prefix + field.name
        if field.model and has_parts(field, value):
            texts |= texts_from(
                field.model, value if isinstance(value, Mapping) else None, f"{name}."
            )
        else:
            texts[name] = text_of(field, value)
    return texts


def values_from(model: type[BaseModel], posted: Posted, prefix: str = "") -> dict[str, Any]:
    """Turn a posted form into values as `adloom.fields.validate` and a step's `params` take them.

    What is empty is left out, and of nested parts also what is as it is anyway.

    Args:
        model: The parameter class.
        posted: What the browser sent; names that are no fields are ignored.
        prefix: What stands before the names of this form's controls.

    Raises:
        InvalidParamsError: Something is meant to be JSON and is not; every such field at once.
    """
    values, faults = _read(model, posted, prefix, "")
    if faults:
        raise InvalidParamsError(faults)
    return values


def _read(
    model: type[BaseModel], posted: Posted, prefix: str, path: str
) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in fields_of(model):
        name = prefix + field.name
        if field.model and posts_parts(field, posted, name):
            parts, more = _read(field.model, posted, f"{name}.", f"{path}{field.name}.")
            faults += more
            value: Any = _without_defaults(field.model, parts) or LEFT_OUT
        elif name in posted:
            try:
                value = value_of(field, settled(field, posted[name]))
            except InvalidParamsError as error:
                faults += [Fault(path + fault.path, fault.message) for fault in error.faults]
                continue
        else:
            continue
        if value is not LEFT_OUT:
            values[field.name] = value
    return values, faults


def posts_parts(field: Field, posted: Posted, name: str) -> bool:
    """Whether the parts of a field were posted, and not the field as one text."""
    if field.many or any(text.strip() for text in posted.get(name, ())):
        return False
    return any(other.startswith(f"{name}.") for other in posted)


def _without_defaults(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {field.name: field.default for field in fields_of(model) if not field.required}
    return {
        name: value
        for name, value in values.items()
        if name not in defaults or value != defaults[name]
    }


def edited(
    model: type[BaseModel], values: Mapping[str, Any], posted: Posted, prefix: str = ""
) -> dict[str, Any]:
    """Values as they were written, with what was changed in their form.

    What nobody touched stays as it is written, whatever its name and form: aliases, lists of one,
    dates, unknown parameters. Defaults that were left out stay left out.

    Raises:
        InvalidParamsError: As `values_from`.
    """
    fresh, faults = _read(model, posted, prefix, "")
    if faults:
        raise InvalidParamsError(faults)
    return _merged(model, values, fresh, posted, prefix)


def _merged(
    model: type[BaseModel],
    values: Mapping[str, Any],
    fresh: Mapping[str, Any],
    posted: Posted,
    prefix: str,
) -> dict[str, Any]:
    result = dict(values)
    before = texts_from(model, values, prefix)
    for field in fields_of(model):
        name = prefix + field.name
        written, old = given_to(field, values)
        value: Any = fresh.get(field.name, LEFT_OUT)
        if field.model and has_parts(field, old) and posts_parts(field, posted, name):
            parts = old if isinstance(old, Mapping) else {}
            inner = value if isinstance(value, Mapping) else {}
            merged = _merged(field.model, parts, inner, posted, f"{name}.")
            value = merged or (parts if old == {} else LEFT_OUT)
        elif _is_untouched(field, posted, name, before.get(name)):
            continue
        if value is LEFT_OUT:
            result.pop(written or field.name, None)
        else:
            result[written or field.name] = value
    return result


def _is_untouched(field: Field, posted: Posted, name: str, before: str | None) -> bool:
    if name not in posted:
        return not posts_parts(field, posted, name)
    return before is not None and settled(field, posted[name]) == settled(field, [before])
