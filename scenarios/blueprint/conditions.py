"""Translates filters: what stands in front of a module becomes its `when`."""

from typing import Any

from adloom.errors import MappingError, UnknownNameError
from adloom.mapping import compile_condition
from adloom.mapping.make_filters import filter_text
from scenarios.blueprint.credentials import looks_secret
from scenarios.blueprint.expressions import Translator, UntranslatableError, View
from scenarios.blueprint.nodes import Filter
from scenarios.blueprint.wording import line

__all__ = ["condition_of", "say_filter"]

NEVER = "{{false}}"


def condition_of(given: Filter, view: View, translator: Translator) -> str:
    """A filter as a condition of ours.

    Raises:
        UntranslatableError: Something in it cannot be translated.
    """
    groups = [
        [
            {**one, **{name: _operand(one.get(name), view, translator) for name in ("a", "b")}}
            for one in group
        ]
        for group in given.conditions
    ]
    try:
        text = filter_text(groups)
        compile_condition(text)
    except UnknownNameError as error:
        raise UntranslatableError(f"the filter says {line(str(error))}") from None
    except MappingError as error:
        raise UntranslatableError(f"the filter cannot be read: {error.message}") from None
    return text


def _operand(value: Any, view: View, translator: Translator) -> Any:
    if looks_secret(value):
        raise UntranslatableError("the filter compares with what looks like a credential")
    return translator.value(value, view)


def say_filter(given: Filter) -> str:
    """A filter as Make has it, in a line."""
    groups = (
        " and ".join(
            " ".join(str(one[key]) for key in ("a", "o", "b") if one.get(key) not in (None, ""))
            for one in group
        )
        for group in given.conditions
        if group
    )
    return line(" or ".join(groups))
