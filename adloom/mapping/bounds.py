"""How much a mapping may be and do; nothing in the language gets past these.

There are no loops and no names for values, so work grows with the text and the data only
(reliability.md §4.6).
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

__all__ = [
    "ARITHMETIC",
    "DEEPEST",
    "DEEPEST_DATA",
    "LARGEST_NUMBER",
    "LONGEST_EXPRESSION",
    "LONGEST_LIST",
    "LONGEST_NUMBER",
    "LONGEST_TEMPLATE",
    "LONGEST_TEXT",
    "MOST_EXPRESSIONS",
    "MOST_VALUES",
    "MOST_WORK",
]

#: Characters of one text with `{{…}}` in it, and of all texts of one value.
LONGEST_TEMPLATE: Final = 100_000
#: Characters between one `{{` and its `}}`.
LONGEST_EXPRESSION: Final = 10_000
#: Expressions in all texts of one value.
MOST_EXPRESSIONS: Final = 2_000
#: Expressions within expressions.
DEEPEST: Final = 50
#: Lists and objects within each other, in what is compiled and in what comes out.
DEEPEST_DATA: Final = 100
#: Characters of a text that comes out.
LONGEST_TEXT: Final = 1_000_000
#: Items of a list that comes out.
LONGEST_LIST: Final = 100_000
#: Values, counted through all lists and objects that come out.
MOST_VALUES: Final = 1_000_000
#: Units of work in one evaluation: one for a call and for ten characters or one item it is given.
MOST_WORK: Final = 2_000_000
#: A number beyond this (or its negative) is refused.
LARGEST_NUMBER: Final = Decimal(10) ** 30
#: Characters of a text that is read as a number.
LONGEST_NUMBER: Final = 64
#: The one arithmetic: sums and products of money are exact, quotients have 60 digits.
ARITHMETIC: Final = Context(
    prec=60,
    rounding=ROUND_HALF_EVEN,
    Emin=-200,
    Emax=200,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
