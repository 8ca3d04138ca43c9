"""Rows as reports show them (business_api.md §5.1)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from adloom.catalogue import load
from adloom.simulator.reports.asked import Asked
from adloom.simulator.reports.attributes import attribute
from adloom.simulator.reports.audiences import BREAKDOWNS, values
from adloom.simulator.reports.counting import add_up
from adloom.simulator.reports.figures import Figures
from adloom.simulator.reports.metrics import NONE, formula
from adloom.simulator.reports.periods import DAY, HOUR
from adloom.simulator.reports.plans import Place, Plan
from adloom.simulator.reports.sources import Source
from adloom.simulator.reports.tallies import Entity, Tally, showings_of

__all__ = ["Sheet"]

Row = dict[str, dict[str, str]]
#: What cannot be told about audiences (business_api.yaml `reports.dimensions.AUDIENCE`).
NOT_FOR_AUDIENCES: Final = ("cost_per_1000_reached", "frequency", "reach")
#: Fewer impressions than this of a search term are not told exactly.
FEW: Final = 5
SEARCH_TERMS: Final = "search_terms"
#: What is told on top with `advertiser_ids`.
FOR_SEVERAL: Final = ("currency", "timezone", "advertiser_id")
#: How many objects are remembered while rows are built.
REMEMBERED: Final = 2000


class Sheet:
    """Builds the rows of a plan.

    Args:
        plan: Which rows there are.
        asked: The report.
        sources: The accounts that it covers.
    """

    def __init__(self, plan: Plan, asked: Asked, sources: Sequence[Source]):
        self._plan = plan
        self._asked = asked
        self._sources = sources
        self._attributes = [name for name in asked.metrics if _is_attribute(name)]
        formulas = {name: formula(name) for name in asked.metrics if not _is_attribute(name)}
        if asked.is_multi:
            self._attributes += [name for name in FOR_SEVERAL if name not in self._attributes]
        self._names = tuple({figure: 0 for made in formulas.values() for figure in made.figures})
        self._figures = Figures(self._names, asked.divided.breakdowns)
        places = {name: place for place, name in enumerate(self._names)}
        self._texts: dict[str, Callable[[Sequence[int]], str]] = {
            name: made.text(places, whole_money=asked.is_multi) for name, made in formulas.items()
        }
        if asked.report_type == "AUDIENCE":
            self._texts |= {
                name: lambda _: NONE for name in NOT_FOR_AUDIENCES if name in self._texts
            }

    def rows(self, places: Iterable[Place]) -> Iterator[Row]:
        """Some rows."""
        known: dict[int, _Known] = {}
        for entity, cell, value in places:
            if entity not in known:
                if len(known) == REMEMBERED:
                    known.clear()
                known[entity] = _Known(
                    self._sources, self._plan.entities[entity], self._attributes, self._figures
                )
            yield self._row(known[entity], cell, value)

    def _row(self, known: "_Known", cell: int, value: int) -> Row:
        figures = known.tally.cell(cell, value)
        metrics = {name: text(figures) for name, text in self._texts.items()}
        dimensions = self._dimensions(known, cell, value)
        if SEARCH_TERMS in dimensions and "impressions" in metrics:
            shown = metrics["impressions"]
            metrics["impressions"] = f"<{FEW}" if int(shown) < FEW else shown
        return {"dimensions": dimensions, "metrics": known.attributes | metrics}

    def _dimensions(self, known: "_Known", cell: int, value: int) -> dict[str, str]:
        label = known.source.cells.labels[cell]
        own = {"bc_id": self._asked.bc_id, DAY: label, HOUR: label}
        for dimension in reversed(self._asked.divided.breakdowns):
            # The last one changes fastest.
            value, number = divmod(value, len(BREAKDOWNS[dimension]))
            own[dimension] = values(dimension, known.source.account.facts)[number]
        return {
            name: own[name] if name in own else known.identity(name, self._asked.divided.identity)
            for name in self._asked.divided.dimensions
        }

    def totals(self) -> dict[str, str]:
        """The figures of all rows together."""
        figures = Figures(self._names)
        summed = [0] * len(self._names)
        for entity in self._plan.entities:
            for source, showings in showings_of(self._sources, entity):
                found = add_up(showings, figures, *source.whole.bounds)
                summed = [one + other for one, other in zip(summed, found, strict=True)]
        return {name: text(summed) for name, text in self._texts.items()}


def _is_attribute(name: str) -> bool:
    metric = load().metric(name)
    return metric is not None and metric.group == "attribute"


class _Known:
    """What is the same in all rows of an object."""

    def __init__(
        self,
        sources: Sequence[Source],
        entity: Entity,
        attributes: Sequence[str],
        figures: Figures,
    ):
        self.tally = Tally(showings_of(sources, entity), figures)
        number, self._row = entity[0]
        self.source = sources[number]
        self._subject = self.source.subject(self._row)
        self.attributes = {name: attribute(name, self._subject) for name in attributes}

    def identity(self, name: str, finest: str) -> str:
        """The value of a dimension that is an id: the object's own, or that of a parent."""
        if name == finest:
            return self.source.identity(self._row)
        return attribute(name, self._subject)
