"""Text with `{{…}}` in it, taken apart."""

import re
from dataclasses import dataclass
from typing import Final

from adloom.mapping.bounds import LONGEST_TEMPLATE
from adloom.mapping.misfit import MisfitError, Source
from adloom.mapping.parsing import parse
from adloom.mapping.syntax import Node

__all__ = ["Expression", "has_expressions", "parse_template"]

OPEN: Final = "{{"
CLOSE: Final = "}}"
#: What may stand in an expression before its `}}`; in quotes and back-ticks anything may.
_INSIDE: Final = re.compile(
    r"""(?:[^"'`}]|"(?:\\.|[^"\\])*+"|'(?:\\.|[^'\\])*+'|`[^`]*+`|\}(?!\}))*+""", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Expression:
    """One `{{…}}`: what it says and where it stands."""

    node: Node
    source: Source


def has_expressions(text: str) -> bool:
    """Whether a text is more than itself."""
    return OPEN in text


def parse_template(text: str, path: str = "") -> list[str | Expression]:
    """Take a text apart into plain text and expressions, in their order.

    Raises:
        MappingError: An expression is not closed, or cannot be read.
    """
    source = Source(text, 0, path)
    if len(text) > LONGEST_TEMPLATE:
        fault = MisfitError(f"A text may have {LONGEST_TEMPLATE:,} characters at most.")
        raise Source("", 0, path).error(fault, 0)
    parts: list[str | Expression] = []
    here = 0
    while (opened := text.find(OPEN, here)) >= 0:
        if opened > here:
            parts.append(text[here:opened])
        begin = opened + len(OPEN)
        end = _end(source, begin)
        parts.append(_expression(Source(text, begin, path), text[begin:end]))
        here = end + len(CLOSE)
    if here < len(text) or not parts:
        parts.append(text[here:])
    return parts


def _end(source: Source, begin: int) -> int:
    """Where the expression that begins here ends."""
    found = _INSIDE.match(source.text, begin)
    end = found.end() if found else begin
    if source.text.startswith(CLOSE, end):
        return end
    if end < len(source.text) and source.text[end] in "\"'`":
        raise source.error(MisfitError(f"This {source.text[end]} is never closed."), end)
    raise source.error(MisfitError("This {{ is never closed."), begin - len(OPEN))


def _expression(source: Source, text: str) -> Expression:
    try:
        return Expression(parse(text), source)
    except MisfitError as error:
        raise source.error(error, 0) from None
