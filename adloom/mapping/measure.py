"""Whether a value that comes out can be stored and sent, whatever it was put together from."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from adloom.mapping.bounds import DEEPEST_DATA, LONGEST_TEXT, MOST_VALUES
from adloom.mapping.misfit import MisfitError

__all__ = ["measure"]

#: All texts of one value together may have so many times the characters of one.
TEXTS = 20


def measure(value: Any, spend: Callable[[int], None]) -> None:
    """Go through a value once, counting what stands in it twice twice.

    Raises:
        MisfitError: It is too large or too deep, or holds what is no data.
    """
    left, characters = MOST_VALUES, TEXTS * LONGEST_TEXT
    level = [value]
    for _ in range(DEEPEST_DATA):
        spend(len(level) // 10)
        left -= len(level)
        inner: list[Any] = []
        for one in level:
            if isinstance(one, list):
                inner += one
            elif isinstance(one, dict):
                inner += one.values()
            elif isinstance(one, str):
                characters -= len(one)
            elif isinstance(one, bytes):
                raise MisfitError("Bytes are no value.", "base64(…) writes them as text.")
            elif isinstance(one, float | Decimal) and not math.isfinite(one):
                raise MisfitError("A number that is none, or endless, does not fit.")
            if left < len(inner) or characters < 0:
                raise MisfitError("This value is too large.")
        if not inner:
            return
        level = inner
    raise MisfitError("Lists and objects are nested too deeply.")
