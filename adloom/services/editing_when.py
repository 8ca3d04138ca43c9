"""Conditions as a form shows them: groups of tests, of which one group has to hold as a whole.

`{{report.spend > 50 & report.conversion = 0}}` is one group of two tests. What does not fit into
that form stays text; nothing is ever turned into something that means something else.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from adloom.errors import MappingError, UsageError
from adloom.mapping import compile_condition
from adloom.mapping.misfit import MisfitError
from adloom.mapping.parsing import parse
from adloom.mapping.printing import print_node, quoted
from adloom.mapping.syntax import Call, Comparison, LeftOut, Literal, Logic, Negative, Node, Path
from adloom.mapping.template import Expression, parse_template

__all__ = [
    "Conditions",
    "Operator",
    "Test",
    "ValueForm",
    "as_operand",
    "read_when",
    "write_when",
]


class Operator(StrEnum):
    """How a field is compared; the value is the word a form shows."""

    EQUAL = "is"
    NOT_EQUAL = "is not"
    MORE = "is more than"
    LESS = "is less than"
    AT_LEAST = "is at least"
    AT_MOST = "is at most"
    CONTAINS = "contains"
    NOT_CONTAINS = "does not contain"
    STARTS_WITH = "starts with"
    NOT_STARTS_WITH = "does not start with"
    ENDS_WITH = "ends with"
    NOT_ENDS_WITH = "does not end with"
    MATCHES = "matches the pattern"
    NOT_MATCHES = "does not match the pattern"
    EXISTS = "exists"
    NOT_EXISTS = "does not exist"
    IS_TRUE = "is yes"
    IS_FALSE = "is no"

    @property
    def takes_value(self) -> bool:
        """Whether the field is compared with something."""
        return self not in _ALONE


class ValueForm(StrEnum):
    """What a field is compared with.

    Args:
        TEXT: A text as it is.
        NUMBER: A number.
        EXPRESSION: Another field, or something calculated, as it stands between `{{` and `}}`.
    """

    TEXT = "text"
    NUMBER = "number"
    EXPRESSION = "expression"


@dataclass(frozen=True)
class Test:
    """One comparison.

    Args:
        field: What is compared, as it stands between `{{` and `}}`: `report.spend`.
        operator: How.
        value: With what; empty for operators that take none.
        form: What that is.
    """

    field: str
    operator: Operator
    value: str = ""
    form: ValueForm = ValueForm.TEXT

    #: Not a class of tests, whatever pytest thinks.
    __test__ = False


@dataclass(frozen=True)
class Conditions:
    """What a form shows: a bundle passes if all tests of any group hold.

    Args:
        groups: Each with one test or more; none at all lets every bundle pass.
    """

    groups: tuple[tuple[Test, ...], ...] = ()


_SIGNS: Final = {
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "!=",
    Operator.MORE: ">",
    Operator.LESS: "<",
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
}
_CALLS: Final = {
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "startsWith",
    Operator.ENDS_WITH: "endsWith",
    Operator.MATCHES: "matches",
    Operator.EXISTS: "exists",
}
_OPPOSITES: Final = {
    Operator.CONTAINS: Operator.NOT_CONTAINS,
    Operator.STARTS_WITH: Operator.NOT_STARTS_WITH,
    Operator.ENDS_WITH: Operator.NOT_ENDS_WITH,
    Operator.MATCHES: Operator.NOT_MATCHES,
    Operator.EXISTS: Operator.NOT_EXISTS,
    Operator.IS_TRUE: Operator.IS_FALSE,
}
_ALONE: Final = (Operator.EXISTS, Operator.NOT_EXISTS, Operator.IS_TRUE, Operator.IS_FALSE)
_BY_SIGN: Final = {sign: operator for operator, sign in _SIGNS.items()}
_BY_CALL: Final = {name: operator for operator, name in _CALLS.items()}
_NOT: Final = {opposite: operator for operator, opposite in _OPPOSITES.items()}
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


# --- reading -------------------------------------------------------------------------------------


def read_when(text: str) -> Conditions | None:
    """Take a condition apart for a form; None if it does not fit into one.

    Args:
        text: The `when` of a step, `{{` and `}}` included; nothing is no condition.
    """
    if not text.strip():
        return Conditions()
    try:
        parts = parse_template(text.strip())
    except MappingError:
        return None
    if len(parts) != 1 or not isinstance(parts[0], Expression):
        return None
    groups = []
    for group in _parts(parts[0].node, "|"):
        tests = [_test(one) for one in _parts(group, "&")]
        known = tuple(one for one in tests if one is not None)
        if len(known) != len(tests):
            return None
        groups.append(known)
    return Conditions(tuple(groups))


def _parts(node: Node, sign: str) -> list[Node]:
    """What is joined by a sign, also where it was joined piece by piece."""
    if isinstance(node, Logic) and node.sign == sign:
        return [inner for part in node.parts for inner in _parts(part, sign)]
    return [node]


def _test(node: Node) -> Test | None:
    match node:
        case Comparison(left=left, sign=sign, right=right):
            return _made(left, _BY_SIGN[sign], right)
        case Call(name="not", arguments=(inner,)):
            found = _positive(inner)
            return found and Test(found.field, _OPPOSITES[found.operator], found.value, found.form)
        case _:
            return _positive(node)


def _positive(node: Node) -> Test | None:
    """A test with an opposite, or a field that is yes or no."""
    match node:
        case Call(name="exists", arguments=(value,)):
            return _made(value, Operator.EXISTS, None)
        case Call(name=name, arguments=(value, operand)) if name in _BY_CALL:
            return _made(value, _BY_CALL[name], operand)
        case Path():
            return _made(node, Operator.IS_TRUE, None)
        case _:
            return None


def _made(value: Node, operator: Operator, operand: Node | None) -> Test | None:
    simple = _is_simple(value) and not isinstance(value, Literal | Negative)
    if not simple or (operand is not None and not _is_simple(operand)):
        return None
    field = print_node(value)
    match operand:
        case None:
            return Test(field, operator)
        case Literal(value=str(text)):
            return Test(field, operator, text)
        case Literal() | Negative(inner=Literal(value=int())):
            return Test(field, operator, print_node(operand), ValueForm.NUMBER)
        case _:
            text = print_node(operand)
            form = ValueForm.NUMBER if _NUMBER.fullmatch(text) else ValueForm.EXPRESSION
            return Test(field, operator, text, form)


def _is_simple(node: Node) -> bool:
    return not isinstance(node, Comparison | Logic | LeftOut)


# --- writing -------------------------------------------------------------------------------------


def write_when(conditions: Conditions) -> str | None:
    """Write what a form shows as a condition; None where there is none.

    Reading it again gives the same.

    Raises:
        UsageError: A field or a value cannot be read, or a group is empty.
    """
    if not conditions.groups:
        return None
    if not all(conditions.groups):
        raise UsageError("A group of conditions needs at least one.")
    groups = [_joined("&", [_node(test) for test in group]) for group in conditions.groups]
    text = "{{" + print_node(_joined("|", groups)) + "}}"
    compile_condition(text)
    if read_when(text) != conditions:
        raise UsageError("This cannot be written as conditions.", hint="Write it as text.")
    return text


def _joined(sign: str, parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Logic(sign, tuple(parts))


def _node(test: Test) -> Node:
    field = _parsed(test.field, "field")
    positive = _NOT.get(test.operator, test.operator)
    if test.operator in _SIGNS:
        return Comparison(field, _SIGNS[test.operator], _operand(test))
    if positive is Operator.IS_TRUE:
        made: Node = field
    elif positive is Operator.EXISTS:
        made = Call("exists", (field,))
    else:
        made = Call(_CALLS[positive], (field, _operand(test)))
    return made if positive is test.operator else Call("not", (made,))


def _operand(test: Test) -> Node:
    if test.form is ValueForm.TEXT:
        return _parsed(quoted(test.value), "value")
    if test.form is ValueForm.NUMBER and not _NUMBER.fullmatch(test.value):
        raise UsageError(f"{test.value[:40]!r} is no number.")
    return _parsed(test.value, "value")


def _parsed(text: str, what: str) -> Node:
    try:
        return parse(text)
    except MisfitError as error:
        told = f"The {what} {text[:40]!r} cannot be read: {error.message}"
        raise UsageError(told, hint=error.hint) from None


def as_operand(typed: str) -> tuple[str, ValueForm]:
    """What somebody means who types a value: a number, `{{another.field}}`, or a text."""
    bare = typed.strip()
    if _NUMBER.fullmatch(bare):
        return bare, ValueForm.NUMBER
    if bare.startswith("{{") and bare.endswith("}}"):
        try:
            parts = parse_template(bare)
        except MappingError:
            return typed, ValueForm.TEXT
        if len(parts) == 1 and isinstance(parts[0], Expression):
            node = parts[0].node
            plain = node.value if isinstance(node, Literal) else None
            if isinstance(plain, str):
                return plain, ValueForm.TEXT
            text = print_node(node)
            return text, ValueForm.NUMBER if _NUMBER.fullmatch(text) else ValueForm.EXPRESSION
    return typed, ValueForm.TEXT
