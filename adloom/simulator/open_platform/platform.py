"""Everything the Open Platform remembers."""

from collections.abc import Callable, Iterable

from adloom.simulator.clock import SimulatedClock
from adloom.simulator.open_platform.creators import Creators
from adloom.simulator.open_platform.posts import Posts
from adloom.simulator.open_platform.windows import Windows
from adloom.simulator.options import Options

__all__ = ["OpenPlatform"]


class OpenPlatform:
    """Creators, what is being posted for them, and how often somebody asked.

    Args:
        options: How the simulator is set up.
        clock: Its time.
        mint: Makes up names that were never used before, of a kind.
        known: The open ids of creators that exist from the start.
    """

    def __init__(
        self,
        options: Options,
        clock: SimulatedClock,
        mint: Callable[[str], str],
        known: Iterable[str],
    ):
        start = int(clock.now())
        self.mint = mint
        self.creators = Creators(seed=options.seed, start=start, count=options.videos, known=known)
        self.posts = Posts(self.creators, mint)
        self.windows = Windows(clock.real, clock.now, counts=options.open_limits)

    def advance(self, now: float) -> None:
        """Let time pass; `now` is simulated UNIX seconds."""
        self.posts.advance(now)
        self.creators.advance(now)
