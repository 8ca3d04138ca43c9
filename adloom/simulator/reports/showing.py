"""One ad and the impressions it shows."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Final

from adloom.simulator.reports.curves import DAY_WEIGHT, PROFILES, weight, weights
from adloom.simulator.reports.streams import LENGTH, STREAMS, places
from adloom.simulator.world.tables import mix

__all__ = ["MINUTE", "Extra", "Run", "Showing"]

MINUTE: Final = 60
#: Cents that a thousandth of the currency in each minute makes in a day.
CENTS: Final = 144
#: So many minutes in a row never pass without an impression.
SURELY: Final = 60

#: From when until before when, in minutes of UNIX time.
Run = tuple[int, int]
#: Something that happened at once: its minute, and how often each event did.
Extra = tuple[int, Mapping[str, int]]


class Showing:
    """An ad, its place in its stream, and when it delivered.

    Args:
        number: Its id.
        group_kind: The kind of its group.
        rate: What it spends in a minute on average, in thousandths of the currency.
        ahead: Minutes by which the clocks of its account are ahead.
        runs: When it delivered.
        extras: What it spent out of turn.
    """

    __slots__ = (
        "_ahead",
        "_daily",
        "_offset",
        "_profile",
        "extras",
        "group_kind",
        "runs",
        "stream",
    )

    def __init__(
        self,
        number: int,
        *,
        group_kind: int,
        rate: int,
        ahead: int,
        runs: Sequence[Run],
        extras: Sequence[Extra],
    ):
        mixed = mix(number)
        self.group_kind = group_kind
        self.runs = runs
        self.extras = extras
        # The lowest six bits make the rate.
        self.stream = (mixed >> 6) % STREAMS
        self._profile = (mixed >> 10) % PROFILES
        self._offset = (mixed >> 15) % LENGTH
        self._daily = rate * CENTS * LENGTH // len(places(self.stream, "spend"))
        self._ahead = ahead

    def number(self, minute: int) -> int:
        """Which impression it has come to, if it never pauses."""
        busy = weight(self._profile, minute + self._ahead)
        return self._offset + self._daily * busy // DAY_WEIGHT

    def spans(self, first: int, end: int) -> list[tuple[int, int]]:
        """The impressions it shows between two minutes: from which until before which."""
        found = []
        for begins, stops in self.runs:
            low = max(begins, first)
            high = min(stops, end)
            if low < high:
                found.append((self.number(low), self.number(high)))
        return found

    def numbers(self, bounds: Sequence[int]) -> list[list[int]]:
        """Which impression it has come to at some minutes, for each time it delivered.

        Args:
            bounds: Minutes in ascending order.
        """
        found = []
        for begins, stops in self.runs:
            low, high = bisect_right(bounds, begins), bisect_left(bounds, stops)
            if low == len(bounds) or not high:
                continue
            inner = weights(self._profile, self._ahead, tuple(bounds))[low:high]
            numbers = [self._offset + self._daily * busy // DAY_WEIGHT for busy in inner]
            before = [self.number(begins)] * low
            after = [self.number(stops)] * (len(bounds) - high)
            found.append(before + numbers + after)
        return found

    def cells(self, bounds: Sequence[int]) -> int:
        """In which cells it shows anything, as bits.

        Args:
            bounds: The minutes at which cells begin, and the end of the last one.
        """
        found = 0
        for begins, stops in self.runs:
            low = max(bisect_right(bounds, begins) - 1, 0)
            # Cells that have not begun are all as long as nothing, at the end.
            high = bisect_left(bounds, min(stops, bounds[-1]))
            if low >= high:
                continue
            found |= (1 << high) - (1 << low)
            for edge in (low, high - 1):
                since, until = max(begins, bounds[edge]), min(stops, bounds[edge + 1])
                if until - since < SURELY and not self._shows(bounds[edge], bounds[edge + 1]):
                    found &= ~(1 << edge)
        for minute, _ in self.extras:
            if bounds[0] <= minute < bounds[-1]:
                found |= 1 << bisect_right(bounds, minute) - 1
        return found

    def _shows(self, first: int, end: int) -> bool:
        return any(low < high for low, high in self.spans(first, end))
