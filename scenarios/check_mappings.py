"""Checks what mappings read: that the step is before them, has that field, and that kinds fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.errors import MappingError
from adloom.fields import Field, FieldKind, same_name
from adloom.mapping import Compiled, Condition, Kind, Reference
from adloom.mapping.kinds import fits
from modules.base import Module
from scenarios.mapped import Locator, texts_in
from scenarios.mappings import note_mapping_error
from scenarios.model import ModuleStep
from scenarios.params import params_of
from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.shapes import ANYTHING, Shape, kind_of

__all__ = ["Reading"]

#: What every bundle has: how many there are, and which of them this is.
COUNTERS: Final = ("__IMTLENGTH__", "__IMTINDEX__")


@dataclass(frozen=True)
class Reading:
    """The mappings of one place in a scenario.

    Args:
        problems: Takes what is wrong.
        locator: Finds places in the file.
        shapes: The bundles that can be seen from here, by step.
        hidden: Steps that cannot, and why.
    """

    problems: Problems
    locator: Locator
    shapes: Mapping[str, Shape]
    hidden: Mapping[str, str]

    def condition(self, condition: Condition | None, path: FieldPath) -> None:
        """Check a condition."""
        if condition is not None:
            self.value(condition.compiled, path)

    def value(self, value: Compiled | None, path: FieldPath) -> Mapping[str, Kind]:
        """Check a value; tell the kind of each mapped text in it, by its path."""
        if value is None or value.constant:
            return {}
        texts = {name: (tail, text) for name, tail, text in texts_in(value.value)}
        for one in value.references:
            tail, text = texts.get(one.parameter, ((), ""))
            self._reference(one, (*path, *tail), text)
        try:
            return value.kinds(self._kind_of)
        except MappingError as error:
            note_mapping_error(self.problems, self.locator, error, path, value.value)
            return {}

    def listed(self, value: Compiled, path: FieldPath) -> None:
        """Check a value that has to be a list."""
        kind = self.value(value, path).get("", Kind.ANY) if not value.constant else value.kind
        if kind not in (Kind.LIST, Kind.ANY) or (value.constant and kind is not Kind.LIST):
            said = f"must be a list; this is {_say(kind)}" if kind is not Kind.ANY else "is missing"
            self.problems.error(self.locator.around(path), path, said)

    def params(self, step: ModuleStep, module: Module) -> None:
        """Check what a module is given."""
        path = (*step.path, "params")
        kinds = self.value(step.params, path)
        fields = params_of(module)
        for name, tail, _ in texts_in(step.params.value):
            field = fields.get(same_name(str(tail[0]))) if tail else None
            given = kinds.get(name, Kind.ANY)
            if field and (fault := _misfit(field, given, inner=len(tail) > 1)):
                here = (*path, *tail)
                self.problems.error(self.locator.around(here), here, fault)

    def _reference(self, one: Reference, path: FieldPath, text: str) -> None:
        place = self.locator.inside(path, text, one.line, one.column)
        if one.step not in self.shapes:
            hint = near(one.step, self.shapes)
            why = self.hidden.get(one.step)
            if why is None:
                known = ", ".join(list(self.shapes)[1:][:10]) or "none"
                why = f"there is no step {one.step!r}"
                hint = hint or f"steps before this one: {known}"
            self.problems.error(place, path, f"{one.text}: {why}", hint)
            return
        shape = self.shapes[one.step]
        name = next((part for part in one.path if part is not None), None)
        if name is None or name in COUNTERS or shape.may_have(name):
            return
        said = f"{one.text}: the bundles of {one.step!r} have no {name!r}"
        hint = near(name, shape.fields) or f"they have {', '.join(list(shape.fields)[:12])}"
        if shape.closed:
            self.problems.error(place, path, said, hint)
        else:
            self.problems.warning(place, path, f"{said} that is known of", hint)

    def _kind_of(self, one: Reference) -> Kind:
        shape = self.shapes.get(one.step, ANYTHING)
        if not one.path:
            return Kind.OBJECT if shape is not ANYTHING else Kind.ANY
        name = one.path[0]
        if name in COUNTERS:
            return Kind.NUMBER
        known = shape.fields.get(name, Kind.ANY) if name else Kind.ANY
        return known if len(one.path) == 1 else Kind.ANY


def _misfit(field: Field, given: Kind, *, inner: bool) -> str | None:
    """Why a kind cannot be given to a parameter; None if it may fit."""
    if given is Kind.ANY or field.kind is FieldKind.DATA:
        return None
    wanted = kind_of(field.kind, many=False)
    if given is Kind.LIST:
        ok = field.many and not inner
    elif given is Kind.OBJECT or (field.kind is FieldKind.ID and given in _NO_IDS):
        ok = False
    else:
        ok = fits(given, wanted)
    many = "a list of values, each " if field.many and not inner else ""
    return None if ok else f"is {_say(given)}, but must be {many}{_ARTICLES[field.kind]}"


_NO_IDS: Final = (Kind.BOOLEAN, Kind.DATE)
_ARTICLES: Final[Mapping[FieldKind, str]] = {
    FieldKind.TEXT: "a text",
    FieldKind.ID: "an id",
    FieldKind.WHOLE: "a whole number",
    FieldKind.NUMBER: "a number",
    FieldKind.FLAG: "true or false",
    FieldKind.CHOICE: "one of several words",
    FieldKind.MOMENT: "a date",
    FieldKind.DATE: "a date",
    FieldKind.FILE: "a file",
    FieldKind.DATA: "data",
}


def _say(kind: Any) -> str:
    return f"{'an' if kind is Kind.OBJECT else 'a'} {kind}"
