"""The parts an expression is made of.

Two expressions are equal if they say the same, wherever they stand.
"""

from dataclasses import dataclass, field
from decimal import Decimal

__all__ = [
    "Call",
    "Chain",
    "Comparison",
    "Each",
    "Field",
    "Item",
    "LeftOut",
    "Literal",
    "Logic",
    "Negative",
    "Node",
    "Path",
    "Tail",
    "Word",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Part of an expression.

    Args:
        start: Where it begins, counted from the beginning of the expression.
        end: Where it ends.
        depth: How many parts stand within each other.
    """

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number or a text that is written out."""

    value: str | int | Decimal


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A name alone: a keyword, a variable, or a bare word."""

    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """`.name`."""

    name: str
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """`[1]`: one item of a list, counted from 1."""

    index: Node
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Each:
    """`[]`: every item of a list."""

    end: int = field(default=0, compare=False)


Tail = Field | Item | Each


@dataclass(frozen=True, slots=True)
class Path(Node):
    """A field of a step's bundle; without tails the bundle itself."""

    step: str
    tails: tuple[Tail, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class LeftOut(Node):
    """An argument that was left out."""


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`a + b - c` or `a * b / c`: the first number, then signs with the others."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-a`."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`a > b`."""

    left: Node
    sign: str
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a & b & c` or `a | b | c`."""

    sign: str
    parts: tuple[Node, ...]
