"""The functions of the mapping language: Make's, and a few that its filters need."""

from typing import Final

from adloom.mapping.functions.dates import DATES
from adloom.mapping.functions.declare import Function, Functions
from adloom.mapping.functions.encodings import ENCODINGS
from adloom.mapping.functions.filters import FILTERS
from adloom.mapping.functions.general import GENERAL
from adloom.mapping.functions.lists import LISTS
from adloom.mapping.functions.numbers import NUMBERS
from adloom.mapping.functions.text import TEXT

__all__ = ["FUNCTIONS", "GROUPS", "Function", "Functions"]

#: The groups, in the order in which they are documented.
GROUPS: Final = (GENERAL, TEXT, ENCODINGS, DATES, NUMBERS, LISTS, FILTERS)
#: Every function by its name.
FUNCTIONS: Final[dict[str, Function]] = {
    name: function for group in GROUPS for name, function in group.items()
}
