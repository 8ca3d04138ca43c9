"""The simulated clock: real time, faster or slower, and jumps."""

import time
from collections.abc import Callable

__all__ = ["SimulatedClock"]


class SimulatedClock:
    """Shows simulated time; it never runs backwards.

    Args:
        start: What it shows first, in UNIX seconds.
        speed: Simulated seconds for each real one; 0 holds it still, so that only `move` moves it.
        real: Real seconds that never run backwards.
    """

    def __init__(
        self, start: float, *, speed: float = 1.0, real: Callable[[], float] = time.monotonic
    ):
        self._real = real
        self._shown = start
        self._since = real()
        self.speed = speed

    def now(self) -> float:
        """Simulated UNIX seconds."""
        return self._shown + (self._real() - self._since) * self.speed

    def real(self) -> float:
        """Real seconds since some moment in the past."""
        return self._real()

    def move(self, seconds: float) -> None:
        """Jump forward."""
        if seconds < 0:
            raise ValueError("simulated time does not run backwards")
        self._shown += seconds

    def set_speed(self, speed: float) -> None:
        """Go on at another speed from here."""
        if speed < 0:
            raise ValueError("simulated time does not run backwards")
        self._shown, self._since, self.speed = self.now(), self._real(), speed
