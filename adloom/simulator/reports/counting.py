"""Adding up what ads delivered."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from adloom.simulator.reports.figures import Figures, Part
from adloom.simulator.reports.showing import Showing
from adloom.simulator.reports.streams import LENGTH

__all__ = ["add_up", "add_up_cells"]

LENGTH_BITS: Final = LENGTH.bit_length() - 1
WITHIN: Final = LENGTH - 1


def add_up(
    showings: Iterable[Showing], figures: Figures, first: int, end: int, value: int = 0
) -> list[int]:
    """Count figures over ads.

    Args:
        showings: The ads.
        figures: What to count.
        first: From which minute of UNIX time on.
        end: Until before which minute.
        value: The number of the value they are split by, if they are.
    """
    totals = [0] * len(figures.names)
    count = _count_split if figures.dimensions else _count
    for showing in showings:
        parts = figures.parts(showing.stream, showing.group_kind, value)
        for low, high in showing.spans(first, end):
            count(totals, parts, low, high)
        if showing.extras and value == 0:
            _add_extras(totals, parts, showing, first, end)
    return totals


def _count(totals: list[int], parts: Sequence[Part], low: int, high: int) -> None:
    """Count from one impression on until before another."""
    turns = (high >> LENGTH_BITS) - (low >> LENGTH_BITS)
    low_within, high_within = low & WITHIN, high & WITHIN
    for place, (_, before, counts) in enumerate(parts):
        if before is None:
            totals[place] += high - low
        else:
            within = before[high_within] - before[low_within]
            totals[place] += (turns * before[LENGTH] + within) * counts


def _count_split(totals: list[int], parts: Sequence[Part], low: int, high: int) -> None:
    """Count what happened to one kind of people."""
    turns = (high >> LENGTH_BITS) - (low >> LENGTH_BITS)
    low_within, high_within = low & WITHIN, high & WITHIN
    for place, (_, where, counts) in enumerate(parts):
        if where:
            within = bisect_left(where, high_within) - bisect_left(where, low_within)
            totals[place] += (turns * len(where) + within) * counts


def _add_extras(
    totals: list[int], parts: Sequence[Part], showing: Showing, first: int, end: int
) -> None:
    """Count what was spent out of turn: it reached one kind of people, those of the first value."""
    for minute, events in showing.extras:
        if first <= minute < end:
            for place, (event, _, counts) in enumerate(parts):
                totals[place] += events.get(event, 0) * counts


def add_up_cells(
    showings: Iterable[Showing], figures: Figures, bounds: Sequence[int], value: int = 0
) -> list[list[int]]:
    """Count figures over many ads in all days or hours at once.

    Args:
        showings: The ads.
        figures: What to count.
        bounds: The minutes at which days or hours begin, and the end of the last one.
        value: The number of the value they are split by, if they are.
    """
    size = len(figures.names)
    # How often each figure was counted before each bound, since some moment in the past.
    sums = [[0] * len(bounds) for _ in range(size)]
    extras = [[0] * size for _ in bounds[1:]]
    for showing in showings:
        parts = figures.parts(showing.stream, showing.group_kind, value)
        for numbers in showing.numbers(bounds):
            for place, part in enumerate(parts):
                before = (
                    _before_split(part, numbers) if figures.dimensions else _before(part, numbers)
                )
                sums[place] = [one + other for one, other in zip(sums[place], before, strict=True)]
        if showing.extras and value == 0:
            for cell, totals in enumerate(extras):
                _add_extras(totals, parts, showing, bounds[cell], bounds[cell + 1])
    return [
        [known[cell + 1] - known[cell] + more for known, more in zip(sums, totals, strict=True)]
        for cell, totals in enumerate(extras)
    ]


def _before(part: Part, numbers: Sequence[int]) -> Sequence[int]:
    """How often something was counted before some impressions."""
    _, before, counts = part
    if before is None:
        return numbers
    turn = before[LENGTH]
    return [
        ((number >> LENGTH_BITS) * turn + before[number & WITHIN]) * counts for number in numbers
    ]


def _before_split(part: Part, numbers: Sequence[int]) -> Sequence[int]:
    _, where, counts = part
    turn = len(where or ())
    return [
        ((number >> LENGTH_BITS) * turn + bisect_left(where or (), number & WITHIN)) * counts
        for number in numbers
    ]
