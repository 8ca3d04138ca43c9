"""How often a minute something may be asked for (open_platform_and_events.md §I.2, §I.6)."""

from collections import defaultdict, deque
from collections.abc import Callable

from adloom.simulator.open_platform.envelope import OpenRefusal

__all__ = ["Windows"]

MINUTE = 60.0


class Windows:
    """Sliding windows of one minute, one for each token and endpoint.

    A request leaves its window after a minute of real or of simulated time, whichever ends first:
    clients wait in real time, tests move the clock. What was refused does not count (assumed).

    Args:
        real: Real seconds that never run backwards.
        simulated: Simulated seconds.
        counts: Whether anything is ever refused.
    """

    def __init__(
        self, real: Callable[[], float], simulated: Callable[[], float], *, counts: bool = True
    ):
        self._real = real
        self._simulated = simulated
        self._counts = counts
        self._windows: defaultdict[tuple[str, str], deque[tuple[float, float]]]
        self._windows = defaultdict(deque)

    def take(self, token: str, path: str, most: int) -> None:
        """Count a request, or refuse it if `most` of its kind lie in the last minute."""
        if not self._counts:
            return
        window = self._windows[token, path]
        real, simulated = self._real(), self._simulated()
        while window and (real - window[0][0] >= MINUTE or simulated - window[0][1] >= MINUTE):
            window.popleft()
        if len(window) >= most:
            raise OpenRefusal("rate_limit_exceeded")
        window.append((real, simulated))
