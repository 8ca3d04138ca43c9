"""Which rows a report has, without building them."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from adloom.simulator.reports.asked import Asked
from adloom.simulator.reports.asked_filters import COUNTRY
from adloom.simulator.reports.audiences import BREAKDOWNS, values
from adloom.simulator.reports.figures import Figures
from adloom.simulator.reports.metrics import formula
from adloom.simulator.reports.sources import Source
from adloom.simulator.reports.tallies import Entity, Tally, showings_of

__all__ = ["Place", "Plan"]

#: A row of the report: the number of the entity, of the day or hour, and of the value.
Place = tuple[int, int, int]
TOGETHER: Final = ("", "bc_id")


class Plan:
    """The rows of a report, the newest objects first, day by day, value by value.

    Args:
        asked: The report.
        sources: The accounts it covers.
        most: How many objects it covers at most, the newest ones.
    """

    def __init__(self, asked: Asked, sources: Sequence[Source], most: int):
        self._asked = asked
        self.values = _values(asked, sources)
        every = _entities(asked, sources)
        #: What the rows are about.
        self.entities = list(islice(every, most))
        #: Whether there are more of them than a report covers.
        self.is_cut = next(every, None) is not None
        is_bare = not asked.divided.step and not asked.divided.breakdowns
        self._cells = [1 if is_bare else _cells(sources, entity) for entity in self.entities]
        if asked.divided.is_empty:
            self._cells = [0] * len(self._cells)
        #: How many rows there are up to and with each entity.
        self._ends = array("Q")
        total = 0
        for cells in self._cells:
            total += cells.bit_count() * len(self.values)
            self._ends.append(total)
        self.total = total
        self._order = self._sorted(sources) if asked.order else None

    @property
    def is_sorted(self) -> bool:
        """Whether its rows are in the order of a metric."""
        return self._order is not None

    # --- pages ----------------------------------------------------------------------------------

    def places(self, start: int, size: int) -> Iterator[Place]:
        """Some of the rows, by their place."""
        end = min(start + size, self.total)
        if self._order is not None:
            return (self._place(number) for number in self._order[start:end])
        return islice(self._from(start), max(end - start, 0))

    def _from(self, start: int) -> Iterator[Place]:
        first = bisect_right(self._ends, start)
        skipped = start - (self._ends[first - 1] if first else 0)
        return islice(self._of_entities(first), skipped, None)

    def _of_entities(self, first: int) -> Iterator[Place]:
        for entity in range(first, len(self._cells)):
            for cell in _bits(self._cells[entity]):
                for value in self.values:
                    yield entity, cell, value

    def _place(self, number: int) -> Place:
        entity = bisect_right(self._ends, number)
        before = self._ends[entity - 1] if entity else 0
        which, value = divmod(number - before, len(self.values))
        cell = next(islice(_bits(self._cells[entity]), which, None))
        return entity, cell, self.values[value]

    # --- order ----------------------------------------------------------------------------------

    def _sorted(self, sources: Sequence[Source]) -> "array[int]":
        """The numbers of all rows in the order that was asked for; equal ones stay as they are."""
        keys = array("d", self._keys(sources))
        reverse = not self._asked.ascending
        return array("I", sorted(range(self.total), key=keys.__getitem__, reverse=reverse))

    def _keys(self, sources: Sequence[Source]) -> Iterator[float]:
        made = formula(self._asked.order)
        figures = Figures(tuple(dict.fromkeys(made.figures)), self._asked.divided.breakdowns)
        key = made.value({name: place for place, name in enumerate(figures.names)})
        for number, entity in enumerate(self.entities):
            tally = Tally(showings_of(sources, entity), figures, eager=True)
            for cell in _bits(self._cells[number]):
                for value in self.values:
                    yield key(tally.cell(cell, value))


def _entities(asked: Asked, sources: Sequence[Source]) -> Iterator[Entity]:
    places = ((number, row) for number, source in enumerate(sources) for row in source.rows)
    if asked.divided.identity in TOGETHER:
        everything = list(places)
        return iter([everything] if everything else [])
    return ((place,) for place in places)


def _cells(sources: Sequence[Source], entity: Entity) -> int:
    """The days or hours in which something was delivered, as bits."""
    found = 0
    for source, showings in showings_of(sources, entity):
        cells = 0
        for showing in showings:
            cells |= showing.cells(source.cells.bounds)
        found |= cells & source.cells.open
    return found


def _values(asked: Asked, sources: Sequence[Source]) -> Sequence[int]:
    """The numbers of the values that rows are divided by; without any there is one, 0."""
    size = 1
    for dimension in asked.divided.breakdowns:
        size *= len(BREAKDOWNS[dimension])
    wanted = {word for found in asked.filters if found.field == COUNTRY for word in found.values}
    if not wanted or asked.divided.breakdowns != (COUNTRY,):
        return range(size)
    words = values(COUNTRY, sources[0].account.facts)
    return [number for number, word in enumerate(words) if word in wanted]


def _bits(number: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest on."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
