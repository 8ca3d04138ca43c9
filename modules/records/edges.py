"""Values that cross a threshold: told once at the edge, not again until they came back."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from adloom.wire import Record

__all__ = ["Edge"]


@dataclass(frozen=True)
class Edge:
    """A threshold with some slack.

    A value that crosses the threshold is told. It is told again only after it has come back by
    more than the slack: one that trembles around the threshold is told once.

    Args:
        direction: Which side is told.
        threshold: Where the edge is; the value itself has not crossed it.
        slack: How far beyond the edge it has to come back, in percent of the threshold.
    """

    direction: Literal["above", "below"]
    threshold: Decimal
    slack: Decimal = Decimal(0)

    def crossed(self, memory: Record | None, value: Decimal | None) -> tuple[Record, bool]:
        """Judge a value: what to remember, and whether it has just crossed.

        Args:
            memory: What was remembered; None at first sight, when being beyond counts as crossing.
            value: The value now; None says nothing and changes nothing.
        """
        was = bool(memory and memory.get("beyond"))
        if value is None:
            return {"beyond": was}, False
        back = abs(self.threshold) * self.slack / 100
        if self.direction == "above":
            beyond = value > self.threshold or (was and value >= self.threshold - back)
        else:
            beyond = value < self.threshold or (was and value <= self.threshold + back)
        return {"beyond": beyond}, beyond and not was
