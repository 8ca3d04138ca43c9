"""Expressions as text again: parsing what is printed gives the same expression."""

import re
from typing import Final

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

__all__ = ["print_node", "quoted"]

_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*|[0-9]+")
_ESCAPES: Final = {'"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}

#: How tightly things bind, from the loosest.
_EITHER, _BOTH, _COMPARED, _SUM, _PRODUCT, _SIGNED, _ATOM = range(7)


def quoted(text: str) -> str:
    """A text as the language writes it."""
    return '"' + "".join(_ESCAPES.get(sign, sign) for sign in text.replace("\\", "\\\\")) + '"'


def print_node(node: Node) -> str:  # noqa: PLR0911 - one for each kind
    """Write an expression."""
    match node:
        case Literal(value=value):
            return (
                quoted(value) if isinstance(value, str) else format(value, "f" if value % 1 else "")
            )
        case Word(name=name):
            return name
        case LeftOut():
            return ""
        case Path(step=step, tails=tails):
            head = _name(step) if tails else f"`{step}`"
            return head + "".join(_tail(tail) for tail in tails)
        case Call(name=name, arguments=arguments):
            return f"{name}({'; '.join(print_node(one) for one in arguments)})"
        case Negative(inner=inner):
            return f"-{_within(inner, _SIGNED)}"
        case Comparison(left=left, sign=sign, right=right):
            return f"{_within(left, _SUM)} {sign} {_within(right, _SUM)}"
        case Logic(sign=sign, parts=parts):
            return f" {sign} ".join(_within(part, _strength(node) + 1) for part in parts)
        case Chain(first=first, rest=rest):
            strength = _strength(node) + 1
            others = "".join(f" {sign} {_within(one, strength)}" for sign, one in rest)
            return _within(first, strength) + others
        case _:
            raise TypeError(type(node).__name__)


def _strength(node: Node) -> int:
    match node:
        case Logic(sign=sign):
            return _EITHER if sign == "|" else _BOTH
        case Comparison():
            return _COMPARED
        case Chain(rest=rest):
            return _SUM if rest[0][0] in "+-" else _PRODUCT
        case Negative():
            return _SIGNED
        case _:
            return _ATOM


def _within(node: Node, least: int) -> str:
    """In parentheses if it binds less tightly than its surroundings want."""
    text = print_node(node)
    return text if _strength(node) >= least else f"({text})"


def _name(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else f"`{name}`"


def _tail(tail: Tail) -> str:
    match tail:
        case Field(name=name):
            return f".{_name(name)}"
        case Item(index=index):
            return f"[{print_node(index)}]"
        case Each():
            return "[]"
