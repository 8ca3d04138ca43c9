"""What an object delivered, day by day or hour by hour."""

from collections.abc import Sequence
from typing import Final

from adloom.simulator.reports.counting import add_up, add_up_cells
from adloom.simulator.reports.figures import Figures
from adloom.simulator.reports.showing import Showing
from adloom.simulator.reports.sources import Source

__all__ = ["Entity", "Tally", "showings_of"]

#: An object by the number of its source and its row there; several where all are added up.
Entity = Sequence[tuple[int, int]]
Shown = tuple[Source, Sequence[Showing]]
#: With so many ads all days are counted at once.
MANY: Final = 64


class Tally:
    """Counts figures of one object.

    Args:
        shown: Its ads, by source.
        figures: What to count.
        eager: Whether all days or hours will be asked for.
    """

    def __init__(self, shown: Sequence[Shown], figures: Figures, *, eager: bool = False):
        self._shown = [(source.cells.bounds, showings) for source, showings in shown]
        self._figures = figures
        self._eager = eager or sum(len(showings) for _, showings in shown) >= MANY
        self._known: dict[int, list[list[int]]] = {}

    def cell(self, cell: int, value: int) -> list[int]:
        """What there is in one day or hour, of one value."""
        if not self._eager:
            return _added(
                [
                    add_up(showings, self._figures, bounds[cell], bounds[cell + 1], value)
                    for bounds, showings in self._shown
                ]
            )
        if value not in self._known:
            of_sources = [
                add_up_cells(showings, self._figures, bounds, value)
                for bounds, showings in self._shown
            ]
            self._known[value] = [_added(cells) for cells in zip(*of_sources, strict=True)]
        return self._known[value][cell]


def _added(lists: Sequence[list[int]]) -> list[int]:
    if len(lists) == 1:
        return lists[0]
    return [sum(numbers) for numbers in zip(*lists, strict=True)]


def showings_of(sources: Sequence[Source], entity: Entity) -> list[Shown]:
    """The ads of an object, by source."""
    return [(sources[number], sources[number].showings(row)) for number, row in entity]
