"""Functions that calculate; all of it in decimals, none of it in floats."""

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, Final

from adloom.mapping.bounds import ARITHMETIC, LONGEST_NUMBER
from adloom.mapping.functions.declare import Functions
from adloom.mapping.misfit import MisfitError
from adloom.mapping.operators import ARITHMETICS
from adloom.mapping.values import Number, as_number, named

__all__ = ["NUMBERS"]

NUMBERS: Final = Functions("Numbers")

MOST_DECIMALS: Final = 20


def _rounded(number: Number, decimals: int, rounding: str) -> Number:
    if not -MOST_DECIMALS <= decimals <= MOST_DECIMALS:
        raise MisfitError(f"Decimals go from -{MOST_DECIMALS} to {MOST_DECIMALS}.")
    step = Decimal(1).scaleb(-decimals)
    result = Decimal(number).quantize(step, rounding=rounding, context=ARITHMETIC)
    return int(result) if decimals <= 0 else result


@NUMBERS.declare(
    "round(number: number; [decimals: whole]) -> number",
    "The nearest whole number, or with some decimals; halves go away from zero.",
    {"round(2.5)": "3", "round(12.345; 2)": "12.35", "round(-2.5)": "-3"},
)
def round_(number: Number, decimals: int = 0) -> Number:
    """Round to the nearest."""
    return _rounded(number, decimals, ROUND_HALF_UP)


@NUMBERS.declare("ceil(number: number) -> number", "The next whole number up.", {"ceil(1.2)": "2"})
def ceil(number: Number) -> Number:
    """Round up."""
    return _rounded(number, 0, ROUND_CEILING)


@NUMBERS.declare(
    "floor(number: number) -> number",
    "The next whole number down.",
    {"floor(1.8)": "1", "floor(-1.2)": "-2"},
)
def floor(number: Number) -> Number:
    """Round down."""
    return _rounded(number, 0, ROUND_FLOOR)


@NUMBERS.declare(
    "trunc(number: number; [decimals: whole]) -> number",
    "Without decimals, or with some only; nothing is rounded.",
    {"trunc(-1.8)": "-1", "trunc(1.299; 2)": "1.29"},
)
def trunc(number: Number, decimals: int = 0) -> Number:
    """Cut decimals off."""
    return _rounded(number, decimals, ROUND_DOWN)


@NUMBERS.declare("abs(number: number) -> number", "Without its sign.", {"abs(-3.5)": "3.5"})
def abs_(number: Number) -> Number:
    """Drop the sign."""
    return abs(number) if isinstance(number, int) else number.copy_abs()


@NUMBERS.declare(
    "formatNumber(number: number; [decimals: whole]; [decimalSign: text]; [thousandsSign: text]) "
    "-> text",
    "As text with a fixed number of decimals (0). Beware: the signs are , and . as in Make.",
    {
        "formatNumber(1234.5; 2)": "1.234,50",
        'formatNumber(1234.5; 2; "."; "")': "1234.50",
        "formatNumber(1234.5)": "1.235",
    },
)
def format_number(
    number: Number, decimals: int = 0, decimal_sign: str = ",", thousands_sign: str = "."
) -> str:
    """Write a number for people."""
    if decimals < 0:
        raise MisfitError("There are no negative decimals here.")
    if len(decimal_sign) > 1 or len(thousands_sign) > 1:
        raise MisfitError("A sign is one character, or none.")
    written = format(_rounded(number, decimals, ROUND_HALF_UP), f",.{decimals}f")
    signs = {",": thousands_sign, ".": decimal_sign}
    return "".join(signs.get(character, character) for character in written)


@NUMBERS.declare(
    "parseNumber(text: any; [decimalSign: text]) -> number",
    "The number a text stands for; the decimal sign is a point unless told. Nothing gives nothing.",
    {
        'parseNumber("1 234,56"; ",")': "1234.56",
        'parseNumber("1,234.5")': "1234.5",
        'parseNumber("")': "",
    },
)
def parse_number(value: Any, decimal_sign: str = ".") -> Number | None:
    """Read a number that people wrote; groups of thousands have to be whole."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return as_number(value)
    if decimal_sign not in (".", ","):
        raise MisfitError("The decimal sign is a point or a comma.")
    others = "[ '\u2019\u00a0\u202f" + (",]" if decimal_sign == "." else ".]")
    shape = rf"[+-]?([0-9]{{1,3}}({others}[0-9]{{3}})+|[0-9]+)([{decimal_sign}][0-9]+)?"
    text = value.strip()
    if len(text) > LONGEST_NUMBER or not re.fullmatch(shape, text):
        raise MisfitError(f"{named(value)} is no number with the decimal sign {decimal_sign}")
    return as_number(re.sub(others, "", text).replace(decimal_sign, "."))


def _numbers(values: tuple[Any, ...]) -> Iterator[Number]:
    """The numbers among some arguments and in their lists; what is nothing is passed over."""
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            if item is not None and item != "":
                yield as_number(item)


def _total(values: list[Number]) -> Number:
    total: Number = 0
    for value in values:
        total = ARITHMETICS["+"](total, value)
    return total


@NUMBERS.declare(
    "min(values: any...) -> number", "The least of some numbers or lists.", {"min(3; 1; 2)": "1"}
)
def min_(*values: Any) -> Number | None:
    """The least."""
    return min(_numbers(values), default=None)


@NUMBERS.declare(
    "max(values: any...) -> number",
    "The greatest of some numbers or lists.",
    {"max(map(ad.rows; cost))": "7", "max(emptyarray)": ""},
)
def max_(*values: Any) -> Number | None:
    """The greatest."""
    return max(_numbers(values), default=None)


@NUMBERS.declare(
    "sum(values: any...) -> number",
    "All of some numbers or lists together; nothing is passed over.",
    {"sum(ad.rows[].cost)": "12", "sum(0.1; 0.2)": "0.3", "sum(emptyarray)": "0"},
)
def sum_(*values: Any) -> Number:
    """The total."""
    return _total(list(_numbers(values)))


@NUMBERS.declare(
    "average(values: any...) -> number",
    "The mean of some numbers or lists; of none it is nothing.",
    {"average(ad.rows[].cost)": "6", "average(emptyarray)": ""},
)
def average(*values: Any) -> Number | None:
    """The mean."""
    numbers = list(_numbers(values))
    return ARITHMETICS["/"](_total(numbers), len(numbers)) if numbers else None


@NUMBERS.declare(
    "median(values: any...) -> number",
    "The middle one of some numbers or lists, or the mean of the two in the middle.",
    {"median(1; 9; 2)": "2", "median(1; 2)": "1.5"},
)
def median(*values: Any) -> Number | None:
    """The middle one."""
    numbers = sorted(_numbers(values))
    middle = numbers[(len(numbers) - 1) // 2 : len(numbers) // 2 + 1]
    return average(*middle)


def _deviation(values: tuple[Any, ...], fewer: int) -> Number | None:
    numbers = list(_numbers(values))
    if len(numbers) <= fewer:
        return None
    mean = Decimal(average(*numbers) or 0)
    squares = [ARITHMETIC.power(ARITHMETIC.subtract(Decimal(one), mean), 2) for one in numbers]
    variance = ARITHMETIC.divide(Decimal(_total(list(squares))), Decimal(len(numbers) - fewer))
    return variance.sqrt(ARITHMETIC)


@NUMBERS.declare(
    "stdevS(values: any...) -> number",
    "The standard deviation of a sample.",
    {"round(stdevS(2; 4; 4; 4; 5; 5; 7; 9); 3)": "2.138"},
)
def stdev_s(*values: Any) -> Number | None:
    """The deviation of a sample."""
    return _deviation(values, 1)


@NUMBERS.declare(
    "stdevP(values: any...) -> number",
    "The standard deviation of everything there is.",
    {"stdevP(2; 4; 4; 4; 5; 5; 7; 9)": "2"},
)
def stdev_p(*values: Any) -> Number | None:
    """The deviation of a population."""
    return _deviation(values, 0)
