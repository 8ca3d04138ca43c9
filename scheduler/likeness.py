"""Whether two values are the same, as far as can be told.

Values are compared as history holds them: as JSON, in which secrets and what belongs to persons
are dots. Dots are equal to everything, since nobody knows what they hide.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from adloom.json_text import dump, parse_strict
from adloom.secret import redact

__all__ = ["DOTS", "agree", "as_recorded", "contains", "paired", "says"]

#: What stands in history where something must not be read.
DOTS: Final = "•••"
#: Longer values are shown only so far.
LONGEST: Final = 300


def as_recorded(value: Any) -> Any:
    """A value as history shows it."""
    return redact(parse_strict(dump(value)))


def agree(old: Any, new: Any) -> bool:
    """Whether two values are the same, as far as can be told: dots may hide anything."""
    match old, new:
        case dict(), dict():
            same = old.keys() == new.keys()
            return same and all(agree(one, new[key]) for key, one in old.items())
        case list(), list():
            return len(old) == len(new) and all(map(agree, old, new))
        case (str(), _) | (_, str()) if DOTS in (old, new):
            return True
        case str(), str():
            return old == new or _hides(old, new) or _hides(new, old)
        case _:
            return isinstance(old, bool) is isinstance(new, bool) and bool(old == new)


def _hides(text: str, other: str) -> bool:
    """Whether a text with dots in it may be another one."""
    pattern = ".*".join(map(re.escape, text.split(DOTS)))
    return DOTS in text and re.fullmatch(pattern, other, re.DOTALL) is not None


def contains(whole: Any, part: Any) -> bool:
    """Whether a value has everything that a part of it says; lists have to be as long.

    A whole number equals the text of its digits: ids may stand without quotes.
    """
    match part, whole:
        case dict(), dict():
            return all(key in whole and contains(whole[key], one) for key, one in part.items())
        case list(), list():
            return len(part) == len(whole) and all(map(contains, whole, part))
        case bool(), _:
            return part is whole
        case int(), str():
            return str(part) == whole
        case int() | float(), int() | float() if not isinstance(whole, bool):
            return part == whole
        case _:
            return type(part) is type(whole) and bool(part == whole)


def says(value: Any) -> str:
    """A value in one line."""
    text = dump(value).decode()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def paired(
    wanted: Sequence[Any], found: Sequence[Any]
) -> tuple[dict[int, int], list[int], list[int]]:
    """Give each of what was wanted one of what was found, as many as can be.

    Returns:
        What goes together, what is missing, and what is there besides; by their places.
    """
    fits = [[n for n, one in enumerate(found) if contains(one, want)] for want in wanted]
    taken: dict[int, int] = {}

    def place(want: int, tried: set[int]) -> bool:
        for one in fits[want]:
            if one not in tried:
                tried.add(one)
                if one not in taken or place(taken[one], tried):
                    taken[one] = want
                    return True
        return False

    missing = [want for want in range(len(wanted)) if not place(want, set())]
    besides = [one for one in range(len(found)) if one not in taken]
    return {want: one for one, want in taken.items()}, missing, besides
