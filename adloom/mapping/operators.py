"""What the operators do."""

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from adloom.mapping.bounds import ARITHMETIC, LONGEST_NUMBER
from adloom.mapping.misfit import MisfitError
from adloom.mapping.values import (
    IGNORE,
    Number,
    as_date,
    as_number,
    as_text,
    named,
    within,
)

__all__ = ["ARITHMETICS", "COMPARISONS", "Comparer", "equal", "order"]

_EXACT: Final = frozenset({int, Decimal})
#: Says how two values compare.
Comparer = Callable[[Any, Any], bool]


def _add(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return within(left + right)
    return within(ARITHMETIC.add(Decimal(left), Decimal(right)))


def _subtract(left: Number, right: Number) -> Number:
    return _add(left, -right if isinstance(right, int) else right.copy_negate())


def _multiply(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return within(left * right)
    return within(ARITHMETIC.multiply(Decimal(left), Decimal(right)))


def _divide(left: Number, right: Number) -> Number:
    _refuse_zero(right)
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return within(ARITHMETIC.divide(Decimal(left), Decimal(right)))


def _remainder(left: Number, right: Number) -> Number:
    """The rest of a division, with the sign of the first number as in Make."""
    _refuse_zero(right)
    rest = ARITHMETIC.remainder(Decimal(left), Decimal(right))
    return int(rest) if isinstance(left, int) and isinstance(right, int) else rest


def _refuse_zero(number: Number) -> None:
    if number == 0:
        raise MisfitError("This divides by zero.", "Ask first: if(a.b = 0; …; … / a.b).")


ARITHMETICS: Final[dict[str, Callable[[Number, Number], Number]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _remainder,
}


def equal(left: Any, right: Any) -> bool:  # noqa: PLR0911 - one for each kind
    """Whether two values are the same, "1" and 1 included; nothing equals an empty text."""
    if left is None or left is IGNORE:
        return right is None or right is IGNORE or right == ""
    if right is None or right is IGNORE:
        return bool(left == "")
    if type(left) is type(right) or (type(left) in _EXACT and type(right) in _EXACT):
        return bool(left == right)
    if isinstance(left, bool) or isinstance(right, bool):
        return _equal_flags(left, right)
    if isinstance(left, int | float | Decimal) or isinstance(right, int | float | Decimal):
        return _same(as_number, left, right)
    if isinstance(left, date) or isinstance(right, date):
        return _same(as_date, left, right)
    return bool(left == right)


def _equal_flags(left: Any, right: Any) -> bool:
    """One of them is yes or no: `true` equals "true" and 1."""
    flag, other = (left, right) if isinstance(left, bool) else (right, left)
    if isinstance(other, str):
        return other.strip().lower() == as_text(flag)
    return isinstance(other, int | float | Decimal) and int(flag) == other


def _same(read: Callable[[Any], Any], left: Any, right: Any) -> bool:
    """Whether both can be read as a kind and then are the same."""
    try:
        return bool(read(left) == read(right))
    except MisfitError:
        return False


def order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 for less, equal or more; None if one of them is nothing.

    Raises:
        MisfitError: They cannot be compared.
    """
    for value in (left, right):
        if value is None or value is IGNORE or value == "":
            return None
        if isinstance(value, bool | list | dict | bytes):
            raise MisfitError(f"{named(value)} is neither less nor more than anything.")
    if isinstance(left, date) or isinstance(right, date):
        return _sign(as_date(left), as_date(right))
    if isinstance(left, str) and isinstance(right, str) and not _both_numbers(left, right):
        return _sign(left, right)
    return _sign(as_number(left), as_number(right))


def _both_numbers(left: str, right: str) -> bool:
    try:
        if len(left) <= LONGEST_NUMBER and len(right) <= LONGEST_NUMBER:
            as_number(left), as_number(right)
            return True
    except MisfitError:
        pass
    return False


def _sign(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _ordering(compare: Comparer) -> Comparer:
    """A comparison that is quick for numbers and careful otherwise."""

    def ordered(left: Any, right: Any) -> bool:
        if type(left) in _EXACT and type(right) in _EXACT:
            return compare(left, right)
        found = order(left, right)
        return found is not None and compare(found, 0)

    return ordered


COMPARISONS: Final[dict[str, Comparer]] = {
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": _ordering(operator.lt),
    ">": _ordering(operator.gt),
    "<=": _ordering(operator.le),
    ">=": _ordering(operator.ge),
}
