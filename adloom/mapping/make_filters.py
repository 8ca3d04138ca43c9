"""Make's filters and step numbers, translated into this language (platforms.md §1.7, §1.9).

Every operator of Make's filters, and what it becomes for a value `a` and an operand `b`:

    exist, notexist                  exists(a), not(exists(a))
    boolean:equal, notequal          if(a; true; false) = if(b; true; false)
    text:equal, notequal             toString(a) = toString(b)
    text:contain, notcontain         contains(toString(a); b)
    text:startwith, notstartwith     startsWith(a; b)
    text:endwith, notendwith         endsWith(a; b)
    text:pattern, notpattern         matches(a; b)
    number:equal, notequal, less, greater, lessorequal, greaterorequal
                                     parseNumber(a) < parseNumber(b)
    date:…  the same six             toDate(a) < toDate(b)
    time:…  the same six             toTime(a) < toTime(b)
    array:contain, notcontain        contains(a; b)
    array:equal and the other five   length(a) < b

Those of text, and `array:contain`, also exist with `:ci` at their end: without regard to capitals.
`startswith` and `endswith` are accepted for `startwith` and `endwith`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from adloom.errors import UnknownNameError
from adloom.mapping.printing import print_node, quoted
from adloom.mapping.syntax import (
    Call,
    Chain,
    Comparison,
    Item,
    Logic,
    Negative,
    Node,
    Path,
    Tail,
)
from adloom.mapping.template import Expression, parse_template
from adloom.mapping.values import as_text

__all__ = ["FILTER_OPERATORS", "filter_text", "rename_steps"]

_SIGNS: Final = {
    "equal": "=",
    "notequal": "!=",
    "less": "<",
    "greater": ">",
    "lessorequal": "<=",
    "greaterorequal": ">=",
}
_TEXTS: Final = {
    "text:equal": "toString({a}) = toString({b})",
    "text:contain": "contains(toString({a}); {b})",
    "text:startwith": "startsWith({a}; {b})",
    "text:endwith": "endsWith({a}; {b})",
}
_FOLDED: Final = {
    "text:equal:ci": "lower({a}) = lower({b})",
    "text:contain:ci": "contains(toString({a}); {b}; true)",
    "text:startwith:ci": "startsWith(lower({a}); lower({b}))",
    "text:endwith:ci": "endsWith(lower({a}); lower({b}))",
    "text:pattern": "matches({a}; {b})",
    "text:pattern:ci": "matches({a}; {b}; true)",
    "array:contain": "contains({a}; {b})",
    "array:contain:ci": "contains({a}; {b}; true)",
    "boolean:equal": "if({a}; true; false) = if({b}; true; false)",
}
_COMPARED: Final = {
    "number": "parseNumber({{a}}) {} parseNumber({{b}})",
    "date": "toDate({{a}}) {} toDate({{b}})",
    "time": "toTime({{a}}) {} toTime({{b}})",
    "array": "length({{a}}) {} {{b}}",
}


def _opposites(texts: Mapping[str, str]) -> dict[str, str]:
    """Each operator and the one with `not`, which stands after the colon."""
    return {
        name: text
        for operator, meaning in texts.items()
        for name, text in (
            (operator, meaning),
            (operator.replace(":", ":not", 1), f"not({meaning})"),
        )
    }


#: Make's operators, and what they become; `{a}` and `{b}` are expressions.
FILTER_OPERATORS: Final[Mapping[str, str]] = {
    "exist": "exists({a})",
    "notexist": "not(exists({a}))",
    **_opposites(_TEXTS),
    **_opposites(_FOLDED),
    **{
        f"{kind}:{name}": text.format(sign)
        for kind, text in _COMPARED.items()
        for name, sign in _SIGNS.items()
    },
}


def filter_text(conditions: Sequence[Sequence[Mapping[str, Any]]]) -> str:
    """A filter of a blueprint as a condition: one of the outer lists, all of an inner one.

    Args:
        conditions: As in a blueprint: `[[{"a": "{{1.score}}", "o": "number:greater", "b": "50"}]]`.

    Raises:
        UnknownNameError: There is no such operator.
        MappingError: An operand cannot be read.
    """
    alternatives = [
        " & ".join(f"({_condition(one)})" if len(group) > 1 else _condition(one) for one in group)
        for group in conditions
        if group
    ]
    if len(alternatives) > 1:
        alternatives = [f"({one})" for one in alternatives]
    return f"{{{{{' | '.join(alternatives) or 'true'}}}}}"


def _condition(one: Mapping[str, Any]) -> str:
    name = str(one.get("o", "exist"))
    known = name.replace("startswith", "startwith").replace("endswith", "endwith")
    if known not in FILTER_OPERATORS:
        raise UnknownNameError("filter operator", name, FILTER_OPERATORS)
    meaning = FILTER_OPERATORS[known]
    return meaning.format(a=_operand(one.get("a")), b=_operand(one.get("b")))


def _operand(value: Any) -> str:
    """A value of a filter as an expression."""
    if not isinstance(value, str):
        return "null" if value is None else as_text(value)
    parts = [
        quoted(part) if isinstance(part, str) else print_node(part.node)
        for part in parse_template(value)
    ]
    if len(parts) > 1:
        return f"concat({'; '.join(parts)})"
    return parts[0]


def rename_steps(text: str, names: Mapping[str, str]) -> str:
    """A text whose expressions call some steps by other names: `{{1.id}}` becomes `{{ads.id}}`.

    Raises:
        MappingError: An expression cannot be read.
    """
    return "".join(
        f"{{{{{print_node(_renamed(part.node, names))}}}}}"
        if isinstance(part, Expression)
        else part
        for part in parse_template(text)
    )


def _renamed(node: Node, names: Mapping[str, str]) -> Node:  # noqa: PLR0911 - one for each kind
    match node:
        case Path(step=step, tails=tails):
            inner = tuple(_renamed_tail(tail, names) for tail in tails)
            return replace(node, step=names.get(step, step), tails=inner)
        case Call(arguments=arguments):
            return replace(node, arguments=tuple(_renamed(one, names) for one in arguments))
        case Chain(first=first, rest=rest):
            others = tuple((sign, _renamed(one, names)) for sign, one in rest)
            return replace(node, first=_renamed(first, names), rest=others)
        case Negative(inner=negated):
            return replace(node, inner=_renamed(negated, names))
        case Comparison(left=left, right=right):
            return replace(node, left=_renamed(left, names), right=_renamed(right, names))
        case Logic(parts=parts):
            return replace(node, parts=tuple(_renamed(part, names) for part in parts))
        case _:
            return node


def _renamed_tail(tail: Tail, names: Mapping[str, str]) -> Tail:
    return replace(tail, index=_renamed(tail.index, names)) if isinstance(tail, Item) else tail
