"""How many requests somebody may send."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

__all__ = ["Rate"]

#: Names that are remembered; beyond, the one that was quiet longest is forgotten.
MOST_NAMES: Final = 10_000


class Rate:
    """At most so many requests in any stretch of time, name by name.

    Args:
        most: How many.
        seconds: In how long a stretch.
        monotonic: Seconds that never run backwards.
    """

    def __init__(self, most: int, seconds: float, monotonic: Callable[[], float]) -> None:
        self.seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, name: str) -> bool:
        """Count a request, unless it is one too many."""
        now = self._monotonic()
        seen = self._seen.setdefault(name, deque(maxlen=self._most))
        self._seen.move_to_end(name)
        if len(self._seen) > MOST_NAMES:
            self._seen.popitem(last=False)
        if len(seen) == self._most and now - seen[0] < self.seconds:
            return False
        seen.append(now)
        return True
