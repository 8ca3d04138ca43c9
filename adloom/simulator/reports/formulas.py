"""How metrics follow from what was counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Formula"]


@dataclass(frozen=True)
class Formula:
    """A metric as the quotient of two sums of figures.

    Args:
        above: What is summed up; a figure that counts twice is there twice.
        below: What that is divided by; empty where the metric is a sum.
        times: What the quotient is multiplied by.
        is_money: Whether `above` is in cents.
        fixed: What it shows whatever was counted, if it follows from nothing.
    """

    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    times: int = 1
    is_money: bool = False
    fixed: str | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        """What has to be counted for it."""
        return (*self.above, *self.below)

    def value(self, places: Mapping[str, int]) -> Callable[[Sequence[int]], float]:
        """How to compute it, for putting rows in order; money is in cents.

        Args:
            places: Where each figure is in what was counted.
        """
        above = [places[name] for name in self.above]
        below = [places[name] for name in self.below]
        times = self.times

        def compute(counted: Sequence[int]) -> float:
            upper = 0
            for place in above:
                upper += counted[place]
            if not below:
                return upper
            lower = 0
            for place in below:
                lower += counted[place]
            return upper * times / lower if lower else 0

        return compute

    def text(
        self, places: Mapping[str, int], *, whole_money: bool
    ) -> Callable[[Sequence[int]], str]:
        """How to show it; all values are text.

        Args:
            places: Where each figure is in what was counted.
            whole_money: Whether money comes without decimals.
        """
        if self.fixed is not None:
            fixed = self.fixed
            return lambda _: fixed
        value = self.value(places)
        if self.is_money and whole_money:
            return lambda counted: f"{value(counted) / 100:.0f}"
        if self.is_money:
            return lambda counted: f"{value(counted) / 100:.2f}"
        if self.below:
            return lambda counted: f"{value(counted):.2f}"
        return lambda counted: str(value(counted))
