"""Translates values with expressions: steps by name instead of number, fields by our names.

An expression stays as it was written but for the names in it. One that reads what cannot be seen
from there, or that our language does not know, is not translated; it is never changed to fit.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.errors import MappingError
from adloom.mapping import compile_value
from adloom.mapping.inference import paths_in
from adloom.mapping.printing import print_node
from adloom.mapping.syntax import Field, Path
from adloom.mapping.template import Expression, has_expressions, parse_template
from scenarios.blueprint.wording import line

__all__ = ["FieldNames", "Translator", "UntranslatableError", "View", "quoted_name"]

_STEP: Final = re.compile(r"`[^`]+`|\w+")
_PLAIN: Final = re.compile(r"[^\W\d]\w*|[0-9]+")
_NUMBER: Final = re.compile(r"[0-9]{1,16}", re.ASCII)
#: Fields that every bundle has, here and there.
_COUNTERS: Final = ("__IMTLENGTH__", "__IMTINDEX__")
SHOWN: Final = 120


class UntranslatableError(ValueError):
    """A value cannot be translated; the message says why."""


@dataclass(frozen=True)
class View:
    """What can be read at one place of the flow: the nodes before it, in order."""

    nodes: tuple[int, ...] = ()

    def after(self, node: int) -> "View":
        """The view behind a node."""
        return View((*self.nodes, node))

    def aggregated(self, source: int, node: int) -> "View":
        """The view behind an aggregator: what it gathers cannot be seen any more."""
        before = self.nodes[: self.nodes.index(source)] if source in self.nodes else self.nodes
        return View((*before, node))


#: Tells our name of a field of a node's bundles, as the path below it; None if there is none.
FieldNames = Callable[[int, str | None], tuple[str, ...] | None]


class Translator:
    """Translates values of one blueprint.

    Args:
        steps: The id of each node's step.
        fields: Tells our names of fields; asked with None for the whole bundle.
    """

    def __init__(self, steps: Mapping[int, str], fields: FieldNames):
        self._steps = steps
        self._fields = fields

    def value(self, value: Any, view: View) -> Any:
        """Translate a value, and all texts in it.

        Raises:
            UntranslatableError: Something in it cannot be translated.
        """
        match value:
            case str():
                return self.text(value, view)
            case list():
                return [self.value(one, view) for one in value]
            case dict():
                if any(has_expressions(name) for name in value):
                    raise UntranslatableError("names of fields cannot be mapped here")
                return {name: self.value(one, view) for name, one in value.items()}
            case _:
                return value

    def text(self, text: str, view: View) -> str:
        """Translate a text.

        Raises:
            UntranslatableError: It cannot be.
        """
        if not has_expressions(text):
            return text
        try:
            said = self._renamed(text, view)
            compile_value(said)
        except MappingError as error:
            told = f"{error.message} {error.hint}" if error.hint else error.message
            raise UntranslatableError(f"{line(text, SHOWN)}: {told}") from None
        return said

    def _renamed(self, text: str, view: View) -> str:
        changes: list[tuple[int, int, str]] = []
        for part in parse_template(text):
            if isinstance(part, Expression):
                offset = part.source.offset
                paths = paths_in(part.node)
                changes += [self._change(path, text, offset, view) for path in paths]
        for start, end, name in sorted(changes, reverse=True):
            text = text[:start] + name + text[end:]
        return text

    def _change(self, path: Path, text: str, offset: int, view: View) -> tuple[int, int, str]:
        """What to put in place of a path's beginning: from where, to where, what."""
        number = self._node(path, view)
        step = self._steps[number]
        start = offset + path.start
        first = path.tails[0] if path.tails else None
        if isinstance(first, Field) and first.name not in _COUNTERS:
            names = self._fields(number, first.name)
            end = offset + first.end
        else:
            names = self._fields(number, None) if first is None else ()
            found = _STEP.match(text, start)
            end = found.end() if found else start
        if names is None:
            said = f"{line(print_node(path), SHOWN)} is not known to stand in the bundles of"
            raise UntranslatableError(f"{said} step {step}")
        if not names:
            return start, end, quoted_name(step) if path.tails else f"`{step}`"
        return start, end, ".".join(quoted_name(one) for one in (step, *names))

    def _node(self, path: Path, view: View) -> int:
        shown = line(print_node(path), SHOWN)
        if not _NUMBER.fullmatch(path.step):
            raise UntranslatableError(f"{shown} is nothing that a blueprint carries along")
        number = int(path.step)
        if number not in view.nodes:
            why = "comes later, stands on another route, or was gathered by an aggregator"
            raise UntranslatableError(f"{shown} reads module {number}, which {why}")
        if number not in self._steps:
            raise UntranslatableError(f"{shown} reads module {number}, which is not translated")
        return number


def quoted_name(name: str) -> str:
    """A name as mappings write it."""
    return name if _PLAIN.fullmatch(name) else f"`{name}`"
