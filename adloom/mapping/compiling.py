"""From the parts of an expression to closures, compiled once and evaluated often."""

import difflib
from collections.abc import Callable, Iterable
from typing import Any, Final

from adloom.mapping.bounds import LONGEST_LIST, LONGEST_TEXT
from adloom.mapping.evaluation import Evaluate, Evaluation
from adloom.mapping.functions import FUNCTIONS, Function
from adloom.mapping.misfit import MisfitError, Source
from adloom.mapping.operators import ARITHMETICS, COMPARISONS
from adloom.mapping.paths import compile_path
from adloom.mapping.printing import print_node
from adloom.mapping.syntax import (
    Call,
    Chain,
    Comparison,
    Item,
    LeftOut,
    Literal,
    Logic,
    Negative,
    Node,
    Path,
    Word,
)
from adloom.mapping.values import IGNORE, as_boolean, as_number
from adloom.mapping.words import KEYWORDS, VARIABLES, WORDS

__all__ = ["FAULTS", "compile_node", "function_named"]

#: What may happen while values are made; each becomes a `MappingError` with its place.
FAULTS: Final = (MisfitError, ArithmeticError, RecursionError)


def compile_node(node: Node, source: Source) -> Evaluate:  # noqa: PLR0911 - one for each kind
    """An expression as a closure.

    Raises:
        MappingError: It names what does not exist, or gives a function what it does not take.
    """
    match node:
        case Literal(value=value):
            return lambda _: value
        case Word():
            return _word(node, source)
        case Path():
            return _path(node, source)
        case Call():
            return _call(node, source)
        case Chain():
            return _chain(node, source)
        case Negative():
            return _negative(node, source)
        case Comparison():
            return _comparison(node, source)
        case Logic():
            return _logic(node, source)
        case _:
            return lambda _: None


def _word(node: Word, source: Source) -> Evaluate:
    if node.name in KEYWORDS:
        value = KEYWORDS[node.name]
        return lambda _: value
    if node.name not in VARIABLES:
        raise source.error(_unknown_word(node.name), node.start)
    variable = VARIABLES[node.name][1]

    def evaluate(evaluation: Evaluation) -> Any:
        try:
            return variable(evaluation)
        except FAULTS as error:
            raise source.error(error, node.start) from None

    return evaluate


def _unknown_word(name: str) -> MisfitError:
    name = name[:100]
    near = _near(name, (*WORDS, *FUNCTIONS))
    hint = f'Write "{name}" for the text, {name}.field for a field, or `{name}` for a whole bundle.'
    return MisfitError(f"{name} alone means nothing.", f"{near} {hint}" if near else hint)


def _near(name: str, known: Iterable[str]) -> str:
    by_folded = {one.lower(): one for one in known}
    near = difflib.get_close_matches(name.lower(), by_folded, n=3)
    return f"Did you mean {' or '.join(by_folded[one] for one in near)}?" if near else ""


def _path(node: Path, source: Source) -> Evaluate:
    indexes = [
        compile_node(tail.index, source) if isinstance(tail, Item) else None for tail in node.tails
    ]
    return compile_path(node, source, indexes)


def _chain(node: Chain, source: Source) -> Evaluate:
    first = compile_node(node.first, source)
    rest = [(ARITHMETICS[sign], compile_node(one, source)) for sign, one in node.rest]

    def evaluate(evaluation: Evaluation) -> Any:
        value = first(evaluation)
        others = [(operate, one(evaluation)) for operate, one in rest]
        try:
            total = as_number(value)
            for operate, other in others:
                total = operate(total, as_number(other))
        except FAULTS as error:
            raise source.error(error, node.start) from None
        return total

    return evaluate


def _negative(node: Negative, source: Source) -> Evaluate:
    inner = compile_node(node.inner, source)
    subtract = ARITHMETICS["-"]

    def evaluate(evaluation: Evaluation) -> Any:
        value = inner(evaluation)
        try:
            return subtract(0, as_number(value))
        except FAULTS as error:
            raise source.error(error, node.start) from None

    return evaluate


def _comparison(node: Comparison, source: Source) -> Evaluate:
    left, right = compile_node(node.left, source), compile_node(node.right, source)
    compare = COMPARISONS[node.sign]

    def evaluate(evaluation: Evaluation) -> Any:
        one, other = left(evaluation), right(evaluation)
        try:
            return compare(one, other)
        except FAULTS as error:
            raise source.error(error, node.start) from None

    return evaluate


def _logic(node: Logic, source: Source) -> Evaluate:
    parts = [compile_node(part, source) for part in node.parts]
    if node.sign == "&":
        return lambda evaluation: all(as_boolean(part(evaluation)) for part in parts)
    return lambda evaluation: any(as_boolean(part(evaluation)) for part in parts)


def function_named(name: str) -> Function:
    """A function of the language.

    Raises:
        MisfitError: There is none of that name.
    """
    if name not in FUNCTIONS:
        hint = (
            _near(name[:100], FUNCTIONS) or "The functions are listed in adloom/mapping/README.md."
        )
        raise MisfitError(f"There is no function named {name[:100]!r}.", hint)
    return FUNCTIONS[name]


def _call(node: Call, source: Source) -> Evaluate:
    try:
        function = function_named(node.name)
        function.refuse_count(len(node.arguments))
    except MisfitError as error:
        raise source.error(error, node.start) from None
    arguments = [
        _argument(one, source, word=function.parameter(place).word)
        for place, one in enumerate(node.arguments)
    ]
    if function.lazy:
        run = function.run
        return lambda evaluation: run(evaluation, *arguments)
    return _eager(node, function, arguments, source)


def _argument(node: Node, source: Source, *, word: bool) -> Evaluate:
    """An argument; where words are wanted, bare ones are text: `YYYY-MM-DD`, `desc`."""
    if word and _is_bare(node):
        text = print_node(node).replace(" ", "")
        return lambda _: text
    return compile_node(node, source)


def _is_bare(node: Node) -> bool:
    match node:
        case Word(name=name):
            return name not in WORDS
        case Chain(first=first, rest=rest):
            return _is_bare(first) and all(sign in "-/" and _is_bare(one) for sign, one in rest)
        case _:
            return False


def _eager(node: Call, function: Function, given: list[Evaluate], source: Source) -> Evaluate:
    """A function whose arguments are evaluated and converted before it runs."""
    run, timed = function.run, function.timed
    reads = [_reading(function, place) for place in range(len(given))]
    places = [node.start if isinstance(one, LeftOut) else one.start for one in node.arguments]

    def evaluate(evaluation: Evaluation) -> Any:
        raw = [one(evaluation) for one in given]
        values: list[Any] = []
        try:
            for read, value in zip(reads, raw, strict=True):
                values.append(read(evaluation, value))
        except FAULTS as error:
            raise source.error(error, places[len(values)]) from None
        try:
            evaluation.spend(1)
            return _bounded(run(evaluation, *values) if timed else run(*values))
        except FAULTS as error:
            raise source.error(error, node.start) from None

    return evaluate


def _reading(function: Function, place: int) -> Callable[[Evaluation, Any], Any]:
    """How the argument in a place is paid for and converted."""
    parameter = function.parameter(place)
    read, default = parameter.read, function.default(place)

    def reading(evaluation: Evaluation, value: Any) -> Any:
        if isinstance(value, str | list | bytes):
            evaluation.spend_on(value)
        elif parameter.optional and (value is None or value is IGNORE):
            return default
        return read(value)

    return reading


def _bounded(value: Any) -> Any:
    """What a function gives, if it is not too large.

    Raises:
        MisfitError: It is.
    """
    if isinstance(value, str | bytes):
        if len(value) > LONGEST_TEXT:
            raise MisfitError(f"A text of more than {LONGEST_TEXT:,} characters does not fit.")
    elif isinstance(value, list) and len(value) > LONGEST_LIST:
        raise MisfitError(f"A list of more than {LONGEST_LIST:,} items does not fit.")
    return value
