"""What can be told of an expression before any data is there."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from adloom.mapping.functions import FUNCTIONS
from adloom.mapping.kinds import Kind, a, fits
from adloom.mapping.misfit import MisfitError, Source
from adloom.mapping.printing import print_node
from adloom.mapping.syntax import (
    Call,
    Chain,
    Comparison,
    Each,
    Item,
    Literal,
    Logic,
    Negative,
    Node,
    Path,
    Word,
)
from adloom.mapping.values import as_date, as_number
from adloom.mapping.words import KEYWORDS, VARIABLES

__all__ = ["KindOf", "children", "infer", "kind_of_value", "paths_in"]

#: Tells the kind of the field at the end of a path.
KindOf = Callable[[Path], Kind]


def kind_of_value(value: Any) -> Kind:
    """The kind of a value that is there."""
    match value:
        case bool():
            return Kind.BOOLEAN
        case int() | float() | Decimal():
            return Kind.NUMBER
        case str():
            return Kind.TEXT
        case list() | tuple():
            return Kind.LIST
        case dict():
            return Kind.OBJECT
        case _:
            return Kind.ANY


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911 - one for each kind
    """The expressions directly within an expression."""
    match node:
        case Path(tails=tails):
            return tuple(tail.index for tail in tails if isinstance(tail, Item))
        case Call(arguments=arguments):
            return arguments
        case Chain(first=first, rest=rest):
            return (first, *(one for _, one in rest))
        case Negative(inner=inner):
            return (inner,)
        case Comparison(left=left, right=right):
            return (left, right)
        case Logic(parts=parts):
            return parts
        case _:
            return ()


def paths_in(node: Node) -> Iterator[Path]:
    """Every path an expression may read, in the order in which they are written."""
    if isinstance(node, Path):
        yield node
    for child in children(node):
        yield from paths_in(child)


def infer(node: Node, source: Source, kind_of: KindOf) -> Kind:  # noqa: PLR0911 - one for each kind
    """The kind of an expression that compiles.

    Raises:
        MappingError: Something in it is of a kind that can never fit.
    """
    match node:
        case Literal(value=value):
            return kind_of_value(value)
        case Word(name=name):
            return VARIABLES[name][0] if name in VARIABLES else kind_of_value(KEYWORDS.get(name))
        case Path(tails=tails):
            for child in children(node):
                _want(child, Kind.NUMBER, source, kind_of)
            return Kind.LIST if any(isinstance(tail, Each) for tail in tails) else kind_of(node)
        case Chain() | Negative():
            for child in children(node):
                _want(child, Kind.NUMBER, source, kind_of)
            return Kind.NUMBER
        case Call():
            return _call(node, source, kind_of)
        case Comparison() | Logic():
            for child in children(node):
                infer(child, source, kind_of)
            return Kind.BOOLEAN
        case _:
            return Kind.ANY


def _call(node: Call, source: Source, kind_of: KindOf) -> Kind:
    function = FUNCTIONS[node.name]
    kinds = []
    for place, argument in enumerate(node.arguments):
        parameter = function.parameter(place)
        if parameter.word and not isinstance(argument, Literal | Path | Call):
            kinds.append(Kind.TEXT)  # bare words
        else:
            kinds.append(_want(argument, parameter.kind, source, kind_of))
    return function.result(kinds)


def _want(node: Node, wanted: Kind, source: Source, kind_of: KindOf) -> Kind:
    """The kind of an expression that stands where a certain one is wanted."""
    given = infer(node, source, kind_of)
    if not fits(given, wanted):
        told = f"{print_node(node)[:100]} is {a(given)}, and {a(wanted)} is needed here."
        fault = MisfitError(told)
        raise source.error(fault, node.start)
    if isinstance(node, Literal) and wanted in (Kind.NUMBER, Kind.DATE):
        try:
            (as_number if wanted is Kind.NUMBER else as_date)(node.value)
        except MisfitError as error:
            raise source.error(error, node.start) from None
    return given
