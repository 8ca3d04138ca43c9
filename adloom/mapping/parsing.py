"""From the text of an expression to its parts, by the grammar in `grammar.lark`."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Final

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from adloom.mapping.bounds import DEEPEST, LONGEST_EXPRESSION, LONGEST_NUMBER
from adloom.mapping.misfit import MisfitError
from adloom.mapping.syntax import (
    Call,
    Chain,
    Comparison,
    Each,
    Field,
    Item,
    LeftOut,
    Literal,
    Logic,
    Negative,
    Node,
    Path,
    Tail,
    Word,
)

__all__ = ["parse"]

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
#: What people write who come from other languages, and what it is here.
_HINTS: Final = {
    ",": "Arguments are separated by ; and decimals by a point.",
    "==": "Equality is one =.",
    "&&": "“And” is one &.",
    "||": "“Or” is one |.",
    "!": "Write not(…), or != for “not equal”.",
    "[": "An item of a list is written step.field[1].",
    "{": "There are no braces within {{ and }}.",
    "“": 'Text stands in straight quotes: "…".',
    "”": 'Text stands in straight quotes: "…".',
    ".": "Odd names stand in back-ticks: `step`.`odd name`.",
}


def parse(text: str) -> Node:
    """Read one expression.

    Raises:
        MisfitError: It does not follow the grammar; `at` says where.
    """
    if len(text) > LONGEST_EXPRESSION:
        raise MisfitError(f"An expression has {LONGEST_EXPRESSION:,} characters at most.", at=0)
    if not text.strip():
        raise MisfitError("There is nothing between {{ and }}.", at=0)
    try:
        parsed: Any = _parser().parse(text)
    except UnexpectedInput as error:
        raise _trouble(text, error) from None
    node: Node = parsed
    return node


@cache
def _parser() -> Lark:
    grammar = FilePath(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False, transformer=_Builder())


def _trouble(text: str, error: UnexpectedInput) -> MisfitError:
    """Say what does not belong, in words."""
    if isinstance(error, UnexpectedCharacters):
        place: Any = error.pos_in_stream
        at = int(place)
    elif isinstance(error, UnexpectedToken) and error.token.type != "$END":
        at = _start(error.token)
    else:
        return MisfitError("The expression ends too early.", at=len(text.rstrip()))
    found = text[at : at + 2] if text[at : at + 2] in _HINTS else text[at]
    if found in "\"'`":
        return MisfitError(f"This {found} is never closed, or does not belong here.", at=at)
    return MisfitError(f"{found!r} does not belong here.", _hint(text, at, found), at)


def _hint(text: str, at: int, found: str) -> str | None:
    if found == "=" and text[at - 1 : at] == "=":
        return _HINTS["=="]
    if found in "&|" and text[at - 1 : at] == found:
        return _HINTS[found * 2]
    if found in "=<>":
        return "Comparisons are joined by & or |."
    return _HINTS.get(found)


def _unquote(text: str) -> str:
    """The text within quotes; a backslash before anything odd stays (patterns need it)."""
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), text[1:-1])


def _name(token: Token) -> str:
    if token.type == "BACKTICKED":
        return str(token[1:-1])
    if token.type == "NUMBER" and not token.isdigit():
        raise MisfitError(f"{token} is no name.", "Odd names stand in back-ticks.", token.start_pos)
    return str(token)


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return token.end_pos or 0


def _deeper(start: int, parts: Iterable[Node]) -> int:
    """The depth of what holds these parts.

    Raises:
        MisfitError: That is too deep.
    """
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > DEEPEST:
        raise MisfitError(f"Expressions may be nested {DEEPEST} deep at most.", at=start)
    return depth


class _Builder(Transformer[Token, Node]):
    """One method for each rule of the grammar; the tree is built without recursion."""

    def start(self, parts: list[Node]) -> Node:
        return parts[0]

    def number(self, parts: list[Token]) -> Node:
        token = parts[0]
        if len(token) > LONGEST_NUMBER:
            raise MisfitError("This number is too long.", at=_start(token))
        value = int(token) if token.isdigit() else Decimal(token)
        return Literal(value, start=_start(token), end=_end(token))

    def text(self, parts: list[Token]) -> Node:
        token = parts[0]
        return Literal(_unquote(token), start=_start(token), end=_end(token))

    def word(self, parts: list[Token]) -> Node:
        token = parts[0]
        return Word(str(token), start=_start(token), end=_end(token))

    def left_out(self, _: list[Token]) -> Node:
        return LeftOut()

    def field(self, parts: list[Token]) -> Tail:
        return Field(_name(parts[0]), end=_end(parts[0]))

    def item(self, parts: Sequence[Any]) -> Tail:
        return Item(parts[0], end=_end(parts[1]))

    def each(self, parts: list[Token]) -> Tail:
        return Each(end=_end(parts[0]))

    def path(self, parts: Sequence[Any]) -> Node:
        token, *tails = parts
        start = _start(token)
        depth = _deeper(start, (tail.index for tail in tails if isinstance(tail, Item)))
        end = tails[-1].end if tails else _end(token)
        return Path(_name(token), tuple(tails), start=start, end=end, depth=depth)

    def call(self, parts: Sequence[Any]) -> Node:
        name, *arguments, close = parts
        if len(arguments) == 1 and isinstance(arguments[0], LeftOut):
            arguments = []
        depth = _deeper(_start(name), arguments)
        return Call(str(name), tuple(arguments), start=_start(name), end=_end(close), depth=depth)

    def negative(self, parts: Sequence[Any]) -> Node:
        sign, inner = parts
        depth = _deeper(_start(sign), [inner])
        return Negative(inner, start=_start(sign), end=inner.end, depth=depth)

    def addition(self, parts: Sequence[Any]) -> Node:
        first, *others = parts
        rest = tuple(zip((str(sign) for sign in others[::2]), others[1::2], strict=True))
        depth = _deeper(first.start, [first, *others[1::2]])
        return Chain(first, rest, start=first.start, end=others[-1].end, depth=depth)

    multiplication = addition

    def compared(self, parts: Sequence[Any]) -> Node:
        left, sign, right = parts
        depth = _deeper(left.start, [left, right])
        return Comparison(left, str(sign), right, start=left.start, end=right.end, depth=depth)

    def either(self, parts: list[Node]) -> Node:
        return _logic("|", parts)

    def both(self, parts: list[Node]) -> Node:
        return _logic("&", parts)


def _logic(sign: str, parts: list[Node]) -> Node:
    start, end = parts[0].start, parts[-1].end
    return Logic(sign, tuple(parts), start=start, end=end, depth=_deeper(start, parts))
