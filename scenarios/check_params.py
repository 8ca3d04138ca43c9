"""Checks what a step gives to its module, as far as that stands in the file."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, create_model

from adloom.errors import Fault, InvalidParamsError
from adloom.fields import same_name, validate
from modules.base import Kind, Module
from scenarios.model import ModuleStep, Scenario
from scenarios.params import known_module, params_of
from scenarios.places import FieldPath
from scenarios.problems import Problems, near

__all__ = ["check_params", "is_mapped"]

#: A required field nobody can give; see `_without_the_whole`.
_MISSING = "mapped_values_are_unknown"


def is_mapped(value: Any) -> bool:
    """Whether a value, or anything in it, is only known when the step runs."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, dict):
        return any(is_mapped(inner) for inner in value.values())
    return isinstance(value, list) and any(is_mapped(inner) for inner in value)


def check_params(problems: Problems, scenario: Scenario, step: ModuleStep) -> None:
    """Note parameters that are missing, unknown or not what the module takes."""
    module = known_module(step.module)
    if module is None:
        return
    mapped = {name for name, value in step.given.items() if is_mapped(value)}
    constant = {name: value for name, value in step.given.items() if name not in mapped}
    names = {name: field.name for name, field in params_of(module).items()}
    given_elsewhere = {names.get(same_name(name)) for name in mapped}
    written = {names.get(same_name(name), name): name for name in step.given}
    model = _without_the_whole(module.params) if mapped else module.params
    for fault in [*_faults(model, constant), *_unknown(module, mapped)]:
        first, *rest = fault.path.split(".")
        if first == _MISSING or (first in given_elsewhere and fault.message == "is required"):
            continue
        tail: FieldPath = (written.get(first, first), *map(_part, rest)) if first else ()
        path = (*step.path, "params", *tail)
        problems.error(scenario.place_of(path), path, fault.message)
    if module.kind is Kind.TRIGGER:
        _check_trigger(problems, scenario, step, mapped)


def _part(text: str) -> str | int:
    return int(text) if text.isdigit() else text


def _faults(model: type[BaseModel], constant: dict[str, Any]) -> Sequence[Fault]:
    try:
        validate(model, constant)
    except InvalidParamsError as error:
        return error.faults
    return ()


def _unknown(module: Module, mapped: set[str]) -> list[Fault]:
    """Mapped values that no parameter takes."""
    known = params_of(module)
    return [
        Fault(name, f"there is no such parameter. {near(name, known) or ''}".strip())
        for name in sorted(mapped)
        if same_name(name) not in known
    ]


@lru_cache(maxsize=256)
def _without_the_whole(params: type[BaseModel]) -> type[BaseModel]:
    """The same parameters, judged one by one only: what judges them together is never reached."""
    fields: dict[str, Any] = {_MISSING: (str, ...)}
    return create_model(params.__name__, __base__=params, **fields)


def _check_trigger(
    problems: Problems, scenario: Scenario, step: ModuleStep, mapped: set[str]
) -> None:
    for name in sorted(mapped):
        path = (*step.path, "params", name)
        text = "is mapped, but nothing comes before a trigger"
        problems.error(scenario.place_of(path), path, text, "write the value itself")
